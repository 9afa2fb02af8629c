"""One Asterisk that runs detached from the engine, so that calls outlive it.

It is known by the pid file and the control socket of its own configuration folder, never by its name.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
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
        self._child: subprocess.Popen[bytes] | None = None

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
        """Its process id, or None; sees through a pid file left behind, whose number somebody else has now."""
        if self._child is not None and self._child.poll() is not None:
            self._child = None
        try:
            pid = int((self._run / "asterisk.pid").read_text(encoding="ascii"))
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            state = (
                Path(f"/proc/{pid}/stat")
                .read_text(encoding="ascii", errors="replace")
                .rpartition(")")[2]
                .split()
            )
        except (OSError, ValueError):
            return None
        ours = os.fsencode(self._etc / "asterisk.conf") in arguments
        return pid if ours and state[:1] != ["Z"] else None

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
        """End it with all its calls: first by its own command, then by signals to its pid."""
        pid = self.pid
        if pid is None:
            return
        if self.is_running():
            try:
                self.cli("core stop now", timeout=min(timeout, CLI_SECONDS))
            except AsteriskProcessError:
                pass  # the signals below follow
        for signal_number in (None, signal.SIGTERM, signal.SIGKILL):
            if signal_number is not None and self.pid == pid:
                os.kill(pid, signal_number)
            try:
                self._await(lambda: self.pid != pid, time.monotonic() + timeout, "did not stop")
                break
            except AsteriskProcessError:
                continue
        else:
            raise self._error("did not stop")
        if self._child is not None:
            self._child.wait(timeout)
            self._child = None

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
        with open(self.console_log, "wb") as log:
            self._child = subprocess.Popen(
                self._install.command(self._etc),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._run,
                start_new_session=True,
            )

    def _await(self, condition: Callable[[], bool], deadline: float, failure: str) -> None:
        while not condition():
            if self._child is not None and self._child.poll() is not None and not condition():
                raise self._error(f"ended with code {self._child.returncode}")
            if time.monotonic() > deadline:
                raise self._error(failure)
            time.sleep(_POLL_SECONDS)

    def _error(self, what: str) -> AsteriskProcessError:
        try:
            said = self.console_log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
        except OSError:
            said = []
        return AsteriskProcessError(" ".join([f"Asterisk ({self._etc}) {what}.", *said]))
