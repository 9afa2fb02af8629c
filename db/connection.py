"""Opens the database file, for writing once and for reading as often as needed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db import search_index, ticket_search
from db.customers import all_customers
from db.errors import Unusable
from db.schema import STEPS

BUSY_TIMEOUT_S = 5.0
WRITER_CACHE_KB = 4_000
READER_CACHE_KB = 8_000
SYNCHRONOUS = "FULL"  # a call that was stored survives a power cut, and counties have power cuts

_WHY = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_READONLY: "cannot_write",
    sqlite3.SQLITE_FULL: "disk_full",
}


def open_writer(path: Path) -> sqlite3.Connection:
    """The connection that writes; creates the file (readable by its owner only) and migrates it.

    Raises Unusable.
    """
    if not path.exists():
        path.touch(mode=0o600)
    conn = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    try:
        _prepare(conn, path)
    except BaseException:
        conn.close()
        raise
    return conn


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write."""
    uri = f"{path.absolute().as_uri()}?mode=ro"
    conn = sqlite3.connect(
        uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
    )
    try:
        conn.execute("PRAGMA query_only = ON")
        conn.execute(f"PRAGMA cache_size = -{READER_CACHE_KB}")
    except BaseException:  # the file is no database
        conn.close()
        raise
    return conn


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:  # a full disk makes SQLite roll back by itself
            conn.execute("ROLLBACK")
        raise


def _prepare(conn: sqlite3.Connection, path: Path) -> None:
    try:
        conn.execute("PRAGMA journal_mode = WAL")
        conn.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        conn.execute("PRAGMA foreign_keys = ON")
        conn.execute("PRAGMA recursive_triggers = ON")
        conn.execute(f"PRAGMA cache_size = -{WRITER_CACHE_KB}")
        conn.execute(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")
        applied = _applied_steps(conn)
    except sqlite3.DatabaseError as error:
        raise Unusable(_WHY.get(error.sqlite_errorcode & 0xFF, "damaged"), str(path), str(error)) from error
    unknown = applied - {name for name, _ in STEPS}
    if unknown:
        raise Unusable("newer_version", str(path), ", ".join(sorted(unknown)))
    if len(applied) < len(STEPS):
        from db.migrations import migrate  # sqlite-utils loads numpy (23 MB): only when there is work for it

        migrate(conn)
    if not search_index.is_current(conn):
        with transaction(conn):
            search_index.rebuild(conn, all_customers(conn))
    if not ticket_search.is_current(conn):
        with transaction(conn):
            ticket_search.rebuild(conn)


def _applied_steps(conn: sqlite3.Connection) -> set[str]:
    known = conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone()
    if known is None:
        return set()
    rows = conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = 'fourseat'")
    return {str(name) for (name,) in rows}
