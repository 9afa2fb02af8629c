"""Supervisors in talks: their phones spy on the agent's leg, never on the customer's.

A spied leg may hang up late; that must not be the customer's. A supervisor's leg belongs to no call, so that
nobody takes it for a talk, until the call is given to it.
"""

import itertools
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.adapters.asterisk.asking import Asking
from engine.adapters.asterisk.legs import CallLegs, Leg, Legs
from engine.adapters.asterisk.mover import Mover
from engine.adapters.asterisk.originate import auto_answer
from engine.adapters.asterisk.translate import cause_of, leg_failure
from engine.core import effects as order
from engine.core.events import Event, OrderFailed, SpyBegan, SpyEnded, TransferDone
from engine.core.states import RingFailure, SpyMode

_ID = "spy-"
_UP = "ANSWER"


@dataclass(slots=True)
class _Spy:
    """A supervisor's leg."""

    unique_id: str
    seat_id: str  # spied on
    mode: SpyMode
    channel: str = ""  # known once it is rung
    dial_status: str = ""
    told: tuple[str, SpyMode] | None = None


class Spying:
    """All supervisors' legs, by their seats."""

    def __init__(self, legs: Legs, asking: Asking, mover: Mover, emit: Callable[[Event], None]) -> None:
        self._legs = legs
        self._asking = asking
        self._mover = mover
        self._emit = emit
        self._spies: dict[str, _Spy] = {}
        self._run = f"{time.time_ns() // 1_000_000:x}"  # legs of an engine before this one are told apart
        self._numbers = itertools.count(1)
        self.effects: tuple[type, ...] = (order.Spy, order.StopSpying, order.GiveToSpy)

    # Orders

    async def perform(self, effect: order.Spy | order.StopSpying | order.GiveToSpy) -> None:
        """Carry out one order."""
        match effect:
            case order.Spy():
                await self._spy(effect)
            case order.StopSpying():
                spy = self._spies.get(effect.spy_seat_id)
                if spy is not None:
                    await self._asking.hang_up(spy.unique_id)
            case order.GiveToSpy():
                done = await self._give(effect)
                self._emit(done or OrderFailed(call_id=effect.call_id))

    async def _spy(self, effect: order.Spy) -> None:
        talk = self._legs.talk_of(effect.seat_id)
        if talk is None:
            if effect.spy_seat_id not in self._spies:
                self._emit(SpyEnded(spy_seat_id=effect.spy_seat_id, failure=RingFailure.UNREACHABLE))
            return
        spy = self._spies.get(effect.spy_seat_id)
        if spy is None:
            await self._ring(effect, *talk)
            return
        spy.seat_id, spy.mode = effect.seat_id, effect.mode
        if await self._asking.set(spy.unique_id, _what(effect.mode, *talk)) and spy.dial_status == _UP:
            await self._enter(spy)

    async def _ring(self, effect: order.Spy, call_id: str, leg: Leg) -> None:
        unique_id = f"{_ID}{self._run}-{next(self._numbers)}"
        spy = _Spy(unique_id, effect.seat_id, effect.mode)
        self._spies[effect.spy_seat_id] = spy
        variables = _what(effect.mode, call_id, leg) | {"FS_ROLE": "spy"} | auto_answer(effect.auto)
        done = await self._asking.ask(
            "Originate",
            ActionID=unique_id,
            ChannelId=unique_id,
            Channel=f"PJSIP/{effect.spy_seat_id}",
            Context="engine-spy",
            Exten="s",
            Priority="1",
            Timeout=str(effect.ring_ms),
            Variable=[f"{name}={value}" for name, value in variables.items()],
            Async="true",
        )
        if not done:
            self._end(effect.spy_seat_id, RingFailure.UNREACHABLE)

    async def _enter(self, spy: _Spy) -> None:
        """Let a supervisor's leg that is up listen anew."""
        await self._asking.ask("Redirect", Channel=spy.channel, Context="engine-spy", Exten="s", Priority="1")

    async def follow(self, call_id: str) -> None:
        """Others speak with one another now: who has barged in stayed with those who did before."""
        call = self._legs.get(call_id)
        for spy in list(self._spies.values()):
            if call is not None and spy.seat_id in call.seats and spy.told and spy.mode is SpyMode.BARGE:
                await self._enter(spy)

    async def _give(self, effect: order.GiveToSpy) -> Event | None:
        """The customer speaks with the supervisor; the agent's leg waits apart."""
        spy = self._spies.get(effect.spy_seat_id)
        call = self._legs.get(effect.call_id)
        customer = call.customer if call is not None else None
        seat = call.seats.get(effect.seat_id) if call is not None else None
        if spy is None or spy.told is None or call is None or customer is None or seat is None:
            return None
        leg = Leg(spy.channel, spy.unique_id, effect.spy_seat_id, answered=True)
        if not await self._join(call, customer, seat, leg):
            if await self._mover.part(call, customer, seat):  # as it was before
                await self._mover.join(call, customer, seat)
            await self._enter(spy)
            return None
        self._spies.pop(effect.spy_seat_id, None)
        call.seats[effect.spy_seat_id] = leg
        return TransferDone(call_id=call.call_id, party=effect.spy_seat_id)

    async def _join(self, call: CallLegs, customer: Leg, seat: Leg, leg: Leg) -> bool:
        """Let the customer speak with a supervisor's leg, which is the call's from now on."""
        return (
            await self._mover.part(call, customer, seat, leg)
            and await self._asking.set(leg.channel, {"__FS_CALL": call.call_id, "FS_ROLE": ""})
            and await self._mover.join(call, customer, leg)
            and await self._asking.set(customer.channel, {"FS_THIRD": seat.channel})  # ends with it
        )

    # Events

    def hear(self, event: Mapping[str, str]) -> None:
        """Take in an AMI event, if it is about a supervisor's leg."""
        match event.get("Event"):
            case "DialBegin" if seat_id := self._whose(event.get("DestUniqueid", "")):
                self._spies[seat_id].channel = event.get("DestChannel", "")
            case "DialEnd" if seat_id := self._whose(event.get("DestUniqueid", "")):
                self._spies[seat_id].dial_status = event.get("DialStatus", "")
            case "OriginateResponse" if seat_id := self._whose(event.get("ActionID", "")):
                if event.get("Response") == "Failure" and not self._spies[seat_id].channel:
                    self._end(seat_id, RingFailure.UNREACHABLE)
            case "ChanSpyStart" if seat_id := self._whose(event.get("SpyerUniqueid", "")):
                self._began(seat_id)
            case "ConfbridgeJoin" if seat_id := self._whose(event.get("Uniqueid", "")):
                self._began(seat_id)
            case "Hangup" if seat_id := self._whose(event.get("Uniqueid", "")):
                status = self._spies[seat_id].dial_status
                self._end(seat_id, None if status == _UP else leg_failure(status, cause_of(event)))

    def _whose(self, unique_id: str) -> str:
        return next((seat_id for seat_id, spy in self._spies.items() if spy.unique_id == unique_id), "")

    def _began(self, spy_seat_id: str) -> None:
        spy = self._spies[spy_seat_id]
        if spy.told != (spy.seat_id, spy.mode):
            spy.told = (spy.seat_id, spy.mode)
            self._emit(SpyBegan(spy_seat_id=spy_seat_id, seat_id=spy.seat_id, mode=spy.mode))

    def _end(self, spy_seat_id: str, failure: RingFailure | None) -> None:
        if self._spies.pop(spy_seat_id, None) is not None:
            self._emit(SpyEnded(spy_seat_id=spy_seat_id, failure=failure))

    def known(self) -> frozenset[str]:
        """All supervisors' legs, by Asterisk's ids."""
        return frozenset(spy.unique_id for spy in self._spies.values())

    async def missed(self, known: frozenset[str], up: frozenset[str]) -> None:
        """After a time without ears: legs that have gone since, and legs that nobody here has asked for."""
        for unique_id in known - up:
            self._end(self._whose(unique_id), None)
        for unique_id in up:
            if unique_id.startswith(_ID) and not self._whose(unique_id):
                await self._asking.hang_up(unique_id)


def _what(mode: SpyMode, call_id: str, leg: Leg) -> dict[str, str]:
    """What the dialplan is told of the talk to be in."""
    return {"FS_MODE": str(mode), "FS_SPIED": leg.channel, "FS_SPIED_CALL": call_id}
