"""The form of a call: notes, disposition by number key, and whether it is still unsolved."""

from collections.abc import Sequence
from dataclasses import replace

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from engine.core.records import CallNote
from engine.wire.methods import NamedId
from tui.widgets.cells import fit, safe
from tui.widgets.lines import Lines, Part, line
from tui.widgets.terminal import NotUtf8, is_not_utf8
from tui.words import pick, tr

MAX_NOTE = 2000
LEAST_WIDTH = 41  # of the form, in cells
SHARE = 40  # per cent of a wide screen


def form_width(screen_width: int) -> int:
    """The cells that the form takes."""
    return max(LEAST_WIDTH, screen_width * SHARE // 100)


class NoteArea(TextArea):
    """Free text. A paste is cut to what a note may hold, and brings no control characters."""

    DEFAULT_CSS = """
    NoteArea, NoteArea:focus {
        border: none; padding: 0 1; background: $panel; height: 1fr; scrollbar-size-vertical: 1;
    }
    NoteArea:focus { background: #24435f; color: #ffffff; }
    """

    def __init__(self) -> None:
        super().__init__(id="note", soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        self.cursor_blink = False
        self.highlight_cursor_line = False

    async def _on_key(self, event: events.Key) -> None:
        if is_not_utf8(event):
            self.post_message(NotUtf8())
        elif event.is_printable and len(self.text) >= MAX_NOTE:
            event.stop()
            event.prevent_default()
            self.post_message(NoteForm.Full())

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        room = max(0, MAX_NOTE - len(self.text))
        lines = event.text[:MAX_NOTE].splitlines()
        text = "\n".join("".join(c for c in one if c.isprintable()) for one in lines)
        self.replace(text[:room], *self.selection)
        if len(event.text) > room:
            self.post_message(NoteForm.Full())


class ResultList(Widget, can_focus=True):
    """The dispositions in two columns, each with its number; 0 marks the call as unsolved."""

    DEFAULT_CSS = """
    ResultList { height: auto; background: $background; text-wrap: nowrap; }
    ResultList:focus { background: $surface; }
    """
    ALLOW_SELECT = False

    class Picked(Message):
        """A number was pressed, or Enter (`store`)."""

        def __init__(self, disposition: str | None = None, *, unsolved: bool = False, store: bool = False):
            super().__init__()
            self.disposition = disposition
            self.unsolved = unsolved
            self.store = store

    def __init__(self) -> None:
        super().__init__(id="results")
        self._dispositions: Sequence[NamedId] = ()
        self._chosen = ""
        self._unsolved = False

    def offer(self, dispositions: Sequence[NamedId]) -> None:
        """These are the dispositions of the site; the first nine have a number key."""
        if self._dispositions != dispositions[:9]:
            self._dispositions = dispositions[:9]
            self.refresh(layout=True)

    def show_choice(self, chosen: str, unsolved: bool) -> None:
        """Mark what is chosen."""
        if (chosen, unsolved) != (self._chosen, self._unsolved):
            self._chosen, self._unsolved = chosen, unsolved
            self.refresh()

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            self.post_message(self.Picked(store=True))
        elif event.character == "0":
            event.stop()
            self.post_message(self.Picked(unsolved=True))
        elif event.character and event.character in "123456789":
            event.stop()
            index = int(event.character) - 1
            if index < len(self._dispositions):
                self.post_message(self.Picked(self._dispositions[index].id))

    def on_focus(self) -> None:
        self.refresh()

    def render(self) -> Content:
        width = self.size.width
        half = (len(self._dispositions) + 1) // 2
        hint = tr("number, Enter: store") if self.has_focus else tr("F9, then a number")
        lines = [line((f" {tr('Result')}  ", "title"), (hint, "label"))]
        for row in range(half):
            parts = self._entry(row, width // 2)
            if row + half < len(self._dispositions):
                parts += self._entry(row + half, width - width // 2)
            lines.append(line(*parts))
        flag = tr("yes") if self._unsolved else tr("no")
        tone = "ringing" if self._unsolved else "plain"
        lines.append(line((" 0 ", "key"), (f" {tr('Unsolved')}: {flag} ", tone)))
        return Content("\n").join(lines)

    def _entry(self, index: int, width: int) -> list[Part]:
        entry = self._dispositions[index]
        chosen = entry.id == self._chosen
        words = f"{'*' if chosen else ' '}{safe(pick(entry.name, entry.name_en))}"
        return [(f" {index + 1} ", "key"), (fit(words, width - 4), "chosen" if chosen else "plain"), " "]


class NoteForm(Vertical):
    """Notes and result of the present call. `Changed` after every change by the agent."""

    DEFAULT_CSS = f"""
    NoteForm {{ width: {SHARE}%; min-width: {LEAST_WIDTH}; height: 1fr; }}
    NoteForm > Lines {{ height: 1; }}
    """

    class Changed(Message):
        """The agent changed the form."""

    class Full(Message):
        """No more text fits."""

    def __init__(self) -> None:
        super().__init__()
        self.note = CallNote()
        self._stored = CallNote()
        self.touched = False  # by the agent at this console, since it was filled
        self.area = NoteArea()
        self.results = ResultList()

    def compose(self) -> ComposeResult:
        yield Lines([line((f" {tr('Notes')}", "title"))])
        yield self.area
        yield self.results

    @property
    def unsaved(self) -> bool:
        """Something was entered that is not stored."""
        return self.note != self._stored

    @property
    def half_filled(self) -> bool:
        """The agent has begun to write."""
        return bool(self.note.note or self.note.disposition or self.note.unsolved)

    def fill(self, note: CallNote) -> None:
        """Take over a draft: another call, or the same one after the console was started again."""
        self.touched = False
        self.note = note
        self._stored = CallNote(customer_id=note.customer_id)
        if self.area.text != note.note:
            self.area.load_text(note.note)
            self.area.move_cursor(self.area.document.end)
        self._paint()

    def mark_stored(self, note: CallNote) -> None:
        """The engine has stored this note."""
        self._stored = note

    def change(self, note: CallNote) -> None:
        """The agent changed something."""
        if note != self.note:
            self.touched = True
            self.note = note
            self._paint()
            self.post_message(self.Changed())

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.take_text()

    def take_text(self) -> None:
        """Take over the text as it is now: by the agent, or because a draft was loaded."""
        if self.area.text != self.note.note:
            self.change(replace(self.note, note=self.area.text))

    def _paint(self) -> None:
        self.results.show_choice(self.note.disposition, self.note.unsolved)
