"""Tickets at the agent's console: lists, one ticket with its deeds, conflicts, calls for a ticket."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.states import AgentState
from engine.core.tickets.states import Deed, TicketState
from tests.support import stage_phone, world
from tests.support.stage_ticket_site import make_ticket
from tests.tui.driving import Driver, agent_desk, state, talking
from tui.agent.notes import NoteArea
from tui.tickets.filter import PAGE
from tui.tickets.lists import TicketLists
from tui.tickets.pages import MOST_PAGES
from tui.tickets.sheet import TicketSheet
from tui.widgets.field import Field

pytestmark = pytest.mark.asyncio


async def lists(desk: Driver, view: str = "0") -> TicketLists:
    """The lists are open, with the cursor in the newest tickets."""
    await desk.press("ctrl+g", view)
    await desk.see("260302008")
    return desk.app.ticket_panel.lists


async def many(desk: Driver, count: int) -> None:
    """So many more tickets are there than the nine of the stage, all of them older."""
    tickets = desk.stage.tickets.tickets
    for one in range(count):
        made = make_ticket(-one, TicketState.DISPATCHED, 1, 24)
        tickets[f"25{one:07}"] = replace(made, number=f"25{one:07}")


async def ticket(desk: Driver, number: str) -> TicketSheet:
    """One ticket is open."""
    rows = await lists(desk)
    rows.table.go_to(number)
    await desk.press("enter")
    await desk.until(lambda: desk.app.ticket_panel.shows_ticket, "the ticket is open")
    return desk.app.ticket_panel.sheet


async def test_lists_are_chosen_by_digit_and_what_is_late_says_so(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+g")
        await desk.see("260302005")
        assert desk.asked("tickets.list")[-1].view == "mine"
        assert desk.asked("tickets.list")[-1].order == "due"
        assert "逾期26小时" in next(line for line in desk.lines() if "260302005" in line)
        await desk.press("5")
        await desk.see("260302008")
        await desk.gone("260302005")
        assert desk.asked("tickets.list")[-1].view == "unverified"
        await desk.press("6")
        await desk.see("260302007")
        await desk.press("escape")
        await desk.see("我的今日")


async def test_a_list_is_narrowed_by_type_area_state_and_text(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await lists(desk)
        await desk.press("T")
        await desk.see("1  故障报修")
        await desk.press("2")
        await desk.gone("260302001")
        await desk.press("escape", "slash")
        await desk.type("0931")
        await desk.see("260302003")
        await desk.gone("260302001")
        await desk.press("enter", "escape", "S")
        await desk.see("办结")
        await desk.press("6")
        await desk.see("260302007")
        await desk.gone("260302001")
        assert desk.asked("tickets.list")[-1].states == (TicketState.RETURNED,)


async def test_marked_tickets_get_the_same_deed_after_one_question(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        rows = await lists(desk)
        rows.table.go_to("260302009")
        await desk.press("space", "space")
        await desk.see("已选 2")
        await desk.press("p")
        await desk.see("东山维护站")
        await desk.type("yyb")
        await desk.press("enter")
        await desk.see("2 张工单派到：营业部")
        await desk.press("y")
        sent = await desk.stage.asked("tickets.batch")
        assert (sent.numbers, sent.act.deed, sent.act.target) == (
            ("260302009", "260302008"),
            Deed.DISPATCH,
            "business",
        )
        await desk.see("派单：2 张已办")
        assert rows.marked == frozenset()


async def test_what_a_batch_refuses_stays_marked_and_is_told(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        rows = await lists(desk)
        rows.table.go_to("260302009")
        await desk.press("space", "space", "x")
        await desk.see("撤销  2 张工单")
        await desk.type("dup")
        gone = desk.stage.tickets.tickets["260302008"]
        desk.stage.tickets.tickets["260302008"] = replace(gone, state=TicketState.CLOSED)
        await desk.press("enter")
        await desk.press("y")
        await desk.see("1 张未办，如 260302008")
        await desk.until(lambda: "260302009" not in rows.marked, "what is done is not marked any more")


async def test_the_question_before_a_deed_for_several_names_deed_count_and_target(tmp_path: Path) -> None:
    async with agent_desk(tmp_path, "en") as desk:
        rows = await lists(desk)
        rows.table.go_to("260302002")
        await desk.press("space", "space", "s", "2")
        await desk.see("why")
        await desk.type("no box")
        await desk.press("enter")
        await desk.see("until when?")
        await desk.type("24 17:30")
        await desk.press("enter")
        await desk.see("2 tickets wait: for parts")
        await desk.see("Reason: no box")
        await desk.see("They go on by themselves: 03-24 17:30")
        await desk.press("n", "u", "2")
        await desk.see("Escalate  2 tickets  why")
        await desk.type("too many")
        await desk.press("enter")
        await desk.see("2 tickets are escalated to the leader")
        await desk.see("Reason: too many")
        await desk.press("n")
        assert desk.asked("tickets.batch") == []


async def test_a_list_goes_on_below_its_first_page_and_says_so(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await many(desk, PAGE + 50)
        rows = await lists(desk)
        await desk.see(f"先列出 {PAGE} 张，后面还有：光标移到最后接着列，或按 T A S / 缩小范围")
        assert len(rows.table.rows) == PAGE
        rows.table.go_to(rows.table.rows[-1].key)
        await desk.press("up")
        await desk.until(lambda: len(rows.table.rows) > PAGE, "the next page")
        await desk.gone("后面还有")
        assert len(rows.table.rows) == len({row.key for row in rows.table.rows}) == PAGE + 59
        first = rows.table.rows[0].key
        desk.stage.tickets.change(desk.stage, first, area="new")
        await desk.until(lambda: rows.pages.rows[first].ticket.area == "new", "what others do is seen")
        assert len(rows.table.rows) == PAGE + 59  # and what was listed stays listed
        await desk.press("T", "1")
        await desk.see("后面还有")
        assert len(rows.table.rows) == PAGE


async def test_a_list_of_exactly_one_page_does_not_promise_another(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await many(desk, PAGE - 9)
        rows = await lists(desk)
        assert len(rows.table.rows) == PAGE
        assert "后面还有" not in desk.text()


async def test_a_list_that_is_longer_than_anybody_reads_says_how_to_narrow_it(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await many(desk, MOST_PAGES * PAGE)
        rows = await lists(desk)
        for pages in range(1, MOST_PAGES + 1):
            await desk.until(lambda pages=pages: len(rows.table.rows) == pages * PAGE, "one page more")
            await desk.press("end")
        await desk.see(f"只列出前 {MOST_PAGES * PAGE} 张，后面还有：请按 T A S 缩小范围，或按 / 查找")
        await desk.press("slash")
        await desk.type("0931")
        await desk.see("260302003")
        await desk.gone("后面还有")


async def test_a_page_that_did_not_come_is_asked_for_again(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await many(desk, PAGE)
        rows = await lists(desk)
        await desk.stage.stop()
        await desk.see("连接断开")
        await desk.press("end")
        await desk.until(lambda: rows.pages.wanted == 1, "the page is given up")
        await desk.stage.start()
        await desk.see("与引擎恢复连接")
        await desk.press("up", "end")
        await desk.until(lambda: len(rows.table.rows) == PAGE + 9, "all of them")


async def test_a_reply_begins_with_a_ready_sentence(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await ticket(desk, "260302007")
        await desk.see("换接头")
        await desk.press("h")
        await desk.see("怎样答复客户的")
        await desk.type("1")
        await desk.type("ok")
        await desk.press("enter")
        sent = (await desk.stage.asked("tickets.act")).act
        assert (sent.deed, sent.text, sent.version) == (Deed.REPLY, "已修复,请您试看。ok", 1)
        await desk.see("现在是 已复 P")
        await desk.see("g 回访")


async def test_who_was_slower_keeps_the_text_and_can_send_it_again(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await ticket(desk, "260302007")
        await desk.press("h")
        await desk.see("怎样答复客户的")
        desk.stage.tickets.change(desk.stage, "260302007", priority=2)
        await desk.type("repaired")
        await desk.press("enter")
        await desk.see("别人刚改过这张工单")
        await desk.see("刚才 欧阳静怡 修改")
        await desk.see("repaired")
        await desk.press("enter")
        await desk.see("现在是 已复 P")
        assert desk.stage.tickets.tickets["260302007"].priority == 2
        await desk.press("k")
        await desk.see("重开  260302007")
        desk.stage.tickets.change(desk.stage, "260302007", state=TicketState.NEW)
        await desk.type("not well")
        await desk.press("enter")
        await desk.see("现在不能这样办了；您写的内容")
        await desk.see("not well")


async def test_from_the_file_of_its_customer_one_comes_back_to_the_ticket(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        sheet = await ticket(desk, "260302001")
        await desk.press("ctrl+y")
        await desk.see("客户档案")
        await desk.press("ctrl+y", "escape")
        await desk.until(lambda: desk.app.focused is sheet, "the ticket has the keys")
        await desk.gone("客户档案")
        assert desk.app.ticket_panel.shows_ticket
        await desk.press("escape", "escape")
        await desk.see("我的今日")


async def test_what_a_deed_lacks_is_asked_for(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await ticket(desk, "260302003")
        await desk.press("s")
        await desk.see("1  等客户（时限暂停）")
        await desk.press("1")
        await desk.type("away")
        await desk.press("enter")
        await desk.see("等到何时？17:30、24 17:30、11-24 17:30；可空着")
        await desk.type("24 17:30")
        await desk.press("enter")
        sent = (await desk.stage.asked("tickets.act")).act
        assert (sent.deed, sent.code, sent.text) == (Deed.SUSPEND, "customer", "away")
        assert sent.at == world.instant("2026-03-24 17:30")
        await desk.see("挂起 W")
        await desk.see("03-24 17:30 自动恢复")
        await desk.press("s")
        await desk.see("已接 A")
        await desk.press("f")
        await desk.see("1  接头松动")
        await desk.press("1")
        await desk.type("plug changed")
        await desk.press("enter")
        sent = (await desk.stage.asked("tickets.act", times=3)).act
        assert (sent.deed, sent.code, sent.text) == (Deed.RETURN, "plug", "plug changed")


async def test_a_promise_is_typed_as_a_time_and_a_field_is_changed_by_its_initials(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await ticket(desk, "260302003")
        await desk.press("w")
        await desk.type("25:00")
        await desk.press("enter")
        await desk.see("这不是以后的时间：25:00")
        await desk.type("17:30")
        await desk.press("enter")
        assert (await desk.stage.asked("tickets.act")).act.at == world.instant("2026-03-02 17:30")
        await desk.see("约定 今天 17:30")
        await desk.press("e")
        await desk.see("修改 260302003")
        await desk.type("hj")
        await desk.press("enter")
        await desk.see("2  加急")
        await desk.press("2")
        assert (await desk.stage.asked("tickets.act", times=2)).act.fields == {"priority": "1"}


async def test_a_file_goes_in_and_out(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        paper = tmp_path / "form.pdf"
        paper.write_bytes(b"%PDF" * 100_000)
        await ticket(desk, "260302003")
        await desk.press("i")
        await desk.until(lambda: isinstance(desk.app.focused, Field), "a field")
        desk.app.focused.value = str(paper)
        await desk.press("enter")
        await desk.see("已附上 form.pdf")
        assert len(desk.asked("tickets.attach")) > 1
        await desk.press("v")
        await desk.see("1  form.pdf")
        await desk.press("1")
        await desk.see("已存到")
        taken = next(line for line in desk.lines() if "已存到" in line).split()[-1]
        assert await asyncio.to_thread(Path(taken).read_bytes) == b"%PDF" * 100_000
        await asyncio.to_thread(Path(taken).unlink)
        await desk.press("i")
        await desk.type("/none.pdf")
        await desk.press("enter")
        await desk.see("读不出 /none.pdf")


async def test_a_letter_that_is_not_possible_says_why(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await ticket(desk, "260302003")
        await desk.press("k")
        await desk.see("现在是 已接 A，您不能重开")
        assert desk.asked("tickets.act") == []


async def test_a_call_for_a_ticket_leaves_its_outcome_there_and_offers_the_reply(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await ticket(desk, "260302007")
        await desk.press("f3")
        await state(desk, AgentState.DIALLING)
        assert (await desk.stage.asked("agent.dial")).customer_id == 1
        call_id = desk.app.ticket_call.call_id
        desk.stage.floor.answer()
        await state(desk, AgentState.TALKING)
        await desk.see("260302007")  # it stays in sight
        await desk.press("escape", "escape")
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "the cursor is in the notes")
        await desk.type("works again")
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        sent = (await desk.stage.asked("tickets.act")).act
        assert (sent.deed, sent.target, sent.code) == (Deed.CALL, call_id, "reached")
        await desk.see("通话已记入 260302007，按 h 登记回复")
        assert isinstance(desk.app.focused, NoteArea)
        await ticket(desk, "260302007")
        await desk.press("h")
        await desk.see("works again")
        await desk.press("enter")
        assert (await desk.stage.asked("tickets.act", times=2)).act.text == "works again"


async def test_who_is_not_reached_is_written_down_as_well(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await ticket(desk, "260302007")
        await desk.press("f3")
        await state(desk, AgentState.DIALLING)
        stage_phone.not_reached(desk.stage.floor, "busy")
        sent = (await desk.stage.asked("tickets.act")).act
        assert (sent.deed, sent.code) == (Deed.CALL, "busy")
        await desk.see("通话已记入 260302007")


async def test_how_things_stand_is_beside_the_call_and_lists_follow_what_others_do(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.comes_back = True
        await talking(desk)
        await desk.see("未办结工单 8  已逾期  30 天内第 4 次来电")
        await desk.see("260302009 无信号 已派 D")  # the most urgent one, beside the notes
        assert desk.text().index("260302009") < desk.text().index("260302005")
        await desk.press("f8", "f9", "1", "enter")
        desk.stage.tickets.change(desk.stage, "260302008", resolve_by=world.NOW - 1)
        await desk.see("   逾期 1   今日 接听")
        await lists(desk)
        number = desk.stage.tickets.arrive(desk.stage)
        await desk.see(number)


async def test_the_lists_stand_rubbish_and_an_engine_that_goes(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await lists(desk)
        await desk.press("pagedown", "end", "f12", "ctrl+a", "up", "Q", "9", "left", "right", "delete")
        await desk.stage.stop()
        await desk.see("连接断开")
        await desk.press("enter", "p")
        await desk.stage.start()
        await desk.see("与引擎恢复连接")
        await desk.press("escape", "escape", "escape")
        await lists(desk)
