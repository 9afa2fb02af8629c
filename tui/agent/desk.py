"""The agent's screen: status, queue, the card in its fixed place, the work area, a message, the keys."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from engine.core.records import Customer, CustomerCard
from engine.core.states import AgentState
from engine.core.tickets.records import TicketCounts
from engine.core.views import DeskView
from tui.agent.card import card_lines, history_lines
from tui.agent.card_form import CardForm
from tui.agent.day import DayPanel
from tui.agent.digits import DigitLine
from tui.agent.notes import NoteForm, form_width
from tui.agent.paint import (
    BANDS,
    band_line,
    band_tone,
    banner_line,
    day_by_now,
    queue_line,
    status_line,
)
from tui.agent.panel import Panel, WorkPanel
from tui.agent.parties import parties_line
from tui.agent.search import SearchPanel
from tui.widgets.console import ConsoleScreen
from tui.widgets.hint_bar import HintBar, MessageLine
from tui.widgets.lines import Lines, Part, line
from tui.widgets.paper import Paper
from tui.words import tr

NO_COUNTS = TicketCounts()
ROWS_AROUND = 9  # status, queue, band, card, a gap, message and keys


class DeskScreen(ConsoleScreen):
    """Paints a `DeskView`. What is typed stays here; what it means is the app's business."""

    DEFAULT_CSS = """
    DeskScreen #status { height: 1; background: $panel; }
    DeskScreen #queue { height: 1; }
    DeskScreen #band { height: 1; text-style: bold; color: #ffffff; background: #1d3a55; }
    DeskScreen #band.ringing { background: #f0c04a; color: #10161d; }
    DeskScreen #band.talking { background: #2a6fb0; }
    DeskScreen #band.holding { background: #6b5416; }
    DeskScreen #band.wrap-up { background: #4b3f7a; }
    DeskScreen #band.break { background: #4d432c; }
    DeskScreen #band.off { background: #3a434d; }
    DeskScreen #card { height: 3; background: $surface; }
    DeskScreen #parties { height: 1; }
    DeskScreen #work { height: 1fr; }
    DeskScreen #call { height: 1fr; display: none; }
    DeskScreen #history { width: 1fr; height: 1fr; margin-right: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._status = Lines(widget_id="status")
        self._queue = Lines(widget_id="queue")
        self._band = Lines(widget_id="band")
        self._card = Lines(widget_id="card")
        self._history = Lines(widget_id="history")
        self.card_form = CardForm()
        self._parties = Lines(widget_id="parties")
        self.digits = DigitLine()
        self.notes = NoteForm()
        self._call = Horizontal(self._history, self.notes, id="call")
        self.day = DayPanel()
        self.search = SearchPanel()
        self.hints = HintBar()
        self._panels: dict[str, Widget] = {"search": self.search, "day": self.day, "call": self._call}

    def compose(self) -> ComposeResult:
        yield self._status
        yield self._queue
        yield self._band
        yield self._card
        yield self.card_form
        yield self._parties
        yield self.digits
        with Vertical(id="work"):
            yield self.day
            yield self._call
            yield self.search
        yield MessageLine()
        yield self.hints

    @property
    def shows_call(self) -> bool:
        """The work area shows the call, not a panel."""
        return bool(self._call.display)

    def show_panel(self, panel: str, in_call: bool) -> None:
        """What the work area shows: "search", "day", or the call or the day by itself."""
        shown = panel or ("call" if in_call else "day")
        for name, widget in self._panels.items():
            widget.display = name == shown

    async def made(self, name: str, make: Callable[[], Panel]) -> Panel:
        """The panel of this name, made when it is wanted for the first time."""
        return cast(Panel, await self.made_work(name, make))

    async def made_work(self, name: str, make: Callable[[], WorkPanel]) -> WorkPanel:
        """The same for one that is no field with rows."""
        if name not in self._panels:
            self._panels[name] = make()
            await self.query_one("#work").mount(self._panels[name])
        return cast(WorkPanel, self._panels[name])

    def work(self, name: str) -> WorkPanel | None:
        """The panel of this name, if it was made already."""
        panel = self._panels.get(name)
        return panel if isinstance(panel, WorkPanel) else None

    def opened(self, name: str) -> Panel | None:
        """The panel of this name, if it is one with a field and rows and was made already."""
        panel = self._panels.get(name)
        return panel if isinstance(panel, Panel) else None

    def paint(
        self,
        view: DeskView,
        card: CustomerCard | None,
        paper: Paper,
        unread: int,
        counts: TicketCounts = NO_COUNTS,
        standing: Sequence[Part] = (),
        tickets: Callable[[Paper], Sequence[Content]] = lambda paper: (),
    ) -> None:
        """Paint everything that differs from what is painted."""
        self.notes.results.offer(paper.words.dispositions)
        self._status.show([status_line(view, paper)])
        self._queue.show([banner_line(view, paper) or queue_line(view, paper, unread, counts)])
        self._paint_band(view, paper)
        self._card.show(card_lines(card, paper))
        self._card.display = not self.card_form.open
        self._parties.show([parties_line(view, paper, standing) or line("")])
        self._parties.display = not self.digits.open
        narrow = replace(paper, width=paper.width - form_width(paper.width) - 1)
        height = max(0, self.size.height - ROWS_AROUND)
        self._history.show(history_lines(card, narrow, height, paper.width, tickets(narrow)))
        if self.day.display:
            self.day.paint(day_by_now(view, paper), paper)
        self.search.paint(paper)
        for panel in self._panels.values():
            if isinstance(panel, WorkPanel) and panel.display:
                panel.paint(paper)

    def _paint_band(self, view: DeskView, paper: Paper) -> None:
        tone = band_tone(view, paper.connected)
        for name in BANDS:
            self._band.set_class(name == tone, name)
        self._band.show([band_line(view, paper)])

    def focus_notes(self) -> None:
        """Put the cursor into the notes."""
        self.notes.area.focus()

    def focus_results(self) -> None:
        """Put the cursor into the dispositions, or back into the notes."""
        if self.notes.results.has_focus:
            self.focus_notes()
        else:
            self.notes.results.focus()

    @property
    def cursor(self) -> str:
        """Where the agent is typing: a field of the customer's, "note", "results", or "" for elsewhere."""
        for widget in (self.notes.area, self.notes.results):
            if widget.has_focus:
                return widget.id or ""
        return self.card_form.cursor

    def put_cursor(self, place: str) -> None:
        """Put the cursor where it was."""
        if place == "results":
            self.notes.results.focus()
        elif not (self.card_form.open and self.card_form.focus_field(place)) and (
            place == "note" or self.notes.half_filled
        ):
            self.focus_notes()

    def on_descendant_focus(self) -> None:
        if self.card_form.unsaved or self.notes.unsaved:
            self.post_message(CardForm.Changed())  # the cursor is a part of the half-filled form

    def resume_form(self, before: Customer, entered: Customer) -> None:
        """Show the fields as they were left half filled."""
        self.card_form.resume(before, entered)
        self._card.display = False

    def edit_customer(self, customer: Customer, *, take_cursor: bool) -> None:
        """Show the fields in the place of the card."""
        self.card_form.fill(customer)
        self._card.display = False
        if take_cursor:
            self.card_form.focus_first()

    def end_edit(self) -> None:
        """Show the card again, and leave the fields."""
        if self.card_form.has_cursor:
            self.set_focus(None)
        self.card_form.close()
        self._card.display = True


def state_message(before: AgentState | None, view: DeskView) -> str | None:
    """What to say when the state changes by itself; None: leave the message as it is."""
    after = view.agent.state
    if before is None or before is after:
        return None
    if after is AgentState.RINGING:
        return tr("A call for you")
    if before is AgentState.DIALLING and after is not AgentState.TALKING:
        return tr("Nobody was reached")
    if after is AgentState.WRAP_UP:
        return tr("The talk is over")
    if after is AgentState.CONFERENCE:
        return tr("All three hear each other")
    if before is AgentState.RINGING and after is AgentState.IDLE:
        if view.agent.reason == "rona":
            return tr("Not answered in time: you are on break now. F2 when you are back")
        return tr("The call is gone: the customer hung up or somebody else took it")
    return ""
