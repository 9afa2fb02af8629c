"""A real terminal (pty) with a console in it."""

import asyncio
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
from collections.abc import Callable
from types import TracebackType
from typing import Self

import pyte

SECONDS = 30.0


class Terminal:
    """80x24, with what the console has painted."""

    def __init__(self, module: str, socket_path: str, *prefill: str) -> None:
        arguments = (socket_path, "zh", *prefill)
        self._code = f"import sys; from {module} import run; sys.exit(run(*{arguments!r}))"
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        environment.pop("NO_COLOR", None)
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.set_blocking(master, False)
        self._master = master
        asyncio.get_running_loop().add_reader(master, self._read)
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", self._code, stdin=slave, stdout=slave, stderr=slave, env=environment
        )
        os.close(slave)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGKILL)
        await self.process.wait()
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)

    def _read(self) -> None:
        try:
            self._stream.feed(os.read(self._master, 65_536))
        except OSError:  # the console has closed its end
            asyncio.get_running_loop().remove_reader(self._master)
        self._news.set()

    async def see(self, text: str) -> None:
        """Wait until this is painted."""
        await self.until(lambda: text in self.text(), f"{text!r} is painted")

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until the screen is so."""
        try:
            async with asyncio.timeout(SECONDS):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"never: {what}\n{self.text()}") from None

    def cursor_is_in(self, text: str) -> bool:
        """The cursor is in the line with this text."""
        return text in self._lines()[self._screen.cursor.y]

    def is_bold(self, text: str) -> bool:
        """The first character of this text is painted bold."""
        for row, line in enumerate(self._lines()):
            if text in line:
                return any(cell.bold and cell.data == text[0] for cell in self._screen.buffer[row].values())
        return False

    def _lines(self) -> list[str]:
        """What is painted; pyte's own `display` fails at half a Chinese character under a box."""
        width = range(self._screen.columns)
        return ["".join(self._screen.buffer[y][x].data for x in width) for y in range(self._screen.lines)]

    def text(self) -> str:
        """All lines of the screen."""
        return "\n".join(self._lines())

    async def send(self, data: bytes) -> None:
        """Type bytes, as fast as the terminal takes them."""
        while data:
            try:
                data = data[os.write(self._master, data[:4096]) :]
            except BlockingIOError:
                await asyncio.sleep(0.01)
