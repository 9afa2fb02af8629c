"""A new ticket: checked, with an owner, its clocks running, dispatched at once where its route says so."""

from engine.core.records import Millis
from engine.core.states import Role
from engine.core.tickets.clocks import started
from engine.core.tickets.decide import dispatched_by_itself, done_to
from engine.core.tickets.fields import PRIORITIES, bad_common, bad_field
from engine.core.tickets.records import (
    CUSTOMER,
    SYSTEM,
    Act,
    Actor,
    Decided,
    NewTicket,
    Refusal,
    Ticket,
    TicketStep,
)
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed, Refused, TicketState
from engine.core.tickets.types import Category, TicketType


def create(new: NewTicket, actor: Actor, rules: Rules, number: str, now: Millis) -> Decided | Refusal:
    """Make a ticket of what is told, or say why not. Its version is 1, however many steps it begins with.

    What is solved in the same talk is verified and replied to, and closed if nothing else is asked for and
    the one who has done it owns it. A department that is named by hand is dispatched to by that person.
    """
    kind = rules.book.types.get(new.type)
    if kind is None:
        return Refusal(Refused.BAD_FIELD, "type")
    at = new.created_at or now
    wrong = _wrong(new, kind, actor, at, now)
    if wrong is not None:
        return wrong
    owner = _owner(new, actor, rules)
    if not owner:
        return Refusal(Refused.BAD_TARGET, "owner")
    ticket = started(_ticket(new, kind, actor, owner, number, at), rules, at)
    created = TicketStep(at=at, who=actor.staff_number, deed=Deed.CREATED, state=ticket.state)
    begun = Decided(ticket, (created,))
    acts = _first_acts(new, kind, actor, owner)
    if acts:
        return _with(begun, acts, actor, rules, at)
    further = dispatched_by_itself(ticket, rules, now)
    return begun if further is None else Decided(further.ticket, begun.steps + further.steps)


def _first_acts(new: NewTicket, kind: TicketType, actor: Actor, owner: str) -> list[Act]:
    """What whoever tells it has done already."""
    verified = [Act(deed=Deed.VERIFY)] if kind.route.verify else []
    if new.solved:
        closes = not kind.follow_up and owner == actor.staff_number
        closed = [Act(deed=Deed.CLOSE)] if closes else []
        return [*verified, Act(deed=Deed.REPLY, text=new.reply), *closed]
    return [*verified, Act(deed=Deed.DISPATCH, target=new.department)] if new.department else []


def _with(begun: Decided, acts: list[Act], actor: Actor, rules: Rules, at: Millis) -> Decided | Refusal:
    ticket, steps = begun.ticket, begun.steps
    for act in acts:
        done = done_to(ticket, act, actor, rules, at)
        if isinstance(done, Refusal):
            return done
        ticket, steps = done.ticket, steps + done.steps
    return Decided(ticket, steps)


def _wrong(new: NewTicket, kind: TicketType, actor: Actor, at: Millis, now: Millis) -> Refusal | None:
    by_staff = actor.staff_number != CUSTOMER
    if not by_staff and (new.solved or new.department or new.owner):
        return Refusal(Refused.NOT_ALLOWED)
    if at > now:
        return Refusal(Refused.BAD_FIELD, "created_at")
    if new.priority not in PRIORITIES:
        return Refusal(Refused.BAD_FIELD, "priority")
    if new.category and kind.category(new.category) is None:
        return Refusal(Refused.BAD_FIELD, "category")
    common = {name: getattr(new, name) for name in ("title", "text", "contact", "phone", "address")}
    places = {"area": new.area, "node": new.node, "line": new.line, "fault": new.fault}
    wrong = bad_common({**common, **places}) or bad_field(kind, new.fields, complete=by_staff)
    return Refusal(Refused.BAD_FIELD, wrong) if wrong else None


def _owner(new: NewTicket, actor: Actor, rules: Rules) -> str:
    """Who is asked first and stays responsible; "" where somebody is named who cannot be."""
    if new.owner:
        return new.owner if rules.can_own(new.owner) else ""
    if actor.role is Role.STATION or actor.staff_number in (CUSTOMER, SYSTEM):
        return rules.owner_of_nobody()
    return actor.staff_number


def _ticket(new: NewTicket, kind: TicketType, actor: Actor, owner: str, number: str, at: Millis) -> Ticket:
    category = kind.category(new.category) or _category_of(new, kind)
    return Ticket(
        number=number,
        type=kind.id,
        category=category.id if category else "",
        title=new.title,
        text=new.text,
        fields={name: value for name, value in new.fields.items() if value},
        line=new.line or (category.line if category else ""),
        fault=new.fault or (category.fault if category else ""),
        priority=new.priority,
        state=TicketState.NEW,
        customer_id=new.customer_id,
        contact=new.contact,
        phone=new.phone,
        address=new.address,
        area=new.area,
        node=new.node,
        call_id=new.call_id,
        owner=owner,
        creator=actor.staff_number,
        created_at=at,
        from_paper=new.from_paper,
        changed_at=at,
    )


def _category_of(new: NewTicket, kind: TicketType) -> Category | None:
    """The category of what callers have chosen by keys."""
    same = (one for one in kind.categories if new.line and (one.line, one.fault) == (new.line, new.fault))
    return next(same, None)
