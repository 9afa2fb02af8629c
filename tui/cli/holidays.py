"""`fourseat holidays`: public holidays, and days that are closed or open against the rule."""

import re
from typing import Annotated

import typer

from engine.wire.configuration import Edit, SectionInfo
from tui.cli.change import DryRun, Yes, make_change
from tui.cli.entries import ask_section
from tui.cli.errors import UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json
from tui.cli.output import print_facts, print_json
from tui.words import mark, tr

SECTION = "hours"
LISTS = ("closed_dates", "open_dates")
Day = Annotated[str, typer.Argument(metavar="DATE", help=mark("The day, such as 2026-12-31."))]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group, help=mark("Public holidays, and days closed or open besides."), no_args_is_help=True
    )
    commands = (
        ("list", list_days, mark("What holds on holidays, and the single days."), "fourseat holidays list"),
        (
            "add",
            add,
            mark("Close a day, or with --open: open it although it is a holiday."),
            "fourseat holidays add 2026-12-31\nfourseat holidays add 2026-10-01 --open",
        ),
        (
            "set",
            set_rule,
            mark("Whether public holidays are open or closed."),
            "fourseat holidays set closed",
        ),
        ("remove", remove, mark("The rule holds for this day again."), "fourseat holidays remove 2026-12-31"),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="holidays")


def list_days(context: typer.Context, as_json: Json = False) -> None:
    shown = ask_section(context, SECTION)
    values = shown.entries[0].values
    if as_json:
        print_json({key: values[key] for key in ("holidays", *LISTS)})
        return
    print_facts(
        [
            (tr("Public holidays"), tr("working as usual") if values["holidays"] == "open" else tr("closed")),
            (tr("Closed on"), " ".join(values["closed_dates"]) or "-"),
            (tr("Open on"), " ".join(values["open_dates"]) or "-"),
        ]
    )


def add(
    context: typer.Context,
    day: Day,
    is_open: Annotated[bool, typer.Option("--open", help=mark("Open on this day."))] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day):
        raise UsageProblem(tr("{text} is not a day", text=day), tr("write it as 2026-12-31"))
    shown = ask_section(context, SECTION)
    wanted = LISTS[1] if is_open else LISTS[0]
    edits = [_without(shown, name, day) for name in LISTS if name != wanted and day in _days(shown, name)]
    edits.append(Edit(section=SECTION, key=wanted, value=sorted({*_days(shown, wanted), day})))
    make_change(context, edits, dry_run=dry_run, yes=yes, as_json=as_json)


def set_rule(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="open|closed", help=mark("What holds on public holidays."))],
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    edit = Edit(section=SECTION, key="holidays", value=rule)
    make_change(context, [edit], dry_run=dry_run, yes=yes, as_json=as_json)


def remove(
    context: typer.Context, day: Day, dry_run: DryRun = False, yes: Yes = False, as_json: Json = False
) -> None:
    shown = ask_section(context, SECTION)
    edits = [_without(shown, name, day) for name in LISTS if day in _days(shown, name)]
    if not edits:
        raise UsageProblem(tr("{text} is not listed", text=day), tr("see: fourseat holidays list"))
    make_change(context, edits, dry_run=dry_run, yes=yes, as_json=as_json)


def _days(shown: SectionInfo, name: str) -> list[str]:
    return list(shown.entries[0].values[name])


def _without(shown: SectionInfo, name: str, day: str) -> Edit:
    return Edit(section=SECTION, key=name, value=[one for one in _days(shown, name) if one != day])
