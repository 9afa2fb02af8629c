"""From arrival to the queue, to a voice message, or out of the menu."""

from engine.core.effects import (
    Announce,
    FinishRecording,
    HangUpCall,
    LookUpCustomer,
    PlayPrompts,
    RecordMessage,
    StartMusic,
    StoreCall,
)
from engine.core.states import CallState, EndedBy, Outcome
from tests.support.floor_script import given
from tests.support.floor_site import clock, make_plan


def test_an_arriving_call_is_on_record_before_anything_else() -> None:
    floor = given(agents=["8001"]).at("09:00:00").call_arrives("c1", cli="13893812345")
    stored, looked_up, greeting = floor.steps[0], floor.steps[1], floor.steps[2]
    assert isinstance(stored, StoreCall)
    assert (stored.record.accepted_at, stored.record.cli) == (clock("09:00:00"), "13893812345")
    assert looked_up == LookUpCustomer(call_id="c1", cli="13893812345")
    assert isinstance(greeting, PlayPrompts)
    assert greeting.prompts == ("greeting",)


def test_menu_to_queue() -> None:
    floor = given(agents=["8001"]).call_arrives("c1").hears_out()
    (menu,) = floor.ordered(PlayPrompts)
    assert (menu.prompts, menu.max_digits) == (("main_menu",), 1)
    floor.presses("0").waiting("c1").call_is(CallState.QUEUED)
    assert floor.ordered(StartMusic) == [StartMusic(call_id="c1", music="music-general")]
    assert floor.record().queue_id == "general"


def test_a_key_pressed_during_the_greeting_counts_for_the_menu() -> None:
    given(agents=["8001"]).call_arrives("c1").presses("2").waiting("c1", queue="fault")


def test_wrong_keys_and_silence_end_at_an_agent() -> None:
    floor = given(agents=["8001"]).call_arrives("c1").hears_out()
    floor.presses("7").call_is(CallState.IVR).hears_out().waiting("c1")
    assert floor.record().ivr_path == ("greeting", "hours", "menu", "general")


def test_hung_up_in_the_menu_is_no_abandoned_call() -> None:
    floor = given(agents=["8001"]).call_arrives("c1").after("3s").hangs_up(cause=16).gone("c1")
    record = floor.record()
    assert (record.outcome, record.ended_by, record.customer_cause) == (
        Outcome.IVR_EXIT,
        EndedBy.CUSTOMER,
        16,
    )
    assert (record.offered_at, record.wait_ms) == (0, 0)
    assert floor.floor.state.day["general"].offered == 0
    assert floor.ordered(FinishRecording) == [
        FinishRecording(call_id="c1", accepted_at=clock("08:59:00"), ended_at=clock("08:59:03"))
    ]


def test_the_centre_hangs_up_after_its_last_word() -> None:
    floor = given(agents=["8001"]).call_arrives("c1").presses("9").hears_out().call_is(CallState.CLOSING)
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="c1")]
    floor.hangs_up()
    assert (floor.record().outcome, floor.record().ended_by) == (Outcome.IVR_EXIT, EndedBy.SYSTEM)


def test_hung_up_during_the_last_word_was_the_customer() -> None:
    floor = given(agents=["8001"]).call_arrives("c1").presses("9").hangs_up()
    assert floor.record().ended_by is EndedBy.CUSTOMER


def test_a_voice_message_by_choice() -> None:
    floor = given(agents=["8001"]).call_arrives("c1").presses("4").call_is(CallState.IVR)
    assert floor.ordered(PlayPrompts)[0].prompts == ("leave_message",)
    floor.hears_out().call_is(CallState.MESSAGE)
    (order,) = floor.ordered(RecordMessage)
    assert (order.max_seconds, order.silence_seconds, order.min_ms) == (180, 5, 2_000)
    floor.speaks_for("12s").call_is(CallState.IVR).hears_out().hangs_up().gone("c1")
    record = floor.record()
    assert (record.outcome, record.message_file, record.message_ms) == (
        Outcome.VOICEMAIL,
        "c1.wav",
        12_000,
    )


def test_a_message_without_words_is_asked_for_again_then_given_up() -> None:
    floor = given().call_arrives("c1").presses("4").hears_out().speaks_for("0s")
    floor.call_is(CallState.IVR).hears_out().call_is(CallState.MESSAGE).speaks_for("0s")
    assert floor.ordered(PlayPrompts)[0].prompts == ("goodbye",)
    floor.hears_out().hangs_up()
    assert (floor.record().outcome, floor.record().message_file) == (Outcome.IVR_EXIT, "")


