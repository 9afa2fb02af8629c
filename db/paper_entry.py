"""Entering what was written on a form while there was no system, with the times that stand on it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from db.errors import Duplicate, Invalid
from db.paper_forms import get_form, know_form, mark_entered
from db.tickets import act_on, create_ticket
from engine.core.records import Millis
from engine.core.tickets.paper import read_form_number, wrong_time
from engine.core.tickets.records import Act, Actor, NewTicket, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed


@dataclass(frozen=True, slots=True)
class Done:
    """A deed, and when it was done."""

    act: Act
    at: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is written on a form. `day` is that of the call where the site is, "261122"."""

    form: str
    ticket: NewTicket
    deeds: Sequence[Done]
    day: str


def enter_form(
    conn: sqlite3.Connection, entry: Entry, actor: Actor, rules: Rules, now: Millis, *, area_code: str = ""
) -> tuple[str, Ticket]:
    """Make the ticket of a form, and do to it what was done; all of it or nothing.

    Clocks begin and end with the times of the form, so that figures are what they would have been. Returns
    the form's number too. Raises Invalid, Duplicate for a form that was entered, NotFound, Refused.
    """
    number = form_number(entry.form)
    know_form(conn, number, now)
    known = get_form(conn, number)
    if known.entered_at:
        raise Duplicate("paper_form", f"{number} {known.ticket}".strip())
    told_at = entry.ticket.created_at
    place = wrong_time([told_at, *(deed.at for deed in entry.deeds)], now)
    if place is None and any(not deed.at for deed in entry.deeds):
        place = next(n for n, deed in enumerate(entry.deeds, 1) if not deed.at)
    if place is not None:
        raise Invalid("bad_time", "created_at" if place == 0 else entry.deeds[place - 1].act.deed)
    new = replace(entry.ticket, key=f"paper:{number}", from_paper=number)
    dispatched = any(deed.act.deed is Deed.DISPATCH for deed in entry.deeds)
    told = _by_hand(rules) if dispatched else rules
    ticket, _ = create_ticket(conn, new, actor, told, told_at, entry.day, area_code=area_code)
    for deed in entry.deeds:
        act = replace(deed.act, version=0)
        ticket = act_on(conn, ticket.number, act, actor, rules, deed.at, area_code=area_code)
    mark_entered(conn, number, ticket.number, actor.staff_number, now)
    return number, ticket


def _by_hand(rules: Rules) -> Rules:
    """Rules by which nothing is dispatched by itself: it is written down to whom it went, and when."""
    types = {
        name: replace(kind, route=replace(kind.route, automatic=False))
        for name, kind in rules.book.types.items()
    }
    return replace(rules, book=replace(rules.book, types=types))


def form_number(text: str) -> str:
    """The number of a form, however it was typed. Raises Invalid for one with a slip."""
    number = read_form_number(text)
    if not number:
        raise Invalid("bad_form_number", "form", text[:40])
    return number
