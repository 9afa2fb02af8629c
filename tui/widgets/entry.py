"""One line of text over the screen: a message, an announcement."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.widgets.cells import clip, safe
from tui.widgets.field import MAX_FIELD, Field
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr

WIDTH = 70


class Entry(Overlay[str | None]):
    """Returns the text, or None after Esc or for no text at all."""

    DEFAULT_CSS = """
    Entry { align: center middle; background: $background 40%; }
    Entry > Vertical { width: 76; height: 7; padding: 1 3; background: $panel; }
    Entry Field { margin-bottom: 1; background: $background; }
    """

    def __init__(self, title: str, max_length: int = MAX_FIELD) -> None:
        super().__init__()
        self._title_words = title
        self._max_length = max_length

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Lines([line((clip(safe(self._title_words), WIDTH), "title")), line("")])
            yield Field(widget_id="entry-text", max_length=self._max_length)
            yield Lines([line((tr("Enter: send   Esc: back"), "faint"))])

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.leave(event.value.strip() or None)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.leave(None)
