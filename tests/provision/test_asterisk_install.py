"""Finding and fetching an Asterisk."""

import json
import subprocess
from pathlib import Path

import pytest

from engine.provision import asterisk
from engine.provision.asterisk import (
    STAMP,
    AsteriskInstall,
    _system_folders,
    _version,
    ensure_asterisk,
    system_asterisk,
)
from engine.provision.cache import cache_folder
from engine.provision.errors import NoAsterisk


def fake_asterisk(folder: Path, says: str) -> None:
    folder.mkdir(exist_ok=True)
    program = folder / "asterisk"
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("Asterisk 22.10.1+dfsg+~cs6.17.60671434-1", "22.10.1"),
        ("Asterisk 18.9-cert5", "18.9"),
        ("Asterisk certified/20.7-cert1", "20.7"),
        ("Asterisk GIT-master-1234", None),
        ("command not found", None),
    ],
)
def test_version_as_asterisk_says_it(says: str, version: str | None) -> None:
    assert _version(says) == version


def test_installed_asterisk_is_found_with_its_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_asterisk(tmp_path / "bin", "Asterisk 20.5.0")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    monkeypatch.setattr(asterisk, "_system_folders", lambda _: (tmp_path / "modules", tmp_path / "data"))
    found = system_asterisk()
    program = (str(tmp_path / "bin/asterisk"),)
    assert found == AsteriskInstall("system", program, "20.5.0", tmp_path / "modules", tmp_path / "data")
    assert found.major == 20
    assert found.command(Path("/e")) == [*program, "-C", "/e/asterisk.conf", "-f"]
    assert found.cli(Path("/e"), "core stop now") == [
        *program,
        "-C",
        "/e/asterisk.conf",
        "-rx",
        "core stop now",
    ]


def test_too_old_asterisk_is_refused_with_both_ways_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_asterisk(tmp_path / "bin", "Asterisk 16.28.0~dfsg-0+deb11u4")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/bin")
    with pytest.raises(NoAsterisk, match=r"16\.28") as refusal:
        system_asterisk()
    assert 'kind = "private"' in refusal.value.remedy


def test_folders_as_the_systems_own_configuration_says(tmp_path: Path) -> None:
    modules, data = tmp_path / "modules", tmp_path / "data"
    modules.mkdir()
    (modules / "chan_pjsip.so").touch()
    (data / "sounds").mkdir(parents=True)
    configuration = tmp_path / "asterisk.conf"
    configuration.write_text(
        f"; comment\n[directories](!) ; remove the (!) to enable this\nastmoddir => {modules}\n"
        f"astdatadir => {data} ; sounds\nastvarlibdir => {data}\n\n[options]\n;verbose = 3\n"
    )
    assert _system_folders(configuration) == (modules, data)


def test_unreadable_configuration_is_no_crash(tmp_path: Path) -> None:
    configuration = tmp_path / "asterisk.conf"
    configuration.write_bytes(b"\xff\xfe astmoddir\nno section\n")
    with pytest.raises(NoAsterisk):
        _system_folders(configuration)


@pytest.mark.asterisk
def test_private_asterisk_is_there_and_loads_everything_that_it_ships() -> None:
    install = ensure_asterisk(lambda what, share: None)
    done = subprocess.run([*install.program, "-V"], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.startswith(f"Asterisk {install.version}")
    assert install.major >= 22
    assert (install.module_dir / "chan_pjsip.so").is_file()
    assert (install.data_dir / "sounds/en/beep.gsm").is_file()
    assert any((install.data_dir / "moh").glob("*.wav"))


@pytest.mark.asterisk
def test_second_time_nothing_is_said_and_nothing_done() -> None:
    ensure_asterisk(lambda what, share: None)
    said: list[str] = []
    ensure_asterisk(lambda what, share: said.append(what))
    assert said == []
    packages = json.loads((cache_folder() / asterisk.RECIPE / STAMP).read_text())["packages"]
    assert {"asterisk", "asterisk-modules", "libc6"} <= set(packages)
