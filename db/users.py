"""People of the centre and their PINs, which are known here only as argon2 hashes made by the caller."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from db.errors import Duplicate, Invalid, NotFound
from db.text import checked, safe
from engine.core.records import Millis, User
from engine.core.states import Role

_COLUMNS = "staff_number, name, role, department, disabled, locked_until"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What a log-in is checked against."""

    user: User
    pin_hash: str
    failed_attempts: int


def add_user(conn: sqlite3.Connection, user: User, pin_hash: str) -> User:
    """Add a person. Raises Duplicate, Invalid."""
    staff_number = user.staff_number
    if not re.fullmatch(r"[A-Za-z0-9]{1,16}", staff_number):
        raise Invalid("bad_staff_number", "staff_number", staff_number[:40])
    name = checked(user.name, "name", 40)
    if not name:
        raise Invalid("required", "name")
    if find_user(conn, staff_number) is not None:
        raise Duplicate("staff_number", staff_number)
    conn.execute(
        "INSERT INTO users (staff_number, name, role, department, pin_hash, disabled)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (staff_number, name, user.role, safe(user.department)[:64], pin_hash, int(user.disabled)),
    )
    return get_user(conn, staff_number)


def list_users(conn: sqlite3.Connection) -> list[User]:
    """Everybody, by staff number."""
    return [_user(row) for row in conn.execute(f"SELECT {_COLUMNS} FROM users ORDER BY staff_number")]


def find_user(conn: sqlite3.Connection, staff_number: str) -> User | None:
    """The person of a staff number, None when there is none."""
    found = credentials(conn, staff_number)
    return None if found is None else found.user


def get_user(conn: sqlite3.Connection, staff_number: str) -> User:
    """The person of a staff number. Raises NotFound."""
    user = find_user(conn, staff_number)
    if user is None:
        raise NotFound("staff_number", staff_number)
    return user


def credentials(conn: sqlite3.Connection, staff_number: str) -> Credentials | None:
    """What a log-in with this staff number is checked against, None when there is no such person."""
    row = conn.execute(
        f"SELECT {_COLUMNS}, pin_hash, failed_attempts FROM users WHERE staff_number = ?",
        (staff_number.encode("utf-8", "replace").decode("utf-8")[:64],),
    ).fetchone()
    if row is None:
        return None
    return Credentials(user=_user(row), pin_hash=row[6], failed_attempts=row[7])


def disable_user(conn: sqlite3.Connection, staff_number: str) -> User:
    """The person may not log in any more; what they did stays. Raises NotFound."""
    return _change(conn, staff_number, "disabled = 1")


def enable_user(conn: sqlite3.Connection, staff_number: str) -> User:
    """The person may log in again. Raises NotFound."""
    return _change(conn, staff_number, "disabled = 0, failed_attempts = 0, locked_until = 0")


def set_department(conn: sqlite3.Connection, staff_number: str, department: str) -> User:
    """Move a person to a department, by its id; empty: the office. Raises NotFound."""
    return _change(conn, staff_number, "department = ?", safe(department)[:64])


def reset_pin(conn: sqlite3.Connection, staff_number: str, pin_hash: str) -> User:
    """Set a new PIN and lift a lock. Raises NotFound."""
    return _change(conn, staff_number, "pin_hash = ?, failed_attempts = 0, locked_until = 0", pin_hash)


def record_failed_pin(
    conn: sqlite3.Connection, staff_number: str, at: Millis, *, attempts: int, lock_ms: int
) -> User:
    """Count a wrong PIN; the last of `attempts` locks the person for `lock_ms`. Raises NotFound."""
    found = credentials(conn, staff_number)
    if found is None:
        raise NotFound("staff_number", staff_number)
    failed = found.failed_attempts + 1
    if failed < attempts:
        return _change(conn, staff_number, "failed_attempts = ?", failed)
    return _change(conn, staff_number, "failed_attempts = 0, locked_until = ?", at + lock_ms)


def clear_failures(conn: sqlite3.Connection, staff_number: str) -> User:
    """A right PIN: earlier wrong ones are forgotten. Raises NotFound."""
    return _change(conn, staff_number, "failed_attempts = 0, locked_until = 0")


def set_lock(conn: sqlite3.Connection, staff_number: str, locked_until: Millis) -> User:
    """Lock a person until then; 0 unlocks. Raises NotFound."""
    return _change(conn, staff_number, "failed_attempts = 0, locked_until = ?", locked_until)


def _change(conn: sqlite3.Connection, staff_number: str, assignment: str, *values: str | int) -> User:
    user = get_user(conn, staff_number)
    conn.execute(f"UPDATE users SET {assignment} WHERE staff_number = ?", (*values, user.staff_number))
    return get_user(conn, staff_number)


def _user(row: tuple[Any, ...]) -> User:
    return User(
        staff_number=row[0],
        name=row[1],
        role=Role(row[2]),
        department=row[3],
        disabled=bool(row[4]),
        locked_until=row[5],
    )
