"""What the engine finds when it comes back: agents, talks that went on, callers who ring all seats."""

from dataclasses import replace

from engine.core.effects import (
    CountPresented,
    HangUpSeat,
    LookUpCustomer,
    RecordMessage,
    StopRinging,
    StoreCall,
)
from engine.core.events import CustomerLegEnded, MessageRecorded, ServiceAnswered
from engine.core.records import AgentMemory
from engine.core.states import AgentState, AgentStatus, CallState, EndedBy, Outcome, RingFailure
from tests.support.floor_script import given
from tests.support.floor_site import clock, make_plan
from tests.support.service_flow import SERVICE_FLOW


def test_agents_are_there_as_before_and_their_consoles_have_a_moment() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").goes_on_break("8002", "meal").restart()
    floor.agent_is("8001", AgentState.IDLE).on_break("8002", "meal")
    assert not floor.agent("8001").console_attached
    floor.after("9s").console_comes("8001").after("1s").agent_is("8001", AgentState.IDLE)
    floor.on_break("8002", "meal")


def test_an_agent_whose_console_does_not_come_back_goes_on_break() -> None:
    given(agents=["8001"]).ready("8001").restart().after("10s").on_break("8001", "console")


def test_an_agent_of_a_seat_that_is_gone_or_taken_is_not_remembered() -> None:
    memory = AgentMemory(staff_number="8001", name="王", seat_id="seat1", status=AgentStatus.READY)
    gone = replace(memory, staff_number="8002", seat_id="seat9")
    taken = replace(memory, staff_number="8003")
    twice = replace(memory, seat_id="seat4")
    out = replace(memory, staff_number="8004", seat_id="seat3", status=AgentStatus.LOGGED_OUT)
    floor = given().start([memory, gone, taken, twice, out])
    assert list(floor.floor.state.agents) == ["8001"]


def test_a_talk_that_went_on() -> None:
    floor = given(agents=["8001"]).ready("8001").at("09:00:00").call_waits("c1").after("4s").picks_up("8001")
    floor.after("60s").restart().adopts_talk("c1", "8001").switch_is_up()
    floor.agent_is("8001", AgentState.TALKING).call_is(CallState.TALKING).console_comes("8001")
    floor.after("60s").hangs_up().puts_down("8001").after("30s").gone("c1").agent_is("8001", AgentState.IDLE)
    record = floor.record()
    assert (record.talk_ms, record.wait_ms, record.unattended) == (120_000, 4_000, True)
    assert (record.outcome, record.staff_number, record.answered_at) == (
        Outcome.ANSWERED,
        "8001",
        clock("09:00:04"),
    )
    counter = floor.floor.state.day["general"]
    assert (counter.offered, counter.answered, counter.handled) == (1, 1, 1)


def test_an_adopted_call_is_looked_up_and_on_record() -> None:
    floor = given().restart().adopts("c1", stored=False)
    assert floor.ordered(LookUpCustomer) == [LookUpCustomer(call_id="c1", cli="13893812345")]
    assert floor.record().unattended
    floor.adopts("c1")
    assert floor.ordered(StoreCall) == []


def test_a_call_adopted_on_its_way_to_the_engine_is_served_like_any_other() -> None:
    floor = given(agents=["8001"]).ready("8001").restart().adopts("c1", stored=False).switch_is_up()
    floor.call_waits("c1").call_is(CallState.PRESENTED).picks_up("8001").hangs_up()
    record = floor.record()
    assert (record.outcome, record.unattended) == (Outcome.ANSWERED, False)
    assert floor.call_arrives("c1").ordered(StoreCall) == []


def test_a_caller_who_was_queued_before_and_arrives_again_counts_once() -> None:
    floor = given(agents=["8001"]).call_waits("c1").restart().adopts("c1").call_waits("c1", key="2")
    counters = floor.floor.state.day
    assert (counters["general"].offered, counters["general"].offered_ended) == (0, 0)
    assert (counters["fault"].offered, counters["fault"].offered_ended) == (1, 0)


def test_a_waiting_caller_rings_all_seats_and_is_answered() -> None:
    floor = given(agents=["8001"]).ready("8001").goes_on_break("8001").at("09:00:00").call_waits("c1")
    floor.after("30s").restart().adopts("c1").switch_is_up().call_is(CallState.UNATTENDED)
    floor.phone_rings("8001").after("10s").picks_up("8001").agent_is(
        "8001", AgentState.TALKING, AgentStatus.BREAK
    )
    assert floor.ordered(CountPresented)[0].ended == "answered"
    record = floor.record()
    assert (record.wait_ms, record.answered_at, record.presented_at) == (
        40_000,
        clock("09:00:40"),
        clock("09:00:40"),
    )
    counter = floor.floor.state.day["general"]
    assert (counter.offered, counter.answered, counter.answered_within) == (1, 1, 0)
    floor.hangs_up().puts_down("8001").console_comes("8001").after("30s").on_break("8001", "meal")


