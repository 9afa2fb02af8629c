"""Logging in and out, ready and break, seats, and consoles that come and go."""

from engine.core import requests as ask
from engine.core.effects import StoreAgent, ViewsChanged
from engine.core.states import AgentState, AgentStatus, RefusalCode
from tests.support.floor_script import given


def test_who_logs_in_is_on_break_until_saying_ready() -> None:
    floor = given(agents=["8001"]).agent_is("8001", AgentState.IDLE, AgentStatus.BREAK).call_waits("c1")
    floor.waiting("c1").ready("8001").presented("c1", "8001")


def test_log_in_is_refused_at_a_taken_or_unknown_seat() -> None:
    floor = given(agents=["8001"])
    floor.refuses(ask.LogIn(staff_number="8002", name="李", seat_id="seat1"), RefusalCode.SEAT_TAKEN)
    floor.refuses(ask.LogIn(staff_number="8002", name="李", seat_id="seat99"), RefusalCode.UNKNOWN_SEAT)


def test_who_logs_in_without_a_phone_is_unreachable() -> None:
    floor = given().logs_in("8001").agent_is("8001", AgentState.UNREACHABLE, AgentStatus.BREAK).ready("8001")
    floor.call_waits("c1").waiting("c1").phone("8001", reachable=True).presented("c1", "8001")


def test_a_phone_that_goes_takes_the_agent_out() -> None:
    floor = given(agents=["8001"]).ready("8001").phone("8001", reachable=False)
    floor.agent_is("8001", AgentState.UNREACHABLE).call_waits("c1").waiting("c1")
    ignored = floor.floor.state.ignored
    floor.phone("8001", reachable=False).phone("8009", reachable=True)
    assert floor.floor.state.ignored == ignored + 2


def test_logging_out() -> None:
    floor = given(agents=["8001"]).ready("8001").logs_out("8001")
    (change,) = floor.ordered(ViewsChanged)
    assert change.agents == {"8001"}
    assert floor.floor.change(change.agents, (), (), False).gone_agents == ("8001",)
    assert floor.memories["8001"].status is AgentStatus.LOGGED_OUT
    assert floor.floor.desk("8001", floor.now) is None
    floor.shows("0 agents: - | 0 waiting | 0 calls")


def test_logging_out_is_refused_in_a_call() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1")
    floor.refuses(ask.LogOut(staff_number="8001"), RefusalCode.IN_CALL).picks_up("8001")
    floor.refuses(ask.LogOut(staff_number="8001"), RefusalCode.IN_CALL).asks_hold("8001").held()
    floor.refuses(ask.LogOut(staff_number="8001"), RefusalCode.IN_CALL)


def test_logging_out_ends_the_wrap_up() -> None:
    floor = (
        given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").hangs_up().puts_down("8001")
    )
    floor.after("7s").goes_on_break("8001").logs_out("8001").gone("c1")
    assert floor.record().wrap_up_ms == 7_000
    assert list(floor.timers) == ["midnight"]


def test_logging_out_without_a_phone() -> None:
    given().logs_in("8001").ready("8001").logs_out("8001").logs_in("8001")


def test_a_break_needs_a_known_reason() -> None:
    floor = given(agents=["8001"])
    floor.refuses(ask.GoOnBreak(staff_number="8001", reason="fishing"), RefusalCode.UNKNOWN_REASON)


def test_a_break_while_presented_comes_after_the_call() -> None:
    floor = (
        given(agents=["8001"]).ready("8001").call_waits("c1").goes_on_break("8001").presented("c1", "8001")
    )
    floor.picks_up("8001").hangs_up().after("30s").on_break("8001", "meal")


def test_a_break_asked_for_while_ringing_replaces_the_reason_of_the_rona() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").goes_on_break("8001").ring_fails("8001")
    floor.on_break("8001", "meal").waiting("c1")


def test_a_short_break_of_the_line_is_forgiven() -> None:
    floor = given(agents=["8001"]).ready("8001").console_goes("8001").after("9s").console_comes("8001")
    floor.after("60s").agent_is("8001", AgentState.IDLE)


