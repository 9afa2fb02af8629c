"""Runs of sources: each one that was begun, how far it came, how it ended."""

import sqlite3
from dataclasses import dataclass

from db.source_take import Became, Taken
from engine.core.records import Millis

RUNS_KEPT = 200  # of each source


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRun:
    """One run. `what`: the file; `trouble`: why it failed, as a code with `detail`; `ended_at` 0: it runs.

    Rows that are none of added, changed, aside and bad were the same as before.
    """

    id: int
    source: str
    what: str = ""
    state: str = "running"
    started_at: Millis
    ended_at: Millis = 0
    as_of: Millis = 0
    rows: int = 0
    added: int = 0
    changed: int = 0
    aside: int = 0
    bad: int = 0
    gone: int = 0
    balances_kept: int = 0
    trouble: str = ""
    detail: str = ""

    @property
    def unchanged(self) -> int:
        return max(0, self.rows - self.added - self.changed - self.aside - self.bad)


_COLUMNS = (
    "id, source, what, state, started_at, ended_at, as_of, rows, added, changed, aside, bad, gone,"
    " balances_kept, trouble, detail"
)


def begin_run(conn: sqlite3.Connection, source: str, what: str, as_of: Millis, now: Millis) -> SourceRun:
    """A run begins, or goes on with the counts of one that an end of the engine has cut off."""
    conn.execute(
        "UPDATE source_runs SET state = 'stopped', ended_at = max(started_at, ?), trouble = 'restarted'"
        " WHERE source = ? AND state = 'running' AND what <> ?",
        (now, source, what),
    )
    cut_off = conn.execute(
        "SELECT id FROM source_runs WHERE source = ? AND state = 'running' AND what = ?", (source, what)
    ).fetchone()
    if cut_off is not None:
        conn.execute(
            "UPDATE source_runs SET as_of = ?, rows = 0, bad = 0, aside = 0, gone = 0 WHERE id = ?",
            (as_of, cut_off[0]),
        )
        return get_run(conn, cut_off[0])
    conn.execute(
        "DELETE FROM source_runs WHERE source = ?1 AND state <> 'running' AND id NOT IN"
        " (SELECT id FROM source_runs WHERE source = ?1 ORDER BY id DESC LIMIT ?2)",
        (source, RUNS_KEPT),
    )
    cursor = conn.execute(
        "INSERT INTO source_runs (source, what, state, started_at, as_of) VALUES (?, ?, 'running', ?, ?)",
        (source, what, now, as_of),
    )
    assert cursor.lastrowid is not None
    return get_run(conn, cursor.lastrowid)


def count_run(conn: sqlite3.Connection, run_id: int, taken: Taken) -> None:
    """Some rows were taken over, in the same transaction: after a power cut the counts are right."""
    conn.execute(
        "UPDATE source_runs SET added = added + ?, changed = changed + ?, aside = aside + ?,"
        " balances_kept = balances_kept + ? WHERE id = ?",
        (
            taken.became[Became.ADDED],
            taken.became[Became.CHANGED],
            taken.became[Became.ASIDE],
            taken.balances_kept,
            run_id,
        ),
    )


def end_run(
    conn: sqlite3.Connection,
    run_id: int,
    state: str,
    now: Millis,
    *,
    rows: int,
    bad: int,
    gone: int = 0,
    trouble: str = "",
    detail: str = "",
) -> SourceRun:
    """A run has ended: done, failed or stopped."""
    conn.execute(
        "UPDATE source_runs SET state = ?, ended_at = max(started_at, ?, 1), rows = ?, bad = ?, gone = ?,"
        " trouble = ?, detail = ? WHERE id = ?",
        (state, now, rows, bad, gone, trouble, detail[:500], run_id),
    )
    return get_run(conn, run_id)


def get_run(conn: sqlite3.Connection, run_id: int) -> SourceRun:
    """One run that is there."""
    return _run(conn.execute(f"SELECT {_COLUMNS} FROM source_runs WHERE id = ?", (run_id,)).fetchone())


def last_runs(conn: sqlite3.Connection, source: str, limit: int = 1) -> list[SourceRun]:
    """The newest runs of a source, newest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM source_runs WHERE source = ? ORDER BY id DESC LIMIT ?", (source, limit)
    )
    return [_run(row) for row in rows]


def cut_off_runs(conn: sqlite3.Connection) -> list[SourceRun]:
    """Runs that were going on when the engine ended."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM source_runs WHERE state = 'running' ORDER BY id")
    return [_run(row) for row in rows]


def _run(row: tuple[object, ...]) -> SourceRun:
    return SourceRun(**dict(zip(_COLUMNS.replace(",", " ").split(), row, strict=True)))  # type: ignore[arg-type]
