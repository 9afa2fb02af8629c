"""Pictures of the supervisor's console and the wallboard; see `tests/tui/test_pictures.py`."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy import SnapshotAssertion

from engine.core.states import AgentState, AgentStatus
from tests.support import world
from tests.support.stage import Stage
from tests.support.stage_ticket_site import SUSPECT
from tests.support.stage_tickets import open_station
from tests.tui.driving import Driver, driving, supervisor_floor
from tests.tui.supervisor.test_mirror import two_consoles
from tests.tui.test_pictures import later, same_as_picture
from tui.wallboard.app import WallboardApp

SMALL, LARGE, WALL = (80, 24), (132, 40), (200, 60)
Script = Callable[[Driver], Awaitable[None]]


async def busy_floor(watch: Driver) -> None:
    """A talk of 8001 with a customer of a long name, two who wait, 8003 asks for help."""
    floor = watch.stage.floor
    floor.take_seat("8001", "seat1")
    floor.ready()
    floor.present_call("13993800002")
    floor.answer()
    floor.queue_call()
    floor.queue_call("09318881234", queue_id="enquiry")
    floor.raise_hand("8003")
    floor.change_floor(lines=(replace(world.LINES[0], busy=1), world.LINES[1]))
    await watch.see("0931-8881234")
    await watch.press("a", "home", "down")
    await watch.until(lambda: watch.app.situation().agent.staff_number == "8001", "the cursor on 8001")


async def listening(watch: Driver) -> None:
    await busy_floor(watch)
    await watch.press("l")
    await watch.until(lambda: watch.app.spy is not None, "listening")
    watch.stage.floor.alarm(*world.ALARMS)
    later(watch, 41)
    await watch.until(lambda: "00:41" in watch.text(), "the clock")


async def confirming(watch: Driver) -> None:
    await busy_floor(watch)
    await watch.press("t")
    await watch.until(lambda: " y " in watch.text(), "the question")


async def giving(watch: Driver) -> None:
    await busy_floor(watch)
    await watch.press("c", "end", "p")
    await watch.until(lambda: "9001" in watch.text(), "the list")


async def alarms(watch: Driver) -> None:
    watch.stage.floor.alarm(*world.ALARMS)
    await watch.until(lambda: bool(watch.app.alarms), "the alarms")
    await watch.press("k")
    await watch.see("420")


async def full(watch: Driver) -> None:
    """200 agents of all kinds."""
    states = list(AgentState)
    floor = watch.stage.floor
    agents = tuple(
        replace(
            world.AGENTS[n % 2],
            staff_number=str(8100 + n),
            seat_id=f"seat{n}",
            extension=str(1000 + n),
            status=AgentStatus.READY,
            state=states[n % len(states)],
        )
        for n in range(200)
    )
    floor.change_floor(agents=agents)
    await watch.see("8100")
    await watch.press("a", "end")
    await watch.see("8299")


async def tickets(watch: Driver) -> None:
    """Departments by age, two delays that were told upwards, what is late."""
    open_station(watch.stage)
    await watch.app.tickets.start()
    watch.stage.tickets.escalate(watch.stage, "260302005", "260302009")
    await watch.until(lambda: len(watch.app.tickets.delays) == 2, "the delays")
    await watch.press("e")
    watch.stage.tickets.suspect(watch.stage, SUSPECT)
    await watch.see("DS-07")
    await watch.until(lambda: bool(watch.app.ticket_screen.late.rows), "what is late")


async def outage(watch: Driver) -> None:
    """What looks like an outage, over a floor that shows it and the delays."""
    watch.stage.tickets.escalate(watch.stage, "260302005", "260302009")
    watch.stage.tickets.suspect(watch.stage, SUSPECT)
    await watch.until(lambda: bool(watch.app.tickets.suspects), "the outage")
    await watch.press("y")
    await watch.see("260302003")


PICTURES: dict[str, tuple[Script, str, tuple[int, int]]] = {
    "listening": (listening, "zh", SMALL),
    "listening-english-wide": (listening, "en", LARGE),
    "confirming": (confirming, "zh", SMALL),
    "confirming-english": (confirming, "en", SMALL),
    "giving": (giving, "zh", SMALL),
    "alarms": (alarms, "zh", SMALL),
    "full": (full, "zh", SMALL),
    "tickets": (tickets, "zh", SMALL),
    "tickets-english-wide": (tickets, "en", LARGE),
    "outage": (outage, "zh", SMALL),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", list(PICTURES))
async def test_supervisor(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    script, language, size = PICTURES[name]
    async with supervisor_floor(tmp_path, language, size, seat="seat2") as watch:  # type: ignore[arg-type]
        await script(watch)
        await same_as_picture(watch, snapshot)


@pytest.mark.asyncio
async def test_mirror(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with two_consoles(tmp_path) as (desk, watch):
        await desk.type("no signal since 9")
        await watch.see("no signal since 9")
        await watch.see("被观看")
        await same_as_picture(watch, snapshot)


async def ordinary(board: Driver) -> None:
    await board.until(lambda: board.app.board_screen is not None, "the board")


async def trouble(board: Driver) -> None:
    await ordinary(board)
    floor = board.stage.floor
    for _ in range(12):
        floor.queue_call()
    floor.change_floor(lines=tuple(replace(line, busy=1) for line in world.LINES))
    floor.alarm(*world.ALARMS)
    later(board, 60)
    await board.until(lambda: bool(board.app.alarms), "the alarms")


async def lost_board(board: Driver) -> None:
    await ordinary(board)
    await board.stage.stop()
    await board.until(lambda: not board.app.connected, "the link is lost")
    later(board, 83)


BOARDS: dict[str, tuple[Script, str, tuple[int, int]]] = {
    "ordinary": (ordinary, "zh", SMALL),
    "trouble": (trouble, "zh", SMALL),
    "trouble-english-large": (trouble, "en", WALL),
    "lost": (lost_board, "zh", SMALL),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", list(BOARDS))
async def test_wallboard(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    script, language, size = BOARDS[name]
    async with Stage(tmp_path, local_admin=True) as stage:
        async with driving(WallboardApp, stage, language, size) as board:  # type: ignore[arg-type]
            await script(board)
            await same_as_picture(board, snapshot)
