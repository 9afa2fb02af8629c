"""Latin letters in Chinese text: abbreviations, network addresses, codes of letters and figures."""

import re
from re import Match

from engine.core.voice import chinese
from engine.core.voice.chinese_words import LATIN, LONGEST_SPELT
from engine.core.voice.digit_groups import grouped

WORD = r"(?<![A-Za-z])(?:[Ww][Ii]-[Ff][Ii](?![A-Za-z])|[A-Za-z]+)"
_HOST = r"(?:[A-Za-z0-9-]{1,63}\.){1,8}(?:com|cn|net|org|gov|edu|tv|top|cc|io)(?![A-Za-z0-9-])"
_FIRST = r"(?<![A-Za-z0-9@._/-])"
ADDRESS = (
    rf"{_FIRST}(?:[A-Za-z0-9._-]{{1,64}}@{_HOST}"
    rf"|(?:https?://)?{_HOST}(?:\.cn(?![A-Za-z0-9]))?(?:/[A-Za-z0-9._/-]{{0,200}})?)"
)
_SIGNS = {"@": "艾特", ".": "点", "_": "下划线", "-": "杠", "/": "斜杠"}


def read_word(match: Match[str]) -> str:
    """An abbreviation letter by letter, anything else as it is written: espeak reads English words."""
    return _word(match.group())


def read_address(match: Match[str]) -> str:
    """A web or mail address: www.96335.com is W W W 点九六三三五点 com."""
    text = re.sub(r"^https?://", "", match.group()).rstrip("/.-_")
    parts = re.findall(r"[A-Za-z]+|[0-9]+|[@._/-]", text)
    return f" {' '.join(map(_part, parts))} "


def read_code(match: Match[str]) -> str:
    """A case or model number: GD2026 is G D 二零二六."""
    return f" {' '.join(match[1].upper())} {','.join(map(chinese.read_digits, grouped(match[2])))}"


def _part(part: str) -> str:
    return chinese.read_digits(part) if part.isdigit() else _SIGNS.get(part) or _word(part).strip()


def _word(word: str) -> str:
    known = LATIN.get(word.lower())
    if known is None and word.isupper() and 1 < len(word) <= LONGEST_SPELT:
        known = " ".join(word)
    return word if known is None else f" {known} "
