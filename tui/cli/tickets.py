"""`fourseat tickets`: what customers want, until somebody has seen to it and told them so."""

import base64
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from engine.core.tickets.records import Act, NewTicket
from engine.wire.base import Chunk
from engine.wire.tickets import (
    ActParams,
    Aging,
    AttachmentParams,
    BatchParams,
    BatchResult,
    CreatedTicket,
    CreateTicketParams,
    TicketDetail,
    TicketList,
    TicketNumberParams,
    TicketRow,
    TicketsParams,
    TicketWords,
)
from tui.cli import ticket_print
from tui.cli.errors import CliError, UsageProblem, file_trouble
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, Since, Until, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.ticket_files import attach_file, export, import_tickets
from tui.cli.ticket_options import (
    Everything,
    Fields,
    Number,
    OfArea,
    OfCategory,
    OfCustomer,
    OfDepartment,
    OfOwner,
    OfPhone,
    OfState,
    OfTechnician,
    OfText,
    OfType,
    OfView,
    between,
    deed_of,
    fields_of,
    states_of,
    view_of,
)
from tui.cli.ticket_words import department_names, print_detail, print_tickets, print_type, print_types
from tui.cli.times import instant
from tui.tickets.book import Book
from tui.tickets.labels import refused_words, state_words
from tui.words import mark, tr


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group, help=mark("Tickets: told, dispatched, returned, replied to, closed."), no_args_is_help=True
    )
    commands: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        (
            "list",
            list_tickets,
            mark("Open tickets, the newest first."),
            "fourseat tickets list --view overdue\n"
            "fourseat tickets list --all --area 东山片区 --since 2026-11-01 --text 无信号",
        ),
        (
            "show",
            show,
            mark("One ticket with its files and its history."),
            "fourseat tickets show 261122001",
        ),
        (
            "add",
            add,
            mark("A new ticket."),
            "fourseat tickets add --type fault --category no_signal --customer 12\n"
            "fourseat tickets add --type consult --text 问套餐 --solved 每月26元",
        ),
        (
            "do",
            do,
            mark("Do something to tickets: verify, dispatch, return, reply, close ..."),
            "fourseat tickets do 261122001 dispatch --to east --text 客户急\n"
            "fourseat tickets do 261122001 return --text 更换接头 --code plug\n"
            "fourseat tickets do 261122001 261122002 remark --text 明天上门",
        ),
        ("print", ticket_print.print_ticket, ticket_print.HELP, ticket_print.EXAMPLE),
        (
            "attach",
            attach_file,
            mark("Add a file to a ticket: a scan, a photo, a recording."),
            "fourseat tickets attach 261122001 现场.jpg",
        ),
        (
            "fetch",
            fetch,
            mark("Write a file of a ticket to this machine; the id is in `tickets show`."),
            "fourseat tickets fetch 12 --to 现场.jpg",
        ),
        (
            "export",
            export,
            mark("Write tickets to a CSV file that spreadsheets open."),
            "fourseat tickets export 十一月.csv --all --since 2026-11-01 --until 2026-11-30",
        ),
        (
            "import",
            import_tickets,
            mark("Make tickets of the rows of a CSV file."),
            "fourseat tickets import 旧工单.csv --dry-run",
        ),
        (
            "aging",
            aging,
            mark("Open tickets by department and age; what is late."),
            "fourseat tickets aging",
        ),
        (
            "types",
            types,
            mark("The types of tickets of this site, and what is wrong with their files."),
            "fourseat tickets types\nfourseat tickets types fault\nfourseat tickets types --reload",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="tickets")


async def book_of(engine: Engine) -> Book:
    """The names of the site's types, departments and people."""
    return Book(await engine.ask("tickets.words"))


