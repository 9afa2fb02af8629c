"""`fourseat customers`: search, show, and import from a spreadsheet."""

from pathlib import Path
from typing import Annotated

import typer

from engine.core.records import CUSTOMER_LIST_FIELDS, Customer, CustomerCard
from engine.wire.customers import CustomerIdParams, Customers, SearchParams
from engine.wire.methods import BadRow
from tui.cli import customer_merge, customer_password, customer_view
from tui.cli.calls import outcome_words
from tui.cli.codes import code_words, field_words
from tui.cli.customer_file import CustomerFile
from tui.cli.customer_import import ImportReport, import_customers, write_bad_rows
from tui.cli.errors import UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, settings_of
from tui.cli.output import Column, print_facts, print_heading, print_json, print_table
from tui.cli.session import Engine, visit
from tui.labels import balance, moment, phone_number
from tui.words import mark, tr

SHOWN_BAD_ROWS = 20


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Customers: import, search, show."), no_args_is_help=True)
    group.command(
        "import",
        cls=Command,
        help=mark(
            "Import customers from a CSV or TSV file (UTF-8, UTF-16 or GB18030). Customers that are there"
            " already are updated. Bad rows are reported and left out."
        ),
        epilog="fourseat customers import 用户.csv --dry-run\n"
        "fourseat customers import 用户.csv --map 户名=name --bad-rows 错误行.csv",
    )(import_file)
    group.command(
        "search",
        cls=Command,
        help=mark("Find customers by any name, number, pinyin initials, address, tag or ticket."),
        epilog="fourseat customers search 张华\nfourseat customers search zhs",
    )(search)
    group.command(
        "show",
        cls=Command,
        help=mark("One customer with the last calls."),
        epilog="fourseat customers show 20004711\nfourseat customers show 13900000001 --full",
    )(show)
    customer_view.add_to(group)
    customer_merge.add_to(group)
    customer_password.add_to(group)
    app.add_typer(group, name="customers")


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=mark("Two characters are enough."))],
    limit: Limit = 20,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> Customers:
        answer: Customers = await engine.ask("customer.search", SearchParams(text=text, limit=limit))
        return answer

    result = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    headings = (
        tr("Id"),
        tr("Name"),
        tr("Phone numbers"),
        tr("Area"),
        tr("Address"),
        tr("Smart card"),
        tr("Balance"),
    )
    columns = [Column(word, right=word == headings[0]) for word in headings]
    print_table(columns, [_row(customer) for customer in result.customers], tr("No customers found"))


def _row(customer: Customer) -> list[str]:
    return [
        str(customer.id),
        f"{customer.name} (VIP)" if customer.vip else customer.name,
        " ".join(customer.phones),
        customer.area,
        customer.address,
        customer.card_number,
        balance(customer),
    ]


def show(
    context: typer.Context,
    customer: customer_view.CustomerKey,
    full: Annotated[
        bool,
        typer.Option("--full", help=mark("Everything: persons, addresses, accounts, bills, all contacts.")),
    ] = False,
    as_json: Json = False,
) -> None:
    if full:
        customer_view.show_file(settings_of(context), customer, as_json)
        return

    async def work(engine: Engine) -> tuple[CustomerCard, Engine]:
        customer_id = await customer_view.customer_meant(engine, customer)
        return await engine.ask("customer.show", CustomerIdParams(id=customer_id)), engine

    card, engine = visit(settings_of(context), work)
    if as_json:
        print_json(card)
        return
    if card.customer is not None:
        print_facts(_facts(card.customer))
    print_heading(tr("Last calls"))
    headings = (tr("Call"), tr("Time"), tr("Agent"), tr("Outcome"), tr("Disposition"), tr("Note"))
    rows = [
        [
            call.call_id,
            moment(call.at, engine.hello.now, engine.zone),
            call.agent_name or call.staff_number,
            outcome_words(call.outcome),
            engine.disposition(call.disposition),
            tr("[open] {note}", note=call.note) if call.unsolved else call.note,
        ]
        for call in card.past_calls
    ]
    print_table([Column(word) for word in headings], rows, tr("No calls yet"))


