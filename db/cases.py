"""Cases as they are stored: told by callers, seen to by the office. Lists and searches are in `case_lists`.

Whatever a caller changes comes with a key: asked once more, it is answered as before, and nothing is done.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from db.errors import Invalid, NotFound, Stale
from db.text import checked, safe
from engine.core.cases import CALLER, Case, CaseChange, CaseDeed, CaseKind, CaseRecording, CaseState, NewCase
from engine.core.records import Millis

MAX_TECHNICIAN = 60
MAX_REMARK = 500
DONE, ALREADY, GONE, REFUSED = "done", "already", "gone", "refused"
OPEN_STATES = (CaseState.NEW, CaseState.DISPATCHED)
REMEMBERED_MS = 30 * 86_400_000  # so long callers hear of a finished case, and may give it a mark

NAMES = tuple(field.name for field in fields(Case))
COLUMNS = ", ".join(f"c.{name}" for name in NAMES)
OPEN = "c.state IN ('new', 'dispatched')"
# Told by this customer, or from one of this customer's numbers when nobody knew who it was.
OF_CUSTOMER = (
    "(c.customer_id = :customer_id OR (c.customer_id IS NULL AND c.cli IN"
    " (SELECT number FROM phones WHERE customer_id = :customer_id)))"
)


def case_of(row: tuple[Any, ...]) -> Case:
    """A case of a row that begins with COLUMNS."""
    values = dict(zip(NAMES, row, strict=False))
    values["kind"] = CaseKind(values["kind"])
    values["state"] = CaseState(values["state"])
    values["customer_id"] = values["customer_id"] or 0
    return Case(**values)


def case_by_number(conn: sqlite3.Connection, number: str) -> Case:
    """The case of a number. Raises NotFound."""
    row = conn.execute(f"SELECT {COLUMNS} FROM cases c WHERE c.number = ?", (safe(number)[:40],)).fetchone()
    if row is None:
        raise NotFound("case", number[:40])
    return case_of(row)


# What callers do


def report_case(conn: sqlite3.Connection, new: NewCase) -> tuple[str, Case]:
    """Take a case down, or find that the same matter of the same customer is open already.

    The voice message is added to the one or the other.
    """
    answered = _answered(conn, new.key)
    if answered is not None:
        return answered[0], case_by_number(conn, answered[1])
    case = _open_case_of(conn, new) if new.kind is CaseKind.FAULT else None
    outcome = DONE if case is None else ALREADY
    case = _insert(conn, new) if case is None else _again(conn, case, new)
    if new.recording is not None:
        _attach(conn, case, new.recording)
    _keep_answer(conn, new.key, outcome, case.number)
    return outcome, case


def remark_case(
    conn: sqlite3.Connection, key: str, number: str, customer_id: int, recording: CaseRecording, at: Millis
) -> str:
    """Add a spoken remark to an own case."""

    def work(case: Case) -> str:
        _attach(conn, case, recording)
        _store(conn, replace(case, changed_at=at))
        return DONE

    return _of_caller(conn, key, number, customer_id, at, work)


def rate_case(
    conn: sqlite3.Connection, key: str, number: str, customer_id: int, score: int, at: Millis
) -> str:
    """Give a finished own case a mark of 1 to 5; the last one counts."""

    def work(case: Case) -> str:
        if case.state is not CaseState.DONE or not 1 <= score <= 5:
            return REFUSED
        _store(conn, replace(case, score=score, changed_at=at))
        _add_step(conn, case.id, at, CALLER, CaseDeed.RATED, str(score))
        return DONE

    return _of_caller(conn, key, number, customer_id, at, work)


def cancel_case(conn: sqlite3.Connection, key: str, number: str, customer_id: int, at: Millis) -> str:
    """The customer does not want an own case to be seen to any more."""

    def work(case: Case) -> str:
        if case.state not in OPEN_STATES:
            return REFUSED if case.state is CaseState.DONE else DONE
        _store(conn, replace(case, state=CaseState.CANCELLED, done_at=at, changed_at=at))
        _add_step(conn, case.id, at, CALLER, CaseDeed.STATE, CaseState.CANCELLED)
        return DONE

    return _of_caller(conn, key, number, customer_id, at, work)


def _of_caller(
    conn: sqlite3.Connection,
    key: str,
    number: str,
    customer_id: int,
    at: Millis,
    work: Callable[[Case], str],
) -> str:
    answered = _answered(conn, key)
    if answered is not None:
        return answered[0]
    row = conn.execute(
        f"SELECT {COLUMNS} FROM cases c WHERE c.number = :number AND {OF_CUSTOMER}"
        f" AND ({OPEN} OR c.done_at >= :since)",
        {"number": safe(number)[:40], "customer_id": customer_id, "since": at - REMEMBERED_MS},
    ).fetchone()
    outcome = GONE if row is None else work(case_of(row))
    _keep_answer(conn, key, outcome, "" if row is None else row[NAMES.index("number")])
    return outcome


def _open_case_of(conn: sqlite3.Connection, new: NewCase) -> Case | None:
    whose = OF_CUSTOMER if new.customer_id else "(c.cli = :cli AND c.cli <> '')"
    row = conn.execute(
        f"SELECT {COLUMNS} FROM cases c WHERE c.kind = 'fault' AND {OPEN}"
        f" AND c.line = :line AND c.fault = :fault AND {whose} ORDER BY c.id LIMIT 1",
        {"line": new.line, "fault": new.fault, "customer_id": new.customer_id, "cli": safe(new.cli)},
    ).fetchone()
    return None if row is None else case_of(row)


def _insert(conn: sqlite3.Connection, new: NewCase) -> Case:
    (count,) = conn.execute(
        "SELECT coalesce(max(count), 0) + 1 FROM cases WHERE day = ?", (new.day,)
    ).fetchone()
    values = {
        "number": f"{new.day}{count:03d}",
        "day": new.day,
        "count": count,
        "kind": new.kind,
        "line": new.line,
        "fault": new.fault,
        "customer_id": new.customer_id,
        "cli": safe(new.cli),
        "call_id": safe(new.call_id),
        "at": new.at,
        "expected_at": new.expected_at,
    }
    conn.execute(
        "INSERT INTO cases (number, day, count, kind, line, fault, state, customer_id, cli, call_id,"
        " reported_at, expected_at, technician, score, done_at, changed_at, version)"
        " VALUES (:number, :day, :count, :kind, :line, :fault, 'new',"
        " (SELECT id FROM customers WHERE id = :customer_id), :cli, :call_id,"
        " :at, :expected_at, '', 0, 0, :at, 1)",
        values,
    )
    case = case_by_number(conn, str(values["number"]))
    _add_step(conn, case.id, new.at, CALLER, CaseDeed.REPORTED, new.call_id)
    return case


def _again(conn: sqlite3.Connection, case: Case, new: NewCase) -> Case:
    _add_step(conn, case.id, new.at, CALLER, CaseDeed.AGAIN, new.call_id)
    return _store(conn, replace(case, changed_at=new.at))


# What the office does


def update_case(conn: sqlite3.Connection, number: str, change: CaseChange, who: str, at: Millis) -> Case:
    """Change a case; each change is a step of its own. Raises NotFound, Invalid, Stale."""
    case = case_by_number(conn, number)
    if change.version and change.version != case.version:
        raise Stale("case", number)
    after, steps = _changed(case, change, at)
    remark = checked(change.remark, "remark", MAX_REMARK)
    if remark:
        steps.append((CaseDeed.REMARK, remark))
    if not steps:
        return case
    for deed, detail in steps:
        _add_step(conn, case.id, at, who, deed, detail)
    return _store(conn, replace(after, changed_at=at))


def _changed(case: Case, change: CaseChange, at: Millis) -> tuple[Case, list[tuple[CaseDeed, str]]]:
    steps: list[tuple[CaseDeed, str]] = []
    if change.state is not None and change.state is not case.state:
        done_at = 0 if change.state in OPEN_STATES else at
        case = replace(case, state=change.state, done_at=done_at)
        steps.append((CaseDeed.STATE, change.state))
    if change.technician is not None:
        technician = checked(change.technician, "technician", MAX_TECHNICIAN)
        if technician != case.technician:
            case = replace(case, technician=technician)
            steps.append((CaseDeed.TECHNICIAN, technician))
    if change.expected_at is not None and change.expected_at != case.expected_at:
        if change.expected_at < case.reported_at:
            raise Invalid("too_early", "expected")
        case = replace(case, expected_at=change.expected_at)
        steps.append((CaseDeed.EXPECTED, str(change.expected_at)))
    return case, steps


# Rows


def _store(conn: sqlite3.Connection, case: Case) -> Case:
    case = replace(case, version=case.version + 1)
    conn.execute(
        "UPDATE cases SET state = ?, technician = ?, expected_at = ?, score = ?, done_at = ?, changed_at = ?,"
        " version = ? WHERE id = ?",
        (
            case.state,
            case.technician,
            case.expected_at,
            case.score,
            case.done_at,
            case.changed_at,
            case.version,
            case.id,
        ),
    )
    return case


def _attach(conn: sqlite3.Connection, case: Case, recording: CaseRecording) -> None:
    conn.execute(
        "INSERT INTO case_recordings (case_id, name, at, length_ms, size, sha256, error)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (
            case.id,
            safe(recording.name),
            recording.at,
            recording.length_ms,
            recording.size,
            recording.sha256,
            safe(recording.error),
        ),
    )


def _add_step(
    conn: sqlite3.Connection, case_id: int, at: Millis, who: str, deed: CaseDeed, detail: str
) -> None:
    conn.execute(
        "INSERT INTO case_steps (case_id, at, who, deed, detail) VALUES (?, ?, ?, ?, ?)",
        (case_id, at, safe(who), deed, safe(detail)),
    )


def _answered(conn: sqlite3.Connection, key: str) -> tuple[str, str] | None:
    row = conn.execute("SELECT outcome, number FROM case_answers WHERE key = ?", (safe(key),)).fetchone()
    return None if row is None else (row[0], row[1])


def _keep_answer(conn: sqlite3.Connection, key: str, outcome: str, number: str) -> None:
    conn.execute(
        "INSERT INTO case_answers (key, outcome, number) VALUES (?, ?, ?)", (safe(key), outcome, number)
    )
