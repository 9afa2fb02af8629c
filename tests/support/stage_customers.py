"""What the stage answers about customers: search, card, saving, and lists that are taken over."""

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.adapters.unix_socket import Connection
from engine.core.records import CustomerCard
from engine.wire.customers import (
    CardParams,
    CustomerIdParams,
    CustomerKeyParams,
    Customers,
    ImportRowsParams,
    SaveCustomerParams,
    SearchParams,
)
from engine.wire.imports import BadRow, ImportResult
from engine.wire.messages import Fault, Reason
from tests.support import world
from tests.support.stage_answers import answers, who

if TYPE_CHECKING:
    from tests.support.stage import Stage


@answers("customer.search")
def _search(stage: "Stage", connection: Connection, params: SearchParams) -> Customers:
    found = [
        customer
        for customer in stage.customers.values()
        if any(
            params.text in text
            for text in (customer.name, customer.address, customer.card_number, *customer.phones)
        )
    ]
    return Customers(customers=found[: params.limit])


@answers("customer.find")
def _find(stage: "Stage", connection: Connection, params: CustomerKeyParams) -> Customers:
    found = [
        customer
        for customer in stage.customers.values()
        if params.key in (str(customer.id), customer.customer_number, customer.card_number, *customer.phones)
    ]
    return Customers(customers=found)


@answers("customer.show")
def _show(stage: "Stage", connection: Connection, params: CustomerIdParams) -> CustomerCard:
    customer = stage.customers.get(params.id)
    if customer is None:
        raise Fault(Reason.NOT_FOUND, f"not_found customer_id {params.id}")
    past = world.PAST_CALLS if customer.id == 1 else ()
    return CustomerCard(cli="", customer=customer, past_calls=past, open_remarks=past[:1])


@answers("customer.card")
def _card(stage: "Stage", connection: Connection, params: CardParams) -> CustomerCard:
    return world.card_of(params.cli)


@answers("customer.save")
def _save(stage: "Stage", connection: Connection, params: SaveCustomerParams) -> CustomerCard:
    customer = params.customer
    if not customer.name:
        raise Fault(Reason.INVALID, "a customer needs a name", "name")
    if customer.id == 0:
        customer = replace(customer, id=max(stage.customers) + 1)
    stage.customers[customer.id] = customer
    card = CustomerCard(cli="", customer=customer)
    desk = stage.floor.desks.get(who(connection))
    if params.call_id and desk is not None and desk.card is not None:
        card = replace(card, cli=desk.card.cli)
        stage.floor.change_desk(who(connection), card=card)
    return card


@answers("customer.import_rows")
def _import(stage: "Stage", connection: Connection, params: ImportRowsParams) -> ImportResult:
    known = {"姓名": "name", "电话": "phones", "地址": "address", **params.mapping}
    mapping = {column: known[column] for column in params.columns if column in known}
    if not mapping:
        raise Fault(Reason.INVALID, "the columns do not fit: required name", "mapping")
    bad = []
    for number, row in enumerate(params.rows, params.first_line):
        if len(row) > len(params.columns):
            bad.append(BadRow(line=number, field="row", reason="too_many_cells"))
        elif not row[params.columns.index(next(iter(mapping)))]:
            bad.append(BadRow(line=number, field="name", reason="required"))
    stage.import_batches.append(params)
    read = sum(len(batch.rows) for batch in stage.import_batches if batch.import_id == params.import_id)
    stage.bad_rows += len(bad)
    return ImportResult(
        mapping=mapping,
        unmapped=[column for column in params.columns if column not in mapping],
        read=read,
        added=read - stage.bad_rows,
        updated=0,
        unchanged=0,
        bad=bad,
    )
