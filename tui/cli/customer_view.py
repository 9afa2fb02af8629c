"""`fourseat customers show --full` and `timeline`: everything that is known, and all contacts."""

from collections.abc import Iterable
from typing import Annotated

import typer

from engine.core.customers.records import Contact, ContactKind, CustomerFile
from engine.core.records import Customer
from engine.core.states import Outcome
from engine.wire.customers import CustomerIdParams, CustomerKeyParams, Timeline, TimelineParams
from engine.wire.messages import Reason
from tui.agent.customer_words import (
    ACCOUNT_LINES,
    ACCOUNT_STATES,
    CONTACTS,
    DEVICES,
    IMPORTANCE,
    MATTERS,
    STAGES,
    origin_words,
)
from tui.cli.calls import outcome_words
from tui.cli.errors import LISTS, CliError
from tui.cli.help import Command
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_facts, print_heading, print_json, print_table
from tui.cli.session import Engine, Settings, visit
from tui.labels import balance, duration, moment, money, phone_number
from tui.tickets.labels import TICKET_STATES
from tui.words import mark, tr

CustomerKey = Annotated[
    str,
    typer.Argument(
        metavar="CUSTOMER",
        help=mark("The id from `customers search`, or a customer, telephone or smart card number."),
    ),
]


def add_to(group: typer.Typer) -> None:
    group.command(
        "timeline",
        cls=Command,
        help=mark("All contacts with a customer, newest first: calls, tickets, payments, marks."),
        epilog="fourseat customers timeline 12\n"
        "fourseat customers timeline 12 --before 1770000000000:call:c-9",
    )(timeline)


async def customer_meant(engine: Engine, key: str) -> int:
    """The id of the one customer who is meant. Raises CliError."""
    found: list[Customer] = (await engine.ask("customer.find", CustomerKeyParams(key=key))).customers
    if len(found) == 1:
        return found[0].id
    if not found:
        raise CliError(
            tr("there is no customer {key}", key=key), tr(LISTS["customer_number"]), Reason.NOT_FOUND
        )
    several = ", ".join(f"{one.id} ({one.name})" for one in found)
    raise CliError(
        tr("{key} belongs to several customers: {several}", key=key, several=several),
        tr("give the id of one"),
    )


def show_file(settings: Settings, key: str, as_json: bool) -> None:
    """Print the whole file of a customer."""

    async def work(engine: Engine) -> tuple[CustomerFile, Engine]:
        customer_id = await customer_meant(engine, key)
        return await engine.ask("customer.file", CustomerIdParams(id=customer_id)), engine

    file, engine = visit(settings, work)
    if as_json:
        print_json(file)
        return
    print_facts(_facts(file, engine))
    for title, headings, rows in _sections(file, engine):
        if rows:
            print_heading(title)
            print_table([Column(word) for word in headings], rows, "")
    print_heading(tr("All contacts"))
    print_contacts(file.contacts, engine)
    if file.masked:
        print()
        print(tr("Some numbers are hidden; the agent's console shows them, which is written down."))


def timeline(
    context: typer.Context,
    customer: CustomerKey,
    before: Annotated[
        str,
        typer.Option(
            "--before", metavar="PLACE", help=mark("Continue behind here; the list before says it.")
        ),
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=200, metavar="COUNT", help=mark("At most so many."))
    ] = 50,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Timeline, Engine]:
        params = TimelineParams(id=await customer_meant(engine, customer), before=before, limit=limit)
        return await engine.ask("customer.timeline", params), engine

    found, engine = visit(settings_of(context), work)
    if as_json:
        print_json(found)
        return
    print_contacts(found.contacts, engine)
    if found.more:
        print(tr("there is more: --before {place}", place=found.more))


def print_contacts(contacts: Iterable[Contact], engine: Engine) -> None:
    """One line each."""
    headings = (tr("Time"), tr("Type"), tr("Reference"), tr("What"), tr("Agent"), tr("Note"))
    rows = [
        [
            moment(one.at, engine.hello.now, engine.zone),
            tr(CONTACTS[one.kind]),
            one.id,
            contact_words(one),
            one.staff_name or one.staff_number,
            tr("[open] {note}", note=one.text) if one.open else one.text,
        ]
        for one in contacts
    ]
    print_table([Column(word) for word in headings], rows, tr("No contacts yet"))


