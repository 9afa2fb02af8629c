"""`fourseat departments`: departments and maintenance stations, with their areas and leaders."""

import typer

from tui.cli.entries import EntryCommands, add_group
from tui.words import mark

CONFIGURED = EntryCommands(
    name="departments",
    section="departments",
    help=mark("Departments and stations that tickets go to: list, add, set, remove."),
    columns=("name", "station", "areas", "leader", "parent", "telephone"),
    examples={
        "list": "fourseat departments list",
        "add": "fourseat departments add west name=西山维护站 station=yes areas=西山片区",
        "set": "fourseat departments set east leader=8011 parent=repair",
        "remove": "fourseat departments remove west",
    },
)


def add_to(app: typer.Typer) -> None:
    add_group(app, CONFIGURED)
