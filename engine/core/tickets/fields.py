"""What may be written into the fields of a ticket: the common ones, and those of its type.

Money is fen in digits, as everywhere: screens show and read yuan with `yuan_of` and `fen_of`.
"""

import re
from collections.abc import Mapping

from engine.core.days import is_day
from engine.core.tickets.types import FieldKind, TicketField, TicketType

LONGEST: Mapping[str, int] = {
    "title": 100,
    "text": 4_000,
    "contact": 60,
    "phone": 32,
    "address": 200,
    "area": 60,
    "node": 60,
    "line": 40,
    "fault": 40,
}
"""The common fields that are text, and how many characters each may have."""

LONGEST_WORDS = 4_000  # of a reason, result, reply or remark
LONGEST_NAME = 60  # of a technician who is not in the system
PRIORITIES = (0, 1, 2)

_LINE = re.compile(r"[^\n\r]*")
_PHONE = re.compile(r"[0-9+*# ()-]{0,32}")
_FORMS = {
    FieldKind.NUMBER: re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?"),
    FieldKind.MONEY: re.compile(r"-?[0-9]{1,12}"),
    FieldKind.PHONE: re.compile(r"[0-9+*# ()-]{3,32}"),
    FieldKind.YES_NO: re.compile("yes|no"),
    FieldKind.TEXT: re.compile(r"[^\n\r]{0,200}"),
    FieldKind.LONG_TEXT: re.compile(r".{0,4000}", re.DOTALL),
}
_YUAN = re.compile(r"(-?)([0-9]{1,10})(?:\.([0-9]{1,2}))?")


def bad_common(values: Mapping[str, str]) -> str:
    """The first common field whose text cannot be, "" where all can."""
    for name, longest in LONGEST.items():
        value = values.get(name, "")
        one_line = name == "text" or _LINE.fullmatch(value) is not None
        if len(value) > longest or not one_line or (name == "phone" and not _PHONE.fullmatch(value)):
            return name
    return ""


def bad_field(kind: TicketType, values: Mapping[str, str], *, complete: bool) -> str:
    """The first own field that is unknown, wrong or, if all have to be there, missing; "" where none is."""
    known = {one.id: one for one in kind.fields}
    unknown = next((name for name in values if name not in known), "")
    if unknown:
        return unknown
    for one in kind.fields:
        value = values.get(one.id, "")
        if (value and not fits(one, value)) or (complete and one.required and not value.strip()):
            return one.id
    return ""


def fits(one: TicketField, value: str) -> bool:
    """Whether a value can stand in a field."""
    if one.kind is FieldKind.CHOICE:
        return any(value == code for code, _ in one.choices)
    if one.kind is FieldKind.DATE:
        return is_day(value)
    return _FORMS[one.kind].fullmatch(value) is not None


def fen_of(text: str) -> str:
    """What "128.5" yuan are in fen, "12850"; "" where it is no sum."""
    match = _YUAN.fullmatch(text.strip())
    if match is None:
        return ""
    fen = int(match[2]) * 100 + int((match[3] or "0").ljust(2, "0"))
    return str(-fen if match[1] else fen)


def yuan_of(fen: str) -> str:
    """Fen as yuan with two places; what is no sum stays as it is."""
    if not _FORMS[FieldKind.MONEY].fullmatch(fen):
        return fen
    whole, rest = divmod(abs(int(fen)), 100)
    return f"{'-' if fen.startswith('-') else ''}{whole}.{rest:02}"
