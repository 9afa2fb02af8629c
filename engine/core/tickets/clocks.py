"""The clocks of a ticket: first response and settlement, what they tell, and when they stand still.

One clock counts at a time: the one that runs out first until somebody has responded, then that of settlement.
Each goes up the same ladder, warned, breached, supervisor, leader, a step at most once; when the other one
takes over, or a ticket is reopened, the ladder begins anew. Nothing counts once the customer has the reply.
"""

from dataclasses import replace

from engine.core.records import Millis
from engine.core.sla import due, due_after, left, warn_at
from engine.core.tickets.records import SYSTEM, Decided, Ticket, TicketStep
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import OPEN_STATES, Clock, Deed, Escalation
from engine.core.tickets.types import Limit

LADDER = (Escalation.WARNED, Escalation.BREACHED, Escalation.SUPERVISOR, Escalation.LEADER)


def told(ticket: Ticket, rules: Rules, now: Millis) -> Decided | None:
    """What the clocks have to tell by now: None for nothing, and no step where only the plan is new."""
    due_steps = [(step, at) for step, at in _ladder(ticket, rules) if at <= now]
    after = replace(ticket, escalation=due_steps[-1][0], changed_at=now) if due_steps else ticket
    after = scheduled(after, rules)
    if after == ticket:
        return None
    steps = tuple(
        TicketStep(
            at=now,
            who=SYSTEM,
            deed=Deed.ESCALATE,
            state=ticket.state,
            department=ticket.department,
            code=step,
            target=clock_of(ticket),
        )
        for step, _ in due_steps
    )
    return Decided(after, steps)


def started(ticket: Ticket, rules: Rules, at: Millis) -> Ticket:
    """The same with both clocks running from `at`."""
    sla = rules.type_of(ticket).sla
    fresh = replace(
        ticket,
        respond_by=due(sla.respond, at, rules.working),
        resolve_by=due(sla.resolve, at, rules.working),
        respond_left_ms=-1,
        resolve_left_ms=-1,
        escalation=Escalation.NONE,
    )
    return scheduled(fresh, rules)


def stopped(ticket: Ticket, rules: Rules, now: Millis) -> Ticket:
    """The same with clocks that stand still; one that has run out keeps nothing."""
    sla, working = rules.type_of(ticket).sla, rules.working
    respond = -1 if ticket.responded_at else left(sla.respond, ticket.respond_by, now, working)
    return replace(
        ticket,
        respond_left_ms=respond,
        resolve_left_ms=left(sla.resolve, ticket.resolve_by, now, working),
    )


def going_on(ticket: Ticket, rules: Rules, now: Millis) -> Ticket:
    """The same with clocks that run with what they had left; one that had run out stays late since then."""
    sla = rules.type_of(ticket).sla
    return replace(
        ticket,
        respond_by=_moved(sla.respond, ticket.respond_left_ms, ticket.respond_by, rules, now),
        resolve_by=_moved(sla.resolve, ticket.resolve_left_ms, ticket.resolve_by, rules, now),
        respond_left_ms=-1,
        resolve_left_ms=-1,
    )


def responded(ticket: Ticket, rules: Rules, now: Millis) -> Ticket:
    """The same with a first response; while the clocks stand still it is as early as if they had not."""
    limit = rules.type_of(ticket).sla.respond
    by = _moved(limit, ticket.respond_left_ms, ticket.respond_by, rules, now)
    return replace(ticket, responded_at=now, respond_by=by, respond_left_ms=-1)


def settled(before: Ticket, after: Ticket, rules: Rules) -> Ticket:
    """What a deed has made of a ticket, with the ladder and the next instant of its clocks put right."""
    if clock_of(before) is not clock_of(after):
        after = replace(after, escalation=Escalation.NONE)
    return scheduled(after, rules)


def scheduled(ticket: Ticket, rules: Rules) -> Ticket:
    """The same with the instant at which something comes of itself next; 0: never."""
    steps = [at for _, at in _ladder(ticket, rules)[:1]]
    goes_on = [ticket.resume_at] if ticket.resume_at else []
    return replace(ticket, next_clock_at=min(steps + goes_on, default=0))


def clock_of(ticket: Ticket) -> Clock:
    """The clock that counts now."""
    waits = not ticket.responded_at and ticket.respond_by <= ticket.resolve_by
    return Clock.RESPOND if waits else Clock.RESOLVE


def counts(ticket: Ticket) -> bool:
    """Whether a clock runs: the customer has no reply yet, and it does not stand still."""
    return ticket.state in OPEN_STATES and not ticket.replied_at and ticket.resolve_left_ms < 0


def _moved(limit: Limit, left_ms: int, by: Millis, rules: Rules, now: Millis) -> Millis:
    """When a clock runs out that stood still with so much left; -1: it did not, 0: it had run out."""
    return due_after(limit, left_ms, now, rules.working) if left_ms > 0 else by


def _ladder(ticket: Ticket, rules: Rules) -> list[tuple[Escalation, Millis]]:
    """The steps that are still to come, and when."""
    if not counts(ticket):
        return []
    sla, working = rules.type_of(ticket).sla, rules.working
    responds = clock_of(ticket) is Clock.RESPOND
    limit, by = (sla.respond, ticket.respond_by) if responds else (sla.resolve, ticket.resolve_by)
    supervisor = due(sla.supervisor_after, by, working)
    instants = (
        warn_at(limit, sla.warn_percent, by, working),
        by,
        supervisor,
        max(supervisor, due(sla.leader_after, by, working)),
    )
    done = LADDER.index(ticket.escalation) + 1 if ticket.escalation in LADDER else 0
    return list(zip(LADDER, instants, strict=True))[done:]
