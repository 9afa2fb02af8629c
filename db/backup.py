"""Hot backup by SQLite's own backup API, and the proof that a backup can be used."""

import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from db.connection import open_reader
from db.errors import Unusable
from db.journal import verify

PAGES_A_STEP = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What a backup holds. It was read back and found whole."""

    path: Path
    size: int
    customers: int
    calls: int
    recordings: int
    journal_rows: int


def back_up(source: Path, target: Path, progress: Callable[[int, int], None] | None = None) -> BackupReport:
    """Copy the database while it is in use; the target appears only when it is whole.

    One read transaction sees one moment and keeps nobody from writing. `progress` gets pages done and all.
    Raises Unusable.
    """
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        _copy(source, partial, progress)
        report = check_backup(partial)
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
    return BackupReport(
        path=target,
        size=report.size,
        customers=report.customers,
        calls=report.calls,
        recordings=report.recordings,
        journal_rows=report.journal_rows,
    )


def restore(backup: Path, target: Path) -> BackupReport:
    """Put a backup in the place of a database that does not exist (any more). Raises Unusable.

    The engine must be stopped; an existing database is never overwritten, move it away first.
    """
    for path in (target, Path(f"{target}-wal"), Path(f"{target}-shm")):
        if path.exists():
            raise Unusable("exists", str(path))
    check_backup(backup)
    return back_up(backup, target)


def key_beside(backup: Path) -> Path:
    """Where a backup has the key of the recharge cards: the database holds their secrets as hashes only."""
    return backup.with_name(f"{backup.name}.key")


def copy_key(source: Path, target: Path) -> bool:
    """Copy a key, for its owner's eyes only; the target appears when it is whole. False: there is none."""
    if not source.exists():
        return False
    partial = target.with_name(target.name + ".partial")
    try:
        partial.unlink(missing_ok=True)
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(source.read_bytes())
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, target)
    except OSError as error:
        raise Unusable("cannot_copy", str(target), str(error)) from error
    finally:
        partial.unlink(missing_ok=True)
    return True


def check_backup(path: Path) -> BackupReport:
    """Read a backup through: integrity, foreign keys and the journal's chain. Raises Unusable."""
    if not path.exists():
        raise Unusable("cannot_open", str(path))
    try:
        conn = open_reader(path)
    except sqlite3.Error as error:
        raise Unusable("cannot_open", str(path), str(error)) from error
    try:
        return _checked(conn, path)
    except sqlite3.Error as error:
        raise Unusable("damaged", str(path), str(error)) from error
    finally:
        conn.close()


def _copy(source: Path, target: Path, progress: Callable[[int, int], None] | None) -> None:
    reader = open_reader(source)
    writer = sqlite3.connect(target, isolation_level=None)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # now the moment is fixed

        def tell(status: int, remaining: int, total: int) -> None:
            if progress is not None:
                progress(total - remaining, total)

        reader.backup(writer, pages=PAGES_A_STEP, progress=tell, sleep=0)
        writer.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it
    except sqlite3.Error as error:
        raise Unusable("cannot_copy", str(target), str(error)) from error
    finally:
        writer.close()
        reader.close()


def _checked(conn: sqlite3.Connection, path: Path) -> BackupReport:
    problems = conn.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if problems != "ok":
        raise Unusable("damaged", str(path), str(problems))
    if conn.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise Unusable("damaged", str(path), "foreign keys")
    broken = verify(conn)
    if broken is not None:
        raise Unusable("journal_broken", str(path), str(broken))
    counts = {
        table: int(conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in ("customers", "calls", "recordings", "journal")
    }
    return BackupReport(
        path=path,
        size=path.stat().st_size,
        customers=counts["customers"],
        calls=counts["calls"],
        recordings=counts["recordings"],
        journal_rows=counts["journal"],
    )
