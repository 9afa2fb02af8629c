"""The lists of a station: which orders stand in which, in what order, and what a row shows."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.core.records import Millis
from engine.core.tickets.records import Ticket
from engine.core.tickets.states import TicketState
from engine.wire.tickets import TicketRow
from tui.tickets.book import Book, name_of
from tui.tickets.due import due_words, next_due
from tui.tickets.initials import fits
from tui.tickets.labels import state_cells, state_words
from tui.tickets.table import URGENT
from tui.widgets.rows import Column, Row
from tui.words import mark, tr

_S = TicketState
AT_WORK = (_S.DISPATCHED, _S.ACCEPTED, _S.ON_SITE, _S.SUSPENDED)
"""What a station has to see to."""
AFTERWARDS = (_S.RETURNED, _S.REPLIED, _S.FOLLOWED_UP)
"""What one has returned: it is with the office again, and not closed yet."""


@dataclass(frozen=True, slots=True)
class Here:
    """Who looks, and when: `midnight` is the end of today."""

    staff_number: str
    now: Millis
    midnight: Millis


@dataclass(frozen=True, slots=True)
class View:
    """One list: its id, the digit that shows it, its name, and what stands in it."""

    id: str
    digit: str
    name: str
    has: Callable[[Ticket, Here], bool]


def _due_today(ticket: Ticket, here: Here) -> bool:
    due = next_due(ticket)
    return ticket.state in AT_WORK and bool(due.at) and not due.stands and due.at <= here.midnight


def _overdue(ticket: Ticket, here: Here) -> bool:
    return ticket.state in AT_WORK and next_due(ticket).late(here.now)


VIEWS = (
    View("to_accept", "1", mark("Pending"), lambda one, _: one.state is _S.DISPATCHED),
    View("mine", "2", mark("Mine"), lambda one, here: _assigned(one, here)),
    View("on_site", "3", mark("On site"), lambda one, _: one.state is _S.ON_SITE),
    View("today", "4", mark("Due"), _due_today),
    View("overdue", "5", mark("Late"), _overdue),
    View("all", "6", mark("At work"), lambda one, _: one.state in AT_WORK),
    View("returned", "7", mark("Sent in"), lambda one, _: one.state in AFTERWARDS),
)


def _assigned(ticket: Ticket, here: Here) -> bool:
    return ticket.state in AT_WORK and ticket.technician == here.staff_number


def midnight_after(now: Millis, zone: datetime.tzinfo) -> Millis:
    """The end of the day of `now` on the clock of the site."""
    then = datetime.datetime.fromtimestamp(now / 1000, zone)
    tomorrow = (then + datetime.timedelta(days=1)).date()
    end = datetime.datetime.combine(tomorrow, datetime.time(), zone)
    return int(end.timestamp() * 1000)


def view_of(view_id: str) -> View:
    """The list of this id."""
    return next(view for view in VIEWS if view.id == view_id)


def listed(rows: Sequence[TicketRow], view: View, here: Here, text: str) -> list[TicketRow]:
    """The rows of a list that contain a text, or its pinyin initials."""
    own = [row for row in rows if view.has(row.ticket, here)]
    return [row for row in own if not text.strip() or fits(text, *_texts(row))]


def _texts(row: TicketRow) -> tuple[str, ...]:
    ticket = row.ticket
    return (
        ticket.number, name_of(row), ticket.contact, ticket.phone, ticket.address, ticket.area, ticket.text,
        ticket.technician,
    )  # fmt: skip


def order_columns() -> list[Column]:
    """What a technician looks for: until when, what, where, whose."""
    return [
        Column("", 3),
        Column(tr("Ticket"), 10),
        Column(tr("Due by"), 11),
        Column(tr("State"), state_cells()),
        Column(tr("Matter"), 10, share=1),
        Column(tr("Address"), 14, share=3),
        Column(tr("Customer"), 8, share=1),
        Column(tr("Phone"), 14, wide=True),
        Column(tr("Technician"), 12, wide=True),
    ]


def order_row(
    row: TicketRow, book: Book, now: Millis, zone: datetime.tzinfo, fresh: Sequence[str] = ()
) -> Row:
    """One order; `fresh` are those that came since somebody looked."""
    ticket = row.ticket
    due, due_tone = due_words(ticket, now, zone)
    state, state_tone = state_words(ticket)
    new = "*" if ticket.number in fresh else " "
    again = "+" if ticket.repeats or ticket.reopened else ""
    texts = (
        f"{new}{URGENT[min(ticket.priority, 2)]}{again}",
        ticket.number,
        due,
        state,
        book.matter(ticket),
        ticket.address or ticket.area,
        name_of(row),
        ticket.phone,
        book.person(ticket.technician),
    )
    return Row(ticket.number, texts, ("warn", "strong", due_tone, state_tone, "", "", "", "", ""))
