"""What hangs on a customer, and how it goes over to another one and back again, row by row.

Rows of most tables just get another customer. Of some a customer may have a thing once only: there the row
goes over when the other one has no such thing, and is put by when it has.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.core.customers.records import LeftBehind

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table whose rows belong to one customer; `word` is what people are told."""

    table: str
    key: tuple[str, ...]
    word: str
    column: str = "customer_id"


@dataclass(frozen=True, slots=True)
class _Once:
    """A table in which a customer has a thing once: `thing` are the columns that say which."""

    table: str
    thing: tuple[str, ...]
    word: str
    order: str = ""  # column with the place in a list


ROWS = (
    _Rows("calls", ("call_id",), "call"),
    _Rows("call_notes", ("id",), "note"),
    _Rows("callbacks", ("id",), "callback"),
    _Rows("tickets", ("id",), "ticket"),
    _Rows("outage_watchers", ("notice_id", "number"), "outage"),
    _Rows("payments", ("id",), "payment"),
    _Rows("tries", ("id",), "try"),
    _Rows("boss_requests", ("key",), "request"),
    _Rows("source_records", ("id",), "source"),
    _Rows("customer_addresses", ("id",), "address"),
    _Rows("customer_accounts", ("id",), "account"),
    _Rows("customer_devices", ("id",), "device"),
    _Rows("customer_persons", ("id",), "person"),
    _Rows("customers", ("id",), "merged", "merged_into"),
)
ONCE = (
    _Once("phones", ("number",), "phone", "position"),
    _Once("customer_packages", ("package_id",), "package", "position"),
    _Once("subscriptions", ("package_id",), "subscription"),
    _Once("customer_tags", ("tag",), "tag"),
    _Once("bills", ("month", "item"), "bill"),
    _Once("customer_passwords", (), "password"),
    _Once("customer_own", ("field",), "own"),
)
_ROWS = {one.table: one for one in ROWS}
_ONCE = {one.table: one for one in ONCE}


@dataclass(frozen=True, slots=True)
class Move:
    """One line of a merge's log."""

    place: str
    how: str
    before: Any
    after: Any


def move_all(conn: sqlite3.Connection, gone: int, keep: int) -> Iterator[Move]:
    """Everything that hangs on `gone` goes over to `keep`; tells what was done, in order."""
    for rows in ROWS:
        columns = ", ".join(rows.key)
        keys = conn.execute(
            f"UPDATE {rows.table} SET {rows.column} = ? WHERE {rows.column} = ? RETURNING {columns}",
            (keep, gone),
        ).fetchall()
        if keys:
            yield Move(rows.table, "moved", [list(key) for key in keys], [])
    for once in ONCE:
        for row in _read(conn, once, gone):
            yield _move_once(conn, once, row, keep)


def _move_once(conn: sqlite3.Connection, once: _Once, row: Row, keep: int) -> Move:
    _delete(conn, once, row)
    after = row | {"customer_id": keep}
    if once.table == "bills":
        after = _told_apart(conn, once, after)
    if _find(conn, once, after) is not None:
        return Move(once.table, "both", row, {})
    if once.order:
        after[once.order] = _next_place(conn, once, keep)
    _insert(conn, once.table, after)
    return Move(once.table, "moved", row, after)


def _told_apart(conn: sqlite3.Connection, once: _Once, row: Row) -> Row:
    """An item of a bill that both have is money twice: the second gets another name."""
    item, number = row["item"], 1
    while _find(conn, once, row) is not None:
        number += 1
        row = row | {"item": f"{item} ({number})"}
    return row


def put_back(conn: sqlite3.Connection, move: Move, keep: int, gone: int) -> Iterator[LeftBehind]:
    """Undo a move; tells what stays where it is, and why."""
    if move.place in _ROWS:
        yield from _put_rows_back(conn, _ROWS[move.place], move, keep, gone)
    else:
        yield from _put_once_back(conn, _ONCE[move.place], move)


def _put_rows_back(
    conn: sqlite3.Connection, rows: _Rows, move: Move, keep: int, gone: int
) -> Iterator[LeftBehind]:
    where = " AND ".join(f"{column} = ?" for column in rows.key)
    for key in move.before:
        found = conn.execute(f"SELECT {rows.column} FROM {rows.table} WHERE {where}", key).fetchone()
        if found is None or found[0] != keep:
            why = "removed" if found is None else "taken"
            yield LeftBehind(rows.word, " ".join(map(str, key)), why)
            continue
        conn.execute(f"UPDATE {rows.table} SET {rows.column} = ? WHERE {where}", (gone, *key))


def _put_once_back(conn: sqlite3.Connection, once: _Once, move: Move) -> Iterator[LeftBehind]:
    if move.how == "both":
        _insert(conn, once.table, move.before)
        return
    now = _find(conn, once, move.after)
    if now is None:
        yield LeftBehind(once.word, " ".join(str(move.before[name]) for name in once.thing), "removed")
        return
    _delete(conn, once, now)
    # What was changed in it meanwhile goes with it; the name, the place and the owner are the old ones.
    old = ("customer_id", *once.thing, *((once.order,) if once.order else ()))
    _insert(conn, once.table, now | {name: move.before[name] for name in old})


def as_json(value: object) -> str:
    """A row for the log; bytes are none of those that move."""
    return json.dumps(value, ensure_ascii=False)


def _read(conn: sqlite3.Connection, once: _Once, customer_id: int) -> list[Row]:
    order = f" ORDER BY {once.order}" if once.order else ""
    cursor = conn.execute(f"SELECT * FROM {once.table} WHERE customer_id = ?{order}", (customer_id,))
    return _rows_of(cursor)


def _find(conn: sqlite3.Connection, once: _Once, row: Row) -> Row | None:
    where, values = _which(once, row)
    found = _rows_of(conn.execute(f"SELECT * FROM {once.table} WHERE {where}", values))
    return found[0] if found else None


def _delete(conn: sqlite3.Connection, once: _Once, row: Row) -> None:
    where, values = _which(once, row)
    conn.execute(f"DELETE FROM {once.table} WHERE {where}", values)


def _which(once: _Once, row: Row) -> tuple[str, list[Any]]:
    columns: Sequence[str] = ("customer_id", *once.thing)
    return " AND ".join(f"{column} = ?" for column in columns), [row[column] for column in columns]


def _next_place(conn: sqlite3.Connection, once: _Once, customer_id: int) -> int:
    (last,) = conn.execute(
        f"SELECT coalesce(max({once.order}), -1) FROM {once.table} WHERE customer_id = ?", (customer_id,)
    ).fetchone()
    return int(last) + 1


def _insert(conn: sqlite3.Connection, table: str, row: Row) -> None:
    names = ", ".join(row)
    # Where somebody has put the same thing there meanwhile, it is there.
    conn.execute(
        f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})", row
    )


def _rows_of(cursor: sqlite3.Cursor) -> list[Row]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
