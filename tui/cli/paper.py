"""`fourseat paper`: numbered forms for hours without a system, and entering them afterwards."""

import asyncio
import csv
import io
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from engine.wire.paper import (
    EnteredForm,
    EnterFormParams,
    FormInfo,
    Forms,
    FormsParams,
    Printed,
    PrintFormsParams,
    VoidFormParams,
)
from engine.wire.tickets import TicketWords
from tui.cli.errors import CliError, UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table, warn
from tui.cli.paper_form import FIELDS, REQUIRED, FormReader
from tui.cli.session import Engine, visit
from tui.cli.table_files import text_of_file
from tui.cli.ticket_print import To, tell_printed
from tui.cli.times import full_moment
from tui.words import mark, tr

FormNumber = Annotated[
    str, typer.Argument(metavar="NUMBER", help=mark("The form's number, with its check digit."))
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group, help=mark("Forms for hours without power or system."), no_args_is_help=True
    )
    commands: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        (
            "print",
            print_forms,
            mark("Blank forms, each with a number of its own; keep some in a drawer."),
            "fourseat paper print --count 20\nfourseat paper print --count 10 --type fault --to forms.pdf",
        ),
        ("open", show_open, mark("Forms that were printed and not entered yet."), "fourseat paper open"),
        (
            "enter",
            enter,
            mark("Enter filled-in forms with their own times, one after another or from a CSV file."),
            "fourseat paper enter\nfourseat paper enter --template > forms.csv\n"
            "fourseat paper enter --file forms.csv",
        ),
        (
            "void",
            void,
            mark("A form was spoilt, lost or never used."),
            "fourseat paper void 261122-001-4 --remark 写坏",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="paper")


def print_forms(
    context: typer.Context,
    count: Annotated[
        int, typer.Option("--count", min=1, max=100, metavar="COUNT", help=mark("So many forms."))
    ] = 20,
    type_: Annotated[
        str,
        typer.Option(
            "--type", metavar="TYPE", help=mark("Only for this type of ticket; else for all of them.")
        ),
    ] = "",
    to: To = "",
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> Printed:
        wanted = PrintFormsParams(count=count, type=type_)
        made: Printed = await engine.ask("paper.print", wanted, seconds=90)
        return made

    made = visit(settings_of(context), work)
    if not as_json:
        print(tr("Forms {first} to {last}", first=made.numbers[0], last=made.numbers[-1]))
    tell_printed(made, to, f"forms-{made.numbers[0]}.pdf", as_json=as_json)


def show_open(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=mark("Also those that were entered."))] = False,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Forms, Engine]:
        return await engine.ask("paper.forms", FormsParams(everything=everything)), engine

    forms, engine = visit(settings_of(context), work)
    if as_json:
        print_json(forms.forms)
        return
    columns = [
        Column(tr("Number")),
        Column(tr("Type")),
        Column(tr("Printed")),
        Column(tr("By")),
        Column(tr("Ticket")),
        Column(tr("Remark")),
    ]
    rows = [
        [
            form.number,
            form.type,
            full_moment(form.printed_at, engine.zone),
            form.printed_by,
            _became(form),
            form.remark,
        ]
        for form in forms.forms
    ]
    print_table(columns, rows, tr("All printed forms were entered"))


def _became(form: FormInfo) -> str:
    return form.ticket or (tr("void") if form.entered_at else "")


