"""A change of the configuration from the command line: its effects are said, then it is asked for."""

import sys
from typing import Annotated

import typer

from engine.wire.base import Params
from engine.wire.configuration import ChangeParams, ChangeResult, Edit
from tui.cli.errors import UsageProblem
from tui.cli.options import settings_of
from tui.cli.output import print_heading, print_json
from tui.cli.session import Engine, visit
from tui.config_words import effect_words
from tui.widgets.cells import safe
from tui.words import mark, tr

DryRun = Annotated[
    bool, typer.Option("--dry-run", help=mark("Only say what it would bring about; nothing is changed."))
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=mark("Do it without asking."))]


def make_change(
    context: typer.Context, edits: list[Edit], *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Have edits made."""
    carry_out(context, "config.change", ChangeParams(edits=edits), dry_run=dry_run, yes=yes, as_json=as_json)


def carry_out(
    context: typer.Context, method: str, params: Params, *, dry_run: bool, yes: bool, as_json: bool
) -> None:
    """Have a change made: its effects are said, and in a terminal it is asked for."""
    asking = not (yes or dry_run)
    if asking and (as_json or not is_terminal()):
        raise UsageProblem(
            tr("nobody is there to say yes"), tr("add --yes to do it, or --dry-run to see what it would do")
        )

    async def work(engine: Engine) -> ChangeResult | None:
        if dry_run or asking:
            preview: ChangeResult = await engine.ask(method, _with(params, dry_run=True))
            if dry_run:
                return preview
            _print_effects(preview)
            if not agreed():
                return None
            params_now = _with(params, base=preview.base) if isinstance(params, ChangeParams) else params
            done: ChangeResult = await engine.ask(method, params_now)
            return done
        done = await engine.ask(method, params)
        return done

    result = visit(settings_of(context), work)
    if result is None:
        print(tr("Nothing has been changed."))
    elif as_json:
        print_json(result)
    elif dry_run:
        _print_effects(result)
        _print_diff(result.diff)
    else:
        if not asking:
            _print_effects(result)
        _print_done(result)


def is_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _with(params: Params, **changed: object) -> Params:
    import msgspec

    return msgspec.structs.replace(params, **changed)


def agreed() -> bool:
    """Ask; whether the answer is yes."""
    answer = input(tr("Do it? [y/N] ")).strip().lower()
    return answer in ("y", "yes", "j", "是", "好")


def _print_effects(result: ChangeResult) -> None:
    for effect in result.effects:
        print(f"- {safe(effect_words(effect))}")


def _print_diff(lines: list[str]) -> None:
    print_heading(tr("In config.toml:"))
    print_lines(lines)


def print_lines(lines: list[str]) -> None:
    """The changed lines of a diff."""
    for line in lines:
        if line[:1] in "+-" and line[:3] not in ("+++", "---") and line.strip("+-"):
            print(f"  {safe(line)}")


def _print_done(result: ChangeResult) -> None:
    for seat_id, secret in result.secrets.items():
        print(tr("The secret of {seat}'s phone: {secret}", seat=seat_id, secret=secret))
    print(tr("Done, change {number}. To take it back: fourseat config undo", number=result.change))
