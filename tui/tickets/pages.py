"""The rows of a list of tickets, page after page, so that a short look at a long list stays quick."""

from dataclasses import dataclass, field

from engine.wire.tickets import TicketList, TicketRow
from tui.tickets.desk import TicketDesk
from tui.tickets.filter import PAGE, Filter

MOST_PAGES = 5  # who has not found it until here does better to narrow the list


@dataclass(slots=True)
class Pages:
    """The rows by their numbers. `more`: the engine has others behind them."""

    rows: dict[str, TicketRow] = field(default_factory=dict)
    more: bool = False
    wanted: int = 1

    @property
    def full(self) -> bool:
        """No further page is asked for."""
        return self.wanted >= MOST_PAGES and len(self.rows) > (MOST_PAGES - 1) * PAGE

    def want_further(self) -> bool:
        """Whether one page more is to be read: it is there, and not on its way already."""
        if not self.more or self.wanted >= MOST_PAGES or len(self.rows) <= (self.wanted - 1) * PAGE:
            return False
        self.wanted += 1
        return True

    def give_up(self) -> None:
        """The page did not come: it may be asked for again."""
        self.wanted = max(1, -(-len(self.rows) // PAGE))


async def read_pages(desk: TicketDesk, chosen: Filter, view: str, wanted: int) -> Pages | None:
    """So many pages of a list, fewer if it ends before; None after a refusal, which was said.

    All are read anew, since what was changed meanwhile stands at another place now.
    """
    pages, behind = Pages(more=True, wanted=wanted), 0
    for _ in range(wanted):
        found = await desk.ask("tickets.list", chosen.params(view, behind))
        if not isinstance(found, TicketList):
            return None
        shown = found.tickets[:PAGE]
        pages.rows.update({row.ticket.number: row for row in shown})
        pages.more = len(found.tickets) > PAGE
        if not pages.more:
            break
        behind = shown[-1].ticket.id
    return pages
