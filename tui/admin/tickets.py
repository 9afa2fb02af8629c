"""Tickets in the administrator's console: the types as they were loaded, and who gets what from where."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.core.tickets.types import FieldKind, Limit, Route, TicketField, TicketType
from engine.wire.tickets import TicketWords
from tui.admin.preview import Preview
from tui.tickets.book import Book, words_of
from tui.tickets.due import limit_words
from tui.tickets.labels import TICKET_KINDS
from tui.widgets.cells import safe
from tui.widgets.rows import Column, Row
from tui.words import mark, tr

if TYPE_CHECKING:
    from tui.admin.app import AdminApp

TYPES, ROUTES = "ticket_types", "ticket_routes"
PROBLEM = "!"  # before the number of a problem, as the key of its row

FIELD_KINDS: dict[FieldKind, str] = {
    FieldKind.TEXT: mark("text"),
    FieldKind.LONG_TEXT: mark("long text"),
    FieldKind.NUMBER: mark("number"),
    FieldKind.MONEY: mark("money"),
    FieldKind.DATE: mark("date"),
    FieldKind.PHONE: mark("telephone number"),
    FieldKind.YES_NO: mark("yes or no"),
    FieldKind.CHOICE: mark("choice"),
}


def type_columns() -> list[Column]:
    """A type, what it is, what it asks for, and who gets it."""
    return [
        Column(tr("Type"), 14, share=1),
        Column(tr("Kind"), 8, wide=True),
        Column(tr("Categories"), 6, right=True),
        Column(tr("Own fields"), 6, right=True),
        Column(tr("Reply within"), 16, share=1),
        Column(tr("Goes to"), 14, share=1),
    ]


def type_rows(words: TicketWords | None) -> list[Row]:
    """What is wrong with the files in front, then the types."""
    if words is None:
        return []
    book = Book(words)
    problems = [
        Row(f"{PROBLEM}{number}", (safe(text), "", "", "", "", ""), ("warn",))
        for number, text in enumerate(words.problems)
    ]
    return problems + [
        Row(
            one.id,
            (
                f"{one.key} {words_of(one.words)}".strip(),
                tr(TICKET_KINDS[one.kind]),
                str(len(one.categories)),
                str(len(one.fields)),
                limit_words(one.sla.resolve),
                route_words(one.route, book),
            ),
            ("strong",),
        )
        for one in words.types
    ]


def route_words(route: Route, book: Book) -> str:
    """Who gets it, and whether by itself."""
    to = book.department(route.department)
    if route.by_area:
        to = tr("station of the area, else {department}", department=to)
    return f"{to}, {tr('at once')}" if route.automatic else to


def route_columns() -> list[Column]:
    """From where, to whom, and who answers for it."""
    return [
        Column(tr("Area or type"), 16, share=1),
        Column(tr("Goes to"), 16, share=1),
        Column(tr("Leader"), 10, share=1),
        Column(tr("Delays to"), 12),
        Column(tr("People"), 6, right=True, wide=True),
    ]


def route_rows(words: TicketWords | None) -> list[Row]:
    """Areas and their stations; departments that have no area; then the types and their departments."""
    if words is None:
        return []
    book = Book(words)
    rows = []
    for one in sorted(words.departments, key=lambda one: not one.areas):
        people = sum(person.department == one.id for person in words.people)
        tail = (
            words_of(one.words),
            book.person(one.leader) or "-",
            book.department(one.parent) if one.parent else "-",
            str(people),
        )
        missing = "warn" if not one.leader else "plain"
        for area in one.areas or ("-",):
            rows.append(Row(f"{one.id}/{area}", (area, *tail), ("strong", "plain", missing)))
    return rows + [
        Row(f"type/{one.id}", (words_of(one.words), route_words(one.route, book), "", "", ""), ("strong",))
        for one in words.types
    ]


def about(section: str, row: str, words: TicketWords | None) -> str:
    """What the list is for; of a problem, all of it."""
    if row.startswith(PROBLEM) and words is not None and section == TYPES:
        return words.problems[int(row.removeprefix(PROBLEM))]
    if section == TYPES:
        return tr("As the files of the folder say it. Enter: all of a type; r: read the files again.")
    return tr("Area to station, and type to department. Areas and leaders are set under Departments.")


def full_words(one: TicketType, book: Book) -> list[str]:
    """Everything that a type says, in sentences."""
    sla = one.sla
    parts = [
        tr("{kind}; key {key}, quick code {quick}", kind=tr(TICKET_KINDS[one.kind]), key=one.key or "-",
           quick=one.quick or "-"),
        tr("First response {respond}, reply {resolve}; warning at {percent}% of the time",
           respond=limit_words(sla.respond), resolve=limit_words(sla.resolve), percent=sla.warn_percent),
        tr("After that: supervisor {supervisor}, leader {leader}", supervisor=_after(sla.supervisor_after),
           leader=_after(sla.leader_after)),
        tr("Goes to: {route}", route=route_words(one.route, book)),
    ]  # fmt: skip
    if one.route.verify:
        parts.append(tr("Has to be verified first"))
    if one.follow_up:
        parts.append(tr("Closes only after a follow-up call"))
    parts += _listed(
        tr("Categories"),
        [f"{item.key} {words_of(item.words)} {item.quick}".strip() for item in one.categories],
    )
    parts += _listed(tr("Own fields"), [_field_words(item) for item in one.fields])
    parts += _listed(tr("Checklist"), [words_of(words) for _, words in one.checklist])
    parts += _listed(tr("What can be found"), [words_of(words) for _, words in one.causes])
    parts += _listed(tr("Sentences for replies"), [words_of(words) for words in one.templates])
    return parts


def _field_words(item: TicketField) -> str:
    needed = f", {tr('needed')}" if item.required else ""
    return f"{words_of(item.words)} ({tr(FIELD_KINDS[item.kind])}{needed})"


def _after(limit: Limit) -> str:
    return limit_words(limit) if limit.minutes or limit.days else tr("at once")


def _listed(heading: str, items: Sequence[str]) -> list[str]:
    return [f"{heading}: {'; '.join(items)}"] if items else []


async def open_type(app: "AdminApp", row: str) -> None:
    """Everything of a type, or of what is wrong with a file."""
    words = app.admin.tickets
    if words is None:
        return
    question = tr("Enter or Esc: back")
    if row.startswith(PROBLEM):
        number = int(row.removeprefix(PROBLEM))
        title = tr("This file was not taken; correct it, then r")
        await app.push_screen_wait(Preview(title, [words.problems[number]], question))
        return
    one = next((one for one in words.types if one.id == row), None)
    if one is not None:
        title = f"{words_of(one.words)} ({one.id})"
        await app.push_screen_wait(Preview(safe(title), full_words(one, Book(words)), question))


async def reload_types(app: "AdminApp") -> None:
    """Read the files again; a bad one changes nothing."""
    found = await app.ask("tickets.reload")
    if not isinstance(found, TicketWords):
        return
    app.admin.tickets = found
    app.repaint()
    if found.problems:
        app.say(tr("{count} problems; the types stay as they were", count=len(found.problems)), "warn")
    else:
        app.say(tr("Read: {count} types, nothing wrong", count=len(found.types)), "good")
