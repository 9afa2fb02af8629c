"""Tickets as rows of a table: the same columns in every console."""

import datetime
from collections.abc import Collection, Sequence

from engine.core.records import Millis
from engine.core.tickets.states import OPEN_STATES
from engine.wire.tickets import TicketRow
from tui.tickets.book import Book, name_of
from tui.tickets.due import due_words
from tui.tickets.labels import state_cells, state_words
from tui.widgets.rows import Column, Row
from tui.words import tr

URGENT = ("", "!", "!!")


def ticket_columns() -> Sequence[Column]:
    """The columns of a list of tickets; at 80 cells all but the last three."""
    return [
        Column("", 3),
        Column(tr("Ticket"), 10),
        Column(tr("Matter"), 12, share=2),
        Column(tr("Customer"), 8, share=2),
        Column(tr("Area"), 8, share=1),
        Column(tr("State"), state_cells()),
        Column(tr("Due by"), 11),
        Column(tr("Department"), 12, wide=True),
        Column(tr("Owner"), 10, wide=True),
        Column(tr("Phone"), 14, wide=True),
    ]


def ticket_row(
    row: TicketRow, book: Book, now: Millis, zone: datetime.tzinfo, marked: Collection[str] = ()
) -> Row:
    """One ticket as a row; its key is its number. What is late or urgent is said by a word or a sign."""
    ticket = row.ticket
    due, due_tone = due_words(ticket, now, zone)
    state, state_tone = state_words(ticket)
    faint = "" if ticket.state in OPEN_STATES else "faint"
    mark = "*" if ticket.number in marked else " "
    again = "+" if ticket.repeats or ticket.reopened else ""
    return Row(
        ticket.number,
        (
            f"{mark}{URGENT[min(ticket.priority, 2)]}{again}",
            ticket.number,
            book.matter(ticket),
            name_of(row),
            ticket.area,
            state,
            due,
            book.department(ticket.department),
            book.person(ticket.owner),
            ticket.phone,
        ),
        ("warn", faint or "strong", faint, faint, faint, faint or state_tone, due_tone, faint, faint, faint),
    )
