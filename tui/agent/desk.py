"""The agent's screen: status, queue, the card in its fixed place, the work area, a message, the keys."""

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from engine.core.records import Customer, CustomerCard
from engine.core.states import AgentState
from engine.core.views import DeskView
from tui.agent.card import card_lines, history_lines
from tui.agent.card_form import CardForm
from tui.agent.day import DayPanel
from tui.agent.notes import NoteArea, NoteForm, ResultList, form_width
from tui.agent.paint import (
    BANDS,
    band_line,
    band_tone,
    banner_line,
    day_by_now,
    queue_line,
    status_line,
)
from tui.agent.search import SearchPanel
from tui.widgets.console import ConsoleScreen
from tui.widgets.hint_bar import HintBar, MessageLine
from tui.widgets.lines import Lines
from tui.widgets.paper import Paper
from tui.words import tr

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
    DeskScreen #work { height: 1fr; margin-top: 1; }
    DeskScreen #call { height: 1fr; display: none; }
    DeskScreen #history { width: 1fr; height: 1fr; margin-right: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._paper: Paper | None = None

    def compose(self) -> ComposeResult:
        yield Lines(widget_id="status")
        yield Lines(widget_id="queue")
        yield Lines(widget_id="band")
        yield Lines(widget_id="card")
        yield CardForm()
        with Vertical(id="work"):
            yield DayPanel()
            with Horizontal(id="call"):
                yield Lines(widget_id="history")
                yield NoteForm()
            yield SearchPanel()
        yield MessageLine()
        yield HintBar()

    @property
    def notes(self) -> NoteForm:
        """The form of the call."""
        return self.query_one(NoteForm)

    @property
    def card_form(self) -> CardForm:
        """The customer's fields."""
        return self.query_one(CardForm)

    @property
    def search(self) -> SearchPanel:
        """The search panel."""
        return self.query_one(SearchPanel)

    @property
    def day(self) -> DayPanel:
        """The panel of the own day."""
        return self.query_one(DayPanel)

    def show_panel(self, panel: str, in_call: bool) -> None:
        """What the work area shows: "search", "day", or the call or the day by itself."""
        shown = panel or ("call" if in_call else "day")
        self.search.display = shown == "search"
        self.day.display = shown == "day"
        self.query_one("#call").display = shown == "call"

    def paint(self, view: DeskView, card: CustomerCard | None, paper: Paper) -> None:
        """Paint everything that differs from what is painted."""
        self._paper = paper
        self.query_one(ResultList).offer(paper.words.dispositions)
        self._show("status", status_line(view, paper))
        self._show("queue", banner_line(view, paper) or queue_line(view, paper))
        self._paint_band(view, paper)
        self.query_one("#card", Lines).show(card_lines(card, paper))
        self.query_one("#card").display = not self.card_form.open
        narrow = replace(paper, width=paper.width - form_width(paper.width) - 1)
        height = max(0, self.size.height - ROWS_AROUND)
        self.query_one("#history", Lines).show(history_lines(card, narrow, height, paper.width))
        if self.day.display:
            self.day.paint(day_by_now(view, paper), paper)
        self.search.paint(paper)

    def _show(self, widget_id: str, content: Content) -> None:
        self.query_one(f"#{widget_id}", Lines).show([content])

    def _paint_band(self, view: DeskView, paper: Paper) -> None:
        band = self.query_one("#band", Lines)
        tone = band_tone(view, paper.connected)
        for name in BANDS:
            band.set_class(name == tone, name)
        band.show([band_line(view, paper)])

    def focus_notes(self) -> None:
        """Put the cursor into the notes."""
        self.query_one(NoteArea).focus()

    def focus_results(self) -> None:
        """Put the cursor into the dispositions, or back into the notes."""
        results = self.query_one(ResultList)
        if results.has_focus:
            self.focus_notes()
        else:
            results.focus()

    def edit_customer(self, customer: Customer, *, take_cursor: bool) -> None:
        """Show the fields in the place of the card."""
        self.card_form.fill(customer)
        self.query_one("#card").display = False
        if take_cursor:
            self.card_form.focus_first()

    def end_edit(self) -> None:
        """Show the card again, and leave the fields."""
        if self.card_form.has_cursor:
            self.set_focus(None)
        self.card_form.close()
        self.query_one("#card").display = True


def state_message(before: AgentState | None, view: DeskView) -> str | None:
    """What to say when the state changes by itself; None: leave the message as it is."""
    after = view.agent.state
    if before is None or before is after:
        return None
    if after is AgentState.RINGING:
        return tr("A call for you")
    if after is AgentState.WRAP_UP:
        return tr("The talk is over")
    if before is AgentState.RINGING and after is AgentState.IDLE:
        if view.agent.reason == "rona":
            return tr("Not answered in time: you are on break now. F2 when you are back")
        return tr("The call is gone: the customer hung up or somebody else took it")
    return ""
