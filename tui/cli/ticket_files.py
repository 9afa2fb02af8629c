"""Files in and out of tickets: CSV lists, and what is attached to one."""

import base64
import csv
import hashlib
import io
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine.core.tickets.records import Attachment, NewTicket
from engine.wire.tickets import (
    Attached,
    AttachParams,
    CreatedTicket,
    CreateTicketParams,
    TicketList,
    TicketRow,
    TicketsParams,
    TicketWords,
)
from tui.cli.errors import CliError, file_trouble
from tui.cli.options import Json, Since, Until, settings_of
from tui.cli.output import Progress, print_json
from tui.cli.session import Engine, visit
from tui.cli.table_files import broken_line, text_of_file
from tui.cli.ticket_options import Everything, Number, OfDepartment, OfState, OfType, between, states_of
from tui.cli.ticket_words import COLUMNS, csv_cells
from tui.cli.times import instant
from tui.words import mark, tr

PAGE = 500
PIECE = 192 * 1024  # bytes of a file in one request
_TAKEN = ("title", "text", "contact", "phone", "address", "area", "node", "owner", "department", "category")


def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("The file to write."))],
    state: OfState = None,
    everything: Everything = False,
    type_id: OfType = "",
    department: OfDepartment = "",
    since: Since = "",
    until: Until = "",
    as_json: Json = False,
) -> None:
    wanted = TicketsParams(
        states=states_of(state), everything=everything, type=type_id, department=department, limit=PAGE
    )

    async def work(engine: Engine) -> tuple[list[TicketRow], Engine]:
        return await _all(engine, between(wanted, since, until, engine)), engine

    rows, engine = visit(settings_of(context), work)
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.writer(target)
            writer.writerow(COLUMNS)
            writer.writerows(csv_cells(row.ticket, engine) for row in rows)
    except OSError as error:
        raise CliError(
            tr("{file} cannot be written: {why}", file=file, why=file_trouble(error)), tr("check the name")
        ) from None
    if as_json:
        print_json({"file": str(file), "tickets": len(rows)})
    else:
        print(tr("{count} tickets are in {file}", count=len(rows), file=file))


async def _all(engine: Engine, wanted: TicketsParams) -> list[TicketRow]:
    """Every ticket that fits, page by page."""
    found: list[TicketRow] = []
    while True:
        page: TicketList = await engine.ask("tickets.list", wanted)
        found += page.tickets
        if len(page.tickets) < PAGE:
            return found
        wanted = msgspec.structs.replace(wanted, before_id=page.tickets[-1].ticket.id)


def import_tickets(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help=mark("CSV with the columns that `export` writes."))
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=mark("Say what would happen; store nothing."))
    ] = False,
    as_json: Json = False,
) -> None:
    rows = _rows_of(file)

    async def work(engine: Engine) -> tuple[list[str], list[tuple[int, str]]]:
        words: TicketWords = await engine.ask("tickets.words")
        known = {kind.id for kind in words.types}
        made: list[str] = []
        bad: list[tuple[int, str]] = []
        seen: Counter[str] = Counter()
        with Progress(file.name, len(rows)) as bar:
            for done, (line, cells) in enumerate(rows, 1):
                try:
                    new = _new(cells, known, engine, seen)
                    made.append("" if dry_run else await _create(engine, new))
                except CliError as error:
                    bad.append((line, error.message))
                bar.show(done)
        return made, bad

    made, bad = visit(settings_of(context), work)
    if as_json:
        print_json({"made": made if not dry_run else len(made), "bad": dict(bad), "dry_run": dry_run})
    else:
        words = mark("{count} tickets would be made") if dry_run else mark("{count} tickets are made")
        print(tr(words, count=len(made)))
        for line, why in bad:
            print(tr("line {line}: {why}", line=line, why=why))
    if bad:
        raise typer.Exit(1)


async def _create(engine: Engine, new: NewTicket) -> str:
    made: CreatedTicket = await engine.ask("tickets.create", CreateTicketParams(ticket=new, force=True))
    assert made.row is not None  # it was forced
    return made.row.ticket.number


def _rows_of(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Line number and cells of each row."""
    reader = csv.DictReader(io.StringIO(text_of_file(file)))
    if "type" not in (reader.fieldnames or ()):
        raise CliError(
            tr("{file} has no column `type`", file=file),
            tr("the columns are those of: fourseat tickets export"),
        )
    rows = []
    try:
        for row in reader:
            cells = {name: (value or "").strip() for name, value in row.items() if name}
            rows.append((reader.line_num, {name: _plain(value) for name, value in cells.items()}))
    except csv.Error as error:
        raise broken_line(file, reader.line_num, error) from None
    return rows


def _plain(cell: str) -> str:
    """A cell that was kept from being a formula."""
    return cell[1:] if cell.startswith("'") else cell


def _new(cells: dict[str, str], known: set[str], engine: Engine, seen: Counter[str]) -> NewTicket:
    """The ticket of a row. Its key is made of the row: the same file once more makes nothing twice."""
    type_id = cells["type"]
    if type_id not in known:
        raise CliError(tr("there is no type {name}", name=repr(type_id)))
    created = cells.get("created", "")
    priority, customer = cells.get("priority", ""), cells.get("customer_id", "")
    digest = hashlib.sha256(repr(sorted(cells.items())).encode()).hexdigest()
    seen[digest] += 1
    taken: dict[str, Any] = {name: cells.get(name, "") for name in _TAKEN}
    return NewTicket(
        key=f"import:{digest}:{seen[digest]}",
        type=type_id,
        priority=int(priority) if priority in ("1", "2") else 0,
        customer_id=int(customer) if customer.isascii() and customer.isdecimal() else 0,
        created_at=instant(created, engine.hello.now, engine.zone) if created else 0,
        **taken,
    )


def attach_file(
    context: typer.Context,
    number: Number,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=mark("The file to add."))],
    as_json: Json = False,
) -> None:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise CliError(
            tr("{file} cannot be read: {why}", file=file, why=file_trouble(error)), tr("check the name")
        ) from None

    async def work(engine: Engine) -> Attachment:
        with Progress(file.name, len(content)) as bar:
            offset = 0
            while True:
                piece = content[offset : offset + PIECE]
                last = offset + len(piece) >= len(content)
                asked = AttachParams(
                    number=number,
                    name=file.name,
                    offset=offset,
                    data=base64.b64encode(piece).decode("ascii"),
                    last=last,
                )
                answer: Attached = await engine.ask("tickets.attach", asked)
                offset += len(piece)
                bar.show(offset)
                if last:
                    assert answer.attachment is not None
                    return answer.attachment

    attachment = visit(settings_of(context), work)
    if as_json:
        print_json(attachment)
    else:
        print(tr("{name} is kept with {number}", name=attachment.name, number=attachment.ticket))
