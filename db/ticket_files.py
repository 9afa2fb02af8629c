"""Files of tickets: attachments that lie by their hash, and what callers have said, which lies by its name.

Here are the rows only; whoever writes one has the bytes on the disk already.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from db.errors import Invalid, NotFound
from db.text import checked, safe, search_form
from db.ticket_query import MAX_LIST, bounded, sees
from db.ticket_rows import ticket_by_number
from db.tickets import decided_or_refused, write_decided
from engine.core.records import Millis
from engine.core.tickets.records import Act, Actor, Attachment, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed

MAX_NAME, MAX_KIND = 200, 20
_COLUMNS = "f.id, t.number, f.name, f.kind, f.size, f.sha256, f.at, f.who, f.length_ms, f.error"
_FROM = "FROM ticket_files f JOIN tickets t ON t.id = f.ticket_id"


def attach(
    conn: sqlite3.Connection, attachment: Attachment, actor: Actor, rules: Rules, now: Millis
) -> tuple[Attachment, Ticket]:
    """Give a ticket a file; the same one under the same name is there once.

    Raises NotFound, Refused, Invalid.
    """
    name = checked(attachment.name, "name", MAX_NAME)
    if not name:
        raise Invalid("required", "name")
    ticket = ticket_by_number(conn, attachment.ticket)
    kind = safe(attachment.kind)[:MAX_KIND].lower()
    clean = replace(attachment, ticket=ticket.number, name=name, kind=kind, at=now, who=actor.staff_number)
    known = _same_file(conn, ticket, clean)
    if known is not None:
        return known, ticket
    act = Act(deed=Deed.ATTACH, text=name, target=clean.sha256[:64])
    decided = decided_or_refused(ticket, act, actor, rules, now)
    clean = replace(clean, id=add_file(conn, ticket.id, clean))
    return clean, write_decided(conn, ticket, decided, rules)


def add_file(conn: sqlite3.Connection, ticket_id: int, attachment: Attachment) -> int:
    """Write a file's row; returns its id, 0 where it is there already."""
    cursor = conn.execute(
        "INSERT INTO ticket_files (ticket_id, name, kind, size, sha256, at, who, length_ms, error)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            ticket_id,
            safe(attachment.name),
            safe(attachment.kind),
            attachment.size,
            attachment.sha256,
            attachment.at,
            attachment.who,
            attachment.length_ms,
            safe(attachment.error),
        ),
    )
    return (cursor.lastrowid or 0) if cursor.rowcount else 0


def attachments_of(conn: sqlite3.Connection, ticket: Ticket) -> list[Attachment]:
    """The files of a ticket, the oldest first."""
    rows = conn.execute(f"SELECT {_COLUMNS} {_FROM} WHERE f.ticket_id = ? ORDER BY f.at, f.id", (ticket.id,))
    return [_attachment(row) for row in rows]


def get_attachment(conn: sqlite3.Connection, file_id: int, actor: Actor) -> Attachment:
    """The file of an id. Raises NotFound, also for one of a ticket that this person may not see."""
    row = conn.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE f.id = :id AND {sees(actor)}",
        {"id": bounded(file_id), "own_department": actor.department, "me": actor.staff_number},
    ).fetchone()
    if row is None:
        raise NotFound("attachment", file_id)
    return _attachment(row)


def find_attachments(
    conn: sqlite3.Connection,
    actor: Actor,
    *,
    text: str = "",
    since: Millis = 0,
    until: Millis = 0,
    before_id: int = 0,
    limit: int = 100,
) -> list[Attachment]:
    """Files with this text in their name, of any width and case, the newest first."""
    form = search_form(text[:MAX_NAME])
    where = [
        "f.at >= :since",
        "(:until = 0 OR f.at < :until)",
        "(:before = 0 OR f.id < :before)",
        sees(actor),
    ]
    rows = conn.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE {' AND '.join(where)} ORDER BY f.id DESC",
        {
            "since": bounded(since),
            "until": bounded(until),
            "before": bounded(before_id),
            "own_department": actor.department,
            "me": actor.staff_number,
        },
    )
    return list(_named(rows, form, max(0, min(limit, MAX_LIST))))


def in_a_ticket(conn: sqlite3.Connection, name: str) -> bool:
    """Whether a ticket has the voice message of this file."""
    row = conn.execute("SELECT 1 FROM ticket_files WHERE name = ? LIMIT 1", (safe(name),)).fetchone()
    return row is not None


def hashes(conn: sqlite3.Connection, beginning: str = "") -> set[str]:
    """The hashes with this beginning of files that tickets have: what else lies there belongs to nobody."""
    rows = conn.execute(
        "SELECT DISTINCT sha256 FROM ticket_files"
        " WHERE sha256 <> '' AND sha256 >= :beginning AND sha256 < :beginning || 'g'",  # behind all digits
        {"beginning": beginning},
    )
    return {sha256 for (sha256,) in rows}


def _same_file(conn: sqlite3.Connection, ticket: Ticket, attachment: Attachment) -> Attachment | None:
    row = conn.execute(
        f"SELECT {_COLUMNS} {_FROM} WHERE f.ticket_id = ? AND f.name = ? AND f.sha256 = ?",
        (ticket.id, attachment.name, attachment.sha256),
    ).fetchone()
    return None if row is None else _attachment(row)


def _named(rows: Iterator[tuple[Any, ...]], form: str, limit: int) -> Iterator[Attachment]:
    for row in rows:
        if limit == 0:
            return
        if form in search_form(row[2]):
            limit -= 1
            yield _attachment(row)


def _attachment(row: tuple[Any, ...]) -> Attachment:
    file_id, number, name, kind, size, sha256, at, who, length_ms, error = row
    return Attachment(
        id=file_id,
        ticket=number,
        name=name,
        kind=kind,
        size=size,
        sha256=sha256,
        at=at,
        who=who,
        length_ms=length_ms,
        error=error,
    )
