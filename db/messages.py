"""Short messages between the users of the centre, and who has read them."""

import sqlite3
from typing import Any

from db.errors import NotFound
from db.text import safe
from db.users import get_user
from engine.core.records import Message, Millis

# Of one's own: read when somebody else has read it. Of others: read by oneself; an announcement of earlier
# than `since` has had its time.
_READ = """
    CASE
        WHEN m.sender = :me THEN EXISTS (
            SELECT 1 FROM message_reads r WHERE r.message_id = m.id AND r.staff_number <> :me
        )
        ELSE (m.addressee = '' AND m.at < :since) OR EXISTS (
            SELECT 1 FROM message_reads r WHERE r.message_id = m.id AND r.staff_number = :me
        )
    END
"""
_SELECT = f"""
    SELECT m.id, m.at, m.sender, coalesce(s.name, ''), m.addressee, coalesce(a.name, ''), m.text,
        {_READ} AS read
    FROM messages m
    LEFT JOIN users s ON s.staff_number = m.sender
    LEFT JOIN users a ON a.staff_number = m.addressee
"""


def post_message(conn: sqlite3.Connection, sender: str, to: str, text: str, at: Millis) -> Message:
    """Keep a message; `to` empty: to everybody. Raises NotFound for an addressee who cannot log in."""
    if to and get_user(conn, to).disabled:
        raise NotFound("staff_number", to)
    row = conn.execute(
        "INSERT INTO messages (at, sender, addressee, text) VALUES (?, ?, ?, ?)",
        (at, safe(sender), to, safe(text)),
    )
    found = conn.execute(f"{_SELECT} WHERE m.id = :id", {"me": sender, "since": 0, "id": row.lastrowid})
    return _message(found.fetchone())


def recent_messages(conn: sqlite3.Connection, me: str, limit: int, since: Millis) -> list[Message]:
    """The newest messages that this user sent or got, the oldest of them first."""
    rows = conn.execute(
        f"{_SELECT} WHERE m.sender = :me OR m.addressee IN (:me, '') ORDER BY m.id DESC LIMIT :limit",
        {"me": me, "since": since, "limit": limit},
    )
    return [_message(row) for row in rows][::-1]


def unread_messages(conn: sqlite3.Connection, me: str, limit: int, since: Millis) -> list[Message]:
    """What this user has not read yet, the oldest first."""
    rows = conn.execute(
        f"{_SELECT} WHERE m.addressee IN (:me, '') AND m.sender <> :me AND NOT read"
        " ORDER BY m.id LIMIT :limit",
        {"me": me, "since": since, "limit": limit},
    )
    return [_message(row) for row in rows]


def mark_read(conn: sqlite3.Connection, me: str, up_to: int, at: Millis) -> int:
    """This user has read all messages up to this one; returns how many were new."""
    return conn.execute(
        """
        INSERT INTO message_reads (message_id, staff_number, at)
        SELECT id, :me, :at FROM messages WHERE id <= :up_to AND addressee IN (:me, '') AND sender <> :me
        ON CONFLICT DO NOTHING
        """,
        {"me": me, "at": at, "up_to": up_to},
    ).rowcount


def _message(row: tuple[Any, ...]) -> Message:
    number, at, sender, sender_name, to, to_name, text, read = row
    return Message(
        id=number,
        at=at,
        sender=sender,
        sender_name=sender_name,
        to=to,
        to_name=to_name,
        text=text,
        read=bool(read),
    )