def test_hung_up_before_the_message_began() -> None:
    floor = given().call_arrives("c1").presses("4").hangs_up().gone("c1")
    assert floor.record().outcome is Outcome.IVR_EXIT


def test_a_message_that_is_told_after_the_hang_up_counts() -> None:
    floor = given().call_arrives("c1").presses("4").hears_out().after("8s").hangs_up()
    assert floor.record().outcome is Outcome.IVR_EXIT
    assert floor.floor.view().calls == ()
    floor.after("50ms").speaks_for("8s").gone("c1")
    assert (floor.record().outcome, floor.record().message_ms) == (Outcome.VOICEMAIL, 8_000)
    assert floor.record().ended_at == clock("08:59:08")


def test_a_message_told_before_the_hang_up_counts_once() -> None:
    floor = given().call_arrives("c1").presses("4").hears_out().speaks_for("8s").hangs_up().gone("c1")
    assert floor.record().outcome is Outcome.VOICEMAIL
    floor.speaks_for("8s")
    assert floor.ordered(StoreCall) == []


def test_a_message_that_is_never_told_is_not_waited_for_for_ever() -> None:
    floor = given().call_arrives("c1").presses("4").hears_out().hangs_up().after("10s").gone("c1")
    assert floor.record().outcome is Outcome.IVR_EXIT


def test_nobody_logged_in_leads_to_a_voice_message() -> None:
    floor = given().call_arrives("c1").presses("0")
    assert floor.ordered(PlayPrompts)[0].prompts == ("no_agents",)
    floor.hears_out().hears_out().speaks_for("5s").hangs_up()
    assert floor.record().outcome is Outcome.VOICEMAIL
    assert (floor.record().queue_id, floor.floor.state.day["general"].offered) == ("", 0)


def test_hung_up_at_nobody_there() -> None:
    assert given().call_arrives("c1").presses("0").hangs_up().record().outcome is Outcome.NO_AGENTS


def test_closed_hours() -> None:
    plan = make_plan(is_open=lambda now: now < clock("18:00:00"))
    floor = given(agents=["8001"], plan=plan).ready("8001").at("18:00:00").call_arrives("c1").hears_out()
    assert floor.ordered(PlayPrompts)[0].prompts == ("closed_hours",)
    floor.hangs_up()
    assert floor.record().outcome is Outcome.CLOSED
    floor.call_arrives("c2").hears_out().hears_out().hears_out().speaks_for("5s").hangs_up()
    assert floor.record().outcome is Outcome.VOICEMAIL


def test_closing_time_while_in_the_menu() -> None:
    plan = make_plan(is_open=lambda now: now < clock("18:00:00"))
    floor = given(agents=["8001"], plan=plan).ready("8001").at("17:59:58").call_arrives("c1").hears_out()
    floor.at("18:00:01").presses("0")
    assert floor.ordered(PlayPrompts)[0].prompts == ("closed_hours",)
    assert floor.hangs_up().record().outcome is Outcome.CLOSED


def test_who_waits_at_closing_time_is_still_served() -> None:
    plan = make_plan(is_open=lambda now: now < clock("18:00:00"))
    floor = given(agents=["8001"], plan=plan).at("17:59:58").call_waits("c1").at("18:00:30").ready("8001")
    floor.presented("c1", "8001")


def test_a_full_queue() -> None:
    floor = given(agents=["8001"], max_waiting=1).call_waits("c1").call_waits("c2")
    assert floor.ordered(PlayPrompts)[0].prompts == ("no_agents",)
    floor.waiting("c1").hangs_up("c2")
    assert floor.record("c2").outcome is Outcome.FULL
    assert floor.floor.state.day["general"].offered == 1


def test_late_and_double_facts_of_the_menu_change_nothing() -> None:
    floor = given(agents=["8001"]).call_waits("c1")
    ignored = floor.floor.state.ignored
    floor.presses("4").speaks_for("3s").call_arrives("c1").announced().announced("nobody")
    floor.waiting("c1").call_is(CallState.QUEUED, "c1")
    assert floor.floor.state.ignored == ignored + 4
    floor.hangs_up("c1").hangs_up("c1").presses("0", "c1").speaks_for("3s", "c1").gone("c1")
    assert floor.ordered(Announce) == []


def test_a_caller_lost_in_the_flow_is_let_go() -> None:
    floor = given(agents=["8001"], max_wait_ms=1_000).call_waits("c1", key="2").after("1s")
    floor.waiting("c1").after("1s").hears_out().hears_out()
    floor.speaks_for("1s").hears_out().speaks_for("1s").hears_out().call_is(CallState.CLOSING)
    floor.hangs_up()
    assert floor.record().outcome is Outcome.VOICEMAIL
