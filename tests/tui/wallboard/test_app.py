"""A wallboard on a wall: nobody logs in, nothing goes stale silently, nothing that is typed breaks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support import world
from tests.support.stage import Stage
from tests.tui.driving import Driver, driving, enter
from tui.wallboard.app import WallboardApp

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def wall(
    folder: Path, language: str | None = "zh", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[Driver]:
    """A wallboard of the machine's own administrator."""
    async with Stage(folder, local_admin=True) as stage:
        async with driving(WallboardApp, stage, language, size) as board:  # type: ignore[arg-type]
            await board.until(lambda: board.app.board_screen is not None, "the board")
            yield board


async def test_it_shows_the_floor_without_a_log_in(tmp_path: Path) -> None:
    async with wall(tmp_path) as board:
        for words in ("最长等待", "服务水平 %", "外线占用", "没有告警", "连接正常"):
            await board.see(words)
        assert not board.asked("session.log_in")


async def test_a_waiting_caller_is_seen_and_the_clock_runs(tmp_path: Path) -> None:
    async with wall(tmp_path) as board:
        for _ in range(5):
            board.stage.floor.queue_call()
        await board.see("告警")
        await board.until(lambda: "5" in big_texts(board), "five")
        board.stage.floor.now += 31 * world.SECOND
        board.app._tick()
        await board.until(lambda: "00:43" in big_texts(board), "the wait")


def big_texts(board: Driver) -> list[str]:
    """What the tiles of the first row say."""
    from tui.wallboard.figures import figures

    rows = figures(board.app.floor, board.app.limits, board.app.now())
    return [figure.text for figure in rows[0]]


async def test_a_lost_engine_is_shown_big_with_the_time_since(tmp_path: Path) -> None:
    async with wall(tmp_path) as board:
        await board.see("最长等待")
        await board.stage.stop()
        await board.see("与引擎断开")
        await board.gone("最长等待")
        board.stage.floor.now += 75 * world.SECOND
        board.app._tick()
        await board.see("数据停在 09:30:00")
        await board.until(lambda: board.text().count("######") > 3, "big digits")
        await board.stage.start()
        await board.see("最长等待")
        await board.gone("与引擎断开")


async def test_changed_limits_are_taken_after_a_reconnection(tmp_path: Path) -> None:
    async with wall(tmp_path) as board:
        board.stage.limits.waiting_alarm = 1
        board.stage.drop()
        await board.until(lambda: board.app.limits.waiting_alarm == 1, "the new limit")


async def test_rubbish_keys_change_nothing(tmp_path: Path) -> None:
    async with wall(tmp_path) as board:
        await board.see("最长等待")
        await board.press("x", "f4", "f8", "enter", "tab", "up", "ctrl+s", "1", "escape", "space", "f12", "k")
        await board.see("最长等待")
        await board.press("f1")
        await board.see("[wallboard]")
        await board.press("escape", "q")
        await board.until(lambda: board.app.return_value == 0, "it has ended")


async def test_with_staff_number_and_pin_it_logs_in_by_itself(tmp_path: Path) -> None:
    from tui.widgets.login import Prefill

    async with Stage(tmp_path) as stage:
        app = WallboardApp(stage.path, "zh", "wallboard", clock=lambda: stage.floor.now)
        app.prefill = Prefill("9001", world.PIN)
        async with app.run_test(size=(80, 24)) as pilot:
            board = Driver(app, pilot, stage)
            await board.see("最长等待")
            assert board.asked("session.log_in")[0].seat == ""


async def test_an_agent_is_refused(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(WallboardApp, stage) as login:
        enter(login, "8001", seat="")
        await login.see("大屏只供班长和管理员使用")
        assert login.app.floor is None


async def test_alarms_take_turns_with_what_to_do_and_can_be_known(tmp_path: Path) -> None:
    async with wall(tmp_path) as board:
        board.stage.floor.alarm(*world.ALARMS)
        await board.see("告警 1/3 紧急")
        await board.see("怎么办: 检查网关的电源和线缆，再联系运营商。")
        board.stage.floor.now += 5 * world.SECOND
        board.app._tick()
        await board.see("告警 2/3 警告")
        await board.press("k")
        await board.until(lambda: not board.app.known_alarms.unknown(world.ALARMS), "known")
        board.stage.floor.alarm()
        await board.see("没有告警")


async def test_a_tall_wall_shows_all_alarms_at_once(tmp_path: Path) -> None:
    async with wall(tmp_path, size=(200, 60)) as board:
        board.stage.floor.alarm(*world.ALARMS)
        for words in ("告警 1/3", "告警 2/3", "告警 3/3"):
            await board.see(words)
