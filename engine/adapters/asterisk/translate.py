"""AMI events into facts of the floor: the only place that reads Asterisk's words."""

from collections.abc import Callable, Iterator, Mapping

from engine.adapters.asterisk.legs import Leg, Legs, endpoint_of, variable
from engine.core.events import CustomerLegEnded, Event, SeatAnswered, SeatLegEnded, SeatRang, SeatReachable
from engine.core.numbers import clean_cli
from engine.core.states import RingFailure

Headers = Mapping[str, str]

CALL_VARIABLE = "FS_CALL"
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


def ring_failure(dial_status: str, cause: int) -> RingFailure:
    """Why a dialled phone was not answered; an unknown status counts as no answer."""
    if cause == _CAUSE_REJECTED and dial_status != "CANCEL":
        return RingFailure.REJECTED
    return _FAILURES.get(dial_status, RingFailure.NO_ANSWER)


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


class Translator:
    """Keeps `Legs` in step with the events, and says what they mean for the floor."""

    def __init__(self, legs: Legs) -> None:
        self._legs = legs
        self._readers: dict[str, Callable[[Headers], Iterator[Event]]] = {
            "DialState": self._dial_state,
            "DialEnd": self._dial_end,
            "HangupRequest": self._hangup_request,
            "Hangup": self._hangup,
            "DeviceStateChange": self._device_state,
        }

    def facts(self, event: Headers) -> Iterator[Event]:
        """What an AMI event means; nothing for most of them."""
        name = event.get("Event", "")
        if name == "DialBegin":
            self._dial_begin(event)
        reader = self._readers.get(name)
        return reader(event) if reader is not None else iter(())

    def _seat_leg(self, event: Headers) -> tuple[str, str]:
        """Call and seat of a dialled phone; empty texts when it is none of ours."""
        call_id = variable(event, CALL_VARIABLE) or variable(event, CALL_VARIABLE, "Dest")
        seat_id = endpoint_of(event.get("DestChannel", ""))
        return (call_id, seat_id) if call_id and self._legs.is_seat(seat_id) else ("", "")

    def _dial_begin(self, event: Headers) -> None:
        call_id, seat_id = self._seat_leg(event)
        if call_id:
            leg = Leg(event["DestChannel"], event.get("DestUniqueid", ""), seat_id)
            self._legs.of(call_id).seats[seat_id] = leg

    def _dial_state(self, event: Headers) -> Iterator[Event]:
        call_id, seat_id = self._seat_leg(event)
        if call_id and event.get("DialStatus") == "RINGING":
            yield SeatRang(call_id=call_id, seat_id=seat_id)

    def _dial_end(self, event: Headers) -> Iterator[Event]:
        call_id, seat_id = self._seat_leg(event)
        if not call_id or event.get("DialStatus") != "ANSWER":
            return
        leg = self._legs.of(call_id).seats.get(seat_id)
        if leg is not None:
            leg.answered = True
        yield SeatAnswered(call_id=call_id, seat_id=seat_id)

    def _hangup_request(self, event: Headers) -> Iterator[Event]:
        """The customer hung up. The agent's leg ends before the customer's own, but is not the cause."""
        legs = self._legs.get(variable(event, CALL_VARIABLE))
        if legs is None or legs.customer is None or legs.customer_left:
            return
        if legs.customer.unique_id == event.get("Uniqueid", ""):
            legs.customer_left = True
            yield CustomerLegEnded(call_id=legs.call_id, cause=cause_of(event) or _CAUSE_NORMAL)

    def _hangup(self, event: Headers) -> Iterator[Event]:
        call_id = variable(event, CALL_VARIABLE)
        legs = self._legs.get(call_id)
        if legs is None:
            return
        unique_id, cause = event.get("Uniqueid", ""), cause_of(event)
        if legs.customer is not None and legs.customer.unique_id == unique_id:
            legs.customer = None
            if not legs.customer_left:
                yield CustomerLegEnded(call_id=call_id, cause=cause)
        for seat_id, leg in list(legs.seats.items()):
            if leg.unique_id == unique_id:
                del legs.seats[seat_id]
                if leg.answered:
                    yield SeatLegEnded(call_id=call_id, seat_id=seat_id, cause=cause)
        if legs.customer is None and not legs.seats:
            self._legs.forget(call_id)

    def _device_state(self, event: Headers) -> Iterator[Event]:
        technology, _, seat_id = event.get("Device", "").partition("/")
        if technology == "PJSIP" and self._legs.is_seat(seat_id):
            yield SeatReachable(seat_id=seat_id, reachable=is_reachable(event.get("State", "")))
