"""Saying who is calling: whose an unknown number may be, and writing it down as his."""

from pathlib import Path

import pytest

from tests.tui.driving import agent_desk, talking

pytestmark = pytest.mark.asyncio
UNKNOWN = "13012345678"


async def test_who_an_unknown_caller_may_be_is_said_chosen_by_digit_and_written_down(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk, UNKNOWN)
        await desk.see("可能是 李四 或另外 1 人，^O 认定")
        await desk.press("ctrl+e")
        await desk.type("Li")
        await desk.press("ctrl+o")
        await desk.see("用此号来过电、姓名相符")
        assert desk.asked("customer.maybe")[-1].name == "Li"
        await desk.press("1")
        assigned = await desk.stage.asked("customer.assign_number")
        assert (assigned.customer_id, assigned.number, assigned.person_id) == (3, UNKNOWN, 0)
        saved = await desk.stage.asked("customer.save")
        assert (saved.call_id, saved.customer.id) == (call_id, 3)
        assert UNKNOWN in saved.customer.phones
        await desk.see("130 1234 5678 已登记给 李四，以前 2 通来电一并归入")
        await desk.gone("可能是")
        assert desk.app.card.customer.id == 3
        assert desk.app.desk.notes.note.customer_id == 3
        assert not desk.app.desk.card_form.open


async def test_a_shared_number_offers_first_those_who_have_it_and_nothing_is_assigned(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.see("同号另有 1 人，按 ^O")
        await desk.press("ctrl+o", "2")
        assert (await desk.stage.asked("customer.save")).customer.id == 3
        assert not desk.asked("customer.assign_number")
        assert all(not one.name for one in desk.asked("customer.maybe"))
