"""`fourseat hours`: when the centre is open."""

from typing import Annotated

import typer

from engine.wire.configuration import Edit
from tui.cli.change import DryRun, Yes, make_change
from tui.cli.entries import ask_section
from tui.cli.errors import UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json
from tui.cli.output import Column, print_json, print_table
from tui.config_words import key_word, value_words
from tui.words import mark, tr

SECTION = "hours"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SETS = {"weekdays": DAYS[:5], "weekend": DAYS[5:], "daily": DAYS} | {day: (day,) for day in DAYS}
CLOSED = "closed"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Opening hours of the week."), no_args_is_help=True)
    commands = (
        ("list", list_hours, mark("The week as it is."), "fourseat hours list"),
        (
            "set",
            set_hours,
            mark("When a day, or several, are open."),
            "fourseat hours set weekdays 08:30-12:00 14:00-18:00\nfourseat hours set sunday closed",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="hours")


def list_hours(context: typer.Context, as_json: Json = False) -> None:
    shown = ask_section(context, SECTION)
    if as_json:
        print_json(shown)
        return
    values = shown.entries[0].values
    rows = [[key_word(day), value_words(values[day]) or tr("closed")] for day in DAYS]
    print_table([Column(tr("Day")), Column(tr("Open"))], rows, "")


def set_hours(
    context: typer.Context,
    day: Annotated[
        str, typer.Argument(metavar="DAY", help=mark("monday to sunday, weekdays, weekend or daily."))
    ],
    periods: Annotated[
        list[str], typer.Argument(metavar="PERIOD...", help=mark("08:30-12:00 and so on, or: closed."))
    ],
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    if day not in SETS:
        raise UsageProblem(
            tr("there is no day {name}", name=repr(day)), tr("write one of: {names}", names=", ".join(SETS))
        )
    value = [] if periods == [CLOSED] else periods
    edits = [Edit(section=SECTION, key=one, value=value) for one in SETS[day]]
    make_change(context, edits, dry_run=dry_run, yes=yes, as_json=as_json)
