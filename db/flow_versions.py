"""Versions of the voice menu: every text that ever answered callers, when it did, and what is to follow."""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from db.errors import NotFound
from engine.core.records import Millis

Files = Mapping[str, str]
"""Texts by file name, as the flow names them: the main file and those that it includes."""

_VERSION = "SELECT id, flow, at, who, note, files, digest FROM flow_versions"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowVersion:
    """One version. `live_at` is when it last went live, 0: never; `live`: it answers callers now."""

    id: int
    flow: str
    at: Millis
    who: str
    note: str
    files: Files
    digest: str
    live_at: Millis = 0
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledFlow:
    """A version that is to go live at `due_at`; `state` is waiting, done, cancelled or failed (`detail`)."""

    id: int
    flow: str
    version: int
    due_at: Millis
    who: str
    state: str = "waiting"
    detail: str = ""


def digest_of(files: Files) -> str:
    """Tells two sets of files apart, whatever their order."""
    return hashlib.sha256(json.dumps(dict(files), sort_keys=True).encode()).hexdigest()[:16]


def keep_version(
    conn: sqlite3.Connection, flow: str, files: Files, *, who: str, note: str, at: Millis
) -> FlowVersion:
    """Keep the files as a version; the newest one that says the same is taken instead of a new one."""
    digest = digest_of(files)
    row = conn.execute(
        f"{_VERSION} WHERE flow = ? AND digest = ? ORDER BY id DESC LIMIT 1", (flow, digest)
    ).fetchone()
    if row is not None and not note:
        return _version(row)
    cursor = conn.execute(
        "INSERT INTO flow_versions (flow, at, who, note, files, digest) VALUES (?, ?, ?, ?, ?, ?)",
        (flow, at, who, note, json.dumps(dict(files), ensure_ascii=False), digest),
    )
    return find_version(conn, flow, int(cursor.lastrowid or 0))


def find_version(conn: sqlite3.Connection, flow: str, number: int) -> FlowVersion:
    """A version by its number. Raises NotFound."""
    row = conn.execute(f"{_VERSION} WHERE flow = ? AND id = ?", (flow, number)).fetchone()
    if row is None:
        raise NotFound("version", number)
    return _version(row)


def list_versions(conn: sqlite3.Connection, flow: str, *, limit: int) -> list[FlowVersion]:
    """Versions with when they went live, newest first."""
    now = live_version(conn, flow)
    went_live = dict(
        conn.execute("SELECT version, max(at) FROM flow_activations WHERE flow = ? GROUP BY version", (flow,))
    )
    rows = conn.execute(f"{_VERSION} WHERE flow = ? ORDER BY id DESC LIMIT ?", (flow, limit))
    live = now.id if now is not None else 0
    return [_version(row, live_at=went_live.get(row[0], 0), live=row[0] == live) for row in rows]


def activate(conn: sqlite3.Connection, flow: str, version: int, *, who: str, why: str, at: Millis) -> None:
    """Note that a version answers callers from now on."""
    conn.execute(
        "INSERT INTO flow_activations (flow, version, at, who, why) VALUES (?, ?, ?, ?, ?)",
        (flow, version, at, who, why),
    )


def live_version(conn: sqlite3.Connection, flow: str) -> FlowVersion | None:
    """The version that answered callers last; None: nothing was ever noted."""
    row = conn.execute(
        "SELECT version FROM flow_activations WHERE flow = ? ORDER BY id DESC LIMIT 1", (flow,)
    ).fetchone()
    return None if row is None else find_version(conn, flow, row[0])


def version_before(conn: sqlite3.Connection, flow: str) -> FlowVersion | None:
    """The version that was live before the present one; going back twice is going forward again."""
    now = live_version(conn, flow)
    if now is None:
        return None
    row = conn.execute(
        "SELECT version FROM flow_activations WHERE flow = ? AND version <> ? ORDER BY id DESC LIMIT 1",
        (flow, now.id),
    ).fetchone()
    return None if row is None else find_version(conn, flow, row[0])


def schedule(conn: sqlite3.Connection, flow: str, version: int, *, who: str, due_at: Millis) -> ScheduledFlow:
    """Have a version go live at an instant."""
    cursor = conn.execute(
        "INSERT INTO flow_schedule (flow, version, due_at, who) VALUES (?, ?, ?, ?)",
        (flow, version, due_at, who),
    )
    number = int(cursor.lastrowid or 0)
    return ScheduledFlow(id=number, flow=flow, version=version, due_at=due_at, who=who)


def list_scheduled(conn: sqlite3.Connection, *, waiting: bool, limit: int = 100) -> list[ScheduledFlow]:
    """What is to go live, the next first; with `waiting` false also what was, newest first behind."""
    rows = conn.execute(
        """
        SELECT id, flow, version, due_at, who, state, detail FROM flow_schedule
        WHERE state = 'waiting' OR NOT ?
        ORDER BY state <> 'waiting', CASE WHEN state = 'waiting' THEN due_at ELSE -due_at END LIMIT ?
        """,
        (waiting, limit),
    )
    return [
        ScheduledFlow(
            id=row[0], flow=row[1], version=row[2], due_at=row[3], who=row[4], state=row[5], detail=row[6]
        )
        for row in rows
    ]


def settle_scheduled(conn: sqlite3.Connection, number: int, state: str, detail: str = "") -> None:
    """A waiting one is done, cancelled or failed. Raises NotFound where none of that number waits."""
    changed = conn.execute(
        "UPDATE flow_schedule SET state = ?, detail = ? WHERE id = ? AND state = 'waiting'",
        (state, detail, number),
    )
    if not changed.rowcount:
        raise NotFound("schedule", number)


def _version(
    row: tuple[int, str, int, str, str, str, str], *, live_at: Millis = 0, live: bool = False
) -> FlowVersion:
    number, flow, at, who, note, files, digest = row
    return FlowVersion(
        id=number,
        flow=flow,
        at=at,
        who=who,
        note=note,
        files=json.loads(files),
        digest=digest,
        live_at=live_at,
        live=live,
    )
