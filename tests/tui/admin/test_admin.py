"""The administrator changes the site from the keyboard: seen before it is done, and taken back."""

import asyncio
import random
from pathlib import Path

import pytest

from engine.config import parse_config
from engine.core.states import Role
from engine.wire.messages import Reason
from tests.support.stage import Stage
from tests.tui.admin.consoles import admin_console, fill, go
from tests.tui.driving import Driver, driving, enter
from tui.admin.app import AdminApp
from tui.widgets.rows import RowTable

pytestmark = pytest.mark.asyncio


def config(driver: Driver) -> object:
    return parse_config(driver.stage.configuration.text, "config.toml")


async def agree(driver: Driver) -> None:
    """Enter before what would happen, and wait until it is done."""
    changes = len(driver.stage.configuration.rows)
    await driver.see("将会这样")
    await driver.press("enter")
    await driver.until(lambda: len(driver.stage.configuration.rows) == changes + 1, "a change")
    await driver.see(f"已生效(第 {changes + 1} 次修改)")


async def test_sections_entries_and_keys_beside_each_other(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        for words in ("管理台 root  某某广电网络分公司", "外线", "二号席", "通话小结", "编号不变"):
            await admin.see(words)
        await admin.press("down")
        await admin.see("故障申告")
        await admin.press("enter", "down", "enter")
        for words in ("队列 > enquiry", "ring_seconds", "业务咨询", "longest_idle", "wrap_up_seconds"):
            await admin.see(words)
        await admin.press("down", "down")
        await admin.see("振铃多久无人接就转给下一位")
        await admin.see("3 到 300; 默认:20")
        await admin.press("escape")
        await admin.see("故障申告")
        await admin.press("escape")
        await admin.until(lambda: not admin.app.screen_of_site.on_right, "the left side")


async def test_a_value_is_changed_after_its_effect_was_said(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "queues", "general", "ring_seconds")
        await admin.press("enter", "backspace", "backspace")
        await fill(admin, "25")
        await admin.see("队列 general.ring_seconds:20 > 25")
        await admin.see("正在进行的通话不受影响")
        assert admin.stage.configuration.rows == []
        await agree(admin)
        assert config(admin).queues[0].ring_seconds == 25  # type: ignore[attr-defined]
        row = admin.app.screen_of_site.entries.current
        assert (row.key, row.texts[1]) == ("ring_seconds", "25")


async def test_escape_changes_nothing_at_any_step(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "queues", "general", "ring_seconds")
        await admin.press("enter")
        await admin.see("回车:下一项")
        await admin.press("escape")
        await admin.gone("回车:下一项")
        await admin.press("enter", "backspace", "backspace")
        await fill(admin, "25")
        await admin.see("将会这样")
        await admin.press("escape")
        await admin.see("什么都没有改")
        assert admin.stage.configuration.rows == []


@pytest.mark.parametrize(
    ("section", "row", "key", "keys", "effect"),
    [
        ("seats", "seat1", "phone", "1", "ring > auto"),
        ("queues", "fault", "announce_agent", "1", "false > true"),
        ("recording", "enabled", "", "2", "true > false"),
    ],
)
async def test_one_of_few_values_is_chosen(
    tmp_path: Path, section: str, row: str, key: str, keys: str, effect: str
) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, section, row, key)
        await admin.press("enter")
        await admin.see("数字 选择")
        await admin.press(keys)
        await admin.see(effect)
        await agree(admin)


async def test_a_value_that_cannot_be_says_what_to_write(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "queues", "general", "ring_seconds")
        await admin.press("enter", "backspace", "backspace")
        await fill(admin, "2")
        await admin.see("queues.general.ring_seconds:最小是 3")
        await go(admin, "seats", "seat1", "extension")
        await admin.press("enter", "backspace")
        await fill(admin, "2")
        await admin.see("与其他配置不符")
        assert admin.stage.configuration.rows == []


