"""The supervisor's tickets: by department and age, what is late, from there to a list and to one ticket."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from engine.wire.tickets import TicketList, TicketRow, TicketsParams
from tui.labels import time_of_day
from tui.supervisor.ticket_outages import show_outages
from tui.supervisor.ticket_tables import ALL, aging_columns, aging_rows, late_line
from tui.supervisor.ticket_watch import TicketWatch, delay_line, outage_line
from tui.tickets.filter import Filter
from tui.tickets.lists import TicketLists
from tui.tickets.sheet import TicketSheet
from tui.tickets.table import ticket_columns, ticket_row
from tui.widgets.cells import spread
from tui.widgets.console import ConsoleScreen
from tui.widgets.hint_bar import Hint, HintBar, MessageLine
from tui.widgets.lines import Lines, line
from tui.widgets.paper import Paper
from tui.widgets.rows import RowTable
from tui.words import tr

if TYPE_CHECKING:
    from tui.supervisor.app import SupervisorApp

MOST_LATE = 200
MOST_DEPARTMENTS = 9  # rows of departments on the screen at once


class TicketScreen(ConsoleScreen):
    """Esc leads from a ticket to its list, from there to the departments, and `Left` to the floor."""

    DEFAULT_CSS = """
    TicketScreen > Lines { height: 1; }
    TicketScreen #title { background: $panel; }
    TicketScreen #overview { height: 1fr; }
    TicketScreen #aging { height: 5; }
    TicketScreen #late-title { height: 1; margin-top: 1; }
    TicketScreen #late { height: 1fr; }
    """

    class Left(Message):
        """Back to the floor."""

    def __init__(self, tickets: TicketWatch) -> None:
        super().__init__()
        self.tickets = tickets
        self._late: Sequence[TicketRow] = ()
        self._later = False  # more is late than is listed
        self._from = ""  # where a ticket was opened: lists, or the departments
        self._title = Lines(widget_id="title")
        self._state = Lines(widget_id="state")
        self.aging = RowTable(
            aging_columns,
            title=lambda: f"{tr('Departments')} d",
            empty=lambda: tr("No open tickets"),
            widget_id="aging",
        )
        self._late_title = Lines(widget_id="late-title")
        self.late = RowTable(ticket_columns, empty=lambda: tr("Nothing is late"), widget_id="late")
        self.lists = TicketLists(tickets.desk, view="")
        self.sheet = TicketSheet(tickets.desk)
        self.hints = HintBar()

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._state
        with Vertical(id="overview"):
            yield self.aging
            yield self._late_title
            yield self.late
        yield self.lists
        yield self.sheet
        yield MessageLine()
        yield self.hints

    def on_mount(self) -> None:
        self._show("overview")
        self.fetch()

    @property
    def _supervisor(self) -> "SupervisorApp":
        return cast("SupervisorApp", self.app)

    @property
    def shown(self) -> str:
        """overview, lists or sheet."""
        return "sheet" if self.sheet.display else "lists" if self.lists.display else "overview"

    def _show(self, part: str) -> None:
        self.query_one("#overview").display = part == "overview"
        self.lists.display, self.sheet.display = part == "lists", part == "sheet"
        if part == "overview":
            self.set_focus(self.aging)
        elif part == "sheet":
            self.set_focus(self.sheet)
            self.call_after_refresh(self.sheet.paint)
        else:
            self.call_after_refresh(self.lists.start)  # once it has a size to be painted on
        self._paint_hints()

    # What changes

    def fetch(self) -> None:
        """Ask what is late."""
        self.run_worker(self._fetch(), exclusive=True, group="late")

    async def _fetch(self) -> None:
        one_more = MOST_LATE + 1  # by which others are known to be there
        wanted = TicketsParams(view="overdue", order="due", limit=one_more)
        found = (await self.tickets.desk.try_ask("tickets.list", wanted)).result
        if isinstance(found, TicketList):
            self._late, self._later = found.tickets[:MOST_LATE], len(found.tickets) > MOST_LATE
            self._supervisor.repaint()

    def changed(self, numbers: list[str]) -> None:
        """Tickets were changed somewhere."""
        if self.is_mounted:
            self.sheet.changed(numbers)
            self.lists.changed()
            self.fetch()

    def paint(self, paper: Paper, name: str, site: str) -> None:
        """Paint everything that differs from what is painted."""
        left, clock = f" {tr('Tickets')}  {name}  {site}", time_of_day(paper.now, paper.zone, seconds=True)
        self._title.show([line((spread(left, f"{clock} ", paper.width), "title"))])
        book = self.tickets.desk.book
        outage = outage_line(self.tickets.suspects, paper) or delay_line(self.tickets.delays, book, paper)
        self._late_title.show([late_line(len(self._late), more=self._later)])
        lost = line((f" {tr('The engine does not answer: nothing can be changed')}", "warn"))
        self._state.show([(outage or line("")) if paper.connected else lost])
        rows = aging_rows(self.tickets.aging, book)
        self.aging.show_rows(rows)
        self.aging.styles.height = min(len(rows), MOST_DEPARTMENTS) + 1
        self.late.show_rows([ticket_row(row, book, paper.now, paper.zone) for row in self._late])
        if self.lists.display:
            self.lists.paint()
        if self.sheet.display:
            self.sheet.paint()

    def _paint_hints(self) -> None:
        hints = {
            "overview": [
                Hint("Enter", tr("Open it")),
                Hint("d", tr("Departments")),
                Hint("b", tr("Overdue")),
                Hint("y", tr("Outages")),
            ],
            "lists": [Hint("Enter", tr("Open it")), Hint("0-7", tr("List")), Hint("/", tr("Find"))],
            "sheet": [],
        }[self.shown]
        always = [
            Hint("Esc", tr("Back")),
            Hint("F1", tr("Help")),
            Hint("^Q", tr("Log out")),
        ]
        self.hints.show_hints([*hints, *always])

    # Keys

    async def on_key(self, event: events.Key) -> None:
        if self.shown != "overview" or event.key not in ("escape", "d", "b", "y"):
            return
        event.stop()
        if event.key == "escape":
            self.post_message(self.Left())
        elif event.key == "y":
            self._outages()
        else:
            self.set_focus(self.aging if event.key == "d" else self.late)

    def _outages(self) -> None:
        self._supervisor.run_worker(
            show_outages(self._supervisor), name="outages", exclusive=True, group="outages"
        )

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        if event.table is self.late:
            self._open(event.key)
        elif event.table is self.aging:
            self.lists.narrow(Filter(department="" if event.key == ALL else event.key))
            self._show("lists")

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()

    def on_ticket_lists_opened(self, event: TicketLists.Opened) -> None:
        event.stop()
        self._open(event.number)

    def _open(self, number: str) -> None:
        self.run_worker(self._open_ticket(number), exclusive=True, group="open")

    async def _open_ticket(self, number: str) -> None:
        if await self.sheet.open(number):
            self._from = self.shown
            self._show("sheet")

    def on_ticket_sheet_left(self, event: TicketSheet.Left) -> None:
        event.stop()
        self._show(self._from or "overview")

    def on_ticket_lists_left(self, event: TicketLists.Left) -> None:
        event.stop()
        self._show("overview")


async def show_tickets(app: "SupervisorApp") -> None:
    """The tickets over the floor."""
    app.tickets.looked()
    app.show_tickets()
