"""The wallboard: a few big figures for a monitor on the wall, that nobody has to serve."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from engine.core.states import SUPERVISING
from engine.core.views import AlarmView, FloorView
from engine.wire.floor_merge import merge_floor
from engine.wire.methods import LogInParams, LogInResult, SubscribeParams, Views
from engine.wire.wallboard import WallboardLimits
from tui.alarms import KnownAlarms, alarm_level, alarm_remedy, alarm_words
from tui.client import EngineFault, EngineGone
from tui.command import Command
from tui.floor_commands import WALLBOARD_COMMANDS
from tui.labels import duration, time_of_day
from tui.wallboard.board import board, lost
from tui.wallboard.figures import figures
from tui.widgets.cells import fit, safe
from tui.widgets.console import ConsoleScreen, bindings_of
from tui.widgets.lines import Lines, Part, line
from tui.widgets.login import LoginScreen, Prefill
from tui.widgets.paper import Paper, cells_of
from tui.widgets.session import SessionApp
from tui.words import Language, mark, tr

FEW_LINES = 2  # below the figures, on a small screen
MORE_LINES = 6
TURN_MS = 5_000  # how long an alarm is shown when there is no room for all
TALL = 34  # rows of a screen that has room for more


class BoardScreen(ConsoleScreen):
    """A title, the figures, and what is wrong."""

    DEFAULT_CSS = """
    BoardScreen #board-title { height: 1; background: $panel; }
    BoardScreen #board { height: 1fr; }
    BoardScreen #board-foot { height: auto; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.head = Lines(widget_id="board-title")
        self.board = Lines(widget_id="board")
        self.foot = Lines(widget_id="board-foot")

    def compose(self) -> ComposeResult:
        yield self.head
        yield self.board
        yield self.foot


