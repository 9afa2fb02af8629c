"""A question before something that cannot be undone: what will happen, in words, and a way back."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult

from tui.widgets.cells import safe, wrap
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr

WIDTH = 60


class Confirm(Overlay[bool]):
    """True only after `y`; Enter, Esc and n leave everything as it is."""

    DEFAULT_CSS = """
    Confirm { align: center middle; background: $background 40%; }
    Confirm > Lines { width: 66; height: auto; max-height: 22; padding: 1 3; background: $panel; }
    """

    def __init__(self, title: str, effects: Sequence[str], yes: str) -> None:
        super().__init__()
        self._title_words = title
        self._effects = tuple(effects)
        self._yes = yes

    def compose(self) -> ComposeResult:
        lines = [line((safe(self._title_words), "warn")), line("")]
        for effect in self._effects:
            lines += [line(text) for text in wrap(safe(effect), WIDTH)]
        lines += [
            line(""),
            line((" y ", "key"), (safe(self._yes), "strong")),
            line((" n ", "key"), tr("No, leave everything as it is")),
            line(""),
            line((tr("y: do it   n, Enter or Esc: back"), "faint")),
        ]
        yield Lines(lines)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key in ("y", "Y"):
            self.leave(True)
        elif event.key in ("n", "N", "escape", "enter"):
            self.leave(False)
