"""`fourseat tickets print`: the order for the technician, on paper or as a PDF file."""

import base64
from pathlib import Path
from typing import Annotated

import typer

from engine.wire.paper import Printed, PrintTicketParams
from tui.cli.errors import CliError, file_trouble
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json
from tui.cli.session import Engine, visit
from tui.words import mark, tr

EXAMPLE = "fourseat tickets print 261122003\nfourseat tickets print 261122003 --to order.pdf"
HELP = mark("Print the order for the technician; without a printer command it becomes a PDF file.")
To = Annotated[str, typer.Option("--to", metavar="FILE", help=mark("Write the PDF here."))]


def print_ticket(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help=mark("The ticket's number."))],
    to: To = "",
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> Printed:
        made: Printed = await engine.ask("tickets.print", PrintTicketParams(number=number), seconds=90)
        return made

    tell_printed(visit(settings_of(context), work), to, f"ticket-{number}.pdf", as_json=as_json)


def tell_printed(made: Printed, to: str, name: str, *, as_json: bool) -> None:
    """Write the PDF where it is wanted, or where there was no printer for it; say what has become of it."""
    path = Path(to or name).absolute() if to or not made.printed else None
    if path is not None:
        _write(path, made)
    if as_json:
        file = "" if path is None else str(path)
        print_json({"numbers": made.numbers, "printed": made.printed, "trouble": made.trouble, "file": file})
    elif path is None:
        print(tr("It is printed."))
    else:
        _tell(path, made)


def _write(path: Path, made: Printed) -> None:
    try:
        path.write_bytes(base64.b64decode(made.pdf))
    except OSError as error:
        raise CliError(f"{path}: {file_trouble(error)}") from None


def _tell(path: Path, made: Printed) -> None:
    print(tr("The PDF is here: {path}", path=path))
    if made.trouble:
        print(tr("The printer command has failed: {why}", why=made.trouble))
    if not made.printed:
        print(
            tr(
                'Print it: lp {path}   To have that done: print = ["lp"] in [tickets] of config.toml',
                path=path,
            )
        )
