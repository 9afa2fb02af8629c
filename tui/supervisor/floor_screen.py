"""The supervisor's screen: agents, queues, calls and lines of now."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from engine.core.records import Message as ChatMessage
from engine.core.views import AlarmView, DeskView, FloorView, SpyView
from tui.supervisor import notices, tables
from tui.supervisor.paint import banner, formula_line, lines_line, seats_line, title_line
from tui.supervisor.ticket_watch import TicketWatch, delay_line, outage_line
from tui.widgets.console import ConsoleScreen
from tui.widgets.field import Field
from tui.widgets.hint_bar import HintBar, MessageLine
from tui.widgets.lines import Lines, line
from tui.widgets.paper import Paper
from tui.widgets.rows import RowTable
from tui.words import tr

MOST_QUEUES = 8  # rows of queues on the screen at once
LEAST_CALLS = 4  # rows of the table of calls, heading included
ROWS_AROUND = 9  # head lines, gaps, formula, lines, message and keys
ROWS_OF_AIR = 4  # gaps and formula, which give way to what asks for attention
ROOMY = 30  # rows of a screen on which nothing has to give way


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who watches what."""

    name: str
    site: str
    seats: int
    floor: FloorView = field(default_factory=lambda: FloorView(whole=True))
    desk: DeskView | None = None
    spy: SpyView | None = None
    unread: Sequence[ChatMessage] = ()
    unknown_alarms: Sequence[AlarmView] = ()
    tickets: TicketWatch | None = None


class FloorScreen(ConsoleScreen):
    """Three tables below each other; `/` keeps the rows that contain a text.

    What asks for attention comes in lines above the tables, and goes again.
    """

    DEFAULT_CSS = """
    FloorScreen > Lines { height: 1; }
    FloorScreen #title { background: $panel; }
    FloorScreen #notices { height: auto; }
    FloorScreen #agents { height: 5; margin-top: 1; }
    FloorScreen #queues { height: 2; margin-top: 1; }
    FloorScreen #calls { height: 1fr; margin-top: 1; }
    FloorScreen.-tight #agents, FloorScreen.-tight #queues, FloorScreen.-tight #calls { margin-top: 0; }
    FloorScreen.-tight #formula { display: none; }
    FloorScreen #filter { height: 1; display: none; }
    FloorScreen #filter Lines { width: auto; height: 1; }
    """

    class Filtered(Message):
        """Another text is looked for."""

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._heights = (0, 0)
        self._notices = Lines(widget_id="notices")
        self._title = Lines(widget_id="title")
        self._seats = Lines(widget_id="seats")
        self._formula = Lines(widget_id="formula")
        self._lines = Lines(widget_id="lines")
        self._tables = {
            "agents": RowTable(
                tables.agent_columns,
                title=lambda: f"{tr('Agents')} a",
                empty=lambda: self._empty(tr("Nobody is logged in")),
                widget_id="agents",
            ),
            "queues": RowTable(
                tables.queue_columns,
                title=lambda: f"{tr('Queues')} q",
                empty=lambda: self._empty(tr("No queues")),
                widget_id="queues",
            ),
            "calls": RowTable(
                tables.call_columns,
                title=lambda: f"{tr('Calls')} c",
                empty=lambda: self._empty(tr("No call is up")),
                widget_id="calls",
            ),
        }
        self._filter = Field(widget_id="filter-text", max_length=40)
        self.hints = HintBar()

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._seats
        yield self._notices
        yield self._tables["agents"]
        yield self._tables["queues"]
        yield self._formula
        yield self._tables["calls"]
        yield self._lines
        with Horizontal(id="filter"):
            yield Lines([line((f" {tr('Filter')} ", "title"))])
            yield self._filter
        yield MessageLine()
        yield self.hints

    def on_mount(self) -> None:
        self.go_to("agents")

    def go_to(self, table: str) -> None:
        """Put the cursor into a table."""
        self.set_focus(self._tables[table])

    @property
    def chosen(self) -> tuple[str, str]:
        """The table with the cursor and the key of its row, "" for none."""
        for name, table in self._tables.items():
            if table.has_focus and table.current is not None:
                return name, table.current.key
        return "", ""

    def start_filter(self) -> None:
        """Open the field of the filter."""
        self.query_one("#filter").display = True
        self.set_focus(self._filter)

    def end_filter(self) -> bool:
        """Show all rows again; False if there was no filter."""
        shown = bool(self.query_one("#filter").display)
        if shown:
            self._filter.value = ""
            self.query_one("#filter").display = False
            self.go_to("agents")
        return shown

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        self._text = event.value
        self.post_message(self.Filtered())

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.go_to("agents")

    def paint(self, watch: Watch, paper: Paper) -> None:
        """Paint everything that differs from what is painted."""
        floor = watch.floor
        seat = notices.seat_words(watch.desk, paper)
        self._title.show([title_line(watch.name, seat, watch.site, floor, paper)])
        self._seats.show([banner(floor, paper) or seats_line(floor, watch.seats, paper)])
        attention = (
            notices.hands_line(floor.agents, paper),
            notices.alarm_line(floor.alarms or (), watch.unknown_alarms, floor.lines, paper),
            outage_line(watch.tickets.suspects, paper) if watch.tickets else None,
            delay_line(watch.tickets.delays, watch.tickets.desk.book, paper) if watch.tickets else None,
            notices.own_line(watch.desk, paper),
            notices.listening_line(watch.spy, floor, paper),
            notices.message_line(watch.unread, paper),
        )
        shown = [notice for notice in attention if notice is not None]
        self._notices.show(shown)
        self._notices.display = bool(shown)
        self._lines.show([lines_line(floor, paper)])
        self._formula.show([formula_line(floor.queues, paper)])
        rows = {
            "agents": tables.agent_rows(floor, paper.now, paper.words),
            "queues": tables.queue_rows(floor, paper.now),
            "calls": tables.call_rows(floor, paper.now, paper.words),
        }
        for name, all_rows in rows.items():
            self._tables[name].show_rows(tables.filtered(all_rows, self._text))
        self._share_height(len(rows["agents"]), len(rows["queues"]), len(shown))

    def _share_height(self, agents: int, queues: int, attention: int) -> None:
        """Queues and agents get the rows that they need, as long as some are left for the calls."""
        tight = bool(attention) and self.size.height < ROOMY
        self.set_class(tight, "-tight")
        around = ROWS_AROUND - ROWS_OF_AIR if tight else ROWS_AROUND
        queue_height = min(MOST_QUEUES, queues) + 1
        spare = self.size.height - around - attention - queue_height - LEAST_CALLS
        heights = (max(2, min(max(agents, 4) + 1, spare)), queue_height)
        if heights != self._heights:
            self._heights = heights
            for name, height in zip(("agents", "queues"), heights, strict=True):
                self._tables[name].styles.height = height

    def _empty(self, words: str) -> str:
        return tr("Nothing contains this text") if self._text else words
