"""One caller inside the engine: orders are carried out one after another on the caller's AGI session."""

import asyncio
import logging
import math
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from engine.adapters.asterisk.agi import AgiReply, AgiSession
from engine.adapters.asterisk.errors import AgiFailed, ChannelGone
from engine.adapters.asterisk.translate import ring_failure
from engine.core.effects import Announce, PlayPrompts, RecordMessage, RingSeat, StartMusic
from engine.core.events import Announced, Event, MessageRecorded, PromptsPlayed, RingFailed

log = logging.getLogger(__name__)

CallerOrder = PlayPrompts | StartMusic | Announce | RecordMessage | RingSeat
_WAV_BYTES_A_MS = 16  # 8 kHz, 16 bit, mono
_WAV_HEADER = 44


@dataclass(frozen=True, slots=True)
class Sounds:
    """Where prompts are read and messages written, as Asterisk sees the file system."""

    prompts: str  # folder of the language
    messages: str


class Caller:
    """The caller's side of a call while the engine steers it."""

    def __init__(
        self,
        call_id: str,
        session: AgiSession,
        sounds: Sounds,
        emit: Callable[[Event], None],
    ) -> None:
        self.call_id = call_id
        self.session = session
        self._sounds = sounds
        self._emit = emit
        self._orders: asyncio.Queue[CallerOrder | None] = asyncio.Queue()
        self._announcement: asyncio.Future[None] | None = None
        self.dialling = False
        self._greeted = False
        self._auto = False

    def __repr__(self) -> str:
        return f"<Caller {self.call_id} {self._orders.qsize()} orders{' dialling' if self.dialling else ''}>"

    def order(self, order: CallerOrder) -> None:
        """Do this next. A phone to be rung cuts an announcement short: agents do not wait for prompts."""
        self._orders.put_nowait(order)
        if isinstance(order, RingSeat) and self._announcement is not None:
            self._announcement.cancel()

    def finish(self) -> None:
        """End the call after the orders given so far."""
        self._orders.put_nowait(None)

    async def run(self) -> None:
        """Carry out orders until the caller is gone or the call is to end."""
        do: dict[type, Callable[..., Awaitable[None]]] = {
            PlayPrompts: self._play,
            StartMusic: self._music,
            Announce: self._announce,
            RecordMessage: self._record,
            RingSeat: self._ring,
        }
        while (order := await self._next_order()) is not None:
            try:
                await do[type(order)](order)
            except AgiFailed:
                log.exception("%r: %s", self, type(order).__name__)
                self._failed(order)
        await self.session.set_variable("FS_DONE", "1")
        await self.session.hangup()

    async def _next_order(self) -> CallerOrder | None:
        """The next order, or ChannelGone as soon as the caller hangs up while nothing is under way."""
        if not self._orders.empty():
            return self._orders.get_nowait()
        getting = asyncio.ensure_future(self._orders.get())
        gone = asyncio.ensure_future(self.session.gone.wait())
        try:
            await asyncio.wait({getting, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not getting.done():
                raise ChannelGone
            return getting.result()
        finally:
            getting.cancel()
            gone.cancel()

    def _failed(self, order: CallerOrder) -> None:
        """An order that Asterisk refused still ends in its event, or the call would stand still."""
        match order:
            case PlayPrompts():
                self._emit(PromptsPlayed(call_id=self.call_id))
            case Announce():
                self._emit(Announced(call_id=self.call_id))
            case RecordMessage():
                self._emit(MessageRecorded(call_id=self.call_id, file="", length_ms=0))
            case RingSeat():
                failure = ring_failure("CHANUNAVAIL", 0)
                self._emit(RingFailed(call_id=self.call_id, seat_id=order.seat_id, failure=failure))

    async def _play(self, order: PlayPrompts) -> None:
        if not self._greeted:
            self._greeted = True
            await self.session.set_variable("FS_GREETED", "1")
        digits = ""
        for prompt in order.prompts:
            digits = await self._stream(prompt, order.barge_in)
            if digits:
                break
        waits = order.timeout_ms > 0
        while waits and len(digits) < order.max_digits and digits[-1:] != (order.terminator or None):
            digit = await self.session.wait_for_digit(order.timeout_ms)
            if not digit:
                break
            digits += digit
        self._emit(PromptsPlayed(call_id=self.call_id, digits=digits))

    async def _stream(self, prompt: str, escape_digits: str) -> str:
        """Play one prompt; a file that is not there is passed over, the call goes on."""
        try:
            return await self.session.stream_file(f"{self._sounds.prompts}/{prompt}", escape_digits)
        except AgiFailed as error:
            log.error("prompt %s cannot be played: %s", prompt, error)
            return ""

    async def _music(self, order: StartMusic) -> None:
        await self.session.set_music(True, order.music)

    async def _announce(self, order: Announce) -> None:
        await self.session.set_music(False)
        self._announcement = asyncio.ensure_future(self._say(order.prompts))
        try:
            await asyncio.wait({self._announcement})
            cut_short = self._announcement.cancelled()
            if not cut_short:
                self._announcement.result()  # ChannelGone, if the caller left
        finally:
            self._announcement.cancel()  # a stream that is not awaited any more stops in Asterisk at once
            self._announcement = None
        if not cut_short:
            await self.session.set_music(True, order.music)
        self._emit(Announced(call_id=self.call_id))

    async def _say(self, prompts: tuple[str, ...]) -> None:
        for prompt in prompts:
            await self._stream(prompt, "")

    async def _record(self, order: RecordMessage) -> None:
        path = f"{self._sounds.messages}/{self.call_id}"
        try:
            await self.session.record_file(
                path, "wav", "#", order.max_seconds * 1000, order.silence_seconds, beep=True
            )
        finally:
            length_ms = wav_length_ms(f"{path}.wav")
            length_ms = length_ms if length_ms >= order.min_ms else 0
            name = f"{self.call_id}.wav"
            self._emit(MessageRecorded(call_id=self.call_id, file=name, length_ms=length_ms))

    async def _ring(self, order: RingSeat) -> None:
        if order.auto != self._auto:
            await self.session.set_variable("_FS_AUTO", "1" if order.auto else "")
            self._auto = order.auto
        seconds = str(math.ceil(order.ring_ms / 1000))
        self.dialling = True
        try:
            reply = await self.session.execute(
                "Dial", f"PJSIP/{order.seat_id}", seconds, f"gm({order.music})b(agent-leg^s^1)"
            )
            await self._dialled(order, reply)
        finally:
            self.dialling = False

    async def _dialled(self, order: RingSeat, reply: AgiReply) -> None:
        """Dial ended. A talk that ended needs nothing: its hang-ups came as events of their own."""
        status = await self.session.get_variable("DIALSTATUS")
        if status == "ANSWER":
            return
        cause = await self.session.get_variable("HANGUPCAUSE")
        number = int(cause) if cause.isdecimal() else 0
        failure = ring_failure(status, number)
        self._emit(RingFailed(call_id=self.call_id, seat_id=order.seat_id, failure=failure, cause=number))


def wav_length_ms(path: str) -> int:
    """Length of a mono 8 kHz 16-bit WAV by its size: Asterisk may not have closed it yet; 0 if missing."""
    try:
        return max(0, os.path.getsize(path) - _WAV_HEADER) // _WAV_BYTES_A_MS
    except OSError:
        return 0
