"""Customers' marks: one for each time that somebody was asked and pressed a key."""

import sqlite3
from dataclasses import dataclass

from db.text import safe
from engine.core.records import Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A mark with the call that it is about."""

    call_id: str
    at: Millis
    staff_number: str
    score: int
    cli: str = ""
    customer_name: str = ""


def store_survey(conn: sqlite3.Connection, call_id: str, staff_number: str, score: int, at: Millis) -> None:
    """Keep a mark; a customer who is asked twice in one call for the same agent has changed it."""
    conn.execute(
        "INSERT INTO surveys (call_id, staff_number, score, at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (call_id, staff_number) DO UPDATE SET score = excluded.score, at = excluded.at",
        (safe(call_id), safe(staff_number), score, at),
    )


_WHERE = """
    s.at >= :since AND (:until = 0 OR s.at < :until) AND (:staff = '' OR s.staff_number = :staff)
"""


def list_surveys(
    conn: sqlite3.Connection, *, since: Millis = 0, until: Millis = 0, staff: str = "", limit: int = 100
) -> tuple[list[Mark], int, float | None]:
    """The newest marks, and how many all that fit are and their mean; None where there is none."""
    wanted = {"since": since, "until": until, "staff": safe(staff), "limit": limit}
    rows = conn.execute(
        f"""
        SELECT s.call_id, s.at, s.staff_number, s.score, coalesce(k.cli, ''), coalesce(c.name, '')
        FROM surveys s LEFT JOIN calls k ON k.call_id = s.call_id
            LEFT JOIN customers c ON c.id = k.customer_id
        WHERE {_WHERE} ORDER BY s.at DESC, s.call_id LIMIT :limit
        """,
        wanted,
    )
    marks = [
        Mark(call_id=call_id, at=at, staff_number=who, score=score, cli=cli, customer_name=name)
        for call_id, at, who, score, cli, name in rows
    ]
    count, mean = conn.execute(
        f"SELECT count(*), avg(s.score) FROM surveys s WHERE {_WHERE}", wanted
    ).fetchone()
    return marks, count, mean
