"""One Asterisk that runs detached from the engine, so that calls outlive it.

It is known by the pid file and the control socket of its own configuration folder, never by its name.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from engine.provision.asterisk import AsteriskInstall

BOOT_SECONDS = 60.0
STOP_SECONDS = 10.0
CLI_SECONDS = 15.0
_POLL_SECONDS = 0.02
_SOCKET_PATH_BYTES = 107  # sun_path, without the closing zero


class AsteriskProcessError(RuntimeError):
    """Asterisk did not do what it was told; the text says what and, from its log, why."""


class AsteriskProcess:
    """Starts, asks and stops the Asterisk of one configuration folder. All methods block."""

    def __init__(self, install: AsteriskInstall, etc: Path, run: Path) -> None:
        self._install = install
        self._etc = etc.absolute()
        self._run = run.absolute()
        self._child: int | None = None  # started by this object and not yet seen to end
        self._exit_code: int | None = None

    def __repr__(self) -> str:
        return f"<AsteriskProcess {self._etc} {f'pid {self.pid}' if self.pid else 'not running'}>"

    @property
    def control_socket(self) -> Path:
        return self._run / "asterisk.ctl"

    @property
    def console_log(self) -> Path:
        """What Asterisk printed before its own log was open."""
        return self._run / "asterisk.out"

    @property
    def pid(self) -> int | None:
        """Its process id, or None; sees through a pid file left behind whose number is somebody else's."""
        self._reap()
        try:
            pid = int((self._run / "asterisk.pid").read_text(encoding="ascii"))
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except (OSError, ValueError):
            return None
        ours = os.fsencode(self._etc / "asterisk.conf") in arguments
        dead = status.rpartition(")")[2].split()[0] == "Z"
        return pid if ours and not dead else None

    def is_running(self) -> bool:
        """True if its process lives and its control socket answers."""
        if self.pid is None:
            return False
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(os.fspath(self.control_socket))
            except OSError:
                return False
        return True

    def start(self, timeout: float = BOOT_SECONDS) -> None:
        """Start it in a session of its own and return when it takes calls; one that runs already is kept."""
        if self.pid is None:
            self._spawn()
        deadline = time.monotonic() + timeout
        self._await(self.is_running, deadline, "did not open its control socket")
        booted = self.cli("core waitfullybooted", timeout=max(1.0, deadline - time.monotonic()))
        if "fully booted" not in booted:
            raise self._error(f"did not come up: {booted.strip()}")

    def stop(self, timeout: float = STOP_SECONDS) -> None:
        """End it with all its calls: by its own command, else by signals; `timeout` is for each."""
        pid = self.pid
        if pid is None:
            return
        for end in (lambda: self.cli("core stop now", timeout=timeout), *self._signals(pid)):
            try:
                end()
                self._await(lambda: self.pid != pid, time.monotonic() + timeout, "did not stop")
                return
            except (AsteriskProcessError, ProcessLookupError):
                continue
        if self.pid == pid:
            raise self._error("cannot be stopped")

    @staticmethod
    def _signals(pid: int) -> tuple[Callable[[], None], ...]:
        return tuple(partial(os.kill, pid, number) for number in (signal.SIGTERM, signal.SIGKILL))

    def reload(self) -> str:
        """Read changed configuration; calls go on."""
        return self.cli("core reload")

    def cli(self, command: str, timeout: float = CLI_SECONDS) -> str:
        """Give one command and return what Asterisk printed."""
        try:
            done = subprocess.run(
                self._install.cli(self._etc, command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise self._error(f"did not answer `{command}` within {timeout:.0f} s") from None
        output = done.stdout.decode("utf-8", "replace")
        if done.returncode:
            raise self._error(f"refused `{command}`: {output.strip()}")
        return output

    def _spawn(self) -> None:
        size = len(os.fsencode(self.control_socket))
        if size > _SOCKET_PATH_BYTES:
            raise AsteriskProcessError(
                f"The path {self.control_socket} has {size} bytes; a socket's may have {_SOCKET_PATH_BYTES}. "
                "Choose a shorter data folder."
            )
        self._run.mkdir(parents=True, exist_ok=True)
        for name in ("asterisk.pid", "asterisk.ctl"):
            (self._run / name).unlink(missing_ok=True)
        command = self._install.command(self._etc)
        self._exit_code = None
        self._child = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, self.console_log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
        )

    def _reap(self) -> None:
        """Take note of the end of the process that this object started."""
        if self._child is None:
            return
        try:
            child, status = os.waitpid(self._child, os.WNOHANG)
        except ChildProcessError:
            self._child = None
            return
        if child:
            self._child, self._exit_code = None, os.waitstatus_to_exitcode(status)

    def _await(self, condition: Callable[[], bool], deadline: float, failure: str) -> None:
        while not condition():
            if self._exit_code is not None and not condition():
                raise self._error(f"ended with code {self._exit_code}")
            if time.monotonic() > deadline:
                raise self._error(failure)
            time.sleep(_POLL_SECONDS)

    def _error(self, what: str) -> AsteriskProcessError:
        try:
            said = self.console_log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
        except OSError:
            said = []
        return AsteriskProcessError(" ".join([f"Asterisk ({self._etc}) {what}.", *said]))
