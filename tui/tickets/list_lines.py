"""The lines around a list of tickets: the lists with their counts, what narrows one, what is left."""

from textual.content import Content

from engine.core.tickets.records import TicketCounts
from engine.core.tickets.states import TicketState
from tui.tickets.book import Book
from tui.tickets.filter import EVERYTHING, OFFICE, Filter
from tui.tickets.labels import TICKET_STATES, VIEWS
from tui.tickets.pages import Pages
from tui.widgets.cells import clip, safe
from tui.widgets.lines import Part, line
from tui.widgets.paper import cells_of
from tui.words import tr


def views_line(chosen_view: str, counts: TicketCounts, pages: Pages, width: int) -> Content:
    """The lists by their digits, each with its count; how many rows are shown, where there is room."""
    parts: list[Part] = []
    for digit, (view, words) in enumerate(VIEWS):
        count = getattr(counts, view) if view else 0
        chosen = view == chosen_view
        late = view == "overdue" and bool(count)
        parts += [(f" {digit}", "key"), (f" {tr(words)}", "chosen" if chosen else "plain")]
        if view:
            parts.append((f"({count})", "warn" if late else "strong" if count else "faint"))
    shown = f"{len(pages.rows)}{'+' if pages.more else ''}"
    room = width - cells_of(parts)
    if room > 6:
        parts.append((f"  {tr('shown {count}', count=shown)}"[:room], "label"))
    return line(*parts)


def filter_line(chosen: Filter, book: Book, marked: int, *, typing: bool) -> Content:
    """What narrows the list, by its keys, and how many are `marked`. `typing`: the words stand in a field."""
    type_words = book.type_name(chosen.type) if chosen.type else tr("any")
    state = tr("unsettled") if not chosen.state else tr("any")
    if chosen.state and chosen.state != EVERYTHING:
        state = tr(TICKET_STATES[TicketState(chosen.state)][0])
    parts: list[Part] = []
    if chosen.department:
        name = book.department("" if chosen.department == OFFICE else chosen.department)
        parts.append((f" {clip(safe(name), 14)} ", "strong"))
    for key, label, value in (
        ("T", tr("Type"), type_words),
        ("A", tr("Area"), chosen.area or tr("any")),
        ("S", tr("State"), state),
    ):
        parts += [(f" {key}", "key"), (f" {label} ", "label"), (clip(safe(value), 10), "plain"), "  "]
    parts += [(" /", "key"), (f" {tr('Find')} ", "label")]
    if not typing:
        parts.append((clip(safe(chosen.text), 12), "strong"))
    if marked:
        parts.append((f"  {tr('marked {count}', count=marked)}", "holding"))
    return line(*parts)


def more_line(pages: Pages) -> Content:
    """That these are not all, and what brings the others."""
    count = len(pages.rows)
    words = (
        tr("The first {count} are here and no more are listed: narrow by T A S, or find by /", count=count)
        if pages.full
        else tr("The first {count}; there are more: go down to see them, or narrow by T A S /", count=count)
    )
    return line((f" {words}", "holding"))
