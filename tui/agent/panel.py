"""What the lists over the work area share: a field in front, rows under it, made when first opened."""

import asyncio
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content

from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.widgets.paper import Paper
from tui.widgets.rows import RowTable
from tui.words import tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp


MIN_NUMBER = 3  # digits of the shortest number that can be called


def is_number(typed: str) -> bool:
    """What was typed is a number to call, and not a part of a name."""
    digits = typed.replace(" ", "").replace("-", "").removeprefix("+")
    return digits.isdigit() and len(digits) >= MIN_NUMBER


class LeadingField(Field):
    """A field whose arrow keys move the cursor of the rows below: letters and digits stay text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "lead(-1)", show=False),
        Binding("down", "lead(1)", show=False),
        Binding("pageup", "lead(-8)", show=False),
        Binding("pagedown", "lead(8)", show=False),
    ]

    def __init__(self, rows: RowTable, *, widget_id: str, placeholder: str, max_length: int = 60) -> None:
        super().__init__(widget_id=widget_id, placeholder=placeholder, max_length=max_length)
        self._rows = rows

    def action_lead(self, step: int) -> None:
        """Move the cursor of the rows."""
        self._rows.action_move(step)


class WorkPanel(Vertical):
    """Something over the work area that is made when it is opened for the first time."""

    DEFAULT_CSS = """
    WorkPanel { display: none; height: 1fr; }
    """

    def paint(self, paper: Paper) -> None:
        """The clock ticked or a view came."""


class Panel(WorkPanel):
    """A field and rows. Enter is the command `panel.take`, which calls `take`."""

    TITLE: ClassVar[str]
    FETCHES: ClassVar[bool] = True
    REFRESH_SECONDS: ClassVar[float | None] = None  # how often it fetches while it is open
    DEFAULT_CSS = """
    Panel .ask { height: 1; }
    Panel .ask Lines { width: auto; height: 1; }
    Panel LeadingField { width: 34; }
    Panel .note { height: 1; }
    """

    def __init__(self, rows: RowTable, placeholder: str) -> None:
        super().__init__(id=f"{self.TITLE.split()[0].lower()}-panel")
        self.rows = rows
        self.entry = LeadingField(rows, widget_id=f"{self.id}-text", placeholder=placeholder)
        self._typed: str | None = None  # what the cursor of the rows has followed
        self._beside = ""
        self.hint = Lines()
        self.note = Lines(classes="note")

    def compose(self) -> ComposeResult:
        with Horizontal(classes="ask"):
            yield Lines([line((f" {tr(self.TITLE)} ", "title"))])
            yield self.entry
            yield self.hint
        yield self.rows
        yield self.note

    @property
    def console(self) -> "AgentApp":
        """The app, as what it is."""
        return cast("AgentApp", self.app)

    def start(self) -> None:
        """Opened: an empty field with the cursor."""
        with self.prevent(Field.Changed):
            self.entry.value = ""
        self._typed = None
        self.screen.set_focus(self.entry)  # at once: the keys behind the one that opened it belong here
        self.refill()
        if self.FETCHES:
            self._fetch_soon()

    def on_mount(self) -> None:
        if self.REFRESH_SECONDS is not None:
            self.set_interval(self.REFRESH_SECONDS, self._look_again)

    def _look_again(self) -> None:
        if self.display and self.console.connected:
            self._fetch_soon()

    def _fetch_soon(self) -> None:
        self.run_worker(self.fetch(), exclusive=True, group="fetch")

    async def fetch(self) -> None:
        """Ask the engine for what the rows are made of."""

    def refill(self) -> None:
        """Show the rows that fit to what was typed; the cursor goes to the first when that has changed."""
        typed = self.entry.value.strip()
        self.fill(typed)
        if typed != self._typed:
            self._typed = typed
            first = self.rows.rows[0].key if self.rows.rows else ""
            self.rows.go_to(first)

    def fill(self, typed: str) -> None:
        """Show the rows that fit to what was typed."""

    async def settled(self) -> None:
        """Wait for keys that the field has not taken yet: a key of the console can be quicker."""
        done = asyncio.Event()
        self.entry.call_later(done.set)
        await done.wait()
        self.refill()

    def enter_reason(self) -> str:
        """Why Enter does nothing now; "" for nothing speaks against it."""
        return "" if self.rows.current else tr("Nothing is chosen")

    def consult_reason(self) -> str:
        """Why what is chosen cannot be spoken to first."""
        return ""

    async def take(self) -> None:
        """Enter."""

    def say_beside(self, words: str, tone: str = "label") -> None:
        """A few words behind the field."""
        if words != self._beside:
            self._beside = words
            self.hint.show([line((f"  {words}", tone))])

    def say_below(self, content: Content) -> None:
        """One line under the rows."""
        self.note.show([content])

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        self.refill()
        self.console.repaint()

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.console.start_command("panel.take")

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()
        self.console.repaint()
