"""`fourseat skills`: which queues an agent serves, and how well."""

from typing import Annotated

import typer

from engine.wire.configuration import Edit
from tui.cli.change import DryRun, Yes, make_change
from tui.cli.entries import ask_section, pairs
from tui.cli.help import Command, Group
from tui.cli.options import Json
from tui.cli.output import Column, print_json, print_table
from tui.config_words import value_words
from tui.words import mark, tr

SECTION = "skills"
Staff = Annotated[str, typer.Argument(metavar="NUMBER", help=mark("Staff number."))]
Levels = Annotated[
    list[str],
    typer.Argument(metavar="QUEUE=LEVEL...", help=mark("Queues and levels; level 1 is asked first.")),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group,
        help=mark("Skills: which queues an agent serves; without an entry, all of them."),
        no_args_is_help=True,
    )
    commands = (
        ("list", list_skills, mark("All agents with skills of their own."), "fourseat skills list"),
        (
            "add",
            add,
            mark("Give an agent skills; only these queues are served then."),
            "fourseat skills add 8001 fault=1 general=2",
        ),
        ("set", set_levels, mark("Change or add single levels."), "fourseat skills set 8001 enquiry=2"),
        (
            "remove",
            remove,
            mark("Remove one skill, or all: then the agent serves all queues."),
            "fourseat skills remove 8001 enquiry",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="skills")


def list_skills(context: typer.Context, as_json: Json = False) -> None:
    shown = ask_section(context, SECTION)
    if as_json:
        print_json(shown)
        return
    rows = [[entry.id, value_words(entry.values)] for entry in shown.entries]
    print_table([Column(tr("Staff no.")), Column(tr("Skills"))], rows, tr("All agents serve all queues"))


def add(
    context: typer.Context,
    staff_number: Staff,
    levels: Levels,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    edit = Edit(section=SECTION, id=staff_number, value=dict(pairs(levels)))
    make_change(context, [edit], dry_run=dry_run, yes=yes, as_json=as_json)


def set_levels(
    context: typer.Context,
    staff_number: Staff,
    levels: Levels,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    edits = [Edit(section=SECTION, id=staff_number, key=key, value=value) for key, value in pairs(levels)]
    make_change(context, edits, dry_run=dry_run, yes=yes, as_json=as_json)


def remove(
    context: typer.Context,
    staff_number: Staff,
    queue_id: Annotated[
        str, typer.Argument(metavar="QUEUE", help=mark("Only this queue; nothing: all."))
    ] = "",
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    edit = Edit(section=SECTION, id=staff_number, key=queue_id, remove=True)
    make_change(context, [edit], dry_run=dry_run, yes=yes, as_json=as_json)
