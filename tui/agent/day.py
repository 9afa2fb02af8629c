"""The own day: figures since midnight and the last calls. It fills the work area while no call is up."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from engine.core.records import AgentDay
from engine.core.states import Outcome
from engine.core.views import CallRow
from tui.labels import OUTCOMES, duration, moment, phone_number
from tui.widgets.cells import clip, fit, safe
from tui.widgets.lines import Lines, Part, line
from tui.widgets.paper import Paper
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
        self._figures = Lines(widget_id="day-figures")
        self.table = RowTable(_columns, empty=lambda: tr("No calls yet"), widget_id="day-calls")

    def compose(self) -> ComposeResult:
        yield self._figures
        yield Lines([line((f" {tr('My last calls')}", "title"))], widget_id="day-title")
        yield self.table

    def show_calls(self, calls: Sequence[CallRow]) -> None:
        """The own stored calls, newest first."""
        self._calls = tuple(calls)

    @property
    def calls(self) -> tuple[CallRow, ...]:
        """The own calls, newest first."""
        return self._calls

    @property
    def chosen_number(self) -> str:
        """The number of the call under the cursor, "" for none."""
        row = self.table.current
        return next((call.cli for call in self._calls if row and call.call_id == row.key), "")

    def paint(self, day: AgentDay, paper: Paper) -> None:
        """Paint the figures, and the calls if they or the date have changed."""
        self._figures.show(figure_lines(day, paper))
        today = paper.now // 3_600_000
        if self._rows_of != (self._calls, today):
            self._rows_of = (self._calls, today)
            self.table.show_rows([_row(call, paper) for call in self._calls])


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


def figure_lines(day: AgentDay, paper: Paper) -> list[Content]:
    """The own day in figures."""
    mean = day.talk_ms // day.answered if day.answered else 0
    counts = (
        (tr("Presented"), str(day.presented)),
        (tr("Answered"), str(day.answered)),
        (tr("Missed"), str(day.rona)),
        (tr("Rejected"), str(day.rejected)),
        (tr("Mean talk"), duration(mean)),
    )
    times = (
        (tr("Logged in"), duration(day.logged_in_ms)),
        (tr("Talk"), duration(day.talk_ms)),
        (tr("Hold"), duration(day.hold_ms)),
        (tr("Wrap-up"), duration(day.wrap_up_ms)),
        (tr("Break"), duration(day.break_ms)),
    )
    results = "  ".join(
        f"{safe(paper.words.disposition(name))} {count}" for name, count in day.by_disposition.items()
    )
    return [
        line((f" {tr('My day')}", "title")),
        _figures(counts, paper),
        _figures(times, paper),
        line((f" {tr('Results')} ", "label"), clip(results or tr("none yet"), paper.width - 12)),
    ]


def _figures(figures: tuple[tuple[str, str], ...], paper: Paper) -> Content:
    width = min(24, (paper.width - 1) // len(figures))
    parts: list[Part] = [" "]
    for label, value in figures:
        parts += [(f"{label} ", "label"), (fit(value, width - cell_len(label) - 1), "strong")]
    return line(*parts)
