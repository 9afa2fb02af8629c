"""Phone work of agents, as requests to the floor."""

import itertools
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

from db.customer_parts import persons_of
from db.customers import get_customer
from db.errors import NotFound
from db.ticket_rows import ticket_by_number
from engine.adapters.unix_socket import Connection
from engine.core import requests as ask
from engine.core.customers.masking import is_masked, masked_phone
from engine.core.numbers import normalise_number
from engine.core.records import Millis
from engine.daemon.handlers.context import Context, Handler, asking, asking_plainly
from engine.wire.phone import DialParams, DialResult

_counter = itertools.count(1)


def new_call_id(now: Millis) -> str:
    """A call id like the dialplan's, told apart by its letter."""
    return f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%d-%H%M%S}-o{next(_counter)}"


def _to_target(request: Callable[..., ask.Request]) -> Handler:
    return asking(
        lambda who, params: request(staff_number=who, target=ask.Target(kind=params.kind, value=params.value))
    )


def _switched(request: Callable[..., ask.Request]) -> Handler:
    return asking(lambda who, params: request(staff_number=who, on=params.on))


async def dial(context: Context, connection: Connection, params: DialParams) -> DialResult:
    """Call a number or an extension from the own seat; a masked number is the ticket's or the customer's."""
    call_id = new_call_id(context.engine.clock.now())
    written = params.number
    if is_masked(written):
        written = await context.read(
            number_behind, written, customer_id=params.customer_id, ticket=params.ticket
        )
    number = normalise_number(written, area_code=context.config.site.area_code)
    staff_number = context.who(connection).staff_number
    context.ask_floor(
        ask.Dial(staff_number=staff_number, call_id=call_id, number=number, customer_id=params.customer_id)
    )
    return DialResult(call_id=call_id)


def number_behind(conn: sqlite3.Connection, masked: str, *, customer_id: int = 0, ticket: str = "") -> str:
    """The number that looks like this masked: of a ticket, else of a customer's file. Raises NotFound."""
    numbers: list[str] = [ticket_by_number(conn, ticket).phone] if ticket else []
    if customer_id:
        numbers += get_customer(conn, customer_id).phones
        numbers += [number for person in persons_of(conn, customer_id) for number in person.phones]
    found = next((number for number in numbers if masked_phone(number) == masked.strip()), None)
    if found is None:
        raise NotFound("number", masked[:40])
    return found


HANDLERS: dict[str, Handler] = {
    "agent.dial": dial,
    "agent.transfer": _to_target(ask.Transfer),
    "agent.consult": _to_target(ask.Consult),
    "agent.alternate": asking_plainly(ask.Alternate),
    "agent.complete_transfer": asking_plainly(ask.CompleteTransfer),
    "agent.cancel_consult": asking_plainly(ask.CancelConsult),
    "agent.conference": asking_plainly(ask.Conference),
    "agent.digits": asking(lambda who, params: ask.SendDigits(staff_number=who, digits=params.digits)),
    "agent.mute": _switched(ask.Mute),
    "agent.extend_wrap_up": asking_plainly(ask.ExtendWrapUp),
    "agent.help": _switched(ask.RaiseHand),
}
