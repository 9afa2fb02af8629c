"""A short list over the screen, chosen by number key: break reasons, customers of one number, questions."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult

from tui.widgets.cells import safe
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr


@dataclass(frozen=True, slots=True)
class Choice:
    """One line: the keys that choose it (the first is shown), its id and its words."""

    keys: tuple[str, ...]
    id: str
    words: str


class Chooser(Overlay[str | None]):
    """Returns the id of the choice, or None after Esc. Arrow keys and Enter work too."""

    DEFAULT_CSS = """
    Chooser { align: center middle; background: $background 40%; }
    Chooser > Lines {
        width: auto; min-width: 36; max-width: 76; max-height: 20;
        padding: 1 2; background: $panel;
    }
    """

    def __init__(self, title: str, choices: Sequence[Choice], chosen: str = "") -> None:
        super().__init__()
        self._title_words = title
        self._choices = tuple(choices)
        self._cursor = next((n for n, choice in enumerate(self._choices) if choice.id == chosen), 0)

    def compose(self) -> ComposeResult:
        yield Lines()

    def on_mount(self) -> None:
        self._paint()

    def _paint(self) -> None:
        lines = [line((self._title_words, "title")), line("")]
        for n, choice in enumerate(self._choices):
            words = f" {choice.keys[0].upper()}  {safe(choice.words)} "
            lines.append(line((words, "chosen" if n == self._cursor else "plain")))
        lines += [line(""), line((tr("Number: choose   Enter: take it   Esc: back"), "faint"))]
        self.query_one(Lines).show(lines)

    def on_key(self, event: events.Key) -> None:
        event.stop()
        if event.key == "escape":
            self.leave(None)
        elif event.key in ("up", "down"):
            self._cursor = (self._cursor + (1 if event.key == "down" else -1)) % len(self._choices)
            self._paint()
        elif event.key == "enter":
            self.leave(self._choices[self._cursor].id)
        elif not self.take(event.key) and event.character:
            self.take(event.character)

    def take(self, key: str) -> bool:
        """Choose by a key; False when no line has it."""
        for choice in self._choices:
            if key in choice.keys:
                self.leave(choice.id)
                return True
        return False
