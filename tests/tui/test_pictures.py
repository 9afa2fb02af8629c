"""Pictures of the screens, compared with those in `__snapshots__`.

After a wanted change: `pytest tests/tui/test_pictures.py --snapshot-update`, and look at every picture.
"""

import re
import unicodedata
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_textual_snapshot import SVGImageExtension
from rich.cells import cell_len
from syrupy import SnapshotAssertion

from engine.core.records import CallNote
from engine.core.states import AgentState, AgentStatus
from tests.support import stage_chat, stage_phone, world
from tests.support.stage import Stage
from tests.tui.driving import Driver, agent_desk, driving, state, supervisor_floor, talking
from tests.tui.picture import README_PICTURE, draw, without_fonts
from tui.agent.app import AgentApp

SMALL, LARGE = (80, 24), (132, 40)
TOLD = {
    "customer_id": 1,
    "identified": "password",
    "name": "张华山",
    "line": "tv",
    "fault": "no_signal",
    "recording": "c1-1.wav",
    "number": "261121001",
    "expected": "2026-11-22 18:00",
    "balance": 12_850,
    "arrears": 0,
    "amount": 5_000,
    "open_cases": 2,
}
Script = Callable[[Driver], Awaitable[None]]


async def on_break(desk: Driver) -> None:
    await desk.press("f2", "1")
    await desk.see("F2 就绪")


async def idle(desk: Driver) -> None:
    await desk.see("机顶盒无信号")


async def reasons(desk: Driver) -> None:
    await desk.press("f2")
    await desk.see("4  休息")


async def ringing(desk: Driver) -> None:
    desk.stage.floor.present_call()
    await desk.see("剩 20 秒")


async def talk(desk: Driver) -> None:
    await talking(desk)
    await desk.type("no signal since 9")
    await desk.press("f9", "2", "0")
    later(desk, 95)
    await desk.see("01:35")


async def holding(desk: Driver) -> None:
    await talking(desk)
    await desk.press("f5")
    await state(desk, AgentState.HOLDING)
    await desk.see("保持 H")


async def wrap_up(desk: Driver) -> None:
    await talking(desk)
    await desk.press("f8")
    await state(desk, AgentState.WRAP_UP)
    await desk.see("剩 00:30")


async def unknown_caller(desk: Driver) -> None:
    await talking(desk, "13012345678")
    await desk.see("可能是")
    await desk.press("ctrl+e")
    await desk.type("Wang")


async def long_names(desk: Driver) -> None:
    await talking(desk, "13993800002")
    await desk.see("贵宾")


async def search(desk: Driver) -> None:
    await desk.press("ctrl+f")
    await desk.type("138")
    await desk.see("找到 2 位")
    await desk.press("down", "1")
    await desk.see("未解决 1")


async def palette(desk: Driver) -> None:
    await talking(desk)
    await desk.press("ctrl+p")
    await desk.type("b")
    await desk.see("保存")


async def help_page(desk: Driver) -> None:
    await talking(desk)
    await desk.press("f1")
    await desk.see("Ctrl+D")


async def lost(desk: Driver) -> None:
    await talking(desk)
    later(desk, 25)
    await desk.stage.stop()
    await desk.see("未知 ?")


async def english(desk: Driver) -> None:
    await talking(desk, "13993800002")
    await desk.see("Arrears 36.00 yuan")


async def dial(desk: Driver) -> None:
    await desk.press("ctrl+f")
    await desk.type("张华山")
    await desk.see("找到 1 位")
    desk.app.contacts.called("13993800002", "")
    await desk.press("f3")
    await desk.see("当前客户")


async def targets(desk: Driver) -> None:
    floor = desk.stage.floor
    floor.agents["8003"] = world.agent(
        "8003", "seat3", "803", AgentStatus.READY, state=AgentState.TALKING, state_since=world.NOW
    )
    await talking(desk)
    later(desk, 95)
    await desk.press("f6")
    await desk.see("802")


async def consultation(desk: Driver) -> None:
    await talking(desk)
    await desk.type("no signal since 9")
    later(desk, 95)
    stage_phone.consult(desk.stage.floor, "欧阳静怡", "8002")
    await state(desk, AgentState.CONSULTING)
    stage_phone.party_answers(desk.stage.floor)
    later(desk, 12)
    await desk.see("正在讲话 00:12")


async def conference(desk: Driver) -> None:
    await consultation(desk)
    await desk.press("f7", "ctrl+u", "ctrl+r")
    await desk.see("举手 00:00")
    later(desk, 8)
    await desk.see("举手 00:08")


async def transferred(desk: Driver) -> None:
    draft = CallNote(note="已查欠费,客户问补缴后多久恢复", disposition="follow_up")
    stage_phone.transfer_in(desk.stage.floor, "8002", draft=draft)
    await desk.see("由 欧阳静怡 8002 转来")


async def told(desk: Driver) -> None:
    floor = desk.stage.floor
    call_id = floor.present_call()
    path = ("greeting", "main_menu", "account", "account_menu", "fault", "fault_line", "fault_tv")
    floor.change_desk("8001", call=replace(floor.calls[call_id], ivr_path=path), told=TOLD)
    await desk.see("261121001")


