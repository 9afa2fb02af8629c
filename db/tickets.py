"""Tickets as they are stored: what the core decides about them, one transaction a deed.

Lists and counts are in `ticket_lists`, what callers do by keys in `ticket_calls`, files in `ticket_files`.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from db import ticket_search
from db.errors import DbError, Duplicate, Invalid, Refused, Stale
from db.ticket_query import visible
from db.ticket_rows import (
    COLUMNS,
    add_steps,
    find_ticket,
    insert_ticket,
    last_step,
    next_count,
    ticket_by_number,
    ticket_of,
    update_ticket,
)
from db.ticket_text import clean_act, clean_new
from engine.core.records import Millis
from engine.core.tickets.create import create
from engine.core.tickets.decide import decide
from engine.core.tickets.fields import LONGEST
from engine.core.tickets.merging import merge
from engine.core.tickets.records import Act, Actor, Decided, NewTicket, Refusal, Ticket, TicketStep
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed
from engine.core.tickets.states import Refused as Why
from engine.core.tickets.tick import tick

DONE = "done"
MAX_BATCH = 500
MAX_DUE = 200  # clocks that one look at them lets go on
FROM = "from"  # code of the step of the ticket that another one was taken out of


def create_ticket(
    conn: sqlite3.Connection,
    new: NewTicket,
    actor: Actor,
    rules: Rules,
    now: Millis,
    day: str,
    *,
    area_code: str = "",
) -> tuple[Ticket, bool]:
    """Make a ticket, or give the one that was made with this key; `day` is the site's, "261121".

    What is not said of place and person is taken from the customer. Raises Invalid, Refused, Duplicate
    (a form of paper mode that was entered before; `detail` is that ticket's number).
    """
    clean = clean_new(new, area_code)
    answered = answer_of(conn, clean.key)
    if answered is not None:
        return ticket_by_number(conn, answered[1]), False
    ticket = make_ticket(conn, clean, actor, rules, now, day)
    keep_answer(conn, clean.key, DONE, ticket.number)
    return ticket, True


def make_ticket(
    conn: sqlite3.Connection, new: NewTicket, actor: Actor, rules: Rules, now: Millis, day: str
) -> Ticket:
    """Write a ticket that was not made before. Raises Refused, Duplicate."""
    _refuse_known_form(conn, new.from_paper)
    count = next_count(conn, day)
    decided = create(_of_customer(conn, new), actor, rules, f"{day}{count:03d}", now)
    if isinstance(decided, Refusal):
        raise Refused(decided.code, decided.detail)
    ticket = replace(decided.ticket, changed_at=now)
    ticket = replace(ticket, id=insert_ticket(conn, ticket, day, count, rules.type_of(ticket).follow_up))
    add_steps(conn, ticket.id, decided.steps)
    ticket_search.add(conn, ticket)
    return ticket


def act_on(
    conn: sqlite3.Connection,
    number: str,
    act: Act,
    actor: Actor,
    rules: Rules,
    now: Millis,
    *,
    area_code: str = "",
) -> Ticket:
    """Do something to a ticket. Raises NotFound, Invalid, Refused, Stale.

    The `detail` of Stale is "number version who at": who has changed it meanwhile, and when.
    """
    act = clean_act(act, area_code)
    ticket = ticket_by_number(conn, number)
    if act.version and act.version != ticket.version and visible(ticket, actor):
        who, at = last_step(conn, ticket.id)
        raise Stale("ticket", f"{ticket.number} {ticket.version} {who or '-'} {at}")
    if act.deed is Deed.MERGE:
        return _merge(conn, ticket, act, actor, rules, now)
    decided = decided_or_refused(ticket, act, actor, rules, now)
    if act.deed is Deed.UNMERGE:
        _tell_main(conn, ticket, act, actor, rules, now)
    return write_decided(conn, ticket, decided, rules)


def batch_act(
    conn: sqlite3.Connection,
    numbers: Sequence[str],
    act: Act,
    actor: Actor,
    rules: Rules,
    now: Millis,
    *,
    area_code: str = "",
) -> tuple[list[Ticket], dict[str, str]]:
    """Do the same to many tickets: those it was done to, and for the others why not, by number."""
    if len(numbers) > MAX_BATCH:
        raise Invalid("too_many", "numbers", str(len(numbers)))
    done: list[Ticket] = []
    refused: dict[str, str] = {}
    for number in dict.fromkeys(numbers):
        conn.execute("SAVEPOINT one_ticket")
        try:
            done.append(act_on(conn, number, act, actor, rules, now, area_code=area_code))
        except DbError as error:
            conn.execute("ROLLBACK TO one_ticket")
            refused[number] = error.why if isinstance(error, Refused) else error.code
        conn.execute("RELEASE one_ticket")
    return done, refused


def tick_due(
    conn: sqlite3.Connection, rules: Rules, now: Millis
) -> list[tuple[Ticket, tuple[TicketStep, ...]]]:
    """Let the clocks go on that have something to do; asked again until nothing is left.

    Those of which something was told, with the steps. A clock leaves the version as it is: it makes nobody's
    text stale.
    """
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM tickets t WHERE t.next_clock_at > 0 AND t.next_clock_at <= ?"
        " ORDER BY t.next_clock_at, t.id LIMIT ?",
        (now, MAX_DUE),
    ).fetchall()
    ticked = []
    for ticket in map(ticket_of, rows):
        decided = tick(ticket, rules, now)
        if decided is None:
            conn.execute("UPDATE tickets SET next_clock_at = 0 WHERE id = ?", (ticket.id,))
            continue
        after = write_decided(conn, ticket, decided, rules)
        if decided.steps:
            ticked.append((after, decided.steps))
    return ticked


def next_clock(conn: sqlite3.Connection) -> Millis:
    """When `tick_due` has something to do next; 0: never."""
    row = conn.execute("SELECT min(next_clock_at) FROM tickets WHERE next_clock_at > 0").fetchone()
    return row[0] or 0


# What the others build on


def decided_or_refused(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Decided:
    """What the core makes of a deed. Raises Refused."""
    decided = decide(ticket, act, actor, rules, now)
    if isinstance(decided, Refusal):
        raise Refused(decided.code, decided.detail)
    return decided


def write_decided(conn: sqlite3.Connection, before: Ticket, decided: Decided, rules: Rules) -> Ticket:
    """Write what a ticket has become, and its steps. Raises Refused for a customer who is not there."""
    after = decided.ticket
    if after.customer_id not in (0, before.customer_id):
        _refuse_no_customer(conn, after.customer_id)
    update_ticket(conn, after, rules.type_of(after).follow_up)
    add_steps(conn, after.id, decided.steps)
    ticket_search.change(conn, before, after)
    return after


def answer_of(conn: sqlite3.Connection, key: str) -> tuple[str, str] | None:
    """Outcome and ticket number that were answered to a key; None: it is a new one."""
    row = conn.execute("SELECT outcome, number FROM ticket_answers WHERE key = ?", (key,)).fetchone()
    return None if row is None else (row[0], row[1])


def keep_answer(conn: sqlite3.Connection, key: str, outcome: str, number: str) -> None:
    """Remember what was answered to a key."""
    conn.execute("INSERT INTO ticket_answers (key, outcome, number) VALUES (?, ?, ?)", (key, outcome, number))


def _of_customer(conn: sqlite3.Connection, new: NewTicket) -> NewTicket:
    row = conn.execute(
        "SELECT c.name, c.address, c.area, coalesce((SELECT number FROM phones"
        " WHERE customer_id = c.id ORDER BY position LIMIT 1), '') FROM customers c WHERE c.id = ?",
        (new.customer_id,),
    ).fetchone()
    if row is None:
        return replace(new, customer_id=0)
    name, address, area, phone = row
    return replace(
        new,
        contact=new.contact or name[: LONGEST["contact"]],
        address=new.address or address[: LONGEST["address"]],
        area=new.area or area,
        phone=new.phone or phone,
    )


def _refuse_known_form(conn: sqlite3.Connection, form: str) -> None:
    if not form:
        return
    row = conn.execute(
        "SELECT number FROM tickets WHERE from_paper = ? AND from_paper <> ''", (form,)
    ).fetchone()
    if row is not None:
        raise Duplicate("from_paper", row[0])


def _refuse_no_customer(conn: sqlite3.Connection, customer_id: int) -> None:
    if conn.execute("SELECT 1 FROM customers WHERE id = ?", (customer_id,)).fetchone() is None:
        raise Refused(Why.BAD_FIELD, "customer_id")


# Merging: both tickets tell of it


def _merge(
    conn: sqlite3.Connection, ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis
) -> Ticket:
    main = find_ticket(conn, act.target)
    if main is None or main.id == ticket.id:
        raise Refused(Why.BAD_TARGET, act.target)
    others = conn.execute(
        "SELECT 1 FROM tickets WHERE merged_into = ? AND merged_into <> '' LIMIT 1", (ticket.number,)
    ).fetchone()
    both = merge(ticket, main, others is not None, act, actor, rules, now)
    if isinstance(both, Refusal):
        raise Refused(both.code, both.detail)
    write_decided(conn, main, both[1], rules)
    return write_decided(conn, ticket, both[0], rules)


def _tell_main(
    conn: sqlite3.Connection, ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis
) -> None:
    """The ticket that had the matter of the other one tells that it has it no longer."""
    main = ticket_by_number(conn, ticket.merged_into)
    step = TicketStep(
        at=now,
        who=actor.staff_number,
        deed=Deed.UNMERGE,
        state=main.state,
        department=main.department,
        text=act.text,
        code=FROM,
        target=ticket.number,
    )
    after = replace(main, changed_at=now, version=main.version + 1)
    write_decided(conn, main, Decided(after, (step,)), rules)
