"""Who may do what to a ticket as it is now: by state, role and department.

Rules
1. The office (agents, supervisors, admins) does everything but what only happens in a department: accepting,
   arriving, returning are for its people, and for supervisors.
2. People of a station, and who leads it, do what concerns tickets that it has; whom they have sent may add
   files and remarks afterwards too.
3. What a department has is dispatched to another one by a supervisor, the owner, or the department itself.
4. The owner changes, and a delay is reported by hand, by a supervisor or by the owner; so does it close.
5. A customer tells again, says more, marks, and withdraws what is not settled.
"""

from engine.core.states import Role
from engine.core.tickets.machine import TRACES, TRANSITIONS
from engine.core.tickets.records import CUSTOMER, SYSTEM, Actor, Ticket
from engine.core.tickets.rules import Rules, supervises
from engine.core.tickets.states import Deed, Refused, TicketState

_BY_CUSTOMER = frozenset({Deed.AGAIN, Deed.RATE, Deed.REMARK, Deed.ATTACH, Deed.CANCEL})
_BY_SYSTEM = frozenset({Deed.DISPATCH, Deed.ESCALATE, Deed.AGAIN, Deed.REMARK, Deed.ATTACH, Deed.MERGE})
_IN_DEPARTMENT = frozenset({Deed.ACCEPT, Deed.ARRIVE, Deed.RETURN})
_OWNERS = frozenset({Deed.OWN, Deed.ESCALATE, Deed.CLOSE})
_BY_STATION = _IN_DEPARTMENT | {
    Deed.DISPATCH,
    Deed.SEND_BACK,
    Deed.ASSIGN,
    Deed.REMARK,
    Deed.ATTACH,
    Deed.CHECK,
    Deed.CALL,
    Deed.EXPECT,
    Deed.SUSPEND,
    Deed.RESUME,
}
_AFTERWARDS = frozenset({Deed.REMARK, Deed.ATTACH})


def allowed(ticket: Ticket, actor: Actor, rules: Rules) -> tuple[Deed, ...]:
    """What somebody may do to a ticket now: all that `decide` does not refuse as illegal or not allowed."""
    return tuple(deed for deed in Deed if refusal(ticket, deed, actor, rules) is None)


def refusal(ticket: Ticket, deed: Deed, actor: Actor, rules: Rules) -> Refused | None:
    """Why somebody may not do this to a ticket now, whatever the deed brings with it."""
    if not _legal(ticket, deed):
        return Refused.ILLEGAL
    return None if _may(ticket, deed, actor, rules) else Refused.NOT_ALLOWED


def outlook(ticket: Ticket, actor: Actor, rules: Rules) -> str:
    """How far a ticket is, and how somebody may move it now: "replied:follow_up,close,reopen".

    What leaves a trace only is possible always and not named. Who may do nothing to it is told nothing.
    """
    deeds = allowed(ticket, actor, rules)
    return f"{ticket.state}:{','.join(deed for deed in deeds if deed not in TRACES)}" if deeds else ""


def _legal(ticket: Ticket, deed: Deed) -> bool:
    if deed in TRACES:
        return True
    if deed is Deed.RESUME:
        return ticket.state is TicketState.SUSPENDED
    if deed not in TRANSITIONS[ticket.state]:
        return False
    merged = bool(ticket.merged_into)  # what is another ticket's matter comes back by itself only
    return merged if deed is Deed.UNMERGE else not (merged and deed is Deed.REOPEN)


def _may(ticket: Ticket, deed: Deed, actor: Actor, rules: Rules) -> bool:
    if actor.staff_number == CUSTOMER:
        return deed in _BY_CUSTOMER
    if actor.staff_number == SYSTEM:
        return deed in _BY_SYSTEM
    if supervises(actor):
        return True
    if actor.role is Role.STATION:
        sent = deed in _AFTERWARDS and ticket.technician == actor.staff_number
        return sent or (deed in _BY_STATION and _has_it(ticket, actor, rules))
    if deed in _IN_DEPARTMENT:
        return _has_it(ticket, actor, rules)
    owns = ticket.owner == actor.staff_number
    if deed in _OWNERS:
        return owns
    return owns or deed is not Deed.DISPATCH or not ticket.department or _has_it(ticket, actor, rules)


def _has_it(ticket: Ticket, actor: Actor, rules: Rules) -> bool:
    """Whether it is with the actor's department, or with one that the actor leads."""
    department = rules.book.departments.get(ticket.department)
    leads = department is not None and department.leader == actor.staff_number
    return leads or (bool(ticket.department) and ticket.department == actor.department)
