"""Finished recordings: where the file lies, how long it is, and its checksum."""

import sqlite3
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from db.calls import get_call
from db.errors import NotFound
from db.text import safe
from engine.core.records import CallRecord, Millis, RecordingInfo

_NAMES = tuple(field.name for field in fields(RecordingInfo))
_COLUMNS = ", ".join(_NAMES)
_STORE = f"INSERT OR REPLACE INTO recordings ({_COLUMNS}) VALUES ({', '.join(f':{name}' for name in _NAMES)})"


def store_recording(conn: sqlite3.Connection, recording: RecordingInfo) -> None:
    """Write a recording's row, in place of an earlier one of its kind. Raises NotFound."""
    if conn.execute("SELECT 1 FROM calls WHERE call_id = ?", (safe(recording.call_id),)).fetchone() is None:
        raise NotFound("call_id", recording.call_id)
    values = {name: getattr(recording, name) for name in _NAMES}
    values |= {name: safe(value) for name, value in values.items() if isinstance(value, str)}
    conn.execute(_STORE, values)


def recordings_of(conn: sqlite3.Connection, call_id: str) -> list[RecordingInfo]:
    """The recordings of a call."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM recordings WHERE call_id = ? ORDER BY kind", (safe(call_id),)
    )
    return [_recording(row) for row in rows]


def list_recordings(
    conn: sqlite3.Connection,
    *,
    since: Millis = 0,
    until: Millis = 0,
    call_id: str = "",
    kind: str = "",
    staff: str = "",
    queue: str = "",
    cli: str = "",
    limit: int = 100,
) -> list[RecordingInfo]:
    """Recordings that began in a time, newest first; `until` 0 is without end, empty texts do not filter.

    `staff`, `queue` and `cli` are the call's.
    """
    rows = conn.execute(
        f"""
        SELECT {_COLUMNS} FROM recordings
        WHERE started_at >= :since AND (:until = 0 OR started_at < :until)
            AND (:call_id = '' OR call_id = :call_id) AND (:kind = '' OR kind = :kind)
            AND (:staff || :queue || :cli = '' OR EXISTS (
                SELECT 1 FROM calls c WHERE c.call_id = recordings.call_id
                    AND (:staff = '' OR c.staff_number = :staff) AND (:queue = '' OR c.queue_id = :queue)
                    AND (:cli = '' OR c.cli = :cli)))
        ORDER BY started_at DESC, call_id LIMIT :limit
        """,
        {
            "since": since,
            "until": until,
            "call_id": safe(call_id),
            "kind": safe(kind),
            "staff": safe(staff),
            "queue": safe(queue),
            "cli": safe(cli),
            "limit": limit,
        },
    )
    return [_recording(row) for row in rows]


def unrecorded(conn: sqlite3.Connection, call_ids: Sequence[str]) -> list[CallRecord]:
    """Those of the calls that are over and have no finished recording."""
    found = (get_call(conn, call_id) for call_id in call_ids)
    over = [record for record in found if record is not None and record.ended_at]
    return [
        record
        for record in over
        if not any(info.kind == "call" and info.path for info in recordings_of(conn, record.call_id))
    ]


def _recording(row: tuple[Any, ...]) -> RecordingInfo:
    return RecordingInfo(**dict(zip(_NAMES, row, strict=True)))
