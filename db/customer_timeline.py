"""All contacts with a customer in one line of time, newest first, read page by page.

A page asks each kind for its newest rows before that place, by an index; together they are sorted and cut.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from db.customer_recurring import OWN_NUMBERS
from db.errors import Invalid
from engine.core.customers.records import Contact, ContactKind
from engine.core.records import Millis

MAX_PAGE = 200
_SHORT = 200  # characters of a text

# Each kind: at, id, text, code, detail, value, staff number, recording, open. `{place}` is the keyset.
_CALL = """
    SELECT c.accepted_at, c.call_id, coalesce(n.note, ''), c.outcome, c.direction, c.talk_ms, c.staff_number,
        EXISTS (SELECT 1 FROM recordings r WHERE r.call_id = c.call_id AND r.path <> ''),
        coalesce(n.unsolved, 0)
    FROM (
        SELECT * FROM (
            SELECT * FROM calls WHERE customer_id = :customer AND outcome IS NOT NULL AND {what}
                AND {place} ORDER BY accepted_at DESC, call_id DESC LIMIT :limit)
        UNION ALL SELECT * FROM (
            SELECT * FROM calls WHERE cli IN ({own}) AND customer_id IS NULL
                AND outcome IS NOT NULL AND {what} AND {place}
            ORDER BY accepted_at DESC, call_id DESC LIMIT :limit)
    ) c
    LEFT JOIN call_notes n ON n.id = (SELECT max(id) FROM call_notes WHERE call_id = c.call_id)
""".replace("{own}", OWN_NUMBERS)
_TICKETS = """
    FROM tickets WHERE (customer_id = :customer OR (customer_id IS NULL AND phone IN ({own}) AND phone <> ''))
""".replace("{own}", OWN_NUMBERS)
_SPOKE = "(direction <> 'inbound' OR outcome <> 'ivr_exit')"
_SQL = {
    ContactKind.CALL: (_CALL.replace("{what}", _SPOKE), "accepted_at", "call_id"),
    ContactKind.IVR: (_CALL.replace("{what}", f"NOT {_SPOKE}"), "accepted_at", "call_id"),
    ContactKind.TICKET: (
        f"""
        SELECT created_at, number, iif(title <> '', title, text), state, type, 0, owner, 0, is_open
        {_TICKETS} AND {{place}}
        ORDER BY created_at DESC, number DESC LIMIT :limit
        """,
        "created_at",
        "number",
    ),
    ContactKind.TICKET_CLOSED: (
        f"""
        SELECT closed_at, number, iif(reply <> '', reply, result), state, type, satisfied, owner, 0, 0
        {_TICKETS} AND closed_at > 0 AND {{place}}
        ORDER BY closed_at DESC, number DESC LIMIT :limit
        """,
        "closed_at",
        "number",
    ),
    ContactKind.OUTAGE: (
        """
        SELECT w.at, w.notice_id, n.text, iif(w.told_at, 'told', ''), n.line, w.told_at, '', 0, 0
        FROM outage_watchers w JOIN notices n ON n.id = w.notice_id
        WHERE w.customer_id = :customer AND {place} ORDER BY w.at DESC, w.notice_id DESC LIMIT :limit
        """,
        "w.at",
        "w.notice_id",
    ),
    ContactKind.SURVEY: (
        """
        SELECT s.at, s.call_id, '', '', '', s.score, s.staff_number, 0, 0
        FROM calls c JOIN surveys s ON s.call_id = c.call_id
        WHERE c.customer_id = :customer AND {place} ORDER BY s.at DESC, s.call_id DESC LIMIT :limit
        """,
        "s.at",
        "s.call_id",
    ),
    ContactKind.CALLBACK: (
        """
        SELECT asked_at, id, remark, iif(state = 'done', result, state), kind, 0, staff_number, 0,
            state <> 'done'
        FROM callbacks WHERE customer_id = :customer AND {place} ORDER BY asked_at DESC, id DESC LIMIT :limit
        """,
        "asked_at",
        "id",
    ),
    ContactKind.PAYMENT: (
        """
        SELECT at, id, what, kind, '', amount_fen, '', 0, 0
        FROM payments WHERE customer_id = :customer AND {place} ORDER BY at DESC, id DESC LIMIT :limit
        """,
        "at",
        "id",
    ),
    ContactKind.MERGE: (
        """
        SELECT at, id, name, '', iif(undone_at, 'undone', ''), gone, who, 0, 0
        FROM customer_merges WHERE keep = :customer AND {place} ORDER BY at DESC, id DESC LIMIT :limit
        """,
        "at",
        "id",
    ),
}
_NUMBERED = frozenset({ContactKind.OUTAGE, ContactKind.CALLBACK, ContactKind.PAYMENT, ContactKind.MERGE})


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a page ended. Ids that are numbers are compared as numbers."""

    at: Millis
    kind: str
    number: int
    text: str


