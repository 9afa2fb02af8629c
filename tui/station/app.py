"""The station's console: the orders of the own department, for those who go to the customers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import BindingType

from engine.core.records import Millis
from engine.core.tickets.records import Ticket
from engine.core.tickets.states import Deed, TicketState
from engine.core.tickets.types import Department
from engine.core.views import Identity
from engine.wire.methods import LogInParams, LogInResult
from engine.wire.tickets import TicketList, TicketRow, TicketsParams
from tui.command import Command
from tui.station.commands import STATION_COMMANDS, StationSituation, expected, station_hints
from tui.station.deeds import Unsent, do_order_deed
from tui.station.kept import read_unsent, write_unsent
from tui.station.lists import (
    AFTERWARDS,
    AT_WORK,
    VIEWS,
    Here,
    listed,
    midnight_after,
    order_row,
    view_of,
)
from tui.station.paint import preview_lines, state_line, title_line, unsent_parts, views_line
from tui.station.printing import print_order
from tui.station.screens import OrderScreen, StationScreen
from tui.tickets.desk import TicketDesk
from tui.tickets.sheet import TicketSheet
from tui.tickets.writing import Writing
from tui.widgets.console import bindings_of
from tui.widgets.hint_bar import Hint
from tui.widgets.lines import line
from tui.widgets.login import LoginScreen, Prefill
from tui.widgets.ordered import OrderedApp
from tui.widgets.paper import Paper
from tui.widgets.rows import RowTable
from tui.words import Language, mark, tr

MOST = 500  # orders that are asked for, those due first


class StationApp(OrderedApp, inherit_bindings=False):
    """Lists by digit, deeds by letter. A new order rings the bell, and never moves the cursor."""

    TITLE = "fourseat"
    CONSOLE_NAME = mark("Station console")
    WITH_SEAT = False
    REGISTRY: ClassVar[tuple[Command, ...]] = STATION_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = [
        replace(binding, priority=len(binding.key) == 1 or binding.key == "slash" or binding.priority)
        for binding in bindings_of(STATION_COMMANDS)
    ]

    identity: Identity | None = None
    lists: StationScreen | None = None
    order: OrderScreen | None = None
    tickets: TicketDesk
    rows: Sequence[TicketRow] = ()
    unsent: Unsent  # kept over a log-in of the same person
    _unsent_of = ""
    _written: Unsent  # what of it stands in the file
    _doing: tuple[str, Deed] | None = None  # to which order something is being done
    _view = VIEWS[0]
    _at_work: frozenset[str] | None = None  # orders that were seen before; one of these is never new
    _fresh: tuple[str, ...] = ()
    _painted_hints: tuple[object, ...] = ()

    def forget_session(self) -> None:
        if len(self.screen_stack) > 2:
            self.workers.cancel_group(self, "default")
        while len(self.screen_stack) > 2:
            self.pop_screen()
        self.identity = self.lists = self.order = None
        self.tickets = TicketDesk(self)
        self.rows, self._view, self._at_work, self._fresh = (), VIEWS[0], None, ()
        self._painted_hints = ()

    async def log_in(self, entered: LoginScreen.Submitted) -> None:
        who = LogInParams(staff_number=entered.staff_number, pin=entered.pin)
        result: LogInResult = await self.engine.call("session.log_in", who)
        if not result.identity.department:
            self.say(tr("You belong to no department; an administrator can change that"), "warn")
            await self.engine.call("session.log_out")
            return
        self.identity = result.identity
        if self._unsent_of != result.identity.staff_number:
            self._unsent_of = result.identity.staff_number
            self.unsent = read_unsent(self._unsent_of)
            self._written = dict(self.unsent)
        await self.tickets.start()
        self.lists = StationScreen(self._empty)
        await self.switch_screen(self.lists)
        await self.reload()
        self._view = next((view for view in VIEWS if self._list(view.id)), VIEWS[0])
        self.repaint()
        self.keep_connected()

    def _tick(self) -> None:
        super()._tick()
        self._keep_unsent()

    def _keep_unsent(self) -> None:
        """Also what is being typed: the line may be lost any moment."""
        if not self._unsent_of:
            return
        writing = self.screen_stack[-1] if self.screen_stack else None  # none: the console is being left
        if isinstance(writing, Writing) and self._doing is not None and writing.text.strip():
            self.unsent[self._doing] = writing.text
        if self.unsent != self._written:
            write_unsent(self._unsent_of, self.unsent)
            self._written = dict(self.unsent)

    # What the engine tells

    def take_notice(self, name: str, params: Any) -> None:
        super().take_notice(name, params)
        if self.tickets.take_notice(name, params) and self.lists is not None:
            self.call_later(self._look_again, params.numbers)

    def _look_again(self, numbers: list[str]) -> None:
        if self.order is not None and self.order.sheet.number in numbers:
            self.run_worker(self._look_at_order(), name="order", exclusive=True, group="order")
        self.run_worker(self.reload(), name="reload", exclusive=True, group="reload")

    async def _look_at_order(self) -> None:
        """The open order was changed; it may be with somebody else now."""
        order = self.order
        if order is None or await order.sheet.reload() or order is not self.order:
            return
        self._leave_order()
        self.say(tr("{number} is not with your station any more", number=order.sheet.number), "warn")

    async def reload(self) -> None:
        """Ask for the orders; a new one rings."""
        if self.identity is None:
            return
        own = self.identity
        wanted = TicketsParams(states=AT_WORK, department=own.department, order="due", limit=MOST)
        returned = TicketsParams(states=AFTERWARDS, technician=own.staff_number, limit=MOST)
        found = await self.tickets.ask("tickets.list", wanted)
        done = await self.tickets.ask("tickets.list", returned) if isinstance(found, TicketList) else None
        if isinstance(found, TicketList) and isinstance(done, TicketList):
            self.rows = (*found.tickets, *done.tickets)
            self._ring()
            self.repaint()

    def _ring(self) -> None:
        waiting = frozenset(
            one.ticket.number for one in self.rows if one.ticket.state is TicketState.DISPATCHED
        )
        new = waiting - self._at_work if self._at_work is not None else frozenset()
        self._at_work = frozenset(one.ticket.number for one in self.rows if one.ticket.state in AT_WORK)
        self._fresh = (*(number for number in self._fresh if number in waiting), *sorted(new))
        if new:
            self.bell()

    def link_changed(self) -> None:
        if self.connected and self.lists is not None:
            self.say(tr("The engine is back"), "good")
            self.run_worker(self._come_back(), name="reload", exclusive=True, group="reload")

    async def _come_back(self) -> None:
        await self.tickets.start()
        await self.reload()
        if self.order is not None:
            await self.order.sheet.reload()

    def site_changed(self) -> None:
        super().site_changed()
        if self.lists is not None:
            self.run_worker(self._come_back(), name="reload", exclusive=True, group="reload")

    # What is shown

    @property
    def department(self) -> Department | None:
        """The own one."""
        own = self.identity.department if self.identity else ""
        return next((one for one in self.tickets.book.departments if one.id == own), None)

    def _here(self) -> Here:
        now: Millis = self.now()
        return Here(self._unsent_of, now, midnight_after(now, self.zone))

    def _list(self, view_id: str) -> list[TicketRow]:
        text = self.lists.text if self.lists is not None else ""
        return listed(self.rows, view_of(view_id), self._here(), text)

    def _empty(self) -> str:
        if self.lists is not None and self.lists.text:
            return tr("Nothing contains this text")
        return tr("No order in this list: {name}", name=tr(self._view.name))

    def current(self) -> TicketRow | None:
        """The order that is open, else the one under the cursor."""
        if self.order is not None and self.order.sheet.detail is not None:
            return self.order.sheet.detail.row
        number = self.lists.number if self.lists is not None and self.lists.is_mounted else ""
        return next((row for row in self.rows if row.ticket.number == number), None)

    def repaint(self) -> None:
        screen = self.lists
        if screen is None or self.hello is None or self.identity is None or not screen.is_mounted:
            return
        paper = Paper(self.size.width, self.now(), self.zone, self.words, self.connected)
        book = self.tickets.book
        fresh = [row for number in self._fresh for row in self.rows if row.ticket.number == number]
        title = title_line(self.identity.name, self.department, self.hello.site, paper)
        listed_numbers = {row.ticket.number for row in self.rows}
        gone = {place: text for place, text in self.unsent.items() if place[0] not in listed_numbers}
        state = state_line(fresh, gone, self.department, book, paper)
        screen.title_line.show([title])
        screen.state_line.show([state])
        screen.views_line.show([views_line(self.rows, self._view, self._here(), paper.width)])
        rows = self._list(self._view.id)
        screen.show_rows([order_row(row, book, paper.now, paper.zone, self._fresh) for row in rows])
        number = screen.number
        under = next((row for row in self.rows if row.ticket.number == number), None)
        screen.preview.show(preview_lines(under, self.unsent, paper))
        if self.order is not None and self.order.is_mounted:
            self.order.title_line.show([title])
            kept = unsent_parts(self.order.sheet.number, self.unsent)
            self.order.state_line.show([line(*kept) if kept and paper.connected else state])
            self.order.sheet.paint()
        self._paint_hints()

    def _paint_hints(self) -> None:
        now = self.situation()
        likely = expected(now)
        hints = tuple(
            Hint(one.short_key, one.word(now), one.disabled_reason(now) is None, one.id == likely)
            for one in station_hints(now)
        )
        if hints != self._painted_hints:
            self._painted_hints = hints
            for screen in (self.lists, self.order):
                if screen is not None and screen.is_mounted:
                    screen.hints.show_hints(hints)

    def on_station_screen_looked(self) -> None:
        self.repaint()

    def on_row_table_chosen(self, event: RowTable.Chosen) -> None:
        self.start_command("order.open")

    def situation(self) -> StationSituation:
        row = self.current()
        return StationSituation(
            connected=self.connected,
            panel="order" if self.order is not None else "",
            number=row.ticket.number if row is not None else "",
            deeds=row.deeds if row is not None else (),
        )

    def help_page(self) -> tuple[str, list[str]]:
        return tr("Station console"), [
            tr("The orders of your station, those due first. A digit shows a list, a letter does something to"
               " the order under the cursor, Enter opens it."),
            tr("A new order rings and is said on the second line; 1 shows it."),
            tr("What you typed and could not send is kept: the same key brings it back."),
        ]  # fmt: skip

    # Commands

    def letters_work(self) -> bool:
        return self.lists is not None

    async def perform(self, command_id: str) -> None:
        group, _, name = command_id.partition(".")
        if command_id == "session.quit":
            await self._quit()
        elif self.lists is None:
            return
        elif group == "deed":
            await self._do(Deed(name))
        elif command_id == "list.find":
            self.lists.start_find()
        elif group == "list":
            self._show_list(name)
        elif command_id == "order.open":
            await self._open()
        elif command_id == "order.print" and (row := self.current()) is not None:
            await print_order(self, row.ticket.number)
        elif command_id == "panel.back":
            self._back()
        self.repaint()

    async def _do(self, deed: Deed) -> None:
        row = self.current()
        if row is None:
            return
        if deed is Deed.SUSPEND and Deed.RESUME in row.deeds:
            deed = Deed.RESUME
        self._doing = (row.ticket.number, deed)
        try:
            done = await do_order_deed(self.tickets, self.unsent, row.ticket, deed)
        finally:
            self._doing = None
            self._keep_unsent()
        if done is None:
            return
        if self._is_with_us(done):
            if self.order is not None:
                await self.order.sheet.reload()
        else:
            self._leave_order()
        await self.reload()

    def _is_with_us(self, ticket: Ticket) -> bool:
        own = self.identity
        return own is not None and (
            ticket.department == own.department or ticket.technician == own.staff_number
        )

    def _show_list(self, view_id: str) -> None:
        assert self.lists is not None
        self._view = view_of(view_id)
        if view_id == "to_accept":
            newest = self._fresh[-1] if self._fresh else ""
            self._fresh = ()
            self.repaint()
            self.lists.table.go_to(newest)
        self.lists.set_focus(self.lists.table)

    async def _open(self) -> None:
        row = self.current()
        if row is None or self.order is not None:
            return
        number = row.ticket.number
        self._fresh = tuple(one for one in self._fresh if one != number)
        self.order = OrderScreen(self.tickets)
        self._painted_hints = ()
        await self.push_screen(self.order)
        if not await self.order.sheet.open(number):
            self._leave_order()

    def _leave_order(self) -> None:
        if self.order is not None and self.screen is self.order:
            self.order, self._painted_hints = None, ()
            self.pop_screen()
            self.repaint()

    def on_ticket_sheet_left(self, event: TicketSheet.Left) -> None:
        self._leave_order()

    def _back(self) -> None:
        if self.order is not None:
            self._leave_order()
        elif self.lists is not None:
            self.lists.end_find()

    async def _quit(self) -> None:
        if self.identity is not None and self.connected:
            await self.ask("session.log_out")
        self.exit(0)


def run(socket_path: str, language: str | None, staff_number: str = "", pin: str = "") -> int:
    """Run the station's console until it is left; the program's exit code."""
    chosen: Language | None = "en" if language == "en" else "zh" if language == "zh" else None
    app = StationApp(socket_path, chosen, "station")
    app.prefill = Prefill(staff_number, pin)
    return app.run() or 0
