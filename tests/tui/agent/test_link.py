"""The line to the engine breaks: the console says so, stops its clocks, and loses nothing."""

from pathlib import Path

import pytest

from engine.core.states import RefusalCode
from engine.wire.messages import Reason
from tests.support import world
from tests.tui.driving import agent_desk, enter, talking


@pytest.mark.asyncio
async def test_a_lost_engine_is_shown_with_the_time_of_the_loss_and_greys_the_keys(
    tmp_path: Path,
) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        desk.stage.floor.now += 25 * world.SECOND
        desk.app._tick()
        await desk.see("00:25")
        await desk.stage.stop()
        await desk.see("与引擎断开，数据停在 09:30:25")
        await desk.see("未知 ?")
        assert "通话 T" not in desk.lines()[0]
        desk.stage.floor.now += world.MINUTE
        desk.app._tick()
        desk.app.repaint()
        await desk.see("09:30:25")
        await desk.see("00:25")  # the talk's clock stands where it was
        assert "09:31:25" not in desk.text()
        await desk.press("f5")
        await desk.see("无法保持：与引擎断开")


@pytest.mark.asyncio
async def test_after_the_line_is_back_the_form_is_as_it_was_and_its_draft_is_sent(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk)
        await desk.type("before ")
        await desk.stage.asked("call.draft")
        await desk.stage.stop()
        await desk.see("连接断开")
        await desk.type("and after")
        drafts = len(desk.asked("call.draft"))
        await desk.stage.start()
        await desk.see("与引擎恢复连接")
        draft = await desk.stage.asked("call.draft", times=drafts + 1)
        assert (draft.call_id, draft.note.note) == (call_id, "before and after")
        await desk.type("!")
        assert desk.app.desk.notes.note.note == "before and after!"


@pytest.mark.asyncio
async def test_a_console_whose_seat_is_taken_when_it_comes_back_asks_who_is_there(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.refuse("session.log_in", Reason.REFUSED, RefusalCode.SEAT_TAKEN)
        desk.stage.drop()
        await desk.see("这个席位已有人签入")
        await desk.see("工号")
        assert desk.app.desk is None
        desk.stage.allow("session.log_in")
        enter(desk, seat="seat2")
        await desk.see("王小丽 8001")


@pytest.mark.asyncio
async def test_a_busy_engine_is_tried_again(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        log_ins = len(desk.asked("session.log_in"))
        desk.stage.refuse("session.log_in", Reason.BUSY)
        desk.stage.drop()
        await desk.stage.asked("session.log_in", times=log_ins + 2)
        desk.stage.allow("session.log_in")
        await desk.see("与引擎恢复连接")
        assert desk.app.desk is not None


@pytest.mark.asyncio
async def test_a_switch_that_is_down_is_shown_and_is_the_reason_of_grey_keys(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        desk.stage.floor.switch_down()
        await desk.see("交换机自 09:30 起断开")
        await desk.press("f8")
        await desk.see("无法挂断：交换机断开")
        assert not desk.asked("agent.hang_up")
        desk.stage.floor.switch_up()
        await desk.gone("交换机自")


@pytest.mark.asyncio
async def test_a_phone_that_is_not_registered_is_said(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.floor.change_agent("8001", phone_reachable=False)
        await desk.see("话机没有注册")
        await desk.see("话机离线")
