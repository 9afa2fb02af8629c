"""What the commands for prompts share: which language is meant."""

from typing import Annotated, Literal, cast

import typer

from tui.cli.errors import UsageProblem
from tui.words import mark, tr

Language = Annotated[
    str, typer.Option("--voice", metavar="zh|en", help=mark("Language of the prompts, not of this text."))
]
Languages = Annotated[
    str,
    typer.Option(
        "--voice", metavar="zh|en", help=mark("Only this language; else all that callers can hear.")
    ),
]
PromptId = Annotated[str, typer.Argument(metavar="PROMPT", help=mark("The id, from `prompts list`."))]


def known(voice: str) -> Literal["zh", "en"]:
    """The language that was named. Raises UsageProblem."""
    if voice not in ("zh", "en"):
        raise UsageProblem(
            tr("there is no language {name}", name=repr(voice)), tr("write --voice zh or --voice en")
        )
    return cast(Literal["zh", "en"], voice)


def known_or_all(voice: str) -> Literal["", "zh", "en"]:
    """The language that was named; empty for all of them. Raises UsageProblem."""
    return known(voice) if voice else ""
