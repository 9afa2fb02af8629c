"""Calls that the centre begins: the agent's phone is rung, and when it is up it dials."""

from collections.abc import Callable, Mapping

from engine.adapters.asterisk.asking import Asking
from engine.adapters.asterisk.legs import CUSTOMER, Legs
from engine.adapters.asterisk.originate import auto_answer
from engine.adapters.asterisk.targets import outside_target, seat_target, shown_number
from engine.core.effects import PlaceCall
from engine.core.events import Event, RingFailed
from engine.core.states import RingFailure

_ID = "place-"  # of the agent's channel, followed by the call's


class Outgoing:
    """Places calls. The agent's phone that is not picked up is told here, everything later by its legs."""

    def __init__(self, legs: Legs, asking: Asking, emit: Callable[[Event], None]) -> None:
        self._legs = legs
        self._asking = asking
        self._emit = emit
        self._rung: dict[str, str] = {}  # seat by call, as long as its phone rings

    async def place(self, effect: PlaceCall) -> None:
        """Ring the agent's phone."""
        if effect.to_seat_id:
            target = seat_target(self._legs, effect.to_seat_id, effect.to_auto, effect.ring_ms)
        else:
            target = outside_target(self._legs, effect.number, effect.line_id, effect.ring_ms)
        self._rung[effect.call_id] = effect.seat_id
        if target is None or not self._legs.is_seat(effect.seat_id):
            self._told(effect.call_id)
            return
        variables = target | {
            "__FS_CALL": effect.call_id,
            "_FS_DIRECTION": "internal" if effect.to_seat_id else "outbound",
            "_FS_BY": effect.seat_id,
            "_FS_CLI": shown_number(effect.number),
            "PJSIP_HEADER(add,X-Fourseat-Call)": effect.call_id,
        }
        self._legs.of(effect.call_id).dialled = CUSTOMER
        done = await self._asking.ask(
            "Originate",
            ActionID=_ID + effect.call_id,
            ChannelId=_ID + effect.call_id,
            Channel=f"PJSIP/{effect.seat_id}",
            Context="engine-outbound",
            Exten="seat" if effect.to_seat_id else "outside",
            Priority="1",
            Timeout=str(effect.ring_ms),
            CallerID=f"<{shown_number(effect.number)}>",
            Variable=[f"{name}={value}" for name, value in (variables | auto_answer(effect.auto)).items()],
            Async="true",
        )
        if not done:
            self._told(effect.call_id)

    def hear(self, response: Mapping[str, str]) -> None:
        """The agent's phone was picked up, or not: if it rang, the end of its leg tells why not."""
        call_id = response.get("ActionID", "").removeprefix(_ID)
        call, seat_id = self._legs.get(call_id), self._rung.get(call_id, "")
        if response.get("Response") != "Failure":
            self.settled(call_id)
        elif call is None or seat_id not in call.seats:
            self._told(call_id)

    def settled(self, call_id: str) -> None:
        """What became of the agent's phone is known."""
        self._rung.pop(call_id, None)

    def rung(self) -> frozenset[str]:
        """The calls whose agent's phone rings."""
        return frozenset(self._rung)

    def missed(self, rung: frozenset[str], up: frozenset[str]) -> None:
        """After a time without ears: calls that rang before, and whose channels are not there any more."""
        for call_id in rung - up:
            self._told(call_id)

    def _told(self, call_id: str) -> None:
        seat_id = self._rung.pop(call_id, None)
        if seat_id is None:
            return
        call = self._legs.get(call_id)
        if call is not None and not call.seats:
            self._legs.forget(call_id)
        self._emit(RingFailed(call_id=call_id, seat_id=seat_id, failure=RingFailure.UNREACHABLE))


def is_placed(event: Mapping[str, str]) -> bool:
    """Whether an OriginateResponse is about a call that was placed here."""
    return event.get("ActionID", "").startswith(_ID)
