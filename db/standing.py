"""What makes one customer likelier than another who fits alike: importance, open matters, last contact."""

import sqlite3
from collections.abc import Sequence

from engine.core.customers.likelihood import Standing
from engine.core.records import Millis

MOST_RECENT = 100  # calls and tickets that are looked through for customers of these days

_STANDING = """
    SELECT c.id, c.importance <> '',
        EXISTS (SELECT 1 FROM tickets t WHERE t.customer_id = c.id AND t.is_open = 1),
        coalesce((SELECT max(accepted_at) FROM calls k WHERE k.customer_id = c.id), 0)
    FROM customers c WHERE c.id IN ({marks})
"""
_RECENT = """
    SELECT customer_id FROM (
        SELECT customer_id FROM calls WHERE customer_id IS NOT NULL ORDER BY accepted_at DESC LIMIT :most
    )
    UNION SELECT customer_id FROM (
        SELECT customer_id FROM tickets WHERE is_open = 1 AND customer_id IS NOT NULL
        ORDER BY created_at DESC LIMIT :most
    )
"""


def standings(conn: sqlite3.Connection, ids: Sequence[int]) -> dict[int, Standing]:
    """The standing of some customers (at most some hundred)."""
    marks = ",".join("?" * len(ids))
    return {
        customer_id: Standing(important=bool(important), open=bool(has_open), last_contact=last)
        for customer_id, important, has_open, last in conn.execute(_STANDING.format(marks=marks), ids)
    }


def recent_customers(conn: sqlite3.Connection) -> list[int]:
    """Who has called last, or has an open ticket: the likeliest of many who fit."""
    return [row[0] for row in conn.execute(_RECENT, {"most": MOST_RECENT})]


def latest(conn: sqlite3.Connection) -> Millis:
    """The last call's instant: as good as now for telling who was in contact lately."""
    (at,) = conn.execute("SELECT coalesce(max(accepted_at), 0) FROM calls").fetchone()
    return int(at)
