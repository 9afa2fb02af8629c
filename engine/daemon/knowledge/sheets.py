"""Tickets in the words that are printed on paper."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from db.ticket_lists import ShownTicket
from engine.adapters.paper import Blank, Choices, Order
from engine.adapters.paper.words import word
from engine.config import Site
from engine.core.records import Millis
from engine.core.tickets.records import Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed, TicketKind
from engine.core.tickets.types import TicketBook, TicketType

_URGENCIES = ("normal", "urgent", "at_once")
_TOLD = (Deed.DISPATCH, Deed.SEND_BACK, Deed.REMARK, Deed.AGAIN, Deed.SUSPEND, Deed.CALL, Deed.REOPEN)


def blank_of(book: TicketBook, type_id: str, numbers: Sequence[str], site: Site) -> Blank:
    """Empty forms for one type, or for all with the categories of faults."""
    language = site.language
    only = book.types.get(type_id)
    faults = [kind for kind in book.types.values() if kind.kind is TicketKind.FAULT]
    shown = [only] if only is not None else faults
    return Blank(
        site=site.name,
        language=language,
        numbers=numbers,
        kinds=Choices("", [] if only else [kind.words.of(language) for kind in book.types.values()]),
        categories=[
            Choices(kind.words.of(language), [one.words.of(language) for one in kind.categories])
            for kind in shown
        ],
        causes=Choices("", [words.of(language) for kind in shown for _, words in kind.causes]),
        follow_up=any(kind.follow_up for kind in shown) or only is None,
    )


def order_of(shown: ShownTicket, rules: Rules, site: Site, zone: ZoneInfo, names: Mapping[str, str]) -> Order:
    """What a technician takes along."""
    ticket, language = shown.ticket, site.language
    kind = rules.type_of(ticket)
    category = kind.category(ticket.category)
    title = kind.words.of(language) + (f" / {category.words.of(language)}" if category else "")
    return Order(
        site=site.name,
        language=language,
        number=ticket.number,
        title=title,
        facts=[
            (label, value)
            for label, value in (
                *_common(shown, rules, language, zone, names),
                *_own_fields(ticket, kind, language),
            )
            if value
        ],
        text="\n".join(part for part in (ticket.title, ticket.text) if part),
        history=[(_at(step.at, zone), step.text) for step in shown.steps if step.deed in _TOLD and step.text],
        checklist=Choices("", [words.of(language) for _, words in kind.checklist]),
        causes=Choices("", [f"{n} {words.of(language)}" for n, (_, words) in enumerate(kind.causes, 1)]),
    )


def _common(
    shown: ShownTicket, rules: Rules, language: str, zone: ZoneInfo, names: Mapping[str, str]
) -> list[tuple[str, str]]:
    ticket = shown.ticket
    department = rules.book.departments.get(ticket.department)
    values = {
        "name": ticket.contact or shown.customer_name,
        "phone": ticket.phone,
        "area": " ".join(part for part in (ticket.area, ticket.node) if part),
        "urgency": word(_URGENCIES[min(2, max(0, ticket.priority))], language),
        "came_at": _at(ticket.created_at, zone),
        "due_at": _at(ticket.expected_at or ticket.resolve_by, zone),
        "dispatched_to": department.words.of(language) if department else "",
        "technician": _person(ticket.technician, names),
        "owner": _person(ticket.owner, names),
        "address": ticket.address,
    }
    return [(word(name, language), value) for name, value in values.items()]


def _own_fields(ticket: Ticket, kind: TicketType, language: str) -> list[tuple[str, str]]:
    found = []
    for field in kind.fields:
        value = ticket.fields.get(field.id, "")
        chosen = dict(field.choices).get(value)
        found.append((field.words.of(language), chosen.of(language) if chosen else value))
    return found


def _person(staff_number: str, names: Mapping[str, str]) -> str:
    return f"{staff_number} {names.get(staff_number, '')}".strip()


def _at(at: Millis, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
