"""The administrator's console: the site's configuration and its users, changed while calls go on."""

from typing import ClassVar

from textual.binding import BindingType

from engine.core.states import Role
from engine.wire.configuration import HistoryParams, ShowParams
from engine.wire.flows import FlowHistoryParams, FlowParams
from engine.wire.methods import LogInParams, LogInResult
from tui.admin.actions import PERFORMERS
from tui.admin.commands import ADMIN_COMMANDS, ADMIN_HINTS, AdminSituation
from tui.admin.form import Form
from tui.admin.menu import MENU, REFRESH_S
from tui.admin.model import Admin
from tui.admin.screen import AdminScreen
from tui.client import EngineFault, EngineGone
from tui.command import Command
from tui.labels import fault_words
from tui.widgets.console import bindings_of
from tui.widgets.hint_bar import Hint
from tui.widgets.login import LoginScreen, Prefill
from tui.widgets.paper import Paper
from tui.widgets.session import SessionApp
from tui.words import Language, mark, tr


class AdminApp(SessionApp, inherit_bindings=False):
    """Whoever the engine takes for an administrator without log-in (root, its own user) is let in at once."""

    TITLE = "fourseat"
    CONSOLE_NAME = mark("Administrator console")
    WITH_SEAT = False
    REGISTRY: ClassVar[tuple[Command, ...]] = ADMIN_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(ADMIN_COMMANDS)]

    admin: Admin
    site_screen: AdminScreen | None = None
    _own_name = ""

    @property
    def screen_of_site(self) -> AdminScreen:
        """The screen, once somebody is logged in."""
        assert self.site_screen is not None
        return self.site_screen

    def forget_session(self) -> None:
        self.admin, self.site_screen = Admin(), None
        while len(self.screen_stack) > 2:
            self.pop_screen()

    def engine_met(self) -> None:
        super().engine_met()
        identity = self.hello.identity if self.hello else None
        if identity is not None and identity.role is Role.ADMIN and isinstance(self.screen, LoginScreen):
            self._own_name = identity.name
            self.run_worker(self._enter(), name="enter", exclusive=True, group="log_in")

    async def log_in(self, entered: LoginScreen.Submitted) -> None:
        who = LogInParams(staff_number=entered.staff_number, pin=entered.pin)
        result: LogInResult = await self.engine.call("session.log_in", who)
        if result.identity.role is not Role.ADMIN:
            self.say(tr("This console is for administrators"), "warn")
            await self.engine.call("session.log_out")
            return
        self._own_name = result.identity.name
        await self._enter()

    async def _enter(self) -> None:
        self.site_screen = AdminScreen(self.admin)
        await self.switch_screen(self.site_screen)
        await self.reload()
        if self.admin.sections:
            self.site_screen.go(self.admin.sections[0].name)
        self.repaint()
        self.keep_connected()
        self.set_interval(REFRESH_S, self._count_callers)

    def _count_callers(self) -> None:
        """The callers in the menu, while somebody looks at it."""
        if self.connected and self.admin.section == MENU:
            self.run_worker(self._look_at_menu(), name="menu", exclusive=True, group="menu")

    async def _look_at_menu(self) -> None:
        try:
            self.admin.flow = await self.engine.call("ivr.live", FlowParams())
        except (EngineFault, EngineGone):
            return  # the screen says itself that the engine is gone
        self.repaint()

    async def reload(self, row: str = "") -> None:
        """Look at the site again; the cursor stays where it is, or goes to a row."""
        try:
            self.admin.shown = await self.engine.call("config.show", ShowParams())
            self.admin.users = (await self.engine.call("users.list")).users
            self.admin.changes = (await self.engine.call("config.history", HistoryParams(limit=200))).rows
            self.admin.versions = (
                await self.engine.call("ivr.history", FlowHistoryParams(limit=200))
            ).versions
            self.admin.flow = await self.engine.call("ivr.live", FlowParams())
            self.admin.tickets = await self.engine.call("tickets.words")
        except EngineFault as fault:
            self.say(fault_words(fault, self.zone), "warn")
        except EngineGone:
            self.say(tr("The engine does not answer"), "warn")
        if self.admin.entry is not None and self.admin.opened is None:
            self.admin.entry = None  # somebody removed it
        self.repaint()
        if row and self.site_screen is not None:
            self.site_screen.entries.go_to(row)

    def site_changed(self) -> None:
        super().site_changed()
        if self.site_screen is not None:
            self.run_worker(self.reload(), name="reload", exclusive=True, group="reload")

    def link_changed(self) -> None:
        if self.connected and self.site_screen is not None:
            self.say(tr("The engine is back"), "good")
            self.run_worker(self.reload(), name="reload", exclusive=True, group="reload")

    # Painting

    def repaint(self) -> None:
        screen = self.site_screen
        if screen is None or self.hello is None or not screen.is_mounted:
            return
        self.admin.queues = self.hello.queues
        self.admin.now, self.admin.zone = self.now(), self.zone
        paper = Paper(self.size.width, self.now(), self.zone, self.words, self.connected)
        screen.paint(paper, self._own_name, self.hello.site)
        now = self.situation()
        commands = [self.command(command_id) for command_id in ADMIN_HINTS]
        screen.hints.show_hints(
            [Hint(one.short_key, one.word(now), enabled=one.disabled_reason(now) is None) for one in commands]
        )

    def on_admin_screen_looked(self) -> None:
        self.repaint()

    def on_admin_screen_opened(self) -> None:
        self.start_command("site.open")

    def situation(self) -> AdminSituation:
        screen = self.site_screen
        return AdminSituation(
            connected=self.connected,
            kind=self.admin.kind,
            row=screen.row if screen is not None and screen.is_mounted else "",
            listed=self.admin.listed,
            by_hand=self.admin.shown is not None and self.admin.shown.by_hand,
        )

    def help_page(self) -> tuple[str, list[str]]:
        return tr("Administrator console"), [
            tr("Everything of the site, changed while calls go on: on the left the sections, on the right"
               " what they hold."),
            tr("What a change brings about is shown before it is made; u takes the last one back."),
            tr("Values in a fainter colour are defaults that do not stand in the file."),
        ]  # fmt: skip

    # Doing

    async def fill(self, form: Form) -> dict[str, str] | None:
        """Show a form and wait for what is entered; only inside of a command."""
        return await self.push_screen_wait(form)

    async def perform(self, command_id: str) -> None:
        if command_id == "session.quit":
            await self._quit()
        elif self.site_screen is None:
            return
        elif command_id == "panel.back":
            self.site_screen.go_back()
            self.repaint()
        else:
            await PERFORMERS[command_id](self)
            self.repaint()

    async def _quit(self) -> None:
        if self.site_screen is not None and self.connected:
            await self.ask("session.log_out")
        self.exit(0)


def run(socket_path: str, language: str | None, staff_number: str = "", pin: str = "") -> int:
    """Run the administrator's console until it is left; the program's exit code."""
    chosen: Language | None = "en" if language == "en" else "zh" if language == "zh" else None
    app = AdminApp(socket_path, chosen, "admin")
    app.prefill = Prefill(staff_number, pin)
    return app.run() or 0
