"""Everything that is known of a customer, in the work area: the file, and all contacts in a line of time."""

from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget

from engine.core.customers.records import Contact, CustomerFile
from engine.wire.customers import (
    CustomerIdParams,
    Merged,
    MergeParams,
    Revealed,
    RevealParams,
    TagParams,
    Timeline,
    TimelineParams,
    UnmergeParams,
)
from tui.agent.caller import assign_typed
from tui.agent.customer_edit import edit_part
from tui.agent.customer_find import find_customer
from tui.agent.customer_lines import TICKETS, contact_row, file_lines, head_line
from tui.agent.customer_sources import SourcesView
from tui.agent.panel import WorkPanel
from tui.tickets.finder import Finder
from tui.widgets.cells import fit
from tui.widgets.confirm import Confirm
from tui.widgets.entry import Entry
from tui.widgets.lines import Lines, Part, line
from tui.widgets.paper import Paper, cells_of
from tui.widgets.rows import Column, Row, RowTable
from tui.words import tr

if TYPE_CHECKING:
    from tui.agent.app import AgentApp

PAGE = 50
NEAR_END = 5  # rows before the end at which more is asked for
SCROLLS = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8, "home": -10_000, "end": 10_000}


class FilePage(Widget, can_focus=True):
    """The sections, scrolled by arrows."""

    DEFAULT_CSS = """
    FilePage { height: 1fr; background: $background; text-wrap: nowrap; text-overflow: clip; }
    """
    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__(id="file-page")
        self._lines: list[Content] = []
        self._top = 0

    def show(self, lines: list[Content]) -> None:
        """Paint these lines if they differ."""
        if len(lines) != len(self._lines) or not all(
            one.is_same(old) for one, old in zip(lines, self._lines, strict=True)
        ):
            self._lines = lines
            self.refresh()

    def to_top(self) -> None:
        """Another file."""
        self._top = 0

    def on_key(self, event: events.Key) -> None:
        if event.key in SCROLLS:
            event.stop()
            last = max(0, len(self._lines) - self.size.height)
            self._top = max(0, min(last, self._top + SCROLLS[event.key]))
            self.refresh()

    @property
    def below(self) -> int:
        """Lines that are out of sight below."""
        return max(0, len(self._lines) - self._top - self.size.height)

    def render(self) -> Content:
        return Content("\n").join(self._lines[self._top : self._top + max(1, self.size.height)])


