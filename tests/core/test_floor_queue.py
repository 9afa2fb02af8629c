"""Waiting: order, announcements, time-out, and leaving without an agent."""

from engine.core.effects import Announce, CountPresented, PlayPrompts, StartMusic
from engine.core.states import AgentState, CallState, EndedBy, Outcome, RingFailure
from tests.support.floor_script import given
from tests.support.floor_site import clock, make_queue


def test_the_longest_waiting_call_goes_first_over_all_queues() -> None:
    floor = given(agents=["8001", "8002"]).at("09:00:00").call_waits("c1", key="2")
    floor.after("1s").call_waits("c2").after("1s").call_waits("c3", key="2")
    floor.ready("8001").presented("c1", "8001").ready("8002").presented("c2", "8002").waiting(
        "c3", queue="fault"
    )


def test_the_longest_idle_agent_gets_the_call() -> None:
    floor = given(agents=["8001", "8002", "8003"]).at("09:00:00").ready("8002").after("5s").ready("8003")
    floor.after("5s").ready("8001").call_waits("c1").presented("c1", "8002")
    floor.call_waits("c2").presented("c2", "8003").call_waits("c3").presented("c3", "8001")


def test_a_talk_begins_the_idle_time_anew() -> None:
    floor = given(agents=["8001", "8002"], wrap_up_ms=0).ready("8001").after("5s").ready("8002")
    floor.call_waits("c1").picks_up("8001").after("9s").hangs_up()
    floor.call_waits("c2").presented("c2", "8002")


def test_a_caller_who_gave_up_while_ringing_leaves_the_agent_the_place_among_the_idle() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").after("5s").ready("8002")
    floor.call_waits("c1").presented("c1", "8001").after("3s").hangs_up()
    floor.call_waits("c2").presented("c2", "8001")


def test_abandoned_in_the_queue() -> None:
    floor = (
        given(agents=["8001"]).at("09:00:00").call_waits("c1").after("41s").hangs_up().gone("c1").waiting()
    )
    record = floor.record()
    assert (record.outcome, record.ended_by, record.short_abandon) == (
        Outcome.ABANDONED,
        EndedBy.CUSTOMER,
        False,
    )
    assert (record.offered_at, record.wait_ms) == (clock("09:00:00"), 41_000)


def test_a_short_abandon_is_marked() -> None:
    floor = given(agents=["8001"]).call_waits("c1").after("4999ms").hangs_up()
    assert floor.record().short_abandon
    floor.call_waits("c2").after("5s").hangs_up()
    assert not floor.record().short_abandon


def test_abandoned_during_an_announcement() -> None:
    floor = given(agents=["8001"]).call_waits("c1").after("20s")
    assert floor.ordered(Announce)
    floor.after("2s").hangs_up().gone("c1").announced()
    assert floor.record().outcome is Outcome.ABANDONED


def test_abandoned_while_a_phone_rings() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").phone_rings("8001").after("6s").hangs_up()
    assert floor.ordered(CountPresented)[0].ended == "abandoned"
    floor.gone("c1").agent_is("8001", AgentState.IDLE).ring_fails("8001", RingFailure.CANCELLED)
    floor.agent_is("8001", AgentState.IDLE)
    assert floor.record().outcome is Outcome.ABANDONED


def test_the_phone_stops_a_moment_before_the_caller_is_known_to_be_gone() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").phone_rings("8001").after("6s")
    floor.ring_fails("8001", RingFailure.CANCELLED).presented("c1", "8001").hangs_up().gone("c1")
    floor.agent_is("8001", AgentState.IDLE)
    assert floor.floor.desk("8001", floor.now).day.rona == 0  # type: ignore[union-attr]


def test_a_ring_that_was_cancelled_without_anybody_leaving_comes_back_in_time() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").call_waits("c1").phone_rings("8001").after("6s")
    floor.ring_fails("8001", RingFailure.CANCELLED).after("9s").waiting("c1").on_break("8001", "rona")


def test_abandoned_while_presented_to_an_auto_answering_phone() -> None:
    floor = given(agents=["8001"], auto=["seat1"]).ready("8001").call_waits("c1").after("3s").hangs_up()
    floor.gone("c1").agent_is("8001", AgentState.IDLE)
    assert floor.record().outcome is Outcome.ABANDONED


def test_abandoned_between_f4_and_the_answer_of_the_phone() -> None:
    floor = given(agents=["8001"], auto=["seat1"]).ready("8001").call_waits("c1").answers("8001")
    floor.after("300ms").hangs_up().picks_up("8001").gone("c1").agent_is("8001", AgentState.IDLE)
    assert floor.record().outcome is Outcome.ABANDONED


def test_position_and_expected_wait_are_announced_now_and_then() -> None:
    floor = given(agents=["8001", "8002"]).at("09:00:00").call_waits("c1").call_waits("c2").call_waits("c3")
    floor.at("09:00:19.9")
    assert floor.ordered(Announce) == []
    floor.call("c2").at("09:00:20")
    assert floor.ordered(Announce) == [
        Announce(
            call_id="c3",
            # three calls of three minutes each, shared by two agents
            prompts=(
                "queue_position_before",
                "number_3",
                "queue_position_after",
                "wait_about",
                "number_5",
                "minutes",
            ),
            music="music-general",
        )
    ]
    floor.announced("c3").at("09:00:40").hangs_up("c1").hangs_up("c2").at("09:01:05")
    assert floor.ordered(Announce)[0].prompts == ("queue_next",)


