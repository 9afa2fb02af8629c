"""Takes over lists of bills, recharge cards and offers in batches; says which rows were wrong and why."""

import calendar
import re
import sqlite3
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from db.billing_payments import remember_card_key, secret_mac
from db.customers import PRESENT_ID
from db.errors import DbError, Invalid, NotFound
from db.import_customers import MAX_BAD_ROWS, BadRow, ImportReport, Row
from db.import_rows import fen, flag, unspoilt
from db.text import checked, safe

Change = Literal["inserted", "updated", "unchanged"]

_MONTH = re.compile(r"([0-9]{4})\D{0,2}([0-9]{1,2})\D?")
_DATE = re.compile(r"([0-9]{4})\D?([0-9]{1,2})\D?([0-9]{1,2})\D?")
_DIGITS = re.compile(r"[0-9]{4,32}")


class ListImport(ABC):
    """One import. A row that is there twice in one list is taken over once, and reported the second time."""

    def __init__(self, columns: Mapping[str, str], *, dry_run: bool) -> None:
        """`columns` is heading to field, from `db.billing_columns.list_columns`."""
        self.report = ImportReport(dry_run=dry_run)
        self.columns = columns
        self._seen: set[int] = set()

    def take(self, conn: sqlite3.Connection, rows: Iterable[Row]) -> ImportReport:
        """Take over some rows in the caller's transaction; returns the report so far."""
        for line, cells in rows:
            self.report.rows += 1
            try:
                self._count(self._take_row(conn, self._values(cells)))
            except DbError as error:
                self._add_bad(line, error)
        return self.report

    @abstractmethod
    def _take_row(self, conn: sqlite3.Connection, values: Mapping[str, str]) -> Change:
        """Take over one row, or only say what would become of it. Raises DbError."""

    def _values(self, cells: Mapping[str, str | None]) -> dict[str, str]:
        if None in cells:
            raise Invalid("too_many_cells", "row")
        return {
            field: unicodedata.normalize("NFKC", cells.get(heading) or "").strip()
            for heading, field in self.columns.items()
        }

    def _once(self, *key: object) -> None:
        """Refuse what stands in the list twice."""
        digest = hash(key)
        if digest in self._seen:
            raise Invalid("repeated", "row")
        self._seen.add(digest)

    def _count(self, change: Change) -> None:
        self.report.inserted += change == "inserted"
        self.report.updated += change == "updated"
        self.report.unchanged += change == "unchanged"

    def _add_bad(self, line: int, error: DbError) -> None:
        self.report.bad += 1
        if len(self.report.bad_rows) < MAX_BAD_ROWS:
            self.report.bad_rows.append(
                BadRow(line=line, field=error.field, reason=error.code, value=safe(error.detail)[:80])
            )


class BillImport(ListImport):
    """Bills: customer, month, item, amount. The same item of the same month is corrected."""

    def _take_row(self, conn: sqlite3.Connection, values: Mapping[str, str]) -> Change:
        customer_id = _customer_id(conn, values)
        month = month_of(values["month"])
        item = checked(values["item"], "item", 60)
        if not item:
            raise Invalid("required", "item")
        amount = fen(values["amount"], "amount")
        self._once(customer_id, month, item)
        before = conn.execute(
            "SELECT amount_fen FROM bills WHERE customer_id = ? AND month = ? AND item = ?",
            (customer_id, month, item),
        ).fetchone()
        if before is not None and before[0] == amount:
            return "unchanged"
        if not self.report.dry_run:
            conn.execute(
                "INSERT INTO bills (customer_id, month, item, amount_fen, position) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (customer_id, month, item) DO UPDATE SET amount_fen = excluded.amount_fen",
                (customer_id, month, item, amount, self.report.rows),
            )
        return "inserted" if before is None else "updated"


