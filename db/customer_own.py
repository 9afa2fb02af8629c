"""What the office says of a customer itself: kept apart from what sources say, never overwritten by them."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from db.errors import NotFound
from engine.core.customers.merging import LISTS, Own, own_changes
from engine.core.records import Customer, Millis


def keep_own(conn: sqlite3.Connection, before: Customer, after: Customer, who: str, at: Millis) -> list[str]:
    """Write down what somebody has changed of a customer, in the transaction of the change; the fields.

    `before` and `after` are the customer as stored, before and behind. Nothing is written down for a customer
    whom no source knows: there is nothing that could overwrite it.
    """
    known = conn.execute("SELECT 1 FROM source_records WHERE customer_id = ? LIMIT 1", (after.id,)).fetchone()
    if known is None:
        return []
    changes = own_changes(before, after, own_of(conn, after.id))
    _put(conn, after.id, changes.items(), who, at)
    return list(changes)


def own_of(conn: sqlite3.Connection, customer_id: int) -> dict[str, Own]:
    """What the office says itself, by field."""
    rows = conn.execute("SELECT field, value FROM customer_own WHERE customer_id = ?", (customer_id,))
    return {field: _own(field, json.loads(text)) for field, text in rows}


def own_rows(conn: sqlite3.Connection, customer_id: int) -> list[tuple[str, Own, str, Millis]]:
    """The same with who said it and when, by field."""
    rows = conn.execute(
        "SELECT field, value, who, at FROM customer_own WHERE customer_id = ? ORDER BY field", (customer_id,)
    )
    return [(field, _own(field, json.loads(text)), who, at) for field, text, who, at in rows]


def forget_own(conn: sqlite3.Connection, customer_id: int, field: str) -> Own:
    """Give a field back to the sources; what the office said of it. Raises NotFound."""
    row = conn.execute(
        "DELETE FROM customer_own WHERE customer_id = ? AND field = ? RETURNING value", (customer_id, field)
    ).fetchone()
    if row is None:
        raise NotFound("field", field)
    return _own(field, json.loads(row[0]))


def _put(
    conn: sqlite3.Connection, customer_id: int, changes: Iterable[tuple[str, Own]], who: str, at: Millis
) -> None:
    for field, own in changes:
        value = {"added": own.added, "removed": own.removed} if field in LISTS else {"value": own.value}
        conn.execute(
            "INSERT INTO customer_own (customer_id, field, value, who, at) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (customer_id, field) DO UPDATE SET value = excluded.value, who = excluded.who,"
            " at = excluded.at",
            (customer_id, field, json.dumps(value, ensure_ascii=False), who, at),
        )


def _own(field: str, stored: dict[str, Any]) -> Own:
    if field in LISTS:
        return Own(added=tuple(stored["added"]), removed=tuple(stored["removed"]))
    return Own(value=stored["value"])
