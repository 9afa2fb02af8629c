"""Which tickets there are: lists, one with all that belongs to it, and what looks like the same matter."""

import sqlite3
from dataclasses import dataclass
from itertools import islice
from typing import Any

from db.errors import NotFound
from db.text import safe
from db.ticket_files import attachments_of
from db.ticket_query import MAX_INTEGER, NEVER, OF_CUSTOMER, Query, TicketFilter, bounded, visible
from db.ticket_rows import COLUMNS, MAX_NUMBER, NAMES, steps_of, ticket_by_number, ticket_of
from db.ticket_search import Wanted
from engine.core.records import Millis
from engine.core.tickets.records import Actor, Attachment, Ticket, TicketStep

MAX_SAME = 9  # tickets of the same matter that are proposed
MAX_LATE = 1000  # tickets that were made before a form of paper mode was entered
MAX_MATCHES = 15_000  # that a search looks at, the newest first, before it gives up
_DAY_MS = 86_400_000
_RECENT_CALLS, _RECENT_TICKETS = 30 * _DAY_MS, 90 * _DAY_MS
_SELECT = f"SELECT {COLUMNS}, coalesce(k.name, '')"
_JOIN = "LEFT JOIN customers k ON k.id = t.customer_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTicket:
    """A ticket with all that belongs to it, the oldest first. `merged`: numbers that went into it."""

    ticket: Ticket
    customer_name: str
    steps: list[TicketStep]
    attachments: list[Attachment]
    merged: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameMatter:
    """What a customer has told of already: open tickets with the names, and how much recurs.

    Calls of the last 30 days, tickets of the last 90, and those of the latter of the same category.
    """

    open: list[tuple[Ticket, str]]
    calls_30: int
    tickets_90: int
    same_matter_90: int


def list_tickets(conn: sqlite3.Connection, wanted: TicketFilter, actor: Actor) -> list[tuple[Ticket, str]]:
    """Tickets that somebody may see, with the names of the customers."""
    query = Query(wanted, actor)
    if wanted.text:
        return _found(conn, wanted, query)
    where, values = _continued(conn, wanted, query)
    rows = conn.execute(
        f"{_SELECT} FROM tickets t {query.indexed} {_JOIN} WHERE {where}"
        f" ORDER BY {query.sorting} LIMIT :limit",
        values,
    )
    return [_with_name(row) for row in rows]


def show_ticket(conn: sqlite3.Connection, number: str, actor: Actor) -> ShownTicket:
    """One ticket. Raises NotFound, also for one that this person may not see."""
    ticket = ticket_by_number(conn, number)
    if not visible(ticket, actor):
        raise NotFound("ticket", safe(number[:MAX_NUMBER]))
    name = conn.execute("SELECT name FROM customers WHERE id = ?", (ticket.customer_id,)).fetchone()
    return ShownTicket(
        ticket=ticket,
        customer_name="" if name is None else name[0],
        steps=steps_of(conn, ticket.id),
        attachments=attachments_of(conn, ticket),
        merged=merged_into(conn, ticket.number),
    )


def whose_tickets(conn: sqlite3.Connection, owner: str) -> tuple[list[int], list[str]]:
    """Customers and numbers of the open tickets that somebody owns: they are shown in clear."""
    rows = conn.execute(
        "SELECT coalesce(customer_id, 0), phone FROM tickets WHERE owner = ? AND is_open = 1", (owner,)
    ).fetchall()
    return [row[0] for row in rows], [row[1] for row in rows]


def merged_into(conn: sqlite3.Connection, number: str) -> list[str]:
    """Numbers of the tickets whose matter this one has now, also of those that came with them."""
    rows = conn.execute(
        """
        WITH RECURSIVE part(number) AS (
            SELECT number FROM tickets WHERE merged_into = :number AND merged_into <> ''
            UNION
            SELECT t.number FROM part p JOIN tickets t ON t.merged_into = p.number AND t.merged_into <> ''
        )
        SELECT number FROM part ORDER BY number
        """,
        {"number": number},
    )
    return [merged for (merged,) in rows]


