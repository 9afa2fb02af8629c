"""What a deed makes of a ticket: the one place where tickets change, pure and total.

The table of `machine` says what is possible, `allowed` who may; what a deed has to bring with it (a reason, a
result, points of the checklist) is asked for here. That a ticket has changed since it was read, and that the
one it is merged into is there, is seen to by who keeps tickets.
"""

from dataclasses import replace

from engine.core.records import Millis
from engine.core.tickets.allowed import outlook, refusal
from engine.core.tickets.clocks import going_on, responded, settled, started, stopped
from engine.core.tickets.fields import LONGEST_WORDS
from engine.core.tickets.machine import STARTS_AFRESH, TRANSITIONS
from engine.core.tickets.moves import MOVES
from engine.core.tickets.records import SYSTEM, Act, Actor, Decided, Refusal, Ticket, TicketStep
from engine.core.tickets.rules import BY_SYSTEM, Rules
from engine.core.tickets.states import Deed, Refused, TicketState
from engine.core.tickets.traces import TRACED

WAITS_FOR_CUSTOMER = "customer"
"""The code of a suspension that stops the clocks."""

CUSTOMER_REACHED = "reached"
"""The code of a call in which somebody has spoken to the customer."""

_RESPONSES = frozenset({Deed.VERIFY, Deed.DISPATCH, Deed.ACCEPT, Deed.RETURN, Deed.REPLY})


def decide(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Decided | Refusal:
    """Do something to a ticket, or say why not. The version grows by one."""
    refused = refusal(ticket, act.deed, actor, rules)
    if refused is not None:
        return Refusal(refused, outlook(ticket, actor, rules))
    done = done_to(ticket, act, actor, rules, now)
    if isinstance(done, Refusal):
        return done
    after, steps = done.ticket, done.steps
    if act.deed is Deed.VERIFY:
        further = dispatched_by_itself(after, rules, now)
        if further is not None:
            after, steps = further.ticket, steps + further.steps
    return Decided(replace(after, version=ticket.version + 1), steps)


def done_to(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Decided | Refusal:
    """The same for somebody who may: with all that the deed needs, but without the version."""
    if len(act.text) > LONGEST_WORDS:
        return Refusal(Refused.BAD_FIELD, "text")
    deed = act.deed
    work = MOVES[deed] if deed in MOVES else TRACED[deed]
    made = work(ticket, act, actor, rules, now)
    if isinstance(made, Refusal):
        return made
    after = replace(made.ticket, state=_state_after(ticket, deed), changed_at=now)
    after = _clocks_after(ticket, after, act, actor, rules, now)
    step = TicketStep(
        at=now,
        who=actor.staff_number,
        deed=deed,
        state=after.state,
        department=after.department,
        text=act.text if made.text is None else made.text,
        code=act.code if made.code is None else made.code,
        target=act.target if made.target is None else made.target,
    )
    return Decided(after, (step,))


def dispatched_by_itself(ticket: Ticket, rules: Rules, now: Millis) -> Decided | None:
    """What its route makes of a ticket without anybody's doing; None where it waits for somebody."""
    route = rules.type_of(ticket).route
    if not route.automatic or (route.verify and ticket.state is TicketState.NEW):
        return None
    done = done_to(ticket, Act(deed=Deed.DISPATCH), BY_SYSTEM, rules, now)
    return None if isinstance(done, Refusal) else done


def _state_after(ticket: Ticket, deed: Deed) -> TicketState:
    if deed is Deed.RESUME:
        return ticket.resume_to or TicketState.VERIFIED
    return TRANSITIONS[ticket.state].get(deed, ticket.state)


def _clocks_after(before: Ticket, after: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Ticket:
    if act.deed in STARTS_AFRESH:
        return started(after, rules, now)
    if act.deed is Deed.SUSPEND and act.code == WAITS_FOR_CUSTOMER:
        after = stopped(after, rules, now)
    if act.deed is Deed.RESUME and before.resolve_left_ms >= 0:
        after = going_on(after, rules, now)
    if not after.responded_at and _responds(act, actor):
        after = responded(after, rules, now)
    return settled(before, after, rules)


def _responds(act: Act, actor: Actor) -> bool:
    """Whether this is a first response: a person has seen to it, or spoken to the customer."""
    if act.deed is Deed.CALL:
        return act.code == CUSTOMER_REACHED
    return act.deed in _RESPONSES and actor.staff_number != SYSTEM
