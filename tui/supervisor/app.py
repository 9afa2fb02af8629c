"""The supervisor's console: the whole floor as it is now, and a hand in all of it."""

from dataclasses import replace
from typing import Any, ClassVar

from textual.binding import BindingType

from engine.core.states import SUPERVISING
from engine.core.views import AgentView, AlarmView, CallView, DeskView, FloorView, SpyView
from engine.wire.chat import MESSAGE_POSTED
from engine.wire.floor_merge import merge_floor
from engine.wire.methods import LogInParams, LogInResult, SubscribeParams, Views
from engine.wire.mirror import MIRROR_FRAME, MirrorFrame, WatchParams
from tui.alarms import KnownAlarms
from tui.command import Command
from tui.floor_commands import SUPERVISOR_COMMANDS
from tui.floor_hints import expected_on_floor, floor_hints
from tui.floor_situation import FloorSituation
from tui.supervisor import actions
from tui.supervisor.chat import Inbox
from tui.supervisor.floor_screen import FloorScreen, Watch
from tui.supervisor.mirror_screen import MirrorScreen
from tui.supervisor.notices import hands
from tui.supervisor.ticket_screen import TicketScreen
from tui.supervisor.ticket_watch import TicketWatch
from tui.tickets.desk import TicketDesk
from tui.widgets.console import bindings_of
from tui.widgets.hint_bar import Hint
from tui.widgets.login import LoginScreen, Prefill
from tui.widgets.ordered import OrderedApp
from tui.widgets.paper import Paper
from tui.widgets.rows import RowTable
from tui.words import Language, mark, tr