class CardImport(ListImport):
    """Recharge cards: number, secret, worth, end. A card that is spent is not touched any more."""

    def __init__(self, columns: Mapping[str, str], *, dry_run: bool, card_key: bytes) -> None:
        super().__init__(columns, dry_run=dry_run)
        self._card_key = card_key

    def _take_row(self, conn: sqlite3.Connection, values: Mapping[str, str]) -> Change:
        number, secret = _keys(values["number"], "number"), _keys(values["secret"], "secret")
        amount = fen(values["amount"], "amount")
        if amount <= 0:
            raise Invalid("bad_money", "amount", values["amount"][:40])
        expires = date_of(values["expires"], "expires") if values.get("expires") else ""
        self._once(number)
        card = (secret_mac(self._card_key, number, secret), amount, expires)
        before = conn.execute(
            "SELECT secret_mac, amount_fen, expires, spent_at FROM recharge_cards WHERE number = ?", (number,)
        ).fetchone()
        if before is not None and tuple(before[:3]) == card:
            return "unchanged"
        if before is not None and before[3]:
            raise Invalid("spent", "number", number)
        if not self.report.dry_run:
            conn.execute(
                "INSERT INTO recharge_cards (number, secret_mac, amount_fen, expires) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (number) DO UPDATE SET secret_mac = excluded.secret_mac,"
                " amount_fen = excluded.amount_fen, expires = excluded.expires WHERE spent_at = 0",
                (number, *card),
            )
            remember_card_key(conn, self._card_key)
        return "inserted" if before is None else "updated"


class OfferImport(ListImport):
    """Packages that callers may order: name, price, months, whether on sale."""

    def _take_row(self, conn: sqlite3.Connection, values: Mapping[str, str]) -> Change:
        name = checked(values["name"], "name", 60)
        if not name:
            raise Invalid("required", "name")
        price = fen(values["price"], "price")
        if price < 0:
            raise Invalid("bad_money", "price", values["price"][:40])
        months = values.get("months") or "1"
        if not re.fullmatch(r"[0-9]{1,2}", months) or not 1 <= int(months) <= 60:
            raise Invalid("bad_months", "months", months[:40])
        offer = (price, int(months), int(flag(values["on_sale"], "on_sale") if values.get("on_sale") else 1))
        self._once(name)
        before = conn.execute(
            "SELECT price_fen, months, on_sale FROM offers WHERE name = ?", (name,)
        ).fetchone()
        if before == offer:
            return "unchanged"
        if not self.report.dry_run:
            conn.execute(
                "INSERT INTO offers (name, price_fen, months, on_sale) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET price_fen = excluded.price_fen, months = excluded.months,"
                " on_sale = excluded.on_sale",
                (name, *offer),
            )
        return "inserted" if before is None else "updated"


def list_import(kind: str, columns: Mapping[str, str], *, dry_run: bool, card_key: bytes) -> ListImport:
    """The import of a list of this kind: bills, cards or offers."""
    if kind == "cards":
        return CardImport(columns, dry_run=dry_run, card_key=card_key)
    return {"bills": BillImport, "offers": OfferImport}[kind](columns, dry_run=dry_run)


def month_of(text: str) -> str:
    """2026-10, 2026/10, 202610, 2026年10月 as "2026-10". Raises Invalid "bad_date"."""
    match = _MONTH.fullmatch(unspoilt(text, "month"))
    if match is None or not 1 <= int(match[2]) <= 12:
        raise Invalid("bad_date", "month", text[:40])
    return f"{match[1]}-{int(match[2]):02}"


def date_of(text: str, field: str) -> str:
    """2026-10-31, 2026/10/31, 20261031, 2026年10月31日 as "2026-10-31"; a month is its last day.

    Raises Invalid "bad_date".
    """
    try:
        if _MONTH.fullmatch(text):
            year, month = map(int, month_of(text).split("-"))
            return date(year, month, calendar.monthrange(year, month)[1]).isoformat()
        match = _DATE.fullmatch(text)
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    except (ValueError, Invalid):
        pass
    raise Invalid("bad_date", field, text[:40])


def _keys(text: str, field: str) -> str:
    """What a caller can key in: 4 to 32 digits; blanks and dashes between them do not count."""
    digits = re.sub(r"[\s-]", "", unspoilt(text, field))
    if not _DIGITS.fullmatch(digits):
        raise Invalid("not_digits", field, "" if field == "secret" else text[:40])
    return digits


def _customer_id(conn: sqlite3.Connection, values: Mapping[str, str]) -> int:
    for column in ("customer_number", "card_number"):
        value = unspoilt(values.get(column, ""), column)
        if value:
            row = conn.execute(
                f"SELECT {PRESENT_ID} FROM customers WHERE {column} = ? AND {column} <> ''", (value,)
            ).fetchone()
            if row is None:
                raise NotFound(column, value[:40])
            return int(row[0])
    raise Invalid("required", "customer_number")
