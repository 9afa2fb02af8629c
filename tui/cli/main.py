"""`fourseat`: the command line and the way into the consoles.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 the engine is not running.
"""

import os
import sys
from functools import cache
from typing import Annotated, Any

import msgspec
import typer
from typer.main import get_command

from tui.cli import (
    agents,
    audit,
    billing,
    breaks,
    callbacks,
    calls,
    consoles,
    customers,
    departments,
    holidays,
    hours,
    ivr,
    knowledge,
    lines,
    notices,
    numbers,
    outages,
    paper,
    prompts,
    queues,
    recordings,
    seats,
    skills,
    sources,
    status,
    surveys,
    tickets,
    users,
)
from tui.cli import config as config_commands
from tui.cli.errors import CliError, UsageProblem
from tui.cli.help import Group
from tui.cli.language import choose_language
from tui.cli.options import check_language, to_the_front
from tui.cli.session import Settings
from tui.cli.usage import is_help, usage_words
from tui.words import mark, tr, use_language

app = typer.Typer(
    cls=Group,
    help=mark("Fourseat: a call centre in the terminal. Consoles and commands for the engine."),
    epilog="fourseat status\nfourseat --staff 9001 calls list --since today",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for group in (
    consoles,
    status,
    seats,
    lines,
    skills,
    hours,
    holidays,
    numbers,
    breaks,
    config_commands,
    agents,
    queues,
    calls,
    recordings,
    callbacks,
    tickets,
    outages,
    notices,
    surveys,
    customers,
    sources,
    billing,
    users,
    departments,
    prompts,
    ivr,
    knowledge,
    paper,
    audit,
):
    group.add_to(app)


def print_version(wanted: bool) -> None:
    if wanted:
        import importlib.metadata  # costs a tenth of the start of every other command

        print(f"fourseat {importlib.metadata.version('fourseat')}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    socket: Annotated[
        str,
        typer.Option("--socket", metavar="PATH", help=mark("The engine's socket; also $FOURSEAT_SOCKET.")),
    ] = "",
    config: Annotated[
        str,
        typer.Option(
            "--config",
            metavar="FILE",
            help=mark("Configuration that names the socket; also $FOURSEAT_CONFIG."),
        ),
    ] = "",
    staff: Annotated[
        str,
        typer.Option(
            "--staff",
            metavar="NUMBER",
            help=mark("Log in as this staff number; the PIN is asked for, or taken from $FOURSEAT_PIN."),
        ),
    ] = "",
    lang: Annotated[
        str,
        typer.Option(
            "--lang", metavar="zh|en", help=mark("Language; else by $LANG, Chinese unless English.")
        ),
    ] = "",
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=print_version, help=mark("Print the version and leave.")
        ),
    ] = False,
) -> None:
    """Keep what stands before the command's name."""
    context.obj = Settings(socket=socket, config=config, staff=staff, lang=check_language(lang))


@cache
def tree() -> Any:
    """All commands as typer runs them: what takes most of a short command's time is done once a process."""
    return get_command(app)


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    use_language(choose_language(arguments, os.environ))
    try:
        code = tree()(to_the_front(arguments), prog_name="fourseat", standalone_mode=False)
    except CliError as error:
        return _tell(error, as_json="--json" in arguments)
    except typer.TyperException as error:
        if is_help(error):
            print(error.message)
            return UsageProblem.exit_code
        return _tell(usage_words(error), as_json="--json" in arguments)
    except typer.Abort:
        print(tr("Stopped."), file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of a pipe, `head` perhaps, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code if isinstance(code, int) else 0


def _tell(error: CliError, *, as_json: bool) -> int:
    if as_json:
        words = {"reason": error.reason, "message": error.message, "remedy": error.remedy}
        print(msgspec.json.encode({"error": words}).decode(), file=sys.stderr)
    else:
        print(tr("Error: {text}", text=error.message), file=sys.stderr)
        if error.remedy:
            print(tr("What to do: {text}", text=error.remedy), file=sys.stderr)
    return error.exit_code


if __name__ == "__main__":
    main()
