"""Customers: search, card, saving, import."""

import sqlite3

from db.billing_packages import keep_paid
from db.cards import card_for_customer, card_for_number
from db.customers import attach_number, get_customer, save_customer
from db.errors import Invalid
from db.import_columns import columns_of
from db.import_customers import CustomerImport
from db.search import search as search_customers
from engine.adapters.unix_socket import Connection
from engine.core.events import CustomerFound
from engine.core.records import Customer, CustomerCard
from engine.daemon.handlers.context import Context, Handler
from engine.wire.messages import Fault, Reason
from engine.wire.methods import (
    MAX_IMPORT_ROWS,
    BadRow,
    CardParams,
    CustomerIdParams,
    Customers,
    ImportResult,
    ImportRowsParams,
    SaveCustomerParams,
    SearchParams,
)

_MOST = 100
_LONGEST_SEARCH = 100
_MOST_IMPORTS = 8


async def search(context: Context, connection: Connection, params: SearchParams) -> Customers:
    """One box for number, name, initials, address and card."""
    if len(params.text) > _LONGEST_SEARCH:
        raise Fault(Reason.INVALID, f"a search has at most {_LONGEST_SEARCH} characters", "text")
    limit = min(max(1, params.limit), _MOST)
    return Customers(customers=await context.read(search_customers, params.text, limit))


async def show(context: Context, connection: Connection, params: CustomerIdParams) -> CustomerCard:
    """The whole card."""
    return await context.read(card_for_customer, params.id)


async def card(context: Context, connection: Connection, params: CardParams) -> CustomerCard:
    """The card for a caller's number."""
    return await context.read(card_for_number, params.cli)


async def save(context: Context, connection: Connection, params: SaveCustomerParams) -> CustomerCard:
    """Add or change a customer; with a call, the call becomes this customer's."""
    known = context.engine.floor.cli_of(params.call_id) if params.call_id else ""
    if known is None:
        raise Fault(Reason.NOT_FOUND, f"call {params.call_id} is not up any more")
    stored = await context.write(_save, params.customer, known)
    context.audit(connection, "customer.save", str(stored.id), stored.name)
    found = await context.read(card_for_customer, stored.id, cli=known)
    if params.call_id:
        context.engine.emit(CustomerFound(call_id=params.call_id, card=found))
    return found


def _save(conn: sqlite3.Connection, customer: Customer, cli: str) -> Customer:
    stored = save_customer(conn, keep_paid(conn, customer))
    if cli and cli not in stored.phones:
        attach_number(conn, stored.id, cli)
    return get_customer(conn, stored.id)


async def import_rows(context: Context, connection: Connection, params: ImportRowsParams) -> ImportResult:
    """A batch of a CSV import; other writes come in between the batches."""
    if len(params.rows) > MAX_IMPORT_ROWS:
        raise Fault(Reason.INVALID, f"a batch has at most {MAX_IMPORT_ROWS} rows", "rows")
    running = context.imports.get(params.import_id)
    if running is None:
        if len(context.imports) >= _MOST_IMPORTS:  # left behind by clients that went away
            context.imports.pop(next(iter(context.imports)))
        running = context.imports[params.import_id] = _begin_import(context, params)
    bad_before = len(running.report.bad_rows)
    rows = [
        (params.first_line + index, _cells(params.columns, cells)) for index, cells in enumerate(params.rows)
    ]
    report = await context.write(running.take, rows)
    if params.last:
        del context.imports[params.import_id]
        if not params.dry_run:
            detail = (
                f"read {report.rows}, added {report.inserted}, updated {report.updated}, bad {report.bad}"
            )
            context.audit(connection, "customer.import", params.import_id, detail)
    return ImportResult(
        mapping=dict(running.columns),
        unmapped=[column for column in params.columns if column not in running.columns],
        read=report.rows,
        added=report.inserted,
        updated=report.updated,
        unchanged=report.unchanged,
        bad=[
            BadRow(line=row.line, field=row.field, reason=row.reason) for row in report.bad_rows[bad_before:]
        ],
    )


def _begin_import(context: Context, params: ImportRowsParams) -> CustomerImport:
    try:
        columns = columns_of(params.columns, params.mapping)
    except Invalid as error:
        raise Fault(Reason.INVALID, f"the columns do not fit: {error}", "mapping") from None
    return CustomerImport(columns, area_code=context.config.site.area_code, dry_run=params.dry_run)


def _cells(columns: list[str], cells: list[str]) -> dict[str, str | None]:
    """Cells by heading; one too many is kept under None, which the import refuses."""
    row: dict[str, str | None] = dict(zip(columns, cells, strict=False))
    if len(cells) > len(columns):
        row[None] = ""  # type: ignore[index]  # as csv.DictReader marks it
    return row


HANDLERS: dict[str, Handler] = {
    "customer.search": search,
    "customer.show": show,
    "customer.card": card,
    "customer.save": save,
    "customer.import_rows": import_rows,
}
