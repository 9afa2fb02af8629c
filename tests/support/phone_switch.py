"""Asterisk by its rules: which legs are up, who hears whom, and what it tells of it.

`PhoneSwitch` carries out orders in the order in which they were given, and puts what it tells on a wire, from
which the test delivers it, late or twice or, while the link is down, never. Orders to legs that are gone come
back as failures, like those of the true one.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

from engine.core import effects as do
from engine.core import events as fact
from engine.core.effects import OUTSIDE
from engine.core.ivr.services import SERVICES
from engine.core.records import CustomerCard
from engine.core.states import RingFailure

CUSTOMER = "customer"


@dataclass(slots=True)
class SwitchCall:
    """One call; a group is who hears each other, a leg in no group hears music or nothing."""

    call_id: str
    customer: str = "up"  # up, ringing, gone
    legs: dict[str, str] = field(default_factory=dict)  # ringing, up
    groups: list[set[str]] = field(default_factory=list)
    placed_by: str = ""  # the seat that begins the call
    to_seat: str = ""  # the seat that stands for the customer
    dialling: str = ""  # the leg whose Dial rings or carries the third party
    orders: deque[Any] = field(default_factory=deque)
    muddled: bool = False  # something was not told: the floor cannot know better
    recording_message: bool = False

    def group_of(self, leg: str) -> set[str]:
        return next((group for group in self.groups if leg in group), {leg})

    def join(self, *legs: str) -> None:
        self.part(*legs)
        self.groups.append(set(legs))

    def part(self, *legs: str) -> None:
        self.groups = [group - set(legs) for group in self.groups]
        self.groups = [group for group in self.groups if len(group) > 1]

    def is_up(self, *legs: str) -> bool:
        return all(self.customer == "up" if leg == CUSTOMER else self.legs.get(leg) == "up" for leg in legs)


class PhoneSwitch:
    """All calls, and the wire to the engine. Callers press `keys`, one after another and again."""

    def __init__(self, keys: tuple[str, ...] = ("0",)) -> None:
        self._keys = cycle(keys)
        self.calls: dict[str, SwitchCall] = {}
        self.wire: deque[fact.Event] = deque()
        self.reachable: dict[str, bool] = {}

    # What is told

    def tell(self, event: fact.Event) -> None:
        self.wire.append(event)

    def quiet(self, call: SwitchCall) -> bool:
        """Nothing of this call is on its way, in either direction."""
        told = any(getattr(event, "call_id", "") == call.call_id for event in self.wire)
        return not call.orders and not told

    # Orders

    def order(self, effect: Any) -> None:
        """An order of the floor; those to calls that are gone fall down."""
        if isinstance(effect, do.AskPhoneToAnswer):
            return
        if isinstance(effect, do.PlaceCall):
            call = SwitchCall(effect.call_id, customer="waiting", placed_by=effect.seat_id)
            call.to_seat = effect.to_seat_id
            self.calls[effect.call_id] = call
        if effect.call_id in self.calls:
            self.calls[effect.call_id].orders.append(effect)

    def carry_out(self, call: SwitchCall) -> None:
        """The oldest order of a call."""
        effect = call.orders.popleft()
        getattr(self, f"_do_{type(effect).__name__}", self._do_nothing)(call, effect)

    def _do_nothing(self, call: SwitchCall, effect: Any) -> None:
        """Music, digits: nothing is told of it."""

    def _do_PlayPrompts(self, call: SwitchCall, effect: do.PlayPrompts) -> None:
        if call.customer == "up":
            digits = next(self._keys) if effect.max_digits and effect.timeout_ms else ""
            self.tell(fact.PromptsPlayed(call_id=call.call_id, digits=digits))

    def _do_Announce(self, call: SwitchCall, effect: do.Announce) -> None:
        self.tell(fact.Announced(call_id=call.call_id))

    def _do_RecordMessage(self, call: SwitchCall, effect: do.RecordMessage) -> None:
        if call.customer == "up":
            part = bool(effect.name)
            self.tell(fact.MessageRecorded(call_id=call.call_id, file="m.wav", length_ms=3_000, part=part))

    def _do_AskService(self, call: SwitchCall, effect: do.AskService) -> None:
        """Whoever answers knows of no legs: a caller who has gone is told too."""
        service = SERVICES[effect.service]
        outcome = service.outcomes[effect.request % len(service.outcomes)]
        self.tell(
            fact.ServiceAnswered(
                call_id=call.call_id,
                request=effect.request,
                outcome=outcome,
                values=service.answers.get(outcome, {}),
            )
        )

    def _do_LookUpCustomer(self, call: SwitchCall, effect: do.LookUpCustomer) -> None:
        self.tell(fact.CustomerFound(call_id=call.call_id, card=CustomerCard(cli="")))

    def _do_RingSeat(self, call: SwitchCall, effect: do.RingSeat) -> None:
        if call.customer == "up":
            self._ring(call, effect.seat_id)
            if effect.auto and call.legs.get(effect.seat_id) == "ringing":
                self.picks_up(call, effect.seat_id)

    def _do_RingOutside(self, call: SwitchCall, effect: do.RingOutside) -> None:
        if call.customer == "up":
            self._ring(call, OUTSIDE)

    def _do_PlaceCall(self, call: SwitchCall, effect: do.PlaceCall) -> None:
        self._ring(call, effect.seat_id)

    def _do_DialParty(self, call: SwitchCall, effect: do.DialParty) -> None:
        if call.is_up(effect.seat_id):
            call.dialling = effect.seat_id
            self._ring(call, effect.party)
        else:
            self._ring_failed(call, effect.party, RingFailure.UNREACHABLE)

    def _ring(self, call: SwitchCall, leg: str) -> None:
        if leg != OUTSIDE and not self.reachable[leg]:
            self._ring_failed(call, leg, RingFailure.UNREACHABLE)
        elif leg != OUTSIDE and self._busy(leg):
            self._ring_failed(call, leg, RingFailure.BUSY)
        else:
            call.legs[leg] = "ringing"
            self.tell(fact.SeatRang(call_id=call.call_id, seat_id=leg))

    def _busy(self, leg: str) -> bool:
        return any(
            leg in call.legs or (leg == call.to_seat and call.customer in ("up", "ringing"))
            for call in self.calls.values()
        )

    def _ring_failed(self, call: SwitchCall, leg: str, failure: RingFailure) -> None:
        self.tell(fact.RingFailed(call_id=call.call_id, seat_id=leg, failure=failure, cause=16))

    def _do_StopRinging(self, call: SwitchCall, effect: do.StopRinging) -> None:
        self.leg_ends(call, effect.seat_id)

    def _do_HangUpSeat(self, call: SwitchCall, effect: do.HangUpSeat) -> None:
        self.leg_ends(call, effect.seat_id)

    def _do_HangUpCall(self, call: SwitchCall, effect: do.HangUpCall) -> None:
        self.customer_ends(call)

    def _do_HoldCall(self, call: SwitchCall, effect: do.HoldCall) -> None:
        if call.is_up(CUSTOMER, effect.seat_id):
            call.part(CUSTOMER, effect.seat_id)
            self.tell(fact.CallHeld(call_id=call.call_id))
        else:
            self._failed(call)

    def _do_RetrieveCall(self, call: SwitchCall, effect: do.RetrieveCall) -> None:
        if self._joined(call, CUSTOMER, effect.seat_id):
            self.tell(fact.CallRetrieved(call_id=call.call_id))

    def _do_AlternateLegs(self, call: SwitchCall, effect: do.AlternateLegs) -> None:
        pair = CUSTOMER if effect.to_customer else effect.party
        if not call.is_up(CUSTOMER, effect.party, effect.seat_id):
            self._failed(call)
        elif self._joined(call, pair, effect.seat_id):
            self.tell(fact.LegsAlternated(call_id=call.call_id, to_customer=effect.to_customer))

    def _do_JoinParty(self, call: SwitchCall, effect: do.JoinParty) -> None:
        if self._joined(call, CUSTOMER, effect.party):
            call.part(effect.seat_id)
            call.dialling = ""
            self.tell(fact.TransferDone(call_id=call.call_id, party=effect.party))

    def _do_BeginConference(self, call: SwitchCall, effect: do.BeginConference) -> None:
        if self._joined(call, CUSTOMER, effect.party, effect.seat_id):
            call.dialling = ""
            self.tell(fact.ConferenceBegan(call_id=call.call_id))

    def _do_MuteSeat(self, call: SwitchCall, effect: do.MuteSeat) -> None:
        if call.is_up(effect.seat_id):
            self.tell(fact.SeatMuted(call_id=call.call_id, seat_id=effect.seat_id, on=effect.on))

    def _joined(self, call: SwitchCall, *legs: str) -> bool:
        if not call.is_up(*legs):
            self._failed(call)
            return False
        call.join(*legs)
        return True

    def _failed(self, call: SwitchCall) -> None:
        self.tell(fact.OrderFailed(call_id=call.call_id))

    # What people do at phones

    def picks_up(self, call: SwitchCall, leg: str) -> None:
        """A ringing phone."""
        if leg == CUSTOMER:
            call.customer = "up"
            call.join(CUSTOMER, call.placed_by)
            self.tell(fact.CustomerAnswered(call_id=call.call_id))
            return
        call.legs[leg] = "up"
        if leg == call.placed_by and call.customer == "waiting":
            call.customer = "ringing"
        elif call.dialling:
            call.join(call.dialling, leg)
        else:
            call.join(CUSTOMER, leg)
        self.tell(fact.SeatAnswered(call_id=call.call_id, seat_id=leg))

    def refuses(self, call: SwitchCall, leg: str, failure: RingFailure) -> None:
        """A ringing phone is not picked up."""
        if leg == CUSTOMER:
            call.customer = "gone"
            self.tell(fact.CustomerFailed(call_id=call.call_id, failure=failure, cause=17))
            self._forget(call)
            return
        del call.legs[leg]
        self._ring_failed(call, leg, failure)
        if leg == call.placed_by and call.customer == "waiting":
            call.customer = "gone"
        self._forget(call)

    def leg_ends(self, call: SwitchCall, leg: str, cause: int = 16) -> None:
        """A leg of a seat or an outside party is gone; whoever hangs on its Dial goes with it."""
        state = call.legs.pop(leg, "")
        with_customer = CUSTOMER in call.group_of(leg)
        alone = with_customer and len(call.group_of(leg)) == 2
        call.part(leg)
        if state == "ringing":
            self._ring_failed(call, leg, RingFailure.CANCELLED)
        elif state == "up":
            self.tell(fact.SeatLegEnded(call_id=call.call_id, seat_id=leg, cause=cause))
        if leg == call.dialling:
            call.dialling = ""
            for other in list(call.legs):
                if other not in call.group_of(CUSTOMER):
                    self.leg_ends(call, other)
        if alone and state == "up" and call.customer == "up" and call.call_id.endswith(("0", "5")):
            self.tell(fact.CallHeld(call_id=call.call_id))  # back in a session of its own
        if leg == call.placed_by and call.customer in ("waiting", "ringing"):
            call.customer = "gone"
        self._forget(call)

    def customer_ends(self, call: SwitchCall, cause: int = 16) -> None:
        """The customer's leg is gone; a talk and a hold end with it, those who speak otherwise go on."""
        before = call.customer
        if before == "gone":
            return
        call.customer = "gone"
        partners = call.group_of(CUSTOMER) - {CUSTOMER}
        call.part(CUSTOMER)
        if before == "up" and call.recording_message:
            self.tell(fact.MessageRecorded(call_id=call.call_id, file="m.wav", length_ms=0))
        self.tell(fact.CustomerLegEnded(call_id=call.call_id, cause=cause))
        for leg, state in list(call.legs.items()):
            waits = not any(leg in group for group in call.groups)
            with_it = leg in partners or not partners
            if leg in call.legs and (state == "ringing" or (waits and with_it)):
                self.leg_ends(call, leg)
        self._forget(call)

    def _forget(self, call: SwitchCall) -> None:
        if call.customer == "gone" and not call.legs:
            self.calls.pop(call.call_id, None)
