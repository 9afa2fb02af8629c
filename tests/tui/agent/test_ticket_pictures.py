"""Pictures of tickets and of a customer's file, compared with those in `__snapshots__`.

After a wanted change: `pytest tests/tui/agent/test_ticket_pictures.py --snapshot-update`, and look at each.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from syrupy import SnapshotAssertion

from engine.core.tickets.records import Attachment
from engine.core.tickets.states import TicketState
from tests.support import world
from tests.support.stage_ticket_site import make_ticket
from tests.tui.driving import Driver, agent_desk, talking
from tests.tui.test_pictures import LARGE, SMALL, Script, later, same_as_picture
from tui.tickets.filter import PAGE
from tui.tickets.finder import Finder
from tui.widgets.confirm import Confirm

pytestmark = pytest.mark.asyncio


async def lists(desk: Driver) -> None:
    await desk.press("ctrl+g", "0")
    await desk.see("260302008")


async def marked(desk: Driver) -> None:
    await lists(desk)
    desk.app.ticket_panel.lists.table.go_to("260302003")
    await desk.press("space", "space")
    await desk.see("260302001")


async def asked(desk: Driver) -> None:
    await marked(desk)
    await desk.press("p")
    await desk.until(lambda: isinstance(desk.app.screen, Finder), "the departments")
    await desk.press("2")
    await desk.until(lambda: isinstance(desk.app.screen, Confirm), "the question")


async def more(desk: Driver) -> None:
    tickets = desk.stage.tickets.tickets
    for one in range(PAGE):
        made = make_ticket(-one, TicketState.DISPATCHED, 1, 24)
        tickets[f"25{one:07}"] = replace(made, number=f"25{one:07}")
    await lists(desk)


async def empty(desk: Driver) -> None:
    await desk.press("ctrl+g", "7")
    await desk.see("这里没有工单")


async def lost(desk: Driver) -> None:
    await lists(desk)
    later(desk, 25)
    await desk.stage.stop()
    await desk.see("未知 ?")


async def ticket(desk: Driver) -> None:
    scan = Attachment(
        id=1,
        ticket="260302005",
        name="客户签字单.pdf",
        kind="pdf",
        size=182_000,
        sha256="ab" * 32,
        at=world.NOW,
        who="8012",
    )
    desk.stage.tickets.attachments["260302005"] = [scan]
    desk.stage.tickets.change(desk.stage, "260302005", repeats=2, priority=2)
    await lists(desk)
    desk.app.ticket_panel.lists.table.go_to("260302005")
    await desk.press("enter")
    await desk.see("客户签字单.pdf")


async def long_ticket(desk: Driver) -> None:
    await lists(desk)
    desk.app.ticket_panel.lists.table.go_to("260302002")
    await desk.press("enter")
    await desk.see("宽带白天正常")


async def reply(desk: Driver) -> None:
    await lists(desk)
    desk.app.ticket_panel.lists.table.go_to("260302007")
    await desk.press("enter")
    await desk.see("换接头")
    await desk.press("h")
    await desk.see("怎样答复客户的")
    await desk.type("1")


async def form(desk: Driver) -> None:
    desk.stage.comes_back = True
    await talking(desk)
    await desk.press("ctrl+l", "1", "1")
    await desk.until(lambda: "260302001" in desk.text(), "the same is open")
    await desk.type("HD box, no signal")
    later(desk, 95)


async def choosing(desk: Driver) -> None:
    await talking(desk)
    await desk.press("ctrl+l", "1")
    await desk.type("w")
    later(desk, 30)


async def customer_file(desk: Driver) -> None:
    await talking(desk)
    await desk.press("ctrl+y")
    await desk.see("王翠花")


async def times(desk: Driver) -> None:
    await customer_file(desk)
    await desk.press("2")
    await desk.see("260302001 无信号")


async def sources(desk: Driver) -> None:
    await customer_file(desk)
    await desk.press("3")
    await desk.see("TV0017")


async def maybe(desk: Driver) -> None:
    await talking(desk, "13012345678")
    await desk.until(lambda: "^O 认定" in desk.text(), "who it may be")
    await desk.press("ctrl+o")
    await desk.see("用此号来过电")


PICTURES: dict[str, tuple[Script, str, tuple[int, int]]] = {
    "lists": (marked, "zh", SMALL),
    "lists-wide": (marked, "zh", LARGE),
    "lists-english": (marked, "en", SMALL),
    "lists-asked": (asked, "zh", SMALL),
    "lists-asked-english": (asked, "en", SMALL),
    "lists-more": (more, "zh", SMALL),
    "lists-more-english": (more, "en", SMALL),
    "lists-empty": (empty, "zh", SMALL),
    "lists-lost": (lost, "zh", SMALL),
    "ticket": (ticket, "zh", SMALL),
    "ticket-english-wide": (long_ticket, "en", LARGE),
    "reply": (reply, "zh", SMALL),
    "form": (form, "zh", SMALL),
    "form-english": (choosing, "en", SMALL),
    "file": (customer_file, "zh", SMALL),
    "file-times-wide": (times, "zh", LARGE),
    "file-sources": (sources, "zh", SMALL),
    "maybe": (maybe, "zh", SMALL),
}


@pytest.mark.parametrize("name", list(PICTURES))
async def test_picture(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    script, language, size = PICTURES[name]
    async with agent_desk(tmp_path, language, size) as desk:  # type: ignore[arg-type]
        await script(desk)
        await same_as_picture(desk, snapshot)
