"""What is on record of calls that are over: each has one row, and its times add up; no timer runs on."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from db.call_parts import parts_of
from db.calls import get_call
from db.connection import open_reader
from db.journal import head, read_journal
from engine.core.records import CallPart, CallRecord
from engine.core.states import Direction, EndedBy
from tests.support.centre import Whole
from tests.support.floor_checks import check_record

# A call that is over before anything was heard has no recording, and the log says so.
_FAULT = re.compile(r"^\S+ \S+ [EC] (?!engine\.daemon\.recordings )|^Traceback")
_ALWAYS = {"midnight"}
_OWNED = ("answered", "dialled", "taken_over", "transferred")


@contextmanager
def database(real: Whole) -> Iterator[sqlite3.Connection]:
    """The engine's database, to read in."""
    conn = open_reader(real.centre.site.paths.database)
    try:
        yield conn
    finally:
        conn.close()


def journal_end(real: Whole) -> int:
    """The number of the journal's last row."""
    with database(real) as conn:
        return head(conn)[0]


def timers_left(real: Whole, after: int) -> set[str]:
    """Timers that were set after this row of the journal, and neither fired nor were taken back."""
    timers: set[str] = set()
    with database(real) as conn:
        rows = read_journal(conn, after=after, limit=1_000_000)
    for _, row in rows:
        if row.kind == "effect.SetTimer":
            timers.add(_timer_of(row.body))
        elif row.kind in ("effect.CancelTimer", "event.TimerFired"):
            timers.discard(_timer_of(row.body))
    return timers - _ALWAYS


class EngineLog:
    """What the engine writes into its log from now on."""

    def __init__(self, real: Whole) -> None:
        self._file = real.centre.folder / "engine.log"
        self._began = self._file.stat().st_size

    def faults(self) -> list[str]:
        """What should never happen: steps that no machine knows, orders that broke."""
        with self._file.open("rb") as log:
            log.seek(self._began)
            lines = log.read().decode().splitlines()
        return [line for line in lines if _FAULT.search(line)]


def _timer_of(body: str) -> str:
    told: dict[str, Any] = msgspec.json.decode(body)
    return str(told["timer_id"])


def check_call(real: Whole, call_id: str) -> None:
    """The record of one call, and the shares of all who were in it."""
    with database(real) as conn:
        record, parts = get_call(conn, call_id), parts_of(conn, call_id)
    assert record is not None
    assert record.ended_at >= record.accepted_at > 0, record
    assert record.outcome is not None, record
    assert record.ended_by is not EndedBy.UNKNOWN, record
    if record.direction is Direction.INBOUND and not record.transfers:
        check_record(record)
    for part in parts:
        spent = part.talk_ms + part.hold_ms + part.consult_ms
        assert spent == part.ended_at - part.began_at, (record, part)
        assert record.accepted_at <= part.began_at <= part.ended_at <= record.ended_at, (record, part)
    _check_owners(record, parts)


def _check_owners(record: CallRecord, parts: list[CallPart]) -> None:
    """The customer was with one after another; what they did together is the call's own time."""
    owners = [part for part in parts if part.how in _OWNED and not part.party]
    if record.direction is Direction.INTERNAL:  # both are of the centre
        owners = [part for part in owners if part.how == "dialled"]
    spent = {part: part.ended_at - part.began_at for part in owners}
    own = record.talk_ms + record.hold_ms
    # Who was asked for help before has had other time too.
    least = sum(spent[part] for part in owners if part.how != "transferred")
    assert least <= own <= sum(spent.values()), (record, parts)
    assert bool(record.answered_at) == bool(owners), (record, parts)
    if owners:
        assert own <= record.ended_at - record.answered_at, (record, parts)
        assert min(part.began_at for part in owners) == record.answered_at, (record, parts)
