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
from engine.daemon.handlers.importing import take_batch
from engine.wire.customers import (
    CardParams,
    CustomerIdParams,
    Customers,
    ImportRowsParams,
    SaveCustomerParams,
    SearchParams,
)
from engine.wire.imports import ImportResult
from engine.wire.messages import Fault, Reason

_MOST = 100
_LONGEST_SEARCH = 100


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
    """A batch of a CSV import."""
    return await take_batch(
        context, connection, params, "customer.import", lambda: _begin_import(context, params)
    )


def _begin_import(context: Context, params: ImportRowsParams) -> CustomerImport:
    try:
        columns = columns_of(params.columns, params.mapping)
    except Invalid as error:
        raise Fault(Reason.INVALID, f"the columns do not fit: {error}", "mapping") from None
    return CustomerImport(columns, area_code=context.config.site.area_code, dry_run=params.dry_run)


HANDLERS: dict[str, Handler] = {
    "customer.search": search,
    "customer.show": show,
    "customer.card": card,
    "customer.save": save,
    "customer.import_rows": import_rows,
}
