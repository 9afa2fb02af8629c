"""Corrections: what is written on a ticket, with the old and the new value in its history."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.core.records import Millis
from engine.core.tickets.fields import LONGEST, PRIORITIES, bad_common, bad_field
from engine.core.tickets.made import Made
from engine.core.tickets.records import Act, Actor, Refusal, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Refused

_NUMBERS = ("priority", "customer_id")
COMMON = frozenset({*LONGEST, *_NUMBERS, "category", "type"})
"""Names of what every ticket has: no field of a type may be called like that."""


def edited(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    """The same with other values. Its step names the fields in `target`, and has old and new in `text`."""
    common = {name: value for name, value in act.fields.items() if name in COMMON}
    own = {name: value for name, value in act.fields.items() if name not in COMMON}
    wrong = _wrong(ticket, common, own, rules)
    if wrong:
        return Refusal(Refused.BAD_FIELD, wrong)
    values: dict[str, Any] = {
        name: int(value) if name in _NUMBERS else value for name, value in common.items()
    }
    fields = {name: value for name, value in {**ticket.fields, **own}.items() if value}
    after = replace(ticket, **values, fields=fields)
    changes = list(_changes(ticket, after))
    if not changes:
        return Refusal(Refused.BAD_FIELD, "")
    told = "\n".join(
        [*([act.text] if act.text else []), *(f"{name}: {was} => {is_}" for name, was, is_ in changes)]
    )
    return Made(after, text=told, target=",".join(name for name, _, _ in changes))


def _wrong(ticket: Ticket, common: Mapping[str, str], own: Mapping[str, str], rules: Rules) -> str:
    """The first value that cannot be."""
    kind = rules.type_of(ticket)
    for name in _NUMBERS:
        value = common.get(name, "0")
        if not (value.isascii() and value.isdigit() and len(value) < 16):
            return name
    if int(common.get("priority", "0")) not in PRIORITIES:
        return "priority"
    category = common.get("category", "")
    if category and kind.category(category) is None:
        return "category"
    emptied = [one.id for one in kind.fields if one.required and own.get(one.id) == ""]
    return bad_common(common) or bad_field(kind, own, complete=False) or next(iter(emptied), "")


def _changes(before: Ticket, after: Ticket) -> Iterator[tuple[str, object, object]]:
    for name in sorted(COMMON):
        was, is_ = getattr(before, name), getattr(after, name)
        if was != is_:
            yield name, was, is_
    for name in sorted({*before.fields, *after.fields}):
        was, is_ = before.fields.get(name, ""), after.fields.get(name, "")
        if was != is_:
            yield name, was, is_
