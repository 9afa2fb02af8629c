"""The engine's hands and ears at Asterisk: orders in, facts out."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.adapters.asterisk.adoption import adopted
from engine.adapters.asterisk.agi import AgiServer, AgiSession
from engine.adapters.asterisk.arrivals import Arrivals
from engine.adapters.asterisk.asking import Asking
from engine.adapters.asterisk.caller import CallerOrder, CallerTools, Sounds, Voice
from engine.adapters.asterisk.callers import Callers
from engine.adapters.asterisk.census import found, vanished
from engine.adapters.asterisk.errors import AsteriskError, LinkLost
from engine.adapters.asterisk.legs import Leg, Legs, endpoint_of, variable
from engine.adapters.asterisk.link import AmiLink
from engine.adapters.asterisk.mover import Mover
from engine.adapters.asterisk.muting import mute_recording
from engine.adapters.asterisk.outgoing import Outgoing, is_placed
from engine.adapters.asterisk.parties import Parties
from engine.adapters.asterisk.sounds import KeepSecret, PlainFiles
from engine.adapters.asterisk.spying import Spying
from engine.adapters.asterisk.translate import (
    CALL_VARIABLE,
    WAITS,
    Translator,
    caller_number,
    is_reachable,
)
from engine.core import effects as order
from engine.core.events import (
    CallAdopted,
    CallArrived,
    CallHeld,
    CallRetrieved,
    ConferenceBegan,
    CustomerLegEnded,
    Event,
    LegsAlternated,
    LineReachable,
    RingFailed,
    SeatAnswered,
    SeatMuted,
    SeatReachable,
    SwitchDown,
    SwitchUp,
)
from engine.core.records import Millis
from engine.core.states import RingFailure

log = logging.getLogger(__name__)

_ASK_AGAIN_S = 0.2
_LOOK_AGAIN_S = 10.0
_SEE_OFF_S = 1.0
_HANG_UPS_KEPT = 200  # told while a list of channels was on its way


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchSettings:
    """How to reach Asterisk, all on loopback."""

    host: str
    ami_port: int
    ami_user: str
    ami_secret: str
    agi_port: int
    seats: frozenset[str]
    lines: frozenset[str]
    sounds: Sounds


class Switch:
    """One Asterisk. `emit` gets facts in the order in which they happened, on the loop's thread.

    `keep_secret` gets what callers key in secretly and gives what is told of it. Without a `voice` each
    prompt is a file.
    """

    def __init__(
        self,
        settings: SwitchSettings,
        emit: Callable[[Event], None],
        keep_secret: KeepSecret,
        voice: Voice | None = None,
    ) -> None:
        self._settings = settings
        self._emit = emit
        self._legs = Legs(settings.seats, settings.lines)
        self._translator = Translator(self._legs)
        self.services: dict[str, Callable[[AgiSession], Awaitable[None]]] = {}  # by the name of their script
        self._stop_wanted: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._up = False
        self._one_census = asyncio.Lock()
        self._states_told: set[str] = set()
        self._hung_up: deque[str] = deque(maxlen=_HANG_UPS_KEPT)
        self._link = AmiLink(
            settings.host,
            settings.ami_port,
            settings.ami_user,
            settings.ami_secret,
            on_event=self._on_ami,
            on_up=lambda: self._spawn(self._resync()),
            on_down=self._on_down,
        )
        self._server = AgiServer(settings.host, settings.agi_port, self._on_session)
        self._asking = Asking(self._link)
        tools = CallerTools(
            messages=settings.sounds.messages,
            voice=voice or PlainFiles(settings.sounds),
            keep_secret=keep_secret,
            mute_recording=lambda channel, on: mute_recording(self._asking, channel, on),
        )
        self._callers = Callers(tools, self._tell)
        self._waiting, self._conferring = Arrivals(), Arrivals()
        mover = Mover(self._asking, self._callers, self._waiting, self._conferring)
        self._parties = Parties(self._legs, self._asking, mover, self._callers, self._tell)
        self._outgoing = Outgoing(self._legs, self._asking, self._tell)
        self._spying = Spying(self._legs, self._asking, mover, self._tell)
        self._orders: dict[type, Callable[[Any], None]] = {
            order.PlayPrompts: self._to_caller,
            order.StartMusic: self._to_caller,
            order.Announce: self._to_caller,
            order.RecordMessage: self._to_caller,
            order.RingSeat: self._to_caller,
            order.RingOutside: self._to_caller,
            order.StopRinging: self._stop_ringing,
            order.AskPhoneToAnswer: self._ask_phone,
            order.PlaceCall: self._spawned(self._outgoing.place),
            order.MuteSeat: self._spawned(self._mute),
            order.HangUpCall: self._hang_up_call,
            order.HangUpSeat: self._hang_up_seat,
        }
        self._orders |= dict.fromkeys(self._parties.effects, self._spawned(self._parties.perform))
        self._orders |= dict.fromkeys(self._spying.effects, self._spawned(self._spying.perform))

    @property
    def agi_port(self) -> int:
        """Where Asterisk finds the engine."""
        return self._server.port

    @property
    def effect_types(self) -> frozenset[type]:
        """The effects that are the switch's to carry out."""
        return frozenset(self._orders)

    async def start(self) -> None:
        """Open the AGI port, then connect; facts begin to come."""
        await self._server.start()
        await self._link.start()

    async def stop(self) -> None:
        """Let go of Asterisk; its dialplan carries the callers on."""
        await self._link.stop()
        await self._server.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def know(self, seats: frozenset[str], lines: frozenset[str]) -> None:
        """There are other seats and lines now; those that are gone may still have calls."""
        seats, lines = self._settings.seats | seats, self._settings.lines | lines
        self._settings = replace(self._settings, seats=seats, lines=lines)
        self._legs.know(seats, lines)

    def performs(self, effect: order.Effect) -> bool:
        """Whether an effect is the switch's to carry out."""
        return type(effect) in self._orders

    def perform(self, effect: order.Effect) -> None:
        """Carry out an effect; returns at once, the outcome comes as a fact."""
        self._orders[type(effect)](effect)

    async def command(self, cli: str) -> str:
        """The output of an Asterisk command, for `fourseatd check`."""
        return await self._link.command(cli)

    # Callers

    async def _on_session(self, session: AgiSession) -> None:
        service = self.services.get(session.env.get("agi_network_script", ""))
        if service is not None:  # a seat's phone, and no call
            await service(session)
            return
        call_id = session.env.get("agi_arg_1", "")
        if not call_id:
            log.warning("AGI session without a call id: dropped")
            return
        channel = session.env["agi_channel"]
        unique_id = session.env.get("agi_uniqueid", "")
        script = session.env.get("agi_network_script", "")
        legs = self._legs.of(call_id)
        if legs.customer is None or legs.customer.unique_id != unique_id:
            legs.customer = Leg(channel, unique_id, endpoint_of(channel), True)
        caller = self._callers.enter(call_id, session)
        if script == "resume":
            legs.customer.waits = True
            self._waiting.arrived(unique_id)
        elif script == "inbound":
            self._emit(_arrived(call_id, session.env))
        await self._callers.serve(caller)

    async def _see_off(self, call_id: str) -> None:
        """Asterisk loses a hang-up that comes while it moves the leg, which then stays for ever."""
        call = self._legs.get(call_id)
        customer = call.customer if call is not None else None
        await asyncio.sleep(_SEE_OFF_S)
        call = self._legs.get(call_id)
        if call is not None and customer is not None and call.customer is customer:
            log.info("%s has hung up, and is still there", customer.channel)
            self._callers.finish(call_id)  # Asterisk does not say HANGUP to a session that began behind it
            await self._asking.hang_up(customer.channel)

    async def _look_again(self, seat_id: str) -> None:
        """One dial that failed does not make a registered phone unreachable for ever."""
        await asyncio.sleep(_LOOK_AGAIN_S)
        for endpoint in await self._link.ask_list("PJSIPShowEndpoints"):
            if endpoint.get("ObjectName") == seat_id:
                reachable = is_reachable(endpoint.get("DeviceState", ""))
                self._emit(SeatReachable(seat_id=seat_id, reachable=reachable))

    def _to_caller(self, effect: CallerOrder) -> None:
        if self._legs.get(effect.call_id) is not None:
            self._callers.order(effect)

    # Ringing and hanging up

    def _stop_ringing(self, effect: order.StopRinging) -> None:
        channel = self._legs.seat_channel(effect.call_id, effect.seat_id)
        if channel:
            self._hang_up(channel)
        else:
            self._stop_wanted.add((effect.call_id, effect.seat_id))

    def _ask_phone(self, effect: order.AskPhoneToAnswer) -> None:
        self._spawn(self._asking.ask("PJSIPNotify", Endpoint=effect.seat_id, Variable="Event=talk"))

    def _hang_up_seat(self, effect: order.HangUpSeat) -> None:
        channel = self._legs.seat_channel(effect.call_id, effect.seat_id)
        if channel:
            self._hang_up(channel)

    def _hang_up_call(self, effect: order.HangUpCall) -> None:
        channel = self._legs.customer_channel(effect.call_id)
        if not self._callers.finish(effect.call_id) and channel:
            self._hang_up(channel)

    def _hang_up(self, channel: str) -> None:
        self._spawn(self._asking.hang_up(channel))

    async def _mute(self, effect: order.MuteSeat) -> None:
        channel = self._legs.seat_channel(effect.call_id, effect.seat_id)
        state = "on" if effect.on else "off"
        if await self._asking.ask("MuteAudio", Channel=channel, Direction="in", State=state):
            self._emit(SeatMuted(call_id=effect.call_id, seat_id=effect.seat_id, on=effect.on))

    # AMI

    def _on_down(self, reason: str) -> None:
        self._up = False
        self._emit(SwitchDown(reason=reason))

    def _on_ami(self, event: Mapping[str, str]) -> None:
        if event.get("Event") == "FullyBooted":  # what was told while it still loaded its modules is not all
            self._spawn(self._resync())
        for fact in self._translator.facts(event):
            self._tell(fact)
        self._track(event)
        if self._stop_wanted and event.get("Event") == "DialBegin":
            self._stop_late(event)

    def _track(self, event: Mapping[str, str]) -> None:
        """What orders under way wait for."""
        unique_id = event.get("Uniqueid", "")
        match event.get("Event"):
            case "UserEvent" if event.get("UserEvent") == WAITS:
                self._waiting.arrived(unique_id)
            case "ConfbridgeJoin":
                self._conferring.arrived(unique_id)
            case "OriginateResponse" if is_placed(event):
                self._outgoing.hear(event)
            case "Hangup":
                self._hung_up.append(unique_id)
                self._waiting.gone(unique_id)
                self._conferring.gone(unique_id)
        self._spying.hear(event)

    def _tell(self, fact: Event) -> None:
        """Pass a fact on; what belongs to a call that has ended is dropped."""
        self._emit(fact)
        match fact:
            case SeatReachable():
                self._states_told.add(fact.seat_id)
            case LineReachable():
                self._states_told.add(fact.line_id)
            case RingFailed():
                self._stop_wanted.discard((fact.call_id, fact.seat_id))
                self._outgoing.settled(fact.call_id)
                if fact.failure is RingFailure.UNREACHABLE and self._legs.is_seat(fact.seat_id):
                    self._spawn(self._look_again(fact.seat_id))
            case CallHeld() | CallRetrieved() | LegsAlternated() | ConferenceBegan() | SeatAnswered():
                self._spawn(self._spying.follow(fact.call_id))
            case CustomerLegEnded():
                self._spawn(self._see_off(fact.call_id))
                self._callers.forget(fact.call_id)
                self._parties.forget(fact.call_id)
                self._stop_wanted = {pair for pair in self._stop_wanted if pair[0] != fact.call_id}

    def _stop_late(self, event: Mapping[str, str]) -> None:
        """A phone that was to be stopped before Asterisk had begun to dial it."""
        call_id = variable(event, CALL_VARIABLE) or variable(event, CALL_VARIABLE, "Dest")
        pair = (call_id, self._legs.party_of(event.get("DestChannel", "")))
        if pair in self._stop_wanted:
            self._stop_wanted.discard(pair)
            self._hang_up(event["DestChannel"])

    async def _resync(self) -> None:
        """After each log-in: what is up now decides, whatever was missed."""
        async with self._one_census:
            await self._take_census()

    async def _take_census(self) -> None:
        while True:
            self._states_told.clear()
            try:
                endpoints = await self._link.ask_list("PJSIPShowEndpoints")
                known, rung, spies = self._legs.unique_ids(), self._outgoing.rung(), self._spying.known()
                channels = await self._link.ask_list("CoreShowChannels")
                break
            except LinkLost:
                return  # the next log-in begins again
            except AsteriskError as error:  # it lets us in before it has loaded all its modules
                log.warning("Asterisk cannot be asked for its state yet: %s", error)
                await asyncio.sleep(_ASK_AGAIN_S)
        for endpoint in endpoints:
            name = endpoint.get("ObjectName", "")
            if name not in self._states_told:  # what was told meanwhile is newer
                for fact in self._translator.reachable(name, endpoint.get("DeviceState", "")):
                    self._emit(fact)
        channels = [channel for channel in channels if channel.get("Uniqueid") not in self._hung_up]
        lines = self._settings.lines
        for fact in (*vanished(self._legs, channels, known), *found(self._legs, channels, lines, _now())):
            whole = await adopted(fact, self._legs, self._link) if isinstance(fact, CallAdopted) else fact
            if whole is not None:
                self._tell(whole)
        up = frozenset(variable(channel, CALL_VARIABLE) for channel in channels)
        self._outgoing.missed(rung, up)
        await self._spying.missed(spies, frozenset(channel.get("Uniqueid", "") for channel in channels))
        if not self._up:
            self._up = True
            self._emit(SwitchUp())

    # Helpers

    def _spawned(self, perform: Callable[[Any], Awaitable[None]]) -> Callable[[Any], None]:
        """Carry out effects of a kind in tasks of their own."""
        return lambda effect: self._spawn(perform(effect))

    def _spawn(self, work: Awaitable[object]) -> None:
        async def guarded() -> None:
            try:
                await work
            except Exception:
                log.exception("work at the switch failed")

        task = asyncio.get_running_loop().create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _arrived(call_id: str, env: Mapping[str, str]) -> CallArrived:
    number, raw = caller_number(env.get("agi_callerid", ""))
    return CallArrived(
        call_id=call_id,
        line_id=env.get("agi_arg_2", ""),
        did=env.get("agi_arg_3", ""),
        cli=number,
        cli_raw=raw,
        at=_now(),
    )


def _now() -> Millis:
    return time.time_ns() // 1_000_000
