"""The agent takes calls: keys become requests, views become words."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from engine.core.states import AgentState, AgentStatus
from tests.tui.driving import agent_desk, state, talking
from tui.agent.notes import NoteArea
from tui.widgets.field import Field


@pytest.mark.asyncio
async def test_a_presented_call_pops_up_with_all_that_is_known_and_rings_the_bell(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        rung: list[bool] = []
        desk.app.bell = lambda: rung.append(True)
        desk.stage.floor.present_call("13893812345")
        for words in (
            "振铃 P",
            "来电",
            "138 9381 2345",
            "张华山",
            "GD0000001",
            "城关镇人民路12号3单元501",
            "8101000000000017",
            "高清基础包、宽带100M",
            "余额 128.50 元",
            "未解决 1",
            "机顶盒无信号",
            "咨询宽带资费",
            "F4 接听",
        ):
            await desk.see(words)
        assert rung == [True]


@pytest.mark.asyncio
async def test_arrears_are_said_in_words_and_a_vip_is_named(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.floor.present_call("13993800002")
        await desk.see("欠费 36.00 元")
        await desk.see("贵宾")
        await desk.see("听力不好")


@pytest.mark.asyncio
async def test_an_incoming_call_never_takes_the_cursor_and_f4_answers_from_the_search(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+f")
        await desk.type("zh")
        desk.stage.floor.present_call("13893812345")
        await desk.see("张华山")
        await desk.type("s")
        field = desk.app.focused
        assert isinstance(field, Field)
        assert field.value == "zhs"
        await desk.press("f4")
        await desk.stage.asked("agent.answer")
        await state(desk, AgentState.TALKING)
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "the cursor is in the notes")


@pytest.mark.asyncio
async def test_after_answering_the_cursor_stays_in_a_half_filled_form(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.floor.present_call("13012345678")
        await state(desk, AgentState.RINGING)
        await desk.press("ctrl+e")
        await desk.type("Wang")
        await desk.press("f4")
        await state(desk, AgentState.TALKING)
        await desk.type("Li")
        assert desk.app.desk.card_form.customer().name == "WangLi"


@pytest.mark.asyncio
async def test_hold_retrieve_and_hang_up(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f5")
        await desk.stage.asked("agent.hold")
        await desk.see("保持 H")
        await desk.see("F4 取回")
        await desk.press("f4")
        await desk.stage.asked("agent.retrieve")
        await desk.see("通话 T")
        await desk.press("f8")
        await desk.stage.asked("agent.hang_up")
        await desk.see("话后 W")


@pytest.mark.asyncio
async def test_f8_rejects_a_ringing_call(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.floor.present_call()
        await desk.see("F8 拒接")
        await desk.press("f8")
        await desk.stage.asked("agent.reject")
        await desk.see("小休 B")
        await desk.see("您已拒接")
        assert not desk.asked("agent.hang_up")


@pytest.mark.asyncio
async def test_a_ring_not_answered_says_why_the_agent_is_on_break(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.floor.present_call()
        await state(desk, AgentState.RINGING)
        desk.stage.floor.withdraw()
        await desk.see("振铃未接，已转为小休")
        assert desk.hints().startswith(" F2 就绪")


@pytest.mark.asyncio
async def test_a_ringing_phone_is_to_be_picked_up(tmp_path: Path) -> None:
    async with agent_desk(tmp_path, phone="ring") as desk:
        desk.stage.floor.present_call()
        await desk.see("请拿起话机，或按 F4")
        await desk.press("f4")
        await desk.stage.asked("agent.answer")
        await desk.see("请拿起话机")


@pytest.mark.asyncio
async def test_escape_never_ends_a_call(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        before = len(desk.stage.requests)
        await desk.press("escape", "escape", "escape")
        await desk.see("Esc 不会挂断电话")
        assert {name for name, _ in desk.stage.requests[before:]} <= {"call.draft"}
        assert desk.app.view.agent.state is AgentState.TALKING


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("f4", "无法接听：没有来电"),
        ("f5", "无法保持：当前没有通话"),
        ("f8", "无法挂断：当前没有通话"),
        ("f9", "没有需要小结的通话"),
        ("ctrl+s", "没有需要保存的内容"),
    ],
)
async def test_a_greyed_key_says_why(tmp_path: Path, key: str, words: str) -> None:
    async with agent_desk(tmp_path) as desk:
        before = len(desk.stage.requests)
        await desk.press(key)
        await desk.see(words)
        assert len(desk.stage.requests) == before


@pytest.mark.asyncio
async def test_break_reason_by_number_key(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("f2")
        await desk.see("1  就餐")
        await desk.press("1")
        assert (await desk.stage.asked("agent.break")).reason == "meal"
        await desk.see("小休  就餐")
        await desk.press("f2")
        await desk.stage.asked("agent.ready", times=2)
        await desk.see("就绪 R")


@pytest.mark.asyncio
async def test_break_during_a_call_means_afterwards(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f2", "4")
        assert (await desk.stage.asked("agent.break")).reason == "rest"
        await desk.see("之后小休")
        assert desk.app.view.agent.next_status is AgentStatus.BREAK


@pytest.mark.asyncio
async def test_f4_answers_while_a_list_is_open(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("f2")
        await desk.see("小休，原因")
        desk.stage.floor.present_call()
        await state(desk, AgentState.RINGING)
        await desk.press("f4")
        await desk.stage.asked("agent.answer")


@pytest.mark.asyncio
async def test_one_of_several_customers_with_one_number_is_chosen_by_digit(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk)
        await desk.see("同号另有 1 人")
        await desk.press("ctrl+o")
        await desk.see("是哪位客户来电")
        await desk.press("2")
        saved = await desk.stage.asked("customer.save")
        assert (saved.customer.name, saved.call_id) == ("李四", call_id)
        await desk.see("李四")
        await desk.see("同号另有 1 人")


@pytest.mark.asyncio
async def test_quitting_is_refused_in_a_call_and_asked_in_a_wrap_up(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+q")
        await desk.see("通话中不能签出")
        assert not desk.asked("session.log_out")
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        await desk.press("ctrl+q")
        await desk.see("要签出吗")
        await desk.press("1")
        await desk.gone("要签出吗")
        assert not desk.asked("session.log_out")
        await desk.press("ctrl+q", "2")
        await desk.stage.asked("session.log_out")
        await desk.until(lambda: desk.app.return_value == 0, "the console has ended")


@pytest.mark.asyncio
async def test_the_same_key_twice_asks_once(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.floor.present_call()
        await state(desk, AgentState.RINGING)
        desk.app.action_command("call.answer")
        desk.app.action_command("call.answer")
        await state(desk, AgentState.TALKING)
        assert len(desk.asked("agent.answer")) == 1


@pytest.mark.asyncio
async def test_a_key_that_begins_to_work_is_painted_so_though_its_words_stay(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        column = cell_len(desk.hints()[: desk.hints().index("^S")])
        grey = desk.app.screen.get_style_at(column, 23)
        await desk.type("x")
        await desk.until(lambda: desk.app.screen.get_style_at(column, 23) != grey, "^S is not grey")


@pytest.mark.asyncio
async def test_two_keys_in_one_burst_close_a_list_once(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("f2")
        await desk.see("1  就餐")
        chooser = desk.app.screen
        assert chooser.take("1")
        assert chooser.take("2")
        assert (await desk.stage.asked("agent.break")).reason == "meal"
        await desk.see("小休  就餐")
        assert len(desk.asked("agent.break")) == 1
