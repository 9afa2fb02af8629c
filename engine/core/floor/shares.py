"""Who did what in a call, and for how long: one share a leg, written down when it ends.

What the customer got is in the call's own record: `talk_ms` with whoever had the call, `hold_ms` with music
while somebody of the centre had it, alone or speaking to a third party.
"""

from dataclasses import replace

from engine.core.effects import StorePart
from engine.core.floor import tally
from engine.core.floor.entities import Call, Share
from engine.core.floor.state import FloorState
from engine.core.records import CallPart, Millis

TALK, HOLD, CONSULT = "talk", "hold", "consult"

# How somebody came into a call.
ANSWERED, DIALLED, TRANSFERRED, CONSULTED = "answered", "dialled", "transferred", "consulted"
TAKEN_OVER = "taken_over"


def begin(
    call: Call,
    leg: str,
    now: Millis,
    *,
    staff_number: str,
    how: str,
    owner: bool = False,
    doing: str = TALK,
    party: str = "",
) -> None:
    """Somebody is in the call from now on; `party` names who it is if no agent, `owner` who has the call."""
    part = CallPart(
        call_id=call.id,
        staff_number=staff_number,
        seat_id=leg if not party else "",
        party=party,
        how=how,
        began_at=now,
        ended_at=now,
    )
    call.shares[leg] = Share(part=part, doing=doing, since=now, owner=owner)


def turn(call: Call, leg: str, doing: str, now: Millis) -> None:
    """Somebody does something else in the call from now on."""
    share = call.shares.get(leg)
    if share is None:
        return
    spent = max(0, now - share.since)
    name = f"{share.doing}_ms"
    share.part = replace(share.part, **{name: getattr(share.part, name) + spent})
    if share.owner and share.doing == TALK:
        share.owned_talk_ms += spent
        call.record = replace(call.record, talk_ms=call.record.talk_ms + spent)
    elif share.owner:
        share.owned_hold_ms += spent
        call.record = replace(call.record, hold_ms=call.record.hold_ms + spent)
    share.doing, share.since = doing, now


def own(call: Call, leg: str, now: Millis) -> None:
    """Who was asked for help has the call now."""
    turn(call, leg, TALK, now)
    share = call.shares[leg]
    share.owner, share.part = True, replace(share.part, how=TRANSFERRED)


def end(floor: FloorState, call: Call, leg: str, now: Millis) -> None:
    """Somebody is out of the call."""
    turn(call, leg, TALK, now)
    share = call.shares.pop(leg, None)
    if share is None:
        return
    part = replace(share.part, ended_at=max(now, share.part.began_at))
    if share.owner:
        tally.talk_ended(floor, call, share.owned_talk_ms, share.owned_hold_ms)
    if part.staff_number:
        tally.worked(floor, part)
        call.parts[part.staff_number] = part
    floor.emit(StorePart(part=part))


def wrapped_up(floor: FloorState, call: Call, staff_number: str, spent: Millis) -> None:
    """The after-call work of one agent is over."""
    call.record = replace(call.record, wrap_up_ms=call.record.wrap_up_ms + spent)
    tally.wrap_up_ended(floor, call, staff_number, spent)
    part = call.parts.pop(staff_number, None)
    if part is not None and spent:
        floor.emit(StorePart(part=replace(part, wrap_up_ms=spent)))
