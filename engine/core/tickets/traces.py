"""The deeds that change no state: who goes there, who owns it, what is written down, what was told."""

from collections.abc import Mapping
from dataclasses import replace

from engine.core.records import Millis
from engine.core.tickets.clocks import LADDER
from engine.core.tickets.edits import edited
from engine.core.tickets.fields import LONGEST_NAME
from engine.core.tickets.made import NO_REASON, Made, Work
from engine.core.tickets.records import SYSTEM, Act, Actor, Refusal, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed, Escalation, Refused

NOT_DONE = "no"
"""The code that takes back a point of the checklist."""


def _assign(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    name = act.target.strip()
    person = rules.people.get(name)
    elsewhere = person is not None and ticket.department not in ("", person.department)
    if not name or len(name) > LONGEST_NAME or elsewhere:
        return Refusal(Refused.BAD_TARGET, name[:LONGEST_NAME])
    return Made(replace(ticket, technician=name), code=ticket.technician, target=name)


def _own(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if not act.text.strip():
        return NO_REASON
    if not rules.can_own(act.target) or act.target == ticket.owner:
        return Refusal(Refused.BAD_TARGET, act.target)
    return Made(replace(ticket, owner=act.target), code=ticket.owner)


def _expect(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if act.at <= now:
        return Refusal(Refused.BAD_FIELD, "at")
    return Made(replace(ticket, expected_at=act.at), target=str(act.at))


def _check(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    points = [point for point, _ in rules.type_of(ticket).checklist]
    if act.target not in points:
        return Refusal(Refused.BAD_TARGET, act.target)
    done = {*ticket.checked, act.target}
    if act.code == NOT_DONE:
        done.remove(act.target)
    return Made(replace(ticket, checked=tuple(point for point in points if point in done)))


def _remark(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    return Made(ticket) if act.text.strip() else Refusal(Refused.BAD_FIELD, "text")


def _trace(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made:
    return Made(ticket)


def _again(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made:
    return Made(replace(ticket, repeats=ticket.repeats + 1))


def _rate(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if not 1 <= act.score <= 5:
        return Refusal(Refused.BAD_FIELD, "score")
    return Made(replace(ticket, satisfied=act.score), code=str(act.score))


def _escalate(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    if not act.text.strip() and actor.staff_number != SYSTEM:
        return NO_REASON
    higher = LADDER[LADDER.index(ticket.escalation) + 1 :] if ticket.escalation in LADDER else LADDER
    step = act.code or next(iter(higher), "")  # the next one up, where nothing is said
    if step not in higher:
        return Refusal(Refused.BAD_FIELD, "code")
    return Made(replace(ticket, escalation=Escalation(step)), code=str(step))


TRACED: Mapping[Deed, Work] = {
    Deed.ASSIGN: _assign,
    Deed.OWN: _own,
    Deed.EDIT: edited,
    Deed.EXPECT: _expect,
    Deed.CHECK: _check,
    Deed.REMARK: _remark,
    Deed.ATTACH: _trace,
    Deed.CALL: _trace,
    Deed.AGAIN: _again,
    Deed.RATE: _rate,
    Deed.ESCALATE: _escalate,
}
