"""Drive a console as a person would: keys in, painted lines out, against the stage engine."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from textual import events
from textual.cache import LRUCache
from textual.keys import _character_to_key
from textual.pilot import Pilot

from engine.core.states import AgentState
from tests.support import world
from tests.support.stage import Stage
from tui.admin.app import AdminApp
from tui.agent.app import AgentApp
from tui.supervisor.app import SupervisorApp
from tui.widgets.console import ConsoleApp
from tui.widgets.login import LoginScreen
from tui.words import Language

SECONDS = 15.0
STYLE_RULES: LRUCache[Any, Any] = LRUCache(1024)  # read once a process: all consoles have the same colours


class Driver:
    """A console under a pilot, with its stage."""

    def __init__(self, app: Any, pilot: Pilot[int], stage: Stage) -> None:
        self.app = app
        self.pilot = pilot
        self.stage = stage

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """All keys in one go, as a terminal sends what was typed fast; then wait until all is quiet."""
        for character in text:
            self.app._driver.send_message(events.Key(_character_to_key(character), character))
        await self.pilot.pause()
        await self.pilot.pause()

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        """Wait until something is so, or show what is painted instead."""
        deadline = asyncio.get_running_loop().time() + SECONDS
        while not condition():
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(f"never: {what}\n" + "\n".join(self.lines()))
            await asyncio.sleep(0.01)
            self.app.screen._on_timer_update()  # paint what is to be painted

    async def see(self, text: str) -> None:
        """Wait until this is painted."""
        await self.until(lambda: text in self.text(), f"{text!r} is painted")

    async def gone(self, text: str) -> None:
        """Wait until this is painted no more."""
        await self.until(lambda: text not in self.text(), f"{text!r} is gone")

    def lines(self) -> list[str]:
        """What the terminal shows now, line by line."""
        screen = self.app.screen
        width, height = screen.size
        strips = screen._compositor.render_strips()  # the one place where the painted cells are
        return ["".join(segment.text for segment in strip) for strip in strips[:height] if width]

    def text(self) -> str:
        return "\n".join(self.lines())

    def hints(self) -> str:
        return self.lines()[-1]

    def asked(self, method: str) -> list[Any]:
        """The parameters of all requests of this method so far."""
        return [params for name, params in self.stage.requests if name == method]


@asynccontextmanager
async def driving(
    app_type: type[ConsoleApp],
    stage: Stage,
    language: Language | None = "zh",
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Driver]:
    """A console that has met the engine and shows its log-in screen."""
    name = {AgentApp: "agent", AdminApp: "admin"}.get(app_type, "supervisor")
    app: Any = app_type(stage.path, language, name, clock=lambda: stage.floor.now)
    app.stylesheet._parse_cache = STYLE_RULES
    async with app.run_test(size=size) as pilot:
        driver = Driver(app, pilot, stage)
        await driver.until(lambda: app.hello is not None, "hello")
        yield driver


def enter(driver: Driver, staff_number: str = "8001", seat: str = "seat1") -> None:
    """Log in at once: what the log-in screen sends after its last key."""
    driver.app.post_message(LoginScreen.Submitted(staff_number, world.PIN, seat))


async def log_in(driver: Driver, staff_number: str = "8001", seat: str = "1") -> None:
    """Staff number, PIN, and the seat by its number, key by key."""
    await driver.until(lambda: driver.app.focused is not None, "a field has the cursor")
    await driver.type(staff_number)
    await driver.press("enter")
    await driver.type(world.PIN)
    await driver.press("enter")
    if seat:
        await driver.press(seat)


@asynccontextmanager
async def agent_desk(
    folder: Path,
    language: Language | None = "zh",
    size: tuple[int, int] = (80, 24),
    phone: str = "auto",
) -> AsyncIterator[Driver]:
    """Agent 8001 at seat 1, ready for calls."""
    async with Stage(folder, phone=phone) as stage, driving(AgentApp, stage, language, size) as driver:
        enter(driver)
        await driver.until(lambda: driver.app.view is not None and driver.app.desk.is_mounted, "the desk")
        await driver.press("f2")
        await state(driver, AgentState.IDLE)
        await driver.until(lambda: bool(driver.asked("agent.ready")), "ready")
        yield driver


@asynccontextmanager
async def supervisor_floor(
    folder: Path,
    language: Language | None = "zh",
    size: tuple[int, int] = (80, 24),
    seat: str = "",
) -> AsyncIterator[Driver]:
    """Supervisor 9001 before the floor, at a seat or only looking."""
    async with Stage(folder) as stage, driving(SupervisorApp, stage, language, size) as driver:
        enter(driver, "9001", seat=seat)
        await driver.until(lambda: driver.app.floor is not None, "the floor")
        yield driver


async def state(driver: Driver, wanted: AgentState) -> None:
    """Wait until the console shows this state of the agent."""
    await driver.until(lambda: driver.app._shown_state is wanted, wanted)


async def talking(driver: Driver, cli: str = "13893812345") -> str:
    """A call is presented and answered by F4; its id."""
    call_id = driver.stage.floor.present_call(cli)
    await state(driver, AgentState.RINGING)
    await driver.press("f4")
    await state(driver, AgentState.TALKING)
    return call_id
