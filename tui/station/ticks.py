"""A checklist over the screen: points are ticked by their digits."""

from collections.abc import Collection, Sequence

from textual import events
from textual.app import ComposeResult

from tui.widgets.cells import clip, safe
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr

WIDTH = 66


class Ticks(Overlay[frozenset[str] | None]):
    """Returns the points that are ticked, or None after Esc. What was ticked before stays so."""

    DEFAULT_CSS = """
    Ticks { align: center middle; background: $background 40%; }
    Ticks > Lines { width: 72; height: auto; max-height: 22; padding: 1 3; background: $panel; }
    """

    def __init__(self, title: str, points: Sequence[tuple[str, str]], ticked: Collection[str]) -> None:
        super().__init__()
        self._heading = title
        self._points = tuple(points)
        self._before = frozenset(ticked)
        self._ticked = frozenset(ticked)
        self._cursor = next((n for n, (point, _) in enumerate(points) if point not in ticked), 0)

    def compose(self) -> ComposeResult:
        yield Lines()

    def on_mount(self) -> None:
        self._paint()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape":
            self.leave(None)
        elif event.key == "enter":
            self.leave(self._ticked)
        elif event.key in ("up", "down"):
            self._cursor = (self._cursor + (1 if event.key == "down" else -1)) % len(self._points)
        elif event.key == "space":
            self._toggle(self._cursor)
        elif event.character and event.character in "123456789" and int(event.character) <= len(self._points):
            self._toggle(int(event.character) - 1)
        self._paint()

    def _toggle(self, position: int) -> None:
        point = self._points[position][0]
        self._cursor = position
        if point not in self._before:
            self._ticked ^= {point}

    def _paint(self) -> None:
        lines = [line((clip(safe(self._heading), WIDTH), "title")), line("")]
        for n, (point, words) in enumerate(self._points):
            box = "x" if point in self._ticked else " "
            key = str(n + 1) if n < 9 else " "
            text = clip(f" {key}  [{box}] {safe(words)} ", WIDTH)
            lines.append(line((text, "chosen" if n == self._cursor else "plain")))
        lines += [line(""), line((tr("Digit or space: tick   Enter: on   Esc: back"), "faint"))]
        self.query_one(Lines).show(lines)
