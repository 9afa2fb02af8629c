"""What a change would bring about, before it is made."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from tui.widgets.cells import safe, wrap
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr

WIDTH = 68
ROWS = 14


class Preview(Overlay[bool]):
    """Returns True when it is to be done. A long list is scrolled with the arrow keys."""

    DEFAULT_CSS = """
    Preview { align: center middle; background: $background 40%; }
    Preview > Vertical { width: 74; height: auto; max-height: 22; padding: 1 2; background: $panel; }
    """

    def __init__(self, title: str, sentences: Sequence[str], question: str) -> None:
        super().__init__()
        self._heading = title
        self._question = question
        self._lines = [
            (" " if number else "-", part)
            for sentence in sentences
            for number, part in enumerate(wrap(safe(sentence), WIDTH - 2))
        ]
        self._top = 0

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Lines()

    def on_mount(self) -> None:
        self._paint()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key in ("escape", "enter"):
            self.leave(event.key == "enter")
        elif event.key in ("up", "down"):
            last = max(0, len(self._lines) - ROWS)
            self._top = min(last, max(0, self._top + (1 if event.key == "down" else -1)))
            self._paint()

    def _paint(self) -> None:
        shown = self._lines[self._top : self._top + ROWS]
        lines: list[Content] = [line((self._heading, "title")), line("")]
        lines += [line((f"{mark_} ", "label"), part) for mark_, part in shown]
        hidden = len(self._lines) - self._top - len(shown)
        if hidden or self._top:
            lines.append(
                line((tr("{count} more lines: arrow keys", count=len(self._lines) - len(shown)), "faint"))
            )
        self.query_one(Lines).show([*lines, line(""), line((self._question, "label"))])
