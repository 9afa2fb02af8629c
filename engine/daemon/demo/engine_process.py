"""The engine of the practice site, as a process of its own: it can be killed and started again."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from engine.adapters.unix_socket.client import EngineError, SocketClient
from engine.daemon.demo.errors import DemoError
from engine.daemon.demo.site import HOME, DemoSite
from engine.wire.methods import StatusResult

_READY_S = 30.0
_STOP_S = 10.0
_POLL_S = 0.05
_LAST_LINES = 5


class EngineProcess:
    """`fourseatd run` with the site's configuration."""

    def __init__(self, site: DemoSite, log_file: Path) -> None:
        self._site = site
        self._log_file = log_file
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Its process id while it lives."""
        child = self._child
        return child.pid if child is not None and child.poll() is None else None

    async def start(self) -> None:
        """Start it and return when it takes calls. Raises DemoError."""
        self.spawn()
        await self.wait_ready()

    def spawn(self) -> None:
        """Start it and do not wait."""
        with open(self._log_file, "ab") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "engine.daemon.cli", "run", "--config", str(self._site.config_file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=HOME,
                start_new_session=True,  # Ctrl+C in the terminal is for the demo, which ends it in order
            )

    async def wait_ready(self) -> None:
        """Return when its socket answers and it has found its Asterisk. Raises DemoError."""
        await self._wait_until(lambda status: status.switch.up, "not ready")

    async def wait_for_seats(self, seats: set[str]) -> None:
        """Return when it knows that these seats' phones are there. Raises DemoError."""
        await self._wait_until(
            lambda status: seats <= {seat.id for seat in status.seats if seat.reachable},
            "without the seats' phones",
        )

    async def _wait_until(self, condition: Callable[[StatusResult], bool], trouble: str) -> None:
        deadline = time.monotonic() + _READY_S
        while not await self._status_is(condition):
            if self.pid is None:
                raise DemoError(f"The engine ended: {self._last_words()}", f"Read {self._log_file}.")
            if time.monotonic() > deadline:
                raise DemoError(
                    f"The engine is {trouble} after {_READY_S:.0f} s: {self._last_words()}",
                    f"Read {self._log_file}.",
                )
            await asyncio.sleep(_POLL_S)

    async def _status_is(self, condition: Callable[[StatusResult], bool]) -> bool:
        client = SocketClient(str(self._site.paths.socket), "demo")
        try:
            await client.open()
            return condition(await client.call("floor.status"))
        except EngineError:
            return False
        finally:
            await client.close()

    def kill(self) -> None:
        """kill -9, as in a bad moment."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def stop(self) -> None:
        """Ask it to end, and see that it does. Blocks."""
        child = self._child
        if child is None:
            return
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child.pid, signal.SIGTERM)
        try:
            child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        self._child = None

    def _last_words(self) -> str:
        try:
            lines = self._log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return " / ".join(lines[-_LAST_LINES:])
