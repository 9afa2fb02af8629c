"""A call that went on without the engine, with its instants, and who began it, as the dialplan noted them."""

import logging
from dataclasses import replace

from engine.adapters.asterisk.errors import AsteriskError
from engine.adapters.asterisk.legs import Legs
from engine.adapters.asterisk.link import AmiLink
from engine.core.events import CallAdopted
from engine.core.records import Millis
from engine.core.states import CallState, Direction

log = logging.getLogger(__name__)


async def adopted(fact: CallAdopted, legs: Legs, link: AmiLink) -> CallAdopted | None:
    """The whole fact; None: the call ended meanwhile, and Asterisk's own record tells of it."""
    channel = legs.customer_channel(fact.call_id)
    accepted_at = await _instant(link, channel, "CDR(fs_accepted)")
    accepted_at = accepted_at or await _instant(link, channel, "FS_STARTED")
    answered_at = await _instant(link, channel, "FS_ANSWERED")
    direction = await _value(link, channel, "FS_DIRECTION")
    call = legs.get(fact.call_id)
    if call is None or call.customer is None or call.customer_left:
        return None
    seat_id = next(
        (seat_id for seat_id, leg in call.seats.items() if leg.answered and legs.is_seat(seat_id)), ""
    )
    return replace(
        fact,
        accepted_at=accepted_at or fact.accepted_at,
        state=CallState.TALKING if seat_id else CallState.UNATTENDED,
        seat_id=seat_id,
        answered_at=(answered_at or fact.answered_at) if seat_id else 0,
        direction=Direction(direction) if direction in set(Direction) else fact.direction,
    )


async def _instant(link: AmiLink, channel: str, variable_name: str) -> Millis:
    """A channel's variable that holds `seconds.milliseconds`; 0 if it does not."""
    seconds, _, fraction = (await _value(link, channel, variable_name)).partition(".")
    both = seconds + fraction
    return int(both) if both.isdecimal() and len(fraction) == 3 else 0


async def _value(link: AmiLink, channel: str, variable_name: str) -> str:
    """A channel's variable; empty if it has none."""
    try:
        reply = await link.ask("Getvar", Channel=channel, Variable=variable_name)
    except AsteriskError as error:
        log.info("%s of %s: %s", variable_name, channel, error)
        return ""
    return str(reply.get("Value", ""))
