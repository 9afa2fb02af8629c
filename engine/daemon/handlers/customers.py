"""Customers: search, card, saving, import."""

import sqlite3
from dataclasses import replace

from db.billing_packages import keep_paid
from db.cards import card_for_customer, card_for_number
from db.customer_own import keep_own
from db.customer_parts import has_number
from db.customers import attach_number, get_customer, save_customer
from db.errors import Invalid
from db.import_columns import columns_of
from db.import_customers import CustomerImport
from db.search import customers_of_key
from db.search import search as search_customers
from engine.adapters.unix_socket import Connection
from engine.core.customers.masking import masked_card, masked_customer, unmasked
from engine.core.events import CustomerFound
from engine.core.records import Customer, CustomerCard, Millis
from engine.daemon.engine import ON_THE_LINE
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.handlers.importing import take_batch
from engine.daemon.handlers.sight import sight
from engine.wire.customers import (
    CardParams,
    CustomerIdParams,
    CustomerKeyParams,
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
    """One box for names, numbers, initials, addresses, tags and tickets."""
    if len(params.text) > _LONGEST_SEARCH:
        raise Fault(Reason.INVALID, f"a search has at most {_LONGEST_SEARCH} characters", "text")
    limit = min(max(1, params.limit), _MOST)
    now = context.engine.clock.now()
    seen = await sight(context, connection)
    found = await context.read(
        search_customers, params.text, limit, area_code=context.config.site.area_code, now=now
    )
    return Customers(customers=[masked_customer(one, seen) for one in found])


async def find(context: Context, connection: Connection, params: CustomerKeyParams) -> Customers:
    """Whose id or number exactly this is; nobody's, or that of several who share it."""
    seen = await sight(context, connection)
    found = await context.read(customers_of_key, params.key, area_code=context.config.site.area_code)
    return Customers(customers=[masked_customer(one, seen) for one in found])


async def show(context: Context, connection: Connection, params: CustomerIdParams) -> CustomerCard:
    """The whole card."""
    found = await context.read(card_for_customer, params.id, now=context.engine.clock.now())
    return masked_card(found, await sight(context, connection))


async def card(context: Context, connection: Connection, params: CardParams) -> CustomerCard:
    """The card for a caller's number."""
    now, area_code = context.engine.clock.now(), context.config.site.area_code
    found = await context.read(card_for_number, params.cli, area_code=area_code, now=now)
    seen = await sight(context, connection)
    return masked_card(found, replace(seen, numbers=seen.numbers | {found.cli}))


async def save(context: Context, connection: Connection, params: SaveCustomerParams) -> CustomerCard:
    """Add or change a customer; with a call, the call becomes this customer's."""
    known = context.engine.floor.cli_of(params.call_id) if params.call_id else ""
    if known is None:
        raise Fault(Reason.NOT_FOUND, f"call {params.call_id} is not up any more")
    now, who = context.engine.clock.now(), context.who(connection).staff_number
    stored = await context.write(_save, params.customer, known, who, now)
    context.audit(connection, "customer.save", str(stored.id), stored.name)
    found = await context.read(card_for_customer, stored.id, cli=known, now=now)
    if params.call_id:
        shown = masked_card(found, ON_THE_LINE)
        context.engine.emit(CustomerFound(call_id=params.call_id, card=shown))
    return masked_card(found, await sight(context, connection))


def _save(conn: sqlite3.Connection, customer: Customer, cli: str, who: str, at: Millis) -> Customer:
    before = get_customer(conn, customer.id) if customer.id else Customer()
    meant = unmasked(customer, before)
    if meant is None:
        raise Invalid("masked", "phones")
    stored = save_customer(conn, keep_paid(conn, meant))
    if cli and cli not in stored.phones and not has_number(conn, stored.id, cli):
        attach_number(conn, stored.id, cli)
    after = get_customer(conn, stored.id)
    if before.id:
        keep_own(conn, before, after, who, at)
    return after


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
    "customer.find": find,
    "customer.show": show,
    "customer.card": card,
    "customer.save": save,
    "customer.import_rows": import_rows,
}
