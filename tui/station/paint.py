"""Lines of the station's screen: who one is, what is new, the lists, and the order under the cursor."""

from collections.abc import Sequence

from textual.content import Content

from engine.core.tickets.states import Deed
from engine.core.tickets.types import Department
from engine.wire.tickets import TicketRow
from tui.labels import phone_number, time_of_day
from tui.station.commands import LETTERS
from tui.station.deeds import Unsent
from tui.station.lists import VIEWS, Here, View
from tui.tickets.book import Book, name_of, words_of
from tui.tickets.keys import deed_lines
from tui.tickets.labels import DEEDS
from tui.widgets.cells import clip, fit, safe, spread
from tui.widgets.lines import Part, line
from tui.widgets.paper import Paper, cells_of
from tui.words import tr

PREVIEW = 4  # lines
STATION_DEEDS = (
    Deed.ACCEPT,
    Deed.ARRIVE,
    Deed.RETURN,
    Deed.RESUME,
    Deed.SEND_BACK,
    Deed.DISPATCH,
    Deed.SUSPEND,
    Deed.ASSIGN,
    Deed.EXPECT,
    Deed.REMARK,
    Deed.CHECK,
)


def title_line(name: str, department: Department | None, site: str, paper: Paper) -> Content:
    """Who sits here, for which station."""
    where = words_of(department.words) if department else ""
    left = f" {tr('Station console')}  {safe(where)} {safe(name)}  {safe(site)}"
    clock = f"{time_of_day(paper.now, paper.zone, seconds=True)} "
    return line((spread(left, clock, paper.width), "title"))


def state_line(
    fresh: Sequence[TicketRow], gone: Unsent, department: Department | None, book: Book, paper: Paper
) -> Content:
    """The link when it is lost, else what has come in, else what the station sees to.

    `gone`: texts that were not sent, of orders that are not with the station any more.
    """
    if not paper.connected:
        since = time_of_day(paper.now, paper.zone)
        words = tr(
            "No link to the engine since {time}: this is how it was; nothing can be done now", time=since
        )
        return line((fit(f" {words}", paper.width), "warn"))
    if fresh:
        newest = fresh[-1].ticket
        head: Part = (f" {tr('New order')} {len(fresh)} ", "ringing")
        keys: list[Part] = [(" 1 ", "key"), f"{tr('Show')} "]
        about = f" {newest.number} {book.matter(newest)}  {newest.address or newest.area}"
        room = paper.width - cells_of(keys) - cells_of([head])
        return line(head, (fit(safe(about), room), "strong"), *keys)
    if gone:
        (number, _), text = next(iter(gone.items()))
        return line(
            (f" {tr('Not sent')} ", "holding"), (clip(safe(f" {number}  {text}"), paper.width - 12), "plain")
        )
    if department is None:
        return line("")
    parts = [tr("Areas: {areas}", areas=" ".join(department.areas))] if department.areas else []
    parts += [tr("Leader: {name}", name=book.person(department.leader))] if department.leader else []
    parts += [phone_number(department.telephone)] if department.telephone else []
    return line((clip(safe(" " + "   ".join(parts)), paper.width), "label"))


def views_line(rows: Sequence[TicketRow], chosen: View, here: Here, width: int) -> Content:
    """The lists with their digits and counts."""
    parts: list[tuple[str, str]] = []
    for view in VIEWS:
        count = sum(view.has(row.ticket, here) for row in rows)
        late = view.id == "overdue" and count
        parts += [
            (f" {view.digit}", "key"),
            (f" {tr(view.name)}", "chosen" if view is chosen else "plain"),
            (f"({count})", "warn" if late else "strong" if count else "faint"),
        ]
    over = cells_of([*parts]) - width
    if over > 0:
        parts[0] = (parts[0][0].lstrip(), parts[0][1])
    if over > 1:
        parts[1::3] = [(text.lstrip(), tone) for text, tone in parts[1::3]]
    return line(*parts)


def preview_lines(row: TicketRow | None, unsent: Unsent, paper: Paper) -> list[Content]:
    """Whom to ask for, where, what was said, and what can be done; of the order under the cursor."""
    if row is None:
        return [line("")] * PREVIEW
    ticket = row.ticket
    contact = ticket.contact or name_of(row)
    head = f" {safe(contact)}  {phone_number(ticket.phone)}  "
    room = paper.width - cells_of([head])
    last = unsent_parts(ticket.number, unsent) or [
        (clip(f" {safe(ticket.text)}", paper.width), "plain"),
    ]
    return [
        line((head, "strong"), (clip(safe(ticket.address or ticket.area), max(0, room)), "plain")),
        line(*last),
        *deed_lines([deed for deed in STATION_DEEDS if deed in row.deeds], paper.width),
    ]


def unsent_parts(number: str, unsent: Unsent) -> list[Part]:
    """What was typed about an order and not sent; [] for nothing."""
    parts: list[Part] = []
    for (about, deed), text in unsent.items():
        if about == number:
            key = LETTERS.get(deed, "l")
            parts += [(f" {key} ", "key"), (f"{tr(DEEDS[deed])}: ", "warn"), (clip(safe(text), 30), "plain")]
    return [(f" {tr('Not sent')} ", "holding"), *parts] if parts else []
