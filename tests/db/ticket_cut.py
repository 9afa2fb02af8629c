"""A deed on tickets that is cut after each of its statements: in this process, and by killing one.

    python -m tests.db.ticket_cut DATABASE DEED

For each statement a child is killed in the middle of the deed, and what is in the database then is compared
with what was there before; the last child is killed when all is written and nobody has been told. Prints how
many children were killed, how many of them had left a trace, and whether the last one's deed is there.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from db.connection import open_writer, transaction
from db.ticket_calls import report_ticket
from db.ticket_files import attach
from db.ticket_outages import confirm_outage
from db.tickets import act_on, create_ticket
from engine.core.notices import Notice, NoticeKind
from engine.core.tickets.records import Act, NewTicket
from engine.core.tickets.states import Deed
from tests.db.ticket_world import AGENT, BOSS, DAY, HOUR, LI, RULES, T0, VOICE

FIRST, SECOND = f"{DAY}001", f"{DAY}002"
NEW = NewTicket(key="cut", type="fault", text="没有信号", line="tv", fault="no_signal", phone=LI)
FILE = replace(VOICE, ticket=FIRST)
NOTICE = Notice(kind=NoticeKind.OUTAGE, from_at=T0, until_at=T0 + HOUR, text="城东检修", by="9001", at=T0)
Connection = sqlite3.Connection


def _act(act: Act) -> Callable[[Connection], object]:
    return lambda conn: act_on(conn, FIRST, act, AGENT, RULES, T0 + 5)


DEEDS: dict[str, Callable[[Connection], object]] = {
    "create": lambda conn: create_ticket(conn, NEW, AGENT, RULES, T0 + 5, DAY),
    "report": lambda conn: report_ticket(conn, NEW, VOICE, RULES, T0 + 5, DAY),
    "reply": _act(Act(deed=Deed.REPLY, text="已修好")),
    "merge": _act(Act(deed=Deed.MERGE, target=SECOND, text="同一故障")),
    "attach": lambda conn: attach(conn, FILE, AGENT, RULES, T0 + 5),
    "outage": lambda conn: confirm_outage(conn, 1, NOTICE, BOSS, RULES, T0 + 5),
}


class Cutting:
    """A connection with a saw: after statement number `after` it calls `cut`."""

    def __init__(self, conn: Connection, after: int, cut: Callable[[], None]) -> None:
        self._conn = conn
        self._after = after
        self._cut = cut
        self.statements = 0

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._counted(self._conn.execute(sql, *values))

    def executemany(self, sql: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        return self._counted(self._conn.executemany(sql, rows))

    def _counted(self, cursor: sqlite3.Cursor) -> sqlite3.Cursor:
        self.statements += 1
        if self.statements == self._after:
            self._cut()
        return cursor


def everything(conn: Connection) -> list[tuple[Any, ...]]:
    """All that a deed on tickets touches; the search by what is found."""
    tables = ("tickets", "ticket_steps", "ticket_files", "ticket_answers", "outage_suspects", "notices")
    rows = [row for table in (*tables, "outage_watchers") for row in conn.execute(f"SELECT * FROM {table}")]
    for word in ("t信号", "o", "e0001"):
        rows += conn.execute("SELECT rowid FROM ticket_search WHERE ticket_search MATCH ?", (f'"{word}"',))
    return rows


def statements_of(conn: Connection, deed: str) -> int:
    """How many statements the deed takes; it is taken back."""
    counting = Cutting(conn, 0, lambda: None)
    conn.execute("BEGIN IMMEDIATE")
    DEEDS[deed](counting)  # type: ignore[arg-type]
    conn.execute("ROLLBACK")
    return counting.statements


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _killed(path: Path, deed: str, after: int) -> bool:
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    conn = open_writer(path)
    with transaction(conn):
        DEEDS[deed](Cutting(conn, after, _die))  # type: ignore[arg-type]
    _die()
    return False


def _looked_at(path: Path) -> list[tuple[Any, ...]]:
    conn = open_writer(path)
    rows = everything(conn)
    conn.close()
    return rows


def main(path: Path, deed: str) -> None:
    conn = open_writer(path)
    count = statements_of(conn, deed)
    conn.close()
    before = _looked_at(path)
    killed = traces = 0
    for after in range(1, count + 1):
        killed += _killed(path, deed, after)
        traces += _looked_at(path) != before
    killed += _killed(path, deed, 0)
    print(killed - count, traces, _looked_at(path) != before)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
