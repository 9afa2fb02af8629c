"""What is up at Asterisk after a log-in, compared with what was known: facts that were missed."""

from collections.abc import Iterator, Mapping

from engine.adapters.asterisk.legs import Leg, Legs, endpoint_of, variable
from engine.adapters.asterisk.translate import CALL_VARIABLE, caller_number
from engine.core.events import CallAdopted, CustomerLegEnded, Event, SeatAnswered, SeatLegEnded
from engine.core.records import Millis
from engine.core.states import CallState

Channel = Mapping[str, str]


def vanished(legs: Legs, channels: list[Channel], known: frozenset[str]) -> Iterator[Event]:
    """Hang-ups that happened while nobody listened; the legs are forgotten.

    `known` are the channels that were known before Asterisk was asked: a later one is not in its answer.
    """
    gone = known - {channel.get("Uniqueid", "") for channel in channels}
    for call in legs.known_calls():
        over = call.customer is not None and call.customer.unique_id in gone
        if over and not call.customer_left:
            yield CustomerLegEnded(call_id=call.call_id, unheard=True)
        for seat_id, leg in list(call.seats.items()):
            if leg.unique_id in gone:
                del call.seats[seat_id]
                if leg.answered:
                    yield SeatLegEnded(call_id=call.call_id, seat_id=seat_id)
        if over:
            legs.forget(call.call_id)


def found(legs: Legs, channels: list[Channel], lines: frozenset[str], now: Millis) -> Iterator[Event]:
    """Calls that went on without the engine, and phones that were picked up unheard."""
    for call_id, members in _by_call(channels).items():
        customer = next((member for member in members if endpoint_of(member["Channel"]) in lines), None)
        if customer is None:
            continue
        call = legs.of(call_id)
        if call.customer is not None:
            yield from _picked_up(legs, call_id, members)
            continue
        endpoint = endpoint_of(customer["Channel"])
        call.customer = Leg(customer["Channel"], customer["Uniqueid"], endpoint, True)
        yield _adopted(legs, call_id, customer, members, now)


def _by_call(channels: list[Channel]) -> dict[str, list[Channel]]:
    calls: dict[str, list[Channel]] = {}
    for channel in channels:
        call_id = variable(channel, CALL_VARIABLE)
        if call_id:
            calls.setdefault(call_id, []).append(channel)
    return calls


def _seats(legs: Legs, members: list[Channel]) -> Iterator[tuple[str, Channel, bool]]:
    """The phones among the channels, each with whether it was picked up."""
    for member in members:
        seat_id = endpoint_of(member["Channel"])
        if legs.is_seat(seat_id):
            yield seat_id, member, member.get("ChannelStateDesc") == "Up"


def _picked_up(legs: Legs, call_id: str, members: list[Channel]) -> Iterator[Event]:
    known = legs.of(call_id).seats
    for seat_id, member, up in _seats(legs, members):
        before = known.get(seat_id)
        if up and not (before is not None and before.answered):
            known[seat_id] = Leg(member["Channel"], member["Uniqueid"], seat_id, True)
            yield SeatAnswered(call_id=call_id, seat_id=seat_id)


def _adopted(legs: Legs, call_id: str, customer: Channel, members: list[Channel], now: Millis) -> CallAdopted:
    talking, answered_at = "", 0
    for seat_id, member, up in _seats(legs, members):
        legs.of(call_id).seats[seat_id] = Leg(member["Channel"], member["Uniqueid"], seat_id, up)
        if up:
            talking, answered_at = seat_id, now - _duration_ms(member.get("Duration", ""))
    number, raw = caller_number(customer.get("CallerIDNum", ""))
    return CallAdopted(
        call_id=call_id,
        line_id=variable(customer, "FS_LINE") or endpoint_of(customer["Channel"]),
        did=variable(customer, "FS_DID"),
        cli=number,
        cli_raw=raw,
        accepted_at=now - _duration_ms(customer.get("Duration", "")),
        state=CallState.TALKING if talking else CallState.UNATTENDED,
        seat_id=talking,
        answered_at=answered_at,
    )


def _duration_ms(text: str) -> int:
    """`01:02:03` of CoreShowChannels in milliseconds."""
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return 0
    hours, minutes, seconds = (int(part) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000
