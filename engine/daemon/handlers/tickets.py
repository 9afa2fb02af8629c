"""Tickets: what consoles and commands ask about them."""

from collections.abc import Sequence
from dataclasses import replace

from db.customers import customers_by_id
from db.ticket_figures import aging
from db.ticket_lists import list_tickets, show_ticket, similar
from db.ticket_query import TicketFilter
from db.users import list_users
from engine.adapters.unix_socket import Connection
from engine.core.customers.masking import Sight, is_masked, masked_text, masked_ticket
from engine.core.numbers import normalise_number
from engine.core.sla import due
from engine.core.tickets.allowed import allowed
from engine.core.tickets.records import Act, Actor, NewTicket, Ticket
from engine.daemon.handlers.checks import instant, row_count, row_id
from engine.daemon.handlers.context import Context, Handler, answered
from engine.daemon.handlers.phone import number_behind
from engine.daemon.handlers.sight import sight
from engine.daemon.tickets.desk import actor_of
from engine.wire.base import Nothing
from engine.wire.messages import Fault, Reason
from engine.wire.tickets import (
    ActParams,
    Aging,
    BatchParams,
    BatchResult,
    CreatedTicket,
    CreateTicketParams,
    Due,
    DueParams,
    Similar,
    SimilarParams,
    TicketDetail,
    TicketList,
    TicketNumberParams,
    TicketPerson,
    TicketRow,
    TicketsChanged,
    TicketsParams,
    TicketWords,
)

_VIEWS = ("", "mine", "department", "today", "overdue", "unverified", "to_reply", "to_follow_up")
_ORDERS = ("newest", "due")


async def words(context: Context, connection: Connection, params: Nothing) -> TicketWords:
    """Types, departments and people of the site, and what is wrong with its files."""
    desk = context.tickets
    return TicketWords(
        types=list(desk.book.types.values()),
        departments=list(desk.book.departments.values()),
        people=[
            TicketPerson(
                staff_number=user.staff_number, name=user.name, department=user.department, role=user.role
            )
            for user in await context.read(list_users)
            if not user.disabled
        ],
        problems=desk.problems,
    )


async def reload(context: Context, connection: Connection, params: Nothing) -> TicketWords:
    """Read the types anew."""
    taken = await context.tickets.reload()
    context.audit(connection, "tickets.reload", "", "taken" if taken else "refused")
    return await words(context, connection, params)


async def create(context: Context, connection: Connection, params: CreateTicketParams) -> CreatedTicket:
    """A new ticket, unless the same matter is open."""
    actor = _actor(context, connection)
    instant(params.ticket.created_at, "created_at")
    new = await _new_meant(context, params.ticket)
    made, same = await answered(context.tickets.create(new, actor, force=params.force))
    seen = await sight(context, connection)
    row = None if made is None else (await _rows(context, actor, seen, [made]))[0]
    return CreatedTicket(row=row, same=tuple(_row(context, actor, seen, *one) for one in same))


async def show_list(context: Context, connection: Connection, params: TicketsParams) -> TicketList:
    """Tickets that this person may see."""
    for value, known, name in ((params.view, _VIEWS, "view"), (params.order, _ORDERS, "order")):
        if value not in known:
            raise Fault(Reason.INVALID, f"there is no {name} {value[:40]!r}", name)
    actor = _actor(context, connection)
    wanted = TicketFilter(
        view=params.view,
        states=params.states,
        everything=params.everything,
        type=params.type,
        category=params.category,
        department=params.department,
        owner=params.owner,
        technician=params.technician,
        area=params.area,
        node=params.node,
        customer_id=row_id(params.customer_id),
        phone=_number(context, params.phone),
        text=params.text,
        since=instant(params.since, "since"),
        until=instant(params.until, "until"),
        before_id=row_id(params.before_id),
        order=params.order,
        limit=row_count(params.limit),
        now=context.engine.clock.now(),
        midnight=context.tickets.midnight(),
    )
    found = await context.read(list_tickets, wanted, actor)
    seen = await sight(context, connection)
    return TicketList(tickets=[_row(context, actor, seen, *one) for one in found])


async def show(context: Context, connection: Connection, params: TicketNumberParams) -> TicketDetail:
    """One ticket with all that belongs to it."""
    actor = _actor(context, connection)
    found = await context.read(show_ticket, params.number, actor)
    row = _row(context, actor, await sight(context, connection), found.ticket, found.customer_name)
    hidden = row.ticket.phone != found.ticket.phone
    steps = [replace(step, text=masked_text(step.text)) for step in found.steps] if hidden else found.steps
    return TicketDetail(
        row=row,
        steps=steps,
        attachments=found.attachments,
        merged=found.merged,
        folder=str(context.live.paths.messages),
    )


