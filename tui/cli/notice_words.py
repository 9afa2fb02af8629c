"""Words of the commands about announcements, and codes that may be written as words."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from engine.core.lines import LINES
from engine.core.notices import NoticeKind
from tui.cli.errors import UsageProblem
from tui.words import mark, tr

NOTICE_KINDS: dict[NoticeKind, str] = {
    NoticeKind.NOTICE: mark("notice"),
    NoticeKind.OUTAGE: mark("outage"),
}

Code = TypeVar("Code", bound=str)


def code_of(text: str, words: Mapping[Code, Sequence[str]], problem: str) -> Code:
    """The code that was written, or whose word was; `words` are English or as they are shown."""
    wanted = text.strip().casefold()
    for code, names in words.items():
        if wanted in (str(code), *(name.casefold() for name in names), *(tr(name) for name in names)):
            return code
    raise UsageProblem(problem, tr("write one of: {names}", names=", ".join(map(str, words))))


def line_code(text: str) -> str:
    """The code of a line of business, written as code or word."""
    words = {code: (line.words.zh, line.words.en) for code, line in LINES.items()}
    return code_of(text, words, tr("there is no line of business {name}", name=text))
