"""`fourseat agent`, `supervisor`, `station` and `admin`: start a console. Textual is loaded only here."""

import gc
import os
import sys
from typing import Annotated

import typer

from tui.cli.errors import CliError
from tui.cli.help import Command
from tui.cli.options import settings_of
from tui.cli.session import Settings
from tui.words import language_in_use, mark, tr

_Staff = Annotated[
    str,
    typer.Option(
        "--staff", metavar="NUMBER", help=mark("Fill in this staff number; $FOURSEAT_PIN fills in the PIN.")
    ),
]
_Seat = Annotated[str, typer.Option("--seat", metavar="ID", help=mark("Put the cursor on this seat."))]


def add_to(app: typer.Typer) -> None:
    app.command(
        "agent",
        cls=Command,
        help=mark("The agent's console: take calls."),
        epilog="fourseat agent\nfourseat agent --staff 8001 --seat seat1",
    )(agent)
    app.command(
        "supervisor",
        cls=Command,
        help=mark("The supervisor's console: agents, queues, lines and calls of now; listen and step in."),
        epilog="fourseat supervisor\nfourseat supervisor --staff 9001 --seat seat3",
    )(supervisor)
    app.command(
        "station",
        cls=Command,
        help=mark("The station's console: accept orders, go there, return them."),
        epilog="fourseat station\nfourseat station --staff 8011",
    )(station)
    app.command(
        "admin",
        cls=Command,
        help=mark("The administrator's console: the site, its users, and what was changed."),
        epilog="fourseat admin\nfourseat admin --staff 9000",
    )(admin)
    app.command(
        "wallboard",
        cls=Command,
        help=mark("Big figures for a monitor on the wall; logs in by itself where it may."),
        epilog="fourseat wallboard\nfourseat wallboard --staff 9001",
    )(wallboard)


def agent(context: typer.Context, staff: _Staff = "", seat: _Seat = "") -> None:
    path = _console_socket(settings_of(context))
    from tui.agent.app import run

    _keep_garbage_rounds_short()
    staff_number, pin = _who(staff or settings_of(context).staff)
    raise typer.Exit(run(path, _language(settings_of(context)), staff_number, seat, pin))


def supervisor(context: typer.Context, staff: _Staff = "", seat: _Seat = "") -> None:
    path = _console_socket(settings_of(context))
    from tui.supervisor.app import run

    _keep_garbage_rounds_short()
    staff_number, pin = _who(staff or settings_of(context).staff)
    raise typer.Exit(run(path, _language(settings_of(context)), staff_number, pin, seat))


def station(context: typer.Context, staff: _Staff = "") -> None:
    path = _console_socket(settings_of(context))
    from tui.station.app import run

    _keep_garbage_rounds_short()
    staff_number, pin = _who(staff or settings_of(context).staff)
    raise typer.Exit(run(path, _language(settings_of(context)), staff_number, pin))


def admin(context: typer.Context, staff: _Staff = "") -> None:
    path = _console_socket(settings_of(context))
    from tui.admin.app import run

    _keep_garbage_rounds_short()
    staff_number, pin = _who(staff or settings_of(context).staff)
    raise typer.Exit(run(path, _language(settings_of(context)), staff_number, pin))


def wallboard(context: typer.Context, staff: _Staff = "") -> None:
    path = _console_socket(settings_of(context))
    from tui.wallboard.app import run

    _keep_garbage_rounds_short()
    staff_number, pin = _who(staff or settings_of(context).staff)
    raise typer.Exit(run(path, _language(settings_of(context)), staff_number, pin))


def _who(staff: str) -> tuple[str, str]:
    """Staff number and PIN to begin with. A PIN never comes from the command line, which anybody can list."""
    staff_number = staff or os.environ.get("FOURSEAT_STAFF", "")
    return staff_number, os.environ.get("FOURSEAT_PIN", "") if staff_number else ""


def _keep_garbage_rounds_short() -> None:
    """A full round of the garbage collector takes 60 ms, and came with the first pop-up.

    Modules stay as long as the console, so they need no walking over; and what a console throws away is
    seldom a cycle, so that rounds may be few.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def _console_socket(settings: Settings) -> str:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CliError(
            tr("a console needs a terminal"),
            tr("run it in a terminal; over SSH: ssh -t <machine> fourseat agent"),
        )
    return settings.socket_path()


def _language(settings: Settings) -> str | None:
    """The language that was asked for; None leaves it to the site."""
    return settings.lang or ("en" if language_in_use() == "en" else None)