def test_the_expected_wait_follows_the_calls_of_today() -> None:
    floor = given(agents=["8001"], wrap_up_ms=10_000).at("09:00:00").ready("8001")
    for n in range(5):
        floor.call_waits(f"c{n}").picks_up("8001").after("50s").hangs_up().after("10s")
    floor.goes_on_break("8001").call_waits("x").call_waits("y").after("20s")
    assert floor.ordered(Announce)[0].prompts[-3:] == ("wait_about", "two_of", "minutes")


def test_no_announcement_while_a_phone_rings_but_again_afterwards() -> None:
    floor = given(agents=["8001"], announce_first_ms=5_000, announce_every_ms=20_000).ready("8001")
    floor.call_waits("c1").after("5s")
    assert floor.ordered(Announce) == []
    floor.ring_fails("8001").waiting("c1").after("20s")
    assert len(floor.ordered(Announce)) == 1


def test_a_queue_may_be_without_announcements() -> None:
    floor = given(agents=["8001"], announce_every_ms=0).call_waits("c1")
    assert sorted(floor.timers) == ["midnight", "wait:c1"]


def test_waited_too_long() -> None:
    floor = given(agents=["8001"]).at("09:00:00").call_waits("c1").at("09:10:00").waiting()
    assert floor.ordered(PlayPrompts)[0].prompts == ("no_agents",)
    floor.call_is(CallState.IVR).after("3s").hangs_up().gone("c1")
    record = floor.record()
    assert (record.outcome, record.wait_ms, record.short_abandon) == (Outcome.TIMEOUT, 600_000, False)


def test_a_voice_message_after_the_time_out() -> None:
    floor = given(agents=["8001"], max_wait_ms=60_000).call_waits("c1").after("60s").hears_out().hears_out()
    floor.call_is(CallState.MESSAGE).after("7s").hangs_up().speaks_for("7s").gone("c1")
    assert floor.record().outcome is Outcome.VOICEMAIL
    assert floor.record().wait_ms == 60_000


def test_the_time_out_lets_a_presented_call_have_its_chance() -> None:
    floor = given(agents=["8001"], max_wait_ms=30_000, ring_ms=15_000).call_waits("c1").after("20s")
    floor.ready("8001").presented("c1", "8001").after("10s").presented("c1", "8001").picks_up("8001")
    floor.call_is(CallState.TALKING)
    assert "wait:c1" not in floor.timers


def test_the_time_out_comes_later_when_that_chance_has_passed() -> None:
    floor = given(agents=["8001"], max_wait_ms=30_000, ring_ms=15_000).at("09:00:00").call_waits("c1")
    floor.at("09:00:20").ready("8001").at("09:00:35").ring_fails("8001").waiting("c1").at(
        "09:00:45"
    ).waiting()
    assert floor.hangs_up().record().outcome is Outcome.TIMEOUT


def test_overflow_keeps_the_wait_and_counts_in_the_last_queue() -> None:
    fault = make_queue("fault", max_wait_ms=30_000)
    floor = given(agents=["8001"], fault=fault).at("09:00:00").call_waits("c1", key="2")
    floor.at("09:00:10").call_waits("c2").at("09:00:30").waiting("c1", "c2").waiting(queue="fault")
    assert floor.floor.view().queues[1].offered == 0
    floor.at("09:00:40").ready("8001").presented("c1", "8001").picks_up("8001")
    assert (floor.record().queue_id, floor.record().wait_ms) == ("general", 40_000)
    counter = floor.floor.state.day["general"]
    assert (counter.offered, counter.offered_ended, counter.answered) == (2, 1, 1)


def test_the_music_starts_again_when_a_phone_was_dialled_in_vain() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").call_waits("c1").ring_fails("8001")
    assert floor.ordered(StartMusic) == [StartMusic(call_id="c1", music="music-general")]


def test_the_last_agent_who_logs_out_sends_all_waiting_callers_to_the_voice_message() -> None:
    floor = given(agents=["8001", "8002"]).call_waits("c1").call_waits("c2", key="2").logs_out("8001")
    floor.waiting("c1").waiting("c2", queue="fault").logs_out("8002").waiting().waiting(queue="fault")
    assert {order.call_id for order in floor.ordered(PlayPrompts)} == {"c1", "c2"}
    floor.hangs_up("c1").hangs_up("c2").gone("c1", "c2")
    assert floor.record("c1").outcome is Outcome.NO_AGENTS
    assert floor.floor.state.day["general"].offered_ended == 1


def test_nothing_is_presented_while_the_switch_is_down() -> None:
    floor = given(agents=["8001"]).switch_is_down().call_waits("c1").ready("8001").waiting("c1")
    floor.switch_is_up().presented("c1", "8001")
