"""Parts legs that speak with one another and joins others. No leg is ever left without a place to be.

A leg that is parted waits in the dialplan: the customer in a session of the engine, anybody else in silence
or with music. Only a leg that has arrived there is joined again: Asterisk would send it on its way out of
the new talk.
"""

from engine.adapters.asterisk.arrivals import Arrivals
from engine.adapters.asterisk.asking import Asking
from engine.adapters.asterisk.callers import Callers
from engine.adapters.asterisk.legs import CallLegs, Leg

_CUSTOMER_WAITS = ("engine-caller", "s")
_WAITS = ("engine-agent", "s")
_HEARS_MUSIC = ("engine-agent", "music")
_CUSTOMER_CONFERS = ("engine-conference", "customer")
_CONFERS = ("engine-conference", "staff")

Place = tuple[str, str]  # context, extension


class Mover:
    """Moves the legs of calls."""

    def __init__(self, asking: Asking, callers: Callers, waiting: Arrivals, conferring: Arrivals) -> None:
        self._asking = asking
        self._callers = callers
        self._waiting = waiting
        self._conferring = conferring

    async def part(self, call: CallLegs, *legs: Leg, music: Leg | None = None) -> bool:
        """Let legs wait apart, `music` with music; those who wait already stay. Whether all are there."""
        moving = {leg.unique_id: leg for leg in legs if not leg.waits or leg is music}
        places = {
            unique_id: _CUSTOMER_WAITS if leg is call.customer else _HEARS_MUSIC if leg is music else _WAITS
            for unique_id, leg in moving.items()
        }
        return await self._move(call, list(moving.values()), places, self._waiting)

    async def confer(self, call: CallLegs, customer: Leg, *others: Leg) -> bool:
        """Bring all into the call's conference; whether all are there."""
        places = {leg.unique_id: _CONFERS for leg in others} | {customer.unique_id: _CUSTOMER_CONFERS}
        return await self._move(call, [*others, customer], places, self._conferring)

    async def _move(
        self, call: CallLegs, moving: list[Leg], places: dict[str, Place], arrivals: Arrivals
    ) -> bool:
        """Two at a time: of two that speak with each other the second would be hung up."""
        awaited = arrivals.expect(moving)
        caller = self._callers.take(call.call_id) if call.customer in moving else None
        done, caller_moved = True, False
        for first in range(0, len(moving), 2):
            fields: dict[str, str] = {}
            for extra, leg in zip(("", "Extra"), moving[first : first + 2], strict=False):
                context, exten = places[leg.unique_id]
                leg.waits = False
                fields[f"{extra}Channel"] = leg.channel
                fields |= {f"{extra}Context": context, f"{extra}Exten": exten, f"{extra}Priority": "1"}
            done = done and await self._asking.ask("Redirect", **fields)
            caller_moved = caller_moved or (done and call.customer in moving[first : first + 2])
        if caller is not None and caller_moved:
            caller.session.close()  # until then Asterisk keeps the channel in the old session
        elif caller is not None:
            self._callers.put_back(caller)
        if not done:
            for leg in moving:
                arrivals.gone(leg.unique_id)
        return await arrivals.all_there(awaited) and done

    async def join(self, call: CallLegs, leg: Leg, other: Leg) -> bool:
        """Let two legs that wait speak with each other; whether they do."""
        caller = None
        if call.customer in (leg, other):
            partner = other if leg is call.customer else leg
            talk = {"FS_PEER": partner.channel, "FS_TALKED": "1"}
            if call.customer is None or not await self._asking.set(call.customer.channel, talk):
                return False
            caller = self._callers.take(call.call_id)
        leg.waits = other.waits = False
        done = await self._asking.ask("Bridge", Channel1=leg.channel, Channel2=other.channel, Tone="no")
        if caller is not None and done:
            caller.session.close()
        elif caller is not None:
            self._callers.put_back(caller)
        return done