async def told_in_talk(desk: Driver) -> None:
    await told(desk)
    await desk.press("f4")
    await state(desk, AgentState.TALKING)
    later(desk, 95)
    await desk.see("01:35")


async def tasks(desk: Driver) -> None:
    desk.stage.floor.change_desk("8001", to_call=2)
    stage_chat.post(desk.stage, "9001", "中午十二点到一点请两人在岗")
    await desk.press("ctrl+k")
    await desk.see("未接 2 次")


async def full_floor(watch: Driver) -> None:
    floor = watch.stage.floor
    floor.take_seat("8001", "seat1")
    floor.ready()
    floor.present_call("13993800002")
    floor.answer()
    floor.queue_call()
    floor.queue_call("09318881234", queue_id="enquiry")
    floor.change_floor(lines=(replace(world.LINES[0], busy=1),))
    await watch.see("0931-8881234")
    later(watch, 75)


async def lost_floor(watch: Driver) -> None:
    later(watch, 25)
    await watch.stage.stop()
    await watch.until(lambda: not watch.app.connected, "the link is lost")


AGENT_PICTURES: dict[str, tuple[Script, str, tuple[int, int]]] = {
    "break": (on_break, "zh", SMALL),
    "idle": (idle, "zh", SMALL),
    "reasons": (reasons, "zh", SMALL),
    "ringing": (ringing, "zh", SMALL),
    "talking": (talk, "zh", SMALL),
    "talking-wide": (talk, "zh", LARGE),
    "holding": (holding, "zh", SMALL),
    "wrap-up": (wrap_up, "zh", SMALL),
    "unknown-caller": (unknown_caller, "zh", SMALL),
    "long-names": (long_names, "zh", SMALL),
    "search": (search, "zh", SMALL),
    "palette": (palette, "zh", SMALL),
    "help": (help_page, "zh", SMALL),
    "lost": (lost, "zh", SMALL),
    "english": (english, "en", SMALL),
    "dial": (dial, "zh", SMALL),
    "transfer": (targets, "zh", SMALL),
    "transfer-english": (targets, "en", SMALL),
    "consultation": (consultation, "zh", SMALL),
    "consultation-wide": (consultation, "zh", LARGE),
    "conference": (conference, "zh", SMALL),
    "transferred": (transferred, "zh", SMALL),
    "tasks": (tasks, "zh", SMALL),
    "told": (told, "zh", SMALL),
    "told-english": (told_in_talk, "en", SMALL),
    "told-wide": (told_in_talk, "zh", LARGE),
}
FLOOR_PICTURES: dict[str, tuple[Script, str, tuple[int, int]]] = {
    "floor": (full_floor, "zh", SMALL),
    "floor-english-wide": (full_floor, "en", LARGE),
    "floor-lost": (lost_floor, "zh", SMALL),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("name", list(AGENT_PICTURES))
async def test_agent(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    script, language, size = AGENT_PICTURES[name]
    async with agent_desk(tmp_path, language, size) as desk:  # type: ignore[arg-type]
        await script(desk)
        await same_as_picture(desk, snapshot)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", list(FLOOR_PICTURES))
async def test_floor(name: str, tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    script, language, size = FLOOR_PICTURES[name]
    async with supervisor_floor(tmp_path, language, size) as watch:  # type: ignore[arg-type]
        await script(watch)
        await same_as_picture(watch, snapshot)


@pytest.mark.asyncio
async def test_log_in(tmp_path: Path, snapshot: SnapshotAssertion) -> None:
    async with Stage(tmp_path) as stage, driving(AgentApp, stage) as login:
        await login.see("三号席")
        await same_as_picture(login, snapshot)


@pytest.mark.asyncio
async def test_without_colours(
    tmp_path: Path, snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with agent_desk(tmp_path) as desk:
        await ringing(desk)
        await same_as_picture(desk, snapshot)
        colours = set(re.findall(r"#([0-9a-f]{6})", desk.app.export_screenshot(simplify=True)))
        chrome = {"ff5f57", "febc2e", "28c840", "c5c8c6", "292929"}  # of the drawn window
        assert all(grey[:2] == grey[2:4] == grey[4:] for grey in colours - chrome)


@pytest.mark.asyncio
async def test_the_picture_of_the_readme_is_fresh() -> None:
    drawn = await draw()
    assert drawn == README_PICTURE.read_text(encoding="utf-8"), "run: python -m tests.tui.picture"


async def same_as_picture(driver: Driver, snapshot: SnapshotAssertion) -> None:
    """The screen is as in its picture, fills its lines, and has no character of unsure width."""
    await driver.pilot.pause()
    driver.app.repaint()
    await driver.pilot.pause()
    width = driver.app.size.width
    for line in driver.lines():
        assert cell_len(line) == width, line
        unsure = {character for character in line if unicodedata.east_asian_width(character) == "A"}
        assert not unsure, line
    picture = without_fonts(driver.app.export_screenshot())
    assert picture == snapshot(extension_class=SVGImageExtension)


def later(driver: Driver, seconds: int) -> None:
    """The clock moves on, and the console's timer ticks."""
    driver.stage.floor.now += seconds * world.SECOND
    driver.app._tick()
