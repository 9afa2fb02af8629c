"""What somebody may see of customers' numbers now: by role, by who is on the line, by own tickets."""

from db.ticket_lists import whose_tickets
from engine.adapters.unix_socket import Connection
from engine.core.customers.masking import Sight, sight_of
from engine.daemon.handlers.context import Context


async def sight(context: Context, connection: Connection) -> Sight:
    """What the one who asks may see in clear."""
    who = context.who(connection)
    privacy = context.config.privacy
    ids, numbers = _on_the_line(context, who.staff_number)
    seen = sight_of(who.role, hide_phones=privacy.phones, hide_id_numbers=privacy.id_numbers)
    if seen.all_phones:
        return seen
    owned, phones = await context.read(whose_tickets, who.staff_number)
    return sight_of(
        who.role,
        hide_phones=privacy.phones,
        hide_id_numbers=privacy.id_numbers,
        customers=[*ids, *owned],
        numbers=[*numbers, *phones],
    )


def _on_the_line(context: Context, staff_number: str) -> tuple[list[int], list[str]]:
    """The customer of the present call, in the talk and behind it, and the number of the line."""
    floor = context.engine.floor.state
    agent = floor.agents.get(staff_number)
    call = floor.call_of(agent) if agent is not None else None
    if call is None:
        return [], []
    card = call.card
    ids = [call.record.customer_id]
    if card is not None and card.customer is not None:
        ids.append(card.customer.id)
    return ids, [call.record.cli]
