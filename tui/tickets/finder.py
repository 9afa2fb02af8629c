"""A list over the screen, narrowed by typing: departments, people. Digits choose while nothing is typed."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from tui.tickets.initials import fits
from tui.widgets.cells import clip, safe
from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.widgets.rows import Column, Row, RowTable
from tui.words import tr

WIDTH = 66
ROWS = 10


class _FinderField(Field):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "lead(-1)", show=False),
        Binding("down", "lead(1)", show=False),
        Binding("pageup", "lead(-8)", show=False),
        Binding("pagedown", "lead(8)", show=False),
    ]

    def __init__(self, lead: Callable[[int], None]) -> None:
        super().__init__(widget_id="finder-text", placeholder=tr("name or initials"), max_length=30)
        self._lead = lead

    def action_lead(self, step: int) -> None:
        """Move the cursor of the rows."""
        self._lead(step)


class Finder(Overlay[str | None]):
    """Returns the key of the chosen row, None after Esc. `free`: what was typed where nothing fits."""

    DEFAULT_CSS = """
    Finder { align: center middle; background: $background 40%; }
    Finder > Vertical { width: 72; height: auto; padding: 1 3; background: $panel; }
    Finder RowTable { background: $panel; }
    Finder Field { background: $background; margin-bottom: 1; }
    """

    def __init__(
        self,
        title: str,
        columns: Callable[[], Sequence[Column]],
        rows: Sequence[Row],
        *,
        chosen: str = "",
        free: bool = False,
    ) -> None:
        super().__init__()
        self._title_words = title
        self._all = tuple(rows)
        self._chosen = chosen
        self._free = free
        self._field = _FinderField(self._lead)
        self._table = RowTable(
            columns, empty=lambda: tr("Nothing fits"), widget_id="finder", led=True, numbered=True
        )
        self._table.styles.height = min(max(len(rows), 1), ROWS) + 1

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Lines([line((clip(safe(self._title_words), WIDTH), "title"))])
            yield self._field
            yield self._table
            yield Lines(
                [line(""), line((tr("Digit or letters: choose   Enter: take it   Esc: back"), "faint"))]
            )

    def on_mount(self) -> None:
        self._table.show_rows(self._all)
        self._table.go_to(self._chosen)
        self._field.focus()

    def _lead(self, step: int) -> None:
        self._table.action_move(step)

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        typed = event.value.strip()
        if typed in "123456789" and len(typed) == 1:
            self._table.show_rows(self._all)
            if int(typed) <= len(self._all):
                self.leave(self._all[int(typed) - 1].key)
            return
        self._table.show_rows([row for row in self._all if fits(typed, row.key, *row.texts)])
        self._table.go_to(self._table.rows[0].key if self._table.rows else "")

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        if self._table.current:
            self.leave(self._table.current.key)
        elif self._free and event.value.strip():
            self.leave(event.value.strip())

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.leave(None)
