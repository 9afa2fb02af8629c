"""Rows of tickets and of their steps, to and from the records of the core."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Any

from db.customers import PRESENT_CUSTOMER
from db.errors import NotFound
from db.text import safe
from engine.core.records import Millis
from engine.core.tickets.records import Ticket, TicketStep
from engine.core.tickets.states import OPEN_STATES, Deed, Escalation, TicketState

MAX_NUMBER = 40  # characters of a number that somebody asks for
SETTLED = (TicketState.REPLIED, TicketState.FOLLOWED_UP, TicketState.CLOSED)
UNSETTLED = ", ".join(f"'{state}'" for state in TicketState if state in OPEN_STATES and state not in SETTLED)
"""The states, as SQL has them in a list, in which the customer has no answer yet."""

NAMES = tuple(field.name for field in fields(Ticket))
COLUMNS = ", ".join(f"t.{name}" for name in NAMES)
_STORED = tuple(name for name in NAMES if name != "id")
_VALUES = {name: PRESENT_CUSTOMER if name == "customer_id" else f":{name}" for name in _STORED}
_INSERT = (
    f"INSERT INTO tickets (day, count, follow_up, {', '.join(_STORED)})"
    f" VALUES (:day, :count, :follow_up, {', '.join(_VALUES.values())})"
)
_UPDATE = (
    "UPDATE tickets SET follow_up = :follow_up, "
    + ", ".join(f"{name} = {value}" for name, value in _VALUES.items() if name != "number")
    + " WHERE id = :id"
)


def ticket_of(row: Sequence[Any]) -> Ticket:
    """A ticket of a row that begins with COLUMNS."""
    values = dict(zip(NAMES, row, strict=False))
    values["fields"] = json.loads(values["fields"])
    values["checked"] = tuple(json.loads(values["checked"]))
    values["state"] = TicketState(values["state"])
    values["resume_to"] = TicketState(values["resume_to"]) if values["resume_to"] else None
    values["escalation"] = Escalation(values["escalation"])
    values["customer_id"] = values["customer_id"] or 0
    return Ticket(**values)


def ticket_by_number(conn: sqlite3.Connection, number: str) -> Ticket:
    """The ticket of a number. Raises NotFound."""
    found = find_ticket(conn, number)
    if found is None:
        raise NotFound("ticket", safe(number[:MAX_NUMBER]))
    return found


def find_ticket(conn: sqlite3.Connection, number: str) -> Ticket | None:
    """The ticket of a number, None where there is none."""
    row = conn.execute(
        f"SELECT {COLUMNS} FROM tickets t WHERE t.number = ?", (safe(number[:MAX_NUMBER]),)
    ).fetchone()
    return None if row is None else ticket_of(row)


def insert_ticket(conn: sqlite3.Connection, ticket: Ticket, day: str, count: int, follow_up: bool) -> int:
    """Write a new ticket's row; returns its id."""
    cursor = conn.execute(_INSERT, {**_values(ticket, follow_up), "day": day, "count": count})
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def update_ticket(conn: sqlite3.Connection, ticket: Ticket, follow_up: bool) -> None:
    """Write what a ticket has become."""
    conn.execute(_UPDATE, _values(ticket, follow_up))


def next_count(conn: sqlite3.Connection, day: str) -> int:
    """The number within the day of the next ticket."""
    row = conn.execute("SELECT coalesce(max(count), 0) + 1 FROM tickets WHERE day = ?", (day,)).fetchone()
    return int(row[0])


def _values(ticket: Ticket, follow_up: bool) -> dict[str, Any]:
    values = {name: getattr(ticket, name) for name in NAMES}
    values["fields"] = json.dumps(dict(ticket.fields), ensure_ascii=False)
    values["checked"] = json.dumps(ticket.checked, ensure_ascii=False)
    return values | {"follow_up": int(follow_up)}


# Steps


def add_steps(conn: sqlite3.Connection, ticket_id: int, steps: Iterable[TicketStep]) -> None:
    """Write what was done into a ticket's history."""
    conn.executemany(
        "INSERT INTO ticket_steps (ticket_id, at, who, deed, state, department, text, code, target)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                ticket_id,
                step.at,
                step.who,
                step.deed,
                step.state,
                step.department,
                step.text,
                step.code,
                step.target,
            )
            for step in steps
        ],
    )


def steps_of(conn: sqlite3.Connection, ticket_id: int) -> list[TicketStep]:
    """The history of a ticket, the oldest first."""
    rows = conn.execute(
        "SELECT at, who, deed, state, department, text, code, target FROM ticket_steps"
        " WHERE ticket_id = ? ORDER BY id",
        (ticket_id,),
    )
    return [
        TicketStep(
            at=at,
            who=who,
            deed=Deed(deed),
            state=TicketState(state),
            department=department,
            text=text,
            code=code,
            target=target,
        )
        for at, who, deed, state, department, text, code, target in rows
    ]


def last_step(conn: sqlite3.Connection, ticket_id: int) -> tuple[str, Millis]:
    """Who changed a ticket last, and when."""
    row = conn.execute(
        "SELECT who, at FROM ticket_steps WHERE ticket_id = ? ORDER BY id DESC LIMIT 1", (ticket_id,)
    ).fetchone()
    return ("", 0) if row is None else (row[0], row[1])
