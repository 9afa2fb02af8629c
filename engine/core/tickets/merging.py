"""Two tickets of one matter: one has it from now on, the other is cancelled and points to it.

One level only: what is merged cannot be merged into again, and what has others cannot be merged itself.
"""

from dataclasses import replace

from engine.core.records import Millis
from engine.core.tickets.decide import decide, done_to
from engine.core.tickets.records import Act, Actor, Decided, Refusal, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import OPEN_STATES, Deed, Refused


def merge(
    ticket: Ticket, main: Ticket, has_others: bool, act: Act, actor: Actor, rules: Rules, now: Millis
) -> tuple[Decided, Decided] | Refusal:
    """Merge a ticket into `main`, on which is written that its customer has told the same.

    `has_others`: tickets are merged into this one. Gives the ticket and the main one, or says why not.
    """
    if has_others or main.state not in OPEN_STATES or main.merged_into:
        return Refusal(Refused.BAD_TARGET, main.number)
    merged = decide(ticket, replace(act, target=main.number), actor, rules, now)
    if isinstance(merged, Refusal):
        return merged
    who = " ".join(part for part in (ticket.contact, ticket.phone) if part)
    again = done_to(main, Act(deed=Deed.AGAIN, text=who, target=ticket.number), actor, rules, now)
    assert isinstance(again, Decided)  # nothing is asked of who tells again
    return merged, Decided(replace(again.ticket, version=main.version + 1), again.steps)
