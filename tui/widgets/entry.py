"""One line of text over the screen: a message, an announcement."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.widgets.cells import clip, safe, wrap
from tui.widgets.field import MAX_FIELD, Field
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr

WIDTH = 70
MOST_QUOTED = 12  # lines


class Entry(Overlay[str | None]):
    """Returns the text, or None after Esc or for no text at all; `optional`: no text is "" then."""

    DEFAULT_CSS = """
    Entry { align: center middle; background: $background 40%; }
    Entry > Vertical { width: 76; height: auto; padding: 1 3; background: $panel; }
    Entry Field { margin-bottom: 1; background: $background; }
    """

    def __init__(self, title: str, quoted: str = "", *, optional: bool = False) -> None:
        """`quoted`: what is answered, shown above the field."""
        super().__init__()
        self._title_words = title
        self._optional = optional
        self._quoted = wrap(safe(quoted), WIDTH)[:MOST_QUOTED] if quoted else []

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Lines(
                [
                    line((clip(safe(self._title_words), WIDTH), "title")),
                    *(line((text, "strong")) for text in self._quoted),
                    line(""),
                ]
            )
            yield Field(widget_id="entry-text", max_length=MAX_FIELD)
            yield Lines([line((tr("Enter: send   Esc: back"), "faint"))])

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        text = event.value.strip()
        self.leave(text if text or self._optional else None)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.leave(None)
