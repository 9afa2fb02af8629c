"""From the answer to the end of the wrap-up."""

from engine.core import requests as ask
from engine.core.effects import HangUpCall, HangUpSeat, HoldCall, RetrieveCall, StoreCall
from engine.core.states import AgentState, AgentStatus, CallState, EndedBy, Outcome, RefusalCode
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import clock


def talk(**rules: object) -> FloorScript:
    """8001 has talked to c1 since 09:00:04."""
    floor = given(agents=["8001"], **rules).ready("8001").at("09:00:00").call_waits("c1")
    return floor.after("4s").picks_up("8001")


def test_the_customer_ends_the_talk() -> None:
    floor = talk().after("90s").hangs_up(cause=16).agent_is("8001", AgentState.WRAP_UP)
    record = floor.record()
    assert (record.outcome, record.ended_by) == (Outcome.ANSWERED, EndedBy.CUSTOMER)
    assert (record.wait_ms, record.talk_ms, record.hold_ms) == (4_000, 90_000, 0)
    assert (record.staff_number, record.seat_id, record.ended_at) == ("8001", "seat1", clock("09:01:34"))
    floor.puts_down("8001", cause=16).after("30s").agent_is("8001", AgentState.IDLE).gone("c1")
    assert (floor.record().wrap_up_ms, floor.record().agent_cause) == (30_000, 16)


def test_the_agent_puts_the_phone_down() -> None:
    floor = talk().after("60s").puts_down("8001", cause=16).call_is(CallState.CLOSING)
    assert floor.ordered(HangUpCall) == [HangUpCall(call_id="c1")]
    floor.after("1s").hangs_up()
    assert (floor.record().ended_by, floor.record().talk_ms) == (EndedBy.AGENT, 60_000)
    assert floor.record().ended_at == clock("09:01:05")


def test_f8_hangs_up_the_agents_phone() -> None:
    floor = talk().asks_hang_up("8001").call_is(CallState.TALKING)
    assert floor.ordered(HangUpSeat) == [HangUpSeat(call_id="c1", seat_id="seat1")]
    floor.asks_hang_up("8001").puts_down("8001").hangs_up()
    assert floor.record().ended_by is EndedBy.AGENT


def test_the_agents_cause_is_kept_when_it_comes_after_all_else() -> None:
    floor = talk(wrap_up_ms=0).hangs_up(cause=16).agent_is("8001", AgentState.IDLE)
    floor.after("40ms").puts_down("8001", cause=41).gone("c1")
    assert (floor.record().customer_cause, floor.record().agent_cause) == (16, 41)


def test_an_agents_cause_that_never_comes_is_not_waited_for_for_ever() -> None:
    talk(wrap_up_ms=0).hangs_up().after("10s").gone("c1")


def test_the_wrap_up_outlasts_the_wait_for_the_agents_cause() -> None:
    floor = talk().hangs_up().after("10s").agent_is("8001", AgentState.WRAP_UP).after("20s").gone("c1")
    assert floor.record().wrap_up_ms == 30_000


def test_hold_and_retrieve() -> None:
    floor = talk().after("10s").asks_hold("8001")
    assert floor.ordered(HoldCall) == [HoldCall(call_id="c1", seat_id="seat1", music="music-general")]
    floor.held().agent_is("8001", AgentState.HOLDING).after("25s").held().asks_retrieve("8001")
    assert floor.ordered(RetrieveCall) == [RetrieveCall(call_id="c1", seat_id="seat1")]
    floor.retrieved().agent_is("8001", AgentState.TALKING).retrieved().after("5s")
    floor.asks_hold("8001").held().after("15s").asks_retrieve("8001").retrieved().after("10s").hangs_up()
    assert (floor.record().talk_ms, floor.record().hold_ms) == (25_000, 40_000)


def test_hung_up_while_holding() -> None:
    floor = talk().after("10s").asks_hold("8001").held().phone_rings("8001").after("30s").hangs_up()
    floor.agent_is("8001", AgentState.WRAP_UP).held().retrieved()
    assert (floor.record().talk_ms, floor.record().hold_ms) == (10_000, 30_000)


def test_the_agent_hangs_up_while_holding() -> None:
    floor = talk().after("10s").asks_hold("8001").held().after("5s").asks_hang_up("8001").puts_down("8001")
    floor.call_is(CallState.CLOSING).held().retrieved().picks_up("8001").ring_fails("8001").hangs_up()
    assert (floor.record().talk_ms, floor.record().hold_ms) == (10_000, 5_000)


def test_double_facts_of_a_talk_change_nothing() -> None:
    floor = talk().picks_up("8001").ring_fails("8001").retrieved().call_is(CallState.TALKING)
    floor.puts_down("8001").puts_down("8001").call_is(CallState.CLOSING)
    assert floor.ordered(StoreCall) == []


def test_wrap_up_is_finished_by_the_agent() -> None:
    floor = talk().after("60s").hangs_up().after("12s").finishes_wrap_up("8001")
    floor.agent_is("8001", AgentState.IDLE)
    assert floor.record().wrap_up_ms == 12_000
    assert "wrap:8001" not in floor.timers


