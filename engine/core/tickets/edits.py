"""Corrections: what is written on a ticket, with the old and the new value in its history."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.core.records import Millis
from engine.core.tickets.clocks import started
from engine.core.tickets.fields import LONGEST, PRIORITIES, bad_common, bad_field
from engine.core.tickets.made import Made
from engine.core.tickets.records import Act, Actor, Refusal, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Refused, TicketState
from engine.core.tickets.types import TicketType

_NUMBERS = ("priority", "customer_id")
COMMON = frozenset({*LONGEST, *_NUMBERS, "category", "type"})
"""Names of what every ticket has: no field of a type may be called like that."""


def edited(ticket: Ticket, act: Act, actor: Actor, rules: Rules, now: Millis) -> Made | Refusal:
    """The same with other values. Its step names the fields in `target`, and has old and new in `text`.

    Another category brings its line and fault with it. Another type keeps what it has fields for, and its
    limits count from the beginning.
    """
    common = {name: value for name, value in act.fields.items() if name in COMMON}
    own = {name: value for name, value in act.fields.items() if name not in COMMON}
    kind = rules.book.types.get(common.get("type", ticket.type)) or rules.type_of(ticket)
    wrong = _wrong_type(ticket, common, rules) or _wrong(ticket, kind, common, own)
    if wrong:
        return Refusal(Refused.BAD_FIELD, wrong)
    after = _written(ticket, kind, common, own)
    changes = list(_changes(ticket, after))
    if not changes:
        return Refusal(Refused.BAD_FIELD, "")
    if after.type != ticket.type:
        after = started(after, rules, now if ticket.reopened else ticket.created_at)
    told = "\n".join([act.text, *(f"{name}: {was} => {is_}" for name, was, is_ in changes)])
    return Made(after, text=told.lstrip("\n"), target=",".join(name for name, _, _ in changes))


def _written(ticket: Ticket, kind: TicketType, common: Mapping[str, str], own: Mapping[str, str]) -> Ticket:
    values: dict[str, Any] = {**common, **{name: int(common[name]) for name in _NUMBERS if name in common}}
    category = kind.category(values.get("category", ticket.category))
    if category is None and kind.id != ticket.type:
        values["category"] = ""
    if category and category.id != ticket.category:
        values = {"line": category.line, "fault": category.fault, **values}
    known = {one.id for one in kind.fields} if kind.id != ticket.type else {*ticket.fields, *own}
    fields = {name: value for name, value in {**ticket.fields, **own}.items() if value and name in known}
    return replace(ticket, **values, fields=fields)


def _wrong_type(ticket: Ticket, common: Mapping[str, str], rules: Rules) -> str:
    """A type is changed while the office has the ticket, before anybody has gone by it."""
    new = common.get("type", ticket.type)
    can = new in rules.book.types and ticket.state in (TicketState.NEW, TicketState.VERIFIED)
    return "" if new == ticket.type or can else "type"


def _wrong(ticket: Ticket, kind: TicketType, common: Mapping[str, str], own: Mapping[str, str]) -> str:
    """The first value that cannot be."""
    for name in _NUMBERS:
        value = common.get(name, "0")
        if not (value.isascii() and value.isdigit() and len(value) < 16):
            return name
    if int(common.get("priority", "0")) not in PRIORITIES:
        return "priority"
    category = common.get("category", "")
    if category not in ("", ticket.category) and kind.category(category) is None:
        return "category"
    emptied = (one.id for one in kind.fields if one.required and own.get(one.id) == "")
    return bad_common(common) or bad_field(kind, own, complete=False) or next(emptied, "")


def _changes(before: Ticket, after: Ticket) -> Iterator[tuple[str, object, object]]:
    for name in sorted(COMMON):
        was, is_ = getattr(before, name), getattr(after, name)
        if was != is_:
            yield name, was, is_
    for name in sorted({*before.fields, *after.fields}):
        was, is_ = before.fields.get(name, ""), after.fields.get(name, "")
        if was != is_:
            yield name, was, is_
