"""Which channels belong to which call: the one place where Asterisk's names are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.core.effects import OUTSIDE

CUSTOMER = "customer"
"""In `CallLegs.dialled`: the leg that stands for the customer."""


@dataclass(slots=True)
class Leg:
    """One channel of a call. `endpoint` is the line's or the seat's id."""

    channel: str
    unique_id: str
    endpoint: str
    answered: bool = False
    waits: bool = False  # stands alone where it can be joined to another
    begun_here: bool = False  # dialled by nobody: Asterisk was asked to ring it
    dial_status: str = ""  # how Asterisk's dialling of it ended, if not by an answer


@dataclass(slots=True)
class CallLegs:
    """The channels of one call."""

    call_id: str
    customer: Leg | None = None
    customer_left: bool = False  # hung up; the channel may still be there for a moment
    seats: dict[str, Leg] = field(default_factory=dict)  # by seat id, or OUTSIDE; the latest attempt
    dialled: str = ""  # whom the agent's leg dials and nobody has told the outcome of yet

    def named(self, unique_id: str) -> Leg | None:
        """The leg with this id of Asterisk's."""
        legs = (*((self.customer,) if self.customer is not None else ()), *self.seats.values())
        return next((leg for leg in legs if leg.unique_id == unique_id), None)


def endpoint_of(channel: str) -> str:
    """`PJSIP/seat1-0000002a` is a channel of endpoint `seat1`; empty for other technologies."""
    technology, _, rest = channel.partition("/")
    return rest.rpartition("-")[0] if technology == "PJSIP" else ""


def variable(event: Mapping[str, str], name: str, prefix: str = "") -> str:
    """A channel variable that the event carries (`channelvars` in manager.conf)."""
    for pair in event.get(f"{prefix}ChanVariable", "").split("\n"):
        key, _, value = pair.partition("=")
        if key == name:
            return value
    return ""


class Legs:
    """All channels of all calls that are up."""

    def __init__(self, seats: frozenset[str], lines: frozenset[str]) -> None:
        self._seats = seats
        self._lines = lines
        self._calls: dict[str, CallLegs] = {}

    def know(self, seats: frozenset[str], lines: frozenset[str]) -> None:
        """These are the seats and lines from now on."""
        self._seats = seats
        self._lines = lines

    def is_seat(self, endpoint: str) -> bool:
        """Whether the endpoint is a seat's phone."""
        return endpoint in self._seats

    def is_line(self, endpoint: str) -> bool:
        """Whether the endpoint is a line."""
        return endpoint in self._lines

    def party_of(self, channel: str) -> str:
        """Who a dialled channel is in a call that has its customer: a seat, or OUTSIDE; empty for neither."""
        endpoint = endpoint_of(channel)
        if endpoint in self._seats:
            return endpoint
        return OUTSIDE if endpoint in self._lines else ""

    def of(self, call_id: str) -> CallLegs:
        """The legs of a call, empty for a new one."""
        return self._calls.setdefault(call_id, CallLegs(call_id))

    def get(self, call_id: str) -> CallLegs | None:
        """The legs of a call that is known."""
        return self._calls.get(call_id)

    def forget(self, call_id: str) -> None:
        """The call is over."""
        self._calls.pop(call_id, None)

    def customer_channel(self, call_id: str) -> str:
        """The caller's channel, empty if unknown."""
        legs = self._calls.get(call_id)
        return legs.customer.channel if legs is not None and legs.customer is not None else ""

    def seat_channel(self, call_id: str, seat_id: str) -> str:
        """The channel of the seat's leg in this call, empty if there is none."""
        legs = self._calls.get(call_id)
        leg = legs.seats.get(seat_id) if legs is not None else None
        return leg.channel if leg is not None else ""

    def talk_of(self, seat_id: str) -> tuple[str, Leg] | None:
        """The call in which the seat's phone is up, and its leg."""
        for call in self._calls.values():
            leg = call.seats.get(seat_id)
            if leg is not None and leg.answered:
                return call.call_id, leg
        return None

    def unique_ids(self) -> frozenset[str]:
        """All channels that are up as far as is known."""
        customers = [call.customer for call in self._calls.values() if call.customer is not None]
        seats = [leg for call in self._calls.values() for leg in call.seats.values()]
        return frozenset(leg.unique_id for leg in (*customers, *seats))

    def known_calls(self) -> list[CallLegs]:
        """All calls that are up as far as is known."""
        return list(self._calls.values())
