"""list, add, set and remove for one list of the configuration; which keys there are, the engine says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from engine.wire.configuration import ConfigShown, Edit, EntryInfo, SectionInfo, ShowParams
from tui.cli.change import DryRun, Yes, make_change
from tui.cli.errors import UsageProblem
from tui.cli.help import Command, Group
from tui.cli.options import Json, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.config_words import key_word, value_words
from tui.words import mark, tr

EntryId = Annotated[str, typer.Argument(metavar="ID", help=mark("The id; it never changes."))]
Values = Annotated[
    list[str], typer.Argument(metavar="KEY=VALUE...", help=mark("Keys and values, as config.toml has them."))
]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCommands:
    """One group of commands. `columns` are the keys that `list` shows; `examples` are by command."""

    name: str
    section: str
    help: str
    columns: tuple[str, ...]
    examples: dict[str, str]

    def add_to(self, group: typer.Typer) -> None:
        """Put the commands into a group."""
        commands: dict[str, tuple[Callable[..., None], str]] = {
            "list": (self.list_entries, mark("All of them, as configured.")),
            "add": (self.add, mark("Add one; calls go on.")),
            "set": (self.set_values, mark("Change keys of one; calls go on.")),
            "remove": (self.remove, mark("Remove one; what it has now goes on to its end.")),
        }
        for name, (function, words) in commands.items():
            group.command(name, cls=Command, help=words, epilog=self.examples[name])(_plain(function))

    def list_entries(self, context: typer.Context, as_json: Json = False) -> None:
        shown = ask_section(context, self.section)
        if as_json:
            print_json(shown)
            return
        keys = [key for key in self.columns if any(info.name == key for info in shown.keys)]
        columns = [Column(key_word("id")), *(Column(key_word(key)) for key in keys)]
        print_table(columns, [_row(entry, keys) for entry in shown.entries], tr("There are none"))

    def add(
        self,
        context: typer.Context,
        entry_id: EntryId,
        values: Values,
        dry_run: DryRun = False,
        yes: Yes = False,
        as_json: Json = False,
    ) -> None:
        edit = Edit(section=self.section, id=entry_id, value=dict(pairs(values)))
        make_change(context, [edit], dry_run=dry_run, yes=yes, as_json=as_json)

    def set_values(
        self,
        context: typer.Context,
        entry_id: EntryId,
        values: Values,
        dry_run: DryRun = False,
        yes: Yes = False,
        as_json: Json = False,
    ) -> None:
        edits = [
            Edit(section=self.section, id=entry_id, key=key, value=value) for key, value in pairs(values)
        ]
        make_change(context, edits, dry_run=dry_run, yes=yes, as_json=as_json)

    def remove(
        self,
        context: typer.Context,
        entry_id: EntryId,
        dry_run: DryRun = False,
        yes: Yes = False,
        as_json: Json = False,
    ) -> None:
        edit = Edit(section=self.section, id=entry_id, remove=True)
        make_change(context, [edit], dry_run=dry_run, yes=yes, as_json=as_json)


def _plain(method: Callable[..., None]) -> Callable[..., None]:
    """A function for typer, which does not take bound methods."""
    import functools

    @functools.wraps(method)
    def command(*args: Any, **kwargs: Any) -> None:
        method(*args, **kwargs)

    return command


def add_group(app: typer.Typer, commands: EntryCommands) -> None:
    """A group that has nothing but these commands."""
    group = typer.Typer(cls=Group, help=commands.help, no_args_is_help=True)
    commands.add_to(group)
    app.add_typer(group, name=commands.name)


def pairs(values: Sequence[str]) -> list[tuple[str, str]]:
    """KEY=VALUE as key and value."""
    found = []
    for text in values:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise UsageProblem(
                tr("{text}: this is not KEY=VALUE", text=text), tr("write it as: name=VALUE extension=803")
            )
        found.append((key.strip(), value))
    return found


def ask_section(context: typer.Context, section: str) -> SectionInfo:
    """One section, as the engine has it."""

    async def work(engine: Engine) -> ConfigShown:
        shown: ConfigShown = await engine.ask("config.show", ShowParams(section=section))
        return shown

    return visit(settings_of(context), work).sections[0]


def _row(entry: EntryInfo, keys: Sequence[str]) -> list[str]:
    return [entry.id, *(value_words(entry.values.get(key)) for key in keys)]
