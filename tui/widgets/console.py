"""What every console shares: the link to the engine, one clock, messages, and commands from the registry."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from textual.app import App
from textual.binding import Binding
from textual.message import Message
from textual.screen import ModalScreen, Screen

from engine.core.records import Millis
from engine.wire.methods import SITE_CHANGED, HelloResult, Params, Views
from engine.wire.mirror import MIRROR_WANTED, PaintedParams
from tui.client import FINAL, EngineClient, EngineFault, EngineGone
from tui.command import Command
from tui.commands import by_id
from tui.labels import fault_words, reason_words, zone_of
from tui.situation import Situation
from tui.widgets.chooser import Chooser
from tui.widgets.help import Help
from tui.widgets.hint_bar import HintBar, MessageLine
from tui.widgets.mirror import MirrorSender
from tui.widgets.palette import Palette
from tui.widgets.terminal import NotUtf8
from tui.widgets.theme import THEME
from tui.words import Language, tr, use_language

RETRY_SECONDS = 1.0
MESSAGE_MS = 20_000  # how long a message stays
IN_ANY_LIST = ("call.answer", "call.hold", "call.hang_up", "session.quit")


def wall_clock() -> Millis:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def bindings_of(commands: Sequence[Command]) -> list[Binding]:
    """Key bindings of a registry. F-keys and Ctrl work everywhere, letters and Esc only outside of text."""
    return [
        Binding(key, f"command('{command.id}')", command.verb, show=False, priority=_everywhere(key))
        for command in commands
        for key in (command.key, command.also)
        if key
    ]


def _everywhere(key: str) -> bool:
    return len(key) > 1 and key.startswith(("f", "ctrl+"))


class ConsoleScreen(Screen[None]):
    """A full screen of a console; its last two lines are a message and the hint bar."""

    AUTO_FOCUS: ClassVar[str | None] = ""  # the cursor goes where the screen says, never into a hidden field

    def repaint(self) -> None:
        """Paint what depends on views, the link and the clock."""


class ConsoleApp(App[int], inherit_bindings=False):
    """A console: shows views of the engine and sends it what the user wants."""

    ENABLE_COMMAND_PALETTE = False
    REGISTRY: ClassVar[tuple[Command, ...]] = ()
    IN_TURN: ClassVar[frozenset[str]] = frozenset()  # these open a place to type: the keys behind wait

    class ViewsArrived(Message):
        """New views wait in the console; a burst of them is painted once."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, ConsoleApp.ViewsArrived)

    class LinkChanged(Message):
        """The link to the engine was lost or is back."""

        def __init__(self, up: bool, why: str, refusal: EngineFault | None) -> None:
            super().__init__()
            self.up = up
            self.why = why
            self.refusal = refusal

    def __init__(
        self,
        socket_path: str,
        language: Language | None,
        client_name: str,
        *,
        clock: Callable[[], Millis] = wall_clock,
    ) -> None:
        super().__init__()
        self._take_theme()
        self.socket_path = socket_path
        self.hello: HelloResult | None = None
        self.zone = zone_of("Asia/Shanghai")
        self.connected = False
        self.why_down = ""
        self.view_at: Millis = 0
        self._lost_at: Millis = 0  # 0: the link is up, or never was
        self._language = language
        self._clock = clock
        self._offset = 0
        self._said_at: Millis = 0
        self._running_commands: set[str] = set()
        self.engine = EngineClient(
            socket_path,
            client_name,
            on_views=self._take_views,
            on_link=self._take_link,
            on_notice=self.take_notice,
        )
        self.mirror = MirrorSender(self, self._send_picture)
        use_language(language or "zh")

    def _take_theme(self) -> None:
        """The colours are there before the first style sheet is read."""
        self.register_theme(THEME)
        self.set_reactive(App.theme, THEME.name)
        self._colours = self.get_css_variables()
        self.stylesheet.set_variables(self._colours)

    def refresh_css(self, animate: bool = True) -> None:
        """Read all style sheets anew for other colours only: Textual asks for it at each start."""
        if self.get_css_variables() != self._colours:
            super().refresh_css(animate)

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        self.run_worker(self._meet_engine(), name="meet")

    async def on_unmount(self) -> None:
        self.mirror.stop()
        await self.engine.close()

    # The link

    async def _meet_engine(self) -> None:
        while True:
            with contextlib.suppress(EngineGone, EngineFault):
                self._greet(await self.engine.open())
                return
            self.say(tr("No engine answers; trying again. Is fourseatd running?"), "warn")
            await asyncio.sleep(RETRY_SECONDS)

    def _greet(self, hello: HelloResult) -> None:
        self.hello = hello
        self.connected, self._lost_at = True, 0
        self.zone = zone_of(hello.timezone)
        self._offset = hello.now - self._clock()
        if self._language is None:
            use_language("en" if hello.language == "en" else "zh")
        self.say("")
        self.engine_met()

    def engine_met(self) -> None:
        """The engine said hello; nobody is logged in yet."""

    def keep_connected(self) -> None:
        """Heal the link from now on, as the one who is logged in."""
        self.run_worker(self.engine.stay_connected(), name="link", exclusive=True, group="link")

    def _take_views(self, views: Views) -> None:
        self.take_first_views(views)
        self.post_message(self.ViewsArrived())

    def take_first_views(self, views: Views) -> None:
        """Keep the snapshot that a subscription was answered with, and when it came."""
        self.view_at = self._running_clock()
        self.take_views(views)

    def take_views(self, views: Views) -> None:
        """Keep new views; they are painted afterwards."""

    def _take_link(self, up: bool, why: str) -> None:
        if not up and not self._lost_at:
            self._lost_at = self._running_clock()  # now: the message below may have to wait
        self.post_message(self.LinkChanged(up, why, self.engine.refusal))

    def take_notice(self, name: str, params: Any) -> None:
        """Something that the engine tells besides views."""
        if name == MIRROR_WANTED:
            self.mirror.want(params.on)
            self.call_later(self.repaint)
        elif name == SITE_CHANGED:
            self.hello = params
            self.site_changed()

    def site_changed(self) -> None:
        """Seats, queues or words of the site are other ones now: `hello` has them."""

    async def _send_picture(self, picture: PaintedParams) -> bool:
        try:
            await self.engine.call("mirror.paint", picture)
        except (EngineFault, EngineGone):
            return False
        return True

    def post_display_hook(self) -> None:
        self.mirror.painted()

    def on_console_app_views_arrived(self) -> None:
        self.views_changed()

    def views_changed(self) -> None:
        """Paint what `take_views` kept."""
        self.repaint()

    def on_console_app_link_changed(self, event: LinkChanged) -> None:
        self.connected = event.up
        if event.up:
            self._lost_at = 0
        self.why_down = event.why
        if not event.up:
            self.mirror.want(False)
        if event.refusal is not None:
            self.session_over(fault_words(event.refusal, self.zone))
        elif event.why in FINAL:
            self.session_over(reason_words(event.why))
        else:
            self.link_changed()
        self.repaint()

    def link_changed(self) -> None:
        """The link was lost or is back."""

    def session_over(self, words: str) -> None:
        """The engine does not want this session any more."""

    async def ask(self, method: str, params: Params | None = None) -> Any:
        """Ask the engine; a refusal is said in words and gives None."""
        try:
            return await self.engine.call(method, params)
        except EngineFault as fault:
            self.say(fault_words(fault, self.zone), "warn")
        except EngineGone:
            self.say(tr("The engine does not answer; it is not known whether this was done"), "warn")
        return None

    # The clock

    def now(self) -> Millis:
        """The engine's time; while the link is down it stands still at the moment of the loss."""
        return self._lost_at or self._running_clock()

    def _running_clock(self) -> Millis:
        return self._clock() + self._offset

    def _tick(self) -> None:
        if self._said_at and self._clock() - self._said_at > MESSAGE_MS:
            self.say("")
            self._said_at = 0
        if self.connected:
            self.repaint()

    # Painting

    def repaint(self) -> None:
        """Paint the lowest screen, which is the console itself, and its hints."""
        for screen in self.screen_stack:
            if isinstance(screen, ConsoleScreen):
                screen.repaint()

    def say(self, text: str, tone: str = "plain") -> None:
        """Put one sentence on the message line of every screen."""
        self._said_at = self._clock()
        for screen in self.screen_stack:
            for message_line in screen.query(MessageLine):
                message_line.say(text, tone)

    def on_not_utf8(self, event: NotUtf8) -> None:
        self.say(tr(event.words), "warn")

    # Commands

    def situation(self) -> Situation:
        """What decides now which commands make sense."""
        return Situation(connected=self.connected)

    def command(self, command_id: str) -> Command:
        """The command of this console's registry."""
        return by_id(self.REGISTRY, command_id)

    def action_command(self, command_id: str) -> Awaitable[None] | None:
        """A key of the registry was pressed; Textual awaits what is returned before the next key."""
        if self._belongs_to_list(command_id):
            return None
        if command_id in self.IN_TURN:
            return self._run_command(command_id) if self._may_start(command_id) else None
        self.start_command(command_id)
        return None

    def _belongs_to_list(self, command_id: str) -> bool:
        """A list over the screen takes all keys but those of the call."""
        screen = self.screen
        if isinstance(screen, Chooser) and screen.take(self.command(command_id).key):
            return True
        if isinstance(screen, Help) and command_id == "help.show":
            screen.leave(None)
            return True
        return isinstance(screen, ModalScreen) and command_id not in IN_ANY_LIST

    def start_command(self, command_id: str) -> None:
        """Do a command, or say why not. The same command is not done twice at once."""
        if self._may_start(command_id):
            self.run_worker(self._run_command(command_id), name=command_id)

    def _may_start(self, command_id: str) -> bool:
        reason = self.command(command_id).disabled_reason(self.situation())
        if reason:
            self.say(reason, "warn")
        if reason or command_id in self._running_commands:
            return False
        self.say("")
        self._running_commands.add(command_id)
        return True

    async def _run_command(self, command_id: str) -> None:
        try:
            if command_id == "palette.open":
                self.push_screen(Palette(self.REGISTRY, self.situation()), self._palette_closed)
            elif command_id == "help.show":
                self.push_screen(Help(*self.help_page(), self.REGISTRY, self.situation()))
            else:
                await self.perform(command_id)
        finally:
            self._running_commands.discard(command_id)

    def _palette_closed(self, command_id: str | None) -> None:
        if command_id:
            self.start_command(command_id)

    async def perform(self, command_id: str) -> None:
        """Do one command of the registry."""
        raise NotImplementedError(command_id)

    def help_page(self) -> tuple[str, list[str]]:
        """Title and paragraphs for the place where the user is."""
        raise NotImplementedError

    async def choose(self, chooser: Chooser) -> str | None:
        """Show a list and wait for the choice; only inside of a command."""
        return await self.push_screen_wait(chooser)

    def on_resize(self) -> None:
        for screen in self.screen_stack:
            screen.query(HintBar).refresh()
        self.call_after_refresh(self.repaint)
