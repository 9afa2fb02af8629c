"""What callers tell on the way: a case has it, or it is the voice message of the call."""

from dataclasses import replace
from typing import Self

from engine.core import events as fact
from engine.core.effects import DiscardMessage, KeepMessage, Step, StoreCall
from engine.core.floor.entities import ANSWER
from engine.core.states import CallState, Outcome
from tests.core.test_floor_self_service import WHO, Caller, caller
from tests.support.floor_site import clock, make_plan
from tests.support.service_flow import SERVICE_FLOW

CASE = {"number": "260302001", "expected": "2026-03-03 18:00"}


class Speaker(Caller):
    """A caller who tells of a fault."""

    def tells(self, length_ms: int = 4_000, name: str = "c1-1") -> Self:
        """The words before the beep, and the recording."""
        return self.hears_out().told(length_ms, name)

    def told(self, length_ms: int, name: str = "c1-1") -> Self:
        return self.handle(
            fact.MessageRecorded(call_id="c1", file=f"{name}.wav", length_ms=length_ms, part=True)
        )

    def over(self, outcome: Outcome, message: str = "", length_ms: int = 0) -> Self:
        """The row of the call at its end; nothing of it is left on the floor."""
        self.gone("c1")
        record = self.record()
        assert (record.outcome, record.message_file, record.message_ms) == (outcome, message, length_ms)
        return self

    def keeps(self, *files: str) -> Self:
        """In the last step these became voice messages."""
        assert [order.file for order in self.ordered(KeepMessage)] == list(files)
        return self

    def discards(self, *files: str) -> Self:
        assert [order.file for order in self.ordered(DiscardMessage)] == list(files)
        return self


def speaker(*agents: str) -> Speaker:
    """c1 has chosen to tell of a fault."""
    script = Speaker(replace(make_plan(), flow=SERVICE_FLOW), clock("08:59:00")).start().switch_is_up()
    for staff_number in agents:
        script.phone(staff_number, reachable=True).logs_in(staff_number).ready(staff_number)
    return script.call_arrives("c1").answer("found", **WHO).presses("2")


def test_what_a_case_has_is_no_message_of_the_call() -> None:
    floor = speaker().tells().answer("done", **CASE).hangs_up()
    floor.keeps().discards().over(Outcome.IVR_EXIT)


def test_what_was_added_to_a_case_that_was_there_is_no_message_either() -> None:
    speaker().tells().answer("already", **CASE).hangs_up().keeps().over(Outcome.IVR_EXIT)


def test_who_hangs_up_while_speaking_has_left_a_message() -> None:
    floor = speaker().hears_out().hangs_up().call_is(CallState.ENDED).keeps()
    floor.told(4_000).keeps("c1-1.wav").over(Outcome.VOICEMAIL, "c1-1.wav", 4_000)
    (kept,) = floor.ordered(KeepMessage)
    assert (kept.call_id, kept.length_ms, kept.at) == ("c1", 4_000, floor.now)


def test_who_hangs_up_without_a_word_has_left_nothing() -> None:
    speaker().hears_out().hangs_up().told(0).discards("c1-1.wav").keeps().over(Outcome.IVR_EXIT)


def test_a_message_of_which_asterisk_knows_nothing_leaves_no_file() -> None:
    floor = speaker().hears_out()
    floor.handle(fact.MessageRecorded(call_id="c1", file="", length_ms=0, part=True)).hangs_up()
    floor.discards().keeps().over(Outcome.IVR_EXIT)


def test_a_case_that_could_not_be_made_leaves_the_message() -> None:
    floor = speaker().tells().answer("failed").hears_out().hangs_up()
    floor.keeps("c1-1.wav").over(Outcome.VOICEMAIL, "c1-1.wav", 4_000)


def test_who_hangs_up_before_the_answer_gets_a_case_all_the_same() -> None:
    floor = speaker().tells().hangs_up().call_is(CallState.ENDED).keeps()
    floor.answer("done", **CASE).keeps().discards().over(Outcome.IVR_EXIT)


def test_who_hangs_up_before_the_answer_has_left_a_message_if_there_is_no_case() -> None:
    floor = speaker().tells().hangs_up()
    floor.answer("failed").keeps("c1-1.wav").over(Outcome.VOICEMAIL, "c1-1.wav", 4_000)
    assert "loose:c1" not in floor.timers


def test_an_answer_that_never_comes_leaves_the_message() -> None:
    floor = speaker().tells().hangs_up().after("9s").keeps().after("1s").keeps("c1-1.wav")
    floor.over(Outcome.VOICEMAIL, "c1-1.wav", 4_000)


def test_the_answer_to_another_question_is_not_taken_for_it() -> None:
    floor = speaker().tells().hangs_up().answer("done", request=1).keeps().call_is(CallState.ENDED)
    assert ANSWER in floor.call_now("c1").loose_ends


def test_a_question_that_hands_nothing_over_is_not_waited_for() -> None:
    caller().recharges().hangs_up().gone("c1")
    floor = speaker().tells().answer("failed").hears_out().recharges().hangs_up()
    floor.keeps("c1-1.wav").gone("c1")


def test_an_answer_heard_while_the_caller_is_asked_for_patience_counts() -> None:
    floor = speaker().tells().after("1500ms").answer("done", **CASE).hangs_up()
    floor.keeps().over(Outcome.IVR_EXIT)


def test_a_late_answer_counts_although_the_caller_did_not_hear_it() -> None:
    floor = speaker().tells().after("8s").answer("done", **CASE).hears_out().hears_out().hangs_up()
    floor.keeps().over(Outcome.IVR_EXIT)


def test_silence_is_thrown_away_and_what_was_said_after_it_is_not() -> None:
    floor = speaker().tells(0).hears_out().told(4_000).hangs_up().answer("failed")
    floor.discards().keeps("c1-1.wav")


def test_a_recording_told_twice_by_the_switch_is_the_same() -> None:
    floor = speaker().tells().answer("done", **CASE).told(4_000).hangs_up()
    floor.keeps().discards().over(Outcome.IVR_EXIT)


def test_of_several_without_a_case_one_is_the_message_and_the_others_are_told_of() -> None:
    floor = speaker().tells().answer("failed").hears_out().presses("2").tells(5_000, "c1-2").answer("failed")
    floor.hears_out().hangs_up().keeps("c1-2.wav").discards()
    assert [step.text for step in floor.ordered(Step) if "c1-1.wav" in step.text]
    assert len(floor.ordered(StoreCall)) == 1


def test_who_was_served_after_all_has_left_a_message_and_was_served() -> None:
    floor = speaker("8001").tells().answer("failed").hears_out().presses("0").presented("c1", "8001")
    floor.phone_rings("8001").picks_up("8001").after("10s").hangs_up().keeps("c1-1.wav")
    record = floor.record()
    assert (record.outcome, record.message_file) == (Outcome.ANSWERED, "c1-1.wav")


def test_who_gave_up_waiting_after_it_has_given_up() -> None:
    floor = speaker("8001").tells().answer("failed").goes_on_break("8001").hears_out().presses("0")
    floor.waiting("c1").after("40s").hangs_up().keeps("c1-1.wav")
    assert floor.record().outcome is Outcome.ABANDONED
