"""What a supervisor does from the tables, key by key, and what is asked before it cannot be undone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.core.states import AgentStatus, SpyMode
from engine.core.views import SpyView
from engine.wire.messages import Reason
from tests.support import world
from tests.tui.driving import Driver, supervisor_floor

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def talk_at_seat1(folder: Path, seat: str = "seat2") -> AsyncIterator[Driver]:
    """8001 talks at seat1 with 张华山; the supervisor sits at a seat, the cursor on 8001."""
    async with supervisor_floor(folder, seat=seat) as watch:
        floor = watch.stage.floor
        floor.take_seat("8001", "seat1")
        floor.ready()
        floor.present_call()
        floor.answer()
        await watch.see("通话 T")
        await watch.press("a", "home")
        await watch.until(lambda: watch.app.situation().agent.staff_number == "8001", "the cursor on 8001")
        yield watch


async def test_listening_whispering_and_joining_change_without_a_new_call(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        await watch.press("l")
        await watch.see("监听  王小丽  00:00 自 09:30  客户 张华山 138 9381 2345")
        watch.stage.floor.now += 41 * world.SECOND
        watch.app._tick()
        await watch.see("00:41")
        since = watch.stage.floor.spies["9001"].since
        for key, mode, words in (("w", SpyMode.WHISPER, "密语"), ("b", SpyMode.BARGE, "强插")):
            await watch.press(key)
            await watch.see(f"{words}  王小丽")
            assert watch.stage.floor.spies["9001"].mode is mode
            assert watch.stage.floor.spies["9001"].since == since
        await watch.press("s")
        await watch.gone("强插  王小丽")
        assert not watch.stage.floor.spies


async def test_without_a_seat_listening_says_what_to_do(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path, seat="") as watch:
        await watch.press("l")
        await watch.see("需要自己的话机")
        assert not watch.asked("monitor.listen")


async def test_listening_needs_a_talk(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        await watch.press("down", "w")
        await watch.see("欧阳静怡 不在通话中")
        assert not watch.asked("monitor.listen")


async def test_escape_never_ends_the_listening(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        await watch.press("l")
        await watch.see("监听  王小丽")
        await watch.press("escape")
        await watch.see("按 s 停止监听")
        assert watch.stage.floor.spies


async def test_a_listening_that_ends_by_itself_is_told(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        await watch.press("l")
        await watch.see("监听  王小丽")
        watch.stage.floor.spy("9001", None)
        await watch.see("您已退出 王小丽 的通话")
        watch.stage.floor.spy(
            "9001", SpyView(staff_number="9001", agent="8001", call_id="c", mode=SpyMode.LISTEN, since=0)
        )
        await watch.see("您的话机在振铃，请摘机")
        watch.stage.floor.spy("9001", None)
        await watch.see("您的话机无人接听")


async def test_f8_stops_listening_and_not_the_talk(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        await watch.press("l")
        await watch.see("监听  王小丽")
        await watch.press("f8")
        await watch.until(lambda: not watch.stage.floor.spies, "not listening")
        await watch.see("通话 T")
        assert not watch.asked("agent.hang_up")


async def test_taking_over_says_who_and_what_and_waits_for_a_yes(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        await watch.press("t")
        await watch.see("接管 王小丽 的通话？")
        await watch.see("张华山 138 9381 2345 从此与您通话")
        await watch.see("王小丽 退出通话，转入话后处理。")
        await watch.press("enter")
        await watch.gone("接管 王小丽 的通话？")
        assert not watch.asked("monitor.take_over")
        await watch.press("t")
        await watch.see("接管 王小丽 的通话？")
        await watch.press("y")
        await watch.see("自己话机: 通话 T")
        await watch.see("话后 W")
        await watch.press("f8")
        await watch.stage.asked("agent.hang_up")


@pytest.mark.parametrize("key", ["n", "escape", "enter", "q", "x", "f4", "ctrl+p"])
async def test_only_y_ends_a_call(tmp_path: Path, key: str) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        await watch.press("c", "x")
        await watch.see("强拆这个通话？")
        await watch.see("张华山 138 9381 2345 的电话立即断开")
        await watch.press(key)
        await watch.pilot.pause()
        assert not watch.asked("calls.release")
        await watch.press("escape")
        await watch.gone("强拆这个通话？")
        await watch.press("x")
        await watch.see("强拆这个通话？")
        await watch.press("y")
        await watch.stage.asked("calls.release")
        await watch.see("话后 W")


async def test_ready_break_and_log_out_by_force(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        await watch.press("a", "home", "r")
        await watch.see("欧阳静怡 已经就绪")
        await watch.press("z")
        await watch.see("欧阳静怡 小休，原因")
        await watch.press("2")
        params = await watch.stage.asked("agents.force")
        assert (params.staff_number, params.status, params.reason) == ("8002", AgentStatus.BREAK, "meeting")
        await watch.see("会议")
        await watch.press("r")
        await watch.see("欧阳静怡 已就绪")
        await watch.press("o")
        await watch.see("让 欧阳静怡 签出？")
        await watch.press("y")
        await watch.gone("802")


async def test_a_waiting_caller_is_given_to_an_agent(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        watch.stage.floor.queue_call("13893812345", queue_id="fault")
        await watch.see("排队 Q")
        await watch.press("c", "p")
        await watch.see("张华山 138 9381 2345 由谁接听？")
        await watch.press("1")
        params = await watch.stage.asked("calls.pick")
        assert (params.call_id, params.staff_number) == ("c-2001", "8002")
        await watch.see("已指派给 欧阳静怡")


async def test_an_agent_is_given_a_waiting_caller(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        watch.stage.floor.queue_call("13893812345", queue_id="fault")
        watch.stage.floor.queue_call("09318881234", queue_id="general")
        await watch.see("0931-8881234")
        await watch.press("a", "home", "p")
        await watch.see("指派哪位来电给 欧阳静怡？")
        await watch.press("2")
        params = await watch.stage.asked("calls.pick")
        assert (params.call_id, params.staff_number) == ("c-2002", "8002")


async def test_the_supervisor_takes_a_caller_and_answers_at_the_own_seat(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path, seat="seat1") as watch:
        watch.stage.floor.queue_call("13893812345", queue_id="fault")
        await watch.see("排队 Q")
        await watch.press("c", "p")
        await watch.see("我自己")
        await watch.press("1")
        await watch.see("自己话机: 振铃 P")
        assert "F4 接听" in watch.hints()
        await watch.press("f4")
        await watch.see("自己话机: 通话 T")
        await watch.press("f8")
        await watch.see("自己话机: 话后 W")


async def test_a_caller_is_moved_up_and_to_another_queue(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        floor = watch.stage.floor
        call_id = floor.queue_call("13893812345", queue_id="fault")
        await watch.see("排队 Q")
        await watch.press("c", "u")
        await watch.see("这位来电已经排在第一位")
        await watch.press("m")
        await watch.see("换到哪个队列？")
        assert "故障申告" not in [row.texts[0] for row in watch.app.screen._rows]
        await watch.press("2")
        params = await watch.stage.asked("calls.move")
        assert (params.call_id, params.queue_id) == (call_id, "enquiry")
        await watch.see("已换到业务咨询")


async def test_a_raised_hand_is_on_top_with_its_time_and_answered_by_whisper(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        floor = watch.stage.floor
        floor.raise_hand("8003")
        floor.now += 30 * world.SECOND
        floor.raise_hand("8001")
        await watch.see("举手 2")
        table = watch.app.floor_screen._tables["agents"]
        await watch.until(lambda: [row.key for row in table.rows][:2] == ["8003", "8001"], "hands on top")
        floor.now += 11 * world.SECOND
        watch.app._tick()
        await watch.see("举手 00:41")
        assert "h 举手" in watch.hints().split("   ")[0]
        await watch.press("a", "home", "down", "h")
        await watch.see("王小丽 请求帮助")
        await watch.press("1")
        await watch.see("密语  王小丽")
        floor.raise_hand("8001", on=False)
        floor.raise_hand("8003", on=False)
        await watch.gone("举手 1")


async def test_help_by_whisper_to_somebody_without_a_talk_says_why_not(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        watch.stage.floor.raise_hand("8003")
        await watch.see("举手 1")
        await watch.press("c", "h", "1")
        await watch.see("不在通话中")


async def test_a_refusal_of_the_engine_is_said_in_words(tmp_path: Path) -> None:
    async with talk_at_seat1(tmp_path) as watch:
        watch.stage.refuse("monitor.listen", Reason.REFUSED, "no_phone")
        await watch.press("l")
        await watch.see("话机没有注册")


async def test_the_palette_has_every_command_and_says_why_not(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        await watch.press("ctrl+p")
        await watch.type("qzqc")
        await watch.see("强制签出")
        await watch.press("escape", "q", "ctrl+p")
        await watch.type("jt")
        await watch.see("请先把光标移到坐席")


async def test_logging_in_offers_no_seat_below_the_seats(tmp_path: Path) -> None:
    from tests.support.stage import Stage
    from tests.tui.driving import driving, log_in
    from tui.supervisor.app import SupervisorApp

    async with Stage(tmp_path) as stage, driving(SupervisorApp, stage) as login:
        await login.see("无席位")
        await log_in(login, "9001", seat="")
        await login.press("enter")
        await login.until(lambda: login.app.floor is not None, "the floor")
        assert login.app.desk is None
        assert login.asked("session.log_in")[0].seat == ""


async def test_a_supervisors_seat_counts_as_nobody_away(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path, seat="seat1") as watch:
        await watch.see("一号席 801")
        await watch.see("班长席")
        await watch.see("服务 0  空闲 1  离开 1  关闭 0")
