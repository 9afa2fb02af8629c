"""What supervisors do by force: end calls, set a status, pick callers and move them."""

from engine.core import effects as do
from engine.core import requests as ask
from engine.core.states import (
    AgentState,
    AgentStatus,
    EndedBy,
    RefusalCode,
)
from tests.core.supervised import BOSS, supervised
from tests.support.floor_script import given
from tests.support.floor_site import make_queue


def test_a_call_that_is_being_dialled_is_given_up_by_force() -> None:
    floor = given(agents=["8001"])
    floor.request(ask.Dial(staff_number="8001", call_id="o1", number="13900000009"))
    floor.request(ask.ForceRelease(staff_number=BOSS, call_id="o1"))
    assert floor.ordered(do.StopRinging) == [do.StopRinging(call_id="o1", seat_id="seat1")]


def test_a_call_is_ended_by_force_wherever_it_is() -> None:
    floor = supervised()
    release = ask.ForceRelease(staff_number=BOSS, call_id="c1")
    floor.request(release)
    assert floor.ordered(do.HangUpCall) == [do.HangUpCall(call_id="c1")]
    floor.hangs_up("c1").puts_down("8001", "c1")
    assert floor.record("c1").ended_by is EndedBy.SYSTEM
    floor.refuses(release, RefusalCode.NO_CALL)
    floor.refuses(ask.ForceRelease(staff_number=BOSS, call_id="c9"), RefusalCode.NO_CALL)
    floor.call_waits("c2").request(ask.ForceRelease(staff_number=BOSS, call_id="c2"))
    floor.request(ask.ForceRelease(staff_number=BOSS, call_id="c2")).switch_is_down()
    floor.refuses(ask.ForceRelease(staff_number=BOSS, call_id="c2"), RefusalCode.SWITCH_DOWN)
    floor.hangs_up("c2")
    assert floor.record("c2").ended_by is EndedBy.SYSTEM


def force(agent: str, status: AgentStatus, reason: str = "") -> ask.ForceStatus:
    return ask.ForceStatus(staff_number=BOSS, agent=agent, status=status, reason=reason)


def test_an_agents_status_is_set_by_force() -> None:
    floor = supervised().request(force("8002", AgentStatus.READY)).agent_is("8002", AgentState.IDLE)
    floor.request(force("8002", AgentStatus.BREAK, "meeting")).on_break("8002", "meeting")
    floor.refuses(force("8002", AgentStatus.BREAK, "sun"), RefusalCode.UNKNOWN_REASON)
    floor.request(force("8001", AgentStatus.BREAK, "meal")).agent_is("8001", AgentState.TALKING)
    assert floor.agent("8001").next_status is AgentStatus.BREAK
    floor.refuses(force("8001", AgentStatus.LOGGED_OUT), RefusalCode.IN_CALL)
    floor.request(force("8002", AgentStatus.LOGGED_OUT))
    floor.refuses(force("8002", AgentStatus.LOGGED_OUT), RefusalCode.NOT_LOGGED_IN)


def pick(agent: str, call_id: str = "c2") -> ask.PickCall:
    return ask.PickCall(staff_number=BOSS, call_id=call_id, agent=agent)


def test_a_caller_is_picked_for_an_agent_before_those_who_wait_longer() -> None:
    floor = supervised().call_waits("c2").after("5s").call_waits("c3").waiting("c2", "c3")
    floor.refuses(pick("8002", "c3"), RefusalCode.TARGET_BUSY)  # on break
    # Free agents and waiting callers meet at once, so that both are there only while Asterisk is not.
    floor.switch_is_down().ready("8002").refuses(pick("8002", "c3"), RefusalCode.SWITCH_DOWN)
    floor.refuses(pick("8001", "c9"), RefusalCode.NOT_WAITING)
    floor.refuses(pick("8001", "c1"), RefusalCode.NOT_WAITING)
    floor.refuses(pick("8999", "c3"), RefusalCode.NOT_LOGGED_IN)


def test_a_picked_call_that_is_not_answered_goes_back_to_its_old_place() -> None:
    floor = supervised().call_waits("c2").after("5s").call_waits("c3").waiting("c2", "c3")
    floor.request(pick(BOSS, "c3")).presented("c3", BOSS).waiting("c2").after("20s")
    floor.ring_fails(BOSS, call_id="c3").waiting("c2", "c3")


def test_one_picks_a_caller_for_oneself_on_break() -> None:
    floor = supervised().call_waits("c2").request(pick(BOSS)).presented("c2", BOSS)
    floor.picks_up(BOSS).agent_is(BOSS, AgentState.TALKING, AgentStatus.BREAK)
    floor.call_waits("c3").refuses(pick(BOSS, "c3"), RefusalCode.TARGET_BUSY)
    floor.puts_down(BOSS, "c2").hangs_up("c2").finishes_wrap_up(BOSS)
    floor.agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK)
    assert floor.agent(BOSS).reason == "supervising"


def test_an_own_phone_that_answers_by_itself_is_dialled_at_once() -> None:
    floor = supervised(auto=["seat4"]).call_waits("c2").request(pick(BOSS))
    assert [(ring.seat_id, ring.auto) for ring in floor.ordered(do.RingSeat)] == [("seat4", True)]


def test_who_has_no_phone_picks_nobody() -> None:
    floor = supervised().call_waits("c2")
    floor.refuses(ask.PickCall(staff_number="8900", call_id="c2", agent="8900"), RefusalCode.NO_PHONE)
    floor.phone(BOSS, reachable=False).refuses(pick(BOSS), RefusalCode.NO_PHONE)


def move(call_id: str, queue_id: str = "") -> ask.MoveCall:
    return ask.MoveCall(staff_number=BOSS, call_id=call_id, queue_id=queue_id)


def test_a_caller_is_moved_up() -> None:
    floor = supervised().call_waits("c2").call_waits("c3").call_waits("c4").request(move("c4"))
    floor.waiting("c4", "c2", "c3").request(move("c3")).request(move("c3")).waiting("c3", "c4", "c2")
    longest = floor.floor.view().queues[0].longest_wait_since
    assert longest == floor.call_now("c2").record.offered_at
    floor.refuses(move("c1"), RefusalCode.NOT_WAITING)


def test_a_caller_is_moved_to_another_queue_at_the_old_time() -> None:
    floor = supervised(fault=make_queue("fault", announce_every_ms=0)).call_waits("c2").after("30s")
    floor.call_waits("c3", key="2").after("30s").request(move("c2", "fault"))
    floor.waiting().waiting("c2", "c3", queue="fault")
    assert floor.ordered(do.StartMusic) == [do.StartMusic(call_id="c2", music="music-fault")]
    general, fault_queue = floor.floor.view().queues
    assert (general.offered, fault_queue.offered) == (1, 2)
    assert (floor.record("c2").queue_id, "announce:c2" in floor.timers) == ("fault", False)
    floor.request(move("c2", "general")).waiting("c2").waiting("c3", queue="fault")
    assert "announce:c2" in floor.timers
    floor.refuses(move("c2", "moon"), RefusalCode.UNKNOWN_TARGET)
