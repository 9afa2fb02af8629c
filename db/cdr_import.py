"""Which of Asterisk's own call records were taken over after an outage: each once."""

import sqlite3
from collections.abc import Sequence

from db.settings import get_setting, put_setting
from engine.core.records import Millis

_OFFSET = "cdr_offset"


def mark_imported(conn: sqlite3.Connection, cdr_id: str, call_id: str, at: Millis) -> bool:
    """Remember a record as taken over into a call. False when it had been before."""
    cursor = conn.execute(
        "INSERT OR IGNORE INTO cdr_import (cdr_id, call_id, at) VALUES (?, ?, ?)", (cdr_id, call_id, at)
    )
    return cursor.rowcount == 1


def not_imported(conn: sqlite3.Connection, cdr_ids: Sequence[str]) -> list[str]:
    """Those of the ids that were not taken over yet, in their order."""
    known = "SELECT 1 FROM cdr_import WHERE cdr_id = ?"
    return [cdr_id for cdr_id in cdr_ids if conn.execute(known, (cdr_id,)).fetchone() is None]


def cdr_offset(conn: sqlite3.Connection) -> int:
    """How many bytes of the CDR file were read."""
    return int(get_setting(conn, _OFFSET, "0"))


def set_cdr_offset(conn: sqlite3.Connection, offset: int) -> None:
    """Remember how many bytes of the CDR file were read."""
    put_setting(conn, _OFFSET, str(offset))
