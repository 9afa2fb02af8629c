"""What agents did: memory for a restart, history of changes, presentations, and the figures of a day."""

import sqlite3
from dataclasses import fields
from typing import Any

from db.text import safe
from engine.core.records import AgentDay, AgentMemory, Millis
from engine.core.states import AgentState, AgentStatus

_MEMORY = tuple(field.name for field in fields(AgentMemory))
_STORE_MEMORY = (
    f"INSERT OR REPLACE INTO agent_memory ({', '.join(_MEMORY)})"
    f" VALUES ({', '.join(f':{name}' for name in _MEMORY)})"
)


def store_agent_memory(
    conn: sqlite3.Connection,
    memory: AgentMemory,
    previous_status: AgentStatus,
    previous_state: AgentState,
    at: Millis,
) -> None:
    """Keep what an agent is doing now, and add the change to the history."""
    values: dict[str, Any] = {name: safe(str(getattr(memory, name))) for name in _MEMORY}
    values["since"] = max(0, memory.since)
    conn.execute(_STORE_MEMORY, values)
    conn.execute(
        "INSERT INTO agent_changes (staff_number, at, seat_id, status, reason, state, call_id,"
        " previous_status, previous_state) VALUES (:staff_number, :at, :seat_id, :status, :reason, :state,"
        " :call_id, :previous_status, :previous_state)",
        values | {"at": at, "previous_status": str(previous_status), "previous_state": str(previous_state)},
    )


def load_agent_memory(conn: sqlite3.Connection) -> list[AgentMemory]:
    """What every agent was doing, by staff number."""
    return [_memory(row) for row in conn.execute(f"SELECT {', '.join(_MEMORY)} FROM agent_memory")]


def count_presented(
    conn: sqlite3.Connection,
    *,
    staff_number: str,
    call_id: str,
    presented_at: Millis,
    ended: str,
    at: Millis,
) -> None:
    """Write down how a presentation ended; told twice it counts once."""
    conn.execute(
        "INSERT INTO presentations (staff_number, presented_at, call_id, ended, ended_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # OR IGNORE would also swallow a broken CHECK
        (safe(staff_number), presented_at, safe(call_id), ended, at),
    )


def agent_day(conn: sqlite3.Connection, staff_number: str, since: Millis, until: Millis) -> AgentDay:
    """An agent's figures of a time, `until` excluded.

    presented, answered, rona, rejected: presentations that began in the time. talk, hold and wrap-up: of the
    shares of calls that began in the time, talk with whomever. dispositions: of the calls answered in it.
    break_ms and logged_in_ms: from the history of changes, cut at both ends; a break counts as logged in.
    """
    ended = _presentations(conn, staff_number, since, until)
    talk_ms, hold_ms, wrap_up_ms = _call_times(conn, staff_number, since, until)
    break_ms, logged_in_ms = _status_times(conn, staff_number, since, until)
    return AgentDay(
        staff_number=staff_number,
        presented=sum(ended.values()),
        answered=ended.get("answered", 0),
        rona=ended.get("rona", 0),
        rejected=ended.get("rejected", 0),
        talk_ms=talk_ms,
        hold_ms=hold_ms,
        wrap_up_ms=wrap_up_ms,
        break_ms=break_ms,
        logged_in_ms=logged_in_ms,
        by_disposition=_dispositions(conn, staff_number, since, until),
    )


def _presentations(conn: sqlite3.Connection, staff: str, since: Millis, until: Millis) -> dict[str, int]:
    rows = conn.execute(
        "SELECT ended, count(*) FROM presentations"
        " WHERE staff_number = ? AND presented_at >= ? AND presented_at < ? GROUP BY ended",
        (staff, since, until),
    )
    return dict(rows.fetchall())


def _call_times(
    conn: sqlite3.Connection, staff: str, since: Millis, until: Millis
) -> tuple[Millis, Millis, Millis]:
    row = conn.execute(
        "SELECT coalesce(sum(talk_ms + consult_ms), 0), coalesce(sum(hold_ms), 0),"
        " coalesce(sum(wrap_up_ms), 0) FROM call_parts"
        " WHERE staff_number = ? AND began_at >= ? AND began_at < ?",
        (staff, since, until),
    ).fetchone()
    return row[0], row[1], row[2]


def _status_times(
    conn: sqlite3.Connection, staff: str, since: Millis, until: Millis
) -> tuple[Millis, Millis]:
    before = conn.execute(
        "SELECT status FROM agent_changes WHERE staff_number = ? AND at < ?"
        " ORDER BY at DESC, id DESC LIMIT 1",
        (staff, since),
    ).fetchone()
    changes = conn.execute(
        "SELECT at, status FROM agent_changes WHERE staff_number = ? AND at >= ? AND at < ? ORDER BY at, id",
        (staff, since, until),
    ).fetchall()
    spent = dict.fromkeys(AgentStatus, 0)
    status, began = AgentStatus(before[0]) if before else AgentStatus.LOGGED_OUT, since
    for at, new_status in (*changes, (until, status)):
        spent[status] += at - began
        status, began = AgentStatus(new_status), at
    return spent[AgentStatus.BREAK], spent[AgentStatus.BREAK] + spent[AgentStatus.READY]


def _dispositions(conn: sqlite3.Connection, staff: str, since: Millis, until: Millis) -> dict[str, int]:
    rows = conn.execute(
        """
        SELECT n.disposition, count(*) FROM calls c
        JOIN call_notes n ON n.id = (SELECT max(id) FROM call_notes WHERE call_id = c.call_id)
        WHERE c.staff_number = ? AND c.answered_at >= ? AND c.answered_at < ? AND c.answered_at > 0
            AND n.disposition <> ''
        GROUP BY n.disposition ORDER BY count(*) DESC, n.disposition
        """,
        (staff, since, until),
    )
    return dict(rows.fetchall())


def _memory(row: tuple[Any, ...]) -> AgentMemory:
    values = dict(zip(_MEMORY, row, strict=True))
    values["status"] = AgentStatus(values["status"])
    values["state"] = AgentState(values["state"])
    return AgentMemory(**values)
