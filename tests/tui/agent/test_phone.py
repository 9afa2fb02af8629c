"""Phone work by keys: dialling, transfer, consultation, conference, keys, mute, raised hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from engine.core.records import CallNote, Customer
from engine.core.states import AgentState, CallState, RefusalCode, RingFailure, TargetKind
from engine.wire.messages import Reason
from tests.support import stage_phone as script
from tests.support import world
from tests.tui.driving import Driver, agent_desk, state, talking
from tui.agent.notes import NoteArea

pytestmark = pytest.mark.asyncio


async def consulting(desk: Driver, name: str = "oy") -> None:
    """In a talk: F6, a name by its initials, F7, and the other one answers."""
    await talking(desk)
    await desk.press("f6")
    await desk.see("欧阳静怡")
    await desk.type(name)
    await desk.press("f7")
    await state(desk, AgentState.CONSULTING)
    script.party_answers(desk.stage.floor)
    await desk.see("正在讲话")


async def test_a_typed_number_is_dialled_and_dialled_again_with_two_keys(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("f3")
        await desk.see("号码，或姓名的一部分")
        await desk.type("0931 8881234")
        await desk.press("enter")
        assert (await desk.stage.asked("agent.dial")).number == "0931 8881234"
        await desk.see("呼出 D")
        await desk.see("请听回铃音")
        desk.stage.floor.now += 5 * world.SECOND
        desk.app._tick()
        await desk.see("呼出 00:05  0931-8881234")
        await desk.press("f8")
        await desk.stage.asked("agent.hang_up")
        await state(desk, AgentState.IDLE)
        await desk.press("f3")
        await desk.see("最近拨出")
        await desk.press("enter")
        assert (await desk.stage.asked("agent.dial", times=2)).number == "0931 8881234"


async def test_keys_typed_in_one_go_dial_what_was_typed(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("f3", *"13993800002", "enter")
        assert (await desk.stage.asked("agent.dial")).number == "13993800002"


async def test_a_consultation_typed_in_one_go_goes_to_the_one_who_was_typed(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f6", *"805", "f7")
        asked = await desk.stage.asked("agent.consult")
        assert (asked.kind, asked.value) == (TargetKind.EXTENSION, "805")


async def test_initials_typed_faster_than_the_list_comes_find_their_agent(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        desk.stage.freeze()
        await desk.press("f6", *"oyjy", "f7")
        desk.stage.thaw()
        asked = await desk.stage.asked("agent.consult")
        assert (asked.kind, asked.value) == (TargetKind.AGENT, "8002")


async def test_each_number_of_the_shown_customer_can_be_chosen(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+f")
        await desk.type("张华山")
        await desk.see("找到 1 位")
        await desk.press("f3")
        await desk.see("当前客户")
        await desk.press("down", "enter")
        asked = await desk.stage.asked("agent.dial")
        assert (asked.number, asked.customer_id) == ("09318881234", 1)


async def test_an_own_call_is_dialled_from_the_list_of_today(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("ctrl+t")
        await desk.until(lambda: desk.app.desk.day.table.has_focus, "the own calls have the cursor")
        await desk.press("f3", "enter")
        assert (await desk.stage.asked("agent.dial")).number == "13893812345"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (RefusalCode.NUMBER_FORBIDDEN, "这个号码不允许外拨"),
        (RefusalCode.NO_FREE_LINE, "没有空闲外线"),
        (RefusalCode.NO_PHONE, "话机没有注册"),
    ],
)
async def test_a_refused_number_says_why_and_stays_to_be_corrected(
    tmp_path: Path, code: RefusalCode, words: str
) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.refuse("agent.dial", Reason.REFUSED, code)
        await desk.press("f3")
        await desk.type("0085212345678")
        await desk.press("enter")
        await desk.see(words)
        assert desk.app.panel == "dial"
        assert desk.app.focused.value == "0085212345678"


async def test_a_number_that_nobody_answers_says_why(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await desk.press("f3")
        await desk.type("13993800002")
        await desk.press("enter")
        await state(desk, AgentState.DIALLING)
        script.not_reached(desk.stage.floor, RingFailure.BUSY)
        await desk.see("没有接通：占线")


async def test_dialling_is_refused_in_a_talk_and_in_a_wrap_up(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f3")
        await desk.see("通话中不能外拨")
        await desk.press("f8")
        await state(desk, AgentState.WRAP_UP)
        await desk.press("f3")
        await desk.see("请先完成话后处理")
        assert not desk.asked("agent.dial")


async def test_targets_are_found_by_initials_name_and_number_and_free_ones_come_first(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        desk.stage.floor.agents["8002"] = world.agent(
            "8002", "seat2", "802", desk.app.view.agent.status, state=AgentState.TALKING
        )
        await talking(desk)
        await desk.press("f6")
        await desk.see("满意度评价")
        kinds = [row.key for row in desk.app.desk.opened("transfer").rows.rows]
        assert kinds[0] == "agent:8003"
        assert kinds[-1] == "agent:8002"
        for typed, name in (
            ("gz", "故障申告"),
            ("资费", "宽带资费"),
            ("805", "机房"),
            ("13993800002", "外线"),
        ):
            await desk.type(typed)
            await desk.until(
                lambda name=name: name in " ".join(desk.app.desk.opened("transfer").rows.current.texts), name
            )
            await desk.press(*["backspace"] * len(typed))


async def test_enter_hands_over_at_once_by_kind_and_value(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f6")
        await desk.see("满意度评价")
        await desk.type("gz")
        await desk.press("enter")
        asked = await desk.stage.asked("agent.transfer")
        assert (asked.kind, asked.value) == (TargetKind.QUEUE, "fault")
        await state(desk, AgentState.WRAP_UP)
        assert desk.app.panel == ""


async def test_who_is_not_free_is_grey_and_says_why(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        ready = desk.app.view.agent.status
        desk.stage.floor.agents["8002"] = world.agent("8002", "seat2", "802", ready, state=AgentState.TALKING)
        await talking(desk)
        await desk.press("f6")
        await desk.see("满意度评价")
        await desk.type("oy")
        await desk.press("enter")
        await desk.see("欧阳静怡 不空闲：通话")
        await desk.press("f7")
        assert not desk.asked("agent.transfer")
        assert not desk.asked("agent.consult")


async def test_recorded_information_can_be_handed_over_to_but_not_spoken_to(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("f6")
        await desk.see("满意度评价")
        await desk.type("kdzf")
        await desk.press("f7")
        await desk.see("这里无人可咨询")
        await desk.press("enter")
        asked = await desk.stage.asked("agent.transfer")
        assert (asked.kind, asked.value) == (TargetKind.NODE, "tariff")


async def test_a_consultation_says_who_is_spoken_to_and_hands_over(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await consulting(desk)
        asked = await desk.stage.asked("agent.consult")
        assert (asked.kind, asked.value) == (TargetKind.AGENT, "8002")
        row = desk.lines()[6]
        assert row.index("听音乐") < row.index("> 对方 欧阳静怡 8002") < row.index("正在讲话")
        await desk.press("f5")
        await desk.stage.asked("agent.alternate")
        await desk.see("> 客户 张华山")
        assert "等待中" in desk.lines()[6]
        await desk.press("f4")
        await desk.stage.asked("agent.alternate", times=2)
        await desk.see("> 对方 欧阳静怡")
        assert desk.hints().startswith(" F6 转出")
        await desk.press("f6")
        await desk.stage.asked("agent.complete_transfer")
        await desk.see("话后 W")


async def test_f8_in_a_consultation_goes_back_to_the_customer_and_escape_ends_nothing(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await consulting(desk)
        await desk.press("escape", "escape")
        assert desk.app.view.agent.state is AgentState.CONSULTING
        await desk.press("f8")
        await desk.stage.asked("agent.cancel_consult")
        await state(desk, AgentState.TALKING)
        assert not desk.asked("agent.hang_up")


async def test_before_the_other_one_answers_only_f8_makes_sense(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        script.consult(desk.stage.floor, "欧阳静怡", "8002")
        await desk.see("正在呼叫")
        assert desk.hints().startswith(" F8 回客户")
        for key in ("f4", "f5", "f6", "f7"):
            await desk.press(key)
            await desk.see("对方还没有接听")
            await desk.press("ctrl+t", "escape")
        assert not desk.asked("agent.alternate")


async def test_a_conference_names_all_three(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await consulting(desk)
        await desk.press("f7")
        await desk.stage.asked("agent.conference")
        await desk.see("三方通话：您、张华山 138 9381 2345、欧阳静怡 8002")
        await desk.press("f5")
        await desk.see("三方正在通话")
        await desk.press("f8")
        await desk.stage.asked("agent.cancel_consult")
        await desk.gone("三方通话：")


async def test_f6_in_a_conference_leaves_the_two_others_with_each_other(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await consulting(desk)
        await desk.press("f7")
        await state(desk, AgentState.CONFERENCE)
        await desk.press("f6")
        await desk.stage.asked("agent.hang_up")
        assert not desk.asked("agent.complete_transfer")
        await state(desk, AgentState.WRAP_UP)


async def test_who_is_asked_sees_by_whom_and_changes_nothing_of_the_call(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        script.consulted(desk.stage.floor, "8002", draft=CallNote(note="先查一下"))
        await desk.see("咨询来电")
        await desk.see("对方 欧阳静怡 8002")
        await desk.see("找您咨询")
        script.consulted_answers(desk.stage.floor)
        await desk.see("> 对方 欧阳静怡 8002")
        desk.stage.floor.change_desk("8001", draft=CallNote(note="先查一下,欠费已清"))
        await desk.see("先查一下,欠费已清")
        for key in ("f5", "f6", "f7", "ctrl+d"):
            await desk.press(key)
            await desk.see("只有这通电话的坐席可以操作")
            await desk.press("ctrl+t", "escape")
        script.change_party(desk.stage.floor, active=False)
        await desk.see("与坐席讲话")
        assert ">" not in desk.lines()[6]
        await desk.press("f8")
        await desk.stage.asked("agent.hang_up")
        assert not desk.asked("agent.cancel_consult")


async def test_who_was_only_asked_writes_nothing_about_the_colleagues_call(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        script.consulted(desk.stage.floor, "8002", draft=CallNote(note="先查一下"))
        await state(desk, AgentState.RINGING)
        script.consulted_answers(desk.stage.floor)
        await desk.see("> 对方 欧阳静怡 8002")
        desk.stage.floor.abandon()
        await state(desk, AgentState.IDLE)
        await desk.gone("先查一下")
        assert not desk.asked("call.note")
        assert not desk.asked("call.draft")


async def test_a_call_handed_over_after_a_consultation_has_the_newest_notes(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        script.consulted(desk.stage.floor, "8002", draft=CallNote(note="先查一下"))
        script.consulted_answers(desk.stage.floor)
        await desk.see("> 对方 欧阳静怡 8002")
        call = replace(script.call_at(desk.stage.floor, "8001"), staff_number="8001", party=None)
        call = replace(call, state=CallState.TALKING)
        form = Customer(name="王五", phones=("13012345678",))
        desk.stage.floor.change_desk("8001", call=call, draft=CallNote(note="欠费已清", form=form))
        await desk.gone("> 对方")
        await desk.see("王五")
        await desk.type("!")
        await desk.until(lambda: desk.asked("call.draft")[-1:] != [], "a draft is sent")
        await desk.until(
            lambda: desk.asked("call.draft")[-1].note.note == "欠费已清!", "with the notes so far"
        )
        assert desk.asked("call.draft")[-1].note.form == form


async def test_a_call_of_a_colleague_is_called_so_and_only_ended_here(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        script.called_by(desk.stage.floor, "8002")
        await desk.see("内部来电  欧阳静怡 8002")
        await desk.press("f4")
        await state(desk, AgentState.TALKING)
        assert "转来" not in desk.text()
        await desk.press("f6")
        await desk.see("只有这通电话的坐席可以操作")
        await desk.press("f8")
        await desk.stage.asked("agent.hang_up")


async def test_at_another_seat_the_talk_says_where_it_goes_on(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        desk.stage.floor.change_agent("8001", next_seat_id="seat3")
        await desk.see("通话仍在一号席的话机上；结束后您在三号席")


async def test_what_came_back_says_why_until_the_next_step(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        script.consult(desk.stage.floor, "欧阳静怡", "8002")
        await state(desk, AgentState.CONSULTING)
        script.party_fails(desk.stage.floor, RingFailure.NO_ANSWER)
        await desk.see("未转成：无人接听。客户在您这里")
        desk.stage.floor.change_desk("8001", notice="")
        await desk.gone("未转成")


async def test_a_transferred_call_brings_its_sender_notes_form_and_way(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        draft = CallNote(
            note="已查欠费", disposition="follow_up", form=Customer(name="王五", phones=("13012345678",))
        )
        script.transfer_in(desk.stage.floor, "8002", cli="13012345678", draft=draft)
        await desk.see("转来的电话  130 1234 5678")
        await desk.see("由 欧阳静怡 8002 转来")
        await desk.see("语音路径 主菜单")
        await desk.see("已查欠费")
        await desk.see("王五")
        await desk.press("f4")
        await state(desk, AgentState.TALKING)
        assert desk.app.desk.notes.note.disposition == "follow_up"
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "the cursor is in the notes")


async def test_a_transferred_call_that_is_not_taken_keeps_the_senders_notes(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        script.transfer_in(desk.stage.floor, "8002", draft=CallNote(note="已查欠费"))
        await desk.see("由 欧阳静怡 8002 转来")
        await desk.press("f8")
        await desk.stage.asked("agent.reject")
        await state(desk, AgentState.IDLE)
        await desk.gone("已查欠费")
        assert not desk.asked("call.note")


async def test_keys_are_sent_one_by_one_in_their_order_and_the_cursor_goes_back(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.until(lambda: isinstance(desk.app.focused, NoteArea), "the cursor is in the notes")
        await desk.press("ctrl+d")
        await desk.see("每个按键立即送出")
        await desk.press("1", "2", "x", "asterisk", "number_sign", "a")
        await desk.until(lambda: "".join(one.digits for one in desk.asked("agent.digits")) == "12*#A", "all")
        await desk.see("只能送")
        await desk.press("escape")
        await desk.gone("每个按键立即送出")
        await desk.type("abc")
        assert desk.app.desk.notes.note.note == "abc"


async def test_keys_are_refused_while_the_engine_is_gone(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+d")
        await desk.see("每个按键立即送出")
        await desk.stage.stop()
        await desk.see("连接断开")
        await desk.press("7")
        await desk.see("这个按键没有送出")
        await desk.stage.start()
        await desk.see("与引擎恢复连接")
        await desk.press("8")
        await desk.stage.asked("agent.digits")
        assert [one.digits for one in desk.asked("agent.digits")] == ["8"]


async def test_the_line_of_keys_closes_with_the_talk(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+d")
        await desk.see("每个按键立即送出")
        desk.stage.floor.hang_up()
        await desk.gone("每个按键立即送出")
        await desk.press("1")
        assert not desk.asked("agent.digits")


async def test_mute_and_raised_hand_are_in_sight_until_taken_back(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+u")
        assert (await desk.stage.asked("agent.mute")).on is True
        await desk.see("麦克风已关")
        assert "静音" in desk.lines()[0]
        await desk.press("ctrl+r")
        assert (await desk.stage.asked("agent.help")).on is True
        await desk.until(lambda: "举手" in desk.lines()[0], "the hand is up")
        await desk.press("ctrl+u", "ctrl+r")
        assert (await desk.stage.asked("agent.mute", times=2)).on is False
        assert (await desk.stage.asked("agent.help", times=2)).on is False
        await desk.until(lambda: not {"静音", "举手"} & set(desk.lines()[0].split()), "both are gone")


@pytest.mark.parametrize("key", ["f3", "f6"])
async def test_a_list_stays_usable_when_the_engine_goes_and_comes_back(tmp_path: Path, key: str) -> None:
    async with agent_desk(tmp_path) as desk:
        if key == "f6":
            await talking(desk)
        await desk.press(key)
        await desk.type("13993800002")
        await desk.see("139 9380 0002")
        await desk.stage.stop()
        await desk.see("连接断开")
        await desk.press("enter")
        await desk.see("与引擎断开")
        await desk.stage.start()
        await desk.see("与引擎恢复连接")
        await desk.press("enter")
        await desk.stage.asked("agent.dial" if key == "f3" else "agent.transfer")


@pytest.mark.parametrize("key", ["f3", "f6", "ctrl+d"])
async def test_rubbish_in_the_new_places_ends_nothing(tmp_path: Path, key: str) -> None:
    async with agent_desk(tmp_path) as desk:
        if key != "f3":
            await talking(desk)
        await desk.press(key)
        rubbish = ("ctrl+a", "insert", "f12", "pagedown", "end", "ctrl+backslash", "home", "delete", "tab")
        await desk.press(*rubbish, *rubbish)
        await desk.type("Ω!?坏 ~")
        await desk.press("escape", "escape")
        assert desk.app.panel == ""
        before = desk.app.view.agent.state
        assert before is (AgentState.IDLE if key == "f3" else AgentState.TALKING)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_long_names_break_no_line(tmp_path: Path, language: str) -> None:
    from rich.cells import cell_len

    async with agent_desk(tmp_path, language) as desk:  # type: ignore[arg-type]
        await talking(desk, "13993800002")
        for name in ("欧阳春花" * 10, "Alexandria-Konstantinopolitana von Sachsen", "·" * 40):
            script.consult(desk.stage.floor, name, "8002")
            await state(desk, AgentState.CONSULTING)
            await desk.pilot.pause()
            assert all(cell_len(line) == 80 for line in desk.lines())
            script.drop_party(desk.stage.floor)
            await state(desk, AgentState.TALKING)
        desk.stage.floor.agents["8002"] = world.agent(
            "8002", "seat2", "802", desk.app.view.agent.status, name="欧阳春花" * 10
        )
        await desk.press("f6")
        await desk.see("欧阳春花")
        assert all(cell_len(line) == 80 for line in desk.lines())


async def test_phone_work_is_found_in_the_palette_by_initials(tmp_path: Path) -> None:
    async with agent_desk(tmp_path) as desk:
        await talking(desk)
        await desk.press("ctrl+p")
        await desk.see("命令，或拼音首字母")
        await desk.press(*"zj", "enter")
        await desk.see("满意度评价")
        await desk.type("oy")
        await desk.see("转接到 oy")
        await desk.press("enter")
        assert (await desk.stage.asked("agent.transfer")).value == "8002"
