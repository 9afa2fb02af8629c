"""The own day: figures since midnight and the last calls. It fills the work area while no call is up."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical

from engine.core.records import AgentDay
from engine.core.states import Outcome
from engine.core.views import CallRow
from tui.agent.paint import Paper, figure_lines
from tui.labels import OUTCOMES, duration, moment, phone_number
from tui.widgets.lines import Lines, line
from tui.widgets.rows import Column, Row, RowTable
from tui.words import tr

LIMIT = 50


class DayPanel(Vertical):
    """Figures above, own calls below."""

    DEFAULT_CSS = """
    DayPanel { height: 1fr; }
    DayPanel #day-figures { height: 4; margin-bottom: 1; }
    DayPanel #day-title { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._calls: tuple[CallRow, ...] = ()
        self._rows_of: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        yield Lines(widget_id="day-figures")
        yield Lines(widget_id="day-title")
        yield RowTable(_columns, empty=lambda: tr("No calls yet"), widget_id="day-calls")

    def show_calls(self, calls: Sequence[CallRow]) -> None:
        """The own stored calls, newest first."""
        self._calls = tuple(calls)

    def paint(self, day: AgentDay, paper: Paper) -> None:
        """Paint the figures, and the calls if they or the date have changed."""
        self.query_one("#day-figures", Lines).show(figure_lines(day, paper))
        self.query_one("#day-title", Lines).show([line((f" {tr('My last calls')}", "title"))])
        today = paper.now // 3_600_000
        if self._rows_of != (self._calls, today):
            self._rows_of = (self._calls, today)
            self.query_one("#day-calls", RowTable).show_rows([_row(call, paper) for call in self._calls])


def _row(call: CallRow, paper: Paper) -> Row:
    outcome = tr(OUTCOMES[Outcome(call.outcome)]) if call.outcome in set(Outcome) else tr("still up")
    result = paper.words.disposition(call.disposition) if call.disposition else outcome
    open_mark = tr("open") if call.unsolved else ""
    return Row(
        call.call_id,
        (
            moment(call.accepted_at, paper.now, paper.zone),
            phone_number(call.cli),
            call.customer_name or tr("unknown"),
            duration(call.talk_ms),
            result,
            open_mark,
            call.note,
            paper.words.queue(call.queue_id),
        ),
        ("label", "plain", "strong", "plain", "plain", "holding"),
    )


def _columns() -> list[Column]:
    return [
        Column(tr("Time"), 11),
        Column(tr("Number"), 13),
        Column(tr("Customer"), 10, share=1),
        Column(tr("Talk"), 5, right=True),
        Column(tr("Result"), 10, share=1),
        Column("", 4),
        Column(tr("Notes"), 10, share=2),
        Column(tr("Queue"), 10, wide=True),
    ]