def list_tickets(
    context: typer.Context,
    view: OfView = "",
    state: OfState = None,
    everything: Everything = False,
    type_id: OfType = "",
    category: OfCategory = "",
    department: OfDepartment = "",
    owner: OfOwner = "",
    technician: OfTechnician = "",
    area: OfArea = "",
    phone: OfPhone = "",
    customer: OfCustomer = 0,
    text: OfText = "",
    since: Since = "",
    until: Until = "",
    by_due: Annotated[bool, typer.Option("--by-due", help=mark("What is due first comes first."))] = False,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    wanted = TicketsParams(
        view=view_of(view),
        states=states_of(state),
        everything=everything,
        type=type_id,
        category=category,
        department=department,
        owner=owner,
        technician=technician,
        area=area,
        phone=phone,
        customer_id=customer,
        text=text,
        order="due" if by_due else "newest",
        limit=limit,
    )

    async def work(engine: Engine) -> tuple[TicketList, Book, Engine]:
        found = await engine.ask("tickets.list", between(wanted, since, until, engine))
        return found, await book_of(engine), engine

    result, book, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
    else:
        narrowed = wanted != TicketsParams(limit=limit) or since or until
        empty = tr("No ticket fits") if narrowed else tr("No ticket is open")
        print_tickets(result.tickets, book, engine, empty)


def show(context: typer.Context, number: Number, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[TicketDetail, Book, Engine]:
        detail = await engine.ask("tickets.show", TicketNumberParams(number=number))
        return detail, await book_of(engine), engine

    detail, book, engine = visit(settings_of(context), work)
    if as_json:
        print_json(detail)
    else:
        print_detail(detail, book, engine)


def add(
    context: typer.Context,
    type_id: Annotated[
        str, typer.Option("--type", metavar="ID", help=mark("Its type; see `fourseat tickets types`."))
    ],
    category: Annotated[str, typer.Option("--category", metavar="ID", help=mark("Its category."))] = "",
    text: Annotated[str, typer.Option("--text", metavar="TEXT", help=mark("What was told."))] = "",
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help=mark("In a few words."))] = "",
    customer: Annotated[int, typer.Option("--customer", metavar="ID", help=mark("Whose it is."))] = 0,
    contact: Annotated[str, typer.Option("--contact", metavar="NAME", help=mark("Whom to ask for."))] = "",
    phone: Annotated[str, typer.Option("--phone", metavar="NUMBER", help=mark("Where to call."))] = "",
    address: Annotated[str, typer.Option("--address", metavar="TEXT", help=mark("Where to go."))] = "",
    area: Annotated[
        str, typer.Option("--area", metavar="AREA", help=mark("Area; it finds the station."))
    ] = "",
    priority: Annotated[
        int,
        typer.Option("--priority", metavar="0-2", min=0, max=2, help=mark("0 normal, 1 urgent, 2 at once.")),
    ] = 0,
    field: Fields = None,
    solved: Annotated[
        str,
        typer.Option("--solved", metavar="REPLY", help=mark("Solved at once; what the customer was told.")),
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help=mark("Even though a ticket of the same matter is open."))
    ] = False,
    as_json: Json = False,
) -> None:
    new = NewTicket(
        key=f"cli:{uuid.uuid4().hex}",
        type=type_id,
        category=category,
        text=text,
        title=title,
        customer_id=customer,
        contact=contact,
        phone=phone,
        address=address,
        area=area,
        priority=priority,
        fields=fields_of(field),
        solved=bool(solved),
        reply=solved,
    )

    async def work(engine: Engine) -> tuple[CreatedTicket, Book, Engine]:
        made = await engine.ask("tickets.create", CreateTicketParams(ticket=new, force=force))
        return made, await book_of(engine), engine

    made, book, engine = visit(settings_of(context), work)
    if as_json:
        print_json(made)
    elif made.row is not None:
        _tell(made.row, book)
    else:
        print_tickets(list(made.same), book, engine, "")
    if made.row is None:
        raise CliError(
            tr("the same matter is open already"), tr("add to that ticket, or write --force for another one")
        )


