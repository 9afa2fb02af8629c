"""Some sentences over the screen: a reason, a result, a reply. Ready sentences go in by their digit."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import TextArea

from tui.widgets.cells import clip, safe
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.widgets.terminal import NotUtf8, is_not_utf8
from tui.words import tr

WIDTH = 70
MAX_TEXT = 1000  # characters
MOST_SENTENCES = 5


class WritingArea(TextArea):
    """Wrapped text of a few lines. Enter is `Sent`, a paste loses its control characters."""

    DEFAULT_CSS = """
    WritingArea, WritingArea:focus {
        border: none; padding: 0 1; background: #22303d; height: 4; scrollbar-size-vertical: 1;
    }
    WritingArea:focus { background: #24435f; color: #ffffff; }
    """

    class Sent(Message):
        """Enter."""

    def __init__(self, text: str = "", *, widget_id: str) -> None:
        super().__init__(text, id=widget_id, soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        self.cursor_blink = False
        self.highlight_cursor_line = False
        self.move_cursor(self.document.end)

    async def _on_key(self, event: events.Key) -> None:
        if is_not_utf8(event):
            self.post_message(NotUtf8())
        elif event.key == "enter":
            event.stop()
            event.prevent_default()
            self.post_message(self.Sent())
        elif event.is_printable and len(self.text) >= MAX_TEXT:
            event.stop()
            event.prevent_default()

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.replace(safe(event.text)[: max(0, MAX_TEXT - len(self.text))], *self.selection)


class Writing(Overlay[str | None]):
    """Returns the text, or None after Esc. `optional`: no text is an answer as well, "".

    `told`: lines above, such as why the same text has to be sent again.
    """

    DEFAULT_CSS = """
    Writing { align: center middle; background: $background 40%; }
    Writing > Vertical { width: 76; height: auto; padding: 1 3; background: $panel; }
    """

    def __init__(
        self,
        title: str,
        *,
        text: str = "",
        told: Sequence[str] = (),
        sentences: Sequence[str] = (),
        optional: bool = False,
    ) -> None:
        super().__init__()
        self._title_words = title
        self._told = told
        self._sentences = tuple(sentences)[:MOST_SENTENCES]
        self._optional = optional
        self._area = WritingArea(text, widget_id="writing")

    @property
    def text(self) -> str:
        """What stands there now."""
        return self._area.text

    def compose(self) -> ComposeResult:
        sentences = [
            line((f" {n} ", "key"), (clip(safe(words), WIDTH - 4), "plain"))
            for n, words in enumerate(self._sentences, 1)
        ]
        hint = tr("Enter: send   Esc: back")
        if self._sentences:
            hint = f"{tr('Digit in front: a ready sentence')}   {hint}"
        with Vertical():
            yield Lines(
                [
                    line((clip(safe(self._title_words), WIDTH), "title")),
                    *(line((clip(safe(words), WIDTH), "warn")) for words in self._told),
                    line(""),
                ]
            )
            yield self._area
            yield Lines([line(""), *sentences, line((hint, "faint"))])

    def on_mount(self) -> None:
        self._area.focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        typed = self._area.text
        if typed.isdecimal() and len(typed) == 1 and 0 < int(typed) <= len(self._sentences):
            self._area.load_text(self._sentences[int(typed) - 1])
            self._area.move_cursor(self._area.document.end)

    def on_writing_area_sent(self, event: WritingArea.Sent) -> None:
        event.stop()
        text = self._area.text.strip()
        if text or self._optional:
            self.leave(text)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.leave(None)
