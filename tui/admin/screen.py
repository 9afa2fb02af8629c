"""The administrator's screen: sections on the left, what they hold on the right, meaning below."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from tui.admin.model import (
    BESIDE,
    SIDE_WIDTH,
    Admin,
    meaning,
    right_columns,
    right_rows,
    section_columns,
    section_rows,
)
from tui.config_words import section_word
from tui.labels import time_of_day
from tui.widgets.cells import clip, safe, spread, wrap
from tui.widgets.console import ConsoleScreen
from tui.widgets.hint_bar import HintBar, MessageLine
from tui.widgets.lines import Lines, line
from tui.widgets.paper import Paper
from tui.widgets.rows import RowTable
from tui.words import tr


class AdminScreen(ConsoleScreen):
    """Two tables beside each other. `Looked`: the cursor is on another section, or has changed sides."""

    DEFAULT_CSS = f"""
    AdminScreen > Lines {{ height: 1; }}
    AdminScreen #title {{ background: $panel; }}
    AdminScreen #meaning {{ height: 3; padding: 0 1; background: $panel; }}
    AdminScreen #sides {{ height: 1fr; margin-top: 1; }}
    AdminScreen #sections {{ width: {SIDE_WIDTH}; }}
    AdminScreen #entries {{ width: 1fr; margin-left: 1; }}
    """

    class Looked(Message):
        """Something else is under the cursor."""

    class Opened(Message):
        """Enter on the right."""

    def __init__(self, admin: Admin) -> None:
        super().__init__()
        self.admin = admin
        self._title = Lines(widget_id="title")
        self._state = Lines(widget_id="state")
        self._meaning = Lines(widget_id="meaning")
        self.sections = RowTable(
            section_columns, empty=lambda: "", widget_id="sections", title=lambda: tr("Section")
        )
        self.entries = RowTable(
            lambda: right_columns(self.admin),
            empty=lambda: tr("There are none; a adds one") if self.admin.listed else tr("There are none"),
            widget_id="entries",
        )
        self.hints = HintBar()

    def compose(self) -> ComposeResult:
        yield self._title
        yield self._state
        with Horizontal(id="sides"):
            yield self.sections
            yield self.entries
        yield self._meaning
        yield MessageLine()
        yield self.hints

    def on_mount(self) -> None:
        self.sections.focus()

    @property
    def row(self) -> str:
        """The key of the row under the cursor on the right, "" while the cursor is on the left."""
        return self.entries.current.key if self.entries.current and self.on_right else ""

    @property
    def on_right(self) -> bool:
        """Whether the cursor is on the right."""
        return self.focused is self.entries  # also below a list that lies over the screen

    def go(self, section: str, entry: str | None = None, row: str = "") -> None:
        """Show another section, or the keys of an entry; the cursor goes to a row."""
        self.admin.section, self.admin.entry = section, entry
        self.sections.go_to(section)
        self.entries.show_rows(right_rows(self.admin))
        self.entries.go_to(row or (self.entries.rows[0].key if self.entries.rows else ""))

    def go_back(self) -> bool:
        """One step to the left; False where there is none."""
        entry = self.admin.entry
        if entry is not None:
            self.go(self.admin.section, None, entry)
        elif self.on_right:
            self.set_focus(self.sections)
        else:
            return False
        return True

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()
        if event.table is self.sections and event.key != self.admin.section:
            self.go(event.key)
        self.post_message(self.Looked())

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        if event.table is self.sections:
            self.go(event.key)
            self.set_focus(self.entries)
        elif not any(row.key == event.key for row in self.entries.rows):
            return  # a second Enter, faster than the first one was carried out
        elif self.admin.kind == "entries":
            self.go(self.admin.section, event.key)
        else:
            self.post_message(self.Opened())
        self.post_message(self.Looked())

    def on_descendant_focus(self) -> None:
        self.post_message(self.Looked())

    def paint(self, paper: Paper, who: str, site: str) -> None:
        """Paint everything that differs from what is painted."""
        admin = self.admin
        self.sections.show_rows(section_rows(admin))
        self.entries.show_rows(right_rows(admin))
        name = f" {tr('Administrator console')} {safe(who)}  {safe(site)}"
        clock = f"{time_of_day(paper.now, paper.zone, seconds=True)} "
        self._title.show([line((spread(name, clock, paper.width), "title"))])
        self._state.show([line(_state(admin, paper))])
        row = self.entries.current.key if self.entries.current else ""
        about, allowed = meaning(admin, row)
        notes = [line(text) for text in wrap(safe(about), paper.width - 2)[:2]]
        notes += [line((clip(safe(allowed), paper.width - 2), "label"))] if allowed else []
        self._meaning.show([*notes, line(""), line(""), line("")][:3])


def _state(admin: Admin, paper: Paper) -> tuple[str, str]:
    """Where the administrator is, or what is wrong."""
    if not paper.connected:
        return tr(" The engine does not answer: nothing can be changed"), "warn"
    shown = admin.shown
    if shown is not None and shown.by_hand:
        return tr(" config.toml was changed by hand: t takes that over"), "warn"
    if shown is not None and shown.restart:
        keys = ", ".join(shown.restart)
        return clip(tr(" Waits for a restart of the engine: {keys}", keys=keys), paper.width), "warn"
    beside = BESIDE.get(admin.section)
    words = tr(beside) if beside else section_word(admin.section)
    return f" {words}{f' > {safe(admin.entry)}' if admin.entry else ''}", "label"
