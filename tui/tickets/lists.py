"""Lists of tickets: chosen by digit, narrowed by keys, several marked for the same deed."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from engine.core.tickets.records import TicketCounts
from engine.core.tickets.states import Deed, TicketState
from engine.wire.tickets import BatchParams, BatchResult, TicketList, TicketRow, TicketsParams
from tui.tickets.asking import Asking, ask_act, do_deed
from tui.tickets.book import words_of
from tui.tickets.desk import TicketDesk
from tui.tickets.finder import Finder
from tui.tickets.keys import IN_BULK, deed_lines, deed_of
from tui.tickets.labels import DEEDS, TICKET_STATES, VIEWS, refused_words
from tui.tickets.latest import latest
from tui.tickets.table import ticket_columns, ticket_row
from tui.widgets.cells import clip, safe
from tui.widgets.chooser import Choice, Chooser
from tui.widgets.confirm import Confirm
from tui.widgets.field import Field
from tui.widgets.lines import Lines, Part, line
from tui.widgets.paper import cells_of
from tui.widgets.rows import Column, Row, RowTable
from tui.words import tr

LIMIT = 200  # rows at most
EVERYTHING = "*"
NEWEST_FIRST = ("", "unverified")


@dataclass(frozen=True, slots=True)
class Filter:
    """What narrows a list; empty: nothing does."""

    type: str = ""
    area: str = ""
    state: str = ""  # a state, EVERYTHING, or empty for all that are open
    text: str = ""
    department: str = ""  # an id, "-" the office

    def params(self, view: str) -> TicketsParams:
        """What the engine is asked for."""
        states = () if self.state in ("", EVERYTHING) else (TicketState(self.state),)
        return TicketsParams(
            view=view,
            states=states,
            everything=self.state == EVERYTHING,
            type=self.type,
            area=self.area,
            department=self.department,
            text=self.text,
            order="newest" if view in NEWEST_FIRST else "due",
            limit=LIMIT,
        )


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
        self._rows: dict[str, TicketRow] = {}
        self._fetched = False
        self._doing = False
        self._heading = Lines(widget_id="ticket-views")
        self._narrowed = Lines(widget_id="ticket-filter")
        self._field = _SearchField(
            widget_id="ticket-text", placeholder=tr("number, name, words"), max_length=60
        )
        self.table = RowTable(ticket_columns, empty=self._empty, widget_id="ticket-rows")
        self._deeds = Lines(widget_id="ticket-deeds")

    def compose(self) -> ComposeResult:
        yield self._heading
        with Horizontal():
            yield self._narrowed
            yield self._field
        yield self.table
        yield self._deeds

    def on_mount(self) -> None:
        self._field.display = False
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
        found = await self.desk.ask("tickets.list", self.filter.params(self.view))
        if isinstance(found, TicketList):
            self._fetched = True
            self._rows = {row.ticket.number: row for row in found.tickets}
            self.marked &= frozenset(self._rows)
            self.paint()

    # Painting

    def paint(self) -> None:
        """The clock ticked, or something came."""
        app, width = self.desk.app, self.size.width
        if not width:
            return
        self._heading.show([self._views(width)])
        self._narrowed.show([self._filter_line()])
        self._narrowed.refresh(layout=True)
        now, zone, book = app.now(), app.zone, self.desk.book
        self.table.show_rows([ticket_row(row, book, now, zone, self.marked) for row in self._rows.values()])
        self._deeds.show(self._deed_lines(width))

    def _views(self, width: int) -> Content:
        parts: list[Part] = []
        for digit, (view, words) in enumerate(VIEWS):
            count = _count(self.desk.counts, view)
            chosen = view == self.view
            late = view == "overdue" and bool(count)
            parts += [(f" {digit}", "key"), (f" {tr(words)}", "chosen" if chosen else "plain")]
            if view:
                parts.append((f" {count} ", "warn" if late else "strong" if count else "faint"))
        more = f"{len(self._rows)}{'+' if len(self._rows) == LIMIT else ''}"
        room = width - cells_of(parts)
        if room > 6:
            parts.append((f"  {tr('shown {count}', count=more)}"[:room], "label"))
        return line(*parts)

    def _filter_line(self) -> Content:
        chosen = self.filter
        type_words = self.desk.book.type_name(chosen.type) if chosen.type else tr("any")
        state = tr("unsettled") if not chosen.state else tr("any")
        if chosen.state and chosen.state != EVERYTHING:
            state = tr(TICKET_STATES[TicketState(chosen.state)][0])
        parts: list[Part] = []
        for key, label, value in (
            ("T", tr("Type"), type_words),
            ("A", tr("Area"), chosen.area or tr("any")),
            ("S", tr("State"), state),
        ):
            parts += [(f" {key}", "key"), (f" {label} ", "label"), (clip(safe(value), 10), "plain"), "  "]
        parts += [(" /", "key"), (f" {tr('Find')} ", "label")]
        if not self._field.display:
            parts.append((clip(safe(chosen.text), 12), "strong"))
        if self.marked:
            parts.append((f"  {tr('marked {count}', count=len(self.marked))}", "holding"))
        return line(*parts)

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
        elif character in ("T", "A", "S"):
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
            self.post_message(self.Left())

    def _choose_view(self, view: str) -> None:
        self.view, self.marked = view, frozenset()
        self._rows, self._fetched = {}, False
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
            self._fetched = False
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
        match key:
            case "T":
                types = [(one.id, words_of(one.words)) for one in self.desk.book.types]
                chosen = await self._choose(tr("Type"), types, self.filter.type)
                wanted = None if chosen is None else replace(self.filter, type=chosen)
            case "S":
                states = [(str(state), tr(words[0])) for state, words in TICKET_STATES.items()]
                title = tr("State; 0: all that are open")
                chosen = await self._choose(title, [*states, (EVERYTHING, tr("any"))], self.filter.state)
                wanted = None if chosen is None else replace(self.filter, state=chosen)
            case _:
                chosen = await self._choose_area()
                wanted = None if chosen is None else replace(self.filter, area=chosen)
        if wanted is not None:
            self._take_filter(wanted)

    async def _choose(self, title: str, entries: Sequence[tuple[str, str]], now: str) -> str | None:
        choices = [Choice(("0",), "", tr("any"))]
        for n, (code, words) in enumerate(entries, 1):
            key = str(n) if n < 10 else chr(ord("a") + n - 10)
            choices.append(Choice((key,), code, words))
        return await self.desk.app.push_screen_wait(Chooser(title, choices, now))

    async def _choose_area(self) -> str | None:
        known = {area for one in self.desk.book.departments for area in one.areas}
        known |= {row.ticket.area for row in self._rows.values() if row.ticket.area}
        rows = [Row("*", (tr("any"),)), *(Row(area, (area,)) for area in sorted(known))]
        chosen = await self.desk.app.push_screen_wait(
            Finder(tr("Area"), lambda: [Column(tr("Area"), 20, share=1)], rows, chosen=self.filter.area)
        )
        return "" if chosen == "*" else chosen

    async def _do(self, deed: Deed) -> None:
        if self.marked:
            await self._do_to_all(deed)
        elif self.current and await do_deed(Asking(self.desk, (self.current.ticket,)), deed) is None:
            return
        await self.fetch()

    async def _do_to_all(self, deed: Deed) -> None:
        """The same to all that are marked; what is refused stays marked and is told."""
        app = self.desk.app
        tickets = tuple(self._rows[number].ticket for number in self._rows if number in self.marked)
        asking = Asking(self.desk, tickets)
        act = await ask_act(asking, deed)
        if act is None:
            return
        count = tr("{count} tickets", count=len(tickets))
        effect = tr("{deed}: {count}", deed=tr(DEEDS[deed]), count=count)
        if not await app.push_screen_wait(Confirm(asking.title(deed), [effect, act.text], tr("Yes, to all"))):
            return
        numbers = tuple(ticket.number for ticket in tickets)
        answer = await self.desk.ask("tickets.batch", BatchParams(numbers=numbers, act=act))
        if not isinstance(answer, BatchResult):
            return
        self.marked = frozenset(answer.refused)
        done = tr("{deed}: {count} done", deed=tr(DEEDS[deed]), count=len(answer.done))
        if not answer.refused:
            app.say(done, "good")
            return
        number, code = next(iter(answer.refused.items()))
        why = refused_words(code) or code
        refused = tr(
            "{count} refused, such as {number}: {why}", count=len(answer.refused), number=number, why=why
        )
        app.say(f"{done}, {refused}", "warn")


def _count(counts: TicketCounts, view: str) -> int:
    return getattr(counts, view) if view else 0
