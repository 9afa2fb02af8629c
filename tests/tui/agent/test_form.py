"""Notes, dispositions and customer data: stored when asked, never lost when not."""

from pathlib import Path

import pytest

from engine.core.records import CallNote, Customer
from engine.core.states import AgentState
from engine.wire.messages import Reason
from tests.support.stage import Stage
from tests.tui.driving import agent_desk, driving, enter, state, talking
from tui.agent.actions import store_form
from tui.agent.app import AgentApp
from tui.agent.notes import MAX_NOTE, NoteArea
from tui.commands import AGENT_COMMANDS, by_id


@pytest.mark.asyncio
async def test_notes_and_result_by_number_keys_are_stored_with_enter_and_end_the_wrap_up(
    tmp_path: Path,
) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk)
        await desk.type("no signal")
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        await desk.press("f9", "2", "0", "enter")
        stored = await desk.stage.asked("call.note")
        assert stored.call_id == call_id
        assert stored.note == CallNote(note="no signal", disposition="fault_reported", unsolved=True)
        await desk.stage.asked("agent.finish_wrap_up")
        await desk.see("就绪，等待来电")


@pytest.mark.asyncio
async def test_enter_during_the_talk_stores_and_ends_nothing(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f9", "1", "enter")
        assert (await desk.stage.asked("call.note")).note.disposition == "answered_question"
        await desk.see("已保存")
        assert not desk.asked("agent.finish_wrap_up")
        assert desk.app.view.agent.state is AgentState.TALKING


@pytest.mark.asyncio
async def test_what_is_typed_is_kept_by_the_engine_after_a_pause(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk)
        await desk.type("abc")
        draft = await desk.stage.asked("call.draft")
        assert (draft.call_id, draft.note.note) == (call_id, "abc")
        assert len(desk.asked("call.draft")) == 1  # three keys, one request


@pytest.mark.asyncio
async def test_a_console_that_starts_again_finds_the_call_and_the_half_filled_form(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        async with driving(AgentApp, stage) as first:
            enter(first)
            await state(first, AgentState.IDLE)
            await talking(first)
            await first.type("half a sen")
            await first.until(
                lambda: stage.floor.desks["8001"].draft.note == "half a sen", "the whole note is kept"
            )
        async with driving(AgentApp, stage) as second:
            enter(second)
            await second.see("half a sen")
            area = second.app.focused
            assert isinstance(area, NoteArea)
            assert area.cursor_location == (0, len("half a sen"))
            await second.type("tence")
            assert second.app.desk.notes.note.note == "half a sentence"


@pytest.mark.asyncio
async def test_the_half_filled_customer_comes_back_with_the_cursor_in_its_field(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        async with driving(AgentApp, stage) as first:
            enter(first)
            await state(first, AgentState.IDLE)
            await talking(first, "13012345678")
            await first.type("a note")
            await first.press("ctrl+e")
            await first.type("Zhao Min")
            await first.press("tab", "tab", "tab")
            await first.type("Station")
            await first.until(lambda: sent_form(stage).address == "Station", "the form is kept")
        assert stage.floor.desks["8001"].draft.field == "address"
        async with driving(AgentApp, stage) as second:
            enter(second)
            await second.see("Zhao Min")
            await second.until(lambda: second.app.desk.cursor == "address", "the cursor is in the address")
            assert second.app.desk.notes.note == CallNote(note="a note")
            await second.type(" Road 3")
            await second.press("ctrl+s")
            saved = await stage.asked("customer.save")
            assert saved.customer == Customer(
                name="Zhao Min", phones=("13012345678",), address="Station Road 3"
            )
            assert (await stage.asked("call.note")).note == CallNote(note="a note")
            await second.until(lambda: stage.floor.desks["8001"].draft.form is None, "no form is kept")


def sent_form(stage: Stage) -> Customer:
    return stage.floor.desks["8001"].draft.form or Customer()


@pytest.mark.asyncio
async def test_a_customer_who_was_being_changed_is_changed_further(tmp_path: Path) -> None:
    async with Stage(tmp_path) as stage:
        async with driving(AgentApp, stage) as first:
            enter(first)
            await state(first, AgentState.IDLE)
            await talking(first, "13993800002")
            await first.press("ctrl+e", "end")
            await first.type("X")
            await first.until(lambda: sent_form(stage).name.endswith("X"), "the form is kept")
        async with driving(AgentApp, stage) as second:
            enter(second)
            await second.until(lambda: second.app.desk is not None, "the desk")
            await second.until(lambda: second.app.desk.cursor == "name", "the cursor is in the name")
            assert second.app.desk.card_form.unsaved
            await second.press("ctrl+s")
            customer = (await stage.asked("customer.save")).customer
            assert customer.name.endswith("X")
            assert (customer.vip, customer.balance_fen) == (True, -3600)


@pytest.mark.asyncio
async def test_storing_the_note_keeps_the_half_filled_customer(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk, "13012345678")
        await desk.type("n")
        await desk.press("ctrl+e")
        await desk.type("Zhao")
        await desk.until(lambda: sent_form(desk.stage).name == "Zhao", "the form is kept")
        drafts = len(desk.asked("call.draft"))
        await desk.app.run_worker(store_form(desk.app)).wait()
        draft = await desk.stage.asked("call.draft", times=drafts + 1)
        assert draft.note.form.name == "Zhao"
        assert desk.asked("call.note")[-1].note == CallNote(note="n")


@pytest.mark.asyncio
async def test_a_wrap_up_that_ends_by_its_limit_stores_what_was_typed(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk)
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        await desk.type("late words")
        desk.stage.floor.finish_wrap_up()
        stored = await desk.stage.asked("call.note")
        assert (stored.call_id, stored.note.note) == (call_id, "late words")


@pytest.mark.asyncio
async def test_f2_in_a_wrap_up_stores_the_form_first_and_f2_again_is_ready(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.type("x")
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        await desk.press("f2", "f2")
        await desk.stage.asked("agent.ready", times=2)
        order = [name for name, _ in desk.stage.requests if name in ("call.note", "agent.ready")]
        assert order == ["agent.ready", "call.note", "agent.ready"]
        await desk.see("就绪 R")


@pytest.mark.asyncio
async def test_a_break_chosen_in_the_wrap_up_begins_at_once(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        await desk.press("f2", "1")
        await desk.stage.asked("agent.finish_wrap_up")
        await desk.see("小休 B")


@pytest.mark.asyncio
async def test_a_form_that_cannot_be_stored_does_not_end_the_wrap_up(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        desk.stage.refuse("call.note", Reason.INTERNAL)
        await desk.press("f9", "1", "enter")
        await desk.see("引擎出错")
        assert not desk.asked("agent.finish_wrap_up")
        assert desk.app.desk.notes.unsaved


@pytest.mark.asyncio
async def test_an_unknown_caller_has_the_same_form_empty_and_is_saved_in_place(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        call_id = await talking(desk, "13012345678")
        await desk.see("新客户：^E 填写资料")
        await desk.see("13012345678")
        await desk.press("ctrl+e")
        await desk.type("Zhao Min")
        await desk.press("tab", "tab", "tab")
        await desk.type("Station Road 3")
        await desk.press("ctrl+s")
        saved = await desk.stage.asked("customer.save")
        assert saved.call_id == call_id
        assert saved.customer == Customer(name="Zhao Min", phones=("13012345678",), address="Station Road 3")
        await desk.see("余额 0.00 元")
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "the cursor is in the notes")


@pytest.mark.asyncio
async def test_a_customer_without_name_is_not_sent(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk, "13012345678")
        await desk.press("ctrl+e", "tab", "tab", "tab")
        await desk.type("x")
        await desk.press("ctrl+s")
        await desk.see("请填写客户姓名")
        assert not desk.asked("customer.save")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("reason", "field", "words"),
    [
        (Reason.INVALID, "phones", "请检查这一项：电话"),
        (Reason.CONFLICT, "card_number", "智能卡：已属于另一位客户"),
    ],
)
async def test_a_field_that_cannot_be_stored_is_named(
    tmp_path: Path, reason: Reason, field: str, words: str
) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk, "13012345678")
        await desk.press("ctrl+e")
        await desk.type("Li")
        desk.stage.refuse("customer.save", reason, field)
        await desk.press("ctrl+s")
        await desk.see(words)
        assert desk.app.desk.card_form.unsaved


@pytest.mark.asyncio
async def test_editing_a_known_customer_keeps_what_has_no_field(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk, "13993800002")
        await desk.press("ctrl+e", "end")
        await desk.type("X")
        await desk.press("ctrl+s")
        customer = (await desk.stage.asked("customer.save")).customer
        assert customer.name.endswith("X")
        assert (customer.vip, customer.balance_fen, customer.remark) == (True, -3600, "听力不好,请大声慢说")
        assert customer.packages == ("高清基础包", "体育付费包", "少儿付费包", "宽带200M")


@pytest.mark.asyncio
async def test_a_paste_of_a_million_characters_is_cut_and_brings_no_control_characters(
    tmp_path: Path,
) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        desk.app.focused.post_message(paste("\x1b[31m坏\x07字\x00\n" * 200_000))
        await desk.see("备注最多")
        note = desk.app.desk.notes.note.note
        assert 0 < len(note) <= MAX_NOTE
        assert all(character.isprintable() or character == "\n" for character in note)
        await desk.type("z")
        assert len(desk.app.desk.notes.note.note) <= MAX_NOTE


@pytest.mark.asyncio
async def test_control_characters_pasted_into_a_field_are_left_out(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk, "13012345678")
        await desk.press("ctrl+e")
        desk.app.focused.post_message(paste("王\x1b]0;x\x07五\r\n第二行" + "长" * 1_000_000))
        await desk.until(lambda: desk.app.desk.card_form.customer().name.startswith("王]0;x五"), "pasted")
        assert len(desk.app.desk.card_form.customer().name) <= 200


@pytest.mark.asyncio
async def test_rubbish_keys_do_nothing(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        before = [name for name, _ in desk.stage.requests]
        await desk.press("ctrl+a", "ctrl+b", "f3", "f7", "f12", "ctrl+l", "insert", "ctrl+backslash")
        await desk.see("通话 T")
        assert [name for name, _ in desk.stage.requests] == before


def paste(text: str) -> object:
    from textual.events import Paste

    return Paste(text)


@pytest.mark.asyncio
async def test_the_wrap_up_is_made_longer_once_from_the_palette(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        desk.stage.floor.hang_up()
        await desk.see("话后 W")
        longer = by_id(AGENT_COMMANDS, "form.extend")
        assert longer.disabled_reason(desk.app.situation()) is None
        await desk.press("ctrl+p")
        await desk.type("yc")
        await desk.press("enter")
        await desk.see("话后处理已延长")
        await desk.stage.asked("agent.extend_wrap_up")
        assert longer.disabled_reason(desk.app.situation()) == "不能再延长了"


@pytest.mark.asyncio
async def test_after_another_log_in_notes_and_cursor_are_where_they_were(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.type("no signal")
        await desk.press("f9", "2")
        await desk.until(
            lambda: any(one.note.disposition == "fault_reported" for one in desk.asked("call.draft")),
            "cursor and result are kept",
        )
        desk.stage.replace_console()
        await desk.see("您已在另一处签入")
        enter(desk)
        await desk.see("通话 T")
        await desk.until(
            lambda: desk.app.focused is desk.app.desk.notes.results, "the cursor is in the results"
        )
        assert (desk.app.desk.notes.note.note, desk.app.desk.notes.note.disposition) == (
            "no signal",
            "fault_reported",
        )