async def test_a_seat_is_added_with_its_secret_and_removed(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "seats")
        await admin.press("a")
        await admin.see("新增:席位")
        await fill(admin, "seat3", "Front desk", "803")
        await admin.see("新增席位 seat3")
        await admin.see("请设置 seat3 的话机")
        await agree(admin)
        await admin.see("Xy7-made-by-engine")
        assert admin.app.screen_of_site.row == "seat3"
        await admin.press("d")
        await admin.see("删除席位 seat3")
        await agree(admin)
        assert [seat.id for seat in config(admin).seats] == ["seat1", "seat2"]  # type: ignore[attr-defined]


async def test_letters_are_text_in_a_form(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "break_reasons")
        await admin.press("a")
        await fill(admin, "tea-and-dui", "aduht", "Tea")
        await agree(admin)
        reason = config(admin).break_reasons[-1]  # type: ignore[attr-defined]
        assert (reason.id, reason.name) == ("tea-and-dui", "aduht")


async def test_a_key_goes_back_to_its_default(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "site", "area_code")
        await admin.press("enter")
        await fill(admin, "0931")
        await agree(admin)
        await admin.press("d")
        await admin.see("0931 > -")
        await agree(admin)


async def test_hours_of_a_day(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "hours", "sunday")
        await admin.press("enter", *["backspace"] * 11)
        await fill(admin, "09:00-12:00 14:00-17:30")
        await agree(admin)
        assert config(admin).hours.sunday == ("09:00-12:00", "14:00-17:30")  # type: ignore[attr-defined]


async def test_skills_of_an_agent(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "skills")
        await admin.press("a")
        await fill(admin, "8001", "fault", "")
        await agree(admin)
        await admin.see("fault=1")
        await admin.press("enter")
        await admin.see("complaint")
        admin.app.screen_of_site.entries.go_to("general")
        await admin.press("enter")
        await fill(admin, "2")
        await agree(admin)
        assert config(admin).skills == {"8001": {"fault": 1, "general": 2}}  # type: ignore[attr-defined]


