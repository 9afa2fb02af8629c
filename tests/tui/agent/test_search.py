"""Finding a customer by number keys and few letters."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.states import AgentState
from tests.tui.driving import agent_desk, state, talking


@pytest.mark.asyncio
async def test_a_number_is_searched_while_it_is_typed_and_a_digit_opens_the_card(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+f")
        await desk.type("1389")
        await desk.see("找到 2 位")
        assert (await desk.stage.asked("customer.search")).text == "1389"
        await desk.press("down", "1")
        assert (await desk.stage.asked("customer.show")).id == 1
        await desk.see("机顶盒无信号")
        await desk.press("escape")
        await desk.see("我的今日")


@pytest.mark.asyncio
async def test_slash_opens_the_search_where_no_text_is_typed_and_is_text_where_it_is(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("slash")
        await desk.see("姓名或地址输入两个字即可")
        await desk.press("escape")
        await talking(desk)
        await desk.type("a/b")
        await desk.until(lambda: desk.app.desk.notes.note.note == "a/b", "the slash is text")


@pytest.mark.asyncio
async def test_nobody_found_is_said(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+f")
        await desk.type("zzz")
        await desk.see("没有找到")


@pytest.mark.asyncio
async def test_the_found_customer_can_be_made_the_caller(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk, "13012345678")
        await desk.press("ctrl+f")
        await desk.type("0025")
        await desk.see("找到 1 位")
        await desk.press("down", "ctrl+o")
        saved = await desk.stage.asked("customer.save")
        assert (saved.customer.id, saved.call_id) == (2, call_id)
        await desk.see("贵宾")
        await desk.type("done")
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        await desk.press("f9", "1", "enter")
        assert (await desk.stage.asked("call.note")).note.customer_id == 2


@pytest.mark.asyncio
async def test_a_found_customer_is_edited_without_a_call(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+f")
        await desk.type("0033")
        await desk.see("李四")
        await desk.press("ctrl+e", "end")
        await desk.type("7")
        await desk.press("ctrl+s")
        saved = await desk.stage.asked("customer.save")
        assert (saved.customer.id, saved.customer.name, saved.call_id) == (3, "李四7", "")
        await desk.see("客户资料已保存：李四7")


@pytest.mark.asyncio
async def test_own_figures_and_calls_of_the_day(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+t")
        for words in ("我的今日", "接听 12", "咨询已答复 7", "我的最近通话", "今天  09:10", "故障已登记"):
            await desk.see(words)
        assert (await desk.stage.asked("calls.list")).staff_number == "8001"
        await desk.press("escape")
        await desk.see("备注")


@pytest.mark.asyncio
async def test_calls_that_came_while_the_list_was_hidden_stand_in_sight(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+t")
        await desk.see("今天  09:10")
        await desk.press("escape")
        await desk.see("备注")
        rows = desk.stage.call_rows
        new = [replace(rows[0], call_id=f"new {n}", cli=f"1390000888{n}") for n in range(30)]
        rows[:0] = new
        desk.app.load_own_calls(0)
        await desk.until(lambda: desk.app.desk.day.calls[:1] == tuple(new[:1]), "the calls are there")
        desk.app.repaint()
        await desk.press("ctrl+t")
        await desk.see("139 0000 8880")


@pytest.mark.asyncio
async def test_a_call_that_is_not_written_yet_is_asked_for_again(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        rows = desk.stage.call_rows
        rows[0] = replace(rows[0], outcome="", disposition="")
        await desk.press("ctrl+t")
        await desk.stage.asked("calls.list")
        rows[0] = replace(rows[0], outcome="answered", disposition="wrong_number")
        await desk.see("打错电话")
