"""Changing one field of a ticket: which one, then its new value."""

from engine.core.tickets.records import Ticket
from engine.core.tickets.types import FieldKind, TicketField
from tui.tickets.book import Book, words_of
from tui.tickets.finder import Finder
from tui.tickets.labels import PRIORITIES
from tui.tickets.said import shown_value
from tui.tickets.values import read_value, typed_value
from tui.tickets.writing import Writing
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.rows import Column, Row
from tui.widgets.session import SessionApp
from tui.words import mark, tr

COMMON: tuple[tuple[str, str], ...] = (
    ("text", mark("Matter")),
    ("contact", mark("Contact")),
    ("phone", mark("Phone")),
    ("address", mark("Address")),
    ("area", mark("Area")),
    ("category", mark("Category")),
    ("priority", mark("Priority")),
    ("title", mark("In a few words")),
)


async def ask_edit(app: SessionApp, ticket: Ticket, book: Book) -> dict[str, str] | None:
    """The changed field by its id; None after Esc, or when it stays as it was."""
    kind = book.type(ticket.type)
    own = {one.id: one for one in kind.fields} if kind else {}
    rows = [Row(name, (tr(words), _shown(ticket, name, book)), ("strong",)) for name, words in COMMON]
    rows += [
        Row(one.id, (words_of(one.words), shown_value(one, ticket.fields.get(one.id, ""))), ("strong",))
        for one in own.values()
    ]
    title = tr("Change {number}: which field?", number=ticket.number)
    name = await app.push_screen_wait(Finder(title, _columns, rows))
    if name is None:
        return None
    value = await _new_value(app, ticket, book, name, own.get(name))
    return None if value is None else {name: value}


def _columns() -> list[Column]:
    return [Column(tr("Field"), 14), Column(tr("Now"), 30, share=1)]


def _shown(ticket: Ticket, name: str, book: Book) -> str:
    if name == "category":
        category = book.category(ticket)
        return words_of(category.words) if category else ""
    if name == "priority":
        return tr(PRIORITIES[min(ticket.priority, 2)])
    return str(getattr(ticket, name))


async def _new_value(
    app: SessionApp, ticket: Ticket, book: Book, name: str, own: TicketField | None
) -> str | None:
    choices: list[tuple[str, str]] = []
    before = ticket.fields.get(name, "") if own else str(getattr(ticket, name))
    kind = book.type(ticket.type)
    if name == "category" and kind:
        choices = [(one.id, words_of(one.words)) for one in kind.categories]
    elif name == "priority":
        choices = [(str(n), tr(words)) for n, words in enumerate(PRIORITIES)]
    elif own and own.kind is FieldKind.CHOICE:
        choices = [(code, words_of(words)) for code, words in own.choices]
    elif own and own.kind is FieldKind.YES_NO:
        choices = [("yes", tr("yes")), ("no", tr("no"))]
    if choices:
        shown = [Choice((str(n),), code, words) for n, (code, words) in enumerate(choices, 1)]
        return await app.push_screen_wait(Chooser(tr("New value"), shown, before))
    text = typed_value(own, before)
    while True:
        typed = await app.push_screen_wait(
            Writing(tr("New value"), text=text, optional=not (own and own.required))
        )
        if typed is None or own is None:
            return typed
        value = read_value(own, typed)
        if value is not None:
            return value
        app.say(tr("Please check this field: {field}", field=words_of(own.words)), "warn")
        text = typed
