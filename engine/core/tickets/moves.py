"""The deeds that move a ticket: what each has to bring with it, and what it writes."""

from collections.abc import Mapping
from dataclasses import replace

from engine.core.records import Millis
from engine.core.tickets.fields import bad_field
from engine.core.tickets.made import NO_REASON, Made, Work
from engine.core.tickets.records import CUSTOMER, Act, Actor, Refusal, Ticket
from engine.core.tickets.rules import Rules, supervises
from engine.core.tickets.states import Deed, Refused, TicketState


def _verify(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    kind = rules.type_of(ticket)
    asked = {one.id for one in kind.fields}  # a field that the type has no longer hinders nobody
    fields = {name: value for name, value in ticket.fields.items() if name in asked}
    wrong = bad_field(kind, fields, complete=True)
    return Refusal(Refused.BAD_FIELD, wrong) if wrong else Made(ticket)


def _dispatch(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if _unverified(ticket, rules):
        return Refusal(Refused.NEEDS_VERIFICATION)
    target = act.target or rules.department_for(rules.type_of(ticket), ticket.area)
    if not target:
        return Refusal(Refused.NEEDS_DEPARTMENT)
    if target not in rules.book.departments or target == ticket.department:
        return Refusal(Refused.BAD_TARGET, target)
    if ticket.department and not act.text.strip() and not supervises(actor):
        return NO_REASON
    after = _sent_anew(replace(ticket, department=target, technician=""))
    return Made(after, code=ticket.department, target=target)


def _accept(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made:
    return Made(ticket)


def _arrive(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made:
    return Made(_seen_to(ticket, actor))


def _send_back(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if not act.text.strip():
        return NO_REASON
    return Made(replace(ticket, department="", technician=""), target=ticket.department)


def _return(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    kind = rules.type_of(ticket)
    if not act.text.strip():
        return Refusal(Refused.NEEDS_RESULT)
    if kind.causes and all(act.code != code for code, _ in kind.causes):
        return Refusal(Refused.BAD_FIELD, "cause")
    missing = next((point for point, _ in kind.checklist if point not in ticket.checked), "")
    if missing:
        return Refusal(Refused.NEEDS_CHECKLIST, missing)
    after = replace(_seen_to(ticket, actor), result=act.text, cause=act.code, returned_at=now, department="")
    return Made(after, target=ticket.department)


def _reply(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if _unverified(ticket, rules):
        return Refusal(Refused.NEEDS_VERIFICATION)
    if not act.text.strip():
        return Refusal(Refused.NEEDS_REPLY)
    return Made(replace(ticket, reply=act.text, replied_at=now))


def _follow_up(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if not 0 <= act.score <= 5:
        return Refusal(Refused.BAD_FIELD, "score")
    after = replace(ticket, followed_up_at=now, satisfied=act.score or ticket.satisfied)
    return Made(after, code=str(act.score) if act.score else None)


def _close(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if rules.type_of(ticket).follow_up and not ticket.followed_up_at:
        return Refusal(Refused.NEEDS_FOLLOW_UP)
    return Made(replace(ticket, closed_at=now))


def _reopen(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if not act.text.strip():
        return NO_REASON
    return Made(replace(_afresh(ticket), reopened=ticket.reopened + 1))


def _suspend(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if not act.text.strip():
        return NO_REASON
    if act.at and act.at <= now:
        return Refusal(Refused.BAD_FIELD, "at")
    waits = replace(ticket, resume_to=ticket.state, resume_at=act.at)
    return Made(waits, target=str(act.at) if act.at else "")


def _resume(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made:
    return Made(replace(ticket, resume_to=None, resume_at=0))


def _cancel(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if not act.text.strip() and actor.staff_number != CUSTOMER:
        return NO_REASON
    return Made(_ended(ticket, now))


def _merge(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if act.target in ("", ticket.number):
        return Refusal(Refused.BAD_TARGET, act.target)
    return Made(replace(_ended(ticket, now), merged_into=act.target))


def _unmerge(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made:
    after = replace(_afresh(ticket), merged_into="", outage_id=0)
    return Made(after, target=ticket.merged_into)


def _seen_to(ticket: Ticket, actor: Actor) -> Ticket:
    """Who is there, or did it, is the technician where nobody was sent: and it stays theirs to look up."""
    own = bool(ticket.department) and actor.department == ticket.department
    return replace(ticket, technician=actor.staff_number) if own and not ticket.technician else ticket


def _unverified(ticket: Ticket, rules: Rules) -> bool:
    return rules.type_of(ticket).route.verify and ticket.state is TicketState.NEW


def _sent_anew(ticket: Ticket) -> Ticket:
    """Without what a department has done in vain: the next one has to return it again."""
    return replace(ticket, result="", cause="", returned_at=0, checked=())


def _ended(ticket: Ticket, now: Millis) -> Ticket:
    return replace(
        ticket,
        department="",
        resume_to=None,
        resume_at=0,
        respond_left_ms=-1,
        resolve_left_ms=-1,
        closed_at=now,
    )


def _afresh(ticket: Ticket) -> Ticket:
    """Without what was reached: it has to be reached again, and its history still tells of it."""
    return replace(
        _sent_anew(ticket),
        department="",
        technician="",
        reply="",
        satisfied=0,
        responded_at=0,
        replied_at=0,
        followed_up_at=0,
        closed_at=0,
        expected_at=0,
    )


MOVES: Mapping[Deed, Work] = {
    Deed.VERIFY: _verify,
    Deed.DISPATCH: _dispatch,
    Deed.ACCEPT: _accept,
    Deed.SEND_BACK: _send_back,
    Deed.ARRIVE: _arrive,
    Deed.RETURN: _return,
    Deed.REPLY: _reply,
    Deed.FOLLOW_UP: _follow_up,
    Deed.CLOSE: _close,
    Deed.REOPEN: _reopen,
    Deed.SUSPEND: _suspend,
    Deed.RESUME: _resume,
    Deed.CANCEL: _cancel,
    Deed.MERGE: _merge,
    Deed.UNMERGE: _unmerge,
}
