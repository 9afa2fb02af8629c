"""Tickets in the work area of the agent: the lists, and one ticket in their place."""

from functools import partial

from textual.app import ComposeResult

from engine.wire.tickets import TicketRow
from tui.agent.panel import WorkPanel
from tui.tickets.desk import TicketDesk
from tui.tickets.latest import latest
from tui.tickets.lists import TicketLists
from tui.tickets.sheet import TicketSheet
from tui.widgets.paper import Paper


class TicketPanel(WorkPanel):
    """Esc leads from a ticket to the lists, and from there back to what belongs to the state."""

    def __init__(self, desk: TicketDesk) -> None:
        super().__init__(id="tickets-panel")
        self.lists = TicketLists(desk)
        self.sheet = TicketSheet(desk, says_why=True)

    def compose(self) -> ComposeResult:
        yield self.lists
        yield self.sheet

    def on_mount(self) -> None:
        self.sheet.display = False

    @property
    def shows_ticket(self) -> bool:
        """One ticket is shown, not the lists."""
        return bool(self.sheet.display)

    @property
    def shown(self) -> TicketRow | None:
        """The ticket that is shown or chosen."""
        if self.shows_ticket:
            return self.sheet.detail.row if self.sheet.detail else None
        return self.lists.current

    def start(self, view: str | None = None) -> None:
        """Show the lists with the cursor in them."""
        self.sheet.display = False
        self.lists.display = True
        self.lists.start(view)

    async def open(self, number: str) -> None:
        """Show one ticket, if the engine gives it."""
        if await self.sheet.open(number):
            self.lists.display = False
            self.sheet.display = True
            self.take_cursor()
            self.call_after_refresh(self.sheet.paint)

    def take_cursor(self) -> None:
        """The keys belong to what is shown."""
        self.screen.set_focus(self.sheet if self.shows_ticket else self.lists.table)

    async def on_ticket_lists_opened(self, event: TicketLists.Opened) -> None:
        event.stop()
        latest(self, "open", partial(self.open, event.number))

    def on_ticket_sheet_left(self, event: TicketSheet.Left) -> None:
        event.stop()
        self.start()

    def changed(self, numbers: list[str]) -> None:
        """Tickets were changed somewhere."""
        if self.display:
            self.sheet.changed(numbers)
            self.lists.changed()

    def paint(self, paper: Paper) -> None:
        if self.shows_ticket:
            self.sheet.paint()
        else:
            self.lists.paint()
