"""`fourseatd run` as a process of its own, and the moment at which it is ready."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from engine.adapters.unix_socket.client import EngineError, SocketClient

_READY_S = 60.0
_STOP_S = 15.0
_POLL_S = 0.005


class EngineProcess:
    """The engine of the site that is measured, by `fourseatd run` or another `command` for it."""

    def __init__(
        self, config_file: Path, socket: Path, log_file: Path, command: Sequence[str] | None = None
    ) -> None:
        config = os.fspath(config_file)
        self._command = command or ("-m", "engine.daemon.cli", "run", "--config", config)
        self._socket = socket
        self._log_file = log_file
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._child is not None
        return self._child.pid

    async def start(self) -> float:
        """Start it; returns the seconds until it takes calls: its socket answers, and it has its Asterisk."""
        began = time.monotonic()
        child = self._child = self._spawn()
        while not await self._is_ready():
            if child.poll() is not None or time.monotonic() - began > _READY_S:
                raise RuntimeError(f"the engine does not start: {self._last_lines()}")
            await asyncio.sleep(_POLL_S)
        return time.monotonic() - began

    def _spawn(self) -> "subprocess.Popen[bytes]":
        with open(self._log_file, "ab") as log:
            return subprocess.Popen(
                [sys.executable, *self._command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def _is_ready(self) -> bool:
        if not self._socket.exists():
            return False
        client = SocketClient(os.fspath(self._socket), "benchmark")
        try:
            await client.open()
            return bool((await client.call("floor.status")).switch.up)
        except EngineError:
            return False
        finally:
            await client.close()

    def stop(self) -> None:
        """Ask it to end, and see that it does. Blocks."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
        try:
            child.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _last_lines(self) -> str:
        return " / ".join(self._log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])
