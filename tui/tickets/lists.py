"""Lists of tickets: chosen by digit, narrowed by keys, several marked for the same deed."""

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from engine.core.tickets.states import Deed
from engine.wire.tickets import TicketRow
from tui.tickets.asking import Asking, do_deed
from tui.tickets.bulk import do_to_all
from tui.tickets.desk import TicketDesk
from tui.tickets.filter import NARROWING, Filter, narrowed
from tui.tickets.keys import IN_BULK, deed_lines, deed_of
from tui.tickets.labels import VIEWS
from tui.tickets.latest import latest
from tui.tickets.list_lines import filter_line, more_line, views_line
from tui.tickets.pages import Pages, read_pages
from tui.tickets.table import ticket_columns, ticket_row
from tui.widgets.field import Field
from tui.widgets.lines import Lines, line
from tui.widgets.rows import RowTable
from tui.words import tr

NEAR_END = 5  # rows before the end at which the next page is asked for


class _SearchField(Field):
    """Arrow down and Enter go back to the rows."""

    def on_key(self, event: events.Key) -> None:
        if event.key in ("down", "escape"):
            event.stop()
            self.post_message(Field.Submitted(self, self.value))


class TicketLists(Vertical):
    """`Opened` when a ticket is wanted, `Left` after Esc. Letters are deeds, capitals narrow the list."""

    DEFAULT_CSS = """
    TicketLists { height: 1fr; }
    TicketLists > Lines { height: 1; }
    TicketLists > #ticket-deeds { height: 2; }
    TicketLists > Horizontal { height: 1; }
    TicketLists > Horizontal > Lines { width: auto; height: 1; }
    TicketLists Field { width: 24; }
    """

    class Opened(Message):
        """Enter on a ticket."""

        def __init__(self, number: str) -> None:
            super().__init__()
            self.number = number

    class Left(Message):
        """Esc."""

    def __init__(self, desk: TicketDesk, *, view: str = "mine", widget_id: str = "ticket-lists") -> None:
        super().__init__(id=widget_id)
        self.desk = desk
        self.view = view
        self.base = Filter()  # what Esc goes back to before it leaves
        self.filter = self.base
        self.marked: frozenset[str] = frozenset()
        self.pages = Pages()
        self._fetched = False
        self._doing = False
        self._heading = Lines(widget_id="ticket-views")
        self._narrowed = Lines(widget_id="ticket-filter")
        self._field = _SearchField(
            widget_id="ticket-text", placeholder=tr("number, name, words"), max_length=60
        )
        self.table = RowTable(ticket_columns, empty=self._empty, widget_id="ticket-rows")
        self._more = Lines(widget_id="ticket-more")
        self._deeds = Lines(widget_id="ticket-deeds")

    def compose(self) -> ComposeResult:
        yield self._heading
        with Horizontal():
            yield self._narrowed
            yield self._field
        yield self.table
        yield self._more
        yield self._deeds

    def on_mount(self) -> None:
        self._field.display = self._more.display = False
        self.paint()

    def narrow(self, base: Filter) -> None:
        """Only tickets of this kind, whatever else is looked for."""
        self.base = self.filter = base

    def start(self, view: str | None = None) -> None:
        """Opened: the cursor in the rows, the list asked for anew."""
        if view is not None and view != self.view:
            self._choose_view(view)
        self.screen.set_focus(self.table)
        self.fetch_soon()

    @property
    def current(self) -> TicketRow | None:
        """The ticket under the cursor."""
        return self._rows.get(self.table.current.key) if self.table.current else None

    @property
    def _rows(self) -> dict[str, TicketRow]:
        return self.pages.rows

    # Fetching

    def changed(self) -> None:
        """Tickets were changed somewhere."""
        if self.display:
            self.fetch_soon()

    def fetch_soon(self) -> None:
        """Ask for the list; an older question is given up."""
        latest(self, "tickets", self.fetch)

    async def fetch(self) -> None:
        """Ask the engine for the rows."""
        found = await read_pages(self.desk, self.filter, self.view, self.pages.wanted)
        if found is None:
            self.pages.give_up()
            return
        self._fetched = True
        self.pages = found
        self.marked &= frozenset(self._rows)
        self.paint()

    # Painting

    def paint(self) -> None:
        """The clock ticked, or something came."""
        app, width = self.desk.app, self.size.width
        if not width:
            return
        self._heading.show([views_line(self.view, self.desk.counts, self.pages, width)])
        typing = bool(self._field.display)
        self._narrowed.show([filter_line(self.filter, self.desk.book, len(self.marked), typing=typing)])
        now, zone, book = app.now(), app.zone, self.desk.book
        self.table.show_rows([ticket_row(row, book, now, zone, self.marked) for row in self._rows.values()])
        self._more.display = self.pages.more
        self._more.show([more_line(self.pages)])
        self._deeds.show(self._deed_lines(width))

    def _deed_lines(self, width: int) -> list[Content]:
        offered = self._offered()
        if not self._rows:
            return [line("")] * 2
        lines = deed_lines(offered, width)
        hint = f" Enter {tr('open it')}  {tr('space: mark, then a letter for all')}"
        if not self.marked:
            lines[1] = line((hint, "label"))
        return lines

    def _offered(self) -> tuple[Deed, ...]:
        """What can be done to all that are marked; without marks to the one under the cursor."""
        if not self.marked:
            return self.current.deeds if self.current else ()
        rows = [self._rows[number] for number in self.marked]
        return tuple(
            deed for deed in rows[0].deeds if deed in IN_BULK and all(deed in row.deeds for row in rows)
        )

    def _empty(self) -> str:
        if not self._fetched:
            return tr("Looking")
        return (
            tr("No ticket fits: Esc takes the filter away")
            if self.filter != self.base
            else tr("No tickets here")
        )

    # Keys

    async def on_key(self, event: events.Key) -> None:
        if self._field.has_focus:
            return
        if self._take(event.key, event.character):
            event.stop()

    def _take(self, key: str, character: str | None) -> bool:
        if key == "escape":
            self._back()
        elif character and character in "01234567":
            self._choose_view(VIEWS[int(character)][0])
        elif key in ("left", "right"):
            views = [view for view, _ in VIEWS]
            step = 1 if key == "right" else -1
            self._choose_view(views[(views.index(self.view) + step) % len(views)])
        elif key == "space":
            self._mark()
        elif key == "slash":
            self._field.display = True
            self._field.focus()
            self.paint()
        elif character in NARROWING:
            self._begin(self._narrow(character))
        elif deed := deed_of(character, self._offered()):
            self._begin(self._do(deed))
        else:
            return False
        return True

    def _back(self) -> None:
        """Esc: first without marks, then without filter, then out."""
        if self.marked:
            self.marked = frozenset()
            self.paint()
        elif self.filter != self.base:
            self._take_filter(self.base)
        else:
            self.pages.wanted = 1
            self.post_message(self.Left())

    def _choose_view(self, view: str) -> None:
        self.view, self.marked = view, frozenset()
        self.pages, self._fetched = Pages(), False
        self.paint()
        self.fetch_soon()

    def _mark(self) -> None:
        if self.table.current:
            self.marked ^= {self.table.current.key}
            self.table.action_move(1)
            self.paint()

    def _take_filter(self, wanted: Filter) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self.pages.wanted, self._fetched = 1, False
            if not wanted.text:
                with self.prevent(Field.Changed):
                    self._field.value = ""
            self.fetch_soon()
        self.paint()

    def on_input_changed(self, event: Field.Changed) -> None:
        event.stop()
        self._take_filter(replace(self.filter, text=event.value.strip()))

    def on_input_submitted(self, event: Field.Submitted) -> None:
        event.stop()
        self.table.focus()
        self._field.display = False
        self.paint()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        event.stop()
        self.post_message(self.Opened(event.key))

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        event.stop()
        near_end = event.key in list(self._rows)[-NEAR_END:]
        if near_end and self._fetched and self.pages.want_further():
            self.fetch_soon()
        self.paint()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """One thing at a time; a second key of the same burst is left out."""
        if self._doing:
            work.close()
            return
        self._doing = True
        self.run_worker(self._finish(work), name="tickets")

    async def _finish(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._doing = False

    # What the keys begin

    async def _narrow(self, key: str) -> None:
        wanted = await narrowed(self.desk, key, self.filter, {row.ticket.area for row in self._rows.values()})
        if wanted is not None:
            self._take_filter(wanted)

    async def _do(self, deed: Deed) -> None:
        if self.marked:
            tickets = tuple(self._rows[number].ticket for number in self._rows if number in self.marked)
            refused = await do_to_all(self.desk, tickets, deed)
            if refused is not None:
                self.marked = refused  # so that they can be looked at
        elif self.current and await do_deed(Asking(self.desk, (self.current.ticket,)), deed) is None:
            return
        await self.fetch()
