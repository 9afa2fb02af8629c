"""Two and three people in one call: hold, consultation, alternating, attended transfer, conference.

Orders of one call are carried out one after another. An order that a hang-up spoils ends in `OrderFailed`,
and who is left is where it was before.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from engine.adapters.asterisk.asking import Asking
from engine.adapters.asterisk.callers import Callers
from engine.adapters.asterisk.keys import press_digits
from engine.adapters.asterisk.legs import CallLegs, Leg, Legs
from engine.adapters.asterisk.mover import Mover
from engine.adapters.asterisk.targets import Target, outside_target, seat_target
from engine.adapters.asterisk.translate import dial_failed
from engine.core import effects as order
from engine.core.effects import OUTSIDE
from engine.core.events import (
    CallHeld,
    CallRetrieved,
    ConferenceBegan,
    Event,
    LegsAlternated,
    OrderFailed,
    TransferDone,
)

Work = Callable[[CallLegs, Any], Awaitable[Event | None]]


class Parties:
    """Carries out what concerns a customer, an agent and a third party."""

    def __init__(
        self, legs: Legs, asking: Asking, mover: Mover, callers: Callers, emit: Callable[[Event], None]
    ) -> None:
        self._legs = legs
        self._asking = asking
        self._mover = mover
        self._callers = callers
        self._emit = emit
        self._turns: dict[str, asyncio.Lock] = {}
        self._works: dict[type, Work] = {
            order.HoldCall: self._hold,
            order.RetrieveCall: self._retrieve,
            order.AlternateLegs: self._alternate,
            order.JoinParty: self._join,
            order.BeginConference: self._confer,
        }
        self.effects: tuple[type, ...] = (*self._works, order.DialParty, order.PressDigits)

    async def perform(self, effect: Any) -> None:
        """Carry out one order, behind the earlier ones of its call."""
        async with self._turns.setdefault(effect.call_id, asyncio.Lock()):
            call = self._legs.get(effect.call_id)
            if isinstance(effect, order.PressDigits):  # they are for whom the agent speaks to now
                await press_digits(self._asking, self._legs, effect)
                return
            if isinstance(effect, order.DialParty):
                await self._dial(call or CallLegs(effect.call_id), effect)
                return
            done = await self._works[type(effect)](call, effect) if call is not None else None
            self._emit(done or OrderFailed(call_id=effect.call_id))

    def forget(self, call_id: str) -> None:
        """The call is over."""
        self._turns.pop(call_id, None)

    # Customer and agent

    async def _hold(self, call: CallLegs, effect: order.HoldCall) -> Event | None:
        customer, seat = call.customer, call.seats.get(effect.seat_id)
        if customer is None or seat is None or not await self._park(call, customer, seat, effect.music):
            return None
        return CallHeld(call_id=call.call_id)

    async def _park(self, call: CallLegs, customer: Leg, seat: Leg, music: str) -> bool:
        """Music for the customer, silence for the agent; without the engine they are joined again."""
        if not await self._asking.set(customer.channel, {"FS_PEER": seat.channel}):
            return False
        parted = await self._mover.part(call, customer, seat)
        self._callers.order(order.StartMusic(call_id=call.call_id, music=music))
        return parted

    async def _retrieve(self, call: CallLegs, effect: order.RetrieveCall) -> Event | None:
        customer, seat = call.customer, call.seats.get(effect.seat_id)
        if customer is None or seat is None or not await self._talk(call, customer, seat):
            return None
        return CallRetrieved(call_id=call.call_id)

    async def _talk(self, call: CallLegs, leg: Leg, other: Leg, *apart: Leg) -> bool:
        """Let two legs speak with each other, and others wait."""
        return await self._mover.part(call, leg, other, *apart) and await self._mover.join(call, leg, other)

    # A third party

    async def _dial(self, call: CallLegs, effect: order.DialParty) -> None:
        call.dialled = effect.party
        if not await self._begin_dial(call, effect):
            for fact in dial_failed(call, "CHANUNAVAIL", 0):
                self._emit(fact)

    async def _begin_dial(self, call: CallLegs, effect: order.DialParty) -> bool:
        seat, target = call.seats.get(effect.seat_id), dial_target(self._legs, effect)
        if seat is None or target is None or not await self._mover.part(call, seat):
            return False
        seat.waits = False
        return await self._asking.set(seat.channel, target) and await self._asking.ask(
            "Redirect",
            Channel=seat.channel,
            Context="engine-dial",
            Exten="outside" if effect.party == OUTSIDE else "seat",
            Priority="1",
        )

    async def _alternate(self, call: CallLegs, effect: order.AlternateLegs) -> Event | None:
        customer, seat, third = _three(call, effect)
        if customer is None or seat is None or third is None:
            return None
        to_customer = effect.to_customer
        if to_customer:
            await self._asking.set(third.channel, {"CHANNEL(musicclass)": effect.music})
            parted = await self._mover.part(call, seat, third, music=third)
        else:
            parted = await self._park(call, customer, seat, effect.music)
        if parted and await self._talk(call, seat, customer if to_customer else third):
            return LegsAlternated(call_id=call.call_id, to_customer=to_customer)
        if not to_customer:
            await self._talk(call, seat, customer)
        return None

    async def _join(self, call: CallLegs, effect: order.JoinParty) -> Event | None:
        customer, seat, third = _three(call, effect)
        if customer is None or seat is None or third is None or not third.answered:
            return None
        were_talking = not customer.waits
        if await self._talk(call, customer, third, seat):
            await self._asking.set(customer.channel, {"FS_THIRD": seat.channel})  # ends with it
            await self._asking.set(third.channel, {"FS_ROLE": ""})
            return TransferDone(call_id=call.call_id, party=effect.party)
        if were_talking:
            await self._talk(call, seat, customer)
        return None

    async def _confer(self, call: CallLegs, effect: order.BeginConference) -> Event | None:
        customer, seat, third = _three(call, effect)
        if customer is None or seat is None or third is None or not third.answered:
            return None
        others = {"FS_PEER": seat.channel, "FS_THIRD": third.channel}
        if await self._asking.set(customer.channel, others):
            if await self._mover.confer(call, customer, seat, third):
                return ConferenceBegan(call_id=call.call_id)
            await self._park(call, customer, seat, "default")
        return None


def _three(call: CallLegs, effect: Any) -> tuple[Leg | None, Leg | None, Leg | None]:
    return call.customer, call.seats.get(effect.seat_id), call.seats.get(effect.party)


def dial_target(legs: Legs, effect: order.DialParty) -> Target | None:
    """What the dialplan is told of whom to dial; None for somebody who cannot be dialled."""
    if effect.party == OUTSIDE:
        return outside_target(legs, effect.number, effect.line_id, effect.ring_ms)
    return seat_target(legs, effect.party, effect.auto, effect.ring_ms)
