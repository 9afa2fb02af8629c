"""Takes over a list of customers, in batches between other writes, and says which rows were wrong and why."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from db.billing_packages import keep_packages
from db.customers import check_customer, get_customer, save_customer
from db.errors import DbError, Duplicate, Invalid
from db.import_rows import customer_of
from db.text import safe
from engine.core.numbers import normalise_number
from engine.core.records import Customer

MAX_BAD_ROWS = 1000

Row = tuple[int, Mapping[str, str | None]]  # line number and the cells by heading


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that was not taken over. `reason` is a code: required, too_long, bad_number, duplicate ..."""

    line: int
    field: str
    reason: str
    value: str = ""


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """Counts so far; the first thousand bad rows are kept, all are counted."""

    dry_run: bool = False
    rows: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: int = 0
    bad_rows: list[BadRow] = field(default_factory=list)


class CustomerImport:
    """One import. A row is about the customer of its customer number, else card number, else phone."""

    def __init__(self, columns: Mapping[str, str], *, area_code: str = "", dry_run: bool = False) -> None:
        """`columns` is heading to field, from `db.import_columns.columns_of`."""
        self.report = ImportReport(dry_run=dry_run)
        self.columns = columns
        self._area_code = area_code
        # Hashes of the numbers of rows that a dry run would have inserted, with the hash of the row's key.
        self._dry_numbers: dict[int, int] = {}

    def take(self, conn: sqlite3.Connection, rows: Iterable[Row]) -> ImportReport:
        """Take over some rows in the caller's transaction; returns the report so far."""
        for line, cells in rows:
            self.report.rows += 1
            try:
                self._take_row(conn, cells)
            except DbError as error:
                self._add_bad(line, error)
        return self.report

    def _take_row(self, conn: sqlite3.Connection, cells: Mapping[str, str | None]) -> None:
        if None in cells:
            raise Invalid("too_many_cells", "row")
        new = customer_of(cells, self.columns, Customer())
        known_id = self._known_id(conn, new)
        if known_id:
            before = get_customer(conn, known_id)
            if before.id != known_id:  # merged into another one here, who is more than this row says
                self.report.unchanged += 1
                return
            self._update(conn, before, keep_packages(conn, customer_of(cells, self.columns, before)))
        else:
            self._insert(conn, new)

    def _known_id(self, conn: sqlite3.Connection, new: Customer) -> int:
        """The customer that a row is about, 0 for a new one."""
        for column, value in (("customer_number", new.customer_number), ("card_number", new.card_number)):
            if value:
                row = conn.execute(
                    f"SELECT id FROM customers WHERE {column} = ? AND {column} <> ''", (safe(value).strip(),)
                ).fetchone()
                return 0 if row is None else int(row[0])
        if not new.phones:
            raise Invalid("required", "customer_number")
        number = normalise_number(new.phones[0], area_code=self._area_code)
        ids = conn.execute("SELECT customer_id FROM phones WHERE number = ? LIMIT 2", (number,)).fetchall()
        if len(ids) > 1:
            raise Invalid("ambiguous", "phones", number)
        return int(ids[0][0]) if ids else 0

    def _insert(self, conn: sqlite3.Connection, new: Customer) -> None:
        if not self.report.dry_run:
            save_customer(conn, new, area_code=self._area_code)
        elif self._is_repeated(check_customer(conn, new, area_code=self._area_code)):
            self.report.updated += 1
            return
        self.report.inserted += 1

    def _update(self, conn: sqlite3.Connection, before: Customer, new: Customer) -> None:
        if check_customer(conn, new, area_code=self._area_code) == before:
            self.report.unchanged += 1
            return
        if not self.report.dry_run:
            save_customer(conn, new, area_code=self._area_code)
        self.report.updated += 1

    def _is_repeated(self, new: Customer) -> bool:
        """In a dry run: would an earlier row have inserted this customer? Raises Duplicate."""
        key = hash(new.customer_number or new.card_number or new.phones[0])
        repeated = key in self._dry_numbers
        self._dry_numbers[key] = key
        for field_name in ("customer_number", "card_number"):
            value = getattr(new, field_name)
            if value and self._dry_numbers.setdefault(hash((field_name, value)), key) != key:
                raise Duplicate(field_name, value)
        return repeated

    def _add_bad(self, line: int, error: DbError) -> None:
        self.report.bad += 1
        if len(self.report.bad_rows) < MAX_BAD_ROWS:
            bad = BadRow(line=line, field=error.field, reason=error.code, value=safe(error.detail)[:80])
            self.report.bad_rows.append(bad)
