"""A new ticket: checked, with an owner, its clocks running, dispatched at once where its route says so."""

from engine.core.records import Millis
from engine.core.tickets.clocks import started
from engine.core.tickets.decide import dispatched_by_itself, done_to
from engine.core.tickets.fields import PRIORITIES, bad_common, bad_field
from engine.core.tickets.machine import TRACES, TRANSITIONS
from engine.core.tickets.paper import read_form_number, wrong_time
from engine.core.tickets.records import (
    CUSTOMER,
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

_TIMES = ("created_at", "dispatched_at", "returned_at", "replied_at")  # in the order of a form


def create(new: NewTicket, actor: Actor, rules: Rules, number: str, now: Millis) -> Decided | Refusal:
    """Make a ticket of what is told, or say why not. Its version is 1, however many steps it begins with.

    What is solved in the same talk is verified and replied to, and closed if nothing else is asked for and
    the one who has done it owns it. A department that is named by hand is dispatched to by that person.
    """
    kind = rules.book.types.get(new.type)
    if kind is None:
        return Refusal(Refused.BAD_FIELD, "type")
    at = new.created_at or now
    wrong = _wrong(new, kind, actor, now) or _wrong_form(new, now)
    if wrong is not None:
        return wrong
    owner = _owner(new, actor, rules)
    if not owner:
        return Refusal(Refused.BAD_TARGET, "owner")
    ticket = started(_ticket(new, kind, actor, owner, number, at), rules, at)
    created = TicketStep(at=at, who=actor.staff_number, deed=Deed.CREATED, state=ticket.state)
    begun = Decided(ticket, (created,))
    acts = _first_acts(new, kind, actor, owner, at)
    if acts:
        return _with(begun, acts, actor, rules)
    further = dispatched_by_itself(ticket, rules, now)
    return begun if further is None else Decided(further.ticket, begun.steps + further.steps)


def _first_acts(
    new: NewTicket, kind: TicketType, actor: Actor, owner: str, at: Millis
) -> list[tuple[Millis, Act]]:
    """What whoever tells it has done already, and when."""
    acts = []
    if new.department:
        at = new.dispatched_at or at
        acts.append((at, Act(deed=Deed.DISPATCH, target=new.department)))
    if new.result:
        at = new.returned_at or at
        acts += [(at, Act(deed=Deed.CHECK, target=point)) for point, _ in kind.checklist]
        acts.append((at, Act(deed=Deed.RETURN, text=new.result, code=new.cause)))
    if new.solved or (new.from_paper and new.reply):
        at = new.replied_at or at
        acts.append((at, Act(deed=Deed.REPLY, text=new.reply)))
    if new.solved and not kind.follow_up and owner == actor.staff_number:
        acts.append((at, Act(deed=Deed.CLOSE)))
    if acts and kind.route.verify:
        acts.insert(0, (acts[0][0], Act(deed=Deed.VERIFY)))
    return acts


def _with(begun: Decided, acts: list[tuple[Millis, Act]], actor: Actor, rules: Rules) -> Decided | Refusal:
    ticket, steps = begun.ticket, begun.steps
    for at, act in acts:
        if act.deed not in TRACES and act.deed not in TRANSITIONS[ticket.state]:
            return Refusal(Refused.ILLEGAL, act.deed)
        done = done_to(ticket, act, actor, rules, at)
        if isinstance(done, Refusal):
            return done
        ticket, steps = done.ticket, steps + done.steps
    return Decided(ticket, steps)


def _wrong_form(new: NewTicket, now: Millis) -> Refusal | None:
    """What cannot be of a form of paper mode, or is no such form and says what only one can."""
    if not new.from_paper:
        on_paper = (new.dispatched_at, new.result, new.cause, new.returned_at, new.replied_at)
        return Refusal(Refused.BAD_FIELD, "from_paper") if any(on_paper) else None
    if read_form_number(new.from_paper) != new.from_paper:
        return Refusal(Refused.BAD_FIELD, "from_paper")
    times = {name: getattr(new, name) for name in _TIMES}
    wrong = wrong_time(tuple(times.values()), now)
    if wrong is not None:
        return Refusal(Refused.BAD_FIELD, tuple(times)[wrong])
    beside = {"department": new.dispatched_at, "result": new.returned_at, "reply": new.replied_at}
    blank = next((name for name, time in beside.items() if time and not getattr(new, name)), "")
    return Refusal(Refused.BAD_FIELD, blank) if blank else None


def _wrong(new: NewTicket, kind: TicketType, actor: Actor, now: Millis) -> Refusal | None:
    by_staff = actor.staff_number != CUSTOMER
    if not by_staff and (new.solved or new.department or new.owner):
        return Refusal(Refused.NOT_ALLOWED)
    if new.created_at > now:
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
    # A caller, a clock, a station, and whoever is no person of the centre (root) can be asked for nothing.
    return actor.staff_number if rules.can_own(actor.staff_number) else rules.owner_of_nobody()


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