def test_a_waiting_caller_who_gives_up_in_the_ring_of_all_seats() -> None:
    floor = given(agents=["8001"]).at("09:00:00").call_waits("c1").after("30s").restart().adopts("c1")
    floor.after("12s").hangs_up().gone("c1")
    assert (floor.record().outcome, floor.record().wait_ms) == (Outcome.ABANDONED, 42_000)
    assert floor.floor.state.day["general"].abandoned == 1


def test_a_caller_of_the_outage_who_was_in_no_queue() -> None:
    floor = given(agents=["8001"]).restart().adopts("c1", stored=False).after("5s").hangs_up()
    assert (floor.record().outcome, floor.record().ended_by) == (Outcome.ABANDONED, EndedBy.CUSTOMER)
    assert (floor.record().queue_id, floor.record().wait_ms) == ("", 0)


def test_who_hung_up_while_nobody_listened_is_not_known() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001")
    floor.handle(CustomerLegEnded(call_id="c1", unheard=True))
    assert floor.record().ended_by is EndedBy.UNKNOWN
    floor.finishes_wrap_up("8001").call_waits("c2").picks_up("8001").asks_hang_up("8001")
    floor.handle(CustomerLegEnded(call_id="c2", unheard=True))
    assert floor.record().ended_by is EndedBy.AGENT


def test_a_talk_of_the_outage_that_was_in_no_queue() -> None:
    floor = given(agents=["8001"]).ready("8001").at("09:00:00").restart()
    floor.switch_is_up().adopts_talk("c1", "8001", stored=False, since=clock("08:59:50")).at("09:00:05")
    floor.console_comes("8001").at("09:00:20")
    floor.asks_hold("8001").held().retrieved().hangs_up().agent_is("8001", AgentState.IDLE)
    record = floor.record()
    assert (record.talk_ms, record.wait_ms, record.queue_id) == (30_000, 0, "")
    assert floor.floor.state.agent_day["8001"].talk_ms == 30_000


def test_a_talk_at_a_seat_where_nobody_is_logged_in() -> None:
    floor = given().restart().adopts_talk("c1", "8002", stored=False).after("30s").held().retrieved()
    floor.puts_down("8002").hangs_up().gone("c1")
    assert (floor.record().staff_number, floor.record().talk_ms) == ("", 30_000)
    assert floor.floor.state.agent_day == {}


def test_the_record_keeps_its_agent_when_nobody_is_logged_in_any_more() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001")
    floor.memories.clear()
    floor.restart().adopts_talk("c1", "8001").hangs_up()
    assert floor.record().staff_number == "8001"


def test_a_call_that_was_being_presented_belongs_to_nobody_now() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").phone_rings("8001").restart().adopts("c1")
    floor.ring_fails("8001").puts_down("8001").held().retrieved()
    floor.call_is(CallState.UNATTENDED).hangs_up()
    assert (floor.record().staff_number, floor.record().outcome) == ("", Outcome.ABANDONED)


def test_a_call_that_was_answered_but_rings_all_seats_now_stays_answered() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").restart().adopts("c1")
    floor.agent_is("8001", AgentState.IDLE).hangs_up().gone("c1")
    assert floor.record().outcome is Outcome.ANSWERED
    assert floor.floor.state.day["general"].abandoned == 0


def test_found_ringing_then_found_talking() -> None:
    """The link to Asterisk was lost in between: the answer is seen at the next look only."""
    floor = given(agents=["8001"]).call_waits("c1").restart().adopts("c1").after("20s")
    floor.adopts_talk("c1", "8001", since=floor.now - 5_000).agent_is(
        "8001", AgentState.TALKING, AgentStatus.BREAK
    )
    assert floor.record().wait_ms == 15_000
    floor.adopts_talk("c1", "8002").call_is(CallState.TALKING)
    assert floor.record().seat_id == "seat1"


