"""The last two lines of every screen: what happened, and what can be done now."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.widgets.cells import clip, safe
from tui.widgets.lines import Lines, Part, line


@dataclass(frozen=True, slots=True)
class Hint:
    """One key and its word; `expected` is what the user will most likely press."""

    key: str
    word: str
    enabled: bool = True
    expected: bool = False


class HintBar(Lines):
    """The keys that work now, at most eight."""

    DEFAULT_CSS = """
    HintBar { height: 1; background: $panel; }
    """

    def show_hints(self, hints: Sequence[Hint]) -> None:
        """Paint the hints, closer together when the screen is narrow."""
        self._hints = tuple(hints)
        self._paint()

    def on_mount(self) -> None:
        self._paint()

    def on_resize(self) -> None:
        self._paint()

    def _paint(self) -> None:
        used = sum(cell_len(hint.key) + cell_len(hint.word) + 3 for hint in self._hints)
        roomy = used <= self.app.size.width
        parts: list[Part] = []
        for hint in self._hints:
            key, word = _tones(hint)
            end = " " if roomy or hint.expected else ""
            parts += [(f" {hint.key}", key), (f" {hint.word}{end}", word)]
        self.show([line(*parts)])

    _hints: tuple[Hint, ...] = ()


def _tones(hint: Hint) -> tuple[str, str]:
    if not hint.enabled:
        return "faint", "faint"
    return ("next", "next") if hint.expected else ("key", "plain")


class MessageLine(Lines):
    """The last answer or refusal, in words."""

    DEFAULT_CSS = """
    MessageLine { height: 1; padding: 0 1; background: $background; }
    """

    def say(self, text: str, tone: str = "plain") -> None:
        """Show one message instead of the one before."""
        self.show([line((clip(safe(text), max(1, self.app.size.width - 2)), tone))])