def _facts(customer: Customer) -> list[tuple[str, str]]:
    return [
        (tr("Id"), str(customer.id)),
        (tr("Name"), customer.name),
        (tr("VIP"), tr("yes") if customer.vip else ""),
        (tr("Customer number"), customer.customer_number),
        (tr("Phone numbers"), "  ".join(phone_number(number) for number in customer.phones)),
        (tr("Address"), customer.address),
        (tr("Area"), customer.area),
        (tr("Smart card"), customer.card_number),
        (tr("Packages"), "  ".join(customer.packages)),
        (tr("Account"), balance(customer)),
        (tr("Remark"), customer.remark),
    ]


def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=mark("CSV or TSV with headings in its first line."))
    ],
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="HEADING=FIELD",
            help=mark("What a column is, if its heading is not recognised; HEADING= leaves it out."),
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=mark("Check everything, change nothing."))
    ] = False,
    bad_rows: Annotated[
        Path | None,
        typer.Option(
            "--bad-rows", metavar="FILE", help=mark("Write the bad rows, with reasons, to this CSV file.")
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    source = CustomerFile(file)
    columns = parse_mapping(mapping or [], source.columns)

    async def work(engine: Engine) -> ImportReport:
        return await import_customers(engine, source, columns, dry_run=dry_run)

    report = visit(settings_of(context), work)
    if bad_rows is not None and report.bad:
        write_bad_rows(bad_rows, source.columns, report)
    if as_json:
        print_json(report)
    else:
        tell_import(report, source, bad_rows)
    if report.bad_count:
        raise typer.Exit(1)


def parse_mapping(texts: list[str], columns: list[str]) -> dict[str, str]:
    """HEADING=FIELD pairs; the heading must be in the file, the field must exist or be empty."""
    mapping: dict[str, str] = {}
    for text in texts:
        heading, equals, field = text.rpartition("=")
        if not equals or heading not in columns:
            raise UsageProblem(
                tr("--map {text}: the file has no column {name}", text=text, name=repr(heading)),
                tr("its columns are: {names}", names=", ".join(columns)),
            )
        if field and field not in CUSTOMER_LIST_FIELDS:
            raise UsageProblem(
                tr("--map {text}: there is no field {name}", text=text, name=repr(field)),
                tr("fields are: {names}", names=", ".join(CUSTOMER_LIST_FIELDS)),
            )
        mapping[heading] = field
    return mapping


def _field(field: str, report: ImportReport) -> str:
    """What a column holds; packages have names of their own."""
    return (
        tr("Package name") if field == "name" and "price" in report.mapping.values() else field_words(field)
    )


def _bad_cells(row: BadRow) -> list[str]:
    return [str(row.line), field_words(row.field), code_words(row.reason)]


def tell_import(report: ImportReport, source: CustomerFile, bad_rows: Path | None) -> None:
    """What became of the rows of a file."""
    print(tr("File: {file}, {encoding}", file=source.path, encoding=source.encoding))
    print_facts(
        [(heading, f"{_field(field, report)} ({field})") for heading, field in report.mapping.items()]
    )
    if report.unmapped:
        print(tr("Columns left out: {names}", names=", ".join(report.unmapped)))
    print_heading(tr("Dry run: nothing was changed") if report.dry_run else tr("Imported"))
    print_facts(
        [
            (tr("Rows read"), str(report.read)),
            (tr("Added"), str(report.added)),
            (tr("Updated"), str(report.updated)),
            (tr("Unchanged"), str(report.unchanged)),
            (tr("Bad"), str(report.bad_count)),
        ]
    )
    if report.bad:
        print_heading(tr("Bad rows"))
        columns = [Column(tr("Line no."), right=True), Column(tr("Field")), Column(tr("Reason"))]
        print_table(columns, [_bad_cells(row) for row in report.bad[:SHOWN_BAD_ROWS]], "")
        if report.bad_count > SHOWN_BAD_ROWS:
            print(
                tr(
                    "and {count} more; --bad-rows FILE writes all of them",
                    count=report.bad_count - SHOWN_BAD_ROWS,
                )
            )
        if bad_rows is not None:
            print(tr("All bad rows are in {file}", file=bad_rows))
