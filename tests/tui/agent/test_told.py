"""The agent sees in one line what the caller did in self-service, in words of the office."""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.core.ivr.values import Plain
from engine.core.states import AgentState, Direction
from tests.support import stage_phone
from tests.tui.driving import Driver, agent_desk, state

ROW = 6  # under the card


async def told(desk: Driver, *path: str, **values: Plain) -> str:
    """A call is presented with all this known; the line that says so."""
    floor = desk.stage.floor
    call_id = floor.present_call()
    call = replace(floor.calls[call_id], ivr_path=("greeting", "main_menu", *path))
    floor.change_desk("8001", call=call, told=values)
    await state(desk, AgentState.RINGING)
    await desk.until(lambda: desk.app.view.told == values, "the view")
    await desk.pilot.pause()
    return desk.lines()[ROW].rstrip()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"identified": "password"}, "已验密码"),
        ({"identified": "number", "account": "20000001", "balance": 1}, "余额 0.01 元"),
        ({"account": "20000001", "identified": ""}, "报号 20000001"),
        ({"balance": 12_850, "arrears": 0}, "余额 128.50 元"),
        ({"balance": -2_600, "arrears": 2_600}, "欠费 26.00 元"),
        ({"card": "4711471147", "amount": 5_000}, "已充 50.00 元"),
        ({"card": "4711471147"}, "充值卡 4711471147"),
        ({"number": "261121001", "line": "tv", "fault": "no_signal"}, "单号 261121001  数字电视 无信号"),
        ({"line": "tv"}, "数字电视"),
        ({"line": "tv", "fault": "gremlins"}, "数字电视"),
        ({"kind": "complaint"}, "投诉"),
        ({"open_cases": 2, "outage_text": "城东光缆抢修"}, "未结 2  停播停网 城东光缆抢修"),
        ({"language": "en"}, "英语"),
    ],
)
async def test_facts_in_words(tmp_path: Path, values: dict[str, Plain], words: str) -> None:
    async with agent_desk(tmp_path) as desk:
        assert await told(desk, **values) == f" 自助  {words}"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"language": "zh", "identified": "number", "customer_id": 1, "name": "张三", "open_cases": 0},
        {"line": "", "kind": "lawsuit", "kinds": 7, "open_cases": "many", "balance": "", "amount": ""},
        {"number": "", "card": "", "account": "", "outage_text": ""},
    ],
)
async def test_nothing_worth_saying_is_not_said(tmp_path: Path, values: dict[str, Plain]) -> None:
    async with agent_desk(tmp_path) as desk:
        assert await told(desk, **values) == ""


@pytest.mark.asyncio
async def test_the_place_is_told_by_its_title_and_stays_in_the_talk(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        assert await told(desk, "account", "account_menu") == " 自助  查费缴费"
        await desk.press("f4")
        await state(desk, AgentState.TALKING)
        await desk.see("自助  查费缴费")
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        desk.stage.floor.finish_wrap_up()
        await desk.gone("自助")


@pytest.mark.asyncio
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_what_is_long_is_cut_and_what_does_not_fit_is_left_out(tmp_path: Path, language: str) -> None:
    async with agent_desk(tmp_path, language) as desk:  # type: ignore[arg-type]
        line = await told(
            desk,
            "fault",
            identified="password",
            number="9" * 60,
            line="tv",
            fault="no_signal",
            balance=-(10**12),
            arrears=10**12,
            outage_text="停" * 80 + "\n\x1b[31m",
            language="en",
        )
        assert cell_len(line) <= 80
        assert "9" * 20 in line
        assert "9" * 31 not in line
        assert ".." in line
        assert "\x1b" not in "".join(desk.lines())


@pytest.mark.asyncio
async def test_in_english(tmp_path: Path) -> None:
    async with agent_desk(tmp_path, "en") as desk:
        line = await told(desk, "fault", identified="password", number="261121001", balance=12_850)
        assert line == " By keys  Report a fault  signed in  Case no. 261121001  Balance 128.50 yuan"


@pytest.mark.asyncio
async def test_what_a_colleague_hands_over_comes_first(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        stage_phone.transfer_in(desk.stage.floor, "8002")
        desk.stage.floor.change_desk("8001", told={"identified": "password"})
        await desk.see("由 欧阳静怡 8002 转来")
        await desk.see("语音路径 主菜单")
        assert "已验密码" not in desk.text()


@pytest.mark.asyncio
async def test_a_call_that_the_agent_made_has_no_such_line(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await told(desk, "fault", identified="password")
        call = desk.app.view.call
        desk.stage.floor.change_desk("8001", call=replace(call, direction=Direction.OUTBOUND))
        await desk.gone("自助")
