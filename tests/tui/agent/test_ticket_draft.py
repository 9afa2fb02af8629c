"""A half-filled ticket beside a call: it survives the console it was written at."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.records import CallNote, TicketDraft
from engine.core.states import AgentState
from tests.support import stage_ticket_site
from tests.support.stage import Stage
from tests.tui.driving import agent_desk, driving, enter, state, talking
from tui.agent.app import AgentApp

pytestmark = pytest.mark.asyncio


def kept(stage: Stage) -> TicketDraft | None:
    """What the engine has of the form."""
    draft: CallNote = stage.floor.desks["8001"].draft
    return draft.ticket


async def test_the_form_is_as_it_was_after_the_console_died_and_its_cursor_too(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        stage.tickets.tickets.clear()
        async with driving(AgentApp, stage) as first:
            enter(first)
            await state(first, AgentState.IDLE)
            call_id = await talking(first)
            await first.type("a note: ")
            await first.press("ctrl+l")
            await first.see("缓急")
            await first.press("2", "1")
            await first.type("rude man")
            await first.press("tab", "1", "space", "tab")
            await first.type("sor")
            await first.until(lambda: (kept(stage) or TicketDraft(key="")).reply == "sor", "the form is kept")
        left = kept(stage)
        assert left is not None
        assert (left.type, left.category, left.text) == ("complaint", "service", "a note: rude man")
        assert (left.priority, left.solved, left.cursor) == (1, True, "ticket-reply")
        async with driving(AgentApp, stage) as second:
            enter(second)
            await second.see("rude man")
            await second.until(
                lambda: getattr(second.app.focused, "id", "") == "ticket-reply", "the cursor is in the reply"
            )
            assert second.app.desk.notes.note == CallNote(note="a note: ")
            assert kept(stage) == left
            await second.type("ry")
            await second.press("ctrl+s")
            made = (await stage.asked("tickets.create")).ticket
            assert (made.key, made.call_id, made.text, made.reply) == (left.key, call_id, left.text, "sorry")
            assert (made.contact, made.phone) == ("张华山", "13893812345")
            await second.until(lambda: kept(stage) is None, "no form is kept")


async def test_a_form_that_was_left_waits_behind_its_key_and_own_fields_are_as_typed(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        fields = (replace(stage_ticket_site.FAULT.fields[0], id="since", required=False),)
        desk.stage.tickets.types = [replace(stage_ticket_site.FAULT, fields=fields)]
        await desk.app._start_tickets()
        draft = TicketDraft(key="k1", type="fault", text="half", fields={"since": "no value as yet"})
        call_id = desk.stage.floor.present_call()
        desk.stage.floor.change_desk("8001", draft=CallNote(ticket=draft))
        await state(desk, AgentState.RINGING)
        await desk.press("f4")
        await state(desk, AgentState.TALKING)
        assert desk.app.panel == "", "nobody's keys are taken"
        await desk.press("ctrl+l")
        await desk.see("no value as yet")
        form = desk.app.ticket_form
        assert (form.about.call_id, form.text.text) == (call_id, "half")
        assert form.draft(in_sight=False) == draft


async def test_what_is_stored_of_the_call_leaves_the_half_filled_ticket_alone(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+l")
        await desk.press("1", "1")
        await desk.type("no picture")
        await desk.press("escape")
        await desk.type("note")
        drafts = len(desk.asked("call.draft"))
        await desk.press("ctrl+s")
        assert (await desk.stage.asked("call.note")).note.note == "note"
        again = await desk.stage.asked("call.draft", times=drafts + 1)
        assert again.note.ticket is not None
        assert (again.note.ticket.text, again.note.ticket.cursor) == ("no picture", "")
