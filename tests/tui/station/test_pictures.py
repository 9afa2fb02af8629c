"""Pictures of the station's console; see `tests/tui/test_pictures.py`."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from syrupy import SnapshotAssertion

from engine.core.tickets.records import Attachment
from tests.support import world
from tests.tui.driving import Driver
from tests.tui.station.consoles import station_console
from tests.tui.test_pictures import same_as_picture

SMALL, LARGE = (80, 24), (132, 40)
Script = Callable[[Driver], Awaitable[None]]


async def orders(station: Driver) -> None:
    """All that is at work, one of it new, another one with a text that was not sent."""
    await station.press("6", "n")
    await station.type("ring twice")
    await station.press("escape")
    station.stage.tickets.arrive(station.stage, address="东山片区五里铺7号")
    await station.see("260302010")


async def long_names(station: Driver) -> None:
    """One order with everything in full."""
    number = "260302002"
    photo = Attachment(
        id=1, ticket=number, name="门口.jpg", kind="jpg", size=81_000, sha256="ab", at=world.NOW, who="8001"
    )
    station.stage.tickets.attachments[number] = [photo]
    await station.press("down", "enter")
    await station.see("老供销社对面")
    await station.see("jpg")


async def checklist(station: Driver) -> None:
    await station.press("f")
    await station.until(lambda: "[ ]" in station.text(), "the checklist")
    await station.press("1")


async def nothing(station: Driver) -> None:
    await station.see("没有工单")


async def full(station: Driver) -> None:
    """400 orders more, the cursor on the last one."""
    first = station.stage.tickets.tickets["260302001"]
    for count in range(10, 410):
        number = f"260302{count:03}"
        station.stage.tickets.tickets[number] = replace(first, id=count, number=number)
    await station.app.reload()
    await station.press("1", "end")
    await station.see("260302409")


async def lost(station: Driver) -> None:
    await station.press("6")
    await station.stage.stop()
    await station.see("断开")


PICTURES: dict[str, tuple[Script, str, tuple[int, int]]] = {
    "orders": (orders, "zh", SMALL),
    "orders-english-wide": (orders, "en", LARGE),
    "long-names": (long_names, "zh", SMALL),
    "checklist-english": (checklist, "en", SMALL),
    "nothing": (nothing, "zh", SMALL),
    "full": (full, "zh", SMALL),
    "lost": (lost, "zh", SMALL),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", list(PICTURES))
async def test_station(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    script, language, size = PICTURES[name]
    async with station_console(tmp_path, language, size, empty=name == "nothing") as station:  # type: ignore[arg-type]
        await script(station)
        await same_as_picture(station, snapshot)