class SupervisorApp(OrderedApp, inherit_bindings=False):
    """Everything at a glance: who does what, who waits, how good the service is; and what to do about it."""

    TITLE = "fourseat"
    CONSOLE_NAME = mark("Supervisor console")
    WITH_SEAT = True
    SEAT_OPTIONAL = True
    REGISTRY: ClassVar[tuple[Command, ...]] = SUPERVISOR_COMMANDS
    # Letters too are looked at in the order in which they come: what is typed behind a key that opens a field
    # belongs to the field, and is no command.
    BINDINGS: ClassVar[list[BindingType]] = [
        replace(binding, priority=True) for binding in bindings_of(SUPERVISOR_COMMANDS)
    ]

    floor: FloorView | None = None
    desk: DeskView | None = None  # of the own seat, if there is one
    floor_screen: FloorScreen | None = None
    mirror_screen: MirrorScreen | None = None
    ticket_screen: TicketScreen | None = None
    tickets: TicketWatch
    staff_number = ""
    _own_name = ""
    inbox: Inbox
    known_alarms: KnownAlarms
    _hands = 0
    _listened: SpyView | None = None
    _painted_hints: tuple[object, ...] = ()

    def forget_session(self) -> None:
        self.floor = self.desk = self.floor_screen = self.mirror_screen = self.ticket_screen = None
        self.tickets = TicketWatch(TicketDesk(self))
        self.staff_number, self._hands, self._painted_hints = "", 0, ()
        self._listened = None
        self.inbox = Inbox()
        self.known_alarms = KnownAlarms()
        if len(self.screen_stack) > 2:
            self.workers.cancel_group(self, "default")  # commands that wait for an answer over the screen
        while len(self.screen_stack) > 2:
            self.pop_screen()

    async def log_in(self, entered: LoginScreen.Submitted) -> None:
        who = LogInParams(staff_number=entered.staff_number, pin=entered.pin, seat=entered.seat)
        result: LogInResult = await self.engine.call("session.log_in", who)
        if result.identity.role not in SUPERVISING:
            self.say(tr("This console is for supervisors"), "warn")
            await self.engine.call("session.log_out")
            return
        wanted = SubscribeParams(topics=["floor", "desk"] if entered.seat else ["floor"])
        views = await self.engine.call("view.subscribe", wanted)
        self._own_name, self.staff_number = result.identity.name, result.identity.staff_number
        self.floor_screen = FloorScreen()
        await self.switch_screen(self.floor_screen)
        self.take_first_views(views)
        self.repaint()
        self.keep_connected()
        self.run_worker(self._look_at_tickets([], again=True), name="tickets", group="tickets")

    # Views

    def take_views(self, views: Views) -> None:
        if views.floor is not None:
            self.floor = merge_floor(self.floor, views.floor) if self.floor else views.floor
        if views.desk is not None:
            self.desk = views.desk

    def views_changed(self) -> None:
        raised = len(hands(self.floor.agents)) if self.floor else 0
        if raised > self._hands or self.known_alarms.rings(self.alarms):
            self.bell()
        self._hands = raised
        self._tell_end_of_listening()
        self.repaint()

    def _tell_end_of_listening(self) -> None:
        before, self._listened = self._listened, self.spy
        if before is None or self.spy is not None:
            return
        agent = self.agent(before.agent)
        if self.desk is not None and self.desk.call is not None:
            return  # taken over
        if before.since:
            name = agent.name if agent else before.agent
            self.say(tr("You are out of the talk of {name}", name=name), "strong")
        else:
            self.say(tr("Your phone was not picked up: you listen to nobody"), "warn")

    def take_notice(self, name: str, params: Any) -> None:
        super().take_notice(name, params)
        if name == MIRROR_FRAME:
            self.call_later(self._show_frame, params)
        elif name == MESSAGE_POSTED and params.message.sender != self.staff_number:
            self.inbox.take(params.message)
            self.bell()
            self.call_later(self.repaint)

        elif self.tickets.desk.take_notice(name, params):
            self.call_later(self._tickets_changed, params.numbers)

    def _tickets_changed(self, numbers: list[str]) -> None:
        look = self._look_at_tickets(numbers)
        self.run_worker(look, name="tickets", exclusive=True, group="tickets")

    async def _look_at_tickets(self, numbers: list[str], *, again: bool = False) -> None:
        """What is to be told of tickets; `again`: after the log-in or a lost link."""
        await (self.tickets.start() if again else self.tickets.refresh())
        if self.tickets.ringing:
            self.bell()
        if self.ticket_screen is not None:
            self.ticket_screen.changed(numbers)
        self.repaint()

    def _show_frame(self, frame: MirrorFrame) -> None:
        if self.mirror_screen is not None:
            self.mirror_screen.take(frame)
            self.repaint()

    def link_changed(self) -> None:
        if not self.connected and self.mirror_screen is not None:
            self.mirror_screen.stands_still(self.now())
        if self.connected:
            self.say(tr("The engine is back"), "good")
            self.run_worker(
                self._look_at_tickets([], again=True), name="tickets", exclusive=True, group="tickets"
            )
            if self.mirror_screen is not None:
                watch = WatchParams(staff_number=self.mirror_screen.staff_number)
                self.run_worker(self.ask("mirror.watch", watch), name="watch")

    # Painting

    def paper(self) -> Paper:
        """The paper that everything is painted on now."""
        return Paper(self.size.width, self.now(), self.zone, self.words, self.connected)

    def repaint(self) -> None:
        screen = self.floor_screen
        if screen is None or self.floor is None or self.hello is None or not screen.is_mounted:
            return
        paper = self.paper()
        watch = Watch(
            name=self._own_name,
            site=self.hello.site,
            seats=len(self.hello.seats),
            floor=self.floor,
            desk=self.desk,
            spy=self.spy,
            unread=self.inbox.unread,
            unknown_alarms=self.known_alarms.unknown(self.alarms),
            tickets=self.tickets,
        )
        screen.paint(watch, paper)
        if self.mirror_screen is not None and self.mirror_screen.is_mounted:
            self.mirror_screen.paint(self.floor, self.spy, paper)
        if self.ticket_screen is not None and self.ticket_screen.is_mounted:
            self.ticket_screen.paint(paper, self._own_name, self.hello.site)
        self._paint_hints()

    def on_floor_screen_filtered(self) -> None:
        self.repaint()

    def on_row_table_moved(self, event: RowTable.Moved) -> None:
        self._paint_hints()

    def on_descendant_focus(self) -> None:
        self._paint_hints()

    def _paint_hints(self) -> None:
        if self.floor_screen is None or not self.floor_screen.is_mounted:
            return
        now = self.situation()
        expected = expected_on_floor(now)
        hints = tuple(
            Hint(
                command.short_key,
                command.word(now),
                command.disabled_reason(now) is None,
                command.id == expected,
            )
            for command in floor_hints(now)
        )
        if hints != self._painted_hints:
            self._painted_hints = hints
            self.floor_screen.hints.show_hints(hints)
            if self.mirror_screen is not None:
                self.mirror_screen.hints.show_hints(hints)

    # What the cursor is on

    @property
    def spy(self) -> SpyView | None:
        """Whom the supervisor listens to."""
        spies = (self.floor.spies or ()) if self.floor else ()
        return next((spy for spy in spies if spy.staff_number == self.staff_number), None)

    @property
    def alarms(self) -> tuple[AlarmView, ...]:
        """What is wrong now, the worst first."""
        return (self.floor.alarms or ()) if self.floor else ()

    def agent(self, staff_number: str) -> AgentView | None:
        """An agent of the floor."""
        agents = self.floor.agents if self.floor else ()
        return next((agent for agent in agents if agent.staff_number == staff_number), None)

    def _call(self, call_id: str) -> CallView | None:
        calls = self.floor.calls if self.floor else ()
        return next((call for call in calls if call.call_id == call_id), None)

    def _under_cursor(self) -> tuple[AgentView | None, CallView | None]:
        if self.mirror_screen is not None:
            agent = self.agent(self.mirror_screen.staff_number)
            return agent, self._call(agent.call_id) if agent else None
        table, key = self.floor_screen.chosen if self.floor_screen else ("", "")
        if table == "agents":
            agent = self.agent(key)
            return agent, self._call(agent.call_id) if agent else None
        if table == "calls":
            call = self._call(key)
            return self.agent(call.staff_number) if call and call.staff_number else None, call
        return (self.agent(self.spy.agent), self._call(self.spy.call_id)) if self.spy else (None, None)

    def situation(self) -> FloorSituation:
        if self.floor is None:
            return FloorSituation(connected=self.connected)
        agent, call = self._under_cursor()
        return FloorSituation(
            view=self.desk,
            connected=self.connected,
            panel="screen" if self.mirror_screen is not None else "",
            staff_number=self.staff_number,
            agent=agent,
            call=call,
            spy=self.spy,
            waiting=sum(queue.waiting for queue in self.floor.queues),
            queues=len(self.floor.queues),
            hands=len(hands(self.floor.agents)),
            messages=len(self.inbox.messages),
            alarms=len(self.alarms),
            tickets=self.tickets.desk.keeps_tickets,
        )

    # Commands

    def help_page(self) -> tuple[str, list[str]]:
        if self.ticket_screen is not None:
            return tr("Tickets of all departments"), [
                tr("Departments with their open tickets by age in days, and below what is late. Enter opens a"
                   " department's list or a ticket, Esc goes back."),
                tr("In a list and on a ticket the letters at the bottom do something to it. y: outages."),
            ]  # fmt: skip
        return tr("Supervisor console"), [
            tr("Agents, queues, calls and lines of now. A letter does something to the row with the cursor."),
            tr("Listening needs your own phone: choose a seat when you log in."),
            tr("Serving: in a call or a wrap-up. Idle: ready. Away: on break. Closed: nobody logged in."),
            tr("R ready, P ringing, T talking, H on hold, W wrap-up, B break, - offline."),
        ]

    def letters_work(self) -> bool:
        return self.floor_screen is not None and self.ticket_screen is None

    async def perform(self, command_id: str) -> None:
        if command_id == "session.quit":
            await self._quit()
        elif self.floor_screen is not None:
            await actions.PERFORMERS[command_id](self)
            self.repaint()

    def show_screen_of(self, staff_number: str) -> None:
        """Put an agent's screen over the floor."""
        self.mirror_screen = MirrorScreen(staff_number)
        self._painted_hints = ()
        self.push_screen(self.mirror_screen)

    def show_tickets(self) -> None:
        """Put the tickets over the floor."""
        if self.ticket_screen is None and self.mirror_screen is None:
            self.ticket_screen = TicketScreen(self.tickets)
            self.push_screen(self.ticket_screen)

    def on_ticket_screen_left(self) -> None:
        if self.ticket_screen is not None and self.screen is self.ticket_screen:
            self.ticket_screen = None
            self.tickets.looked()
            self.pop_screen()
            self.repaint()

    def leave_screen(self) -> None:
        """Back to the floor."""
        if self.mirror_screen is not None and self.screen is self.mirror_screen:
            self.mirror_screen = None
            self._painted_hints = ()
            self.pop_screen()

    async def _quit(self) -> None:
        if self.floor_screen is not None and self.connected:
            if self.spy is not None:
                await self.ask("monitor.stop")
            await self.ask("session.log_out")
        self.exit(0)


def run(socket_path: str, language: str | None, staff_number: str = "", pin: str = "", seat: str = "") -> int:
    """Run the supervisor's console until it is left; the program's exit code."""
    chosen: Language | None = "en" if language == "en" else "zh" if language == "zh" else None
    app = SupervisorApp(socket_path, chosen, "supervisor")
    app.prefill = Prefill(staff_number, pin, seat)
    return app.run() or 0
