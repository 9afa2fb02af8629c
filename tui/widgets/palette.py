"""All commands in one list, found by Chinese, English or pinyin initials; a greyed one says why."""

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from tui.command import Command
from tui.commands import matching
from tui.situation import Situation
from tui.widgets.cells import fit, spread
from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.widgets.overlay import Overlay
from tui.words import tr

WIDTH = 64
ROWS = 11


class Palette(Overlay[str | None]):
    """Returns the id of the chosen command, or None after Esc."""

    DEFAULT_CSS = """
    Palette { align: center middle; background: $background 40%; }
    Palette > Vertical { width: 68; height: 17; padding: 1 2; background: $panel; }
    Palette Field { margin-bottom: 1; background: $background; }
    Palette Lines { height: 1fr; }
    """

    def __init__(self, commands: tuple[Command, ...], now: Situation) -> None:
        super().__init__()
        self._commands = tuple(command for command in commands if command.id != "palette.open")
        self._now = now
        self._found: list[Command] = []
        self._cursor = 0

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Field(widget_id="palette-text", placeholder=tr("Command, or pinyin initials such as jt"))
            yield Lines()

    def on_mount(self) -> None:
        self._find("")

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        self._find(event.value)

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.leave(self._found[self._cursor].id if self._found else None)

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.leave(None)
        elif event.key in ("up", "down") and self._found:
            event.stop()
            step = 1 if event.key == "down" else -1
            self._cursor = (self._cursor + step) % len(self._found)
            self._paint()

    def _find(self, text: str) -> None:
        self._found = matching(self._commands, text)
        self._found.sort(key=lambda command: command.disabled_reason(self._now) is not None)
        self._cursor = 0
        self._paint()

    def _paint(self) -> None:
        top = max(0, self._cursor - ROWS + 1)
        lines = [self._line(n) for n in range(top, min(top + ROWS, len(self._found)))]
        if not self._found:
            lines = [line((tr("No command has these letters"), "faint"))]
        elif reason := self._found[self._cursor].disabled_reason(self._now):
            lines += [line("")] * (ROWS - len(lines)) + [line((fit(reason, WIDTH), "warn"))]
        else:
            tooltip = tr(self._found[self._cursor].tooltip)
            lines += [line("")] * (ROWS - len(lines)) + [line((fit(tooltip, WIDTH), "label"))]
        self.query_one(Lines).show(lines)

    def _line(self, n: int) -> Content:
        command = self._found[n]
        key = command.key_label if command.key else ""
        words = spread(f" {command.title}", f"{'/'.join(command.initials)}  {fit(key, 6)} ", WIDTH)
        enabled = command.disabled_reason(self._now) is None
        return line((words, "chosen" if n == self._cursor else "plain" if enabled else "faint"))
