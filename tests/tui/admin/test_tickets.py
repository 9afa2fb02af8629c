"""Ticket types and routes as they hold, and people of departments, in the administrator's console."""

from pathlib import Path

import pytest

from engine.core.states import Role
from tests.support.stage_tickets import open_station
from tests.tui.admin.consoles import admin_console, fill, go

pytestmark = pytest.mark.asyncio


async def test_a_type_with_everything_that_its_file_says(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "ticket_types", "fault")
        await admin.see("24小时内")
        await admin.press("enter")
        for words in (
            "快捷码 gz",
            "首次响应 2小时内",
            "按片区派站,否则维修部",
            "回访之后才能结单",
            "机顶盒型号",
            "机顶盒坏",
        ):
            await admin.see(words)
        await admin.press("escape")
        await admin.gone("快捷码 gz")


async def test_files_that_are_wrong_are_told_and_read_again_by_a_key(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        wrong = "tickets/visit.toml: [sla] resolve: a limit has minutes or days, both are given here"
        admin.stage.tickets.problems = [wrong]
        await go(admin, "ticket_types")
        await admin.press("r")
        await admin.see("有 1 处错误,工单类型保持原样")
        await admin.see("1!")
        await admin.press("home")
        await admin.see("both are given")
        await admin.press("enter")
        await admin.see("这个文件没有采用")
        await admin.press("escape")
        admin.stage.tickets.problems = []
        await admin.press("r")
        await admin.see("已读入 2 个类型,没有错误")
        assert len(admin.asked("tickets.reload")) == 2


async def test_areas_lead_to_stations_and_types_to_departments(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        open_station(admin.stage)
        await admin.app.reload()
        await go(admin, "ticket_routes")
        rows = [row.texts[:4] for row in admin.app.screen_of_site.entries.rows]
        assert ("东山片区", "东山维护站", "马师傅", "维修部") in rows
        assert ("-", "营业部", "-", "-") in rows
        assert ("故障报修", "按片区派站,否则维修部, 立即", "", "") in rows
        await admin.press("enter")
        await admin.see("没有可以打开的")


async def test_people_of_a_station_have_their_department(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "users")
        await admin.press("a")
        await admin.see("什么角色")
        await admin.press("4")
        await admin.see("属于哪个部门或维护站")
        await admin.press("3")
        await admin.see("新用户:维护站")
        await fill(admin, "8031", "Ma", "7391", "7391")
        await admin.see("8031 Ma")
        added = admin.stage.users["8031"]
        assert (added.role, added.department) == (Role.STATION, "east")
        await go(admin, "users", "8031")
        await admin.see("东山维护站")
        await admin.press("enter")
        await admin.see("换部门")
        await admin.press("3", "1")
        await admin.see("Ma 下次登录起属于 维修部")
        assert admin.stage.users["8031"].department == "repair"


async def test_whoever_is_no_station_user_may_go_back_to_the_office(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "users", "8001")
        await admin.press("enter", "3")
        await admin.see("王小丽 调到哪个部门")
        await admin.press("escape")
        await admin.press("enter", "3", "3")
        await admin.see("王小丽 下次登录起属于 营业部")
        await admin.press("enter", "3", "1")
        await admin.until(lambda: admin.stage.users["8001"].department == "", "the office")
