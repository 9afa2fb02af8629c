"""AMI events into facts of the floor: the only place that reads Asterisk's words."""

from collections.abc import Callable, Iterator, Mapping

from engine.adapters.asterisk.legs import CUSTOMER, CallLegs, Leg, Legs, endpoint_of, variable
from engine.core.events import (
    CustomerAnswered,
    CustomerFailed,
    CustomerLegEnded,
    Event,
    LineReachable,
    RingFailed,
    SeatAnswered,
    SeatLegEnded,
    SeatRang,
    SeatReachable,
)
from engine.core.numbers import clean_cli
from engine.core.states import RingFailure

Headers = Mapping[str, str]

CALL_VARIABLE = "FS_CALL"
# What the dialplan tells by UserEvent.
WAITS = "FourseatWaits"  # a leg stands alone now
DIALLED = "FourseatDialled"  # the agent's leg has dialled in vain
_LONGEST_RAW = 128
_UNREACHABLE_STATES = frozenset({"UNAVAILABLE", "INVALID", "UNKNOWN", "Unavailable", "Invalid", "Unknown"})

# DIALSTATUS of Dial(), with the causes that say more.
_FAILURES = {
    "NOANSWER": RingFailure.NO_ANSWER,
    "BUSY": RingFailure.BUSY,
    "CHANUNAVAIL": RingFailure.UNREACHABLE,
    "CONGESTION": RingFailure.UNREACHABLE,
    "CANCEL": RingFailure.CANCELLED,
}
_CAUSE_NORMAL = 16  # Q.850
_CAUSE_REJECTED = 21
# No such number, no way there, nobody there, all lines taken, the network is out of order.
_CAUSES_UNREACHABLE = frozenset({1, 2, 3, 20, 27, 28, 34, 38, 41, 42, 44, 58})


def ring_failure(dial_status: str, cause: int) -> RingFailure:
    """Why a dialled phone was not answered; an unknown status counts as no answer."""
    if cause == _CAUSE_REJECTED and dial_status != "CANCEL":
        return RingFailure.REJECTED
    return _FAILURES.get(dial_status, RingFailure.NO_ANSWER)


def leg_failure(dial_status: str, cause: int) -> RingFailure:
    """The same by the cause of the dialled leg's own hang-up, which is of no earlier dialling."""
    failure = ring_failure(dial_status, cause)
    if failure is RingFailure.NO_ANSWER and cause in _CAUSES_UNREACHABLE:
        return RingFailure.UNREACHABLE
    if failure is RingFailure.NO_ANSWER and cause == _CAUSE_NORMAL:  # nobody but us hangs up so
        return RingFailure.CANCELLED
    return failure


def cause_of(event: Headers) -> int:
    """The Q.850 cause of a hang-up, 0 if there is none."""
    text = event.get("Cause", "")
    return int(text) if text.isdecimal() else 0


def is_reachable(device_state: str) -> bool:
    """Whether a phone in this state of Asterisk's can be rung."""
    return device_state not in _UNREACHABLE_STATES


def caller_number(raw: str) -> tuple[str, str]:
    """A caller's number with nothing in it that could mean something elsewhere, and as the network sent it.

    Both are empty when the number is withheld.
    """
    if raw.strip("<>") == "unknown":
        return "", ""
    return clean_cli(raw), raw[:_LONGEST_RAW]


def dial_failed(call: CallLegs, status: str, cause: int) -> Iterator[Event]:
    """Whom the agent's leg dialled has not answered; told once."""
    dialled, call.dialled = call.dialled, ""
    failure = leg_failure(status, cause)
    if dialled == CUSTOMER:
        yield CustomerFailed(call_id=call.call_id, failure=failure, cause=cause)
    elif dialled:
        yield RingFailed(call_id=call.call_id, seat_id=dialled, failure=failure, cause=cause)


