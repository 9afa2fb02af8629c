"""Keys for whom the agent speaks to: a line that sends each digit at once."""

import asyncio
from typing import TYPE_CHECKING, cast

from textual import events
from textual.content import Content
from textual.widget import Widget

from engine.wire.phone import DigitsParams
from tui.widgets.lines import line
from tui.words import tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp

KEYS = "0123456789*#ABCD"
SHOWN = 24  # of the keys already sent
MOST = 32  # keys in one request


class DigitLine(Widget, can_focus=True):
    """Shown in the line between card and work area while keys are sent."""

    DEFAULT_CSS = """
    DigitLine { display: none; height: 1; background: #24435f; text-wrap: nowrap; }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="digits")
        self._sent = ""
        self._waiting = ""
        self._before: Widget | None = None
        self._lock = asyncio.Lock()

    @property
    def open(self) -> bool:
        """Keys go to the call."""
        return bool(self.display)

    def start(self) -> None:
        """Opened: the cursor comes here, and goes back where it was."""
        if not self.open:
            self._before = self.app.focused
            self._sent = ""
        self.display = True
        self.screen.set_focus(self)  # at once: the keys behind Ctrl+D belong here
        self.refresh()

    def close(self) -> None:
        """Closed: what was not sent yet is not sent any more."""
        if self.open:
            self._waiting = ""
            self.display = False
            if self._before is not None and self._before.is_mounted:
                self.screen.set_focus(self._before)

    def on_blur(self) -> None:
        self.display = False

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.close()
        elif event.character and event.character.upper() in KEYS:
            event.stop()
            self._press(event.character.upper())
        elif event.is_printable:
            event.stop()
            self.console.say(tr("Only 0-9 * # and A-D can be sent; Esc ends it"), "warn")

    def _press(self, key: str) -> None:
        if not self.console.connected:
            self.console.say(tr("Not connected to the engine: this key was not sent"), "warn")
            return
        self._waiting = (self._waiting + key)[:MOST]
        self.run_worker(self._send(), group="digits")

    async def _send(self) -> None:
        async with self._lock:  # in the order of the keys
            keys, self._waiting = self._waiting, ""
            if not keys or await self.console.ask("agent.digits", DigitsParams(digits=keys)) is None:
                return
            self._sent += keys
            self.refresh()

    @property
    def console(self) -> "AgentApp":
        return cast("AgentApp", self.app)

    def render(self) -> Content:
        head = f" {tr('Keys')} "
        return line(
            (head, "title"),
            (self._sent[-SHOWN:] + "_ ", "strong"),
            (f" {tr('each key is sent at once; Esc ends it')}", "label"),
        )
