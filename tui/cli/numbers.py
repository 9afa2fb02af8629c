"""`fourseat numbers`: which voice menu answers which dialled number."""

import typer

from tui.cli.entries import EntryCommands, add_group
from tui.words import mark

COMMANDS = EntryCommands(
    name="numbers",
    section="numbers",
    help=mark("Dialled numbers and the voice menu of each."),
    columns=("name", "flow", "priority_seconds"),
    examples={
        "list": "fourseat numbers list",
        "add": "fourseat numbers add 96335 flow=flows/main.toml",
        "set": "fourseat numbers set 96335 flow=flows/main.toml",
        "remove": "fourseat numbers remove 96335",
    },
)


def add_to(app: typer.Typer) -> None:
    add_group(app, COMMANDS)
