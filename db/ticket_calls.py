"""What callers do to tickets by keys, and hear of their own ones.

Whatever a caller changes comes with a key: asked once more, it is answered as before, and nothing is done.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import replace

from db.errors import Refused
from db.text import checked, safe
from db.ticket_files import add_file
from db.ticket_query import OF_CUSTOMER, bounded
from db.ticket_rows import (
    COLUMNS,
    MAX_NUMBER,
    SETTLED,
    UNSETTLED,
    find_ticket,
    ticket_by_number,
    ticket_of,
)
from db.ticket_text import clean_new
from db.tickets import DONE, answer_of, decided_or_refused, keep_answer, make_ticket, write_decided
from engine.core.numbers import normalise_number
from engine.core.records import Millis
from engine.core.tickets.records import Act, Attachment, NewTicket, Ticket
from engine.core.tickets.rules import BY_CUSTOMER, Rules
from engine.core.tickets.states import Deed, TicketKind, TicketState

ALREADY, GONE, REFUSED = "already", "gone", "refused"
REMEMBERED_MS = 30 * 86_400_000  # so long callers hear of a settled ticket, and may give it a mark
MOST_OF_ONE = 9  # that a caller hears

_SETTLED_STATES = ", ".join(f"'{state}'" for state in SETTLED)
# What was merged stands as the ticket that has its matter now.
_STANDING = "tickets t LEFT JOIN tickets m ON m.number = t.merged_into"
_STATE = "coalesce(m.state, t.state)"
_ENDED = "max(coalesce(m.replied_at, t.replied_at), coalesce(m.closed_at, t.closed_at))"


def report_ticket(
    conn: sqlite3.Connection,
    new: NewTicket,
    recording: Attachment | None,
    rules: Rules,
    now: Millis,
    day: str,
) -> tuple[str, Ticket]:
    """Take down what a caller tells, or find that the same fault of the same customer is open already.

    The voice message is added to the one or the other. Raises Refused where there is no such type.
    """
    new = clean_new(replace(new, phone=normalise_number(new.phone)), "")
    answered = answer_of(conn, new.key)
    if answered is not None:
        return answered[0], ticket_by_number(conn, answered[1])
    kind = rules.book.types.get(new.type)
    ticket = _unsettled_fault(conn, new) if kind is not None and kind.kind is TicketKind.FAULT else None
    outcome = DONE if ticket is None else ALREADY
    if ticket is None:
        ticket = make_ticket(conn, new, BY_CUSTOMER, rules, now, day)
    else:
        ticket = _done_to(conn, ticket, Act(deed=Deed.AGAIN, target=new.call_id), rules, now)
    if recording is not None:
        add_file(conn, ticket.id, recording)
    keep_answer(conn, new.key, outcome, ticket.number)
    return outcome, ticket


def remark_by_voice(
    conn: sqlite3.Connection,
    key: str,
    number: str,
    customer_id: int,
    recording: Attachment,
    rules: Rules,
    now: Millis,
) -> str:
    """Add a spoken remark to an own ticket: done or gone."""

    def work(own: Ticket, standing: Ticket) -> str:
        act = Act(deed=Deed.ATTACH, text=recording.name, target=recording.sha256)
        _done_to(conn, standing, act, rules, now)
        add_file(conn, standing.id, recording)
        return DONE

    return _of_caller(conn, key, number, customer_id, now, work)


def rate_ticket(
    conn: sqlite3.Connection,
    key: str,
    number: str,
    customer_id: int,
    score: int,
    rules: Rules,
    now: Millis,
) -> str:
    """Give a settled own ticket a mark of 1 to 5; the last one counts. Done, refused or gone."""

    def work(own: Ticket, standing: Ticket) -> str:
        if standing.state not in SETTLED:
            return REFUSED
        return _tried(conn, own, Act(deed=Deed.RATE, score=score), rules, now)

    return _of_caller(conn, key, number, customer_id, now, work)


def cancel_ticket(
    conn: sqlite3.Connection, key: str, number: str, customer_id: int, rules: Rules, now: Millis
) -> str:
    """The customer does not want an own ticket to be seen to any more: done, refused or gone."""

    def work(own: Ticket, standing: Ticket) -> str:
        if own.state is TicketState.CANCELLED and not own.merged_into:
            return DONE
        return _tried(conn, own, Act(deed=Deed.CANCEL), rules, now)

    return _of_caller(conn, key, number, customer_id, now, work)


def own_tickets(conn: sqlite3.Connection, customer_id: int, now: Millis) -> list[Ticket]:
    """What a customer may hear of: what is not settled, the newest first, then what is without a mark.

    What was merged has the state, technician and times of the ticket that has its matter now.
    """
    rows = conn.execute(
        f"SELECT {COLUMNS}, t.merged_into FROM {_STANDING} WHERE t.id IN ({OF_CUSTOMER})"
        f" AND ({_STATE} IN ({UNSETTLED})"
        f" OR ({_STATE} IN ({_SETTLED_STATES}) AND t.satisfied = 0 AND {_ENDED} >= :since))"
        f" ORDER BY {_STATE} IN ({UNSETTLED}) DESC, t.id DESC LIMIT :limit",
        {"customer_id": bounded(customer_id), "since": now - REMEMBERED_MS, "limit": MOST_OF_ONE},
    ).fetchall()
    return [_as_it_stands(conn, ticket_of(row)) for row in rows]


def count_unsettled(conn: sqlite3.Connection, customer_id: int) -> int:
    """How many tickets of a customer are not settled."""
    row = conn.execute(
        f"SELECT count(*) FROM {_STANDING} WHERE t.id IN ({OF_CUSTOMER}) AND {_STATE} IN ({UNSETTLED})",
        {"customer_id": bounded(customer_id)},
    ).fetchone()
    return int(row[0])


def _of_caller(
    conn: sqlite3.Connection,
    key: str,
    number: str,
    customer_id: int,
    now: Millis,
    work: Callable[[Ticket, Ticket], str],
) -> str:
    key = checked(key, "key", 200)
    answered = answer_of(conn, key)
    if answered is not None:
        return answered[0]
    row = conn.execute(
        f"SELECT {COLUMNS} FROM {_STANDING} WHERE t.number = :number AND t.id IN ({OF_CUSTOMER})"
        f" AND ({_STATE} IN ({UNSETTLED}) OR {_ENDED} >= :since)",
        {
            "number": safe(number[:MAX_NUMBER]),
            "customer_id": bounded(customer_id),
            "since": now - REMEMBERED_MS,
        },
    ).fetchone()
    own = None if row is None else ticket_of(row)
    outcome = GONE if own is None else work(own, _standing(conn, own))
    keep_answer(conn, key, outcome, "" if own is None else own.number)
    return outcome


def _unsettled_fault(conn: sqlite3.Connection, new: NewTicket) -> Ticket | None:
    """The open ticket of the same fault, of this customer, or from this number where nobody is known."""
    whose = OF_CUSTOMER if new.customer_id else "SELECT id FROM tickets WHERE phone = :phone AND phone <> ''"
    row = conn.execute(
        f"SELECT {COLUMNS} FROM {_STANDING} WHERE t.id IN ({whose}) AND t.type = :type"
        f" AND t.line = :line AND t.fault = :fault AND {_STATE} IN ({UNSETTLED}) ORDER BY t.id LIMIT 1",
        {
            "customer_id": new.customer_id,
            "phone": new.phone,
            "type": new.type,
            "line": new.line,
            "fault": new.fault,
        },
    ).fetchone()
    return None if row is None else _standing(conn, ticket_of(row))


def _standing(conn: sqlite3.Connection, ticket: Ticket) -> Ticket:
    return (find_ticket(conn, ticket.merged_into) if ticket.merged_into else None) or ticket


def _as_it_stands(conn: sqlite3.Connection, ticket: Ticket) -> Ticket:
    main = _standing(conn, ticket)
    return replace(
        ticket,
        state=main.state,
        technician=main.technician,
        expected_at=main.expected_at,
        resolve_by=main.resolve_by,
        replied_at=main.replied_at,
        closed_at=main.closed_at,
    )


def _tried(conn: sqlite3.Connection, ticket: Ticket, act: Act, rules: Rules, now: Millis) -> str:
    try:
        _done_to(conn, ticket, act, rules, now)
    except Refused:
        return REFUSED
    return DONE


def _done_to(conn: sqlite3.Connection, ticket: Ticket, act: Act, rules: Rules, now: Millis) -> Ticket:
    decided = decided_or_refused(ticket, act, BY_CUSTOMER, rules, now)
    return write_decided(conn, ticket, decided, rules)
