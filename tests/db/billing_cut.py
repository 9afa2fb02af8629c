"""Payments in processes of their own that are killed at a statement, or have no room on the disk.

    python -m tests.db.billing_cut DATABASE

Each line on standard input is one: `killed DEED STATEMENT` or `no-room DEED BYTES`; how its process ended is
answered in a line: a code as that of `subprocess`, and the words that came last. STATEMENT 0 is before the
transaction begins; -1 is after it was committed, before anybody is told. The processes are forks: to load
everything for each of them would take most of the time.
"""

import os
import resource
import signal
import sqlite3
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from db.connection import open_writer, transaction
from engine.core.boss import BossAccount, Reply
from tests.db.billing_world import order_offer, pay_by_card

KEY = "c-1:7"
ACCOUNT = BossAccount(customer_id=1, customer_number="20000001")
DEEDS: dict[str, Callable[[sqlite3.Connection], Reply]] = {
    "recharge": lambda conn: pay_by_card(conn, ACCOUNT, KEY),
    "order": lambda conn: order_offer(conn, ACCOUNT, KEY),
}


class Cutting:
    """A connection with a saw: after statement number `after` it calls `cut`."""

    def __init__(self, conn: sqlite3.Connection, after: int, cut: Callable[[], None]) -> None:
        self._conn = conn
        self._after = after
        self._cut = cut
        self.statements = 0

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        cursor = self._conn.execute(sql, *values)
        self.statements += 1
        if self.statements == self._after:
            self._cut()
        return cursor


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(path: Path, deed: str, after: int) -> None:
    conn = open_writer(path)
    if after == 0:
        die()
    with transaction(conn):
        DEEDS[deed](Cutting(conn, after, die))  # type: ignore[arg-type]
    if after == -1:
        die()
    conn.close()


def no_room(path: Path, deed: str, room: int) -> None:
    """The log of the database may grow by so many bytes; what comes of it is what a full disk brings."""
    conn = open_writer(path)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    wal = path.with_name(path.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal + room, resource.RLIM_INFINITY))
    with transaction(conn):
        DEEDS[deed](conn)


def in_a_fork(work: Callable[[], None]) -> tuple[int, str]:
    """How a child process ended that did this: its code, and what was wrong."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        code = 0
        try:
            work()
        except sqlite3.Error as error:
            os.write(write, str(error).encode())
            code = 1
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as words:
        said = words.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def main(path: Path) -> None:
    for line in sys.stdin:
        kind, deed, number = line.split()
        work = {"killed": killed, "no-room": no_room}[kind]
        print(*in_a_fork(partial(work, path, deed, int(number))), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
