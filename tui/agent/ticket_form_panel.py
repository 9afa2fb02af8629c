"""The form of a new ticket in the work area: half filled, it waits while other things are looked at."""

from textual.app import ComposeResult

from tui.agent.panel import WorkPanel
from tui.tickets.desk import TicketDesk
from tui.tickets.form import TicketForm
from tui.widgets.paper import Paper


class TicketFormPanel(WorkPanel):
    """One form at a time."""

    def __init__(self, desk: TicketDesk) -> None:
        super().__init__(id="ticket-form-panel")
        self.form = TicketForm(desk)

    def compose(self) -> ComposeResult:
        yield self.form

    def paint(self, paper: Paper) -> None:
        self.form.paint()
