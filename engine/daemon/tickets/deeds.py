"""What happens to tickets on the writing thread, each in one transaction: by the rules and people of now."""

import sqlite3
from collections.abc import Callable, Sequence

from db import ticket_files as files
from db.ticket_calls import report_ticket
from db.ticket_joins import join_outage
from db.ticket_lists import similar
from db.ticket_rows import find_ticket
from db.tickets import DONE, act_on, answer_of, batch_act, create_ticket, tick_due
from engine.core.numbers import normalise_number
from engine.core.records import Millis
from engine.core.tickets.records import Act, Actor, Attachment, NewTicket, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import OPEN_STATES, Deed, TicketKind
from engine.daemon.tickets.book import with_people
from engine.daemon.tickets.clock import Ticked

Named = tuple[Ticket, str]
"""A ticket, and the customer's name."""


def create(
    conn: sqlite3.Connection,
    new: NewTicket,
    actor: Actor,
    rules: Rules,
    now: Millis,
    day: str,
    area_code: str,
    force: bool,
) -> tuple[list[Ticket], list[Named]]:
    """The new ticket and the one that it was merged into, or those of the same matter."""
    again = answer_of(conn, new.key) is not None  # the answer was lost: what is the same is this very ticket
    if not force and not again and (new.customer_id or new.phone):
        same = similar(
            conn,
            now=now,
            customer_id=new.customer_id,
            phone=normalise_number(new.phone, area_code=area_code),
            type_id=new.type,
            category=new.category,
        )
        if same.open:
            return [], same.open
    rules = with_people(conn, rules)
    ticket, is_new = create_ticket(conn, new, actor, rules, now, day, area_code=area_code)
    return (_joined(conn, ticket, rules, now) if is_new else [ticket]), []


def report(
    conn: sqlite3.Connection,
    new: NewTicket,
    recording: Attachment | None,
    rules: Rules,
    now: Millis,
    day: str,
) -> tuple[str, list[Ticket]]:
    """What a caller tells by keys: the outcome, the ticket, and the one that it was merged into."""
    rules = with_people(conn, rules)
    again = answer_of(conn, new.key) is not None
    outcome, ticket = report_ticket(conn, new, recording, rules, now, day)
    return outcome, [ticket] if again or outcome != DONE else _joined(conn, ticket, rules, now)


def _joined(conn: sqlite3.Connection, ticket: Ticket, rules: Rules, now: Millis) -> list[Ticket]:
    """A new ticket, with that of the outage that it belongs to, if it is a fault and there is one."""
    is_fault = rules.type_of(ticket).kind is TicketKind.FAULT and ticket.state in OPEN_STATES
    return (join_outage(conn, ticket, rules, now) if is_fault else []) or [ticket]


def by_caller(
    conn: sqlite3.Connection,
    function: Callable[..., str],
    key: str,
    number: str,
    values: Sequence[object],
    rules: Rules,
    now: Millis,
) -> tuple[str, list[Ticket]]:
    """What a caller does to an own ticket: the outcome, and the tickets as they are then."""
    outcome = function(conn, key, number, *values, with_people(conn, rules), now)
    own = find_ticket(conn, number)
    main = find_ticket(conn, own.merged_into) if own is not None and own.merged_into else None
    return outcome, [ticket for ticket in (own, main) if ticket is not None]


def act(
    conn: sqlite3.Connection, number: str, act: Act, actor: Actor, rules: Rules, now: Millis, area_code: str
) -> list[Ticket]:
    """The ticket as it is then, and the other one of a merger."""
    before = find_ticket(conn, number)
    after = act_on(conn, number, act, actor, with_people(conn, rules), now, area_code=area_code)
    main = after.merged_into or (before.merged_into if before and act.deed is Deed.UNMERGE else "")
    other = find_ticket(conn, main) if main else None
    return [after] if other is None else [after, other]


def batch(
    conn: sqlite3.Connection,
    numbers: Sequence[str],
    act: Act,
    actor: Actor,
    rules: Rules,
    now: Millis,
    area_code: str,
) -> tuple[list[Ticket], dict[str, str]]:
    """Do the same to many tickets."""
    return batch_act(conn, numbers, act, actor, with_people(conn, rules), now, area_code=area_code)


def attach(
    conn: sqlite3.Connection, attachment: Attachment, actor: Actor, rules: Rules, now: Millis
) -> tuple[Attachment, Ticket]:
    """Give a ticket a file that is on the disk already."""
    return files.attach(conn, attachment, actor, with_people(conn, rules), now)


def tick(conn: sqlite3.Connection, rules: Rules, now: Millis) -> list[Ticked]:
    """Let the clocks go on that have something to do."""
    return tick_due(conn, with_people(conn, rules), now)
