"""A console in a real terminal: a pty of 80x24 whose screen is kept up by pyte."""

import asyncio
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

_COLUMNS, _ROWS = 80, 24
_READ_BYTES = 65_536
_STOP_S = 5.0


class Terminal:
    """One `fourseat` console and what stands on its screen."""

    def __init__(self, console: str, socket: Path) -> None:
        self.screen = pyte.Screen(_COLUMNS, _ROWS)
        self.began = 0.0
        self._stream = pyte.ByteStream(self.screen)
        self._command = [sys.executable, "-m", "tui.cli.main", "--socket", os.fspath(socket), console]
        self._child: subprocess.Popen[bytes] | None = None
        self._master = -1
        self._waiting: tuple[Callable[[str], bool], asyncio.Future[float]] | None = None

    @property
    def pid(self) -> int:
        """The console's process id."""
        assert self._child is not None
        return self._child.pid

    @property
    def text(self) -> str:
        """The screen, line by line.

        Read cell by cell: pyte's own `display` fails on the half of a wide character that was overwritten.
        """
        rows = (self.screen.buffer[row] for row in range(_ROWS))
        return "\n".join("".join(row[column].data for column in range(_COLUMNS)) for row in rows)

    def start(self) -> None:
        """Start the console; `began` is when."""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, _COLUMNS, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLORTERM": "truecolor"}
        self.began = time.time()
        self._child = subprocess.Popen(
            self._command, stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True
        )
        os.close(slave)
        os.set_blocking(self._master, False)
        asyncio.get_running_loop().add_reader(self._master, self._read)

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self._master, keys.encode())

    async def wait_for(self, *texts: str, timeout_s: float = 10.0) -> float:
        """The time (time.time) of the first read after which all these texts were on the screen."""

        return await self._wait(
            lambda screen: all(text in screen for text in texts), f"{texts} not", timeout_s
        )

    async def wait_gone(self, text: str, timeout_s: float = 10.0) -> None:
        """Return when this text is not on the screen any more."""
        await self._wait(lambda screen: text not in screen, f"{text} still", timeout_s)

    async def _wait(self, is_so: Callable[[str], bool], failure: str, timeout_s: float) -> float:
        if is_so(self.text):
            return time.time()
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting = (is_so, future)
        try:
            async with asyncio.timeout(timeout_s):
                return await future
        except TimeoutError:
            raise TimeoutError(f"{failure} on the screen after {timeout_s} s:\n{self.text}") from None
        finally:
            self._waiting = None

    async def stop(self) -> None:
        """Hang up the terminal and see that the console ends."""
        child, self._child = self._child, None
        if child is None:
            return
        child.terminate()
        try:
            await asyncio.to_thread(child.wait, _STOP_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)

    def _read(self) -> None:
        try:
            data = os.read(self._master, _READ_BYTES)
        except BlockingIOError:
            return
        except OSError:  # the console has ended
            asyncio.get_running_loop().remove_reader(self._master)
            return
        now = time.time()
        self._stream.feed(data)
        if self._waiting is not None:
            is_so, future = self._waiting
            if not future.done() and is_so(self.text):
                future.set_result(now)
