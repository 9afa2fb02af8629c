"""The form of a new ticket: few keys in a call, nothing twice, nothing lost."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.states import AgentState
from engine.core.tickets.states import Deed
from tests.support import stage_ticket_site
from tests.tui.driving import Driver, agent_desk, state, talking

pytestmark = pytest.mark.asyncio


async def form(desk: Driver) -> None:
    await desk.press("ctrl+l")
    await desk.see("缓急")


async def nothing_open(desk: Driver) -> None:
    """Nobody has a ticket yet."""
    desk.stage.tickets.tickets.clear()
    await talking(desk)


async def test_two_digits_text_and_ctrl_s_make_a_ticket_of_the_call(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await nothing_open(desk)
        await form(desk)
        await desk.press("1", "1")
        await desk.see("应答 今天 11:30 前  办结 03-03 09:30 前")
        await desk.see("派往 维修部")
        await desk.type("no picture")
        await desk.press("ctrl+s")
        made = (await desk.stage.asked("tickets.create")).ticket
        assert (made.type, made.category, made.text) == ("fault", "no_signal", "no picture")
        assert (made.customer_id, made.contact, made.phone) == (1, "张华山", "13893812345")
        assert (made.area, made.address, made.line) == ("城关镇", "城关镇人民路12号3单元501", "tv")
        assert made.call_id
        assert made.key
        await desk.see("已立单 260302001  维修部")
        await desk.press("ctrl+g")
        await desk.see("260302001  已派 D")


async def test_letters_choose_type_and_category_at_once(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await nothing_open(desk)
        await form(desk)
        await desk.type("wsm")
        await desk.type("slow")
        await desk.press("ctrl+s")
        made = (await desk.stage.asked("tickets.create")).ticket
        assert (made.category, made.text) == ("slow", "slow")
        await form(desk)
        await desk.type("w")
        await desk.see("w  无信号 wxh  网速慢 wsm")
        await desk.press("enter")
        await desk.see("派往 维修部")


async def test_what_the_caller_chose_by_keys_is_chosen_already(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        fault = stage_ticket_site.FAULT
        known = replace(fault.categories[0], fault="no_signal")
        desk.stage.tickets.types = [replace(fault, categories=(known,)), stage_ticket_site.COMPLAINT]
        await desk.app._start_tickets()
        await nothing_open(desk)
        desk.stage.floor.change_desk("8001", told={"line": "tv", "fault": "no_signal"})
        await desk.until(lambda: "fault" in desk.app.view.told, "what was told")
        await form(desk)
        await desk.type("since nine")
        await desk.press("ctrl+s")
        assert (await desk.stage.asked("tickets.create")).ticket.category == "no_signal"


async def test_solved_at_once_needs_what_was_told_and_closes_the_matter(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await nothing_open(desk)
        await form(desk)
        await desk.press("2", "1")
        await desk.type("rude")
        await desk.press("tab", "2", "space", "ctrl+s")
        await desk.see("怎样答复客户的？")
        await desk.type("sorry")
        await desk.press("ctrl+s")
        made = (await desk.stage.asked("tickets.create")).ticket
        assert (made.solved, made.reply, made.priority) == (True, "sorry", 2)
        ticket = desk.stage.tickets.tickets["260302001"]
        assert ticket.reply == "sorry"


async def test_the_open_ticket_of_the_same_matter_is_proposed_and_taken(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await form(desk)
        await desk.press("1", "1")
        await desk.see("已有未办结 7 张")
        await desk.type("still nothing")
        await desk.press("ctrl+s")
        await desk.see("同一件事已有工单")
        await desk.press("1")
        sent = await desk.stage.asked("tickets.act")
        assert (sent.act.deed, sent.act.text) == (Deed.AGAIN, "still nothing")
        await desk.see("已记催办")
        assert len(desk.stage.tickets.tickets) == 9


async def test_a_second_ticket_of_the_same_matter_is_made_when_it_is_wanted(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await form(desk)
        await desk.press("1", "1", "ctrl+s")
        await desk.see("同一件事已有工单")
        await desk.press("escape", "ctrl+s")
        await desk.see("同一件事已有工单")
        await desk.press("0")
        asked = await desk.stage.asked("tickets.create", times=3)
        assert asked.force
        await desk.see("已立单 260302010")
        assert len({one.ticket.key for one in desk.asked("tickets.create")}) == 1


async def test_a_half_filled_form_waits_and_no_call_takes_its_cursor(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+l")
        await desk.press("1", "1")
        await desk.type("old ")
        desk.stage.floor.present_call()
        await state(desk, AgentState.RINGING)
        await desk.type("text ")
        await desk.press("f4")
        await state(desk, AgentState.TALKING)
        await desk.type("goes on")
        assert desk.app.ticket_form.text.text == "old text goes on"
        await desk.press("escape", "ctrl+l")
        await desk.see("还有一张没填完的工单")
        await desk.press("1")
        await desk.until(lambda: desk.app.panel == "ticket_form", "the form")
        assert desk.app.ticket_form.text.text == "old text goes on"
        await desk.press("escape", "ctrl+l", "2")
        await desk.until(lambda: desk.app.ticket_form.text.text == "", "a new form")
        assert desk.app.ticket_form.about.contact == "张华山"


async def test_what_is_missing_is_said_where_the_cursor_goes(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await nothing_open(desk)
        await form(desk)
        await desk.press("ctrl+s")
        await desk.see("先选事由：按数字或首字母")
        assert not desk.asked("tickets.create")
        await desk.press("1", "ctrl+s")
        await desk.see("先选事由")
        await desk.press("backspace")
        await desk.see("时限：先选事由")