def test_a_lost_console_means_a_break() -> None:
    floor = given(agents=["8001"]).ready("8001").console_goes("8001").after("10s").on_break("8001", "console")
    floor.console_comes("8001").on_break("8001", "console").ready("8001").agent_is("8001", AgentState.IDLE)


def test_a_console_lost_on_break_changes_nothing() -> None:
    floor = given(agents=["8001"]).goes_on_break("8001", "meal").console_goes("8001").after("10s")
    floor.on_break("8001", "meal")


def test_a_console_lost_in_the_talk_means_a_break_afterwards() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").console_goes("8001")
    floor.after("10s").agent_is("8001", AgentState.TALKING).hangs_up().after("30s").on_break(
        "8001", "console"
    )


def test_a_console_that_comes_back_in_the_talk_means_no_break() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").console_goes("8001")
    floor.after("20s").console_comes("8001").hangs_up().after("30s").agent_is("8001", AgentState.IDLE)


def test_a_console_lost_keeps_the_break_that_was_asked_for() -> None:
    floor = (
        given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").goes_on_break("8001", "meal")
    )
    floor.console_goes("8001").after("10s").hangs_up().after("30s").on_break("8001", "meal")


def test_a_console_lost_takes_back_the_wish_to_be_ready() -> None:
    floor = given(agents=["8001"]).goes_on_break("8001", "meal").restart().adopts_talk("c1", "8001")
    floor.ready("8001").after("10s").agent_is("8001", AgentState.TALKING, AgentStatus.BREAK)
    assert floor.ordered(ViewsChanged)[0].agents == {"8001"}
    floor.hangs_up().on_break("8001", "meal")


def test_a_new_log_in_reattaches_to_the_same_call() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").notes(note="半句")
    floor.console_goes("8001").after("5s").logs_in("8001")
    desk = floor.floor.desk("8001", floor.now)
    assert desk is not None
    assert desk.call is not None
    assert (desk.call.call_id, desk.draft.note, desk.agent.console_attached) == ("c1", "半句", True)
    assert "console:8001" not in floor.timers


def test_moving_to_another_seat() -> None:
    floor = given(agents=["8001"]).ready("8001").logs_in("8001", "seat2")
    floor.agent_is("8001", AgentState.UNREACHABLE).phone("8002", reachable=True)
    floor.agent_is("8001", AgentState.IDLE).logs_in("8001", "seat1").agent_is("8001", AgentState.IDLE)
    assert floor.memories["8001"].seat_id == "seat1"
    assert floor.ordered(StoreAgent)
    floor.logs_in("8003", "seat2")


def test_who_logs_in_elsewhere_in_a_call_moves_after_the_talk() -> None:
    floor = given(agents=["8001"]).phone("8002", reachable=True)
    floor.ready("8001").call_waits("c1").picks_up("8001").logs_in("8001", "seat2")
    agent = floor.agent("8001")
    assert (agent.seat_id, agent.next_seat_id, agent.call_id) == ("seat1", "seat2", "c1")
    floor.refuses(ask.LogIn(staff_number="8002", name="王", seat_id="seat2"), RefusalCode.SEAT_TAKEN)
    floor.puts_down("8001").hangs_up()
    assert (agent.seat_id, agent.next_seat_id) == ("seat2", "")
    assert floor.agent_is("8001", AgentState.WRAP_UP)
    assert floor.floor.state.agent_on_seat == {"seat2": "8001"}
    floor.finishes_wrap_up("8001").agent_is("8001", AgentState.IDLE)


def test_who_comes_back_to_the_old_seat_in_the_call_does_not_move() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001")
    floor.logs_in("8001", "seat2").logs_in("8001", "seat3").logs_in("8001", "seat1")
    assert floor.floor.state.agent_on_seat == {"seat1": "8001"}
    floor.puts_down("8001").hangs_up()
    assert floor.agent("8001").seat_id == "seat1"


def test_consoles_of_strangers_are_ignored() -> None:
    floor = given().console_goes("8001").console_comes("8001")
    assert floor.floor.state.ignored == 2
