"""F1: what this place is for, and every key that works here."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from tui.command import Command
from tui.situation import Situation
from tui.widgets.cells import clip, fit, wrap
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr

WIDTH = 70


class Help(Overlay[None]):
    """A page over the screen; Esc or F1 leaves it."""

    DEFAULT_CSS = """
    Help { align: center middle; background: $background 40%; }
    Help > VerticalScroll { width: 76; height: auto; max-height: 22; padding: 1 2; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", show=False)]

    def __init__(
        self, title: str, paragraphs: Sequence[str], commands: Sequence[Command], now: Situation
    ) -> None:
        super().__init__()
        self._page = [line((title, "title")), line("")]
        for paragraph in paragraphs:
            self._page += [line(text) for text in wrap(paragraph, WIDTH)]
        self._page.append(line(""))
        for command in sorted(commands, key=lambda command: command.disabled_reason(now) is not None):
            self._page += _command_lines(command, now)

    def action_leave(self) -> None:
        """Esc."""
        self.leave(None)

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Lines(self._page)


def _command_lines(command: Command, now: Situation) -> list[Content]:
    if not (command.key or command.list_key):
        return []
    enabled = command.disabled_reason(now) is None
    words = wrap(tr(command.tooltip), WIDTH - 22)
    head = line(
        (fit(command.key_label, 8), "key" if enabled else "faint"),
        (fit(clip(command.word(now), 12), 13), "strong" if enabled else "faint"),
        (words[0], "plain" if enabled else "faint"),
    )
    return [head, *(line((" " * 21 + more, "plain" if enabled else "faint")) for more in words[1:])]
