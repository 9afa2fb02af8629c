"""Each person's share of a call: who had it, helped with it or got it, and for how long."""

import sqlite3
from dataclasses import fields
from typing import Any

from db.text import safe
from engine.core.records import CallPart

_NAMES = tuple(field.name for field in fields(CallPart))
_STORE = f"""
    INSERT INTO call_parts ({", ".join(_NAMES)}) VALUES ({", ".join(f":{name}" for name in _NAMES)})
    ON CONFLICT (call_id, staff_number, party, began_at) DO UPDATE SET
        {", ".join(f"{name} = excluded.{name}" for name in _NAMES)}
"""


def store_part(conn: sqlite3.Connection, part: CallPart) -> None:
    """Write a share; told again, as after its wrap-up, the newest state replaces the older one."""
    values: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(part, name)
        values[name] = safe(value) if isinstance(value, str) else max(0, value)
    conn.execute(_STORE, values)


def parts_of(conn: sqlite3.Connection, call_id: str) -> list[CallPart]:
    """The shares of a call in the order in which they began."""
    rows = conn.execute(
        f"SELECT {', '.join(_NAMES)} FROM call_parts WHERE call_id = ? ORDER BY began_at, staff_number",
        (safe(call_id),),
    )
    return [CallPart(**dict(zip(_NAMES, row, strict=True))) for row in rows]
