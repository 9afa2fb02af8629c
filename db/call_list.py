"""Lists of calls for people: the record with the names of customer and agent, note and recording."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from db.call_parts import parts_of
from db.calls import notes_of, record_columns, record_of
from db.errors import NotFound
from db.recordings import recordings_of
from db.text import safe
from engine.core.records import CallNote, CallPart, CallRecord, Millis, RecordingInfo

_RECORD, _WIDTH = record_columns()
_FROM = """
    FROM calls c
    LEFT JOIN customers k ON k.id = c.customer_id
    LEFT JOIN users u ON u.staff_number = c.staff_number
    LEFT JOIN call_notes n ON n.id = (SELECT max(id) FROM call_notes WHERE call_id = c.call_id)
    LEFT JOIN recordings r ON r.call_id = c.call_id AND r.kind = 'call'
"""
_SELECT = f"""
    SELECT {_RECORD}, coalesce(k.name, ''), coalesce(u.name, ''), coalesce(n.note, ''),
        coalesce(n.disposition, ''), coalesce(n.unsolved, 0), coalesce(r.path, '')
    {_FROM}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Which calls to list; empty fields do not filter. Newest first.

    `since` and `until` (excluded) are about the arrival; `text` is a piece of the customer's name, the number
    or the note; `before` is the id of the last call of the list that is continued.
    """

    since: Millis = 0
    until: Millis = 0
    staff: str = ""
    queue: str = ""
    outcome: str = ""
    cli: str = ""
    customer_id: int = 0
    text: str = ""
    before: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    """A call as lists show it."""

    record: CallRecord
    customer_name: str = ""
    agent_name: str = ""
    note: str = ""
    disposition: str = ""
    unsolved: bool = False
    recording_path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetails:
    """Everything about one call; notes with time and staff number, newest first; shares in their order."""

    row: CallRow
    notes: tuple[tuple[Millis, str, CallNote], ...] = ()
    recordings: tuple[RecordingInfo, ...] = ()
    parts: tuple[CallPart, ...] = ()


def list_calls(conn: sqlite3.Connection, wanted: CallFilter) -> list[CallRow]:
    """Calls that pass the filter, newest first."""
    conditions, values = _conditions(wanted)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = conn.execute(
        f"{_SELECT} {where} ORDER BY c.accepted_at DESC, c.call_id DESC LIMIT :limit",
        values | {"limit": max(0, min(wanted.limit, 10_000))},
    )
    return [_row(row) for row in rows]


def show_call(conn: sqlite3.Connection, call_id: str) -> CallDetails:
    """Everything about one call. Raises NotFound."""
    row = conn.execute(f"{_SELECT} WHERE c.call_id = ?", (safe(call_id),)).fetchone()
    if row is None:
        raise NotFound("call_id", call_id)
    return CallDetails(
        row=_row(row),
        notes=tuple(notes_of(conn, call_id)),
        recordings=tuple(recordings_of(conn, call_id)),
        parts=tuple(parts_of(conn, call_id)),
    )


def _conditions(wanted: CallFilter) -> tuple[list[str], dict[str, Any]]:
    candidates: list[tuple[bool, str, str, Any]] = [
        (bool(wanted.since), "c.accepted_at >= :since", "since", wanted.since),
        (bool(wanted.until), "c.accepted_at < :until", "until", wanted.until),
        (bool(wanted.staff), "c.staff_number = :staff", "staff", safe(wanted.staff)),
        (bool(wanted.queue), "c.queue_id = :queue", "queue", safe(wanted.queue)),
        (bool(wanted.outcome), "c.outcome = :outcome", "outcome", safe(wanted.outcome)),
        (bool(wanted.cli), "c.cli = :cli", "cli", safe(wanted.cli)),
        (bool(wanted.customer_id), "c.customer_id = :customer_id", "customer_id", wanted.customer_id),
        (
            bool(wanted.text),
            "(k.name LIKE :text ESCAPE '!' OR c.cli LIKE :text ESCAPE '!' OR n.note LIKE :text ESCAPE '!')",
            "text",
            _piece(wanted.text),
        ),
        (
            bool(wanted.before),
            "(c.accepted_at, c.call_id) < (SELECT accepted_at, call_id FROM calls WHERE call_id = :before)",
            "before",
            safe(wanted.before),
        ),
    ]
    chosen = [candidate for candidate in candidates if candidate[0]]
    return [condition for _, condition, _, _ in chosen], {name: value for _, _, name, value in chosen}


def _piece(text: str) -> str:
    escaped = safe(text[:200]).strip().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


def _row(row: tuple[Any, ...]) -> CallRow:
    customer_name, agent_name, note, disposition, unsolved, path = row[_WIDTH:]
    return CallRow(
        record=record_of(row[:_WIDTH]),
        customer_name=customer_name,
        agent_name=agent_name,
        note=note,
        disposition=disposition,
        unsolved=bool(unsolved),
        recording_path=path,
    )
