"""The worker's part: a source is opened, its rows are compared with what is known, new ones are made ready.

What is the same as before is passed over by its digest, so that a million unchanged rows cost no writing.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path

from db.errors import Invalid
from db.import_columns import columns_of
from db.source_records import KnownRecord, confirmed_at, counts_of, known_records, live_ids, paid_since
from db.source_rows import SourceRow, digest_of, fingerprint_of, key_of, ready_row
from engine.adapters.sources import (
    Cells,
    SourceTrouble,
    Table,
    fetch_pages,
    fetch_sql,
    fetch_sqlite,
    open_file,
)
from engine.core.customers.merging import FIELD_OF
from engine.daemon.sources.messages import MOST_BAD_ROWS, Job
from engine.daemon.sources.rules import rules_of
from engine.wire.sources import BadSourceLine

AT_ONCE = 500  # rows that are looked up together
GONE_AT_ONCE = 50
# If more than half of all records were missing, the file is more likely incomplete than the customers gone.
MOST_GONE = 0.5
FEW = 20  # of so few anything may be gone
# Rows that are on their way into the database, where a repeated key could not yet be found.
_ON_THE_WAY = 20_000


def open_source(job: Job) -> Table:
    """The source, open. Raises SourceTrouble."""
    source, folder = job.source, Path(job.folder)
    match source.kind:
        case "folder":
            return open_file(Path(job.file), source.sheet)
        case "sqlite":
            return fetch_sqlite(Path(source.place), source.query, folder)
        case "sql":
            return fetch_sql(source.place, source.secret, source.query, folder)
        case "http":
            return fetch_pages(
                source.place, source.secret, source.rows, source.next_page, source.page, folder
            )


class Reader:
    """Reads an open source once."""

    def __init__(self, job: Job, table: Table, conn: sqlite3.Connection) -> None:
        """Raises Invalid when the columns do not fit."""
        self.job, self.table, self._conn = job, table, conn
        source = job.source
        self.columns = columns_of(table.headings, source.chosen_columns, needs=(), of_source=True)
        self.key = source.key or self._usual_key()
        if self.key not in table.headings:
            raise Invalid("unknown_column", self.key)
        self._rule = rules_of([source])[source.id]
        self._fingerprint = fingerprint_of(
            sorted(self.columns.items()), self._rule, job.area_code, *([source.line] if source.line else [])
        )
        self._highest = _highest_id(conn)
        self._seen = bytearray(self._highest // 8 + 1)
        self._recent: deque[str] = deque()
        self._recent_keys: set[str] = set()
        has_balance = "balance_fen" in map(FIELD_OF.get, self.columns.values())
        self._paid = paid_since(conn, confirmed_at(conn, source.id)) if has_balance else frozenset()
        self.read = 0
        self.bad = 0
        self.bad_rows: list[BadSourceLine] = []

    def ready_rows(self) -> Iterator[list[SourceRow]]:
        """The rows that say something new, in pieces; a piece may be empty. Raises SourceTrouble."""
        piece: list[tuple[int, Cells]] = []
        for row in self.table.rows():
            piece.append(row)
            if len(piece) == AT_ONCE:
                yield self._ready(piece)
                piece = []
        yield self._ready(piece)

    def vanished(self) -> tuple[list[int], int]:
        """The records that the source does not have any more, or none and how many that would be."""
        if not self.job.source.whole:
            return [], 0
        live = live_ids(self._conn, self.job.source.id)
        gone = [number for number in live if number <= self._highest and not self._was_seen(number)]
        records, gone_before, _ = counts_of(self._conn, self.job.source.id)
        if len(gone) > max(FEW, MOST_GONE * (records - gone_before)):
            return [], len(gone)
        return gone, 0

    def _usual_key(self) -> str:
        for wanted in ("account", "customer_number", "card_number"):
            for heading, field in self.columns.items():
                if field == wanted:
                    return heading
        raise Invalid("required", "key")

    def _ready(self, rows: list[tuple[int, Cells]]) -> list[SourceRow]:
        keys: dict[int, str] = {}
        for line, cells in rows:
            self.read += 1
            try:
                keys[line] = key_of(cells, self.key)
            except Invalid as error:
                self._add_bad(line, error)
        known = known_records(self._conn, self.job.source.id, list(keys.values()))
        ready = (self._one(line, cells, keys[line], known) for line, cells in rows if line in keys)
        return [row for row in ready if row is not None]

    def _one(self, line: int, cells: Cells, key: str, known: Mapping[str, KnownRecord]) -> SourceRow | None:
        """The row made ready; None when it says nothing new, or cannot be taken."""
        record = known.get(key)
        try:
            if self._is_repeated(key, record):
                raise Invalid("repeated", "key", key)
            digest = digest_of(cells, self.columns, self._fingerprint)
            if record is not None and self._is_settled(record, digest):
                return None
            job = self.job
            return ready_row(
                line, key, digest, cells, self.columns, self._rule,
                area_code=job.area_code, as_of=job.as_of, account_line=job.source.line,
            )  # fmt: skip
        except Invalid as error:
            self._add_bad(line, error)
            return None

    def _is_repeated(self, key: str, record: KnownRecord | None) -> bool:
        """Whether an earlier row of this look had the key; remembers that this one has it."""
        if record is not None and record.id <= self._highest:
            repeated = self._was_seen(record.id)
            self._seen[record.id >> 3] |= 1 << (record.id & 7)
            return repeated
        if record is not None or key in self._recent_keys:
            return True
        self._recent.append(key)
        self._recent_keys.add(key)
        if len(self._recent) > _ON_THE_WAY:
            self._recent_keys.discard(self._recent.popleft())
        return False

    def _was_seen(self, record_id: int) -> bool:
        return bool(self._seen[record_id >> 3] & 1 << (record_id & 7))

    def _is_settled(self, record: KnownRecord, digest: str) -> bool:
        """Nothing to do: the same words, about somebody known, whose balance did not change here."""
        same = record.digest == digest and not record.gone
        return same and record.customer_id > 0 and record.customer_id not in self._paid

    def _add_bad(self, line: int, error: Invalid) -> None:
        self.bad += 1
        if self.bad <= MOST_BAD_ROWS:
            row = BadSourceLine(line=line, field=error.field, reason=error.code, value=error.detail[:80])
            self.bad_rows.append(row)


def trouble_of(error: Exception) -> tuple[str, str]:
    """A code and more, of what kept a source from being read."""
    if isinstance(error, SourceTrouble):
        return error.code, error.detail
    if isinstance(error, Invalid):
        return f"columns_{error.code}", " ".join(part for part in (error.field, error.detail) if part)
    if isinstance(error, OSError):
        return "unreadable", error.strerror or str(error)
    return "damaged", f"{type(error).__name__}: {error}"


def _highest_id(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT coalesce(max(id), 0) FROM source_records").fetchone()[0])
