"""FastAGI: the server that Asterisk connects to for each caller, and the session that steers one caller.

Of panoramisk's fast_agi only `Application` is used, as what the listening socket calls. Its own `handler` is
replaced: a client that connects and closes freezes it for ever, it swallows cancellation, and it knows routes
by exact name only.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from panoramisk import fast_agi

from engine.adapters.asterisk.agi_connection import MAX_BYTES, AgiConnection, acknowledge
from engine.adapters.asterisk.agi_text import AgiReply, digit, exec_command, quoted
from engine.adapters.asterisk.errors import AgiFailed, ChannelGone
from engine.adapters.asterisk.headers import parse_agi_environment

__all__ = ["AgiReply", "AgiServer", "AgiSession"]

log = logging.getLogger(__name__)

# A stranger on the port has this long, and MAX_BYTES, to show that it is Asterisk.
OPENING_TIMEOUT_S = 5.0
FIRST_WORD = b"agi_"


class AgiSession(AgiConnection):
    """Steers one caller: each method is one AGI command with its arguments quoted."""

    async def _done(self, line: str) -> AgiReply:
        """A command whose result -1 means that it failed: because the caller left, or for another reason."""
        reply = await self.command(line)
        if reply.result != "-1":
            return reply
        await self.command("NOOP")  # Asterisk sends HANGUP, if that is why, before it reads this
        if self.gone.is_set():
            raise ChannelGone
        raise AgiFailed(reply.code, f"failed: {line}")

    async def answer(self) -> None:
        """Accepts the call."""
        await self._done("ANSWER")

    async def hangup(self) -> None:
        """Ends the caller's call; one who is gone already is fine."""
        try:
            await self.command("HANGUP")
        except ChannelGone:
            log.debug("%r: hung up already", self)

    async def stream_file(self, path: str, escape_digits: str) -> str:
        """Plays a prompt (path without suffix); returns the key that interrupted it, or ''."""
        return digit(await self._done(f"STREAM FILE {quoted(path)} {quoted(escape_digits)}"))

    async def wait_for_digit(self, timeout_ms: int) -> str:
        """Waits for a key; '' when none came in time."""
        return digit(await self._done(f"WAIT FOR DIGIT {timeout_ms:d}"))

    async def set_music(self, on: bool, music_class: str = "default") -> None:
        """Starts or stops the waiting music, which plays on while other commands or none are under way."""
        await self.command(f"SET MUSIC ON {quoted(music_class)}" if on else "SET MUSIC OFF")

    async def set_variable(self, name: str, value: str) -> None:
        """Sets a channel variable or dialplan function."""
        await self.command(f"SET VARIABLE {quoted(name)} {quoted(value)}")

    async def get_variable(self, name: str) -> str:
        """The value of a channel variable or dialplan function, at most 1,023 bytes; empty if none."""
        reply = await self.command(f"GET VARIABLE {quoted(name)}")
        return reply.note if reply.result == "1" else ""

    async def record_file(
        self, path: str, audio_format: str, escape_digits: str, timeout_ms: int, silence_s: int, beep: bool
    ) -> AgiReply:
        """Records the caller until a key, `timeout_ms` (-1: no limit) or `silence_s` (0: never) ends it.

        The reply's note says why it ended: dtmf, timeout, hangup (the file is there), writefile (it is not).
        """
        line = f"RECORD FILE {quoted(path)} {quoted(audio_format)} {quoted(escape_digits)} {timeout_ms:d}"
        return await self.command(line + " BEEP" * beep + f" s={silence_s:d}" * (silence_s > 0))

    async def execute(self, application: str, *args: str) -> AgiReply:
        """Runs a dialplan application; arguments are dialplan syntax, so nothing that a caller chose."""
        reply = await self.command(exec_command(application, args))
        if reply.result == "-2":
            raise AgiFailed(reply.code, f"Asterisk has no application {application}")
        return reply


class _Application(fast_agi.Application):  # type: ignore[misc]  # panoramisk has no types
    """panoramisk's application with the handler of this server."""

    def __init__(
        self, handler: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
    ) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self._handler = handler

    async def handler(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._handler(reader, writer)


class AgiServer:
    """Listens for Asterisk and runs `on_session` for each caller, in a task of its own.

    When `on_session` returns or fails, the connection is closed and Asterisk's dialplan goes on.
    """

    def __init__(self, host: str, port: int, on_session: Callable[[AgiSession], Awaitable[None]]) -> None:
        self._host = host
        self.port = port
        self._on_session = on_session
        self._server: asyncio.Server | None = None
        self._running: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self.rejected = 0

    def __repr__(self) -> str:
        return f"<AgiServer {self._host}:{self.port} {len(self._running)} open, {self.rejected} rejected>"

    async def start(self) -> None:
        """Opens the port; `port` 0 takes any free one, which `port` then says."""
        application = _Application(self._handle)
        self._server = await asyncio.start_server(
            application.handler, self._host, self.port, limit=MAX_BYTES, start_serving=False
        )
        self.port = self._server.sockets[0].getsockname()[1]
        await self._server.start_serving()

    async def stop(self) -> None:
        """Closes the port and every session, and returns when their tasks have ended."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        running = dict(self._running)
        for task, writer in running.items():
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await server.wait_closed()

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or self._server is None:  # stopped just now
            writer.transport.abort()
            return
        self._running[task] = writer
        try:
            opening = await _read_opening(reader, writer)
            if opening is None:
                self.rejected += 1
                log.warning("AGI port: dropped a connection that is not AGI, %d so far", self.rejected)
            else:
                await self._run(AgiSession(parse_agi_environment(opening), reader, writer))
        except asyncio.CancelledError:
            if self._server is not None:
                raise
            # Cancelled by stop(), which waits for it; Python 3.11 would log this end as an error.
        finally:
            del self._running[task]
            writer.transport.abort()

    async def _run(self, session: AgiSession) -> None:
        reading = asyncio.create_task(session.read(), name="agi-read")
        try:
            await self._on_session(session)
        except ChannelGone:
            log.debug("%r: the caller left", session)
        except Exception:
            log.exception("%r: the session failed", session)
        finally:
            session.close()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read_opening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str | None:
    """The block of variables that opens a session; None if the other side is not Asterisk."""
    try:
        async with asyncio.timeout(OPENING_TIMEOUT_S):
            first = await reader.readexactly(len(FIRST_WORD))
            if first != FIRST_WORD:
                return None
            acknowledge(writer)
            return (first + await reader.readuntil(b"\n\n")).decode("utf-8", "replace")
    except (EOFError, OSError, asyncio.LimitOverrunError):  # closed, reset or too slow, too long
        return None
