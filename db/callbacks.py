"""Customers who are to be called, as they are stored: one row a wish, the open ones to be found fast."""

import sqlite3
from dataclasses import fields
from typing import Any

from db.customers import PRESENT_CUSTOMER
from db.text import checked, safe
from engine.core.records import CallbackRecord, Millis
from engine.core.states import CallbackKind, CallbackResult, CallbackState

MAX_REMARK = 500

_NAMES = tuple(field.name for field in fields(CallbackRecord))
_COLUMNS = ", ".join(f"w.{name}" for name in _NAMES)
_STORE = (
    f"INSERT INTO callbacks ({', '.join(_NAMES)}) VALUES ("
    + ", ".join(PRESENT_CUSTOMER if name == "customer_id" else f":{name}" for name in _NAMES)
    + ") ON CONFLICT (id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _NAMES if name != "id")
)


def store_callback(conn: sqlite3.Connection, record: CallbackRecord) -> None:
    """Write a wish's row; the newest state replaces the older one."""
    values: dict[str, Any] = {name: getattr(record, name) for name in _NAMES}
    values["result"] = values["result"] or ""
    values = {name: safe(value) if isinstance(value, str) else value for name, value in values.items()}
    values["remark"] = values["remark"][:MAX_REMARK]
    conn.execute(_STORE, values)


def checked_remark(text: str) -> str:
    """A remark as it is stored. Raises Invalid for one that is too long."""
    return checked(text, "remark", MAX_REMARK)


def open_callbacks(conn: sqlite3.Connection) -> tuple[list[CallbackRecord], int]:
    """All that are not done, the oldest first, and the highest id that was ever given."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM callbacks w WHERE w.state <> 'done' ORDER BY w.id")
    records = [_record_of(row) for row in rows]
    (last,) = conn.execute("SELECT coalesce(max(id), 0) FROM callbacks").fetchone()
    return records, last


def list_callbacks(
    conn: sqlite3.Connection,
    *,
    everything: bool = False,
    since: Millis = 0,
    until: Millis = 0,
    limit: int = 100,
) -> list[tuple[CallbackRecord, str]]:
    """Wishes with the names of the customers: the open ones in their order, then those that are done."""
    rows = conn.execute(
        f"""
        SELECT {_COLUMNS}, coalesce(c.name, '') FROM callbacks w LEFT JOIN customers c ON c.id = w.customer_id
        WHERE (:everything OR w.state <> 'done') AND w.asked_at >= :since
            AND (:until = 0 OR w.asked_at < :until)
        ORDER BY w.state = 'done', iif(w.state = 'done', -w.done_at, iif(w.place, w.place, w.asked_at)), w.id
        LIMIT :limit
        """,
        {"everything": int(everything), "since": since, "until": until, "limit": limit},
    )
    return [(_record_of(row[:-1]), row[-1]) for row in rows]


def _record_of(row: tuple[Any, ...]) -> CallbackRecord:
    values = dict(zip(_NAMES, row, strict=True))
    values["kind"] = CallbackKind(values["kind"])
    values["state"] = CallbackState(values["state"])
    values["result"] = CallbackResult(values["result"]) if values["result"] else None
    values["customer_id"] = values["customer_id"] or 0
    return CallbackRecord(**values)
