"""One caller inside the engine: orders are carried out one after another on the caller's AGI session."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.adapters.asterisk.agi import AgiSession
from engine.adapters.asterisk.errors import AgiFailed, ChannelGone
from engine.adapters.asterisk.joined import joined_files
from engine.adapters.asterisk.keyed import Keys
from engine.adapters.asterisk.muting import MuteRecording, RecordingMute
from engine.adapters.asterisk.sounds import KeepSecret, Sounds, Voice
from engine.adapters.asterisk.targets import is_diallable, seconds
from engine.adapters.asterisk.translate import ring_failure
from engine.adapters.asterisk.wav import wav_length_ms
from engine.core.effects import (
    OUTSIDE,
    Announce,
    PlayPrompts,
    RecordMessage,
    RingOutside,
    RingSeat,
    StartMusic,
)
from engine.core.events import Announced, Event, KeyPressed, MessageRecorded, PromptsPlayed, RingFailed
from engine.core.ivr.values import Values

__all__ = ["Caller", "CallerOrder", "CallerTools", "Sounds", "Voice"]

T = TypeVar("T")

log = logging.getLogger(__name__)

CallerOrder = PlayPrompts | StartMusic | Announce | RecordMessage | RingSeat | RingOutside
_HOUR_MS = 3_600_000
# Asterisk forgets keys for which no command waits: where more than this passes, one does.
_AT_ONCE_S = 0.05
# Who types more than an entry takes goes on at this pace; those keys answer nothing that is said next.
_TYPES_ON_MS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerTools:
    """What all callers share. `messages`: the folder for what they say."""

    messages: str
    voice: Voice
    keep_secret: KeepSecret
    mute_recording: MuteRecording


class Caller:
    """The caller's side of a call while the engine steers it."""

    def __init__(
        self,
        call_id: str,
        session: AgiSession,
        tools: CallerTools,
        emit: Callable[[Event], None],
    ) -> None:
        self.call_id = call_id
        self.session = session
        self._tools = tools
        self._recording = RecordingMute(session.env.get("agi_channel", ""), tools.mute_recording)
        self._emit = emit
        self._orders: asyncio.Queue[CallerOrder | None] = asyncio.Queue()
        self._announcement: asyncio.Future[None] | None = None
        self.dialling = False
        self._greeted = False
        self._auto: bool | None = None  # an earlier session may have asked for it
        self._spare = ""  # a key that may still come for the order before
        self._talked = session.env.get("agi_network_script", "") == "talked"
        self._early = ""  # pressed between two orders, when nothing was said
        self._open_to_keys = False  # the order before was one that takes keys
        self._keys = ""  # asked for while music plays
        self._listening: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<Caller {self.call_id} {self._orders.qsize()} orders{' dialling' if self.dialling else ''}>"

    def order(self, order: CallerOrder) -> None:
        """Do this next. A phone to be rung cuts an announcement short: agents do not wait for prompts."""
        self._orders.put_nowait(order)
        if isinstance(order, RingSeat | RingOutside) and self._announcement is not None:
            self._announcement.cancel()

    def finish(self) -> None:
        """End the call after the orders given so far."""
        self._orders.put_nowait(None)

    def undone(self) -> list[CallerOrder]:
        """The orders that nobody has begun to carry out; they are taken away from here."""
        orders = []
        while not self._orders.empty():
            orders.append(self._orders.get_nowait())
        return [order for order in orders if order is not None]

    async def run(self) -> None:
        """Carry out orders until the caller is gone or the call is to end."""
        do: dict[type, Callable[..., Awaitable[None]]] = {
            PlayPrompts: self._play,
            StartMusic: self._music,
            Announce: self._announce,
            RecordMessage: self._record,
            RingSeat: self._ring,
            RingOutside: self._ring_outside,
        }
        try:
            while (order := await self._next_order()) is not None:
                await self._stop_listening()
                self._open_to_keys = isinstance(order, PlayPrompts)
                if not self._open_to_keys:
                    self._early = ""
                try:
                    await do[type(order)](order)
                except AgiFailed:
                    log.exception("%r: %s", self, type(order).__name__)
                    self._failed(order)
        finally:
            await self._stop_listening()
            await self._recording.close()
        await self.session.set_variable("FS_DONE", "1")
        await self.session.hangup()

    async def _next_order(self) -> CallerOrder | None:
        """The next order, or ChannelGone as soon as the caller hangs up while nothing is under way."""
        if not self._orders.empty():
            return self._orders.get_nowait()
        getting = asyncio.ensure_future(self._orders.get())
        gone = asyncio.ensure_future(self.session.gone.wait())
        try:
            came = asyncio.wait({getting, gone}, return_when=asyncio.FIRST_COMPLETED)
            await (self._hearing_keys(came) if self._open_to_keys else came)
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
                self._emit(MessageRecorded(call_id=self.call_id, file="", length_ms=0, part=bool(order.name)))
            case RingSeat():
                self._ring_failed(order.seat_id, "CHANUNAVAIL", 0)
            case RingOutside():
                self._ring_failed(OUTSIDE, "CHANUNAVAIL", 0)

    async def _play(self, order: PlayPrompts) -> None:
        if not self._greeted:
            self._greeted = True
            await self.session.set_variable("FS_GREETED", "1")
        if order.secret:
            await self._recording.on()
        try:
            keys = await self._hear(order)
        finally:
            self._recording.off()
        self._spare = keys.spare
        digits = self._tools.keep_secret(self.call_id, keys.digits) if keys.secret else keys.digits
        self._emit(PromptsPlayed(call_id=self.call_id, digits=digits))

    async def _hear(self, order: PlayPrompts) -> Keys:
        """Say what is to be said, and wait for the keys."""
        keys = Keys(order, self._spare)
        files = await self._hearing_keys(self._tools.voice.files(order))
        self._early = keys.take_early(self._early)
        for file in () if keys.begun else files:
            while not keys.take(key := await self._stream(file, order.barge_in)):
                pass  # said again from its beginning
            if key:
                break
        while order.timeout_ms > 0 and not keys.complete:
            key = await self.session.wait_for_digit(order.timeout_ms)
            if not key:
                break
            keys.take(key)
        while keys.may_go_on and (key := await self.session.wait_for_digit(_TYPES_ON_MS)):
            keys.take_surplus(key)
        return keys

    async def _hearing_keys(self, work: Awaitable[T]) -> T:
        """Do something of which the caller hears nothing; keys pressed meanwhile are not lost."""
        working = asyncio.ensure_future(work)
        listening: asyncio.Task[None] | None = None
        try:
            if not (await asyncio.wait({working}, timeout=_AT_ONCE_S))[0]:
                listening = asyncio.ensure_future(self._hear_early())
            return await working
        finally:
            working.cancel()
            if listening is not None:
                listening.cancel()
                await asyncio.wait({listening})

    async def _hear_early(self) -> None:
        try:
            while True:
                self._early += await self.session.wait_for_digit(_HOUR_MS)
        except (AgiFailed, ChannelGone) as error:
            log.debug("%r: no more keys: %s", self, error)

    async def _stream(self, file: str, escape_digits: str) -> str:
        """Play one file; one that is not there is passed over, the call goes on."""
        try:
            return await self.session.stream_file(file, escape_digits)
        except AgiFailed as error:
            log.error("prompt %s cannot be played: %s", file, error)
            return ""

    async def _music(self, order: StartMusic) -> None:
        if self._talked:  # what was before may not end the call, should the engine die
            self._talked = False
            await self.session.set_variable("DIALSTATUS", "")
            await self.session.set_variable("FS_TALKED", "")
        await self.session.set_music(True, order.music)
        self._keys = order.keys
        self._listen()

    def _listen(self) -> None:
        """Hear keys while the music plays, until the next order."""
        if self._keys:
            self._listening = asyncio.ensure_future(self._hear_keys())

    async def _hear_keys(self) -> None:
        try:
            while True:
                self._pressed(await self.session.wait_for_digit(_HOUR_MS))
        except (AgiFailed, ChannelGone) as error:
            log.debug("%r: no more keys: %s", self, error)

    def _pressed(self, key: str) -> None:
        if key and key in self._keys:
            self._emit(KeyPressed(call_id=self.call_id, key=key))

    async def _stop_listening(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            await asyncio.wait({listening})

    async def _announce(self, order: Announce) -> None:
        await self.session.set_music(False)
        self._announcement = asyncio.ensure_future(self._say(order))
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
            self._listen()
        self._emit(Announced(call_id=self.call_id))

    async def _say(self, order: Announce) -> None:
        for file in await self._files(order.prompts, order.language, order.values):
            key = await self._stream(file, self._keys)
            if key:
                self._pressed(key)
                return

    async def _files(
        self, prompts: tuple[str, ...], language: str, values: Values | None = None
    ) -> list[str]:
        """Where to find what no key stops."""
        return await self._tools.voice.files(
            PlayPrompts(call_id=self.call_id, prompts=prompts, language=language, values=values or {})
        )

    async def _record(self, order: RecordMessage) -> None:
        name = order.name or self.call_id
        path = f"{self._tools.messages}/{name}"
        try:
            await self.session.record_file(
                path, "wav", "#", order.max_seconds * 1000, order.silence_seconds, beep=True
            )
        finally:
            length_ms = wav_length_ms(f"{path}.wav")
            length_ms = length_ms if length_ms >= order.min_ms else 0
            self._emit(
                MessageRecorded(
                    call_id=self.call_id, file=f"{name}.wav", length_ms=length_ms, part=bool(order.name)
                )
            )

    async def _ring(self, order: RingSeat) -> None:
        if order.auto != self._auto:
            await self.session.set_variable("_FS_AUTO", "1" if order.auto else "")
            self._auto = order.auto
        options = f"gm({order.music})b(agent-leg^s^1)"
        if order.announce:
            files = await self._files(order.announce, order.language)
            said = await asyncio.to_thread(joined_files, files)
            options += f"A(:{said})" if said else ""
        phones = "&".join(f"PJSIP/{seat_id}" for seat_id in (order.seat_id, *order.others))
        await self._dial(order.seat_id, phones, order.ring_ms, options)

    async def _ring_outside(self, order: RingOutside) -> None:
        if not is_diallable(order.number):
            self._ring_failed(OUTSIDE, "CHANUNAVAIL", 0)
            return
        options = f"gm({order.music})b(outside-leg^s^1(third))"
        await self._dial(OUTSIDE, f"PJSIP/{order.number}@{order.line_id}", order.ring_ms, options)

    async def _dial(self, party: str, target: str, ring_ms: int, options: str) -> None:
        self.dialling = True
        try:
            await self.session.execute("Dial", target, seconds(ring_ms), options)
            await self._dialled(party)
        finally:
            self.dialling = False

    async def _dialled(self, party: str) -> None:
        """Dial ended. A talk that ended needs nothing: its hang-ups came as events of their own."""
        status = await self.session.get_variable("DIALSTATUS")
        if status == "ANSWER":
            self._talked = True
            return
        cause = await self.session.get_variable("HANGUPCAUSE")
        self._ring_failed(party, status, int(cause) if cause.isdecimal() else 0)

    def _ring_failed(self, party: str, status: str, cause: int) -> None:
        failure = ring_failure(status, cause)
        self._emit(RingFailed(call_id=self.call_id, seat_id=party, failure=failure, cause=cause))