def void(
    context: typer.Context,
    number: FormNumber,
    remark: Annotated[str, typer.Option("--remark", metavar="TEXT", help=mark("Why."))] = "",
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> FormInfo:
        form: FormInfo = await engine.ask("paper.void", VoidFormParams(form=number, remark=remark))
        return form

    form = visit(settings_of(context), work)
    if as_json:
        print_json(form)
    else:
        print(tr("Form {number} is void", number=form.number))


def enter(
    context: typer.Context,
    file: Annotated[
        str,
        typer.Option(
            "--file", metavar="FILE", help=mark("A CSV file, one form a row; - reads standard input.")
        ),
    ] = "",
    template: Annotated[
        bool, typer.Option("--template", help=mark("Print the headings of the CSV file and what they mean."))
    ] = False,
    as_json: Json = False,
) -> None:
    if template:
        _print_template()
        return
    rows = _csv_rows(file) if file else None
    if rows is None and not sys.stdin.isatty():
        raise UsageProblem(tr("there is nobody to be asked"), tr("give the forms with --file"))

    async def work(engine: Engine) -> tuple[list[EnteredForm], list[str]]:
        words: TicketWords = await engine.ask("tickets.words")
        reader = FormReader(words, engine.hello.now, engine.zone)
        return await _enter_all(engine, reader, _asked_rows(reader) if rows is None else iter(rows))

    entered, troubles = visit(settings_of(context), work)
    if as_json:
        print_json({"entered": entered, "refused": troubles})
    elif rows is not None:
        print(tr("{count} forms are entered, {bad} are not", count=len(entered), bad=len(troubles)))
    if troubles:
        raise typer.Exit(1)


async def _enter_all(
    engine: Engine, reader: FormReader, rows: Iterator[Mapping[str, str]]
) -> tuple[list[EnteredForm], list[str]]:
    """Each form by itself: what one is refused for leaves the others alone."""
    entered: list[EnteredForm] = []
    troubles: list[str] = []
    while (row := await asyncio.to_thread(next, rows, None)) is not None:  # who types keeps nobody waiting
        try:
            wanted: EnterFormParams = reader.read(row)
            done: EnteredForm = await engine.ask("paper.enter", wanted)
        except CliError as error:
            troubles.append(f"{row.get('form', '')}: {error.message}")
            warn(troubles[-1])
        else:
            entered.append(done)
            warn(tr("{form} is ticket {number}", form=done.form, number=done.ticket.number))
    return entered, troubles


def _asked_rows(reader: FormReader) -> Iterator[dict[str, str]]:
    """Forms as somebody types them; an empty number ends it."""
    print(tr("One form after another; an empty line leaves a field out, an empty number ends."))
    while True:
        row = {"form": _typed(f"{tr(FIELDS['form'])}: ", required=False)}
        if not row["form"]:
            return
        for name, words in FIELDS.items():
            if name not in row and reader.is_asked(name, row):
                row[name] = _typed(f"{tr(words)}{reader.choices(name, row)}: ", required=name in REQUIRED)
        yield row


def _typed(words: str, *, required: bool) -> str:
    try:
        while not (text := input(words).strip()) and required:
            pass
    except EOFError:
        return ""
    return text


def _csv_rows(file: str) -> list[dict[str, str]]:
    try:
        if file == "-":
            return _rows(list(csv.DictReader(sys.stdin)), file)
        return _rows(list(csv.DictReader(io.StringIO(text_of_file(Path(file)), newline=""))), file)
    except (UnicodeDecodeError, csv.Error) as error:
        raise CliError(f"{file}: {error}", tr("save it as CSV in UTF-8")) from None


def _rows(rows: list[dict[str, str]], file: str) -> list[dict[str, str]]:
    """Rows by the names of the fields; headings may be in either language."""
    names = {words: name for name, words in FIELDS.items()}
    names |= {tr(words): name for name, words in FIELDS.items()} | {name: name for name in FIELDS}
    for row in rows:
        unknown = [heading for heading in row if heading not in names]
        if unknown:
            raise CliError(
                tr("{file}: there is no column {name}", file=file, name=", ".join(map(str, unknown))),
                tr("see: {command}", command="fourseat paper enter --template"),
            )
    return [{names[heading]: (value or "").strip() for heading, value in row.items()} for row in rows]


def _print_template() -> None:
    print(",".join(FIELDS))
    print(",".join(tr(words) for words in FIELDS.values()), file=sys.stderr)
