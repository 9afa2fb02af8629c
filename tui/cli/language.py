"""Which language a command speaks: Chinese, unless English is asked for."""

from collections.abc import Mapping, Sequence

from tui.words import Language

LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first one set counts


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """--lang wins over the locale; every locale but English means Chinese."""
    asked = _asked_for(arguments)
    locale = asked or next((environment[name] for name in LOCALES if environment.get(name)), "")
    return "en" if locale.lower().startswith("en") else "zh"


def _asked_for(arguments: Sequence[str]) -> str:
    for index, argument in enumerate(arguments):
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
    return ""
