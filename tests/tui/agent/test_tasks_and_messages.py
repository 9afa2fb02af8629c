"""Customers who are to be called, and short messages between consoles."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.states import AgentState, CallbackKind
from tests.support import stage_chat, stage_tasks
from tests.support.stage import Stage
from tests.tui.driving import agent_desk, driving, enter, state, talking
from tui.agent.app import AgentApp
from tui.agent.notes import NoteArea

pytestmark = pytest.mark.asyncio


async def test_the_count_of_tasks_is_in_sight_and_enter_calls_the_first(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.floor.change_desk("8001", to_call=2)
        await desk.see("任务 2")
        await desk.press("ctrl+k")
        await desk.see("139 9380 0002")
        await desk.see("未接 2 次")
        await desk.see("已拨 1 次")
        await desk.press("enter")
        assert (await desk.stage.asked("callbacks.take")).id == 1
        await desk.see("呼出 D")
        desk.stage.floor.change_desk("8001", callback=stage_tasks.TASKS[0])
        await desk.see("预约回呼：今天")


async def test_who_waits_for_a_repair_is_a_task_that_says_what_is_repaired(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        repaired = replace(stage_tasks.TASKS[0], kind=CallbackKind.REPAIRED, tries=0, remark="光缆抢修")
        desk.stage.tasks = {1: repaired}
        await desk.press("ctrl+k")
        await desk.see("已修复")
        await desk.press("enter")
        await desk.see("呼出 D")
        desk.stage.floor.change_desk("8001", callback=repaired)
        await desk.see("告知客户故障已修复。光缆抢修")


async def test_a_task_that_somebody_else_has_is_grey_and_says_who(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+k")
        await desk.see("130 1234 5678")
        await desk.press("down", "down")
        await desk.see("8002 正在联系这位客户")
        await desk.press("enter")
        assert not desk.asked("callbacks.take")


async def test_a_task_is_settled_without_a_call_with_its_reason(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+k")
        await desk.see("138 9381 2345")
        await desk.press("down", "f9")
        await desk.see("不再回呼 张华山")
        await desk.press("2")
        assert (await desk.stage.asked("callbacks.cancel")).id == 2
        await desk.see("已办结：张华山")
        await desk.gone("138 9381 2345")


async def test_in_a_talk_tasks_can_be_read_but_not_called(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+k")
        await desk.see("139 9380 0002")
        await desk.press("enter")
        await desk.see("通话中不能外拨")
        assert not desk.asked("callbacks.take")


async def test_a_message_is_said_calmly_counted_and_answered(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        rung: list[bool] = []
        desk.app.bell = lambda: rung.append(True)
        await talking(desk)
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "the cursor is in the notes")
        rung.clear()
        stage_chat.post(desk.stage, "9001", "客户很急,先登记,我马上联系维修")
        await desk.see("陈班长：客户很急,先登记")
        await desk.see("消息  1")
        await desk.type("abc")
        assert desk.app.desk.notes.note.note == "abc"
        assert not rung
        await desk.press("ctrl+n")
        await desk.see("发给 陈班长")
        assert (await desk.stage.asked("chat.read")).id == 1
        await desk.gone("消息  1")
        await desk.type("ok")
        await desk.press("enter")
        sent = await desk.stage.asked("chat.send")
        assert (sent.to, sent.text) == ("9001", "ok")
        await desk.see("发给 陈班长")
        await desk.press("escape")
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "back in the notes")


async def test_an_announcement_rings_the_bell_once(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        rung: list[bool] = []
        desk.app.bell = lambda: rung.append(True)
        stage_chat.post(desk.stage, "9001", "三号机房检修到 12 点", to="")
        await desk.see("公告（陈班长）：三号机房检修到 12 点")
        assert rung == [True]


async def test_messages_of_the_time_away_are_there_after_the_log_in(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(AgentApp, stage) as login:
        stage_chat.post(stage, "8002", "昨天的回单在我桌上")
        enter(login)
        await login.until(lambda: login.app.view is not None and login.app.desk.is_mounted, "the desk")
        await login.press("ctrl+n")
        await login.see("昨天的回单在我桌上")
        await login.see("发给 欧阳静怡")


async def test_a_first_message_asks_to_whom(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+n")
        await desk.see("写给其他人")
        await desk.type("hi")
        await desk.press("enter")
        await desk.see("1  欧阳静怡 8002")
        await desk.press("1")
        sent = await desk.stage.asked("chat.send")
        assert (sent.to, sent.text) == ("8002", "hi")
        await desk.see("发给 欧阳静怡")
        assert "发给 欧阳静怡" in desk.lines()[7]  # beside the field


async def test_a_long_message_is_shown_whole_below_the_list(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        stage_chat.post(desk.stage, "9001", "城关镇" * 40 + "完")
        await desk.see("消息  1")
        await desk.press("ctrl+n")
        await desk.see("完")


@pytest.mark.parametrize("key", ["ctrl+k", "ctrl+n"])
async def test_the_panels_stand_rubbish_and_an_engine_that_goes(tmp_path: Path, key: str) -> None:
    async with agent_desk(tmp_path) as desk:
        stage_chat.post(desk.stage, "9001", "在吗")
        await desk.press(key)
        await desk.press("pagedown", "end", "f12", "insert", "ctrl+a", "up", "up", "delete", "home")
        await desk.type("Ω!?坏 ~")
        await desk.stage.stop()
        await desk.see("连接断开")
        await desk.press("enter")
        await desk.stage.start()
        await desk.see("与引擎恢复连接")
        await desk.press("escape")
        assert desk.app.panel == ""
        assert desk.app.view.agent.state is AgentState.IDLE


async def test_a_call_that_comes_while_an_answer_is_written_takes_nothing_away(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        stage_chat.post(desk.stage, "9001", "在吗")
        await desk.see("消息  1")
        await desk.press("ctrl+n")
        await desk.type("wo")
        desk.stage.floor.present_call()
        await state(desk, AgentState.RINGING)
        await desk.type("zai")
        assert desk.app.desk.opened("chat").entry.value == "wozai"
        await desk.press("f4")
        await state(desk, AgentState.TALKING)


async def test_long_names_break_no_line_of_tasks_and_messages(tmp_path: Path) -> None:
    from rich.cells import cell_len

    async with agent_desk(tmp_path) as desk:
        desk.stage.tasks[1] = replace(desk.stage.tasks[1], number="0" * 32)
        message = stage_chat.post(desk.stage, "9001", "长" * 500)
        desk.app.inbox.add(replace(message, id=99, sender_name="欧阳春花" * 10))
        for key, shown in (("ctrl+k", "00000"), ("ctrl+n", "长长长")):
            await desk.press(key)
            await desk.see(shown)
            assert all(cell_len(line) == 80 for line in desk.lines())
