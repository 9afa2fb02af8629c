"""A console that somebody logs in to: who is there, and who is there no more."""

from abc import abstractmethod
from dataclasses import replace
from typing import ClassVar

from engine.wire.messages import Reason
from tui.client import EngineFault, EngineGone
from tui.labels import SiteWords, fault_words
from tui.widgets.console import ConsoleApp
from tui.widgets.login import LoginScreen, Prefill
from tui.words import tr


class SessionApp(ConsoleApp, inherit_bindings=False):
    """Shows the log-in screen whenever nobody is logged in; `log_in` is what each console makes of it."""

    CONSOLE_NAME: ClassVar[str]
    WITH_SEAT: ClassVar[bool]
    SEAT_OPTIONAL: ClassVar[bool] = False

    words = SiteWords()
    prefill = Prefill()

    def on_mount(self) -> None:
        self._ask_who()

    @abstractmethod
    async def log_in(self, entered: LoginScreen.Submitted) -> None:
        """Log in, show the console, keep the link. A fault of the engine may go on to the caller."""

    @abstractmethod
    def forget_session(self) -> None:
        """Nobody is logged in any more."""

    def _ask_who(self, words: str = "") -> None:
        self.forget_session()
        login = LoginScreen(
            self.CONSOLE_NAME,
            with_seat=self.WITH_SEAT,
            seat_optional=self.SEAT_OPTIONAL,
            prefill=replace(self.prefill, pin="") if words else self.prefill,
        )
        self.push_screen(login) if len(self.screen_stack) == 1 else self.switch_screen(login)
        self.call_after_refresh(self.engine_met)
        if words:
            self.call_after_refresh(self.say, words, "warn")

    def engine_met(self) -> None:
        if self.hello and isinstance(self.screen, LoginScreen):
            self.words = SiteWords(self.hello)
            self.screen.show_hello(self.hello)

    def site_changed(self) -> None:
        self.words = SiteWords(self.hello)
        self.engine_met()
        self.call_later(self.repaint)

    def on_login_screen_submitted(self, event: LoginScreen.Submitted) -> None:
        self.run_worker(self._try_log_in(event), name="log_in", exclusive=True, group="log_in")

    async def _try_log_in(self, event: LoginScreen.Submitted, again: bool = False) -> None:
        if not self.connected:
            self.say(tr("Not connected to the engine"), "warn")
            return
        try:
            await self.log_in(event)
        except EngineFault as fault:
            self.say(fault_words(fault, self.zone), "warn")
            if isinstance(self.screen, LoginScreen):
                self.screen.refused(keep_pin=fault.reason == Reason.REFUSED)
        except EngineGone:
            self.say(tr("The engine does not answer"), "warn")
            if isinstance(self.screen, LoginScreen) and await self._met_anew() and not again:
                await self._try_log_in(event, again=True)

    async def _met_anew(self) -> bool:
        """Whether the engine answers; nobody heals the link of a log-in screen over a restart."""
        self.connected = False
        await self.engine.close()
        try:
            self._greet(await self.engine.open())
        except (EngineGone, EngineFault):
            self.run_worker(self._meet_engine(), name="meet", exclusive=True, group="meet")
        return self.connected

    def session_over(self, words: str) -> None:
        self._ask_who(words)
        self.run_worker(self._meet_engine(), name="meet")
