"""Who did what, when: rows that nobody can change or remove."""

import sqlite3
from dataclasses import dataclass

from db.text import safe
from engine.core.records import Millis

MAX_DETAIL = 2000
NO_PEER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One deed. `who` is a staff number, or "engine"; `peer_uid` the system user behind the socket."""

    id: int = 0
    at: Millis
    who: str
    what: str
    subject: str = ""
    detail: str = ""
    peer_uid: int = NO_PEER


def append_audit(conn: sqlite3.Connection, row: AuditRow) -> None:
    """Write a deed down; a text that is too long is cut, for the deed was done."""
    texts = [safe(text)[:MAX_DETAIL] for text in (row.who, row.what, row.subject, row.detail)]
    conn.execute(
        "INSERT INTO audit (at, who, what, subject, detail, peer_uid) VALUES (?, ?, ?, ?, ?, ?)",
        (row.at, *texts, row.peer_uid),
    )


def list_audit(
    conn: sqlite3.Connection,
    *,
    since: Millis = 0,
    until: Millis = 0,
    who: str = "",
    what: str = "",
    before_id: int = 0,
    limit: int = 100,
) -> list[AuditRow]:
    """Deeds, newest first; `until` 0 is without end, `before_id` continues a list."""
    rows = conn.execute(
        """
        SELECT id, at, who, what, subject, detail, peer_uid FROM audit
        WHERE at >= :since AND (:until = 0 OR at < :until) AND (:who = '' OR who = :who)
            AND (:what = '' OR what = :what) AND (:before = 0 OR id < :before)
        ORDER BY id DESC LIMIT :limit
        """,
        {
            "since": since,
            "until": until,
            "who": safe(who),
            "what": safe(what),
            "before": before_id,
            "limit": limit,
        },
    )
    return [
        AuditRow(id=number, at=at, who=who_, what=what_, subject=subject, detail=detail, peer_uid=peer_uid)
        for number, at, who_, what_, subject, detail, peer_uid in rows
    ]
