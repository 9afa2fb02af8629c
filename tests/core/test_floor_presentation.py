"""A call meets an agent: ringing, answering, and what follows when nobody answers."""

import pytest

from engine.core import requests as ask
from engine.core.effects import AskPhoneToAnswer, CountPresented, HangUpSeat, RingSeat, StopRinging
from engine.core.states import AgentState, AgentStatus, CallState, Outcome, RefusalCode, RingFailure
from tests.support.floor_script import given
from tests.support.floor_site import clock


def test_a_ringing_phone_is_picked_up() -> None:
    floor = given(agents=["8001"]).ready("8001").at("09:00:00").call_waits("c1").presented("c1", "8001")
    assert floor.ordered(RingSeat) == [
        RingSeat(call_id="c1", seat_id="seat1", auto=False, ring_ms=20_000, music="music-general")
    ]
    floor.agent_is("8001", AgentState.RESERVED).after("1s").phone_rings("8001")
    floor.agent_is("8001", AgentState.RINGING).after("3s").picks_up("8001")
    floor.agent_is("8001", AgentState.TALKING).call_is(CallState.TALKING)
    assert (floor.record().answered_at, floor.record().wait_ms) == (clock("09:00:04"), 4_000)
    assert floor.ordered(CountPresented)[0].ended == "answered"
    assert sorted(floor.timers) == ["midnight"]


def test_a_phone_may_be_picked_up_before_it_says_that_it_rings() -> None:
    given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").phone_rings("8001").agent_is(
        "8001", AgentState.TALKING
    )


def test_f4_asks_a_ringing_phone_to_pick_itself_up() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").answers("8001")
    assert floor.ordered(AskPhoneToAnswer) == [AskPhoneToAnswer(seat_id="seat1")]
    floor.presented("c1", "8001")


def test_an_auto_answering_phone_is_dialled_at_f4() -> None:
    floor = given(agents=["8001"], auto=["seat1"]).ready("8001").call_waits("c1").presented("c1", "8001")
    assert floor.ordered(RingSeat) == []
    floor.agent_is("8001", AgentState.RINGING).after("2s").answers("8001")
    assert floor.ordered(RingSeat) == [
        RingSeat(call_id="c1", seat_id="seat1", auto=True, ring_ms=6_000, music="music-general")
    ]
    floor.answers("8001")
    assert floor.ordered(RingSeat) == []
    floor.after("400ms").picks_up("8001").call_is(CallState.TALKING)


@pytest.mark.parametrize("auto", [(), ("seat1",)])
def test_rona_sends_the_call_to_its_old_place_and_the_agent_on_break(auto: tuple[str, ...]) -> None:
    floor = given(agents=["8001", "8002"], auto=auto).ready("8001").at("09:00:00").call_waits("c1")
    floor.after("1s").call_waits("c2").after("14s")
    if not auto:
        assert floor.ordered(StopRinging) == [StopRinging(call_id="c1", seat_id="seat1")]
        floor.presented("c1", "8001").after("20ms").ring_fails("8001", RingFailure.CANCELLED)
    floor.waiting("c1", "c2").on_break("8001", "rona")
    assert floor.ordered(CountPresented)[0].ended == "rona"
    floor.ready("8002").presented("c1", "8002").waiting("c2").picks_up("8002")
    assert (floor.record("c1").presented_count, floor.record("c1").staff_number) == (2, "8002")


def test_picked_up_while_it_was_being_stopped() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").phone_rings("8001").after("15s")
    assert floor.ordered(StopRinging)
    floor.picks_up("8001").call_is(CallState.TALKING).agent_is("8001", AgentState.TALKING)
    floor.ring_fails("8001").call_is(CallState.TALKING)
    assert floor.ordered(HangUpSeat) == []


def test_f4_is_too_late_when_the_ringing_is_being_stopped() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").after("15s")
    floor.refuses(ask.Answer(staff_number="8001"), RefusalCode.NOT_PRESENTED)


def test_a_phone_that_cannot_be_stopped_does_not_hold_the_call_for_ever() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").call_waits("c1").after("15s").ready("8002")
    floor.presented("c1", "8001").after("5s").presented("c1", "8002").on_break("8001", "rona")