def similar(
    conn: sqlite3.Connection,
    *,
    now: Millis,
    customer_id: int = 0,
    phone: str = "",
    type_id: str = "",
    category: str = "",
) -> SameMatter:
    """What this customer has told already, or whoever calls from this number.

    Without a type or category: whatever it is about.
    """
    values = {
        "customer_id": bounded(customer_id),
        "phone": safe(phone),
        "type": safe(type_id),
        "category": safe(category),
        "calls": now - _RECENT_CALLS,
        "tickets": now - _RECENT_TICKETS,
        "limit": MAX_SAME,
    }
    whose = f"t.id IN ({OF_CUSTOMER if customer_id else _OF_PHONE})"
    same = "(:type = '' OR t.type = :type) AND (:category = '' OR t.category = :category)"
    rows = conn.execute(
        f"{_SELECT} FROM tickets t NOT INDEXED {_JOIN} WHERE {whose} AND t.is_open = 1 AND {same}"
        " ORDER BY t.created_at DESC, t.id DESC LIMIT :limit",
        values,
    ).fetchall()
    tickets, same_matter = conn.execute(
        f"SELECT count(*), coalesce(sum({same}), 0) FROM tickets t NOT INDEXED"
        f" WHERE {whose} AND t.created_at >= :tickets",
        values,
    ).fetchone()
    (calls,) = conn.execute(_CALLS_OF_CUSTOMER if customer_id else _CALLS_OF_PHONE, values).fetchone()
    return SameMatter(
        open=[_with_name(row) for row in rows],
        calls_30=calls,
        tickets_90=tickets,
        same_matter_90=same_matter,
    )


_OF_PHONE = "SELECT id FROM tickets WHERE phone = :phone AND phone <> ''"
_CALLS_OF_CUSTOMER = "SELECT count(*) FROM calls WHERE customer_id = :customer_id AND accepted_at >= :calls"
_CALLS_OF_PHONE = "SELECT count(*) FROM calls WHERE cli = :phone AND cli <> '' AND accepted_at >= :calls"


def _with_name(row: tuple[Any, ...]) -> tuple[Ticket, str]:
    return ticket_of(row), row[len(NAMES)]


def _continued(conn: sqlite3.Connection, wanted: TicketFilter, query: Query) -> tuple[str, dict[str, Any]]:
    """The conditions behind the last ticket that was shown."""
    if not wanted.before_id:
        return query.where, query.values
    row = conn.execute(
        "SELECT created_at, due_by, id FROM tickets WHERE id = ?", (query.values["before_id"],)
    ).fetchone()
    if row is None:
        return f"{query.where} AND {NEVER}", query.values
    created_at, due_by, ticket_id = row
    return f"{query.where} AND {query.behind}", {
        **query.values,
        "last_at": due_by if query.by_due else created_at,
        "last_id": ticket_id,
    }


def _found(conn: sqlite3.Connection, wanted: TicketFilter, query: Query) -> list[tuple[Ticket, str]]:
    """What has the typed text in it, the newest number first, or what is due first."""
    typed = Wanted(wanted.text, only_open=query.only_open)
    if not typed.match:
        return []
    where, values, order = query.where, query.values, ""  # they come by number, the newest first
    if query.by_due:
        where, values = _continued(conn, wanted, query)
        order = f" ORDER BY {query.sorting}"
    rows = conn.execute(
        f"{_SELECT} FROM (SELECT rowid FROM ticket_search WHERE ticket_search MATCH :match AND rowid < :below"
        f" ORDER BY rowid DESC LIMIT :most) s CROSS JOIN tickets t NOT INDEXED ON t.id = s.rowid {_JOIN}"
        f" WHERE {where}{order}",
        {**values, "match": typed.match, "most": MAX_MATCHES, "below": _below(conn, wanted, query)},
    )
    fitting = (found for found in map(_with_name, rows) if typed.fits(found[0]))
    return list(islice(fitting, values["limit"]))


def _below(conn: sqlite3.Connection, wanted: TicketFilter, query: Query) -> int:
    """The id under which the search begins: in a list of older times not with the newest of all."""
    below = MAX_INTEGER
    if wanted.until:
        (newest,) = conn.execute(
            "SELECT coalesce(max(id), 0) FROM (SELECT id FROM tickets INDEXED BY tickets_by_time"
            " WHERE created_at < :until ORDER BY created_at DESC LIMIT :late)",
            {**query.values, "late": MAX_LATE},
        ).fetchone()
        below = newest + MAX_LATE
    before: int = query.values["before_id"]
    return min(below, before) if before and not query.by_due else below
