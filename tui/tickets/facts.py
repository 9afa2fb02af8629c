"""One ticket as lines of text: what it is, its clocks, and everything that happened."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from engine.core.records import Millis
from engine.core.tickets.records import Attachment, Ticket, TicketStep
from engine.core.tickets.states import Clock
from engine.wire.tickets import TicketDetail
from tui.labels import duration, moment, phone_number
from tui.tickets.book import Book, name_of, words_of
from tui.tickets.due import clock_words, when
from tui.tickets.labels import PRIORITIES, state_words, who_words
from tui.tickets.said import shown_value, step_words
from tui.widgets.cells import fit, safe, wrap
from tui.widgets.lines import Part, field, line
from tui.words import tr


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a ticket is written on."""

    book: Book
    width: int
    now: Millis
    zone: datetime.tzinfo

    def moment(self, at: Millis) -> str:
        """An instant in 11 cells."""
        return moment(at, self.now, self.zone)


def head_lines(detail: TicketDetail, sheet: Sheet) -> list[Content]:
    """Four lines that always stay in sight: what, who, where, until when."""
    row = detail.row
    ticket, book, width = row.ticket, sheet.book, sheet.width
    state, tone = state_words(ticket)
    urgent = f"  {tr(PRIORITIES[min(ticket.priority, 2)])}" if ticket.priority else ""
    type_name, matter = book.type_name(ticket.type), book.matter(ticket)
    what = type_name if matter == type_name else f"{type_name} {matter}"
    third = (width - 3) // 3
    return [
        line(
            (f" {ticket.number} ", "title"),
            (f" {state} ", tone),
            (urgent, "warn"),
            ("  ", "plain"),
            (fit(safe(what), max(0, width - 30 - 12)), "strong"),
        ),
        line(
            " ",
            *field(tr("Customer"), name_of(row), third),
            " ",
            *field(tr("Phone"), phone_number(ticket.phone), third),
            " ",
            *field(tr("Owner"), book.person(ticket.owner), third),
        ),
        line(
            " ",
            *field(tr("Address"), _place(ticket), 2 * third + 1),
            " ",
            *field(tr("Department"), _with(ticket, book), third),
        ),
        line(" ", *_clocks(ticket, sheet)),
    ]


def _place(ticket: Ticket) -> str:
    return ticket.address if ticket.area in ticket.address else f"{ticket.area} {ticket.address}".strip()


def _with(ticket: Ticket, book: Book) -> str:
    person = f" {book.person(ticket.technician)}" if ticket.technician else ""
    return book.department(ticket.department) + person


def _clocks(ticket: Ticket, sheet: Sheet) -> list[Part]:
    respond = clock_words(
        Clock.RESPOND,
        ticket.respond_by,
        ticket.responded_at,
        sheet.now,
        sheet.zone,
        ticket.respond_left_ms >= 0,
    )
    resolve = clock_words(
        Clock.RESOLVE,
        ticket.resolve_by,
        ticket.replied_at,
        sheet.now,
        sheet.zone,
        ticket.resolve_left_ms >= 0,
    )
    parts: list[Part] = [respond, "   ", resolve]
    if ticket.expected_at and not ticket.replied_at:
        parts += [
            "   ",
            (tr("promised {time}", time=when(ticket.expected_at, sheet.now, sheet.zone)), "holding"),
        ]
    if ticket.resume_at:
        parts += ["   ", (tr("goes on {time}", time=when(ticket.resume_at, sheet.now, sheet.zone)), "break")]
    return parts


def body_lines(detail: TicketDetail, sheet: Sheet) -> list[Content]:
    """What scrolls below: words, the type's fields, checklist, files, and the history, newest first."""
    ticket = detail.row.ticket
    return [
        *_paragraph("", ticket.text, sheet),
        *_own_fields(ticket, sheet),
        *_outcome(ticket, sheet, by_merging=len(detail.merged)),
        *_checklist(ticket, sheet),
        *(_file_line(one, sheet) for one in detail.attachments),
        *_joined(detail),
        line((f" {tr('History')}", "title")),
        *(one for step in reversed(detail.steps) for one in _step_lines(step, ticket, sheet)),
    ]


def _paragraph(label: str, text: str, sheet: Sheet, tone: str = "plain") -> Iterator[Content]:
    if not text:
        return
    head = f"{label} " if label else ""
    first, *rest = wrap(f"{head}{safe(text)}", sheet.width - 2)
    yield line((f" {head}", "label"), (first[len(head) :], tone))
    yield from (line((f" {more}", tone)) for more in rest)


def _own_fields(ticket: Ticket, sheet: Sheet) -> Iterator[Content]:
    kind = sheet.book.type(ticket.type)
    named = {one.id: one for one in kind.fields} if kind else {}
    for field_id, value in ticket.fields.items():
        if value:
            own = named.get(field_id)
            yield from _paragraph(words_of(own.words) if own else field_id, shown_value(own, value), sheet)


def _outcome(ticket: Ticket, sheet: Sheet, by_merging: int) -> Iterator[Content]:
    yield from _paragraph(tr("Cause"), sheet.book.cause(ticket), sheet, "strong")
    yield from _paragraph(tr("Work done"), ticket.result, sheet, "strong")
    yield from _paragraph(tr("Told the customer"), ticket.reply, sheet, "good")
    if ticket.satisfied:
        yield from _paragraph(tr("Satisfied"), f"{ticket.satisfied}/5", sheet)
    repeats = max(0, ticket.repeats - by_merging)  # other customers' reports stand with the tickets taken in
    if repeats or ticket.reopened:
        told = tr("told again {count} times", count=repeats) if repeats else ""
        opened = tr("reopened {count} times", count=ticket.reopened) if ticket.reopened else ""
        yield line((f" {'  '.join(part for part in (told, opened) if part)}", "holding"))


def _checklist(ticket: Ticket, sheet: Sheet) -> Iterator[Content]:
    kind = sheet.book.type(ticket.type)
    if kind is None or not kind.checklist:
        return
    points = "  ".join(
        f"[{'x' if point in ticket.checked else ' '}] {words_of(words)}" for point, words in kind.checklist
    )
    yield from _paragraph(tr("Checklist"), points, sheet)


def _file_line(one: Attachment, sheet: Sheet) -> Content:
    size = duration(one.length_ms) if one.length_ms else tr("{count} kB", count=max(1, one.size // 1000))
    tail = f"  {size}  {sheet.moment(one.at)}"
    tone = "warn" if one.error else "plain"
    missing = f"  {tr('missing')}" if one.error else ""
    return line((f" {tr('File')} ", "label"), (f"{safe(one.name)}{missing}", tone), (tail, "label"))


def _joined(detail: TicketDetail) -> Iterator[Content]:
    if detail.merged:
        yield line((f" {tr('Has taken in')} ", "label"), ", ".join(detail.merged))
    if detail.row.ticket.merged_into:
        yield line((f" {tr('Merged into')} ", "label"), (detail.row.ticket.merged_into, "strong"))


def _step_lines(step: TicketStep, ticket: Ticket, sheet: Sheet) -> list[Content]:
    who = who_words(step.who, sheet.book.person(step.who))
    what = step_words(step, ticket, sheet.book)
    head = line(
        (f" {fit(sheet.moment(step.at), 12)}", "label"),
        (fit(safe(who), 10) + " ", "plain"),
        (fit(safe(what), max(0, sheet.width - 24)), "strong"),
    )
    more = wrap(safe(step.text), sheet.width - 26) if step.text else []
    return [head, *(line(" " * 24 + text) for text in more)]
