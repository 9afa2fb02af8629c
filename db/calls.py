"""Calls as they are stored: one row a visit, with the notes that agents wrote about it."""

import json
import sqlite3
from dataclasses import fields
from typing import Any

from db.customers import PRESENT_CUSTOMER, present_id
from db.errors import NotFound
from db.text import checked, checked_lines, safe
from engine.core.records import CallNote, CallRecord, Millis
from engine.core.states import Direction, EndedBy, Outcome

MAX_CLI_RAW = 256

_NAMES = tuple(field.name for field in fields(CallRecord))
_COLUMNS = ", ".join(f"c.{name}" for name in _NAMES)
# A stepped clock may make a duration negative: that must not cost the call its row.
_NOT_NEGATIVE = frozenset(name for name in _NAMES if name.endswith(("_ms", "_at", "_count")))
_STORE = (
    f"INSERT INTO calls ({', '.join(_NAMES)}) VALUES ("
    + ", ".join(PRESENT_CUSTOMER if name == "customer_id" else f":{name}" for name in _NAMES)
    + ") ON CONFLICT (call_id) DO UPDATE SET "
    # The customer that an agent chose stays, when a record that does not know it comes later.
    + ", ".join(
        f"{name} = coalesce(excluded.{name}, {name})"
        if name == "customer_id"
        else f"{name} = excluded.{name}"
        for name in _NAMES
        if name != "call_id"
    )
)


def store_call(conn: sqlite3.Connection, record: CallRecord) -> None:
    """Write a call's row, open or finished; the newest state replaces the older one."""
    values: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(record, name)
        if isinstance(value, str):
            value = safe(value)
        elif name in _NOT_NEGATIVE:
            value = max(0, value)
        values[name] = value
    values["cli_raw"] = values["cli_raw"][:MAX_CLI_RAW]
    values["ivr_path"] = json.dumps([safe(step) for step in record.ivr_path], ensure_ascii=False)
    conn.execute(_STORE, values)


def open_calls(conn: sqlite3.Connection) -> list[CallRecord]:
    """Calls whose end is not known, oldest first: what an engine that died left behind."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM calls c WHERE c.ended_at = 0 ORDER BY c.accepted_at")
    return [record_of(row) for row in rows]


def get_call(conn: sqlite3.Connection, call_id: str) -> CallRecord | None:
    """The record of a call, None when there is none."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM calls c WHERE c.call_id = ?", (safe(call_id),)).fetchone()
    return None if row is None else record_of(row)


def record_of(row: tuple[Any, ...]) -> CallRecord:
    """A record from the columns `record_columns()` at the beginning of a row."""
    values = dict(zip(_NAMES, row, strict=False))
    values["customer_id"] = values["customer_id"] or 0
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] else None
    values["short_abandon"] = bool(values["short_abandon"])
    values["unattended"] = bool(values["unattended"])
    values["ended_by"] = EndedBy(values["ended_by"])
    values["direction"] = Direction(values["direction"])
    values["ivr_path"] = tuple(json.loads(values["ivr_path"]))
    return CallRecord(**values)


def record_columns() -> tuple[str, int]:
    """The columns of `calls c` that `record_of` reads, and how many they are."""
    return _COLUMNS, len(_NAMES)


def save_note(conn: sqlite3.Connection, call_id: str, staff_number: str, note: CallNote, at: Millis) -> None:
    """Add an agent's note to a call and set the call's customer; earlier notes are kept as history.

    Raises NotFound for an unknown call or customer, Invalid for a text that is too long.
    """
    if conn.execute("SELECT 1 FROM calls WHERE call_id = ?", (safe(call_id),)).fetchone() is None:
        raise NotFound("call_id", call_id)
    customer_id = present_id(conn, note.customer_id) or None
    if note.customer_id and customer_id is None:
        raise NotFound("customer_id", note.customer_id)
    conn.execute(
        "INSERT INTO call_notes (call_id, staff_number, note, disposition, unsolved, customer_id, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            call_id,
            safe(staff_number),
            checked_lines(note.note, "note", 4000),
            checked(note.disposition, "disposition", 64),
            int(note.unsolved),
            customer_id,
            at,
        ),
    )
    if customer_id:
        conn.execute("UPDATE calls SET customer_id = ? WHERE call_id = ?", (customer_id, call_id))


def notes_of(conn: sqlite3.Connection, call_id: str) -> list[tuple[Millis, str, CallNote]]:
    """All notes of a call with time and staff number, newest first."""
    rows = conn.execute(
        "SELECT at, staff_number, note, disposition, unsolved, coalesce(customer_id, 0) FROM call_notes"
        " WHERE call_id = ? ORDER BY id DESC",
        (safe(call_id),),
    )
    return [
        (
            at,
            staff,
            CallNote(note=note, disposition=disposition, unsolved=bool(unsolved), customer_id=customer),
        )
        for at, staff, note, disposition, unsolved, customer in rows
    ]