def test_ready_ends_the_wrap_up() -> None:
    floor = talk().hangs_up().call_waits("c2").agent_is("8001", AgentState.WRAP_UP).ready("8001")
    floor.presented("c2", "8001")


def test_a_queue_without_wrap_up() -> None:
    floor = talk(wrap_up_ms=0).call_waits("c2").hangs_up("c1").presented("c2", "8001")
    assert floor.record("c1").wrap_up_ms == 0


def test_the_wrap_up_may_end_before_the_customers_leg_is_gone() -> None:
    floor = talk().puts_down("8001").finishes_wrap_up("8001").call_is(CallState.CLOSING, "c1")
    assert floor.hangs_up("c1").gone("c1").record().ended_by is EndedBy.AGENT


def test_break_after_the_call() -> None:
    floor = talk().goes_on_break("8001", "meal").agent_is("8001", AgentState.TALKING)
    assert floor.agent("8001").next_status is AgentStatus.BREAK
    floor.hangs_up().agent_is("8001", AgentState.WRAP_UP).after("30s").on_break("8001", "meal")
    assert floor.agent("8001").next_status is None


def test_the_wish_for_a_break_is_taken_back() -> None:
    floor = talk().goes_on_break("8001").ready("8001").hangs_up().after("30s")
    floor.agent_is("8001", AgentState.IDLE)


def test_a_break_asked_for_in_the_wrap_up_comes_after_it() -> None:
    floor = talk().hangs_up().goes_on_break("8001", "meeting").agent_is("8001", AgentState.WRAP_UP)
    floor.finishes_wrap_up("8001").on_break("8001", "meeting")


def test_ready_takes_back_a_break_asked_for_in_the_wrap_up() -> None:
    talk().hangs_up().goes_on_break("8001").ready("8001").agent_is("8001", AgentState.IDLE)


def test_a_phone_lost_in_the_talk_is_seen_after_the_wrap_up() -> None:
    floor = talk().phone("8001", reachable=False).hangs_up().after("30s")
    floor.agent_is("8001", AgentState.UNREACHABLE).call_waits("c2").waiting("c2")
    floor.phone("8001", reachable=True).presented("c2", "8001")


def test_what_only_makes_sense_in_a_talk_is_refused_elsewhere() -> None:
    floor = given(agents=["8001"]).ready("8001")
    floor.refuses(ask.HangUp(staff_number="8001"), RefusalCode.NO_CALL)
    floor.refuses(ask.Hold(staff_number="8001"), RefusalCode.NOT_TALKING)
    floor.refuses(ask.Retrieve(staff_number="8001"), RefusalCode.NOT_HOLDING)
    floor.refuses(ask.Answer(staff_number="8001"), RefusalCode.NOT_PRESENTED)
    floor.refuses(ask.Reject(staff_number="8001"), RefusalCode.NOT_PRESENTED)
    floor.refuses(ask.FinishWrapUp(staff_number="8001"), RefusalCode.NOT_IN_WRAP_UP)
    floor.refuses(ask.Hold(staff_number="9999"), RefusalCode.NOT_LOGGED_IN)


def test_without_the_switch_no_phone_can_be_told_anything() -> None:
    floor = talk().switch_is_down()
    floor.refuses(ask.HangUp(staff_number="8001"), RefusalCode.SWITCH_DOWN)
    floor.refuses(ask.Hold(staff_number="8001"), RefusalCode.SWITCH_DOWN)
    floor.switch_is_up().asks_hold("8001").held().switch_is_down()
    floor.refuses(ask.Retrieve(staff_number="8001"), RefusalCode.SWITCH_DOWN)
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").switch_is_down().switch_is_down("frozen")
    floor.refuses(ask.Answer(staff_number="8001"), RefusalCode.SWITCH_DOWN)
    switch = floor.floor.view().switch
    assert switch is not None
    assert (switch.up, switch.reason) == (False, "frozen")


def test_the_known_customer_is_on_record() -> None:
    assert talk().is_found(7).hangs_up().record().customer_id == 7


def test_an_unknown_or_doubtful_customer_is_not() -> None:
    assert talk().is_found(0).hangs_up().record().customer_id == 0
    assert talk().is_found(7, others=1).hangs_up().record().customer_id == 0


def test_the_agents_choice_of_customer_wins() -> None:
    assert talk().is_found(7).notes(customer_id=8).hangs_up().record().customer_id == 8
    assert talk().notes(customer_id=8).is_found(7).notes(note="x").hangs_up().record().customer_id == 8


def test_a_note_counts_its_disposition_when_the_wrap_up_ends() -> None:
    floor = talk().notes(disposition="fault_reported").hangs_up().notes(disposition="complaint").after("30s")
    desk = floor.floor.desk("8001", floor.now)
    assert desk is not None
    assert desk.day.by_disposition == {"complaint": 1}
    floor.call_waits("c2").picks_up("8001").notes(disposition="complaint").hangs_up().after("30s")
    assert floor.floor.state.agent_day["8001"].by_disposition == {"complaint": 2}
