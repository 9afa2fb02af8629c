"""One payment in a process of its own that is killed at a statement of its transaction.

    python -m tests.db.billing_cut DATABASE DEED STATEMENT

STATEMENT 0 is before the transaction begins; -1 is after it was committed, before anybody is told.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
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


def main(path: str, deed: str, after: int) -> None:
    conn = open_writer(Path(path))
    if after == 0:
        die()
    with transaction(conn):
        DEEDS[deed](Cutting(conn, after, die))  # type: ignore[arg-type]
    if after == -1:
        die()
    conn.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
