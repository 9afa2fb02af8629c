"""`fourseat seats`: the places with a phone."""

import typer

from tui.cli.entries import EntryCommands, add_group
from tui.words import mark

COMMANDS = EntryCommands(
    name="seats",
    section="seats",
    help=mark("Seats: list, add, change, remove while calls go on."),
    columns=("name", "extension", "phone", "queues", "numbers"),
    examples={
        "list": "fourseat seats list",
        "add": "fourseat seats add seat3 name=三号席 extension=803 phone=auto",
        "set": "fourseat seats set seat3 name=前台",
        "remove": "fourseat seats remove seat3 --dry-run",
    },
)


def add_to(app: typer.Typer) -> None:
    add_group(app, COMMANDS)
