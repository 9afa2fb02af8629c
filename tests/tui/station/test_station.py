"""A station works off its orders by the keyboard; nothing that was typed is lost."""

from pathlib import Path

import pytest

from engine.core.tickets.records import Act, Ticket
from engine.core.tickets.states import Deed, TicketState
from engine.wire.messages import Reason
from engine.wire.tickets import ActParams
from tests.support import world
from tests.support.stage import Stage
from tests.support.stage_tickets import open_station
from tests.tui.driving import Driver, driving, log_in
from tests.tui.station.consoles import station_console
from tui.station.app import StationApp

pytestmark = pytest.mark.asyncio
FIRST = "260302001"


def ticket(station: Driver, number: str = FIRST) -> Ticket:
    return station.stage.tickets.tickets[number]


def rows(station: Driver) -> list[str]:
    """The numbers of the list, in its order."""
    return [row.key for row in station.app.lists.table.rows]


async def acted(station: Driver, times: int = 1) -> Act:
    """The deed that was asked for."""
    params: ActParams = await station.stage.asked("tickets.act", times)
    return params.act


async def test_log_in_with_number_and_pin_and_out_again(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        open_station(stage)
        async with driving(StationApp, stage) as station:
            await log_in(station, "8011", seat="")
            await station.see("东山维护站 马师傅")
            await station.see("负责人:马师傅")
            await station.press("ctrl+q")
            await stage.asked("session.log_out")


async def test_whoever_belongs_to_no_department_is_told(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage, driving(StationApp, stage) as station:
        await log_in(station, "8001", seat="")
        await station.see("您不属于任何部门或维护站")
        await stage.asked("session.log_out")


async def test_each_list_has_its_orders_those_due_first(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        for digit, numbers in (
            ("2", ("004", "003")),
            ("3", ("004",)),
            ("4", ("005", "004", "003", "001")),
            ("5", ("005",)),
            ("6", ("005", "004", "003", "001", "006", "002")),
            ("7", ("007",)),
            ("1", ("001", "002")),
        ):
            await station.press(digit)
            expected = [f"260302{one}" for one in numbers]
            await station.until(lambda expected=expected: rows(station) == expected, f"list {digit}")
            assert f"({len(numbers)})" in station.lines()[2].partition(f" {digit} ")[2]


async def test_an_order_is_accepted_gone_to_and_returned(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("j")
        assert (await acted(station)).deed is Deed.ACCEPT
        await station.press("6")
        station.app.lists.table.go_to(FIRST)
        await station.until(lambda: Deed.ARRIVE in station.app.current().deeds, "accepted")
        await station.press("d")
        assert (await acted(station, 2)).deed is Deed.ARRIVE
        await station.until(lambda: station.app.current().ticket.state is TicketState.ON_SITE, "on site")
        await station.press("f")
        await station.see("这些都做了吗")
        await station.press("1", "2", "enter")
        await station.see("接头松动")
        await station.press("1")
        await station.see("返单")
        await station.type("ok")
        await station.press("enter")
        returned = await acted(station, 5)
        assert (returned.deed, returned.code, returned.text) == (Deed.RETURN, "plug", "ok")
        assert ticket(station).checked == ("signal", "shown")
        await station.until(lambda: FIRST not in rows(station), "it is returned")
        await station.see("返单，现在是 已返 R")
        assert station.app.unsent == {}


DEEDS: tuple[tuple[tuple[str, ...], Deed, dict[str, object]], ...] = (
    (("a", "2"), Deed.ASSIGN, {"target": "8012"}),
    (("n", *"dog", "enter"), Deed.REMARK, {"text": "dog"}),
    (("l", "2", "enter"), Deed.CALL, {"code": "no_answer"}),
    (("l", "1", *"at 5", "enter"), Deed.CALL, {"code": "reached", "text": "at 5"}),
    (("w", *"17:30", "enter"), Deed.EXPECT, {"at": world.instant("2026-03-02 17:30")}),
    (("c", "2"), Deed.CHECK, {"target": "shown"}),
    (("s", "1", *"away", "enter", "enter"), Deed.SUSPEND, {"code": "customer", "text": "away", "at": 0}),
    (("s",), Deed.RESUME, {}),
    (("t", *"no", "enter"), Deed.SEND_BACK, {"text": "no"}),
)


async def test_what_else_is_done_to_an_order(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("6")
        station.app.lists.table.go_to(FIRST)
        station.app.repaint()
        for times, (keys, deed, values) in enumerate(DEEDS, 1):
            await station.until(
                lambda deed=deed: deed in station.app.current().deeds and not station.app._running_commands,
                f"{deed} is possible",
            )
            for place, key in enumerate(keys):
                screens = len(station.app.screen_stack)
                await station.press("space" if key == " " else key)
                if place == 0 and len(keys) > 1:
                    await station.until(
                        lambda n=screens: len(station.app.screen_stack) > n, "what it asks for"
                    )
            act = await acted(station, times)
            assert act.deed is deed
            assert {name: getattr(act, name) for name in values} == values
        await station.until(lambda: FIRST not in rows(station), "it is back at the office")
        assert "新工单" not in station.text()


async def test_a_suspended_order_goes_on_by_the_same_key(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("6")
        station.app.lists.table.go_to("260302006")
        station.app.repaint()
        await station.press("s")
        assert (await acted(station)).deed is Deed.RESUME


async def test_a_whole_order_with_its_address_in_full(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("down", "enter")
        for words in ("(老供销社对面)", "139 9380 0002", "请敲门后等一会儿", "还没派人", "加急", "王小丽"):
            await station.see(words)
        await station.press("2")
        await station.see("请先按 Esc 离开这张工单")
        await station.press("j")
        assert (await acted(station)).deed is Deed.ACCEPT
        await station.see("已接 A")
        await station.press("escape")
        await station.see("待接单(1)")


async def test_a_new_order_rings_and_moves_nothing(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("2", "down")
        under = station.app.lists.number
        rung: list[bool] = []
        station.app.bell = lambda: rung.append(True)  # a terminal's own bell cannot be heard here
        number = station.stage.tickets.arrive(station.stage, address="东山片区五里铺7号")
        await station.see("新工单 1")
        await station.see("五里铺7号")
        assert rung == [True]
        assert station.app.lists.number == under
        await station.press("1")
        await station.gone("新工单 1")
        assert station.app.lists.number == number


async def test_only_what_contains_the_text(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("6", "slash")
        await station.type("lisi")
        await station.see("没有含这些文字的行")
        await station.press(*["backspace"] * 4)
        await station.type("ls")
        await station.until(lambda: rows(station) == ["260302003"], "李四")
        await station.press("enter", "escape")
        await station.until(lambda: len(rows(station)) == 6, "all")


async def test_who_was_slower_keeps_the_text_and_may_send_it_again(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("enter")
        await station.see("早上八点起全部频道无信号")
        await station.press("n")
        await station.type("call")
        station.stage.freeze()
        await station.press("enter")
        station.stage.tickets.change(station.stage, FIRST, priority=2)
        station.stage.thaw()
        await station.see("欧阳静怡")
        await station.see("call")
        await station.press("enter")
        act = await acted(station, 2)
        assert (act.text, act.version) == ("call", 2)
        await station.until(lambda: station.app.unsent == {}, "nothing is kept any more")


async def test_a_refused_text_and_an_escaped_one_come_back(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        station.stage.refuse("tickets.act", Reason.REFUSED, "needs_checklist:signal")
        await station.press("t")
        await station.type("flat")
        await station.press("enter")
        await station.see("未发出")
        await station.see("flat")
        station.stage.allow("tickets.act")
        await station.press("n")
        await station.type("hal")
        await station.press("escape")
        await station.until(lambda: len(station.app.unsent) == 2, "both are kept")
        await station.press("t")
        await station.see("flat")
        await station.press("enter")
        act = await acted(station, 2)
        assert act.text == "flat"
        await station.until(lambda: list(station.app.unsent.values()) == ["hal"], "the other one")


async def test_a_lost_link_is_said_and_what_is_being_typed_stays(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("n")
        await station.type("ring")
        await station.stage.stop()
        await station.until(lambda: not station.app.connected, "the link is lost")
        await station.press("enter")
        await station.see("与引擎的连接断开")
        await station.press("j")
        await station.see("与引擎断开")
        assert list(station.app.unsent.values()) == ["ring"]
        await station.stage.start()
        await station.see("恢复连接")
        await station.see("片区:东山片区")
        arrived = station.stage.tickets.arrive(station.stage)
        await station.see(arrived)
        await station.press("n")
        await station.see("ring")
        await station.press("enter")
        assert (await acted(station)).text == "ring"


async def test_thrown_out_and_back_the_text_is_there(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("n")
        await station.type("third")
        station.stage.replace_console("8011")
        await station.see("工号")
        await station.until(lambda: station.app.connected, "the engine again")
        await log_in(station, "8011", seat="")
        await station.see("third")


async def test_an_order_that_goes_elsewhere_closes_and_its_text_is_still_seen(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        await station.press("enter")
        await station.see("早上八点起全部频道无信号")
        await station.press("n")
        await station.type("key")
        await station.press("escape")
        station.stage.tickets.change(station.stage, FIRST, department="repair")
        await station.see(f"{FIRST} 已不在本站")
        await station.see(f"未发出  {FIRST}  key")
        assert FIRST not in rows(station)


async def test_an_order_is_printed_or_becomes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    async with station_console(tmp_path) as station:
        await station.press("y")
        await station.see("没有设置打印程序")
        assert (tmp_path / "ticket-260302001.pdf").read_bytes().startswith(b"%PDF")
        station.stage.tickets.printer = True
        await station.press("enter")
        await station.see("早上八点起全部频道无信号")
        await station.press("y")
        await station.see("260302001 已打印")
        assert len(station.asked("tickets.print")) == 2


async def test_a_slow_engine_gets_a_deed_once(tmp_path: Path) -> None:
    async with station_console(tmp_path) as station:
        station.stage.freeze()
        await station.press("j", "j", "j")
        station.stage.thaw()
        await station.see("待接单(1)")
        assert len(station.asked("tickets.act")) == 1
