"""A few fields over the screen: a new entry, a new user, a value, a PIN."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from tui.widgets.cells import safe, wrap
from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr

WIDTH = 66
NOTE_ROWS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field: its name, what it is called, what it means, and what stands in it at first."""

    name: str
    label: str
    note: str = ""
    value: str = ""
    hidden: bool = False


class Form(Overlay[dict[str, str] | None]):
    """Returns what was entered by name, or None after Esc. Enter goes on; on the last field it is done."""

    DEFAULT_CSS = """
    Form { align: center middle; background: $background 40%; }
    Form > Vertical { width: 72; height: auto; max-height: 22; padding: 1 2; background: $panel; }
    Form Horizontal { height: 1; }
    Form Horizontal Lines { width: 24; }
    Form Horizontal Field { width: 1fr; }
    Form #form-title { height: 2; }
    Form #form-note { height: 5; margin-top: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "next", show=False, priority=True)]

    def __init__(self, title: str, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._heading = title
        self._entries = tuple(entries)

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Lines([line((self._heading, "title"))], widget_id="form-title")
            for number, entry in enumerate(self._entries):
                with Horizontal():
                    yield Lines([line((safe(entry.label), "label"))])
                    yield Field(
                        entry.value, widget_id=f"form-{number}", password=entry.hidden, max_length=400
                    )
            yield Lines(widget_id="form-note")

    def on_mount(self) -> None:
        first = self.query_one("#form-0", Field)
        self.set_focus(first)
        first.action_end()
        self._explain(0)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, Field):
            self._explain(self._number(event.widget))

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.leave(None)
        elif event.key in ("up", "down") and isinstance(self.focused, Field):
            event.stop()
            step = 1 if event.key == "down" else -1
            self._go((self._number(self.focused) + step) % len(self._entries))

    def action_next(self) -> None:
        """Enter: the cursor is in the next field before the next key comes; on the last one it is done."""
        number = self._number(self.focused) if isinstance(self.focused, Field) else 0
        if number + 1 < len(self._entries):
            self._go(number + 1)
        else:  # after the keys that still wait in the queues of the fields
            self._when_typed(0)

    def _when_typed(self, number: int) -> None:
        if number < len(self._entries):
            self.query_one(f"#form-{number}", Field).call_later(self._when_typed, number + 1)
        else:
            fields = (self.query_one(f"#form-{n}", Field) for n in range(len(self._entries)))
            names = (entry.name for entry in self._entries)
            self.leave({name: entry.value for name, entry in zip(names, fields, strict=True)})

    def _go(self, number: int) -> None:
        self.set_focus(self.query_one(f"#form-{number}", Field))

    def _number(self, entry: Field) -> int:
        return int(str(entry.id).removeprefix("form-"))

    def _explain(self, number: int) -> None:
        notes = [
            line((text, "label")) for text in wrap(safe(self._entries[number].note), WIDTH)[: NOTE_ROWS - 1]
        ]
        notes += [line("")] * (NOTE_ROWS - len(notes))
        self.query_one("#form-note", Lines).show(
            [*notes, line((tr("Enter: on, at the end done   Esc: back"), "faint"))]
        )
