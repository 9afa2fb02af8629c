"""A program's line to the engine: calls with answers, and views as they are pushed.

For programs of the engine's own side, such as the scripted agents of the demo. It does not come back after a
lost connection: consoles, which must, have a client of their own in `tui`.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

import msgspec

from engine.wire.messages import PROTOCOL, RpcFault, RpcIncoming, RpcRequest, encode
from engine.wire.methods import METHODS, SESSION_ENDED, VIEW_CHANGED, HelloParams, Nothing, Params, Views

_LINE_LIMIT = 16 * 1_048_576  # bytes of one answer

_incoming = msgspec.json.Decoder(RpcIncoming)
_views = msgspec.json.Decoder(Views)
_ended = msgspec.json.Decoder(RpcFault)


class EngineError(Exception):
    """The engine refused, or it is gone; `reason` and `detail` as in `RpcFault`, "gone" for the latter."""

    def __init__(self, reason: str, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.detail = detail


class SocketClient:
    """One connection. `on_views` gets every pushed view; `on_gone` why the connection ended."""

    def __init__(
        self,
        path: str,
        name: str,
        *,
        on_views: Callable[[Views], None] = lambda views: None,
        on_gone: Callable[[str], None] = lambda why: None,
    ) -> None:
        self._path = path
        self._name = name
        self._on_views = on_views
        self._on_gone = on_gone
        self.ended = ""  # the reason, when the engine said one at the end
        self._why = "the engine closed the connection"
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[RpcIncoming]] = {}
        self._last_id = 0

    async def open(self) -> None:
        """Connect and say hello. Raises EngineError."""
        try:
            reader, self._writer = await asyncio.open_unix_connection(self._path, limit=_LINE_LIMIT)
        except OSError as error:
            raise EngineError("gone", f"{self._path}: {error.strerror}") from error
        self._reading = asyncio.create_task(self._read(reader, self._writer))
        await self.call("session.hello", HelloParams(client=self._name, protocol=PROTOCOL))

    async def close(self) -> None:
        """Hang up the line."""
        if self._reading is not None:
            self._on_gone = lambda why: None
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def call(self, method: str, params: Params | None = None, timeout_s: float = 10.0) -> Any:
        """Ask, and return the answer in the method's result type. Raises EngineError."""
        if self._writer is None or self._writer.is_closing():
            raise EngineError("gone", self._why)
        self._last_id += 1
        request_id = self._last_id
        body = msgspec.Raw(msgspec.json.encode(params or Nothing()))
        answer: asyncio.Future[RpcIncoming] = asyncio.get_running_loop().create_future()
        self._answers[request_id] = answer
        try:
            self._writer.write(encode(RpcRequest(id=request_id, method=method, params=body)))
            async with asyncio.timeout(timeout_s):
                response = await answer
        except TimeoutError:
            raise EngineError("gone", f"no answer to {method} within {timeout_s:g} s") from None
        finally:
            del self._answers[request_id]
        if response.error is not None:
            raise EngineError(response.error.reason, response.error.message, response.error.detail)
        return msgspec.json.decode(response.result, type=METHODS[method].result)

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(OSError, ValueError):
                async for line in reader:
                    self._take(_incoming.decode(line))
        finally:
            writer.close()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(EngineError("gone", self._why))
            self._on_gone(self._why)

    def _take(self, message: RpcIncoming) -> None:
        if message.method == VIEW_CHANGED:
            self._on_views(_views.decode(message.params))
        elif message.method == SESSION_ENDED:
            fault = _ended.decode(message.params)
            self._why, self.ended = fault.message, fault.reason
        elif isinstance(message.id, int) and message.id in self._answers:
            answer = self._answers[message.id]
            if not answer.done():
                answer.set_result(message)
