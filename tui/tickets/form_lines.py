"""The last two lines of the ticket form: when it would be due and where it goes, and what is open already."""

from textual.content import Content

from engine.core.records import Millis
from engine.core.tickets.states import Clock
from engine.core.tickets.types import Limit, TicketType
from engine.wire.tickets import Due, Similar
from tui.tickets.desk import TicketDesk
from tui.tickets.due import due_words, limit_words, when
from tui.tickets.labels import CLOCKS, state_words
from tui.widgets.cells import fit, safe
from tui.widgets.lines import Part, line
from tui.widgets.paper import cells_of
from tui.words import tr


def due_line(
    desk: TicketDesk, kind: TicketType | None, area: str, by: Due | None, solved: bool, width: int
) -> Content:
    """Until when it would have to be done, and who gets it. `by`: as the engine reckons it, None as yet."""
    if kind is None:
        return line((f" {tr('Due: first what it is about')}", "label"))
    parts: list[Part] = [
        *_limit(desk, Clock.RESPOND, kind.sla.respond, by.respond_by if by else 0),
        " ",
        *_limit(desk, Clock.RESOLVE, kind.sla.resolve, by.resolve_by if by else 0),
    ]
    if solved:
        parts.append((f"  {tr('replied at once')}", "good"))
        return line(*parts)
    target = _route_of(kind, area, desk)
    if target:
        name = safe(desk.book.department(target))
        sent = tr("goes to {name}", name=name) if kind.route.automatic else tr("for {name}", name=name)
        parts.append((f"  {sent}", "holding"))
    return line(*parts) if width >= cells_of(parts) else line(*parts[:-1])


def _limit(desk: TicketDesk, clock: Clock, limit: Limit, by: Millis) -> list[Part]:
    """Until when; as long as the engine has not answered, how long the type gives."""
    app, name = desk.app, tr(CLOCKS[clock])
    if by:
        return [(f" {tr('{clock} by {time}', clock=name, time=when(by, app.now(), app.zone))}", "strong")]
    return [(f" {name} ", "label"), (limit_words(limit), "strong")]


def _route_of(kind: TicketType, area: str, desk: TicketDesk) -> str:
    """The department that it will go to: the station of the area first, as the engine decides it."""
    for one in desk.book.departments:
        if kind.route.by_area and one.station and area and area in one.areas:
            return one.id
    return kind.route.department


def note_line(desk: TicketDesk, similar: Similar, width: int) -> Content:
    """What is open already; else the keys, and whether the same comes again and again."""
    found = similar.open
    if found:
        ticket = found[0].ticket
        words = tr(
            "Open already: {count}, {number} {matter} {state} {due}",
            count=len(found),
            number=ticket.number,
            matter=desk.book.matter(ticket),
            state=state_words(ticket)[0],
            due=due_words(ticket, desk.app.now(), desk.app.zone)[0],
        )
        return line((fit(f" {safe(words)}", width), "holding"))
    hint = tr("^S: store   Tab: next field   Esc: back, what is written stays")
    again = ""
    if similar.same_matter_90 > 1:
        again = tr("the same {count} times in 90 days", count=similar.same_matter_90)
    return line((fit(f" {hint}   {again}", width), "holding" if again else "label"))
