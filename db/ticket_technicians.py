"""What technicians do to their orders by telephone: several deeds for one key, all of them or none."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from db.errors import Refused
from db.ticket_files import add_file
from db.ticket_rows import find_ticket
from db.tickets import DONE, answer_of, decided_or_refused, keep_answer, write_decided
from engine.core.records import Millis
from engine.core.tickets.records import Act, Actor, Attachment, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed, TicketState
from engine.core.tickets.states import Refused as Illegal

GONE, REFUSED, BAD_CAUSE = "gone", "refused", "bad_cause"
ACCEPT, ARRIVE, REPAIRED, NOT_OURS = "accept", "arrive", "done", "not_ours"
WITH_TECHNICIAN = (TicketState.DISPATCHED, TicketState.ACCEPTED, TicketState.ON_SITE)


def order_of(conn: sqlite3.Connection, number: str, actor: Actor) -> Ticket | None:
    """The order of a number, if this technician's department has it and it is not done."""
    ticket = find_ticket(conn, number)
    if ticket is None or ticket.department != actor.department or ticket.state not in WITH_TECHNICIAN:
        return None
    return ticket


def report_by_telephone(
    conn: sqlite3.Connection,
    key: str,
    number: str,
    actor: Actor,
    result: str,
    cause: int,
    said: str,
    recording: Attachment | None,
    rules: Rules,
    now: Millis,
) -> str:
    """Accept, arrive, return or send back an order: done, refused, bad_cause or gone.

    `cause` counts the type's causes from 1. Returning by telephone says that the checklist is done, and what
    was not said before (accepted) is said with it. `said` stands in the history where nobody has typed.
    """
    answered = answer_of(conn, key)
    if answered is not None:
        return answered[0]
    ticket = order_of(conn, number, actor)
    if ticket is None:
        return GONE
    if result not in (ACCEPT, ARRIVE, REPAIRED, NOT_OURS):
        return REFUSED
    causes = rules.type_of(ticket).causes
    if result == REPAIRED and causes and not 1 <= cause <= len(causes):
        return BAD_CAUSE
    code = causes[cause - 1][0] if result == REPAIRED and causes else ""
    conn.execute("SAVEPOINT by_telephone")
    try:
        before = ticket
        for act in _acts(ticket, result, actor, code, said, rules):
            ticket = write_decided(conn, ticket, decided_or_refused(ticket, act, actor, rules, now), rules)
        if ticket is before:  # accepted already, by the same technician
            raise Refused(Illegal.ILLEGAL)
    except Refused:
        conn.execute("ROLLBACK TO by_telephone")
        conn.execute("RELEASE by_telephone")
        return REFUSED
    conn.execute("RELEASE by_telephone")
    if recording is not None:
        add_file(conn, ticket.id, replace(recording, who=actor.staff_number))
    keep_answer(conn, key, DONE, number)
    return DONE


def _acts(ticket: Ticket, result: str, actor: Actor, code: str, said: str, rules: Rules) -> Iterator[Act]:
    if ticket.technician != actor.staff_number and result != NOT_OURS:
        yield Act(deed=Deed.ASSIGN, target=actor.staff_number)
    if result in (ACCEPT, ARRIVE, REPAIRED) and ticket.state is TicketState.DISPATCHED:
        yield Act(deed=Deed.ACCEPT)
    if result == ARRIVE:
        yield Act(deed=Deed.ARRIVE)
    if result == REPAIRED:
        for point, _ in rules.type_of(ticket).checklist:
            if point not in ticket.checked:
                yield Act(deed=Deed.CHECK, target=point)
        yield Act(deed=Deed.RETURN, text=said, code=code)
    if result == NOT_OURS:
        yield Act(deed=Deed.SEND_BACK, text=said)