def timeline(
    conn: sqlite3.Connection, customer_id: int, *, before: str = "", limit: int = 50
) -> tuple[tuple[Contact, ...], str]:
    """A page of all contacts, and what continues it ("" at the end). Raises Invalid for no such place."""
    limit = min(max(1, limit), MAX_PAGE)
    place = _read_place(before) if before else None
    found = [
        contact for kind in ContactKind for contact in _of_kind(conn, kind, customer_id, place, limit + 1)
    ]
    found.sort(key=_place_of, reverse=True)
    page = found[:limit]
    more = _written(_place_of(page[-1])) if len(found) > limit else ""
    return _with_names(conn, page), more


def _of_kind(
    conn: sqlite3.Connection, kind: ContactKind, customer_id: int, place: _Place | None, limit: int
) -> Iterable[Contact]:
    sql, at, number = _SQL[kind]
    values: dict[str, Any] = {"customer": customer_id, "limit": limit}
    condition = "1"
    if place is not None:
        condition = _before(kind, place, at, number)
        values |= {"at": place.at, "number": place.number if kind in _NUMBERED else place.text}
    for row in conn.execute(sql.replace("{place}", condition), values):
        yield Contact(
            at=row[0],
            kind=kind,
            id=str(row[1]),
            text=row[2][:_SHORT],
            code=row[3],
            detail=row[4],
            value=row[5],
            staff_number=row[6],
            recording=bool(row[7]),
            open=bool(row[8]),
        )


def _before(kind: ContactKind, place: _Place, at: str, number: str) -> str:
    """Rows behind the place where the last page ended; of the same instant those of kinds behind its kind."""
    if kind < place.kind:
        return f"{at} <= :at"
    if kind == place.kind:
        return f"{at} <= :at AND ({at} < :at OR {number} < :number)"
    return f"{at} < :at"


def _place_of(contact: Contact) -> _Place:
    numbered = contact.kind in _NUMBERED
    return _Place(
        contact.at, contact.kind, int(contact.id) if numbered else 0, "" if numbered else contact.id
    )


def _written(place: _Place) -> str:
    return f"{place.at}:{place.kind}:{place.number or place.text}"


def _read_place(text: str) -> _Place:
    at, _, rest = text[:200].partition(":")
    kind, _, number = rest.partition(":")
    try:
        numbered = ContactKind(kind) in _NUMBERED
        return _Place(int(at), kind, int(number) if numbered else 0, "" if numbered else number)
    except ValueError:
        raise Invalid("unknown_word", "before", text[:40]) from None


def _with_names(conn: sqlite3.Connection, page: Iterable[Contact]) -> tuple[Contact, ...]:
    contacts = tuple(page)
    numbers = sorted({contact.staff_number for contact in contacts if contact.staff_number})
    marks = ",".join("?" * len(numbers))
    names = dict(
        conn.execute(f"SELECT staff_number, name FROM users WHERE staff_number IN ({marks})", numbers)
    )
    return tuple(replace(contact, staff_name=names.get(contact.staff_number, "")) for contact in contacts)
