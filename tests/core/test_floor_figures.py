"""Figures of the day, by examples that can be counted on paper."""

from engine.core.events import TimerFired
from engine.core.floor.entities import AgentCounter
from tests.support.floor_script import FloorScript, given


def answered_after(floor: FloorScript, call_id: str, wait: str, talk: str = "60s") -> FloorScript:
    """8001 answers a call after this wait."""
    floor.call_waits(call_id).after(wait).picks_up("8001").after(talk).hangs_up().puts_down("8001")
    return floor.finishes_wrap_up("8001")


def test_service_level_leaves_out_short_abandons() -> None:
    floor = given(agents=["8001"], ring_ms=60_000).ready("8001").at("09:00:00")
    answered_after(floor, "c1", "5s")
    answered_after(floor, "c2", "20s")  # within: at most 20 s
    answered_after(floor, "c3", "20.001s")  # not within
    floor.call_waits("c4").after("4s").hangs_up()  # short abandon: out
    floor.call_waits("c5").after("30s").hangs_up()  # abandoned: in
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.answered, queue.abandoned, queue.short_abandoned) == (5, 3, 2, 1)
    assert (queue.answered_within, queue.service_level) == (2, 2 / 4)
    assert queue.mean_wait_ms == (5_000 + 20_000 + 20_001) // 3
    assert (queue.offered_ended, queue.handled, queue.mean_talk_ms) == (5, 3, 60_000)


def test_who_still_waits_is_offered_and_nothing_else() -> None:
    floor = given(agents=["8001"]).call_waits("c1")
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.waiting, queue.service_level, queue.mean_wait_ms) == (1, 1, None, 0)
    assert (queue.offered_ended, queue.handled) == (0, 0)
    assert queue.longest_wait_since == floor.now


def test_a_time_out_lowers_the_service_level_at_once() -> None:
    floor = given(agents=["8001"], max_wait_ms=30_000).call_waits("c1").after("30s")
    assert floor.floor.view().queues[0].service_level == 0.0
    floor.hangs_up()
    counter = floor.floor.state.day["general"]
    assert (counter.offered, counter.offered_ended, counter.abandoned) == (1, 1, 0)


def test_only_short_abandons_give_no_service_level() -> None:
    floor = given(agents=["8001"]).call_waits("c1").hangs_up()
    assert floor.floor.view().queues[0].service_level is None


def test_an_agents_day() -> None:
    floor = given(agents=["8001"], at="08:00:00").at("08:10:00").ready("8001")  # break 10 m
    floor.at("09:00:00").call_waits("c1").after("5s").picks_up("8001").after("40s").asks_hold("8001").held()
    floor.after("20s").retrieved().after("40s").hangs_up().puts_down("8001").after("30s")
    floor.call_waits("c2").rejects("8001").ring_fails("8001").ready("8001")
    floor.presented("c2", "8001").after("15s").ring_fails("8001").at("09:30:00")
    desk = floor.floor.desk("8001", floor.now)
    assert desk is not None
    day = desk.day
    assert (day.presented, day.answered, day.rona, day.rejected) == (3, 1, 1, 1)
    assert (day.talk_ms, day.hold_ms, day.wrap_up_ms) == (80_000, 20_000, 30_000)
    # 10 m until ready, and from the RONA at 09:02:30 on
    assert day.break_ms == 10 * 60_000 + (27 * 60 + 30) * 1000
    assert day.logged_in_ms == 90 * 60_000


def test_midnight_begins_all_figures_anew() -> None:
    floor = given(agents=["8001", "8002"], at="23:00:00").ready("8001").goes_on_break("8002").logs_in("8003")
    answered_after(floor, "c1", "5s").logs_out("8003").at("1+00:00:00")
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.answered, queue.service_level) == (0, 0, None)
    assert floor.floor.state.agent_day == {"8001": AgentCounter(), "8002": AgentCounter()}
    floor.at("1+00:30:00")
    ready, on_break = floor.floor.desk("8001", floor.now), floor.floor.desk("8002", floor.now)
    assert ready is not None
    assert on_break is not None
    assert (ready.day.logged_in_ms, ready.day.break_ms) == (30 * 60_000, 0)
    assert (on_break.day.logged_in_ms, on_break.day.break_ms) == (30 * 60_000, 30 * 60_000)
    floor.logs_out("8002").logs_in("8002")
    assert floor.floor.state.agent_day["8002"].break_ms == 30 * 60_000


def test_a_call_over_midnight_counts_for_the_day_on_which_it_was_offered() -> None:
    floor = given(agents=["8001"], at="23:59:00", announce_every_ms=0).call_waits("c1").call_waits("c2")
    floor.call_waits("c3", key="2").at("1+00:00:01").ready("8001").picks_up("8001", "c1").after("9s")
    floor.hangs_up("c1").hangs_up("c2").at("1+00:08:00").hangs_up("c3")
    counter = floor.floor.state.day["general"]
    assert (counter.offered, counter.answered, counter.abandoned, counter.handled) == (0, 0, 0, 0)
    assert floor.record("c1").wait_ms == 61_000
    assert floor.timers["midnight"] - floor.now == 24 * 3_600_000 - 8 * 60_000


def test_overflow_over_midnight_counts_nowhere_today() -> None:
    floor = given(agents=["8001"], at="23:59:55", max_wait_ms=10_000).call_waits("c1", key="2")
    floor.at("1+00:00:05").waiting("c1").hangs_up()
    assert [(queue.offered, queue.abandoned) for queue in floor.floor.view().queues] == [(0, 0), (0, 0)]


def test_a_timer_that_fires_after_it_was_moved_is_too_early() -> None:
    floor = given(agents=["8001"]).ready("8001").console_goes("8001").after("5s").console_comes("8001")
    floor.handle(TimerFired(timer_id="console:8001")).agent_is("8001", floor.agent("8001").state)
    floor.console_goes("8001").handle(TimerFired(timer_id="console:8001"))  # the first one, too late
    assert floor.agent("8001").reason == ""
    floor.after("10s").on_break("8001", "console")
