"""Wrong passwords and wrong card secrets: counted on disk, so that a restart gives nobody new tries."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from engine.core.records import Millis

KEPT_DAYS_MS = 8 * 86_400_000  # for the office's questions; they count on their own day only


class TryKind(StrEnum):
    """What was tried."""

    SIGN_IN = "sign_in"
    CARD = "card"


class Gate(StrEnum):
    """Whether another try is allowed.

    SHUT is for a customer with no tries left who is addressed by another number than those that were
    keyed in wrongly: to say LOCKED would tell that both numbers belong to one customer.
    """

    OPEN = "open"
    LOCKED = "locked"
    SHUT = "shut"


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLimits:
    """How many wrong ones: in one call, and on one day."""

    a_call: int
    a_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try. `subject` is the number as it was keyed; `customer_id` 0: nobody's. `day` is the site's."""

    kind: TryKind
    subject: str
    customer_id: int
    call_id: str
    day: str
    at: Millis


def gate(conn: sqlite3.Connection, attempt: Try, limits: TryLimits, *, of_subject: int) -> Gate:
    """Whether this may be tried; `of_subject` is how many wrong ones a number keyed has on one day."""
    kind, day = attempt.kind, attempt.day
    if _count(conn, "call_id = ? AND kind = ?", attempt.call_id, kind) >= limits.a_call:
        return Gate.LOCKED
    if _count(conn, "kind = ? AND subject = ? AND day = ?", kind, attempt.subject, day) >= of_subject:
        return Gate.LOCKED
    of_customer = _count(
        conn, "kind = ? AND customer_id = ? AND day = ?", kind, attempt.customer_id or None, day
    )
    return Gate.SHUT if of_customer >= limits.a_day else Gate.OPEN


def add_try(conn: sqlite3.Connection, attempt: Try) -> int:
    """Count a try as wrong; returns its id."""
    cursor = conn.execute(
        "INSERT INTO tries (kind, subject, customer_id, call_id, day, at) VALUES (?, ?, ?, ?, ?, ?)",
        (
            attempt.kind,
            attempt.subject,
            attempt.customer_id or None,
            attempt.call_id,
            attempt.day,
            attempt.at,
        ),
    )
    assert cursor.lastrowid is not None
    conn.execute("DELETE FROM tries WHERE at < ?", (attempt.at - KEPT_DAYS_MS,))
    return cursor.lastrowid


def take_back_try(conn: sqlite3.Connection, try_id: int) -> None:
    """It was right."""
    conn.execute("DELETE FROM tries WHERE id = ?", (try_id,))


def forgive(conn: sqlite3.Connection, kind: TryKind, *, subject: str = "", customer_id: int = 0) -> int:
    """Forget the wrong tries for a number, or of a customer; how many."""
    cursor = conn.execute(
        "DELETE FROM tries WHERE kind = ? AND (subject = ? OR customer_id = ?)",
        (kind, subject, customer_id or None),
    )
    return cursor.rowcount


def _count(conn: sqlite3.Connection, where: str, *values: str | int | None) -> int:
    return int(conn.execute(f"SELECT count(*) FROM tries WHERE {where}", values).fetchone()[0])
