"""Logging in: by number keys, with every refusal in words."""

from pathlib import Path

import pytest

from engine.core.states import RefusalCode
from engine.wire.messages import Reason
from tests.support import world
from tests.support.stage import Stage
from tests.tui.driving import agent_desk, driving, enter, log_in
from tui.agent.app import AgentApp
from tui.widgets.field import Field


@pytest.mark.asyncio
async def test_staff_number_pin_and_seat_by_its_number(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(AgentApp, stage) as login:
        await login.see("某某广电网络分公司")
        await log_in(login, seat="2")
        asked = await stage.asked("session.log_in")
        assert (asked.staff_number, asked.pin, asked.seat) == ("8001", world.PIN, "seat2")
        await login.see("王小丽 8001  二号席 802")


@pytest.mark.asyncio
async def test_the_pin_is_never_painted(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(AgentApp, stage) as login:
        await login.until(lambda: login.app.focused is not None, "cursor")
        await login.press("tab")
        await login.type(world.PIN)
        await login.see("****")
        assert world.PIN not in login.text()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("reason", "detail", "words"),
    [
        (Reason.WRONG_PIN, "3", "工号或密码不对，还可以试 3 次"),
        (Reason.LOCKED, str(world.instant("2026-03-02 09:45")), "锁定到 09:45"),
        (Reason.DISABLED, "", "该用户已停用"),
        (Reason.REFUSED, RefusalCode.SEAT_TAKEN, "这个席位已有人签入"),
    ],
)
async def test_a_refused_log_in_says_why(tmp_path: Path, reason: Reason, detail: str, words: str) -> None:
    async with Stage(tmp_path) as stage, driving(AgentApp, stage) as login:
        stage.refuse("session.log_in", reason, detail)
        enter(login)
        await login.see(words)
        assert login.app.desk is None


@pytest.mark.asyncio
async def test_after_a_wrong_pin_it_is_asked_again(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(AgentApp, stage) as login:
        stage.refuse("session.log_in", Reason.WRONG_PIN, "4")
        await log_in(login)
        await login.see("还可以试 4 次")
        pin = login.app.focused
        assert isinstance(pin, Field)
        assert (pin.id, pin.value) == ("pin", "")
        stage.allow("session.log_in")
        await login.type(world.PIN)
        await login.press("enter", "1")
        await login.see("小休 B")


@pytest.mark.asyncio
async def test_a_console_waits_for_an_engine_that_is_not_there_yet(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    app = AgentApp(stage.path, "zh", "agent", clock=lambda: world.NOW)
    async with app.run_test() as pilot:
        while "连接不上引擎" not in "".join(
            segment.text for strip in app.screen._compositor.render_strips() for segment in strip
        ):
            await pilot.pause(0.01)
        async with stage:
            while app.hello is None:
                await pilot.pause(0.01)
    assert app.hello.site == "某某广电网络分公司"


@pytest.mark.asyncio
async def test_an_engine_restarted_behind_the_log_in_screen_is_met_anew(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(AgentApp, stage) as login:
        await login.see("某某广电网络分公司")
        await stage.stop()
        await stage.start()
        await log_in(login, seat="2")
        await login.see("王小丽 8001")


@pytest.mark.asyncio
async def test_the_language_of_the_site_is_spoken_unless_another_is_asked_for(tmp_path: Path) -> None:
    async with agent_desk(tmp_path, language=None) as desk:
        await desk.see("就绪 R")
    async with agent_desk(tmp_path, language="en") as desk:
        await desk.see("Ready R")


@pytest.mark.asyncio
async def test_a_newer_console_of_the_same_agent_ends_this_one(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.replace_console()
        await desk.see("您已在另一处签入")
        await desk.see("工号")
        enter(desk)
        await desk.see("王小丽 8001")