async def test_undo_and_going_back_to_before_a_change(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        before = admin.stage.configuration.text
        for code in ("0931", "0932"):
            await go(admin, "site", "area_code")
            await admin.press("enter", *["backspace"] * 4)
            await fill(admin, code)
            await agree(admin)
        await admin.press("u")
        await admin.see("0932 > 0931")
        await agree(admin)
        await admin.press("h")
        await admin.see("退回到第 2 次之前")
        await admin.press("end", "enter")
        await admin.see("0931 > -")
        await agree(admin)
        assert admin.stage.configuration.text == before


async def test_users_are_added_locked_out_and_given_pins(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "users")
        await admin.see("欧阳静怡")
        await admin.press("a")
        await admin.see("什么角色")
        await admin.press("2")
        await fill(admin, "9002", "Zhang", "7391", "7391")
        await admin.see("已添加 9002 Zhang")
        assert admin.stage.users["9002"].role is Role.SUPERVISOR
        assert "7391" not in admin.text()
        await admin.press("d", "1")
        await admin.see("9002 不能再登录")
        assert admin.stage.users["9002"].disabled
        await admin.press("d")
        await admin.see("9002 可以登录了")
        await admin.press("enter", "1")
        await fill(admin, "4826", "4827")
        await admin.see("两次输入的密码不一样")
        await admin.press("enter", "1")
        await fill(admin, "4826", "4826")
        await admin.stage.asked("users.reset_pin")
        assert admin.stage.pins["9002"] == "4826"


async def test_a_file_that_was_changed_by_hand_is_said_and_taken_over(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await admin.press("t")
        await admin.see("没有被手工改过")
        now = admin.stage.configuration
        now.by_hand = now.text.replace("一号席", "前台")
        await go(admin, "site", "area_code")
        await admin.press("enter")
        await fill(admin, "0931")
        await admin.see("config.toml 被手工改过:按 t 采用")
        await admin.press("t")
        await admin.see("一号席 > 前台")
        await agree(admin)
        await admin.gone("按 t 采用")


async def test_what_waits_for_a_restart_is_said(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "asterisk", "sip_port")
        await admin.press("enter", *["backspace"] * 4)
        await fill(admin, "5070")
        await agree(admin)
        await admin.see("重启引擎后才生效:asterisk.sip_port")


async def test_what_somebody_else_changes_is_seen(tmp_path: Path) -> None:
    async with Stage(tmp_path, local_admin=True) as stage:
        async with driving(AdminApp, stage) as one, driving(AdminApp, stage) as two:
            for console in (one, two):
                await console.until(lambda console=console: bool(console.app.admin.section), "sections")
            await go(one, "seats", "seat1", "name")
            await go(two, "seats")
            await one.press("enter", *["backspace"] * 3)
            await fill(one, "Front")
            await agree(one)
            await two.see("Front")


async def test_a_lost_engine_is_said_and_nothing_can_be_changed(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "seats")
        await admin.stage.stop()
        await admin.see("引擎没有应答")
        await admin.press("a")
        await admin.see("与引擎断开")
        await admin.stage.start()
        await admin.gone("引擎没有应答")
        await admin.press("a")
        await admin.see("新增:席位")


@pytest.mark.parametrize("staff_number", ["8001", "9001"])
async def test_only_administrators_are_let_in(tmp_path: Path, staff_number: str) -> None:
    async with Stage(tmp_path) as stage, driving(AdminApp, stage) as login:
        enter(login, staff_number, seat="")
        await login.see("管理台只供管理员使用")
        assert login.app.site_screen is None


async def test_with_a_pin_and_out_again(tmp_path: Path) -> None:
    async with admin_console(tmp_path, root=False) as admin:
        await admin.see("管理台 管理员")
        await admin.press("ctrl+q")
        await admin.stage.asked("session.log_out")
        await admin.until(lambda: admin.app.return_value == 0, "the console has ended")


async def test_a_refusal_of_the_engine_is_said(tmp_path: Path) -> None:
    async with admin_console(tmp_path) as admin:
        await go(admin, "users", "8001")
        admin.stage.refuse("users.disable", Reason.INTERNAL)
        await admin.press("d", "1")
        await admin.see("引擎")
        assert not admin.stage.users["8001"].disabled


async def _no_pause(min_sleep: float = 0, max_sleep: float = 1) -> None:
    """The next key comes as soon as the console has taken this one, as from a terminal."""
    await asyncio.sleep(0.002)


@pytest.mark.parametrize("seed", range(3))
async def test_rubbish_keys_end_nothing(tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    if seed:  # one of them with the pauses that a person makes
        monkeypatch.setattr("textual.app.wait_for_idle", _no_pause)
    rubbish = random.Random(seed)
    keys = ["up", "down", "enter", "escape", "tab", "backspace", "home", "end", "pagedown", "f1", "ctrl+p"]
    keys += [*"adhutyn128x/:\\'é中", "delete", "left", "right", "space", "f2", "f9", "ctrl+s"]
    async with admin_console(tmp_path) as admin:
        await admin.press(*rubbish.choices(keys, k=80))
        await admin.press(*["escape"] * 6)
        await admin.until(lambda: len(admin.app.screen_stack) == 2, "back on the screen")
        await admin.see("管理台")
        assert admin.app.screen_of_site.query_one("#sections", RowTable).rows
        config(admin)


async def test_the_console_speaks_english(tmp_path: Path) -> None:
    async with admin_console(tmp_path, "en", (132, 40)) as admin:
        await go(admin, "queues", "general", "ring_seconds")
        for words in ("Administrator console", "Opening hours", "the next one", "3 to 300; default: 20"):
            await admin.see(words)
