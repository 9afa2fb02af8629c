"""Folders of demos: locked, reused, and cleared of what a killed demo left behind."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.daemon.demo.errors import DemoError
from engine.daemon.demo.instance import Instance, abandoned_folders, take_folder
from engine.provision.asterisk import AsteriskInstall

NO_ASTERISK = AsteriskInstall("private", ("/bin/false",), "22.0", Path("/none"), Path("/none"))


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a short name, as sockets need it."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("XDG_STATE_HOME", folder)
        yield Path(folder)


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        yield child
        child.kill()


def test_two_demos_have_two_folders_and_the_first_is_reused(state: Path) -> None:
    first, second = take_folder(None), take_folder(None)
    assert first.folder == state / "fourseat" / "demo-1"
    assert second.folder.name == "demo-2"
    first.close()
    third = take_folder(None)
    assert third.folder == first.folder
    second.close()
    third.close()


def test_a_folder_in_use_is_refused_with_a_remedy(tmp_path: Path) -> None:
    instance = take_folder(tmp_path / "mine")
    with pytest.raises(DemoError, match=r"Another demo runs in .*\n.*--folder"):
        take_folder(tmp_path / "mine")
    instance.close()


def test_a_folder_that_cannot_be_made_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DemoError, match=r"cannot be used: .*\n.*--folder"):
        take_folder(tmp_path / "file" / "demo")


def test_a_recorded_process_is_ended_by_the_next_demo(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    killed_one = take_folder(tmp_path / "demo")
    killed_one.record("engine", sleeper.pid)
    _die(killed_one)
    next_one = take_folder(tmp_path / "demo")
    assert next_one.end_left_overs(NO_ASTERISK) == ["engine"]
    assert sleeper.wait(5) == -15
    assert next_one.end_left_overs(NO_ASTERISK) == []
    next_one.close()


def test_a_process_that_has_the_number_now_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    instance = take_folder(tmp_path / "demo")
    (instance.folder / "processes.json").write_text(f'[["engine", {sleeper.pid}, "12345"]]')
    assert instance.end_left_overs(NO_ASTERISK) == []
    assert sleeper.poll() is None
    instance.close()


@pytest.mark.parametrize("notes", ["", "[", '[["engine"]]', '{"a": 1}', "[[1, null, 3]]"])
def test_broken_notes_are_no_trouble(tmp_path: Path, notes: str) -> None:
    instance = take_folder(tmp_path / "demo")
    (instance.folder / "processes.json").write_text(notes)
    assert instance.end_left_overs(NO_ASTERISK) == []
    instance.close()


def test_other_folders_of_killed_demos_are_found_and_those_in_use_are_not() -> None:
    mine, in_use, killed = take_folder(None), take_folder(None), take_folder(None)
    for instance in (in_use, killed):
        instance.record("engine", os.getpid())
    _die(killed)
    found = abandoned_folders(mine.folder)
    assert [instance.folder for instance in found] == [killed.folder]
    for instance in (mine, in_use, *found):
        instance.close()


def test_a_fresh_start_keeps_what_takes_long_to_make(tmp_path: Path) -> None:
    instance = take_folder(tmp_path / "demo")
    kept = [instance.folder / name for name in ("data/prompts/zh/greeting.wav", "callers/agent.wav")]
    gone = [
        instance.folder / name
        for name in (
            "data/fourseat.db",
            "data/fourseat.db-wal",
            "data/recordings/raw/a-in.wav",
            "data/asterisk/log/cdr-custom/fourseat.csv",
            "heard/x.wav",
        )
    ]
    for path in (*kept, *gone):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    instance.forget_calls()
    assert all(path.exists() for path in kept)
    assert not any(path.exists() for path in gone)
    instance.close()


def _die(instance: Instance) -> None:
    """What the kernel does for a killed demo: its lock is free, its notes stay."""
    instance._lock.close()