async def act(context: Context, connection: Connection, params: ActParams) -> TicketRow:
    """Do something to a ticket; what was done stands in its history."""
    actor = _actor(context, connection)
    instant(params.act.at, "at")
    meant = await _act_meant(context, params.number, params.act)
    after = await answered(context.tickets.act(params.number, meant, actor))
    return (await _rows(context, actor, await sight(context, connection), [after]))[0]


async def batch(context: Context, connection: Connection, params: BatchParams) -> BatchResult:
    """Do the same to many tickets."""
    actor = _actor(context, connection)
    instant(params.act.at, "at")
    done, refused = await answered(context.tickets.batch(params.numbers, params.act, actor))
    detail = f"{params.act.deed} done={len(done)} refused={len(refused)}"
    context.audit(connection, "tickets.batch", " ".join(one.number for one in done)[:500], detail)
    seen = await sight(context, connection)
    return BatchResult(done=await _rows(context, actor, seen, done), refused=refused)


async def show_due(context: Context, connection: Connection, params: DueParams) -> Due:
    """When a ticket of this type would be due, for the form that makes it."""
    rules = context.tickets.rules
    kind = rules.book.types.get(params.type)
    if kind is None:
        raise Fault(Reason.NOT_FOUND, f"not_found type {params.type[:40]}", "type")
    at = instant(params.created_at, "created_at") or context.engine.clock.now()
    return Due(
        respond_by=due(kind.sla.respond, at, rules.working),
        resolve_by=due(kind.sla.resolve, at, rules.working),
    )


async def same_matter(context: Context, connection: Connection, params: SimilarParams) -> Similar:
    """Open tickets of the same matter, and what recurs."""
    actor = _actor(context, connection)
    found = await context.read(
        similar,
        now=context.engine.clock.now(),
        customer_id=row_id(params.customer_id),
        phone="" if is_masked(params.phone) else _number(context, params.phone),  # then the customer says it
        type_id=params.type,
        category=params.category,
    )
    seen = await sight(context, connection)
    return Similar(
        open=[_row(context, actor, seen, *one) for one in found.open],
        calls_30=found.calls_30,
        tickets_90=found.tickets_90,
        same_matter_90=found.same_matter_90,
    )


async def watch(context: Context, connection: Connection, params: Nothing) -> TicketsChanged:
    """Counts now, and `tickets.changed` from now on."""
    return await answered(context.tickets.watch.watch(connection, _actor(context, connection)))


async def show_aging(context: Context, connection: Connection, params: Nothing) -> Aging:
    """Open tickets by department and age."""
    rows = await context.read(aging, context.engine.clock.now(), context.tickets.last_midnight())
    return Aging(rows=rows)


def _actor(context: Context, connection: Connection) -> Actor:
    return actor_of(context.who(connection))


def _number(context: Context, text: str) -> str:
    return normalise_number(text, area_code=context.config.site.area_code)


async def _new_meant(context: Context, new: NewTicket) -> NewTicket:
    """What is told, with the customer's number where it was shown masked."""
    if not is_masked(new.phone):
        return new
    return replace(new, phone=await context.read(number_behind, new.phone, customer_id=new.customer_id))


async def _act_meant(context: Context, number: str, act: Act) -> Act:
    """What is to be done, with the ticket's number where it was shown masked."""
    phone = act.fields.get("phone", "")
    if not is_masked(phone):
        return act
    meant = await context.read(number_behind, phone, ticket=number)
    return replace(act, fields={**act.fields, "phone": meant})


async def _rows(context: Context, actor: Actor, seen: Sight, tickets: Sequence[Ticket]) -> list[TicketRow]:
    """Tickets with the names of their customers."""
    ids = {ticket.customer_id for ticket in tickets if ticket.customer_id}
    found = await context.read(customers_by_id, sorted(ids)) if ids else []
    names = {customer.id: customer.name for customer in found}
    return [_row(context, actor, seen, ticket, names.get(ticket.customer_id, "")) for ticket in tickets]


def _row(context: Context, actor: Actor, seen: Sight, ticket: Ticket, name: str) -> TicketRow:
    deeds = allowed(ticket, actor, context.tickets.rules)
    return TicketRow(ticket=masked_ticket(ticket, actor, seen), customer_name=name, deeds=deeds)


HANDLERS: dict[str, Handler] = {
    "tickets.words": words,
    "tickets.reload": reload,
    "tickets.create": create,
    "tickets.list": show_list,
    "tickets.show": show,
    "tickets.act": act,
    "tickets.batch": batch,
    "tickets.due": show_due,
    "tickets.similar": same_matter,
    "tickets.watch": watch,
    "tickets.aging": show_aging,
}
