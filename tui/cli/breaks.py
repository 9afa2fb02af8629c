"""`fourseat breaks` and `fourseat dispositions`: what agents choose from."""

import typer

from tui.cli.entries import EntryCommands, add_group
from tui.words import mark

BREAKS = EntryCommands(
    name="breaks",
    section="break_reasons",
    help=mark("Reasons for a break, and their rules."),
    columns=("name", "name_en", "max_minutes", "color"),
    examples={
        "list": "fourseat breaks list",
        "add": "fourseat breaks add tea name=茶歇 name_en=Tea",
        "set": "fourseat breaks set tea name=喝茶",
        "remove": "fourseat breaks remove tea",
    },
)
DISPOSITIONS = EntryCommands(
    name="dispositions",
    section="dispositions",
    help=mark("How a call may have ended; their order is that of the number keys."),
    columns=("name", "name_en"),
    examples={
        "list": "fourseat dispositions list",
        "add": "fourseat dispositions add moved name=移机 name_en=Moved",
        "set": "fourseat dispositions set moved name=用户移机",
        "remove": "fourseat dispositions remove moved",
    },
)


def add_to(app: typer.Typer) -> None:
    add_group(app, BREAKS)
    add_group(app, DISPOSITIONS)
