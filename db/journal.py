"""The journal: every event in and every effect out, append-only, each row sealed by the one before it.

hash = SHA-256(hash of the row before, seq, at, length of kind, kind, body): whoever changes, takes out or
slips in a row must rewrite all that follow, and `verify` names the first row that does not fit.
"""

import hashlib
import sqlite3
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from db.text import safe
from engine.core.records import Millis

_BEFORE_THE_FIRST = bytes(32)
_HEADER = struct.Struct(">qqI")


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRow:
    """One thing that came in or went out. `body` is its text form, one line."""

    at: Millis
    kind: str
    body: str


def append_many(conn: sqlite3.Connection, rows: Iterable[JournalRow]) -> int:
    """Append rows; returns the number of the last one."""
    seq, seal = head(conn)
    values = []
    for row in rows:
        seq += 1
        kind, body = safe(row.kind), safe(row.body)
        seal = _seal(seal, seq, row.at, kind, body)
        values.append((seq, row.at, kind, body, seal))
    conn.executemany("INSERT INTO journal (seq, at, kind, body, hash) VALUES (?, ?, ?, ?, ?)", values)
    return seq


def head(conn: sqlite3.Connection) -> tuple[int, bytes]:
    """Number and hash of the last row: kept elsewhere, they prove that nothing was cut off."""
    row = conn.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, _BEFORE_THE_FIRST) if row is None else (int(row[0]), bytes(row[1]))


def read_journal(
    conn: sqlite3.Connection, *, after: int = 0, limit: int = 1000
) -> list[tuple[int, JournalRow]]:
    """Rows behind a number, in order."""
    rows = conn.execute(
        "SELECT seq, at, kind, body FROM journal WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)
    )
    return [(seq, JournalRow(at=at, kind=kind, body=body)) for seq, at, kind, body in rows]


def verify(conn: sqlite3.Connection) -> int | None:
    """The number of the first row that was changed, taken out or slipped in; None when all is well."""
    expected, seal = 0, _BEFORE_THE_FIRST
    for seq, at, kind, body, stored in _all_rows(conn):
        expected += 1
        seal = _seal(seal, seq, at, kind, body)
        if seq != expected or stored != seal:
            return expected
    given = conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'journal'").fetchone()
    if given is not None and given[0] != expected:
        return expected + 1
    return None


def _all_rows(conn: sqlite3.Connection) -> Iterator[tuple[int, int, str, str, bytes]]:
    yield from conn.execute("SELECT seq, at, kind, body, hash FROM journal ORDER BY seq")


def _seal(before: bytes, seq: int, at: int, kind: str, body: str) -> bytes:
    kind_bytes = kind.encode()
    return hashlib.sha256(
        before + _HEADER.pack(seq, at, len(kind_bytes)) + kind_bytes + body.encode()
    ).digest()
