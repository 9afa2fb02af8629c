"""`fourseat config`: any key of the site, what was changed, and taking it back."""

from typing import Annotated

import typer

from engine.wire.configuration import (
    ApplyParams,
    ConfigHistory,
    ConfigShown,
    Edit,
    EntryInfo,
    HistoryParams,
    SectionInfo,
    ShowParams,
    UndoParams,
)
from tui.cli.change import DryRun, Yes, carry_out, make_change, print_lines
from tui.cli.errors import CliError, UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json, Limit, settings_of
from tui.cli.output import Column, print_facts, print_heading, print_json, print_table
from tui.cli.session import Engine, visit
from tui.config_words import CHANGES, effect_words, note_words, section_word, value_words
from tui.labels import moment
from tui.widgets.cells import safe
from tui.words import mark, tr


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        cls=Group, help=mark("Any key of the configuration, its history, and undo."), no_args_is_help=True
    )
    commands = (
        (
            "show",
            show,
            mark("What is set: everything, a section, or an entry with the meaning of its keys."),
            "fourseat config show\nfourseat config show queues.general",
        ),
        (
            "set",
            set_key,
            mark("Give a key a value, while calls go on."),
            "fourseat config set queues.general.ring_seconds 25\nfourseat config set site.area_code 0931",
        ),
        ("history", history, mark("Who changed what, newest first."), "fourseat config history --limit 5"),
        (
            "undo",
            undo,
            mark("Take back the last change, or all since one; undo it again to go forward."),
            "fourseat config undo",
        ),
        (
            "check",
            check,
            mark("Whether config.toml, as it was edited by hand, could be taken over."),
            "fourseat config check",
        ),
        (
            "apply",
            apply_file,
            mark("Take over what was edited by hand, while calls go on."),
            "fourseat config apply",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="config")


def show(
    context: typer.Context,
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help=mark("section, or section.id; nothing: all."))
    ] = "",
    as_json: Json = False,
) -> None:
    section, _, entry_id = place.partition(".")

    async def work(engine: Engine) -> ConfigShown:
        shown: ConfigShown = await engine.ask("config.show", ShowParams(section=section))
        return shown

    shown = visit(settings_of(context), work)
    if as_json:
        print_json(shown)
    elif not section:
        _print_all(shown)
    else:
        _print_section(shown.sections[0], entry_id)


def _print_all(shown: ConfigShown) -> None:
    print_facts(
        [
            (tr("File"), shown.path),
            (tr("Changed by hand"), tr("yes; see: fourseat config check") if shown.by_hand else tr("no")),
            (tr("Waits for a restart"), ", ".join(shown.restart)),
        ]
    )
    print()
    rows = [
        [section.name, section_word(section.name), " ".join(entry.id for entry in section.entries)]
        for section in shown.sections
    ]
    print_table([Column(tr("Section")), Column(tr("Words")), Column(tr("Entries"))], rows, "")


def _print_section(section: SectionInfo, entry_id: str) -> None:
    entries = [entry for entry in section.entries if entry_id in ("", entry.id)]
    if not entries and entry_id:
        raise CliError(
            tr("there is no {place}", place=f"{section.name}.{entry_id}"),
            tr("see: {command}", command=f"fourseat config show {section.name}"),
            "not_found",
        )
    for number, entry in enumerate(entries):
        if entry.id:
            print_heading(entry.id) if number else print(entry.id)
        print_table(
            [Column(tr("Key")), Column(tr("Value")), Column(tr("Meaning"))], _key_rows(section, entry), ""
        )
    if not entries:
        print(tr("There are none"))


def _key_rows(section: SectionInfo, entry: EntryInfo) -> list[list[str]]:
    if not section.keys:
        return [[key, value_words(value), ""] for key, value in entry.values.items()]
    return [[key.name, value_words(entry.values.get(key.name)), note_words(key)] for key in section.keys]


def set_key(
    context: typer.Context,
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help=mark("section.key, or section.id.key in a list."))
    ],
    value: Annotated[str, typer.Argument(metavar="VALUE", help=mark("The new value."))] = "",
    default: Annotated[
        bool, typer.Option("--default", help=mark("Take the key out: its default holds again."))
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    edit = edit_of(place, value, default)
    make_change(context, [edit], dry_run=dry_run, yes=yes, as_json=as_json)


def edit_of(place: str, value: str, default: bool) -> Edit:
    """An edit of the key at `section.key` or `section.id.key`."""
    parts = place.split(".")
    if len(parts) not in (2, 3) or not all(parts):
        raise UsageProblem(
            tr("{text} is no place of a key", text=place),
            tr("write section.key, or section.id.key, such as queues.general.ring_seconds"),
        )
    return Edit(
        section=parts[0],
        id=parts[1] if len(parts) == 3 else "",
        key=parts[-1],
        value=None if default else value,
        remove=default,
    )


def history(
    context: typer.Context,
    limit: Limit = 20,
    with_diff: Annotated[
        bool, typer.Option("--diff", help=mark("With the lines of config.toml that changed."))
    ] = False,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[ConfigHistory, Engine]:
        return await engine.ask("config.history", HistoryParams(limit=limit)), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    for row in result.rows:
        when = moment(row.at, engine.hello.now, engine.zone)
        back = tr("back to before {number}", number=row.undo_of) if row.undo_of else ""
        print(f"{row.change}  {when}  {row.who}  {back}".rstrip())
        for effect in row.effects:
            if effect.code in CHANGES:
                print(f"  {safe(effect_words(effect))}")
        if with_diff:
            print_lines(row.diff)
    if not result.rows:
        print(tr("Nothing has been changed yet"))


def undo(
    context: typer.Context,
    number: Annotated[
        int,
        typer.Argument(metavar="NUMBER", help=mark("Go back to before this change; nothing: the last one.")),
    ] = 0,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    carry_out(context, "config.undo", UndoParams(change=number), dry_run=dry_run, yes=yes, as_json=as_json)


def check(context: typer.Context, as_json: Json = False) -> None:
    async def work(engine: Engine) -> ConfigShown:
        shown: ConfigShown = await engine.ask("config.show", ShowParams())
        return shown

    if not visit(settings_of(context), work).by_hand:
        print_json({"by_hand": False}) if as_json else print(tr("config.toml is what the engine runs."))
        return
    carry_out(context, "config.apply", ApplyParams(), dry_run=True, yes=False, as_json=as_json)


def apply_file(
    context: typer.Context, dry_run: DryRun = False, yes: Yes = False, as_json: Json = False
) -> None:
    carry_out(context, "config.apply", ApplyParams(), dry_run=dry_run, yes=yes, as_json=as_json)
