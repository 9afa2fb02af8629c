"""`fourseat lines`: the external lines."""

import typer

from tui.cli.entries import EntryCommands, add_group
from tui.words import mark

COMMANDS = EntryCommands(
    name="lines",
    section="lines",
    help=mark("External lines: list, add, change, remove while calls go on."),
    columns=("name", "number", "host", "port", "channels"),
    examples={
        "list": "fourseat lines list",
        "add": "fourseat lines add line3 name=外线3 number=0931-8881235 host=192.168.1.22",
        "set": "fourseat lines set line3 channels=2",
        "remove": "fourseat lines remove line3",
    },
)


def add_to(app: typer.Typer) -> None:
    add_group(app, COMMANDS)
