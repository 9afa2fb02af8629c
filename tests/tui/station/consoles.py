"""The station's console under a pilot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.stage import Stage
from tests.support.stage_tickets import open_station
from tests.tui.driving import Driver, driving, enter
from tui.station.app import StationApp
from tui.words import Language


@asynccontextmanager
async def station_console(
    folder: Path,
    language: Language | None = "zh",
    size: tuple[int, int] = (80, 24),
    *,
    staff_number: str = "8011",
    empty: bool = False,
) -> AsyncIterator[Driver]:
    """马师傅 of the east station before his lists."""
    async with Stage(folder) as stage:
        open_station(stage)
        if empty:
            stage.tickets.tickets.clear()
        async with driving(StationApp, stage, language, size) as driver:
            enter(driver, staff_number, seat="")
            await driver.until(
                lambda: driver.app.lists is not None and driver.app._at_work is not None, "the lists"
            )
            await driver.pilot.pause()
            yield driver
