"""The whole file of a customer: sections, the line of time, hidden numbers, merging."""

from pathlib import Path

import pytest

from tests.tui.driving import Driver, agent_desk, talking
from tui.agent.notes import NoteArea

pytestmark = pytest.mark.asyncio


async def opened(desk: Driver) -> None:
    await talking(desk)
    await desk.press("ctrl+y")
    await desk.see("客户档案")


async def test_open_matters_are_on_top_and_the_rest_is_scrolled(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await opened(desk)
        await desk.see("老客户")
        await desk.see("截至 09:10")
        await desk.see("260302001 已派 无信号  逾期 今天 09:29")
        await desk.see("王翠花 妻子")
        await desk.press("end")
        await desk.see("2026-02  56.00  收视费 26.00")
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "back in the notes")


async def test_the_line_of_time_goes_on_page_by_page_and_opens_tickets(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await opened(desk)
        await desk.press("2")
        await desk.see("第3次来电")
        await desk.press("end")
        await desk.until(lambda: len(desk.app.desk.work("file").contacts) == 40, "the second page")
        await desk.press("end")
        await desk.press("end")
        await desk.until(lambda: len(desk.app.desk.work("file").contacts) == 60, "the last page")
        await desk.press("end")
        await desk.see("第59次来电")
        await desk.press("home", "enter")
        await desk.see("260302001  已派 D")


async def test_hidden_numbers_are_shown_by_a_key_that_says_what_it_does(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await opened(desk)
        await desk.see("138****2345")
        await desk.press("x")
        await desk.see("620123198001011234")
        assert (await desk.stage.asked("customer.reveal")).id == 1
        await desk.see("查看人和时间已记录")
        await desk.press("escape", "ctrl+y")
        await desk.see("138****2345")
        await desk.gone("620123198001011234")


async def test_a_person_is_added_and_a_tag_put_on(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await opened(desk)
        await desk.press("p")
        await desk.see("哪位家人或联系人？")
        await desk.press("2")
        await desk.see("1  姓名")
        await desk.press("1")
        await desk.type("Zhang")
        await desk.press("enter", "3")
        await desk.type("13900000001")
        await desk.press("enter", "s")
        sent = (await desk.stage.asked("customer.save_person")).person
        assert (sent.name, sent.phones) == ("Zhang", ("13900000001",))
        await desk.see("139 0000 0001")
        await desk.press("t")
        await desk.type("dog")
        await desk.press("enter")
        await desk.see("#dog")


async def test_two_files_are_merged_after_a_question_and_parted_again(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await opened(desk)
        await desk.press("m")
        await desk.see("是同一客户？")
        await desk.type("李四")
        await desk.press("enter")
        await desk.see("城关镇人民路12号3单元502")
        await desk.press("1")
        await desk.see("李四 并入 张华山")
        await desk.press("y")
        await desk.see("为什么是同一客户？")
        await desk.type("moved")
        await desk.press("enter")
        sent = await desk.stage.asked("customer.merge")
        assert (sent.keep, sent.gone, sent.reason) == (1, 3, "moved")
        await desk.see("李四 已并入 张华山")
        await desk.press("u")
        await desk.see("李四 恢复为单独的客户")
        await desk.press("y")
        assert (await desk.stage.asked("customer.unmerge")).merge_id == 1
        await desk.see("李四 已恢复为单独的客户")


async def test_a_file_needs_a_customer(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+y")
        await desk.see("没有显示客户")
        assert not desk.asked("customer.file")


async def test_a_typed_number_becomes_a_persons_of_the_file(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await opened(desk)
        await desk.press("n")
        await desk.see("哪个号码是 张华山 的？")
        await desk.type("13911112222")
        await desk.press("enter")
        await desk.see("1  王翠花 妻子")
        await desk.press("1")
        sent = await desk.stage.asked("customer.assign_number")
        assert (sent.customer_id, sent.number, sent.person_id) == (1, "13911112222", 1)
        await desk.see("p 可改")


async def test_each_field_says_where_it_comes_from_and_ours_is_given_back(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await opened(desk)
        await desk.press("3")
        await desk.see("截至 09:10")
        await desk.see("有线系统(那边已没有)")
        await desk.see("TV0017")
        lines = [" ".join(line.split()) for line in desk.lines()]
        assert any(line.startswith("姓名 张华山 数字电视系统 截至 09:10") for line in lines), lines
        assert any(line.startswith("片区 城关镇 本单位填写 8001") for line in lines), lines
        await desk.press("g")
        await desk.see("请选本单位填写的一项")
        assert not desk.asked("source.restore")
        while desk.app.desk.work("file").sources.table.current.key != "area":
            await desk.press("down")
        await desk.press("g")
        await desk.see("本单位填写的作废")
        await desk.press("y")
        sent = await desk.stage.asked("source.restore")
        assert (sent.customer_id, sent.field) == (1, "area")
        await desk.see("片区：已恢复为来源系统的资料")
        await desk.gone("本单位填写 8001")
