"""One AGI connection: commands go out one at a time, and every reply finds the command that it answers.

panoramisk's `fast_agi.Request` is not used: it takes HANGUP, usage lines and the end of the stream for
replies, and a cancelled command shifts all later replies. Nor is `parse_agi_result`: it loses "timeout" and
"hangup".
"""

# ruff: noqa: ASYNC109  (a time-out here also keeps later replies in step)

from __future__ import annotations

import asyncio
import logging
import socket
from collections import deque
from collections.abc import Mapping

from engine.adapters.asterisk.agi_text import AgiReply, encode_command, has_open_value, parse_reply
from engine.adapters.asterisk.errors import ActionTimedOut, AgiFailed, ChannelGone

log = logging.getLogger(__name__)

# Bytes of one line, and of one reply of several lines.
MAX_BYTES = 64 * 1024
# A prompt that does not stop within this time is told so again, then after four times as long.
STOP_AGAIN_S = 0.01
GONE_CODE = 511


def acknowledge(writer: asyncio.StreamWriter) -> None:
    """Lets the kernel confirm at once what came.

    Asterisk leaves Nagle's algorithm on: of two lines in a row the second is held back until the first is
    confirmed, by default after 40 ms. Such a second line is the HANGUP behind the reply to a redirected Dial.
    """
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


class _Expected:
    """A reply that Asterisk owes; `may_be_silent`: a prompt that is stopped by a command gives none."""

    __slots__ = ("answer", "may_be_silent")

    def __init__(self, answer: asyncio.Future[AgiReply]) -> None:
        self.answer = answer
        self.may_be_silent = False


class AgiConnection:
    """Keeps commands and replies in step, whatever is cancelled, late or said in between."""

    def __init__(
        self, env: Mapping[str, str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.env = env
        self.gone = asyncio.Event()
        self._reader = reader
        self._writer = writer
        self._one_at_a_time = asyncio.Lock()
        self._expected: deque[_Expected] = deque()
        self._in_step = asyncio.Event()
        self._in_step.set()
        self._stop_again: asyncio.TimerHandle | None = None
        self._lines: list[str] = []
        self._length = 0

    def __repr__(self) -> str:
        state = "gone" if self.gone.is_set() else "here"
        return f"<AGI {self.env.get('agi_channel', '?')} {state}, {len(self._expected)} replies due>"

    async def command(self, line: str, timeout: float | None = None) -> AgiReply:
        """Sends one command and returns its reply; `timeout` in seconds, None waits as long as it takes.

        Raises ChannelGone, AgiFailed, ActionTimedOut, and ValueError for what is not one line of text. When
        it is cancelled or out of time, a prompt or a wait for a key stops at once; anything else goes on, and
        the next command waits for its end.
        """
        data = encode_command(line)
        try:
            async with asyncio.timeout(timeout), self._one_at_a_time:
                await self._in_step.wait()
                reply = await self._exchange(data)
        except TimeoutError:
            raise ActionTimedOut(line, timeout) from None
        if reply.code == GONE_CODE:
            raise ChannelGone(reply.note)
        if reply.code != 200:
            raise AgiFailed(reply.code, reply.note)
        return reply

    async def _exchange(self, data: bytes) -> AgiReply:
        if self.gone.is_set():
            raise ChannelGone
        expected = self._send(data)
        try:
            return await expected.answer
        except asyncio.CancelledError:
            self._stop(expected, data)
            raise

    def _send(self, data: bytes) -> _Expected:
        """Writes without waiting: at most a few lines are ever under way, Asterisk's buffer takes them."""
        expected = _Expected(asyncio.get_running_loop().create_future())
        self._expected.append(expected)
        self._in_step.clear()
        self._writer.write(data)
        return expected

    def _stop(self, expected: _Expected, data: bytes) -> None:
        """Ends a prompt or a wait for a key by the next command, which is how Asterisk lets it be ended."""
        if self.gone.is_set() or not self._expected:
            return
        expected.may_be_silent = data.startswith(b"STREAM FILE ")
        if expected.may_be_silent or data.startswith(b"WAIT FOR DIGIT "):
            self._send_stop(STOP_AGAIN_S)

    def _send_stop(self, again_s: float) -> None:
        """Sends a command that does nothing; again after `again_s`, if Asterisk does not notice it.

        Asterisk may have read it together with the prompt's command: then only a third makes it look again.
        """
        self._send(b"NOOP\n").answer.cancel()
        self._stop_again = asyncio.get_running_loop().call_later(again_s, self._send_stop, 4 * again_s)

    async def read(self) -> None:
        """Reads until the connection ends; the only reader of this connection."""
        try:
            while (line := await self._reader.readline()) and not self._writer.is_closing():
                acknowledge(self._writer)
                self._take(line.decode("utf-8", "replace").rstrip("\r\n"))
        except (OSError, ValueError) as error:  # ValueError: a line or a reply without end
            log.warning("%r: %s", self, error)
        finally:
            self._end()

    def _take(self, line: str) -> None:
        if line == "HANGUP":
            self._lines.clear()
            self._hung_up()
            return
        if not self._is_complete(line):
            return
        reply = parse_reply("\n".join(self._lines))
        if reply is None:
            log.warning("%r: not a reply: %.200r", self, self._lines)
        elif reply.code != 100:  # 100 only says that it is being tried
            self._answer(reply)
        self._lines.clear()

    def _is_complete(self, line: str) -> bool:
        """Adds a line to the reply that is being read, and says whether that was its last."""
        lines = self._lines
        self._length = self._length + len(line) + 1 if lines else len(line)
        if self._length > MAX_BYTES:
            raise ValueError("a reply without end")
        lines.append(line)
        if lines[0].startswith("520-"):
            return line.startswith("520 ")
        return ")" in line or not has_open_value(lines[0])

    def _answer(self, reply: AgiReply) -> None:
        expected = self._expected
        if expected and expected[0].may_be_silent and reply.endpos is None and reply.code == 200:
            expected.popleft()
        if not expected:
            log.warning("%r: a reply to nothing: %s", self, reply)
            return
        answer = expected.popleft().answer
        if not answer.done():
            answer.set_result(reply)
        if reply.code == GONE_CODE:
            self._hung_up()
        if not expected:
            self._settle()

    def _settle(self) -> None:
        self._in_step.set()
        if self._stop_again is not None:
            self._stop_again.cancel()
            self._stop_again = None
        if self.gone.is_set():
            self.close()

    def _hung_up(self) -> None:
        """The channel left this session (hang-up or redirect).

        The socket is closed as soon as no reply is due: an open one would hold a redirected caller back.
        """
        self.gone.set()
        if not self._expected:
            self.close()

    def _end(self) -> None:
        self.gone.set()
        while self._expected:
            answer = self._expected.popleft().answer
            if not answer.done():
                answer.set_exception(ChannelGone("the connection ended"))
        self._settle()

    def close(self) -> None:
        """Closes the socket at once; Asterisk's dialplan goes on behind the AGI command."""
        self.gone.set()
        self._writer.transport.abort()
