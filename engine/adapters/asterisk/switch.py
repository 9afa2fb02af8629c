"""The engine's hands and ears at Asterisk: orders in, facts out."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.adapters.asterisk.agi import AgiServer, AgiSession
from engine.adapters.asterisk.caller import Caller, CallerOrder, Sounds
from engine.adapters.asterisk.census import found, vanished
from engine.adapters.asterisk.errors import AsteriskError, LinkLost
from engine.adapters.asterisk.legs import Leg, Legs, endpoint_of, variable
from engine.adapters.asterisk.link import AmiLink
from engine.adapters.asterisk.translate import CALL_VARIABLE, Translator, caller_number, is_reachable
from engine.core import effects as order
from engine.core.events import (
    CallAdopted,
    CallArrived,
    CallHeld,
    CallRetrieved,
    CustomerLegEnded,
    Event,
    RingFailed,
    SeatReachable,
    SwitchDown,
    SwitchUp,
)
from engine.core.records import Millis
from engine.core.states import CallState, RingFailure

log = logging.getLogger(__name__)

_CAUSE_NORMAL = "16"
_ASK_AGAIN_S = 0.2
_LOOK_AGAIN_S = 10.0
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
    """One Asterisk. `emit` gets facts in the order in which they happened, on the loop's thread."""

    def __init__(self, settings: SwitchSettings, emit: Callable[[Event], None]) -> None:
        self._settings = settings
        self._emit = emit
        self._legs = Legs(settings.seats)
        self._translator = Translator(self._legs)
        self._callers: dict[str, Caller] = {}
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
        self._orders: dict[type, Callable[[Any], None]] = {
            order.PlayPrompts: self._to_caller,
            order.StartMusic: self._to_caller,
            order.Announce: self._to_caller,
            order.RecordMessage: self._to_caller,
            order.RingSeat: self._to_caller,
            order.StopRinging: self._stop_ringing,
            order.AskPhoneToAnswer: self._ask_phone,
            order.HoldCall: lambda effect: self._spawn(self._hold(effect)),
            order.RetrieveCall: lambda effect: self._spawn(self._retrieve(effect)),
            order.HangUpCall: self._hang_up_call,
            order.HangUpSeat: self._hang_up_seat,
        }

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
        call_id = session.env.get("agi_arg_1", "")
        if not call_id:
            log.warning("AGI session without a call id: dropped")
            return
        caller = Caller(
            call_id,
            session,
            self._settings.sounds,
            self._caller_tells,
        )
        self._callers[call_id] = caller
        channel = session.env["agi_channel"]
        legs = self._legs.of(call_id)
        legs.customer = Leg(channel, session.env.get("agi_uniqueid", ""), endpoint_of(channel), True)
        if session.env.get("agi_network_script", "") == "resume":
            await self._on_resume(caller)
        else:
            self._emit(_arrived(call_id, session.env))
        try:
            await caller.run()
        finally:
            if self._callers.get(call_id) is caller:
                del self._callers[call_id]
            session.close()

    async def _on_resume(self, caller: Caller) -> None:
        """The caller came back from a talk that was parted: music, until it is joined again."""
        await caller.session.set_music(True)
        self._emit(CallHeld(call_id=caller.call_id))

    def _caller_tells(self, fact: Event) -> None:
        """A fact of a caller's own session; a phone that could not be rung is looked at again."""
        if isinstance(fact, RingFailed):
            self._stop_wanted.discard((fact.call_id, fact.seat_id))
            if fact.failure is RingFailure.UNREACHABLE:
                self._spawn(self._look_again(fact.seat_id))
        self._emit(fact)

    async def _look_again(self, seat_id: str) -> None:
        """One dial that failed does not make a registered phone unreachable for ever."""
        await asyncio.sleep(_LOOK_AGAIN_S)
        for endpoint in await self._link.ask_list("PJSIPShowEndpoints"):
            if endpoint.get("ObjectName") == seat_id:
                reachable = is_reachable(endpoint.get("DeviceState", ""))
                self._emit(SeatReachable(seat_id=seat_id, reachable=reachable))

    def _to_caller(self, effect: CallerOrder) -> None:
        caller = self._callers.get(effect.call_id)
        if caller is not None:
            caller.order(effect)

    # Ringing and hanging up

    def _stop_ringing(self, effect: order.StopRinging) -> None:
        channel = self._legs.seat_channel(effect.call_id, effect.seat_id)
        if channel:
            self._hang_up(channel)
        else:
            self._stop_wanted.add((effect.call_id, effect.seat_id))

    def _ask_phone(self, effect: order.AskPhoneToAnswer) -> None:
        self._spawn_quietly("PJSIPNotify", Endpoint=effect.seat_id, Variable="Event=talk")

    def _hang_up_seat(self, effect: order.HangUpSeat) -> None:
        channel = self._legs.seat_channel(effect.call_id, effect.seat_id)
        if channel:
            self._hang_up(channel)

    def _hang_up_call(self, effect: order.HangUpCall) -> None:
        caller = self._callers.get(effect.call_id)
        if caller is not None:
            caller.finish()
        else:
            channel = self._legs.customer_channel(effect.call_id)
            if channel:
                self._hang_up(channel)

    def _hang_up(self, channel: str) -> None:
        self._spawn_quietly("Hangup", Channel=channel, Cause=_CAUSE_NORMAL)

    # Hold

    async def _hold(self, effect: order.HoldCall) -> None:
        customer = self._legs.customer_channel(effect.call_id)
        seat = self._legs.seat_channel(effect.call_id, effect.seat_id)
        if not customer or not seat:
            return
        caller = self._callers.pop(effect.call_id, None)
        await self._quietly("Setvar", Channel=customer, Variable="FS_PEER", Value=seat)
        await self._quietly(
            "Redirect",
            Channel=customer,
            Context="engine-caller",
            Exten="s",
            Priority="1",
            ExtraChannel=seat,
            ExtraContext="engine-agent",
            ExtraExten="s",
            ExtraPriority="1",
        )
        if caller is not None:  # Asterisk keeps the channel in the old session until its socket is closed
            caller.session.close()

    async def _retrieve(self, effect: order.RetrieveCall) -> None:
        customer = self._legs.customer_channel(effect.call_id)
        seat = self._legs.seat_channel(effect.call_id, effect.seat_id)
        caller = self._callers.pop(effect.call_id, None)
        if not customer or not seat:
            return
        await self._quietly("Setvar", Channel=customer, Variable="FS_TALKED", Value="1")
        done = await self._quietly("Bridge", Channel1=seat, Channel2=customer, Tone="no")
        if caller is not None:
            caller.session.close()
        if done:
            self._emit(CallRetrieved(call_id=effect.call_id))

    # AMI

    def _on_down(self, reason: str) -> None:
        self._up = False
        self._emit(SwitchDown(reason=reason))

    def _on_ami(self, event: Mapping[str, str]) -> None:
        if event.get("Event") == "FullyBooted":  # what was told while it still loaded its modules is not all
            self._spawn(self._resync())
        for fact in self._translator.facts(event):
            self._tell(fact)
        if event.get("Event") == "Hangup":
            self._hung_up.append(event.get("Uniqueid", ""))
        if self._stop_wanted and event.get("Event") == "DialBegin":
            self._stop_late(event)

    def _tell(self, fact: Event) -> None:
        """Pass a fact on; what belongs to a call that has ended is dropped."""
        self._emit(fact)
        if isinstance(fact, SeatReachable):
            self._states_told.add(fact.seat_id)
        elif isinstance(fact, CustomerLegEnded):
            self._callers.pop(fact.call_id, None)
            self._stop_wanted = {pair for pair in self._stop_wanted if pair[0] != fact.call_id}

    def _stop_late(self, event: Mapping[str, str]) -> None:
        """A phone that was to be stopped before Asterisk had begun to dial it."""
        pair = (variable(event, CALL_VARIABLE), endpoint_of(event.get("DestChannel", "")))
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
                known = self._legs.unique_ids()
                channels = await self._link.ask_list("CoreShowChannels")
                break
            except LinkLost:
                return  # the next log-in begins again
            except AsteriskError as error:  # it lets us in before it has loaded all its modules
                log.warning("Asterisk cannot be asked for its state yet: %s", error)
                await asyncio.sleep(_ASK_AGAIN_S)
        for endpoint in endpoints:
            seat_id = endpoint.get("ObjectName", "")
            if seat_id in self._settings.seats - self._states_told:  # what was told meanwhile is newer
                reachable = is_reachable(endpoint.get("DeviceState", ""))
                self._emit(SeatReachable(seat_id=seat_id, reachable=reachable))
        channels = [channel for channel in channels if channel.get("Uniqueid") not in self._hung_up]
        lines = self._settings.lines
        for fact in (*vanished(self._legs, channels, known), *found(self._legs, channels, lines, _now())):
            if isinstance(fact, CallAdopted):
                await self._adopt(fact)
            else:
                self._tell(fact)
        if not self._up:
            self._up = True
            self._emit(SwitchUp())

    async def _adopt(self, fact: CallAdopted) -> None:
        """Tell of a call that went on without the engine, with its instants as the dialplan noted them."""
        channel = self._legs.customer_channel(fact.call_id)
        accepted_at = await self._instant(channel, "CDR(fs_accepted)")
        answered_at = await self._instant(channel, "FS_ANSWERED")
        legs = self._legs.get(fact.call_id)
        if legs is None or legs.customer is None or legs.customer_left:
            return  # it ended just now: Asterisk's own record tells of it
        seat_id = next((seat_id for seat_id, leg in legs.seats.items() if leg.answered), "")
        self._tell(
            replace(
                fact,
                accepted_at=accepted_at or fact.accepted_at,
                state=CallState.TALKING if seat_id else CallState.UNATTENDED,
                seat_id=seat_id,
                answered_at=(answered_at or fact.answered_at) if seat_id else 0,
            )
        )

    async def _instant(self, channel: str, variable_name: str) -> Millis:
        """A channel's variable that holds `seconds.milliseconds`; 0 if it does not."""
        try:
            reply = await self._link.ask("Getvar", Channel=channel, Variable=variable_name)
        except AsteriskError as error:
            log.info("%s of %s: %s", variable_name, channel, error)
            return 0
        seconds, _, fraction = reply.get("Value", "").partition(".")
        both = seconds + fraction
        return int(both) if both.isdecimal() and len(fraction) == 3 else 0

    # Helpers

    async def _quietly(self, action: str, **fields: str) -> bool:
        """Ask for something that may come too late; what follows is told by events."""
        try:
            await self._link.ask(action, timeout=5.0, **fields)
        except AsteriskError as error:
            log.info("%s %s: %s", action, fields, error)
            return False
        return True

    def _spawn_quietly(self, action: str, **fields: str) -> None:
        async def ask() -> None:
            await self._quietly(action, **fields)

        self._spawn(ask())

    def _spawn(self, work: Awaitable[None]) -> None:
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