class WallboardApp(SessionApp, inherit_bindings=False):
    """Logs in by itself where the engine knows this user as its administrator, or a PIN is given."""

    TITLE = "fourseat"
    CONSOLE_NAME = mark("Wallboard")
    WITH_SEAT = False
    REGISTRY: ClassVar[tuple[Command, ...]] = WALLBOARD_COMMANDS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(WALLBOARD_COMMANDS)]

    floor: FloorView | None = None
    board_screen: BoardScreen | None = None
    limits = WallboardLimits()
    known_alarms: KnownAlarms
    _tried = False

    def forget_session(self) -> None:
        self.floor = self.board_screen = None
        self.known_alarms = KnownAlarms()

    def engine_met(self) -> None:
        super().engine_met()
        if self.hello is None or self._tried or self.floor is not None:
            return
        self._tried = True
        if self.hello.identity is not None and self.hello.identity.role in SUPERVISING:
            self.run_worker(self._watch_as_administrator(), name="watch")
        elif self.prefill.staff_number and self.prefill.pin:
            self.post_message(LoginScreen.Submitted(self.prefill.staff_number, self.prefill.pin, ""))

    async def _watch_as_administrator(self) -> None:
        try:
            await self._watch()
        except (EngineFault, EngineGone):
            self.say(tr("The engine does not answer"), "warn")

    async def log_in(self, entered: LoginScreen.Submitted) -> None:
        who = LogInParams(staff_number=entered.staff_number, pin=entered.pin)
        result: LogInResult = await self.engine.call("session.log_in", who)
        if result.identity.role not in SUPERVISING:
            self.say(tr("A wallboard is for supervisors"), "warn")
            await self.engine.call("session.log_out")
            return
        await self._watch()

    async def _watch(self) -> None:
        views = await self.engine.call("view.subscribe", SubscribeParams(topics=["floor"]))
        self.limits = await self.engine.call("wallboard.limits")
        self.board_screen = BoardScreen()
        await self.switch_screen(self.board_screen)
        self.take_first_views(views)
        self.repaint()
        self.keep_connected()

    @property
    def alarms(self) -> tuple[AlarmView, ...]:
        """What is wrong now, the worst first."""
        return (self.floor.alarms or ()) if self.floor else ()

    def take_views(self, views: Views) -> None:
        if views.floor is not None:
            self.floor = merge_floor(self.floor, views.floor) if self.floor else views.floor

    def views_changed(self) -> None:
        if self.known_alarms.rings(self.alarms):
            self.bell()
        super().views_changed()

    def site_changed(self) -> None:
        super().site_changed()
        self._ask_limits()

    def link_changed(self) -> None:
        if self.connected:
            self._ask_limits()

    def _ask_limits(self) -> None:
        if self.board_screen is not None:
            self.run_worker(self._take_limits(), name="limits", exclusive=True, group="limits")

    async def _take_limits(self) -> None:
        limits = await self.ask("wallboard.limits")
        if limits is not None:
            self.limits = limits
            self.repaint()

    def _tick(self) -> None:
        super()._tick()
        if not self.connected:  # the time of the loss runs on
            self.repaint()

    # Painting

    def paper(self) -> Paper:
        """The paper that everything is painted on now."""
        return Paper(self.size.width, self.now(), self.zone, self.words, self.connected)

    def repaint(self) -> None:
        screen, floor = self.board_screen, self.floor
        if screen is None or floor is None or not screen.is_mounted:
            return
        paper = self.paper()
        foot = self._foot(paper)
        height = self.size.height - 1 - len(foot)
        screen.head.show([self._head(floor, paper)])
        screen.foot.show(foot)
        if self.connected:
            screen.board.show(board(figures(floor, self.limits, paper.now), paper.width, height))
        else:
            screen.board.show(self._lost(paper, height))

    def _head(self, floor: FloorView, paper: Paper) -> Content:
        switch_up = floor.switch is None or floor.switch.up
        clock = time_of_day(self._running_clock(), self.zone, seconds=True)
        right: list[Part] = [
            (tr("Switch ok") if switch_up else tr("Switch down"), "label" if switch_up else "ringing"),
            "  ",
            (
                tr("Link ok") if paper.connected else tr("Link lost"),
                "label" if paper.connected else "ringing",
            ),
            (f"  {clock} ", "strong"),
        ]
        site = self.hello.site if self.hello else ""
        left = f" {safe(site)}"
        return line((fit(left, paper.width - cells_of(right)), "title"), *right)

    def _lost(self, paper: Paper, height: int) -> list[Content]:
        since = duration(self._running_clock() - paper.now)
        at = time_of_day(paper.now, self.zone, seconds=True)
        words = [tr("Figures of {time}; connecting again. Talks go on.", time=at)]
        return lost(tr("NO CONNECTION TO THE ENGINE"), since, words, paper.width, height)

    def _foot(self, paper: Paper) -> list[Content]:
        if not self.connected:
            remedy = tr("See on the machine of the engine: fourseat status, systemctl status fourseatd")
            return [line((fit(f" {remedy}", paper.width), "warn"))]
        alarms = self.alarms
        if not alarms:
            return [line((fit(f" {tr('No alarm')}", paper.width), "label"))]
        room = (MORE_LINES if self.size.height >= TALL else FEW_LINES) // 2
        first = paper.now // TURN_MS % len(alarms) if len(alarms) > room else 0
        shown = [(first + n) % len(alarms) for n in range(min(room, len(alarms)))]
        return [one for n in shown for one in self._alarm_lines(n, paper)]

    def _alarm_lines(self, n: int, paper: Paper) -> list[Content]:
        alarm = self.alarms[n]
        word, tone = alarm_level(alarm)
        known = alarm not in self.known_alarms.unknown(self.alarms)
        since = time_of_day(alarm.since, self.zone)
        lines = self.floor.lines if self.floor else ()
        head = f" {tr('Alarm')} {n + 1}/{len(self.alarms)} {word} "
        text = f" {since} {safe(alarm_words(alarm, self.words, lines))}"
        remedy = fit(f" {tr('What to do')}: {alarm_remedy(alarm)}", paper.width)
        return [
            line(
                (head, "label" if known else tone),
                (fit(text, paper.width - cells_of([head])), "label" if known else "strong"),
            ),
            line((remedy, "label")),
        ]

    # Commands

    def help_page(self) -> tuple[str, list[str]]:
        return tr("Wallboard"), [
            tr("Figures of now and of today. Colours and words by [wallboard] of the configuration."),
        ]

    async def perform(self, command_id: str) -> None:
        if command_id == "session.quit":
            self.exit(0)
        elif command_id == "alarm.known":
            self.known_alarms.acknowledge(self.alarms)
            self.repaint()


def run(socket_path: str, language: str | None, staff_number: str = "", pin: str = "") -> int:
    """Run the wallboard until it is left; the program's exit code."""
    chosen: Language | None = "en" if language == "en" else "zh" if language == "zh" else None
    app = WallboardApp(socket_path, chosen, "wallboard")
    app.prefill = Prefill(staff_number, pin)
    return app.run() or 0
