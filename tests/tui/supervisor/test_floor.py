"""The supervisor sees the floor as it is, at once, in an order that does not jump."""

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from engine.core.states import AgentState, CallState, Direction
from engine.core.views import FloorView, PartyView
from tests.support import world
from tests.support.stage import Stage
from tests.tui.driving import driving, enter, supervisor_floor
from tui.labels import SiteWords
from tui.supervisor.app import SupervisorApp
from tui.supervisor.paint import seat_counts
from tui.supervisor.tables import agent_rows, call_rows, queue_rows, total
from tui.widgets.rows import RowTable
from tui.widgets.theme import TONES
from tui.words import use_language


@pytest.mark.asyncio
async def test_agents_queues_calls_and_lines_of_now(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        for words in (
            "班长 陈班长  无席位  某某广电网络分公司",
            "服务 0  空闲 1  离开 1  关闭 1",
            "就绪 R",
            "欧阳静怡",
            "小休 B",
            "就餐",
            "人工服务",
            "84%",
            "合计",
            "87%",
            "20秒服务水平 = 20秒内接听 / (已结束的进线 - 短时放弃)",
            "外线1 空闲",
            "外线占用 0/2",
            "当前没有通话",
        ):
            await watch.see(words)


def test_a_break_has_its_colour_and_says_when_it_is_overdue() -> None:
    use_language("zh")
    words = SiteWords()
    words.reasons = [msgspec.structs.replace(reason, color="cyan") for reason in world.BREAK_REASONS]
    meal = replace(world.AGENTS[1], break_until=2_000)
    floor = FloorView(whole=True, agents=(meal,))
    shown = [(row.texts[6], row.tone(6)) for now in (1_999, 2_000) for row in agent_rows(floor, now, words)]
    assert shown == [("就餐", "color-cyan"), ("就餐 超时", "warn")]
    assert "color-cyan" in TONES


@pytest.mark.asyncio
async def test_a_call_is_followed_through_all_tables(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        floor = watch.stage.floor
        floor.queue_call("09318881234", queue_id="enquiry")
        await watch.see("排队 Q")
        await watch.see("0931-8881234")
        await watch.see("最长 00:12")
        floor.take_seat("8001", "seat1")
        floor.ready()
        floor.present_call("13993800002")
        await watch.see("振铃 P")
        floor.answer()
        floor.change_floor(lines=(replace(world.LINES[0], busy=1),))
        await watch.see("通话 T")
        await watch.see("服务 1")
        await watch.see("外线1 占用")
        floor.hang_up()
        await watch.see("话后 W")
        await watch.gone("通话 T")


@pytest.mark.asyncio
async def test_a_row_stays_where_it_is_when_its_agent_changes_state(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        floor = watch.stage.floor
        floor.take_seat("8001", "seat1")
        await watch.see("王小丽")
        table = watch.app.screen.query_one("#agents", RowTable)
        order = [row.key for row in table.rows]
        floor.present_call()
        await watch.see("振铃 P")
        floor.change_agent("8001", state=AgentState.WRAP_UP)
        await watch.see("话后 W")
        assert [row.key for row in table.rows] == order == ["8001", "8002", "8003"]


@pytest.mark.asyncio
async def test_slash_filters_all_tables_and_escape_shows_all(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        watch.stage.floor.queue_call("09318881234")
        await watch.see("0931-8881234")
        await watch.press("slash")
        await watch.type("802")
        await watch.gone("迪丽努尔")
        await watch.see("欧阳静怡")
        await watch.press("enter", "a")
        await watch.see("欧阳静怡")
        await watch.press("escape")
        await watch.see("迪丽努尔")


@pytest.mark.asyncio
async def test_letters_go_to_the_tables(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        for letter, table in (("q", "queues"), ("c", "calls"), ("a", "agents")):
            await watch.press(letter)
            await watch.until(lambda table=table: watch.app.focused.id == table, table)


@pytest.mark.asyncio
async def test_rows_out_of_sight_are_counted_and_reached_with_the_arrows(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        for number in range(12):
            watch.stage.floor.queue_call(f"139000000{number:02}")
        await watch.see("139 0000 0000")
        await watch.see("通话 c+")
        assert "139 0000 0011" not in watch.text()
        await watch.press("c", "end")
        await watch.see("139 0000 0011")


@pytest.mark.asyncio
async def test_a_lost_engine_stops_the_clocks_and_says_so(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        watch.stage.floor.now += 25 * world.SECOND
        await watch.stage.stop()
        await watch.see("与引擎断开，数据停在 09:30:25")
        watch.stage.floor.now += world.MINUTE
        watch.app._tick()
        watch.app.repaint()
        await watch.see("09:30:25")
        assert "09:31:25" not in watch.text()
        await watch.stage.start()
        await watch.gone("与引擎断开")
        await watch.see("空闲 1")


@pytest.mark.asyncio
async def test_an_agent_is_refused(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(SupervisorApp, stage) as login:
        enter(login, "8001", seat="")
        await login.see("班长台只供班长和管理员使用")
        assert login.app.floor is None


@pytest.mark.asyncio
async def test_quitting_logs_out(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        await watch.press("ctrl+q")
        await watch.stage.asked("session.log_out")
        await watch.until(lambda: watch.app.return_value == 0, "the console has ended")


def test_each_seat_is_counted_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.floor.take_seat("8001", "seat1")
    stage.floor.change_agent("8001", state=AgentState.HOLDING)
    counts = seat_counts(stage.floor.floor(), seats=4)
    assert (counts.serving, counts.idle, counts.away, counts.closed) == (1, 1, 1, 1)


def test_all_queues_together_are_weighted_by_their_calls() -> None:
    use_language("zh")
    one = world.QUEUES[0]
    nothing_in_time = replace(
        world.QUEUES[1],
        offered=9,
        offered_ended=6,  # three are still waiting
        answered=2,
        handled=1,  # one is still talking
        abandoned=3,
        short_abandoned=2,
        waiting=3,
        service_level=0.0,
        mean_wait_ms=50_000,
        mean_talk_ms=10_000,
    )
    together = total([one, nothing_in_time])
    assert (together.offered, together.offered_ended, together.handled) == (29, 26, 18)
    assert together.service_level == pytest.approx(16 / (26 - 3))
    assert together.mean_wait_ms == (17 * 8_400 + 2 * 50_000) // 19
    assert together.mean_talk_ms == (17 * 95_000 + 1 * 10_000) // 18
    assert total([]).service_level is None


def test_names_of_any_width_keep_their_columns(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    rows = agent_rows(stage.floor.floor(), world.NOW, watch_words())
    assert [row.texts[2] for row in rows] == ["欧阳静怡", "迪丽努尔·阿卜杜热西提"]
    assert len(queue_rows(stage.floor.floor(), world.NOW)) == 5


def test_calls_between_colleagues_outgoing_ones_and_third_parties_are_told_apart(tmp_path: Path) -> None:
    use_language("zh")
    floor = Stage(tmp_path).floor
    call = floor.calls[floor.queue_call()]
    party = PartyView(name="", number="95598", since=world.NOW, answered=True, active=True)
    talk = replace(call, queue_id="", position=0, state=CallState.CONSULTING, staff_number="8003")
    floor.calls = {
        "a": replace(talk, call_id="a", cli="802", customer_name="", direction=Direction.INTERNAL),
        "b": replace(talk, call_id="b", direction=Direction.OUTBOUND, party=party),
    }
    rows = call_rows(floor.floor(), world.NOW, watch_words())
    assert [(row.texts[3][:4], row.texts[4]) for row in rows] == [("欧阳静怡", "内线"), ("迪丽拜尔", "呼出")]
    assert rows[1].texts[6].endswith("+95598")


def watch_words() -> object:
    from tui.labels import SiteWords

    return SiteWords()


@pytest.mark.asyncio
async def test_callers_who_serve_themselves_are_counted_where_they_are(tmp_path: Path) -> None:
    async with supervisor_floor(tmp_path) as watch:
        floor = watch.stage.floor
        for number, path in enumerate(
            (("main_menu",), ("main_menu", "account", "pay"), ("account",), ("x",))
        ):
            call = floor._new_call(f"1380000000{number}", CallState.IVR, queue_id="", offered_at=0)
            floor.calls[call.call_id] = replace(call, ivr_path=path)
        floor.change_floor(calls=tuple(floor.calls.values()))
        await watch.see("自助  4   查费缴费 2  主菜单 1")
        rows = [line for line in watch.lines() if "菜单 M" in line]
        assert ["查费缴费" in row for row in rows[:3]] == [False, True, True]
        floor.calls.clear()
        floor.change_floor(gone_calls=tuple(f"c-{2001 + number}" for number in range(4)))
        await watch.gone("自助")