def test_a_queue_that_is_no_more() -> None:
    floor = given(agents=["8001"]).call_waits("c1")
    floor.records["c1"] = replace(floor.record(), queue_id="closed-down")
    floor.restart().adopts("c1").picks_up("8001").hangs_up().puts_down("8001").gone("c1")
    assert floor.record().outcome is Outcome.ANSWERED
    floor.records["c2"] = replace(floor.record(), call_id="c2", answered_at=0, queue_id="closed-down")
    assert floor.adopts("c2").hangs_up().record().outcome is Outcome.ABANDONED


def test_picked_up_in_the_wrap_up_of_another_call() -> None:
    floor = given(agents=["8001"]).ready("8001").restart().adopts("c1", stored=False).console_comes("8001")
    floor.switch_is_up().call_waits("c2").picks_up("8001").after("9s").hangs_up("c2").puts_down("8001")
    floor.after("4s").picks_up("8001", "c1").agent_is("8001", AgentState.TALKING).gone("c2")
    assert floor.record("c2").wrap_up_ms == 4_000
    assert "wrap:8001" not in floor.timers


def test_picked_up_while_another_call_rings_the_same_phone() -> None:
    floor = given(agents=["8001"]).ready("8001").restart().adopts("c1", stored=False).console_comes("8001")
    floor.switch_is_up().call_waits("c2").presented("c2", "8001").picks_up("8001", "c1")
    assert floor.ordered(StopRinging) == [StopRinging(call_id="c2", seat_id="seat1")]
    assert [effect.ended for effect in floor.ordered(CountPresented)] == ["unreachable", "answered"]
    floor.agent_is("8001", AgentState.TALKING).call_is(CallState.PRESENTED, "c2")
    floor.ring_fails("8001", RingFailure.CANCELLED, "c2").waiting("c2").agent_is("8001", AgentState.TALKING)
    floor.hangs_up("c1").presented("c2", "8001")


def test_picked_up_twice_while_the_other_call_was_being_stopped() -> None:
    floor = given(agents=["8001"]).ready("8001").restart().adopts("c1", stored=False).console_comes("8001")
    floor.switch_is_up().call_waits("c2").picks_up("8001", "c1").picks_up("8001", "c2")
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c2", seat_id="seat1")]
    floor.ring_fails("8001", call_id="c2").waiting("c2")


def test_picked_up_while_another_call_waits_for_f4() -> None:
    floor = given(agents=["8001"], auto=["seat1"]).ready("8001").restart().adopts("c1", stored=False)
    floor.switch_is_up().call_waits("c2").presented("c2", "8001").picks_up("8001", "c1").waiting("c2")
    floor.agent_is("8001", AgentState.TALKING)


def test_who_talks_already_keeps_the_first_call() -> None:
    floor = given(agents=["8001"]).ready("8001").restart().adopts("c1", stored=False).console_comes("8001")
    floor.switch_is_up().call_waits("c2").picks_up("8001", "c2").picks_up("8001", "c1")
    assert floor.agent("8001").call_id == "c2"
    floor.after("5s").puts_down("8001", "c1").hangs_up("c1").gone("c1").agent_is("8001", AgentState.TALKING)
    assert floor.record("c1").talk_ms == 5_000
    floor.hangs_up("c2").agent_is("8001", AgentState.WRAP_UP)


def test_figures_of_the_day_go_on() -> None:
    floor = given(agents=["8001"]).ready("8001").at("09:00:00").call_waits("c1").picks_up("8001")
    floor.notes(disposition="complaint").hangs_up().puts_down("8001").after("30s").restart().after("10s")
    floor.console_comes("8001").after("10m")
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.answered, queue.service_level) == (1, 1, 1.0)
    desk = floor.floor.desk("8001", floor.now)
    assert desk is not None
    assert (desk.day.answered, desk.day.by_disposition) == (1, {"complaint": 1})
    assert desk.day.logged_in_ms == clock("09:10:40") - clock("08:59:00")


def test_what_a_caller_tells_after_a_restart_is_not_written_over_what_was_told_before() -> None:
    floor = given(plan=replace(make_plan(), flow=SERVICE_FLOW)).call_arrives("c1")
    names = []
    for _ in range(2):
        floor.handle(ServiceAnswered(call_id="c1", request=floor.call_now().questions, outcome="unknown"))
        floor.presses("2").hears_out()
        names += [order.name for order in floor.ordered(RecordMessage)]
        floor.handle(MessageRecorded(call_id="c1", file=f"{names[-1]}.wav", length_ms=4_000, part=True))
        floor.restart().adopts("c1").call_arrives("c1")
    assert names[0] == "c1-1"
    assert names[1] != "c1-1"