def do(
    context: typer.Context,
    numbers_and_deed: Annotated[
        list[str],
        typer.Argument(metavar="NUMBER... DEED", help=mark("Numbers of tickets, and what is to be done.")),
    ],
    text: Annotated[
        str, typer.Option("--text", metavar="TEXT", help=mark("Reason, result, reply or remark."))
    ] = "",
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="TARGET", help=mark("Department, staff number, ticket or point of the checklist.")
        ),
    ] = "",
    code: Annotated[
        str,
        typer.Option(
            "--code",
            metavar="CODE",
            help=mark("Cause of a fault, outcome of a call, or `customer` when waiting for the customer."),
        ),
    ] = "",
    score: Annotated[
        int, typer.Option("--score", metavar="1-5", min=0, max=5, help=mark("The customer's mark, 1 to 5."))
    ] = 0,
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help=mark("The promised time; of suspend: until when."))
    ] = "",
    field: Fields = None,
    as_json: Json = False,
) -> None:
    if len(numbers_and_deed) < 2:
        raise UsageProblem(
            tr("which ticket, and what is to be done?"), tr("write: fourseat tickets do NUMBER DEED")
        )
    *numbers, deed_text = numbers_and_deed
    deed, fields = deed_of(deed_text), fields_of(field)

    async def work(engine: Engine) -> tuple[BatchResult, Book]:
        when = instant(at, engine.hello.now, engine.zone) if at else 0
        act = Act(deed=deed, text=text, target=to, code=code, score=score, at=when, fields=fields)
        if len(numbers) == 1:
            row: TicketRow = await engine.ask("tickets.act", ActParams(number=numbers[0], act=act))
            return BatchResult(done=[row], refused={}), await book_of(engine)
        done = await engine.ask("tickets.batch", BatchParams(numbers=tuple(numbers), act=act))
        return done, await book_of(engine)

    result, book = visit(settings_of(context), work)
    if as_json:
        print_json(result)
    else:
        for row in result.done:
            _tell(row, book)
        for number, refused in result.refused.items():
            print(tr("{number}: refused: {why}", number=number, why=refused_words(refused) or refused))
    if result.refused:
        raise typer.Exit(1)


def _tell(row: TicketRow, book: Book) -> None:
    print(
        tr(
            "{number} {matter}: {state}; with {department}",
            number=row.ticket.number,
            matter=book.matter(row.ticket),
            state=state_words(row.ticket)[0],
            department=book.department(row.ticket.department),
        )
    )


def fetch(
    context: typer.Context,
    file_id: Annotated[int, typer.Argument(metavar="ID", help=mark("Id of the file."))],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", help=mark("The file to write."))],
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> bytes:
        content = b""
        while True:
            piece: Chunk = await engine.ask(
                "tickets.attachment", AttachmentParams(id=file_id, offset=len(content))
            )
            content += base64.b64decode(piece.data)
            if not piece.data or len(content) >= piece.size:
                return content

    content = visit(settings_of(context), work)
    try:
        to.write_bytes(content)
    except OSError as error:
        raise CliError(
            tr("{file} cannot be written: {why}", file=to, why=file_trouble(error)), tr("check the name")
        ) from None
    if as_json:
        print_json({"file": str(to), "bytes": len(content)})
    else:
        print(tr("{file}: {count} bytes", file=to, count=len(content)))


def aging(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> tuple[Aging, TicketWords]:
        return await engine.ask("tickets.aging"), await engine.ask("tickets.words")

    result, words = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    names = department_names(words.departments)
    headings = (
        tr("open"),
        tr("< 1 day"),
        tr("< 3 days"),
        tr("< 7 days"),
        tr("older"),
        tr("LATE"),
        tr("escalated"),
        tr("closed today"),
    )
    columns = [Column(tr("Department")), *(Column(word, right=True) for word in headings)]
    rows = [
        [names.get(row.department, row.department)]
        + [
            str(count)
            for count in (
                row.open,
                row.under_1_day,
                row.under_3_days,
                row.under_7_days,
                row.older,
                row.overdue,
                row.escalated,
                row.closed_today,
            )
        ]
        for row in result.rows
    ]
    print_table(columns, rows, tr("No ticket is open"))


def types(
    context: typer.Context,
    type_id: Annotated[str, typer.Argument(metavar="[ID]", help=mark("One type, whole."))] = "",
    reload: Annotated[
        bool, typer.Option("--reload", help=mark("Read the files anew; a bad one changes nothing."))
    ] = False,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> TicketWords:
        words: TicketWords = await engine.ask("tickets.reload" if reload else "tickets.words")
        return words

    words = visit(settings_of(context), work)
    book = Book(words)
    kind = book.type(type_id)
    if type_id and kind is None:
        names = ", ".join(one.id for one in words.types)
        raise CliError(
            tr("there is no type {name}", name=repr(type_id)), tr("write one of: {names}", names=names)
        )
    if as_json:
        print_json(kind or words)
    elif kind is not None:
        print_type(kind, book)
    else:
        print_types(words, book)
    if words.problems:
        raise typer.Exit(1)
