"""What narrows a list of tickets: type, area, state and words, each asked for by its key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.core.tickets.states import TicketState
from engine.wire.tickets import TicketsParams
from tui.tickets.book import words_of
from tui.tickets.desk import TicketDesk
from tui.tickets.finder import Finder
from tui.tickets.labels import TICKET_STATES
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.rows import Column, Row
from tui.words import tr

PAGE = 200  # rows that are asked for at once
EVERYTHING = "*"
OFFICE = "-"  # the department of those that no department has
NEWEST_FIRST = ("", "unverified")
NARROWING = ("T", "A", "S")  # the keys of type, area and state


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list; empty: nothing does."""

    type: str = ""
    area: str = ""
    state: str = ""  # a state, EVERYTHING, or empty for all that are open
    text: str = ""
    department: str = ""  # an id, or OFFICE

    def params(self, view: str, behind: int = 0) -> TicketsParams:
        """What the engine is asked for: a page `behind` this ticket id, and one row more.

        By that one the console knows that a further page is there.
        """
        states = () if self.state in ("", EVERYTHING) else (TicketState(self.state),)
        return TicketsParams(
            view=view,
            states=states,
            everything=self.state == EVERYTHING,
            type=self.type,
            area=self.area,
            department=self.department,
            text=self.text,
            order="newest" if view in NEWEST_FIRST else "due",
            before_id=behind,
            limit=PAGE + 1,
        )


async def narrowed(desk: TicketDesk, key: str, now: Filter, areas: Iterable[str]) -> Filter | None:
    """The filter after one of `NARROWING` was asked for; None after Esc. `areas`: those in the list."""
    match key:
        case "T":
            types = [(one.id, words_of(one.words)) for one in desk.book.types]
            chosen = await _choose(desk, tr("Type"), types, now.type)
            return None if chosen is None else replace(now, type=chosen)
        case "S":
            states = [(str(state), tr(words[0])) for state, words in TICKET_STATES.items()]
            title = tr("State; 0: all that are open")
            chosen = await _choose(desk, title, [*states, (EVERYTHING, tr("any"))], now.state)
            return None if chosen is None else replace(now, state=chosen)
        case _:
            chosen = await _choose_area(desk, now.area, areas)
            return None if chosen is None else replace(now, area=chosen)


async def _choose(desk: TicketDesk, title: str, entries: Sequence[tuple[str, str]], now: str) -> str | None:
    choices = [Choice(("0",), "", tr("any"))]
    for n, (code, words) in enumerate(entries, 1):
        key = str(n) if n < 10 else chr(ord("a") + n - 10)
        choices.append(Choice((key,), code, words))
    return await desk.app.push_screen_wait(Chooser(title, choices, now))


async def _choose_area(desk: TicketDesk, now: str, areas: Iterable[str]) -> str | None:
    known = {area for one in desk.book.departments for area in one.areas}
    known |= {area for area in areas if area}
    rows = [Row("*", (tr("any"),)), *(Row(area, (area,)) for area in sorted(known))]
    chosen = await desk.app.push_screen_wait(
        Finder(tr("Area"), lambda: [Column(tr("Area"), 20, share=1)], rows, chosen=now)
    )
    return "" if chosen == "*" else chosen
