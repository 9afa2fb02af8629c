"""Pictures of the administrator's screens, compared with those in `__snapshots__`."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from syrupy import SnapshotAssertion

from tests.support.stage_tickets import open_station
from tests.tui.admin.consoles import admin_console, fill, go
from tests.tui.driving import Driver
from tests.tui.test_pictures import LARGE, SMALL, same_as_picture

Script = Callable[[Driver], Awaitable[None]]


async def entries(admin: Driver) -> None:
    await go(admin, "queues")
    await admin.see("投诉建议")


async def keys(admin: Driver) -> None:
    await go(admin, "queues", "general", "ring_seconds")
    await admin.see("the next one" if admin.app.size.width > 100 else "振铃")


async def value(admin: Driver) -> None:
    await go(admin, "hours", "sunday")
    await admin.press("enter")
    await admin.see("sunday")


async def preview(admin: Driver) -> None:
    await go(admin, "seats")
    await admin.press("a")
    await fill(admin, "seat3", "Front desk", "803")
    await admin.see("新增席位 seat3")


async def history(admin: Driver) -> None:
    await go(admin, "site", "area_code")
    await admin.press("enter")
    await fill(admin, "0931")
    await admin.see("将会这样")
    await admin.press("enter")
    await admin.see("已生效")
    await admin.press("u")
    await admin.see("0931 > -")
    await admin.press("enter")
    await admin.see("第 2 次")
    await admin.press("h")
    await admin.see("退回到")


async def users(admin: Driver) -> None:
    await go(admin, "users", "8002")
    await admin.press("enter")
    await admin.see("停用登录")


async def menu(admin: Driver) -> None:
    await go(admin, "menu")
    await admin.press("down")
    await admin.see("业务咨询请按1")


async def menu_english(admin: Driver) -> None:
    await go(admin, "menu")
    await admin.see("Gave up")


async def versions(admin: Driver) -> None:
    await go(admin, "menu_versions", "2")
    await admin.press("enter")
    await admin.see("留在")


async def ticket_types(admin: Driver) -> None:
    """A file that was not taken, and everything of a type."""
    admin.stage.tickets.problems = ["tickets/visit.toml: [sla] resolve: minutes or days, not both"]
    await admin.app.reload()
    await go(admin, "ticket_types", "fault")
    await admin.see("1!")
    await admin.press("enter")
    await admin.see("gz")


async def ticket_routes(admin: Driver) -> None:
    open_station(admin.stage)
    await admin.app.reload()
    await go(admin, "ticket_routes")
    await admin.see("East station")


async def lost(admin: Driver) -> None:
    await go(admin, "seats")
    await admin.stage.stop()
    await admin.see("引擎没有应答")


PICTURES: dict[str, tuple[Script, str, tuple[int, int]]] = {
    "entries": (entries, "zh", SMALL),
    "keys-english-wide": (keys, "en", LARGE),
    "value": (value, "zh", SMALL),
    "preview": (preview, "zh", SMALL),
    "history": (history, "zh", SMALL),
    "users": (users, "zh", SMALL),
    "menu": (menu, "zh", SMALL),
    "menu-english-wide": (menu_english, "en", LARGE),
    "versions": (versions, "zh", SMALL),
    "ticket-types": (ticket_types, "zh", SMALL),
    "ticket-routes-english-wide": (ticket_routes, "en", LARGE),
    "lost": (lost, "zh", SMALL),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", list(PICTURES))
async def test_admin(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    script, language, size = PICTURES[name]
    async with admin_console(tmp_path, language, size) as admin:  # type: ignore[arg-type]
        await script(admin)
        await same_as_picture(admin, snapshot)
