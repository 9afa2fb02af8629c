"""Mistakes on the command line, as typer finds them, in the language in use."""

from typing import Any

import typer

from tui.cli.errors import CliError, UsageProblem
from tui.words import tr

NO_COMMAND = "No such command '"


def is_help(error: typer.TyperException) -> bool:
    """Whether a group was called without a command: its message is the help page."""
    return type(error).__name__ == "NoArgsIsHelpError"


def usage_words(error: typer.TyperException) -> CliError:
    """The mistake in words, with the help page that says how it goes."""
    context = getattr(error, "ctx", None)
    return UsageProblem(_words(error), _help_of(context))


def _help_of(context: Any) -> str:
    return tr("see: {command}", command=f"{context.command_path if context else 'fourseat'} --help")


def _words(error: Any) -> str:
    parameter = getattr(error, "param", None)
    match type(error).__name__:
        case "MissingParameter" if parameter is not None:
            return tr("{name} is missing", name=_name(parameter))
        case "NoSuchOption":
            near = ", ".join(error.possibilities or ())
            words = tr("there is no option {name}", name=error.option_name)
            return f"{words}; {tr('did you mean {near}?', near=near)}" if near else words
        case "UsageError" if str(error.message).startswith(NO_COMMAND):
            return tr("there is no command {name}", name=str(error.message).split("'")[1])
        case "BadParameter" if parameter is not None:
            return tr("{name}: {why}", name=_name(parameter), why=error.message)
        case _:
            return str(error.format_message())


def _name(parameter: Any) -> str:
    return str(parameter.opts[-1] if parameter.param_type_name == "option" else parameter.metavar)