def test_a_phone_picked_up_after_the_call_was_given_away_is_hung_up() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").call_waits("c1").after("20s").ready("8002")
    floor.presented("c1", "8002").picks_up("8001").presented("c1", "8002")
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat1")]
    floor.picks_up("8002").call_is(CallState.TALKING)
    assert floor.record().staff_number == "8002"


def test_rejected_at_the_console() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001", "8002").call_waits("c1").rejects("8001")
    assert floor.ordered(StopRinging)
    floor.rejects("8001")
    assert floor.ordered(StopRinging) == []
    floor.ring_fails("8001", RingFailure.CANCELLED).on_break("8001", "rejected").presented("c1", "8002")
    assert floor.ordered(CountPresented)[0].ended == "rejected"


def test_rejected_before_the_auto_answering_phone_was_dialled() -> None:
    floor = given(agents=["8001"], auto=["seat1"]).ready("8001").call_waits("c1").rejects("8001")
    floor.on_break("8001", "rejected").waiting("c1")
    assert "ring:c1" not in floor.timers


@pytest.mark.parametrize(
    ("failure", "reason", "counted"),
    [
        (RingFailure.REJECTED, "rejected", "rejected"),
        (RingFailure.BUSY, "phone_busy", "rejected"),
        (RingFailure.NO_ANSWER, "rona", "rona"),
    ],
)
def test_a_phone_that_does_not_take_the_call(failure: RingFailure, reason: str, counted: str) -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").ring_fails("8001", failure, cause=17)
    floor.on_break("8001", reason).waiting("c1")
    assert floor.ordered(CountPresented)[0].ended == counted
    assert floor.hangs_up().record().agent_cause == 17


def test_an_unreachable_phone_costs_nobody_a_break() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").call_waits("c1")
    floor.ring_fails("8001", RingFailure.UNREACHABLE).waiting("c1")
    floor.agent_is("8001", AgentState.UNREACHABLE)
    assert floor.ordered(CountPresented)[0].ended == "unreachable"
    floor.phone("8001", reachable=True).presented("c1", "8001")


def test_an_auto_answering_phone_that_does_not_answer() -> None:
    floor = given(agents=["8001"], auto=["seat1"]).ready("8001").call_waits("c1").after("10s").answers("8001")
    floor.after("6s").presented("c1", "8001").ring_fails("8001").waiting("c1").on_break("8001", "rona")


def test_an_auto_answering_phone_of_which_nothing_is_heard() -> None:
    floor = given(agents=["8001"], auto=["seat1"]).ready("8001").call_waits("c1").answers("8001").after("11s")
    assert floor.ordered(StopRinging)
    floor.after("5s").waiting("c1").on_break("8001", "rona")


def test_late_facts_of_another_seat_change_nothing() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").call_waits("c1").ring_fails("8001").ready("8002")
    floor.phone_rings("8001").ring_fails("8001").puts_down("8001").presented("c1", "8002")
    floor.agent_is("8002", AgentState.RESERVED).on_break("8001", "rona")


def test_facts_of_unknown_calls_change_nothing() -> None:
    floor = given(agents=["8001"]).ready("8001").phone_rings("8001", "nobody").picks_up("8001", "nobody")
    floor.ring_fails("8001", call_id="nobody").puts_down("8001", "nobody").held("nobody").retrieved("nobody")
    floor.hangs_up("nobody").is_found(1, "nobody").notes("nobody", note="x").agent_is("8001", AgentState.IDLE)
    assert floor.floor.state.ignored == 9


def test_a_phone_lost_while_it_rings_is_seen_afterwards() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").phone_rings("8001")
    floor.phone("8001", reachable=False).presented("c1", "8001").ring_fails("8001", RingFailure.UNREACHABLE)
    floor.agent_is("8001", AgentState.UNREACHABLE).phone("8001", reachable=True).presented("c1", "8001")


def test_nobody_is_chosen_twice_in_one_step() -> None:
    floor = given(agents=["8001", "8002"]).call_waits("c1").call_waits("c2").call_waits("c3")
    floor.ready("8001").ready("8002").presented("c1", "8001").presented("c2", "8002").waiting("c3")


def test_answered_then_the_customer_hangs_up() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").hangs_up()
    assert floor.record().outcome is Outcome.ANSWERED
    floor.agent_is("8001", AgentState.WRAP_UP, AgentStatus.READY)
