"""One client's connection: requests one after another, notifications in between, all of it bounded."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any, cast

from engine.adapters.unix_socket.dispatch import Handle, respond
from engine.adapters.unix_socket.listening import peer_credentials
from engine.adapters.unix_socket.outbox import Merge, Outbox
from engine.core.views import Identity
from engine.wire.messages import MAX_LINE, Reason, RpcFault, RpcResponse, fault
from engine.wire.methods import SESSION_ENDED

log = logging.getLogger(__name__)

READ_AHEAD = 65_536  # bytes of unanswered requests after which reading pauses
STALL_SECONDS = 30.0  # a client that does not read for so long is dropped
REQUESTS_IN_A_ROW = 16  # then the other connections get their turn


class Connection(asyncio.Protocol):
    """A client as the daemon sees it.

    `identity` is set by the daemon at log-in; `data` is the daemon's own. A request that has begun is
    finished even if the client goes away; only then the server reports the connection as closed.
    """

    def __init__(self, handle: Handle, on_made: Callable[["Connection"], None]) -> None:
        self.peer_uid = -1
        self.peer_pid = -1
        self.identity: Identity | None = None
        self.data: dict[str, Any] = {}
        self.closing = False
        self._handle = handle
        self._on_made = on_made
        self._transport: asyncio.Transport
        self._loop = asyncio.get_running_loop()
        self._buffer = bytearray()
        self._scanned = 0  # bytes of the buffer known to hold no newline
        self._reading_paused = False
        self._at_end = False
        self._more = asyncio.Event()
        self._outbox = Outbox()
        self._writable = asyncio.Event()
        self._lost = asyncio.Event()
        self._flush_due = False
        self._stall: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        who = self.identity.staff_number if self.identity else "-"
        return f"<Connection pid={self.peer_pid} uid={self.peer_uid} staff={who} unsent={len(self._outbox)}>"

    def notify(self, method: str, params: object, key: str, merge: Merge | None = None) -> None:
        """Send when the client can take it; an unsent one of the same `key` is replaced, or merged."""
        if self.closing:
            return
        self._outbox.put_notification(method, params, key, merge)
        if self._outbox.full and not self._writable.is_set():
            log.warning("%r reads too slowly: dropped", self)
            self.drop()
        elif not self._flush_due:
            self._flush_due = True
            self._loop.call_soon(self._flush)

    def close(self, reason: RpcFault) -> None:
        """Tell the client why, as `session.ended`, and close once that is sent."""
        if self.closing:
            return
        self.notify(SESSION_ENDED, reason, SESSION_ENDED)
        self._finish()

    def drop(self) -> None:
        """Close at once, unsent or not."""
        self.closing = True
        self._more.set()
        if not self._lost.is_set():
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.peer_pid, self.peer_uid = peer_credentials(transport.get_extra_info("socket"))
        self._writable.set()
        self._on_made(self)

    def data_received(self, data: bytes) -> None:
        if self.closing:
            return
        self._buffer += data
        if self._line_end() >= 0:
            self._more.set()
            if len(self._buffer) > READ_AHEAD:
                self._transport.pause_reading()
                self._reading_paused = True
        elif len(self._buffer) > MAX_LINE:
            self._refuse_long_line()

    def eof_received(self) -> bool:
        self._at_end = True
        self._more.set()
        return True  # what was asked before is still answered; `serve` closes

    def connection_lost(self, exc: Exception | None) -> None:
        self.closing = True
        self._lost.set()
        self._more.set()
        self._writable.set()
        self._stop_stall_clock()

    def pause_writing(self) -> None:
        self._writable.clear()
        self._start_stall_clock()

    def resume_writing(self) -> None:
        self._stop_stall_clock()
        self._writable.set()
        self._flush()

    async def serve(self) -> None:
        """Answer requests until the client is gone."""
        served = 0
        while (line := await self._next_line()) is not None:
            response = await respond(line, self, self._handle)
            if response is not None and not self.closing:
                self._outbox.put_response(response)
                self._flush()
            await self._writable.wait()
            served += 1
            if served % REQUESTS_IN_A_ROW == 0:
                await asyncio.sleep(0)
        self._finish()
        await self._lost.wait()

    def _line_end(self) -> int:
        end = self._buffer.find(b"\n", self._scanned)
        self._scanned = end if end >= 0 else len(self._buffer)
        return end

    async def _next_line(self) -> bytes | None:
        while not self.closing:
            end = self._line_end()
            if end > MAX_LINE:
                self._refuse_long_line()
                return None
            if end >= 0:
                return self._take(end)
            if self._at_end:
                return self._take(len(self._buffer)) if self._buffer else None
            self._resume_reading()
            self._more.clear()
            await self._more.wait()
        return None

    def _take(self, end: int) -> bytes:
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._scanned = 0
        return line

    def _resume_reading(self) -> None:
        if self._reading_paused:
            self._reading_paused = False
            self._transport.resume_reading()

    def _flush(self) -> None:
        self._flush_due = False
        while len(self._outbox) and self._writable.is_set() and not self._transport.is_closing():
            self._transport.write(self._outbox.take())

    def _refuse_long_line(self) -> None:
        log.warning("%r sent a line of more than %d bytes: dropped", self, MAX_LINE)
        error = fault(Reason.TOO_LONG, f"a line is at most {MAX_LINE} bytes; connection closed")
        self._outbox.put_response(RpcResponse(id=None, error=error))
        self._finish()

    def _finish(self) -> None:
        """Close after what is unsent; the client has `STALL_SECONDS` to read it."""
        if self.closing:
            return
        self.closing = True
        self._more.set()
        while len(self._outbox):
            self._transport.write(self._outbox.take())
        self._transport.close()
        self._start_stall_clock()

    def _stalled(self) -> None:
        log.warning("%r has not read for %d s: dropped", self, STALL_SECONDS)
        self.drop()

    def _start_stall_clock(self) -> None:
        if self._stall is None and not self._lost.is_set():
            self._stall = self._loop.call_later(STALL_SECONDS, self._stalled)

    def _stop_stall_clock(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
            self._stall = None
