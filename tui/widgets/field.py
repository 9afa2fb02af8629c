"""One-line text fields without borders, whose paste and password are safe for any terminal."""

from rich.text import Text
from textual import events
from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input

from tui.widgets.cells import safe
from tui.widgets.terminal import NotUtf8, is_not_utf8

MAX_FIELD = 200


class Field(Input):
    """An `Input` of one line: control characters never get in, a long paste is cut, a PIN shows as `*`."""

    DEFAULT_CSS = """
    Field, Field:focus {
        border: none; height: 1; padding: 0; background: #22303d; color: $foreground;
        & > .input--placeholder { color: #66788a; }
    }
    Field:focus { background: #24435f; color: #ffffff; }
    """

    # Textual lays the whole screen out anew at each key in a field; needed only where something scrolls.
    virtual_size = Reactive(Size(0, 0))

    def watch_virtual_size(self, before: Size, after: Size) -> None:
        if max(before.width, after.width) >= self.size.width:
            self.refresh(layout=True)

    def __init__(
        self,
        value: str = "",
        *,
        widget_id: str,
        placeholder: str = "",
        password: bool = False,
        max_length: int = MAX_FIELD,
    ) -> None:
        super().__init__(
            value,
            id=widget_id,
            placeholder=placeholder,
            password=password,
            max_length=max_length,
            select_on_focus=False,
        )
        self.cursor_blink = False  # a steady cursor: nothing is sent over the line while nobody types

    @property
    def _value(self) -> Text:
        if self.password:
            return Text("*" * len(self.value), no_wrap=True, overflow="ignore", end="")
        return super()._value

    async def _on_key(self, event: events.Key) -> None:
        if is_not_utf8(event):
            self.post_message(NotUtf8())

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        text = safe(event.text[:MAX_FIELD]).strip()
        self.replace(text, *sorted(self.selection))
