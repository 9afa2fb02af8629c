"""Prompts with places for values: "您的余额是{balance:money}。"

A place is `{name}` or `{name:kind}`. The same text serves twice: whole, as one sentence for the synthesiser,
and in pieces, where the words between the places and the values are sounds that exist already.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

SITE = "site"  # the name of the office; a place in any prompt


class ValueKind(StrEnum):
    """How a value is said. What it has to be stands beside it."""

    TEXT = "text"  # words; the kind of a place that names none
    DIGITS = "digits"  # text of digits, each by itself: phone, card and case numbers
    NUMBER = "number"  # whole number: 一百零二
    COUNT = "count"  # whole number of things: 两
    MONEY = "money"  # fen
    DATE = "date"  # "2026-11-20": 二零二六年十一月二十日
    DAY = "day"  # "2026-11-20", as people say it: 今天, 明天, 十一月二十日
    MONTH = "month"  # "2026-11": 十一月, of another year with it
    TIME = "time"  # "14:30"
    MOMENT = "moment"  # "2026-11-20 14:30": 今天下午两点半
    DURATION = "duration"  # seconds
    PERCENT = "percent"  # whole number


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a value."""

    name: str
    kind: ValueKind


Part = str | Slot

_PLACE = re.compile(r"\{([^{}]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class TemplateError(ValueError):
    """A place that nobody can fill; `str()` says what is wrong with it."""


@lru_cache(maxsize=2048)  # more than a site has texts: they are looked at for each prompt that is played
def parse_template(text: str) -> tuple[Part, ...]:
    """The text cut at its places; a plain text is one part. `{site}` is left to whoever knows the name."""
    parts: list[Part] = []
    position = 0
    for match in _PLACE.finditer(text):
        if match[1] == SITE:
            continue
        parts += [text[position : match.start()], _slot(match[1])]
        position = match.end()
    parts.append(text[position:])
    rest = "".join(part for part in parts if isinstance(part, str))
    if re.search(r"[{}]", _PLACE.sub("", rest)):
        raise TemplateError("a brace without its other half")
    return tuple(part for part in parts if part)


def slots_of(text: str) -> frozenset[Slot]:
    """The places of a text."""
    return frozenset(part for part in parse_template(text) if isinstance(part, Slot))


def _slot(written: str) -> Slot:
    name, _, kind = written.partition(":")
    if not _NAME.fullmatch(name):
        raise TemplateError(f"{{{written}}}: the name of a value has letters a-z, digits and _")
    if (kind or ValueKind.TEXT) not in list(ValueKind):
        raise TemplateError(f"{{{written}}}: a kind is one of {', '.join(ValueKind)}")
    return Slot(name, ValueKind(kind or ValueKind.TEXT))
