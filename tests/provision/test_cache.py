"""The cache folder: where it is, that one set-up at a time works in it, that it has room."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.provision import cache
from engine.provision.cache import cache_folder, require_space, setup_lock
from engine.provision.errors import DiskFull, ProvisionError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("FOURSEAT_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(cache, "CLONE", tmp_path / "clone")
    return tmp_path


def test_chosen_folder_comes_first(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(places / "xdg"))
    monkeypatch.setenv("FOURSEAT_CACHE", str(places / "chosen"))
    assert cache_folder() == places / "chosen"
    monkeypatch.delenv("FOURSEAT_CACHE")
    assert cache_folder() == places / "xdg/fourseat"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_folder() == places / "home/.cache/fourseat"


def test_home_that_cannot_be_written_leads_to_the_clone(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/proc/nonexistent")
    assert cache_folder() == places / "clone/.cache"


def test_chosen_folder_that_cannot_be_written_is_an_error(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOURSEAT_CACHE", "/proc/nonexistent")
    with pytest.raises(ProvisionError, match="FOURSEAT_CACHE"):
        cache_folder()


def test_no_folder_at_all_names_those_that_were_tried(places: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/proc/nonexistent")
    monkeypatch.setattr(cache, "CLONE", Path("/proc/clone"))
    with pytest.raises(ProvisionError, match="/proc/clone"):
        cache_folder()


def test_second_set_up_waits_and_says_for_whom(tmp_path: Path) -> None:
    hold = (
        "import sys; from pathlib import Path; from engine.provision.cache import setup_lock;\n"
        "with setup_lock(Path(sys.argv[1]), lambda what, share: None): print(flush=True); sys.stdin.read()"
    )
    said: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        holder.stdout.readline()

        def release(what: str, share: float | None) -> None:
            said.append(what)
            assert holder.poll() is None
            holder.kill()

        with setup_lock(tmp_path, release):
            pass
    assert len(said) == 1
    assert str(holder.pid) in said[0]


def test_too_little_room_is_said_before_the_work(tmp_path: Path) -> None:
    require_space(tmp_path, 1, "something")
    with pytest.raises(DiskFull) as refusal:
        require_space(tmp_path, 10**9, "something")
    assert "something needs 1000000000 MB" in refusal.value.problem
    assert "FOURSEAT_CACHE" in refusal.value.remedy
