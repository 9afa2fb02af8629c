"""A supervisor sees an agent's screen live, read-only, through the real socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.content import Content

from engine.wire.mirror import MirrorFrame
from tests.support import world
from tests.support.stage import Stage
from tests.tui.driving import Driver, driving, enter, talking
from tui.agent.app import AgentApp
from tui.supervisor.app import SupervisorApp
from tui.widgets.mirror import painted_line, row_of, style_of


@asynccontextmanager
async def two_consoles(
    folder: Path, agent_size: tuple[int, int] = (80, 24), size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Driver, Driver]]:
    """An agent at seat 1 in a talk, and a supervisor who sees that screen."""
    async with Stage(folder) as stage, driving(AgentApp, stage, size=agent_size) as desk:
        enter(desk)
        await desk.until(lambda: desk.app.view is not None and desk.app.desk.is_mounted, "the desk")
        await desk.press("f2")
        await desk.until(lambda: bool(desk.asked("agent.ready")), "ready")
        await talking(desk)
        async with driving(SupervisorApp, stage, size=size) as watch:
            enter(watch, "9001", seat="")
            await watch.see("通话 T")
            await watch.press("a", "home", "v")
            await watch.see("实时")
            yield desk, watch


@pytest.mark.asyncio
async def test_what_the_agent_types_and_opens_is_seen(tmp_path: Path) -> None:
    async with two_consoles(tmp_path) as (desk, watch):
        await watch.see("屏幕  王小丽 8001")
        await watch.see("人民路12号")
        await desk.type("no signal")
        await watch.see("no signal")
        await desk.press("f1")
        await watch.see("Ctrl+K")
        await desk.press("escape")
        await watch.gone("Ctrl+K")
        assert watch.lines()[:22] == desk.lines()[:22]


@pytest.mark.asyncio
async def test_nothing_that_the_supervisor_types_reaches_the_agent(tmp_path: Path) -> None:
    async with two_consoles(tmp_path) as (desk, watch):
        before = desk.lines()
        await watch.type("jqyf123")
        await watch.press("f9", "ctrl+s", "enter", "tab", "delete")
        await watch.pilot.pause()
        assert desk.lines() == before


@pytest.mark.asyncio
async def test_escape_leaves_and_the_console_paints_for_nobody_any_more(tmp_path: Path) -> None:
    async with two_consoles(tmp_path) as (desk, watch):
        await desk.see("被观看  话机正常")
        await watch.press("escape")
        await watch.see("坐席 a")
        await desk.gone("被观看")
        await desk.until(lambda: not desk.app.mirror.wanted, "not wanted")
        painted = len(desk.asked("mirror.paint"))
        await desk.type("nobody sees this")
        await desk.see("nobody sees this")
        assert len(desk.asked("mirror.paint")) == painted


@pytest.mark.asyncio
async def test_only_changed_rows_are_sent(tmp_path: Path) -> None:
    async with two_consoles(tmp_path) as (desk, _):
        await desk.type("a")
        await desk.until(
            lambda: any("a" in str(f.rows) and not f.whole for f in desk.asked("mirror.paint")), "a frame"
        )
        last = desk.asked("mirror.paint")[-1]
        assert not last.whole
        assert len(last.rows) < 6


@pytest.mark.asyncio
async def test_a_closed_console_leaves_its_last_picture_and_says_so(tmp_path: Path) -> None:
    async with two_consoles(tmp_path) as (desk, watch):
        await desk.app.engine.close()
        await watch.see("画面停在")
        await watch.see("人民路12号")


@pytest.mark.asyncio
async def test_a_lost_engine_is_said_and_the_picture_comes_back_with_it(tmp_path: Path) -> None:
    async with two_consoles(tmp_path) as (desk, watch):
        watch.stage.mirrors.watched.clear()
        await watch.stage.stop()
        await watch.see("连接断开，画面停在")
        assert "实时" not in watch.text()
        await watch.stage.start()
        await watch.see("实时")
        await desk.until(lambda: desk.app.connected, "connected")
        await desk.type("again")
        await watch.see("again")


@pytest.mark.asyncio
async def test_the_log_in_screen_is_never_sent(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(AgentApp, stage) as desk:
        desk.app.mirror.want(True)
        await desk.type("8001")
        await desk.press("enter")
        await desk.type("4711")
        mirror = desk.app.mirror
        await desk.until(lambda: mirror._due is None and not mirror._sending, "a picture was due and is over")
        assert mirror._frame() is None
        assert not desk.asked("mirror.paint")


@pytest.mark.asyncio
async def test_a_larger_screen_is_moved_over_with_the_arrows(tmp_path: Path) -> None:
    async with two_consoles(tmp_path, agent_size=(132, 40)) as (desk, watch):
        await desk.see("客户号 GD0000001")
        assert "客户号" not in watch.text()
        for _ in range(6):
            await watch.press("right")
        await watch.see("客户号 GD0000001")
        await watch.press(*["left"] * 6)
        await watch.gone("客户号")


def test_a_row_keeps_text_and_looks_and_joins_neighbours() -> None:
    bold = Style.parse("bold #ffffff on #2a6fb0")
    row = row_of([Segment("通", bold), Segment("话", bold), Segment(" plain"), Segment("", bold)])
    assert row == [("通话", "b;ffffff;2a6fb0"), (" plain", ";;")]
    painted = painted_line(row)
    assert painted.plain == "通话 plain"
    assert style_of("b;ffffff;2a6fb0").bold


@pytest.mark.parametrize("looks", ["", "zzz", "b;red;", ";;;;", "b;ffffff;2a6fb0; on_click=quit", "[bold]"])
def test_looks_that_are_none_are_plain(looks: str) -> None:
    assert not style_of(looks).bold


def test_a_forged_row_cannot_move_the_terminals_cursor() -> None:
    painted = painted_line([("\x1b[2J\x07hello\r\nworld", ";;")])
    assert painted.plain == Content("[2Jhello  world").plain


def test_frames_are_shown_on_top_of_what_was_painted() -> None:
    def frame(rows: dict[int, list[tuple[str, str]]], whole: bool) -> MirrorFrame:
        return MirrorFrame(
            staff_number="8001", at=world.NOW, live=True, whole=whole, width=80, height=2, rows=rows
        )

    from engine.wire.mirror import merge_frames

    merged = merge_frames(frame({0: [("a", ";;")], 1: [("b", ";;")]}, True), frame({1: [("c", ";;")]}, False))
    assert merged.whole
    assert merged.rows == {0: [("a", ";;")], 1: [("c", ";;")]}
