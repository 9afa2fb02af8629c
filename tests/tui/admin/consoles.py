"""The administrator's console under a pilot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.stage import Stage
from tests.tui.driving import Driver, driving, enter
from tui.admin.app import AdminApp
from tui.words import Language


@asynccontextmanager
async def admin_console(
    folder: Path, language: Language | None = "zh", size: tuple[int, int] = (80, 24), *, root: bool = True
) -> AsyncIterator[Driver]:
    """Somebody before the sections: root, who is let in at once, or 9000 with a PIN."""
    async with Stage(folder, local_admin=root) as stage, driving(AdminApp, stage, language, size) as driver:
        if not root:
            enter(driver, "9000", seat="")
        await driver.until(lambda: bool(driver.app.admin.section), "the sections")
        yield driver


async def go(driver: Driver, section: str, row: str = "", key: str = "") -> None:
    """Put the cursor on a row of a section, and into the keys of an entry."""
    screen = driver.app.screen_of_site
    screen.sections.focus()
    screen.go(section)
    await driver.press("enter")
    await driver.until(lambda: screen.on_right, "the right side")
    if row:
        screen.entries.go_to(row)
    if key:
        await driver.press("enter")
        await driver.until(lambda: driver.app.admin.entry == row, "the keys")
        screen.entries.go_to(key)
    driver.app.repaint()
    await driver.pilot.pause()


async def fill(driver: Driver, *values: str) -> None:
    """Type into the fields of a form, one after another."""
    for value in values:
        await driver.type(value)
        await driver.press("enter")
