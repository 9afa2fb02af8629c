"""Half-filled forms, so that a console that lost its line finds its own text again."""

import json
import sqlite3
from typing import Any

from db.errors import Invalid
from db.text import safe
from engine.core.records import Millis

MAX_FORM = 128_000  # characters: a note, a customer and a ticket, everything escaped


def put_draft(
    conn: sqlite3.Connection, staff_number: str, call_id: str, form: dict[str, Any], at: Millis
) -> None:
    """Keep the form of an agent for a call in place of an earlier one. Raises Invalid "too_long"."""
    text = json.dumps(form)  # escapes everything that is not ASCII, lone surrogates too
    if len(text) > MAX_FORM:
        raise Invalid("too_long", "form", str(len(text)))
    conn.execute(
        "INSERT OR REPLACE INTO drafts (staff_number, call_id, form, at) VALUES (?, ?, ?, ?)",
        (safe(staff_number), safe(call_id), text, at),
    )


def get_draft(conn: sqlite3.Connection, staff_number: str, call_id: str) -> dict[str, Any] | None:
    """The kept form, None when there is none."""
    row = conn.execute(
        "SELECT form FROM drafts WHERE staff_number = ? AND call_id = ?", (safe(staff_number), safe(call_id))
    ).fetchone()
    if row is None:
        return None
    form: dict[str, Any] = json.loads(row[0])
    return form


def delete_draft(conn: sqlite3.Connection, staff_number: str, call_id: str) -> None:
    """The form was saved, or is not wanted any more."""
    conn.execute(
        "DELETE FROM drafts WHERE staff_number = ? AND call_id = ?", (safe(staff_number), safe(call_id))
    )
