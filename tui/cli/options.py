"""Options that several commands share."""

from typing import Annotated

import typer

from tui.cli.errors import UsageProblem
from tui.cli.session import Settings
from tui.words import mark, tr

Json = Annotated[bool, typer.Option("--json", help=mark("Print JSON for programs."))]
Since = Annotated[
    str, typer.Option("--since", metavar="TIME", help=mark("From this day or time on, by the site's clock."))
]
Until = Annotated[
    str, typer.Option("--until", metavar="TIME", help=mark("Up to this day (whole) or before this time."))
]
OfStaff = Annotated[str, typer.Option("--staff", metavar="NUMBER", help=mark("Only this agent's."))]
Limit = Annotated[int, typer.Option("--limit", min=1, metavar="COUNT", help=mark("At most so many."))]
OfQueue = Annotated[str, typer.Option("--queue", metavar="ID", help=mark("Only this queue's."))]

EVERYWHERE = ("--socket", "--config", "--lang")  # may also stand behind the command's name


def settings_of(context: typer.Context) -> Settings:
    """What stood before the command's name."""
    settings = context.obj
    assert isinstance(settings, Settings)
    return settings


def to_the_front(arguments: list[str]) -> list[str]:
    """Move the options that every command has in common before its name, where they are read."""
    front: list[str] = []
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            rest += [argument, *waiting]
        elif argument in EVERYWHERE:
            front.append(argument)
            front += [value for value in (next(waiting, None),) if value is not None]
        elif argument.partition("=")[0] in EVERYWHERE:
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def check_language(value: str) -> str:
    if value not in ("", "zh", "en"):
        raise UsageProblem(
            tr("there is no language {name}", name=repr(value)), tr("write --lang zh or --lang en")
        )
    return value
