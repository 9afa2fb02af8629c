"""The command loop of Asterisk's res_agi.c as a model: what it reads at once, and what stops a prompt.

Commands are read with fgets into a buffer, so two lines that arrive together are read together. A prompt or a
wait for a key is stopped when more bytes can be read from the socket, not when a line waits in the buffer. A
stopped prompt gives no reply, a stopped wait for a key gives result=1.
"""

from __future__ import annotations

import asyncio
import re

_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|(\S+)')


class FakeAgiLoop(asyncio.Protocol):
    """Asterisk's side of one AGI session, answering by itself; `heard` lists what it was told."""

    def __init__(self, think_s: float = 0.0, play_s: float = 0.02) -> None:
        self.heard: list[str] = []
        self.stopped = 0
        self._think_s = think_s
        self._play_s = play_s
        self._socket = bytearray()
        self._buffer = bytearray()
        self._readable = asyncio.Event()
        self._ended = False

    @classmethod
    async def run(cls, port: int, **options: float) -> FakeAgiLoop:
        """Opens a session and answers its commands until it is closed."""
        loop = cls(**options)
        transport, _ = await asyncio.get_running_loop().create_connection(lambda: loop, "127.0.0.1", port)
        transport.write(b"agi_network: yes\nagi_network_script: model\nagi_channel: PJSIP/model\n\n")
        try:
            while line := await loop._next_line():
                await loop._answer(line, transport)
        finally:
            transport.abort()
        return loop

    def data_received(self, data: bytes) -> None:
        self._socket += data
        self._readable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended = True
        self._readable.set()

    async def _next_line(self) -> str:
        while True:
            if self._socket:  # the main loop reads only when the socket has something
                if b"\n" not in self._buffer:
                    self._buffer += self._socket
                    self._socket.clear()
                line, _, rest = self._buffer.partition(b"\n")
                self._buffer = bytearray(rest)
                return line.decode()
            if self._ended:
                return ""
            self._readable.clear()
            await self._readable.wait()
            await asyncio.sleep(self._think_s)

    async def _answer(self, line: str, transport: asyncio.WriteTransport) -> None:
        self.heard.append(line)
        words = [first or second for first, second in _WORDS.findall(line)]
        if words[0] == "STREAM":
            if await self._interrupted():
                self.stopped += 1
                return
            transport.write(b"200 result=0 endpos=160\n")
        elif words[0] == "WAIT":
            transport.write(b"200 result=1\n" if await self._interrupted() else b"200 result=0\n")
        elif words[0] == "GET":
            transport.write(f"200 result=1 ({words[2]})\n".encode())
        else:
            transport.write(b"200 result=0\n")

    async def _interrupted(self) -> bool:
        try:
            async with asyncio.timeout(self._play_s):
                while not self._socket:
                    self._readable.clear()
                    if self._ended:
                        return True
                    await self._readable.wait()
                return True
        except TimeoutError:
            return False
