"""Screen words in the chosen language: English in the code, translations in `tui/locale/<language>/`.

The catalogues are gettext's .po text files, read as they are, so that an installation needs no build step.
Every .po file of the language's folder is read: `fourseat.po` belongs to the agent's console and to what all
consoles share, `supervisor.po` to supervisors, `settings.po` to the configuration, the others to commands.
An English text stands in one of them only.
"""

import ast
from functools import cache
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]

_LOCALE = Path(__file__).parent / "locale"
_KEYWORDS = ("msgid", "msgstr")


class _Words:
    """The language in use; one for a process, because a console has one user."""

    language: Language = "en"
    catalogue: dict[str, str]

    def __init__(self) -> None:
        self.catalogue = {}


_words = _Words()


def use_language(language: Language) -> None:
    """Speak this language from now on; English needs no catalogue."""
    _words.language = language
    _words.catalogue = read_catalogue(language)


def language_in_use() -> Language:
    """The language that `tr` speaks."""
    return _words.language


def tr(text: str, /, **values: object) -> str:
    """The words for `text` in the language in use, with `{names}` filled in from `values`."""
    found = _words.catalogue.get(text, text)
    return found.format(**values) if values else found


def mark(text: str) -> str:
    """Say that `text` goes through `tr` later, so that the catalogue test finds it in a table."""
    return text


def pick(name: str, name_en: str) -> str:
    """One of the two names that the configuration gives to a queue, a reason or a disposition."""
    return name if _words.language == "zh" or not name_en else name_en


@cache
def read_catalogue(language: str) -> dict[str, str]:
    """All translations of a language, by their English text. Entries without translation are left out."""
    entries: dict[str, str] = {}
    for path in sorted((_LOCALE / language / "LC_MESSAGES").glob("*.po")):
        entries.update(parse_po(path.read_text(encoding="utf-8")))
    return entries


def parse_po(text: str) -> dict[str, str]:
    """Read .po text: msgid and msgstr, each a quoted string that may go on in the next lines."""
    entries: dict[str, str] = {}
    parts = {"msgid": "", "msgstr": ""}
    keyword = ""
    for line in [*text.splitlines(), 'msgid ""']:
        word, _, quoted = line.partition(" ")
        if word in _KEYWORDS:
            if word == "msgid":
                _keep(entries, parts)
                parts = {"msgid": "", "msgstr": ""}
            keyword = word
            parts[keyword] = _unquoted(quoted)
        elif line.startswith('"'):
            parts[keyword] += _unquoted(line)
    return entries


def _unquoted(text: str) -> str:
    """The text between quotation marks; few need to be read as Python, which takes six times as long."""
    quoted = text.strip()
    return ast.literal_eval(quoted) if "\\" in quoted else quoted[1:-1]


def _keep(entries: dict[str, str], parts: dict[str, str]) -> None:
    if parts["msgid"] and parts["msgstr"]:
        entries[parts["msgid"]] = parts["msgstr"]
