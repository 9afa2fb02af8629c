"""Help pages in the language in use, measured in cells, with an example each.

The texts are English in the code and translated when they are shown, because the commands are built before
the language is known.
"""

import shutil
from collections.abc import Iterable, Sequence
from typing import Any

from rich.cells import cell_len
from typer.core import TyperCommand, TyperGroup

from tui.widgets.cells import fit, wrap
from tui.words import tr

WIDEST = 100
NAME_CELLS = 26  # the left column; longer names get a line of their own


class Command(TyperCommand):
    """A command whose help is translated."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_page(self, ctx))


class Group(TyperGroup):
    """A group whose help is translated."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(help_page(self, ctx))


def help_page(command: Any, ctx: Any) -> str:
    """The whole page of a command or a group."""
    width = min(shutil.get_terminal_size().columns, WIDEST) - 1
    lines = [tr("Usage: {usage}", usage=_usage(command, ctx)), ""]
    lines += [f"  {line}" for line in wrap(tr(command.help or ""), width - 2)]
    for heading, rows in _sections(command, ctx):
        if rows:
            lines += ["", heading, *_rows(rows, width)]
    if command.epilog:
        lines += ["", tr("Example:"), *(f"  {line}" for line in command.epilog.splitlines())]
    return "\n".join(lines) + "\n"


def _usage(command: Any, ctx: Any) -> str:
    arguments = [p.metavar for p in command.get_params(ctx) if p.param_type_name == "argument"]
    if isinstance(command, Group):
        arguments.append(tr("COMMAND ..."))
    return " ".join((ctx.command_path, tr("[OPTIONS]"), *arguments))


def _sections(command: Any, ctx: Any) -> Iterable[tuple[str, Sequence[tuple[str, str]]]]:
    parameters = command.get_params(ctx)
    arguments = [p for p in parameters if p.param_type_name == "argument"]
    options = [p for p in parameters if p.param_type_name == "option" and not p.hidden]
    yield tr("Arguments:"), [(p.metavar, tr(p.help or "")) for p in arguments]
    yield tr("Options:"), [(_option_names(p), _option_help(p)) for p in options]
    if isinstance(command, Group):
        subcommands = [(name, command.get_command(ctx, name)) for name in command.list_commands(ctx)]
        yield tr("Commands:"), [(name, tr(sub.help or "")) for name, sub in subcommands if sub]


def _option_names(option: Any) -> str:
    names = ", ".join((*option.opts, *option.secondary_opts))
    return names if option.is_flag else f"{names} {option.metavar}"


def _option_help(option: Any) -> str:
    if option.name == "help":
        return tr("Show this page.")
    text = tr(option.help or "")
    if option.is_flag or option.default in (None, "", 0):
        return text
    return tr("{text} (default: {default})", text=text, default=option.default)


def _rows(rows: Sequence[tuple[str, str]], width: int) -> Iterable[str]:
    left = min(max(cell_len(name) for name, _ in rows), NAME_CELLS)
    for name, text in rows:
        lines = wrap(text, width - left - 4)
        if cell_len(name) > left:
            yield f"  {name}"
            name = ""
        yield f"  {fit(name, left)}  {lines[0]}".rstrip()
        for line in lines[1:]:
            yield " " * (left + 4) + line
