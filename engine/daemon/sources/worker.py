"""The source worker: a process of its own, so that reading and making ready never keep a call waiting.

It reads one job from standard input and answers with JSON lines on standard output. It opens the engine's
database for reading only; what is to be written goes to the engine.
"""

import contextlib
import os
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import msgspec

from db.connection import open_reader
from db.source_parts import new_rows
from db.source_records import read_body
from db.source_rows import SourceRow
from db.source_take import Became, Plan, SourceTask, plan_row
from db.waiting_names import sorted_keys
from engine.core.customers.parts import COLUMNS, PART_NAMES, Values
from engine.core.records import Customer
from engine.daemon.sources.messages import Job, NamesJob, Piece
from engine.daemon.sources.reading import GONE_AT_ONCE, Reader, open_source, trouble_of
from engine.daemon.sources.rules import rules_of
from engine.wire.sources import SourceChange

ROWS_AT_ONCE = 150  # about as many as the engine writes in one turn,
_LETTERS_AT_ONCE = 60_000  # and no more than its memory has to spare
DIFFERENCES_AT_ONCE = 20
_NAMES_AT_ONCE = 2_500  # keys: about a turn
_SORTED_TOGETHER = 100_000  # customers: some 50 MB of keys
_LOWER_PRIORITY = 10  # calls go first

_encoder = msgspec.json.Encoder()


def main() -> None:
    """Do the one job that standard input holds."""
    os.nice(_LOWER_PRIORITY)
    job: Job | NamesJob = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job | NamesJob)
    try:
        with contextlib.closing(open_reader(Path(job.database))) as conn:
            for piece in _look(job, conn) if isinstance(job, Job) else _names(conn):
                _say(piece)
    except BrokenPipeError:  # the engine has stopped the run
        os._exit(1)
    except Exception as error:  # whatever is in a file: the engine reports it and goes on
        code, detail = trouble_of(error)
        _say(Piece(trouble=code, detail=detail))


def _say(piece: Piece) -> None:
    sys.stdout.buffer.write(_encoder.encode(piece) + b"\n")
    sys.stdout.buffer.flush()


def _look(job: Job, conn: sqlite3.Connection) -> Iterator[Piece]:
    with contextlib.closing(open_source(job)) as table:
        reader = Reader(job, table, conn)
        yield _head(reader)
        yield from _check(reader, conn) if job.check else _run(reader)


def _names(conn: sqlite3.Connection) -> Iterator[Piece]:
    keys, last = sorted_keys(conn, _SORTED_TOGETHER)
    for at in range(0, len(keys), _NAMES_AT_ONCE):
        yield Piece(names=keys[at : at + _NAMES_AT_ONCE])
    yield Piece(names_until=last, end=True)


def _head(reader: Reader) -> Piece:
    unmapped = [heading for heading in reader.table.headings if heading not in reader.columns]
    return Piece(mapping=reader.columns, unmapped=unmapped, total=reader.table.total)


def _state(reader: Reader) -> Piece:
    bad_rows, reader.bad_rows = reader.bad_rows, []
    return Piece(position=reader.table.position, read=reader.read, bad=reader.bad, bad_rows=bad_rows)


def _run(reader: Reader) -> Iterator[Piece]:
    for ready in reader.ready_rows():
        for rows in _in_turns(ready):
            yield Piece(rows=rows)
        yield _state(reader)
    gone, left_alone = reader.vanished()
    for at in range(0, len(gone), GONE_AT_ONCE):
        yield Piece(gone=gone[at : at + GONE_AT_ONCE])
    piece = _state(reader)
    piece.gone_left_alone, piece.end = left_alone, True
    yield piece


def _in_turns(ready: list[SourceRow]) -> Iterator[list[SourceRow]]:
    """The rows by as many as make one piece."""
    rows: list[SourceRow] = []
    letters = 0
    for row in ready:
        rows.append(row)
        letters += len(row.body) + len(row.pieces)
        if len(rows) == ROWS_AT_ONCE or letters > _LETTERS_AT_ONCE:
            yield rows
            rows, letters = [], 0
    if rows:
        yield rows


def _check(reader: Reader, conn: sqlite3.Connection) -> Iterator[Piece]:
    """What a run would do, without doing it."""
    job = reader.job
    task = SourceTask(
        source=job.source.id,
        rules=rules_of(job.all_sources),
        match=job.source.match,
        as_of=job.as_of,
        now=job.now,
        area_code=job.area_code,
    )
    became: Counter[str] = Counter()
    kept = 0
    differences: list[SourceChange] = []
    new: set[int] = set()  # hashes of the numbers of customers who would be new
    for ready in reader.ready_rows():
        for row in ready:
            plan = plan_row(conn, task, row)
            plan = _after_earlier_rows(plan, row, new)
            became[plan.became] += 1
            kept += plan.balance_kept
            wanted = plan.became is not Became.UNCHANGED or plan.undecided or plan.balance_kept
            if wanted and len(differences) < job.differences:
                differences.append(_difference(row, plan))
        yield _state(reader)
    for at in range(0, len(differences), DIFFERENCES_AT_ONCE):
        yield Piece(differences=differences[at : at + DIFFERENCES_AT_ONCE])
    gone, left_alone = reader.vanished()
    piece = _state(reader)
    piece.became, piece.balances_kept = dict(became), kept
    piece.gone_count, piece.gone_left_alone, piece.end = len(gone), left_alone, True
    yield piece


def _after_earlier_rows(plan: Plan, row: SourceRow, new: set[int]) -> Plan:
    """A customer who is new by an earlier row of the same look is not new twice."""
    if plan.became is not Became.ADDED:
        return plan
    numbers = {
        hash((name, number))
        for name in ("customer_number", "card_number")
        if (number := getattr(row.customer, name))
    }
    if numbers & new:
        return Plan(became=Became.CHANGED, after=plan.after, undecided=plan.undecided)
    new |= numbers
    return plan


def _difference(row: SourceRow, plan: Plan) -> SourceChange:
    after = plan.after or row.customer
    return SourceChange(
        line=row.line,
        key=row.key,
        became=plan.became,
        customer_id=plan.customer_id,
        name=after.name,
        changes=[*_changes(plan.before or Customer(), after), *_part_changes(plan, row)]
        if plan.after is not None
        else [],
        undecided=[(one.field, one.code, one.detail) for one in plan.undecided],
        balance_kept=plan.balance_kept,
    )


def _changes(before: Customer, after: Customer) -> Iterator[tuple[str, str, str]]:
    for field in fields(Customer):
        if field.name in ("id", "as_of"):
            continue
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield field.name, _words(old), _words(new)


def _part_changes(plan: Plan, row: SourceRow) -> Iterator[tuple[str, str, str]]:
    """Rows that come, change or go; their codes are turned into words where they are shown."""
    is_new = plan.before is None
    changes = new_rows(read_body(row.body)[1], row.customer.card_number) if is_new else plan.parts.changes
    for one in changes:
        old, new = (_row_words(one.part, values or {}) for values in (one.before, one.after))
        if old != new:
            yield PART_NAMES[one.part], old, new


def _row_words(part: str, values: Values) -> str:
    return " ".join(text for name in COLUMNS[part] if (text := values.get(name)))


def _words(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value)


if __name__ == "__main__":
    main()
