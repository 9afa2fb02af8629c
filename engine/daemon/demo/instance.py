"""The folder of a practice site: one demo at a time in each; what a killed one left running is ended."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.adapters.asterisk.process import AsteriskProcess, AsteriskProcessError
from engine.daemon.demo.errors import DemoError
from engine.provision.asterisk import AsteriskInstall

_MOST_DEMOS = 20
_PROCESSES = "processes.json"
_LONGEST_BASE = 68  # bytes: <base>/demo-20/data/asterisk/run/asterisk.ctl is a socket, which has room for 107
_TERM_S = 5.0
_POLL_S = 0.05
# What the last demo's callers left: calls, recordings, Asterisk's own records of them.
_TRACES = (
    "data/recordings",
    "data/asterisk/log",
    "data/asterisk/spool",
    "exchange/log",
    "exchange/spool",
    "heard",
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A process that a demo started. The start time tells it from a later one with the same id."""

    what: str
    pid: int
    started: str


class Instance:
    """A locked folder. The kernel gives the lock back when the demo dies, however that happens."""

    def __init__(self, folder: Path, lock: IO[str]) -> None:
        self.folder = folder
        self.is_new = not (folder / "config.toml").exists()
        self._lock = lock
        self._recorded: list[Recorded] = []

    def record(self, what: str, pid: int) -> None:
        """Keep a process in mind for whoever comes after us."""
        started = _started(pid)
        if started:
            self._recorded.append(Recorded(what, pid, started))
            rows = [[entry.what, entry.pid, entry.started] for entry in self._recorded]
            (self.folder / _PROCESSES).write_text(json.dumps(rows), encoding="ascii")

    def end_left_overs(self, install: AsteriskInstall) -> list[str]:
        """End what a killed demo left running; returns their names. Blocks."""
        ended = []
        for entry in self._read():
            if _started(entry.pid) == entry.started:
                _end(entry)
                ended.append(entry.what)
        for name in ("data/asterisk", "exchange"):
            process = AsteriskProcess(install, self.folder / name / "etc", self.folder / name / "run")
            if process.pid is not None:
                with contextlib.suppress(AsteriskProcessError):
                    process.stop()
                ended.append(f"Asterisk ({name})")
        (self.folder / _PROCESSES).unlink(missing_ok=True)
        return ended

    def forget_calls(self) -> None:
        """Begin with a fresh database; prompts and callers' voices are kept."""
        for name in _TRACES:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        for file in (self.folder / "data").glob("fourseat.db*"):
            file.unlink(missing_ok=True)
        (self.folder / "engine.log").unlink(missing_ok=True)

    def close(self) -> None:
        """All processes have ended; the folder is free."""
        (self.folder / _PROCESSES).unlink(missing_ok=True)
        self._lock.close()

    def _read(self) -> list[Recorded]:
        try:
            rows = json.loads((self.folder / _PROCESSES).read_text(encoding="ascii"))
            return [Recorded(str(what), int(pid), str(started)) for what, pid, started in rows]
        except (OSError, ValueError, TypeError):
            return []


def take_folder(folder: Path | None) -> Instance:
    """Lock this folder, or the first free one of the usual ones. Raises DemoError."""
    if folder is not None:
        instance = _lock(folder.absolute())
        if instance is None:
            raise DemoError(
                f"Another demo runs in {folder}.", "End it, or name another folder with --folder."
            )
        return instance
    base = _base_folder()
    for number in range(1, _MOST_DEMOS + 1):
        instance = _lock(base / f"demo-{number}")
        if instance is not None:
            return instance
    raise DemoError(f"{_MOST_DEMOS} demos run already below {base}.", "End one of them.")


def abandoned_folders(but: Path) -> list[Instance]:
    """The other usual folders that nobody uses and where a killed demo may have left something."""
    found = []
    for notes in sorted(but.parent.glob(f"demo-*/{_PROCESSES}")):
        if notes.parent != but and (instance := _lock(notes.parent)) is not None:
            found.append(instance)
    return found


def _base_folder() -> Path:
    """$XDG_STATE_HOME/fourseat, else ~/.local/state/fourseat, else a folder for temporary files."""
    state = os.environ.get("XDG_STATE_HOME", "")
    home = os.path.expanduser("~")
    candidates = [Path(state) / "fourseat"] if os.path.isabs(state) else []
    candidates += [Path(home) / ".local/state/fourseat"] if os.path.isabs(home) else []
    candidates.append(Path(tempfile.gettempdir()) / f"fourseat-{os.getuid()}")
    for candidate in candidates:
        if len(os.fsencode(candidate)) > _LONGEST_BASE:
            continue
        try:
            candidate.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryFile(dir=candidate):
                return candidate
        except OSError:
            continue
    raise DemoError("No folder for the demo can be written.", "Name one with --folder.")


def _lock(folder: Path) -> Instance | None:
    """The folder, locked by us; None when another demo has it. Raises DemoError."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = open(folder / "lock", "a+", encoding="ascii")
    except OSError as error:
        raise DemoError(
            f"{folder} cannot be used: {error.strerror}.", "Name another with --folder."
        ) from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return Instance(folder, lock)


def _started(pid: int) -> str:
    """When a process of ours was started, in the kernel's ticks; empty if there is none."""
    try:
        if os.stat(f"/proc/{pid}").st_uid != os.getuid():
            return ""
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        words = fields.split()
        return "" if words[0] == "Z" else words[19]
    except (OSError, IndexError):
        return ""


def _end(entry: Recorded) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(entry.pid, number)
        deadline = time.monotonic() + _TERM_S
        while time.monotonic() < deadline:
            if _started(entry.pid) != entry.started:
                return
            time.sleep(_POLL_S)
