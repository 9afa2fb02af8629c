"""What is up at Asterisk after a log-in, compared with what was known: facts that were missed."""

from collections.abc import Iterator, Mapping

from engine.adapters.asterisk.legs import CallLegs, Leg, Legs, endpoint_of, variable
from engine.adapters.asterisk.translate import CALL_VARIABLE, caller_number, dial_failed
from engine.core.events import (
    CallAdopted,
    CustomerAnswered,
    CustomerLegEnded,
    Event,
    SeatAnswered,
    SeatLegEnded,
)
from engine.core.records import Millis
from engine.core.states import CallState

Channel = Mapping[str, str]

_ROLE = "FS_ROLE"
_THIRD = "third"


def vanished(legs: Legs, channels: list[Channel], known: frozenset[str]) -> Iterator[Event]:
    """Hang-ups that happened while nobody listened; the legs are forgotten.

    `known` are the channels that were known before Asterisk was asked: a later one is not in its answer.
    """
    gone = known - {channel.get("Uniqueid", "") for channel in channels}
    for call in legs.known_calls():
        over = call.customer is not None and call.customer.unique_id in gone
        if over and call.customer is not None and not call.customer.answered:
            call.customer, over = None, False
            yield from dial_failed(call, "", 0)
        elif over and not call.customer_left:
            yield CustomerLegEnded(call_id=call.call_id, unheard=True)
        for party, leg in list(call.seats.items()):
            if leg.unique_id in gone:
                del call.seats[party]
                if leg.answered:
                    yield SeatLegEnded(call_id=call.call_id, seat_id=party)
                elif call.dialled == party:
                    yield from dial_failed(call, "", 0)
        if over or (call.customer is None and not call.seats):
            legs.forget(call.call_id)


def found(legs: Legs, channels: list[Channel], lines: frozenset[str], now: Millis) -> Iterator[Event]:
    """Calls that went on without the engine, and phones that were picked up unheard."""
    for call_id, members in _by_call(channels).items():
        customer = _customer(members, lines)
        if customer is None:
            continue
        call = legs.of(call_id)
        if call.customer is not None or call.seats:
            yield from _picked_up(legs, call, customer, members)
            continue
        call.customer = _leg(customer, endpoint_of(customer["Channel"]))
        yield _adopted(legs, call_id, customer, members, now)


def _customer(members: list[Channel], lines: frozenset[str]) -> Channel | None:
    """The customer's channel says so itself; one of an earlier engine's time is known by its line."""
    for member in members:
        if variable(member, _ROLE) == "customer":
            return member
    others = (member for member in members if variable(member, _ROLE) != _THIRD)
    return next((member for member in others if endpoint_of(member["Channel"]) in lines), None)


def _by_call(channels: list[Channel]) -> dict[str, list[Channel]]:
    calls: dict[str, list[Channel]] = {}
    for channel in channels:
        call_id = variable(channel, CALL_VARIABLE)
        if call_id:
            calls.setdefault(call_id, []).append(channel)
    return calls


def _leg(member: Channel, endpoint: str) -> Leg:
    return Leg(member["Channel"], member["Uniqueid"], endpoint, _is_up(member))


def _is_up(member: Channel) -> bool:
    return member.get("ChannelStateDesc") == "Up"


def _parties(legs: Legs, customer: Channel, members: list[Channel]) -> Iterator[tuple[str, Channel]]:
    """Everybody but the customer; the third party last."""
    for member in sorted(members, key=lambda member: variable(member, _ROLE) == _THIRD):
        party = legs.party_of(member["Channel"])
        if member is not customer and party:
            yield party, member


def _picked_up(legs: Legs, call: CallLegs, customer: Channel, members: list[Channel]) -> Iterator[Event]:
    if call.customer is None:
        call.customer = Leg(customer["Channel"], customer["Uniqueid"], endpoint_of(customer["Channel"]))
    if _is_up(customer) and not call.customer.answered:
        call.customer.answered, call.dialled = True, ""
        yield CustomerAnswered(call_id=call.call_id)
    for party, member in _parties(legs, customer, members):
        before = call.seats.get(party)
        if _is_up(member) and not (before is not None and before.answered):
            call.seats[party] = _leg(member, endpoint_of(member["Channel"]))
            call.dialled = "" if call.dialled == party else call.dialled
            yield SeatAnswered(call_id=call.call_id, seat_id=party)


def _adopted(legs: Legs, call_id: str, customer: Channel, members: list[Channel], now: Millis) -> CallAdopted:
    """As a talk with one seat, whatever it is: of several phones the third party's counts last."""
    talking, answered_at = "", 0
    for party, member in _parties(legs, customer, members):
        legs.of(call_id).seats[party] = _leg(member, endpoint_of(member["Channel"]))
        if _is_up(member) and legs.is_seat(party) and not talking:
            talking, answered_at = party, now - _duration_ms(member.get("Duration", ""))
    number, raw = caller_number(customer.get("CallerIDNum", ""))
    return CallAdopted(
        call_id=call_id,
        line_id=variable(customer, "FS_LINE"),
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
