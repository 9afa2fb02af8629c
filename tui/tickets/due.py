"""When a ticket has to be seen to, in words: the next of its clocks, and how late it is."""

import datetime
from dataclasses import dataclass

from engine.core.records import Millis
from engine.core.tickets.records import Ticket
from engine.core.tickets.states import OPEN_STATES, Clock, TicketState
from engine.core.tickets.types import Limit
from tui.labels import moment
from tui.tickets.labels import CLOCKS
from tui.words import tr

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Due:
    """The next clock of a ticket. `at` 0: none runs. `stands`: it waits for the customer."""

    clock: Clock = Clock.RESOLVE
    at: Millis = 0
    stands: bool = False

    def late(self, now: Millis) -> bool:
        """The time is over."""
        return bool(self.at) and not self.stands and now > self.at


def next_due(ticket: Ticket) -> Due:
    """What runs out first: the response while there is none, then the reply to the customer."""
    if ticket.state not in OPEN_STATES or ticket.replied_at:
        return Due()
    stands = ticket.state is TicketState.SUSPENDED and (
        ticket.resolve_left_ms >= 0 or ticket.respond_left_ms >= 0
    )
    if not ticket.responded_at and ticket.respond_by:
        return Due(Clock.RESPOND, ticket.respond_by, stands)
    return Due(Clock.RESOLVE, ticket.resolve_by, stands)


def when(at: Millis, now: Millis, zone: datetime.tzinfo) -> str:
    """An instant within a sentence."""
    return " ".join(moment(at, now, zone).split())


def span(millis: int) -> str:
    """A length of time by its largest unit: 25 min, 3 h, 2 days."""
    if millis < HOUR:
        return tr("{count} min", count=max(1, millis // MINUTE))
    if millis < 2 * DAY:
        return tr("{count} h", count=millis // HOUR)
    return tr("{count} days", count=millis // DAY)


def due_words(ticket: Ticket, now: Millis, zone: datetime.tzinfo) -> tuple[str, str]:
    """The next clock in at most 11 cells, and its tone; what is over says so by a word."""
    due = next_due(ticket)
    if not due.at:
        return "", "faint"
    if due.stands:
        return tr("stands still"), "break"
    if due.late(now):
        return tr("late {time}", time=span(now - due.at)), "warn"
    soon = due.at - now < 4 * HOUR
    return moment(due.at, now, zone), "holding" if soon else "plain"


def clock_words(
    clock: Clock, by: Millis, done_at: Millis, now: Millis, zone: datetime.tzinfo, stands: bool
) -> tuple[str, str]:
    """One clock in full: until when, when it was done, how late."""
    name = tr(CLOCKS[clock])
    if done_at:
        late = tr(", {time} late", time=span(done_at - by)) if by and done_at > by else ""
        done = when(done_at, now, zone)
        return tr("{clock} done {time}", clock=name, time=done) + late, "warn" if late else "label"
    if not by:
        return tr("{clock} without limit", clock=name), "label"
    if stands:
        return tr("{clock}: stands still", clock=name), "break"
    words = tr("{clock} by {time}", clock=name, time=when(by, now, zone))
    if now > by:
        return f"{words} {tr('late {time}', time=span(now - by))}", "warn"
    return words, "strong"


def limit_words(limit: Limit) -> str:
    """A limit of a type: within 24 hours, within 2 working days."""
    if limit.days:
        return tr("within {count} working days", count=limit.days)
    hours, minutes = divmod(limit.minutes, 60)
    unit = tr("{count} h", count=hours) if hours and not minutes else tr("{count} min", count=limit.minutes)
    return tr("within {time} of working time", time=unit) if limit.working else tr("within {time}", time=unit)
