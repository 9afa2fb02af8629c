"""`fourseatd demo` as a process: what it prints, how it ends, and that nothing of it is left."""

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(180)]

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "engine.daemon.cli", "demo"]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """One folder for all tests here, so that prompts are made once; short, as sockets need it."""
    with tempfile.TemporaryDirectory(prefix="fs-") as name:
        yield Path(name)


@pytest.fixture(autouse=True)
def _nothing_is_left(folder: Path) -> Iterator[None]:
    yield
    until(lambda: not processes_of(folder), 5, lambda: f"left behind: {processes_of(folder)}")


def processes_of(folder: Path) -> list[str]:
    """Command lines of the processes that have this folder in theirs."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if str(folder) in words and int(entry.name) != os.getpid():
                found.append(words)
    return found


def until(condition: Callable[[], object], seconds: float, words: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(words())
        time.sleep(0.05)


def headless(folder: Path, *options: str) -> "subprocess.Popen[str]":
    (folder / "engine.log").unlink(missing_ok=True)
    return subprocess.Popen(
        [*COMMAND, "--headless", "--folder", str(folder), *options],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def engine_is_up(folder: Path) -> bool:
    log = folder / "engine.log"
    return log.exists() and "AMI link up" in log.read_text(encoding="utf-8")


def test_every_call_is_accounted_for(folder: Path) -> None:
    with headless(folder, "--calls", "5", "--seed", "4", "--json") as demo:
        output, errors = demo.communicate()
    report = json.loads(output)
    assert demo.returncode == 0, (report, errors)
    assert set(report) == {
        "calls_placed", "records", "answered", "abandoned", "ivr_exits", "recordings_ok", "errors"
    }  # fmt: skip
    assert report["errors"] == []
    assert report["calls_placed"] == report["records"] == report["recordings_ok"] == 5
    assert report["answered"] + report["abandoned"] + report["ivr_exits"] == 5


def test_a_killed_demo_is_cleared_up_and_a_lost_recording_is_a_failure(folder: Path) -> None:
    with headless(folder) as killed:
        until(lambda: engine_is_up(folder), 60, lambda: "no engine")
        killed.kill()
        killed.communicate()
    assert len(processes_of(folder)) == 3  # engine and two Asterisks
    with headless(folder, "--calls", "1", "--seed", "2") as demo, _recordings_vanish(folder):
        output, errors = demo.communicate()
    assert "left-over" in errors
    assert demo.returncode == 1
    assert "no recording: Asterisk wrote no recording" in output


@contextlib.contextmanager
def _recordings_vanish(folder: Path) -> Iterator[None]:
    """Somebody takes away what Asterisk is writing, as a full disk or a careless hand would."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            for path in (folder / "data" / "recordings" / "raw").glob("*.wav"):
                path.unlink(missing_ok=True)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_a_signal_ends_it_in_the_middle_of_a_call(folder: Path) -> None:
    with headless(folder) as demo:
        until(lambda: engine_is_up(folder), 60, lambda: "no engine")
        until(lambda: list((folder / "heard").glob("practice-*.wav")), 20, lambda: "no call")
        demo.send_signal(signal.SIGTERM)
        demo.communicate(timeout=20)
    assert demo.returncode == 128 + signal.SIGTERM


def test_two_demos_cannot_share_a_folder(folder: Path) -> None:
    with open(folder / "lock", "a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with headless(folder, "--json") as demo:
            output, errors = demo.communicate()
    assert demo.returncode == 1
    assert "Another demo runs" in json.loads(output)["errors"][0]
    assert "--folder" in errors


def test_without_a_terminal_there_is_no_console(folder: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--folder", str(folder)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "--headless" in done.stderr


class Terminal:
    """A demo in a terminal of 80x24."""

    def __init__(self, folder: Path) -> None:
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            os.execve(
                sys.executable,
                [*COMMAND, "--folder", str(folder)],
                {**os.environ, "TERM": "xterm-256color", "LANG": "zh_CN.UTF-8"},
            )
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)

    def wait_for(self, text: str, seconds: float = 30.0) -> None:
        until(lambda: self._shows(text), seconds, lambda: "\n".join(self._lines()))

    def type(self, keys: str) -> None:
        os.write(self._fd, keys.encode())

    def close(self) -> None:
        """What happens when the window is closed."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def exit_code(self) -> int:
        """Read on until it has ended."""
        codes: list[int] = []

        def ended() -> bool:
            self._shows("")
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            codes.extend([os.waitstatus_to_exitcode(status)] if pid else [])
            return bool(pid)

        until(ended, 20, lambda: "still there")
        return codes[0]

    def _shows(self, text: str) -> bool:
        with contextlib.suppress(OSError):
            while self._fd >= 0 and select.select([self._fd], [], [], 0)[0]:
                data = os.read(self._fd, 65536)
                if not data:
                    break
                self._stream.feed(data)
        return any(text in line for line in self._lines())

    def _lines(self) -> list[str]:
        """Like pyte's own `display`, which fails where half of a wide character was painted over."""
        buffer = self._screen.buffer
        return ["".join(buffer[row][column].data for column in range(80)) for row in range(24)]


def test_the_console_opens_and_quitting_ends_everything(folder: Path) -> None:
    with Terminal(folder) as terminal:
        terminal.wait_for("8001")
        terminal.type("\r")
        terminal.wait_for("****")
        terminal.wait_for("1号席")
        terminal.type("\r")  # the log-in is filled in
        terminal.wait_for("林晓燕 8001")
        terminal.type("\x11")
        assert terminal.exit_code() == 0


def test_a_closed_terminal_ends_everything(folder: Path) -> None:
    with Terminal(folder) as terminal:
        terminal.wait_for("8001")
        terminal.type("\r")
        terminal.wait_for("1号席")
        terminal.close()
        assert terminal.exit_code() != 0