def contact_words(contact: Contact) -> str:
    """What came of a contact."""
    if contact.kind in (ContactKind.CALL, ContactKind.IVR):
        parts = [outcome_words(Outcome(contact.code))]
        if contact.value:
            parts.append(duration(contact.value))
        if contact.recording:
            parts.append(tr("has a recording"))
        return " ".join(parts)
    if contact.kind in (ContactKind.TICKET, ContactKind.TICKET_CLOSED):
        return _state(contact.code)
    if contact.kind is ContactKind.PAYMENT:
        return tr("{amount} yuan", amount=money(contact.value))
    if contact.kind is ContactKind.SURVEY:
        return str(contact.value)
    return ""


def _state(code: str) -> str:
    known = {str(state): words for state, (words, *_) in TICKET_STATES.items()}
    return tr(known[code]) if code in known else code


def _facts(file: CustomerFile, engine: Engine) -> list[tuple[str, str]]:
    customer = file.customer
    importance = IMPORTANCE.get(customer.importance, "")
    again = file.recurring
    return [
        (tr("Id"), str(customer.id)),
        (tr("Name"), customer.name),
        (tr("Importance"), tr(importance) if importance else ""),
        (tr("Stage"), tr(STAGES[file.stage])),
        (tr("Tags"), "  ".join(customer.tags)),
        (tr("Customer number"), customer.customer_number),
        (tr("Phone numbers"), "  ".join(phone_number(number) for number in customer.phones)),
        (tr("Identity number"), customer.id_number),
        (tr("Address"), f"{customer.address} {customer.area}".strip()),
        (tr("Smart card"), customer.card_number),
        (tr("Account"), balance(customer)),
        (
            tr("Recurring"),
            tr(
                "{calls} calls in 30 days, {tickets} tickets in 90",
                calls=again.calls_30,
                tickets=again.tickets_90,
            )
            if again.calls_30 or again.tickets_90
            else "",
        ),
        (tr("As of"), moment(customer.as_of, engine.hello.now, engine.zone) if customer.as_of else ""),
        (tr("Remark"), customer.remark),
    ]


Section = tuple[str, tuple[str, ...], list[list[str]]]


def _sections(file: CustomerFile, engine: Engine) -> Iterable[Section]:
    now, zone = engine.hello.now, engine.zone
    yield (
        tr("Open matters"),
        (tr("What"), tr("Number"), tr("Time"), tr("State"), tr("Due by"), tr("Note")),
        [
            [
                tr(MATTERS[one.kind]),
                one.id,
                moment(one.at, now, zone),
                _state(one.state) if one.kind == "ticket" else "",
                moment(one.due_at, now, zone) if one.due_at else "",
                one.text,
            ]
            for one in file.open
        ],
    )
    yield (
        tr("Persons"),
        (tr("Id"), tr("Name"), tr("Relation"), tr("Phone numbers"), tr("Identity number"), tr("Remark")),
        [
            [
                str(one.id),
                one.name,
                one.relation,
                "  ".join(phone_number(number) for number in one.phones),
                one.id_number,
                one.remark,
            ]
            for one in file.persons
        ],
    )
    yield (
        tr("Addresses"),
        (tr("Id"), tr("Address"), tr("Area"), tr("Node")),
        [[str(one.id), one.words, one.area, one.node] for one in file.addresses],
    )
    yield (
        tr("Accounts"),
        (
            tr("Id"),
            tr("Line of business"),
            tr("Number"),
            tr("State"),
            tr("Since"),
            tr("Remark"),
            tr("Source"),
        ),
        [
            [
                str(one.id),
                tr(ACCOUNT_LINES[one.line]),
                one.number,
                tr(ACCOUNT_STATES[one.state][0]),
                one.since,
                one.remark,
                origin_words(file, "account", one.id),
            ]
            for one in file.accounts
        ],
    )
    yield (
        tr("Devices"),
        (tr("Id"), tr("Device"), tr("Number"), tr("Model"), tr("Source")),
        [
            [str(one.id), tr(DEVICES[one.kind]), one.number, one.model, origin_words(file, "device", one.id)]
            for one in file.devices
        ],
    )
    yield (
        tr("Packages"),
        (tr("Package name"), tr("Valid until"), tr("Price")),
        [[one.name, one.until, money(one.price_fen) if one.price_fen else ""] for one in file.packages],
    )
    yield (
        tr("Bills"),
        (tr("Month"), tr("Item"), tr("Amount")),
        [[one.month, one.item, money(one.amount_fen)] for one in file.bills],
    )
    yield (
        tr("Merged from"),
        (tr("Merge"), tr("Customer"), tr("Name"), tr("Time"), tr("Staff no."), tr("Reason")),
        [
            [str(one.id), str(one.gone), one.name, moment(one.at, now, zone), one.who, one.reason]
            for one in file.merged
        ],
    )
