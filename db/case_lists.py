"""Which cases there are: for the office, and those of one customer."""

import sqlite3
from collections.abc import Sequence

from db.cases import COLUMNS, NAMES, OF_CUSTOMER, OPEN, REMEMBERED_MS, case_by_number, case_of
from db.text import safe
from engine.core.cases import Case, CaseDeed, CaseKind, CaseRecording, CaseState, CaseStep
from engine.core.records import Millis

MOST_OF_ONE = 9  # that a caller hears
_WITH_NAME = (
    f"SELECT {COLUMNS}, coalesce(k.name, '') FROM cases c LEFT JOIN customers k ON k.id = c.customer_id"
)


def list_cases(
    conn: sqlite3.Connection,
    *,
    states: Sequence[CaseState] = (),
    kind: CaseKind | None = None,
    customer_id: int = 0,
    cli: str = "",
    since: Millis = 0,
    until: Millis = 0,
    before_id: int = 0,
    limit: int = 100,
) -> list[tuple[Case, str]]:
    """Cases with the names of the customers, the newest first; `before_id` continues a list."""
    where = ["c.reported_at >= :since", "(:until = 0 OR c.reported_at < :until)"]
    if states:
        where.append(f"c.state IN ({', '.join(repr(str(state)) for state in states)})")
    if kind is not None:
        where.append("c.kind = :kind")
    if customer_id:
        where.append(OF_CUSTOMER)
    if cli:
        where.append("c.cli = :cli")
    if before_id:
        where.append("c.id < :before_id")
    rows = conn.execute(
        f"{_WITH_NAME} WHERE {' AND '.join(where)} ORDER BY c.id DESC LIMIT :limit",
        {
            "since": since,
            "until": until,
            "kind": kind,
            "customer_id": customer_id,
            "cli": safe(cli),
            "before_id": before_id,
            "limit": limit,
        },
    )
    return [(case_of(row), row[len(NAMES)]) for row in rows]


def show_case(conn: sqlite3.Connection, number: str) -> tuple[Case, str, list[CaseStep], list[CaseRecording]]:
    """A case, the customer's name, the steps and voice messages, the oldest first. Raises NotFound."""
    case = case_by_number(conn, number)
    name = conn.execute("SELECT name FROM customers WHERE id = ?", (case.customer_id,)).fetchone()
    steps = conn.execute(
        "SELECT at, who, deed, detail FROM case_steps WHERE case_id = ? ORDER BY id", (case.id,)
    )
    recordings = conn.execute(
        "SELECT name, at, length_ms, size, sha256, error FROM case_recordings WHERE case_id = ?"
        " ORDER BY at, name",
        (case.id,),
    )
    return (
        case,
        "" if name is None else name[0],
        [
            CaseStep(at=at, who=who, deed=CaseDeed(deed), detail=detail)
            for at, who, deed, detail in steps.fetchall()
        ],
        [
            CaseRecording(name=name, at=at, length_ms=length_ms, size=size, sha256=sha256, error=error)
            for name, at, length_ms, size, sha256, error in recordings.fetchall()
        ],
    )


def own_cases(conn: sqlite3.Connection, customer_id: int, now: Millis) -> list[Case]:
    """What a customer may hear of: open cases, the newest first, then finished ones without a mark."""
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM cases c WHERE {OF_CUSTOMER}"
        f" AND ({OPEN} OR (c.state = 'done' AND c.score = 0 AND c.done_at >= :since))"
        f" ORDER BY {OPEN} DESC, c.id DESC LIMIT :limit",
        {"customer_id": customer_id, "since": now - REMEMBERED_MS, "limit": MOST_OF_ONE},
    )
    return [case_of(row) for row in rows]


def count_open_cases(conn: sqlite3.Connection, customer_id: int) -> int:
    """How many cases of a customer are not finished."""
    row = conn.execute(
        f"SELECT count(*) FROM cases c WHERE {OPEN} AND {OF_CUSTOMER}", {"customer_id": customer_id}
    ).fetchone()
    return int(row[0])


def in_a_case(conn: sqlite3.Connection, name: str) -> bool:
    """Whether a case has the voice message of this file."""
    return conn.execute("SELECT 1 FROM case_recordings WHERE name = ?", (safe(name),)).fetchone() is not None
