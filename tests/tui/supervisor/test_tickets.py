"""The supervisor sees how old tickets are, hears of delays and outages, and decides by one key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.tickets.states import Deed, TicketState
from tests.support import world
from tests.support.stage_ticket_site import HOUR, SUSPECT, make_ticket
from tests.support.stage_tickets import open_station
from tests.tui.driving import Driver, supervisor_floor
from tui.supervisor.ticket_screen import MOST_LATE
from tui.supervisor.ticket_tables import ALL

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def ticket_floor(folder: Path) -> AsyncIterator[Driver]:
    """The floor, once the engine has told of tickets."""
    async with supervisor_floor(folder) as watch:
        open_station(watch.stage)
        await watch.until(lambda: bool(watch.app.tickets.aging), "tickets are known")
        yield watch


async def test_departments_by_age_then_a_list_then_a_ticket_and_back(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        await watch.press("e")
        await watch.see("东山维护站")
        row = next(row for row in watch.app.ticket_screen.aging.rows if row.key == "east")
        assert row.texts[:9] == ("东山维护站", "6", "4", "2", "", "", "1", "", "2")
        assert watch.app.ticket_screen.aging.rows[-1].texts[1] == "9"
        await watch.see("逾期40小时")
        watch.app.ticket_screen.aging.go_to("east")
        await watch.press("enter")
        await watch.see("260302003")
        assert "260302009" not in watch.text()
        await watch.see("东山维护站  T 类型")
        assert (await watch.stage.asked("tickets.list", 2)).department == "east"
        await watch.press("home", "enter")
        await watch.see("测过信号电平")
        await watch.press("escape")
        await watch.see("260302003")
        await watch.press("escape")
        await watch.see("合计")
        await watch.press("escape")
        await watch.see("坐席 a")


async def test_what_is_late_is_opened_and_moved(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        await watch.press("e")
        await watch.see("逾期40小时")
        await watch.press("b", "enter")
        await watch.see("260302009")
        await watch.see("办结")
        await watch.press("n")
        await watch.until(lambda: len(watch.app.screen_stack) > 3, "a field")
        await watch.type("xq e")
        await watch.press("enter")
        params = await watch.stage.asked("tickets.act")
        assert (params.number, params.act.deed, params.act.text) == ("260302009", Deed.REMARK, "xq e")
        await watch.press("escape", "escape")
        await watch.see("坐席 a")


async def test_more_late_tickets_than_are_listed_are_told_and_found(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        for one in range(MOST_LATE + 1):
            made = make_ticket(-one, TicketState.DISPATCHED, 50, -20)
            watch.stage.tickets.tickets[f"25{one:07}"] = replace(made, number=f"25{one:07}")
        await watch.press("e")
        await watch.see("已逾期 200+ b  后面还有：在部门上按 Enter，再按 4 查看")
        assert len(watch.app.ticket_screen.late.rows) == MOST_LATE
        watch.app.ticket_screen.aging.go_to(ALL)
        await watch.press("enter")
        lists = watch.app.ticket_screen.lists
        await watch.until(lambda: len(lists.table.rows) == MOST_LATE, "a list")
        await watch.press("4", "end")
        await watch.until(lambda: len(lists.table.rows) == MOST_LATE + 3, "all that are late")
        await watch.gone("后面还有")
        for number in list(watch.stage.tickets.tickets)[9:11]:
            watch.stage.tickets.change(watch.stage, number, state=TicketState.CLOSED)
        await watch.press("escape")
        await watch.until(lambda: "已逾期 200+" in watch.text(), "still one more")
        for number in list(watch.stage.tickets.tickets)[11:12]:
            watch.stage.tickets.change(watch.stage, number, state=TicketState.CLOSED)
        await watch.see("已逾期 200 b")
        await watch.gone("后面还有")


async def test_delays_told_upwards_ring_and_stay_until_somebody_looks(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        rung: list[bool] = []
        watch.app.bell = lambda: rung.append(True)  # a terminal's own bell cannot be heard here
        watch.stage.tickets.escalate(watch.stage, "260302005")
        await watch.see("东山维护站 1 张,逾期 1")
        assert rung == [True]
        await watch.press("e")
        await watch.see("合计")
        await watch.press("escape")
        await watch.see("坐席 a")
        assert "呈报" not in watch.text()
        watch.stage.tickets.escalate(watch.stage, "260302009")
        await watch.see("维修部 1 张,逾期 1")
        assert "东山维护站" not in watch.text()
        assert rung == [True, True]


async def test_a_suspected_outage_is_confirmed_by_one_key_after_its_effects(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        watch.stage.tickets.suspect(watch.stage, SUSPECT)
        await watch.see("东山片区 DS-07 数字电视  08:50 起 3 起报障")
        await watch.press("y")
        for words in (
            "260302001  260302003  260302004",
            "今天  13:30",
            "3 张工单并成一张",
            "3 位客户列入回电名单",
        ):
            await watch.see(words)
        assert watch.asked("outages.confirm") == []
        await watch.press("enter")
        params = await watch.stage.asked("outages.confirm")
        assert (params.id, params.until_at) == (1, world.NOW + 4 * HOUR)
        await watch.see("已公告。2 张工单并入 260302001;结束后回电 3 位客户")
        await watch.gone("疑似大面积故障")
        assert watch.stage.tickets.tickets["260302003"].state is TicketState.CANCELLED


async def test_the_expected_end_is_another_one(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        watch.stage.tickets.suspect(watch.stage, SUSPECT)
        await watch.see("疑似大面积故障")
        await watch.press("y")
        await watch.see("13:30")
        await watch.press("u")
        await watch.see("预计几点恢复")
        await watch.type("17:15")
        await watch.press("enter")
        await watch.see("今天  17:15")
        await watch.press("enter")
        assert (await watch.stage.asked("outages.confirm")).until_at == world.instant("2026-03-02 17:15")


async def test_none_is_dismissed_and_an_announced_one_is_ended(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        watch.stage.tickets.suspect(watch.stage, SUSPECT)
        await watch.see("疑似大面积故障")
        await watch.press("y")
        await watch.see("其他 1 起")
        await watch.press("x")
        assert (await watch.stage.asked("outages.dismiss")).id == 1
        await watch.gone("疑似大面积故障")
        await watch.press("y")
        await watch.see("城关镇 人民路")
        await watch.press("1")
        await watch.see("报过障的 1 位客户")
        await watch.press("enter")
        assert watch.asked("notices.end") == []
        await watch.press("y")
        await watch.see("城关镇 人民路")
        await watch.press("1")
        await watch.see("报过障的 1 位客户")
        await watch.press("y")
        await watch.see("已结束;有 1 位客户要回电")
        await watch.press("y")
        await watch.see("没有疑似大面积故障,也没有正在公告的")


async def test_letters_of_the_floor_do_nothing_over_the_tickets(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        await watch.press("a", "home", "e")
        await watch.see("合计")
        await watch.press(*"rzolxtg")
        await watch.press("escape")
        await watch.see("坐席 a")
        deeds = [
            name for name, _ in watch.stage.requests if name.split(".")[0] in ("agents", "monitor", "calls")
        ]
        assert deeds == []


async def test_a_lost_link_is_said_over_the_tickets(tmp_path: Path) -> None:
    async with ticket_floor(tmp_path) as watch:
        await watch.press("e")
        await watch.see("合计")
        await watch.stage.stop()
        await watch.see("引擎没有应答,现在不能操作")
        await watch.stage.start()
        await watch.gone("引擎没有应答,现在不能操作")
        watch.stage.tickets.suspect(watch.stage, SUSPECT)
        await watch.see("疑似大面积故障")
