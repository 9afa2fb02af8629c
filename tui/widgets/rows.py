"""A table of rows aligned in cells, quick to paint, with a cursor moved by arrows or number keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.widgets.cells import fit, fit_right, safe
from tui.widgets.lines import Part, line


@dataclass(frozen=True, slots=True)
class Column:
    """A column of `width` cells; `share` columns divide what is left. `wide`: only on wide screens."""

    heading: str
    width: int
    share: int = 0
    right: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its id, one text a column (also for columns that a narrow screen leaves out), and tones."""

    key: str
    texts: tuple[str, ...]
    tones: tuple[str, ...] = ()

    def tone(self, column: int) -> str:
        """The tone of a column's text."""
        return self.tones[column] if column < len(self.tones) and self.tones[column] else "plain"


class RowTable(Widget, can_focus=True):
    """Rows under headings; `empty` is said in words when there are none.

    `numbered`: digits choose a visible row. `title`: words in the place of the first heading, with the number
    of rows that are out of sight. `led`: a field has the keys and moves the cursor, which always shows.
    """

    DEFAULT_CSS = """
    RowTable { height: 1fr; background: $background; text-wrap: nowrap; text-overflow: clip; }
    RowTable:focus { background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("home", "move(-100000)", show=False),
        Binding("end", "move(100000)", show=False),
        Binding("enter", "choose", show=False),
    ]
    ALLOW_SELECT = False
    WIDE = 110

    class Chosen(Message):
        """A row was chosen by Enter or by its number."""

        def __init__(self, table: "RowTable", key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "RowTable":
            return self.table

    class Moved(Chosen):
        """The cursor is on another row."""

    def __init__(
        self,
        columns: Callable[[], Sequence[Column]],
        *,
        empty: Callable[[], str],
        widget_id: str,
        numbered: bool = False,
        title: Callable[[], str] | None = None,
        led: bool = False,
    ) -> None:
        super().__init__(id=widget_id)
        self.can_focus = not led
        self._led = led
        self._columns = columns
        self._empty = empty
        self._numbered = numbered
        self._title = title
        self._rows: tuple[Row, ...] = ()
        self._empty_words = ""
        self._cursor = 0
        self._top = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        """All rows, in their order."""
        return self._rows

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._rows else None

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these rows; the cursor stays on the same row if it is still there.

        One at the top that nobody holds stays at the top: what is new is to be in sight.
        """
        new, words = tuple(rows), self._empty()
        if new == self._rows and words == self._empty_words:
            return
        self._empty_words = words
        held = self._cursor or self._led or self.has_focus
        key = self.current.key if self.current and held else None
        self._rows = new
        self._cursor = next(
            (n for n, row in enumerate(new) if row.key == key), min(self._cursor, len(new) - 1)
        )
        self._cursor = max(0, self._cursor)
        self._follow()
        self.refresh()

    def go_to(self, key: str) -> None:
        """Put the cursor on the row of this key, if there is one."""
        self._cursor = next((n for n, row in enumerate(self._rows) if row.key == key), self._cursor)
        self._follow()
        self.refresh()

    def action_move(self, step: int) -> None:
        """Move the cursor."""
        if not self._rows:
            return
        self._cursor = min(max(0, self._cursor + step), len(self._rows) - 1)
        self._follow()
        self.refresh()
        self.post_message(self.Moved(self, self._rows[self._cursor].key))

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.current:
            self.post_message(self.Chosen(self, self.current.key))

    def on_key(self, event: events.Key) -> None:
        if not self._numbered or event.character is None or event.character not in "123456789":
            return
        position = self._top + int(event.character) - 1
        if position < len(self._rows) and position < self._top + self._visible:
            event.stop()
            self._cursor = position
            self.refresh()
            self.action_choose()

    def on_resize(self) -> None:
        self._follow()
        self.refresh()  # what was painted at the new size may not have shown the cursor

    @property
    def _visible(self) -> int:
        return max(1, self.size.height - 1)

    def _follow(self) -> None:
        last = max(0, len(self._rows) - self._visible)
        self._top = max(min(self._top, self._cursor, last), self._cursor - self._visible + 1, 0)

    def render(self) -> Content:
        width = self.size.width
        shown = self._layout(width)
        lines = [self._heading(shown)]
        if not self._rows:
            lines.append(line((f" {self._empty()}", "faint")))
        visible = self._rows[self._top : self._top + self._visible]
        lines += [self._line(row, self._top + n, n, shown, width) for n, row in enumerate(visible)]
        return Content("\n").join(lines)

    def _heading(self, shown: list[tuple[int, Column, int]]) -> Content:
        head: list[Part] = [" " * (4 if self._numbered else 1)]
        head += [(_cell(column.heading, column, size) + " ", "label") for _, column, size in shown]
        if self._title and shown:
            hidden = len(self._rows) - self._visible
            more = f"+{hidden}" if hidden > 0 else ""
            head[1] = (fit(self._title() + more, shown[0][2]) + " ", "title")
        return line(*head)

    def _line(
        self, row: Row, position: int, n: int, shown: list[tuple[int, Column, int]], width: int
    ) -> Content:
        mark = (f" {n + 1}  " if n < 9 else "    ") if self._numbered else " "
        chosen = position == self._cursor and (self.has_focus or self._led)
        if chosen:
            text = mark + " ".join(_cell(row.texts[i], column, size) for i, column, size in shown)
            return line((fit(text, width), "chosen"))
        parts: list[Part] = [(mark, "key")]
        parts += [(_cell(row.texts[i], column, size) + " ", row.tone(i)) for i, column, size in shown]
        return line(*parts)

    def _layout(self, width: int) -> list[tuple[int, Column, int]]:
        """The columns that fit, each with its place in the row and its width."""
        columns = [(i, c) for i, c in enumerate(self._columns()) if not c.wide or width >= self.WIDE]
        fixed = sum(column.width for _, column in columns) + len(columns) + (4 if self._numbered else 1)
        shares = sum(column.share for _, column in columns) or 1
        spare = max(0, width - fixed)
        return [(i, column, column.width + spare * column.share // shares) for i, column in columns]


def _cell(text: str, column: Column, size: int) -> str:
    shown = safe(text)
    return fit_right(shown, size) if column.right else fit(shown, size)