class CustomerFilePanel(WorkPanel):
    """1 is the file, 2 the line of time, 3 who says what; letters change things, `x` shows hidden numbers."""

    DEFAULT_CSS = """
    CustomerFilePanel { layout: vertical; }
    CustomerFilePanel > Lines { height: 1; }
    CustomerFilePanel RowTable { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__(id="file-panel")
        self.file: CustomerFile | None = None
        self.contacts: list[Contact] = []
        self._more = ""
        self._fetching = False
        self._revealed = False
        self._doing = False
        self._head = Lines(widget_id="file-head")
        self._tabs = Lines(widget_id="file-tabs")
        self.page = FilePage()
        self.times = RowTable(_columns, empty=lambda: tr("No contacts yet"), widget_id="file-times")
        self.sources = SourcesView()
        self._tab = 0

    def compose(self) -> ComposeResult:
        yield self._head
        yield self._tabs
        yield self.page
        yield self.times
        yield self.sources

    def on_mount(self) -> None:
        self.times.display = self.sources.display = False

    @property
    def console(self) -> "AgentApp":
        """The app, as what it is."""
        return cast("AgentApp", self.app)

    async def open(self, customer_id: int) -> bool:
        """Show this customer's file, if the engine gives it."""
        found = await self.console.ask("customer.file", CustomerIdParams(id=customer_id))
        if not isinstance(found, CustomerFile):
            return False
        if self.file is None or self.file.customer.id != customer_id:
            self._show_tab(0)
        self.page.to_top()
        self.show(found)
        return True

    def show(self, file: CustomerFile) -> None:
        """This file, as the engine has it now; shown numbers are hidden again."""
        self.file, self._revealed = file, False
        self.contacts, self._more = list(file.contacts), file.more
        self.paint(self.console.paper())

    def take_cursor(self) -> None:
        """The keys belong to what is shown."""
        self.screen.set_focus((self.page, self.times, self.sources.table)[self._tab])

    # Painting

    def paint(self, paper: Paper) -> None:
        if self.file is None or not self.size.width:
            return
        self._head.show([head_line(self.file, paper, self._revealed)])
        self._tabs.show([self._tab_line(paper)])
        self.page.show(file_lines(self.file, paper))
        self.times.show_rows(
            [contact_row(one, n, paper, self.console.tickets.book) for n, one in enumerate(self.contacts)]
        )
        if self.sources.display:
            self.sources.paint(self.file, paper)

    def _tab_line(self, paper: Paper) -> Content:
        count = f"{len(self.contacts)}{'+' if self._more else ''}"
        tabs = (tr("Whole file"), f"{tr('All contacts')} {count}", tr("Sources"))
        parts: list[Part] = []
        for n, words in enumerate(tabs):
            parts += [(f" {n + 1}", "key"), (f" {words} ", "chosen" if n == self._tab else "plain")]
        keys = tr("p person d address n number t tags m merge u undo")
        parts.append((fit(f" {keys}", max(0, paper.width - cells_of(parts))), "faint"))
        return line(*parts)

    # Keys

    def on_key(self, event: events.Key) -> None:
        work = self._work(event.character)
        if (tab := self._wanted_tab(event)) is not None:
            event.stop()
            self._show_tab(tab)
            self.take_cursor()
            self.paint(self.console.paper())
        elif work is not None:
            event.stop()
            if self._doing:
                work.close()
            else:
                self._doing = True
                self.run_worker(self._finish(work), name="file")

    def _wanted_tab(self, event: events.Key) -> int | None:
        if event.character and event.character in "123":
            return int(event.character) - 1
        step = {"left": -1, "right": 1}.get(event.key)
        return None if step is None else (self._tab + step) % 3

    def _work(self, key: str | None) -> Coroutine[Any, Any, None] | None:
        if self.file is None:
            return None
        works = {
            "x": self._reveal,
            "p": lambda: self._edit("person"),
            "d": lambda: self._edit("address"),
            "t": self._tag,
            "m": self._merge,
            "u": self._unmerge,
            "n": self._assign,
        }
        if self._tab == 2:
            works["g"] = self._give_back
        begin = works.get(key or "")
        return begin() if begin else None

    async def _finish(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._doing = False

    def _show_tab(self, tab: int) -> None:
        self._tab = tab
        for n, part in enumerate((self.page, self.times, self.sources)):
            part.display = n == tab
        if tab == 2 and self.file is not None:
            self.run_worker(self.sources.open(self.console, self.file), name="sources")

    # The line of time

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()
        if event.table is self.times and int(event.key) >= len(self.contacts) - NEAR_END:
            self._ask_for_more()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        contact = self.contacts[int(event.key)]
        if contact.kind in TICKETS:
            self.run_worker(self.console.open_ticket(contact.id), name="open_ticket")

    def _ask_for_more(self) -> None:
        if self._more and not self._fetching and self.file is not None:
            self._fetching = True
            self.run_worker(self._fetch_more(self.file.customer.id), name="timeline")

    async def _fetch_more(self, customer_id: int) -> None:
        try:
            asked = TimelineParams(id=customer_id, before=self._more, limit=PAGE)
            found = await self.console.ask("customer.timeline", asked)
            if isinstance(found, Timeline) and self.file and self.file.customer.id == customer_id:
                self.contacts += found.contacts
                self._more = found.more
                self.paint(self.console.paper())
        finally:
            self._fetching = False

    # What the letters do

    async def _reveal(self) -> None:
        """Hidden numbers in clear: who looked, and when, is written down."""
        assert self.file is not None
        found = await self.console.ask("customer.reveal", RevealParams(id=self.file.customer.id))
        if isinstance(found, Revealed):
            self.file = replace(self.file, customer=found.customer, persons=found.persons)
            self._revealed = True
            self.paint(self.console.paper())
            self.console.say(tr("The hidden numbers are shown; it is written down who looked"), "warn")

    async def _edit(self, part: str) -> None:
        assert self.file is not None
        changed = await edit_part(self.console, self.file, part)
        if changed is not None:
            self.show(changed)
            self.console.say(tr("Stored"), "good")

    async def _tag(self) -> None:
        """A new tag, or one that is there already: that takes it off."""
        assert self.file is not None
        tags = self.file.customer.tags
        title = tr("Tag: a new one, or one to take off")
        rows = [Row(tag, (tag,), ("strong",)) for tag in tags]
        typed = await self.console.push_screen_wait(
            Finder(title, lambda: [Column(tr("Tag"), 20, share=1)], rows, free=True)
        )
        if not typed:
            return
        there = typed in tags
        asked = TagParams(
            id=self.file.customer.id, add=() if there else (typed,), remove=(typed,) if there else ()
        )
        changed = await self.console.ask("customer.tag", asked)
        if isinstance(changed, CustomerFile):
            self.show(changed)

    async def _assign(self) -> None:
        """A number is this customer's, or a person's of the file."""
        assert self.file is not None
        if await assign_typed(self.console, self.file):
            await self.open(self.file.customer.id)

    async def _give_back(self) -> None:
        """The chosen field is what the other systems say."""
        assert self.file is not None
        if await self.sources.give_back(self.console) and await self.open(self.file.customer.id):
            await self.sources.open(self.console, self.file)

    async def _merge(self) -> None:
        """Another file of the same customer goes into this one; it can be undone."""
        assert self.file is not None
        app, keep = self.console, self.file.customer
        gone = await find_customer(app, tr("Which customer is the same as {name}?", name=keep.name), keep.id)
        if gone is None:
            return
        effects = [
            tr(
                "{gone} goes into {keep}: numbers, tickets and calls come along.",
                gone=gone.name,
                keep=keep.name,
            ),
            tr("It can be undone by u."),
        ]
        if not await app.push_screen_wait(Confirm(tr("Merge two customers"), effects, tr("Yes, merge"))):
            return
        reason = await app.push_screen_wait(Entry(tr("Why are they the same?")))
        asked = MergeParams(keep=keep.id, gone=gone.id, reason=reason or "")
        merged = await app.ask("customer.merge", asked)
        if isinstance(merged, Merged):
            self.show(merged.file)
            app.say(tr("{gone} is merged into {keep}", gone=gone.name, keep=keep.name), "good")

    async def _unmerge(self) -> None:
        assert self.file is not None
        app = self.console
        if not self.file.merged:
            app.say(tr("Nothing was merged into this file"), "warn")
            return
        last = max(self.file.merged, key=lambda one: one.at)
        title = tr("Undo the merge")
        effect = tr("{name} becomes a customer of its own again.", name=last.name)
        if not await app.push_screen_wait(Confirm(title, [effect], tr("Yes, undo it"))):
            return
        if await app.ask("customer.unmerge", UnmergeParams(merge_id=last.id)) is not None:
            await self.open(self.file.customer.id)
            app.say(tr("{name} is a customer of its own again", name=last.name), "good")


def _columns() -> Sequence[Column]:
    return [
        Column(tr("Time"), 11),
        Column(tr("Kind"), 8),
        Column(tr("About"), 20, share=1),
        Column(tr("Length"), 8, right=True),
        Column(tr("Agent"), 10),
        Column("", 6),
    ]
