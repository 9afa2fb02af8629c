"""The Asterisk process: started, attached to, seen through, stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.adapters.asterisk.ports import free_ports
from engine.adapters.asterisk.process import AsteriskProcess, AsteriskProcessError
from engine.adapters.asterisk.render import InstancePaths, render_pbx, write_if_changed
from engine.provision.asterisk import AsteriskInstall
from tests.asterisk_config.conftest import SECRETS, local_config
from tests.asterisk_config.telephone import wait_for

pytestmark = pytest.mark.asterisk


@pytest.fixture
def process(install: AsteriskInstall, tmp_path: Path) -> Iterator[AsteriskProcess]:
    paths = InstancePaths.below(tmp_path)
    paths.create()
    with free_ports() as ports:
        write_if_changed(
            paths.etc, render_pbx(local_config(ports), paths=paths, secrets=SECRETS, install=install)
        )
        process = AsteriskProcess(install, paths.etc, paths.run)
        yield process
        process.stop()


def test_start_returns_when_it_is_up_and_again_attaches(
    process: AsteriskProcess, install: AsteriskInstall
) -> None:
    assert not process.is_running()
    process.start()
    pid = process.pid
    assert process.is_running()
    assert pid is not None
    assert os.getsid(pid) == pid  # outlives its starter's terminal
    assert "PJSIP/" in process.cli("core show channeltypes") or "PJSIP" in process.cli(
        "core show channeltypes"
    )

    another = AsteriskProcess(install, process._etc, process._run)
    another.start()
    assert another.pid == pid
    another.stop()
    assert not process.is_running()
    assert process.pid is None


def test_it_outlives_the_process_that_started_it(process: AsteriskProcess, install: AsteriskInstall) -> None:
    starter = (
        "import sys; from pathlib import Path; from engine.provision.asterisk import ensure_asterisk;"
        "from engine.adapters.asterisk.process import AsteriskProcess;"
        "AsteriskProcess(ensure_asterisk(lambda w, s: None), Path(sys.argv[1]), Path(sys.argv[2])).start()"
    )
    subprocess.run(
        [sys.executable, "-c", starter, str(process._etc), str(process._run)], check=True, timeout=60
    )
    assert process.is_running()
    assert process.cli("core show uptime").startswith("System uptime")


def test_killed_asterisk_is_noticed_and_started_anew(process: AsteriskProcess) -> None:
    process.start()
    first = process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: process.pid is None, "the end of the killed process")
    assert not process.is_running()
    process.start()
    assert process.pid not in (None, first)


def test_pid_file_of_somebody_else_is_seen_through(process: AsteriskProcess) -> None:
    """After a reboot the number in a pid file left behind may be anybody's."""
    process._run.mkdir(exist_ok=True)
    (process._run / "asterisk.pid").write_text(f"{os.getpid()}\n")
    assert process.pid is None
    process.stop()  # must not touch this process
    process.start()
    assert process.is_running()
    assert process.pid != os.getpid()


def test_frozen_asterisk_is_stopped_by_its_pid(process: AsteriskProcess) -> None:
    process.start()
    pid = process.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    process.stop(timeout=1.0)
    assert process.pid is None


def test_refused_configuration_is_shown(process: AsteriskProcess) -> None:
    (process._etc / "modules.conf").unlink()
    with pytest.raises(AsteriskProcessError, match=r"did not come up|ended with code"):
        process.start()
    assert process.pid is None


def test_too_long_path_is_refused_with_the_reason(install: AsteriskInstall, tmp_path: Path) -> None:
    long = tmp_path / ("x" * 120)
    process = AsteriskProcess(install, long / "etc", long / "run")
    with pytest.raises(AsteriskProcessError, match="107"):
        process.start()


def test_reload_adds_a_seat_without_a_restart(process: AsteriskProcess) -> None:
    process.start()
    pid = process.pid
    with open(process._etc / "pjsip.conf", "a", encoding="utf-8") as file:
        file.write(
            "\n[seat9](audio)\ncontext = from-seat\naors = seat9\n\n[seat9]\ntype = aor\nmax_contacts = 1\n"
        )
    process.reload()
    assert process.pid == pid
    wait_for(lambda: "seat9" in process.cli("pjsip show endpoints"), "the new seat")
