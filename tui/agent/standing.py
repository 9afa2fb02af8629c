"""How things stand with a customer, in a few words beside the call: open tickets, and what recurs."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from textual.content import Content

from engine.core.customers.records import Proposal
from engine.core.records import CustomerCard
from engine.core.tickets.records import Ticket
from engine.wire.tickets import Similar, TicketRow
from tui.labels import time_of_day
from tui.tickets.book import Book
from tui.tickets.due import due_words, next_due, when
from tui.tickets.labels import state_words
from tui.widgets.cells import clip, fit, safe
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper
from tui.words import tr

OFTEN_CALLS = 3  # in 30 days
OFTEN_FAULTS = 2  # in 90 days
MOST_TICKETS = 3  # of the open ones beside the notes
NAME_CELLS = 16
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Open tickets and what recurs; empty as long as nothing is known."""

    open: tuple[TicketRow, ...] = ()
    calls_30: int = 0
    tickets_90: int = 0
    faults: int = field(default=0)
    maybe: tuple[Proposal, ...] = ()  # who an unknown caller may be

    @classmethod
    def of(
        cls, card: CustomerCard | None, similar: Similar | None, maybe: Sequence[Proposal] = ()
    ) -> "Standing":
        """What card and engine say together."""
        recurring = card.recurring if card else None
        faults = max((count for _, count in recurring.faults_90), default=0) if recurring else 0
        return cls(
            open=tuple(similar.open) if similar else (),
            calls_30=max(similar.calls_30 if similar else 0, recurring.calls_30 if recurring else 0),
            tickets_90=max(similar.tickets_90 if similar else 0, recurring.tickets_90 if recurring else 0),
            faults=faults,
            maybe=tuple(maybe),
        )


def standing_parts(standing: Standing, card: CustomerCard | None, paper: Paper) -> list[Part]:
    """The words, each only when there is something to say; empty for nothing."""
    parts: list[Part] = []
    if standing.maybe and (card is None or card.customer is None):
        parts.append((_maybe_words(standing.maybe), "holding"))
    if standing.open:
        first = min((row.ticket for row in standing.open), key=_due_at)
        parts.append((tr("open tickets {count}", count=len(standing.open)), "holding"))
        parts.append(_nearest(first, paper))
    if standing.calls_30 >= OFTEN_CALLS:
        parts.append((tr("call no. {count} in 30 days", count=standing.calls_30), "holding"))
    if standing.faults >= OFTEN_FAULTS:
        parts.append((tr("{count} faults in 90 days", count=standing.faults), "warn"))
    as_of = card.customer.as_of if card and card.customer else 0
    if as_of:
        parts.append((age_words(as_of, paper), "label"))
    spaced: list[Part] = []
    for part in parts:
        spaced += ["  ", part]
    return spaced


def _maybe_words(maybe: tuple[Proposal, ...]) -> str:
    name = clip(safe(maybe[0].customer.name), NAME_CELLS)
    if len(maybe) == 1:
        return tr("may be {name}: ^O", name=name)
    return tr("may be {name} or {count} others: ^O", name=name, count=len(maybe) - 1)


def ticket_lines(standing: Standing, paper: Paper, book: Book) -> list[Content]:
    """The open tickets, the most urgent first, for the column beside the notes."""
    lines = []
    for row in sorted(standing.open, key=lambda row: _due_at(row.ticket))[:MOST_TICKETS]:
        ticket = row.ticket
        due, tone = due_words(ticket, paper.now, paper.zone)
        head = f" {ticket.number} "
        room = paper.width - cell_len(head) - cell_len(due) - 2
        words = f"{book.matter(ticket)} {state_words(ticket)[0]}"
        lines.append(line((head, "label"), (fit(safe(words), max(0, room)), "holding"), (f" {due}", tone)))
    return lines


def _due_at(ticket: Ticket) -> int:
    return next_due(ticket).at or 2**63


def _nearest(ticket: Ticket, paper: Paper) -> Part:
    due = next_due(ticket)
    if not due.at:
        return (ticket.number, "plain")
    if due.late(paper.now):
        return (tr("LATE"), "warn")
    return (tr("until {time}", time=when(due.at, paper.now, paper.zone)), "plain")


def age_words(as_of: int, paper: Paper) -> str:
    """How old the data of the subscriber system are: as of 09:30."""
    same_day = time_of_day(as_of, paper.zone) if paper.now - as_of < DAY_MS // 2 else ""
    return tr("as of {time}", time=same_day or when(as_of, paper.now, paper.zone))