class Translator:
    """Keeps `Legs` in step with the events, and says what they mean for the floor."""

    def __init__(self, legs: Legs) -> None:
        self._legs = legs
        self._readers: dict[str, Callable[[Headers], Iterator[Event]]] = {
            "DialState": self._dial_state,
            "DialEnd": self._dial_end,
            "UserEvent": self._told,
            "HangupRequest": self._hangup_request,
            "Hangup": self._hangup,
            "DeviceStateChange": self._device_state,
        }

    def facts(self, event: Headers) -> Iterator[Event]:
        """What an AMI event means; nothing for most of them."""
        name = event.get("Event", "")
        if name == "DialBegin":
            self._dial_begin(event)
        elif name == "BridgeEnter":
            self._set_waits(event, False)
        reader = self._readers.get(name)
        return reader(event) if reader is not None else iter(())

    # Dialling

    def _dialled(self, event: Headers) -> tuple[str, str]:
        """Call and party of a dialled phone; empty texts when it is none of ours."""
        call_id = variable(event, CALL_VARIABLE) or variable(event, CALL_VARIABLE, "Dest")
        party = self._legs.party_of(event.get("DestChannel", ""))
        return (call_id, party) if call_id and party else ("", "")

    def _dial_begin(self, event: Headers) -> None:
        """Who is dialled from a seat's phone in a call without a customer becomes the customer."""
        call_id, party = self._dialled(event)
        if not call_id:
            return
        call, channel = self._legs.of(call_id), event["DestChannel"]
        leg = Leg(channel, event.get("DestUniqueid", ""), endpoint_of(channel))
        leg.begun_here = not event.get("Channel")
        if call.customer is None and self._legs.is_seat(endpoint_of(event.get("Channel", ""))):
            call.customer = leg
        elif call.customer is None or call.customer.unique_id != leg.unique_id:
            call.seats[party] = leg

    def _dial_state(self, event: Headers) -> Iterator[Event]:
        call_id, party = self._dialled(event)
        call = self._legs.get(call_id)
        if call is None or event.get("DialStatus") != "RINGING":
            return
        leg = call.seats.get(party)
        if leg is not None and leg.unique_id == event.get("DestUniqueid"):
            yield SeatRang(call_id=call_id, seat_id=party)

    def _dial_end(self, event: Headers) -> Iterator[Event]:
        call_id, party = self._dialled(event)
        call = self._legs.get(call_id)
        if call is None:
            return
        unique_id = event.get("DestUniqueid", "")
        leg = call.named(unique_id)
        if event.get("DialStatus") != "ANSWER":
            if leg is not None:
                leg.dial_status = event.get("DialStatus", "")
            return
        if leg is None:  # its dialling began unheard
            channel = event["DestChannel"]
            leg = call.seats[party] = Leg(channel, unique_id, endpoint_of(channel))
        leg.answered = True
        if leg is call.customer:
            call.dialled = ""
            yield CustomerAnswered(call_id=call_id)
        else:
            call.dialled = "" if call.dialled == party else call.dialled
            yield SeatAnswered(call_id=call_id, seat_id=party)

    def _told(self, event: Headers) -> Iterator[Event]:
        if event.get("UserEvent") == WAITS:
            self._set_waits(event, True)
            return
        call = self._legs.get(variable(event, CALL_VARIABLE))
        if event.get("UserEvent") == DIALLED and call is not None:
            yield from dial_failed(call, event.get("Status", ""), cause_of(event))

    def _set_waits(self, event: Headers, waits: bool) -> None:
        call = self._legs.get(variable(event, CALL_VARIABLE))
        leg = call.named(event.get("Uniqueid", "")) if call is not None else None
        if leg is not None:
            leg.waits = waits

    # Ends

    def _hangup_request(self, event: Headers) -> Iterator[Event]:
        """The customer hung up. The agent's leg ends before the customer's own, but is not the cause."""
        legs = self._legs.get(variable(event, CALL_VARIABLE))
        if legs is None or legs.customer is None or legs.customer_left or not legs.customer.answered:
            return
        if legs.customer.unique_id == event.get("Uniqueid", ""):
            legs.customer_left = True
            yield CustomerLegEnded(call_id=legs.call_id, cause=cause_of(event) or _CAUSE_NORMAL)

    def _hangup(self, event: Headers) -> Iterator[Event]:
        legs = self._legs.get(variable(event, CALL_VARIABLE))
        if legs is None:
            return
        unique_id, cause = event.get("Uniqueid", ""), cause_of(event)
        if legs.customer is not None and legs.customer.unique_id == unique_id:
            leg, legs.customer = legs.customer, None
            if not leg.answered:
                yield from dial_failed(legs, leg.dial_status, cause)
            elif not legs.customer_left:
                yield CustomerLegEnded(call_id=legs.call_id, cause=cause)
        for party, leg in list(legs.seats.items()):
            if leg.unique_id == unique_id:
                del legs.seats[party]
                yield from _party_gone(legs, party, leg, cause)
        if legs.customer is None and not legs.seats:
            self._legs.forget(legs.call_id)

    def _device_state(self, event: Headers) -> Iterator[Event]:
        technology, _, endpoint = event.get("Device", "").partition("/")
        if technology == "PJSIP":
            yield from self.reachable(endpoint, event.get("State", ""))

    def reachable(self, endpoint: str, device_state: str) -> Iterator[Event]:
        """Whether a phone or a line can be reached, from the state that Asterisk gives it."""
        reachable = is_reachable(device_state)
        if self._legs.is_seat(endpoint):
            yield SeatReachable(seat_id=endpoint, reachable=reachable)
        elif self._legs.is_line(endpoint):
            yield LineReachable(line_id=endpoint, reachable=reachable)


def _party_gone(legs: CallLegs, party: str, leg: Leg, cause: int) -> Iterator[Event]:
    """A phone that nobody picked up ends in a fact of its own only if no caller's session dialled it."""
    if leg.answered:
        yield SeatLegEnded(call_id=legs.call_id, seat_id=party, cause=cause)
        nobody_yet = legs.customer is None if legs.dialled == CUSTOMER else legs.dialled not in legs.seats
        if nobody_yet:
            yield from dial_failed(legs, "CANCEL", 0)
    elif leg.begun_here:
        failure = leg_failure(leg.dial_status, cause)
        yield RingFailed(call_id=legs.call_id, seat_id=party, failure=failure, cause=cause)
    elif legs.dialled == party:
        yield from dial_failed(legs, leg.dial_status, cause)
