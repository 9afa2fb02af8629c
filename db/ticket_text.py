"""What people and callers write into tickets, as it is stored. Raises Invalid for what cannot be."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from db.errors import Invalid
from db.text import checked, checked_lines, safe
from engine.core.numbers import normalise_number
from engine.core.tickets.fields import LONGEST
from engine.core.tickets.records import Act, NewTicket

MAX_TEXT = LONGEST["text"]
MAX_FIELDS = 60
MAX_FIELD = 2000
MAX_AT = 253_402_300_799_999  # the end of the year 9999
MAX_ID = 2**63 - 1
_SHORT = 64  # ids, codes, staff numbers
_LINES = {name: limit for name, limit in LONGEST.items() if name not in ("text", "phone")}
_IDS = ("type", "category", "owner", "department", "from_paper")


def clean_new(new: NewTicket, area_code: str) -> NewTicket:
    """What is told, ready for the core."""
    key = checked(new.key, "key", 200)
    if not key:
        raise Invalid("required", "key")
    if not 0 <= new.created_at <= MAX_AT:
        raise Invalid("bad_time", "created_at")
    if not 0 <= new.priority <= 2:
        raise Invalid("bad_number", "priority")
    if not 0 <= new.customer_id <= MAX_ID:
        raise Invalid("bad_number", "customer_id")
    limits = _LINES | dict.fromkeys(_IDS, _SHORT) | {"call_id": 120}
    lines: dict[str, Any] = {name: checked(getattr(new, name), name, limit) for name, limit in limits.items()}
    return replace(
        new,
        key=key,
        text=checked_lines(new.text, "text", MAX_TEXT),
        reply=checked_lines(new.reply, "reply", MAX_TEXT),
        phone=clean_phone(new.phone, area_code),
        fields=_clean_fields(new.fields),
        **lines,
    )


def clean_act(act: Act, area_code: str) -> Act:
    """What is to be done, ready for the core."""
    if not 0 <= act.at <= MAX_AT:
        raise Invalid("bad_time", "at")
    fields = _clean_fields(act.fields)
    if "phone" in fields:
        fields["phone"] = clean_phone(fields["phone"], area_code)
    for name, limit in _LINES.items():
        if name in fields:
            fields[name] = checked(fields[name], name, limit)
    return replace(
        act,
        text=checked_lines(act.text, "text", MAX_TEXT),
        target=checked(act.target, "target", 120),
        code=checked(act.code, "code", _SHORT),
        fields=fields,
    )


def clean_phone(typed: str, area_code: str) -> str:
    """The normal form of a number; what has no digit in it stays as it was typed."""
    return normalise_number(typed, area_code=area_code) or safe(typed[: LONGEST["phone"]]).strip()


def _clean_fields(fields: Mapping[str, str]) -> dict[str, str]:
    if len(fields) > MAX_FIELDS:
        raise Invalid("too_many", "fields", str(len(fields)))
    return {
        checked(name, "fields", _SHORT): checked_lines(value, safe(name[:_SHORT]), MAX_FIELD)
        if name != "text"
        else checked_lines(value, "text", MAX_TEXT)
        for name, value in fields.items()
    }
