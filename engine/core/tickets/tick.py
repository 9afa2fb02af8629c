"""What comes of itself: delays are told, and what waits until an instant goes on then."""

from engine.core.records import Millis
from engine.core.tickets.clocks import told
from engine.core.tickets.decide import done_to
from engine.core.tickets.records import Act, Decided, Ticket
from engine.core.tickets.rules import BY_SYSTEM, Rules
from engine.core.tickets.states import Deed


def tick(ticket: Ticket, rules: Rules, now: Millis) -> Decided | None:
    """One thing that has come by now; None where there is nothing.

    The version stays: what comes of itself while somebody writes makes nobody's text stale. With no step only
    `next_clock_at` has changed.
    """
    if not 0 < ticket.resume_at <= now:
        return told(ticket, rules, now)
    goes_on = done_to(ticket, Act(deed=Deed.RESUME), BY_SYSTEM, rules, now)
    assert isinstance(goes_on, Decided)  # nothing is asked of who lets it go on
    return goes_on
