"""The supervisor's console: the whole floor, as it is now. It only looks."""

from typing import ClassVar

from textual.binding import BindingType

from engine.core.states import Role
from engine.core.views import FloorView
from engine.wire.floor_merge import merge_floor
from engine.wire.methods import LogInParams, LogInResult, SubscribeParams, Views
from tui.command import Command
from tui.commands import SUPERVISOR_COMMANDS, SUPERVISOR_HINTS
from tui.supervisor.floor_screen import FloorScreen, Watch
from tui.widgets.console import bindings_of
from tui.widgets.hint_bar import Hint
from tui.widgets.login import LoginScreen, Prefill
from tui.widgets.paper import Paper
from tui.widgets.session import SessionApp
from tui.words import Language, mark, tr


class SupervisorApp(SessionApp, inherit_bindings=False):
    """Everything at a glance: who does what, who waits, how good the service is."""

    TITLE = "fourseat"
    CONSOLE_NAME = mark("Supervisor console")
    WITH_SEAT = False
    REGISTRY: ClassVar[tuple[Command, ...]] = SUPERVISOR_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(SUPERVISOR_COMMANDS)]

    floor: FloorView | None = None
    floor_screen: FloorScreen | None = None
    _name = ""

    def forget_session(self) -> None:
        self.floor = self.floor_screen = None

    async def log_in(self, entered: LoginScreen.Submitted) -> None:
        who = LogInParams(staff_number=entered.staff_number, pin=entered.pin)
        result: LogInResult = await self.engine.call("session.log_in", who)
        if result.identity.role is Role.AGENT:
            self.say(tr("This console is for supervisors"), "warn")
            await self.engine.call("session.log_out")
            return
        views = await self.engine.call("view.subscribe", SubscribeParams(topics=["floor"]))
        self._name = result.identity.name
        self.floor_screen = FloorScreen()
        await self.switch_screen(self.floor_screen)
        self._show_hints()
        self.take_first_views(views)
        self.repaint()
        self.keep_connected()

    def take_views(self, views: Views) -> None:
        if views.floor is not None:
            self.floor = merge_floor(self.floor, views.floor) if self.floor else views.floor

    def repaint(self) -> None:
        screen = self.floor_screen
        if screen is None or self.floor is None or self.hello is None or not screen.is_mounted:
            return
        paper = Paper(self.size.width, self.now(), self.zone, self.words, self.connected)
        watch = Watch(name=self._name, site=self.hello.site, seats=len(self.hello.seats), floor=self.floor)
        screen.paint(watch, paper)

    def on_floor_screen_filtered(self) -> None:
        self.repaint()

    def _show_hints(self) -> None:
        now = self.situation()
        commands = [self.command(command_id) for command_id in SUPERVISOR_HINTS]
        assert self.floor_screen is not None
        self.floor_screen.hints.show_hints(
            [Hint(command.short_key, command.word(now)) for command in commands]
        )

    def help_page(self) -> tuple[str, list[str]]:
        return tr("Supervisor console"), [
            tr("All agents, queues, calls and lines of now. Nothing can be changed here."),
            tr("Serving: in a call or a wrap-up. Idle: ready. Away: on break. Closed: nobody logged in."),
            tr("R ready, P ringing, T talking, H on hold, W wrap-up, B break, - offline."),
        ]

    async def perform(self, command_id: str) -> None:
        screen = self.floor_screen
        if command_id == "session.quit":
            await self._quit()
        elif screen is None:
            return
        elif command_id == "table.filter":
            screen.start_filter()
        elif command_id == "panel.back":
            screen.end_filter()
        else:
            screen.go_to(command_id.removeprefix("table."))

    async def _quit(self) -> None:
        if self.floor_screen is not None and self.connected:
            await self.ask("session.log_out")
        self.exit(0)


def run(socket_path: str, language: str | None, staff_number: str = "", pin: str = "") -> int:
    """Run the supervisor's console until it is left; the program's exit code."""
    chosen: Language | None = "en" if language == "en" else "zh" if language == "zh" else None
    app = SupervisorApp(socket_path, chosen, "supervisor")
    app.prefill = Prefill(staff_number, pin)
    return app.run() or 0
