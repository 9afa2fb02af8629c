"""A list of any length over the screen, to choose one row of: agents, waiting callers, queues."""

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.widgets.cells import clip, safe
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.widgets.rows import Column, Row, RowTable
from tui.words import tr

WIDTH = 66
MOST_ROWS = 14


class Picker(Overlay[str | None]):
    """Returns the key of the chosen row, or None after Esc."""

    DEFAULT_CSS = """
    Picker { align: center middle; background: $background 40%; }
    Picker > Vertical { width: 72; height: auto; padding: 1 3; background: $panel; }
    Picker RowTable, Picker RowTable:focus { background: $panel; }
    """

    def __init__(
        self, title: str, columns: Callable[[], Sequence[Column]], rows: Sequence[Row], chosen: str = ""
    ) -> None:
        super().__init__()
        self._title_words = title
        self._rows = rows
        self._chosen = chosen
        self._table = RowTable(columns, empty=lambda: tr("Nothing"), widget_id="picker", numbered=True)
        self._table.styles.height = min(len(rows), MOST_ROWS) + 1

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Lines([line((clip(safe(self._title_words), WIDTH), "title")), line("")])
            yield self._table
            yield Lines([line(""), line((tr("Number: choose   Enter: take it   Esc: back"), "faint"))])

    def on_mount(self) -> None:
        self._table.show_rows(self._rows)
        self._table.go_to(self._chosen)
        self._table.focus()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self.leave(event.key)

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.leave(None)
