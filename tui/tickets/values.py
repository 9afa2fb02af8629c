"""The values of a type's own fields: from what people type to what is stored, and back."""

import datetime
import re

from engine.core.tickets.types import FieldKind, TicketField
from tui.labels import money

_MONEY = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
_DATE = re.compile(r"(?:(\d{4})[-./年])?(\d{1,2})[-./月](\d{1,2})日?")
_YES = ("1", "y", "yes", "是")
_NO = ("0", "2", "n", "no", "否")


def typed_value(own: TicketField | None, value: str) -> str:
    """What stands in the field for a stored value."""
    if own is not None and own.kind is FieldKind.MONEY and value.isdigit():
        return money(int(value))
    return value


def read_value(own: TicketField, typed: str, year: int = 0) -> str | None:
    """What is stored for what was typed; None: no value of the kind. `year`: where a date has none."""
    text = typed.strip()
    if not text:
        return None if own.required else ""
    match own.kind:
        case FieldKind.NUMBER:
            return text if re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", text) else None
        case FieldKind.MONEY:
            return _money(text)
        case FieldKind.DATE:
            return _date(text, year)
        case FieldKind.PHONE:
            digits = re.sub(r"[ -]", "", text)
            return digits if re.fullmatch(r"\+?\d{3,20}", digits) else None
        case FieldKind.YES_NO:
            return "yes" if text.casefold() in _YES else "no" if text.casefold() in _NO else None
        case FieldKind.CHOICE:
            return _choice(own, text)
        case _:
            return text


def _money(text: str) -> str | None:
    found = _MONEY.fullmatch(text)
    if found is None:
        return None
    return str(int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")))


def _date(text: str, year: int) -> str | None:
    found = _DATE.fullmatch(text)
    if found is None or not (found[1] or year):
        return None
    try:
        return datetime.date(int(found[1] or year), int(found[2]), int(found[3])).isoformat()
    except ValueError:
        return None


def _choice(own: TicketField, text: str) -> str | None:
    """By its digit, its code or its words."""
    if text.isdecimal() and 0 < int(text) <= len(own.choices):
        return own.choices[int(text) - 1][0]
    for code, words in own.choices:
        if text in (code, words.zh, words.en):
            return code
    return None
