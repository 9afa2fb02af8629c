"""A raw client of the socket: sends bytes, reads JSON lines; for what well-behaved clients never do."""

import asyncio
from typing import Any, Self

import msgspec

SECONDS = 5.0


class RawClient:
    """One connection, line by line."""

    def __init__(self, path: str) -> None:
        self._path = path

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_unix_connection(self._path, limit=64 * 1_048_576)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except OSError:
            pass  # the server was quicker

    def send(self, line: bytes) -> None:
        self.writer.write(line + b"\n")

    def request(self, method: str, params: Any = None, request_id: int | str = 1) -> None:
        body = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params or {}}
        self.send(msgspec.json.encode(body))

    async def read(self) -> Any:
        """The next message; None at the end."""
        async with asyncio.timeout(SECONDS):
            line = await self.reader.readline()
        return msgspec.json.decode(line) if line else None

    async def ask(self, method: str, params: Any = None, request_id: int | str = 1) -> Any:
        self.request(method, params, request_id)
        return await self.read()

    async def at_end(self) -> bool:
        """Whether the server closes without another word."""
        async with asyncio.timeout(SECONDS):
            try:
                return await self.reader.read() == b""
            except ConnectionResetError:
                return True
