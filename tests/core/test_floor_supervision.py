"""Supervisors on the floor: in talks, forcing, picking and moving callers, and hands that are raised."""

from typing import Any

import pytest

from engine.core import effects as do
from engine.core import events as fact
from engine.core import requests as ask
from engine.core.states import (
    AgentState,
    AgentStatus,
    CallState,
    EndedBy,
    RefusalCode,
    RingFailure,
    SpyMode,
    TargetKind,
)
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import make_queue, seat_of

BOSS = "8004"
OTHER_BOSS = "8003"


def supervised(**rules: Any) -> FloorScript:
    """8001 talks to the caller of c1, 8002 is ready, and a supervisor sits at seat4."""
    floor = given(agents=["8001"], **rules).phone(BOSS, reachable=True).phone("8002", reachable=True)
    floor.ready("8001").call_waits("c1").picks_up("8001").logs_in("8002")
    return sits_down(floor, BOSS)


def sits_down(floor: FloorScript, staff_number: str) -> FloorScript:
    floor.phone(staff_number, reachable=True)
    return floor.request(
        ask.LogIn(staff_number=staff_number, name="班长", seat_id=seat_of(staff_number), supervises=True)
    )


def listen(agent: str = "8001", mode: SpyMode = SpyMode.LISTEN, boss: str = BOSS) -> ask.Listen:
    return ask.Listen(staff_number=boss, agent=agent, mode=mode)


def began(agent: str = "8001", mode: SpyMode = SpyMode.LISTEN, boss: str = BOSS) -> fact.SpyBegan:
    return fact.SpyBegan(spy_seat_id=seat_of(boss), seat_id=seat_of(agent), mode=mode)


def ended(failure: RingFailure | None = None, boss: str = BOSS) -> fact.SpyEnded:
    return fact.SpyEnded(spy_seat_id=seat_of(boss), failure=failure)


STOP = do.StopSpying(spy_seat_id="seat4")


def test_a_supervisor_at_a_seat_is_no_agent_until_ready() -> None:
    floor = sits_down(given(), BOSS)
    floor.agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK)
    assert floor.agent(BOSS).reason == "supervising"
    floor.call_waits("c1").call_is(CallState.IVR)  # nobody is there: sorry
    floor.ready(BOSS).call_waits("c2").presented("c2", BOSS)


def test_waiting_callers_are_sent_on_when_the_last_who_was_ready_supervises_again() -> None:
    floor = sits_down(given(), BOSS).ready(BOSS).call_waits("c1").picks_up(BOSS).call_waits("c2")
    floor.request(ask.GoOnBreak(staff_number=BOSS, reason="supervising")).waiting("c2")
    floor.puts_down(BOSS, "c1").hangs_up("c1").finishes_wrap_up(BOSS)
    floor.call_is(CallState.IVR, "c2")


def test_an_agent_cannot_go_on_a_supervisors_break() -> None:
    given(agents=["8001"]).refuses(
        ask.GoOnBreak(staff_number="8001", reason="supervising"), RefusalCode.UNKNOWN_REASON
    )


def test_who_comes_back_as_an_agent_supervises_no_more() -> None:
    floor = supervised().logs_in(BOSS)
    assert (floor.agent(BOSS).supervises, floor.agent(BOSS).reason) == (False, "")
    sits_down(floor, BOSS)
    assert (floor.agent(BOSS).supervises, floor.agent(BOSS).reason) == (True, "supervising")
    floor.ready(BOSS).logs_in(BOSS)
    floor.agent_is(BOSS, AgentState.IDLE)


def test_listening_whispering_barging_in_and_leaving_are_one_spying() -> None:
    floor = supervised().after("5s").request(listen())
    assert floor.ordered(do.Spy) == [
        do.Spy(spy_seat_id="seat4", seat_id="seat1", mode=SpyMode.LISTEN, auto=False, ring_ms=20_000)
    ]
    floor.agent_is(BOSS, AgentState.MONITORING, AgentStatus.BREAK)
    spy = floor.floor.view().spies
    assert spy is not None
    assert (spy[0].staff_number, spy[0].agent, spy[0].mode, spy[0].since) == (BOSS, "8001", "listen", 0)
    began_at = floor.after("2s").handle(began()).now
    floor.after("10s").request(listen(mode=SpyMode.WHISPER))
    assert [order.mode for order in floor.ordered(do.Spy)] == [SpyMode.WHISPER]
    desk = floor.floor.desk(BOSS, floor.now)
    assert desk is not None
    assert desk.spy is not None
    assert desk.spy.mode is SpyMode.LISTEN, "until it is so"
    floor.handle(began(mode=SpyMode.WHISPER)).request(listen(mode=SpyMode.BARGE))
    floor.handle(began(mode=SpyMode.BARGE)).handle(began(mode=SpyMode.BARGE)).after("8s")
    floor.request(ask.StopListening(staff_number=BOSS))
    assert floor.ordered(do.StopSpying) == [STOP]
    floor.handle(ended())
    assert floor.ordered(do.StoreSpying) == [
        do.StoreSpying(
            staff_number=BOSS,
            agent="8001",
            call_id="c1",
            modes=(SpyMode.LISTEN, SpyMode.WHISPER, SpyMode.BARGE),
            began_at=began_at,
            ended_at=began_at + 18_000,
        )
    ]
    floor.agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK).agent_is("8001", AgentState.TALKING)
    assert floor.floor.view().spies == ()


def test_the_same_mode_again_orders_nothing() -> None:
    floor = supervised().request(listen()).handle(began()).request(listen())
    assert floor.ordered(do.Spy) == []


def test_a_mode_that_is_asked_for_while_the_phone_rings_comes_when_it_is_picked_up() -> None:
    floor = supervised().request(listen()).request(listen(mode=SpyMode.WHISPER))
    assert floor.ordered(do.Spy) == []
    floor.handle(began())
    assert [order.mode for order in floor.ordered(do.Spy)] == [SpyMode.WHISPER]


def test_a_phone_that_is_not_picked_up_leaves_no_record() -> None:
    floor = supervised().request(listen()).handle(ended(RingFailure.NO_ANSWER))
    assert floor.ordered(do.StoreSpying) == []
    floor.agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK)
    assert "spy:seat4" not in floor.timers


def test_a_supervisor_of_whom_nothing_is_heard_is_freed() -> None:
    floor = supervised().request(listen()).after("25s")
    assert STOP in floor.steps
    floor.agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK)


def test_a_supervisor_goes_from_one_talk_to_another_without_a_new_call() -> None:
    floor = supervised().ready("8002").call_waits("c2").picks_up("8002")
    floor.request(listen()).handle(began()).request(listen("8002", SpyMode.WHISPER))
    assert [order.seat_id for order in floor.ordered(do.Spy)] == ["seat2"]
    assert [spying.agent for spying in floor.ordered(do.StoreSpying)] == ["8001"]
    floor.handle(began())  # of the first one, late
    assert floor.floor.state.spies["seat4"].began_at == 0
    floor.handle(began("8002", SpyMode.WHISPER)).agent_is(BOSS, AgentState.MONITORING, AgentStatus.BREAK)
    assert floor.floor.state.spies["seat4"].modes == [SpyMode.WHISPER]


def test_listening_is_refused_with_its_reason() -> None:
    floor = supervised()
    floor.refuses(listen(boss="8999"), RefusalCode.NO_PHONE)
    floor.refuses(listen("8999"), RefusalCode.NOT_LOGGED_IN)
    floor.refuses(listen(BOSS), RefusalCode.TARGET_IS_SELF)
    floor.refuses(listen("8002"), RefusalCode.NOT_TALKING)
    floor.refuses(ask.StopListening(staff_number=BOSS), RefusalCode.NOT_LISTENING)
    floor.refuses(ask.StopListening(staff_number="8999"), RefusalCode.NOT_LISTENING)
    floor.request(listen()).handle(began()).request(ask.StopListening(staff_number=BOSS))
    floor.refuses(listen(), RefusalCode.TOO_LATE)
    floor.handle(ended()).phone(BOSS, reachable=False).refuses(listen(), RefusalCode.NO_PHONE)
    floor.phone(BOSS, reachable=True).switch_is_down().refuses(listen(), RefusalCode.SWITCH_DOWN)


def test_who_talks_does_not_listen() -> None:
    floor = supervised().ready(BOSS).call_waits("c2").picks_up(BOSS)
    floor.refuses(listen(), RefusalCode.IN_CALL)


@pytest.mark.parametrize("how", ["agent", "customer"])
def test_the_end_of_the_talk_ends_the_listening(how: str) -> None:
    floor = supervised().request(listen()).handle(began())
    if how == "agent":
        floor.puts_down("8001", "c1")
    else:
        floor.hangs_up("c1")
    assert STOP in floor.steps
    floor.hangs_up("c1") if how == "agent" else floor.puts_down("8001", "c1")
    assert STOP not in floor.steps, "once is enough"
    floor.handle(ended()).agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK)


def test_hold_and_retrieve_go_on_under_the_listener() -> None:
    floor = supervised().request(listen()).handle(began()).held("c1").retrieved()
    assert floor.floor.state.spies["seat4"].ending is False


def test_a_dead_phone_of_the_supervisor_ends_the_listening() -> None:
    floor = supervised().request(listen()).handle(began()).phone(BOSS, reachable=False)
    assert STOP in floor.steps
    floor.handle(ended()).agent_is(BOSS, AgentState.UNREACHABLE, AgentStatus.BREAK)


def test_a_console_that_stays_away_ends_the_listening_after_its_grace() -> None:
    floor = supervised().request(listen()).handle(began()).console_goes(BOSS).after("9s")
    assert STOP not in floor.steps
    floor.console_comes(BOSS).after("20s").console_goes(BOSS).after("10s")
    assert STOP in floor.steps
    floor.handle(ended()).agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK)


def test_a_supervisor_who_logs_out_listens_no_more() -> None:
    floor = supervised().request(listen()).handle(began()).logs_out(BOSS)
    assert STOP in floor.steps
    assert [spying.agent for spying in floor.ordered(do.StoreSpying)] == ["8001"]
    ignored = floor.floor.state.ignored
    floor.handle(ended())
    assert floor.floor.state.ignored == ignored + 1
    floor.handle(began())
    assert STOP in floor.steps, "a phone that is picked up late is in nobody's talk"


def test_what_comes_after_the_end_changes_nothing() -> None:
    floor = supervised().request(listen()).handle(began()).request(ask.StopListening(staff_number=BOSS))
    floor.handle(began(mode=SpyMode.WHISPER))
    assert floor.floor.state.spies["seat4"].modes == [SpyMode.LISTEN]


def test_a_restart_of_the_engine_ends_the_listening() -> None:
    floor = supervised().request(listen()).handle(began()).restart().switch_is_up()
    assert floor.floor.view().spies == ()
    floor.agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK)
    assert floor.agent(BOSS).supervises, "and nobody counts on the supervisor for callers"
    floor.adopts_talk("c1", "8001").request(listen()).agent_is(BOSS, AgentState.MONITORING, AgentStatus.BREAK)


def test_a_stop_of_the_engine_writes_down_how_long_somebody_listened() -> None:
    floor = supervised().request(listen()).handle(began()).after("7s")
    effects = floor.floor.stop(floor.now)
    assert STOP in effects
    told = [effect for effect in effects if isinstance(effect, do.StoreSpying)]
    assert [effect.ended_at - effect.began_at for effect in told] == [7_000]
    assert given().floor.stop(0) == ()


def test_two_supervisors_may_be_with_one_agent() -> None:
    floor = sits_down(supervised(), OTHER_BOSS).request(listen()).request(listen(boss=OTHER_BOSS))
    floor.handle(began()).handle(began(boss=OTHER_BOSS))
    spies = floor.floor.view().spies
    assert spies is not None
    assert [spy.staff_number for spy in spies] == [BOSS, OTHER_BOSS]
    floor.hangs_up("c1")
    assert len(floor.ordered(do.StopSpying)) == 2


def test_a_supervisor_who_listens_and_logs_in_elsewhere_moves_afterwards() -> None:
    floor = supervised().phone(OTHER_BOSS, reachable=True).request(listen()).handle(began())
    floor.request(ask.LogIn(staff_number=BOSS, name="班长", seat_id="seat3", supervises=True))
    assert floor.agent(BOSS).seat_id == "seat4"
    floor.handle(ended())
    assert floor.agent(BOSS).seat_id == "seat3"


def take_over(agent: str = "8001") -> ask.TakeOver:
    return ask.TakeOver(staff_number=BOSS, agent=agent)


def given_to(boss: str = BOSS) -> fact.TransferDone:
    return fact.TransferDone(call_id="c1", party=seat_of(boss))


GIVE = do.GiveToSpy(call_id="c1", seat_id="seat1", spy_seat_id="seat4")


@pytest.mark.parametrize("on_hold", [False, True])
def test_a_supervisor_who_listens_takes_the_call_over(on_hold: bool) -> None:
    floor = supervised().after("20s").request(listen()).handle(began())
    if on_hold:
        floor.held("c1")
    floor.after("10s").request(take_over())
    assert floor.ordered(do.GiveToSpy) == [GIVE]
    floor.handle(given_to())
    assert floor.ordered(do.HangUpSeat) == [do.HangUpSeat(call_id="c1", seat_id="seat1")]
    assert [spying.agent for spying in floor.ordered(do.StoreSpying)] == ["8001"]
    floor.agent_is("8001", AgentState.WRAP_UP).agent_is(BOSS, AgentState.TALKING, AgentStatus.BREAK)
    floor.call_is(CallState.TALKING, "c1")
    record = floor.record("c1")
    assert (record.staff_number, record.seat_id, record.transfers) == (BOSS, "seat4", 1)
    assert floor.floor.view().spies == ()
    floor.puts_down("8001", "c1").call_is(CallState.TALKING, "c1")
    floor.after("30s").puts_down(BOSS, "c1").hangs_up("c1")
    floor.agent_is(BOSS, AgentState.WRAP_UP, AgentStatus.BREAK).finishes_wrap_up(BOSS)
    floor.on_break(BOSS, "supervising")


def test_who_does_not_listen_yet_listens_first_and_then_takes_over() -> None:
    floor = supervised().request(take_over())
    assert [order.mode for order in floor.ordered(do.Spy)] == [SpyMode.LISTEN]
    floor.handle(began())
    assert floor.ordered(do.GiveToSpy) == [GIVE]
    floor.handle(given_to()).agent_is(BOSS, AgentState.TALKING, AgentStatus.BREAK)


def test_one_takes_over_from_where_one_is() -> None:
    floor = supervised().request(listen(mode=SpyMode.BARGE)).handle(began(mode=SpyMode.BARGE))
    floor.request(take_over())
    assert floor.ordered(do.Spy) == [], "the mode stays as it is"
    assert floor.ordered(do.GiveToSpy) == [GIVE]
    floor.refuses(listen(), RefusalCode.TOO_LATE)
    floor.refuses(ask.LogOut(staff_number=BOSS), RefusalCode.IN_CALL)
    floor.refuses(ask.Hold(staff_number="8001"), RefusalCode.TOO_LATE)


def test_what_cannot_be_taken_over() -> None:
    floor = supervised()
    floor.refuses(take_over("8002"), RefusalCode.NOT_TALKING)
    floor.refuses(take_over("8999"), RefusalCode.NOT_LOGGED_IN)
    floor.request(ask.Hold(staff_number="8001")).refuses(take_over(), RefusalCode.TOO_LATE)
    floor.held("c1").request(
        ask.Consult(staff_number="8001", target=ask.Target(kind=TargetKind.AGENT, value="8002"))
    )
    floor.call_is(CallState.CONSULTING, "c1").refuses(take_over(), RefusalCode.TARGET_BUSY)


def test_who_holds_while_the_supervisors_phone_rings_keeps_the_call() -> None:
    floor = supervised().request(take_over()).request(ask.Hold(staff_number="8001")).handle(began())
    assert floor.ordered(do.GiveToSpy) == []
    desk = floor.floor.desk(BOSS, floor.now)
    assert desk is not None
    assert desk.notice == "target_busy"
    floor.held("c1").request(take_over())
    assert floor.ordered(do.GiveToSpy) == [GIVE]


def test_a_take_over_that_fails_leaves_the_supervisor_listening() -> None:
    floor = supervised().request(listen()).handle(began()).request(take_over())
    floor.handle(fact.OrderFailed(call_id="c1")).agent_is(BOSS, AgentState.MONITORING, AgentStatus.BREAK)
    floor.agent_is("8001", AgentState.TALKING).request(take_over())
    assert floor.ordered(do.GiveToSpy) == [GIVE]
    floor.after("5s").agent_is(BOSS, AgentState.MONITORING, AgentStatus.BREAK)  # nothing is heard of it
    floor.request(listen(mode=SpyMode.WHISPER))
    floor.handle(given_to()).agent_is(BOSS, AgentState.TALKING, AgentStatus.BREAK)  # so it was done


def test_a_failed_order_of_another_call_is_not_this_one() -> None:
    floor = supervised().ready("8002").call_waits("c2").picks_up("8002")
    floor.request(listen()).handle(began()).request(take_over()).handle(fact.OrderFailed(call_id="c2"))
    assert floor.floor.state.spies["seat4"].taking


def test_a_customer_who_hangs_up_on_the_way_is_gone() -> None:
    floor = supervised().request(listen()).handle(began()).request(take_over()).hangs_up("c1")
    assert STOP in floor.steps
    floor.handle(given_to())
    assert do.HangUpSeat(call_id="c1", seat_id="seat4") in floor.steps
    floor.agent_is(BOSS, AgentState.IDLE, AgentStatus.BREAK).puts_down("8001", "c1")
    floor.finishes_wrap_up("8001").gone("c1")


def test_a_transfer_to_somebody_else_is_no_take_over() -> None:
    floor = supervised().request(listen()).handle(began())
    ignored = floor.floor.state.ignored
    floor.handle(fact.TransferDone(call_id="c1", party="seat2"))
    floor.handle(fact.TransferDone(call_id="c9", party="seat4"))
    assert floor.floor.state.ignored == ignored + 2


def test_two_of_whom_one_takes_over() -> None:
    floor = sits_down(supervised(), OTHER_BOSS).request(listen()).request(listen(boss=OTHER_BOSS))
    floor.handle(began()).handle(began(boss=OTHER_BOSS)).request(take_over()).handle(given_to())
    assert floor.ordered(do.StopSpying) == [do.StopSpying(spy_seat_id="seat3")]


def test_why_nobody_picked_up_is_said_until_the_next_time() -> None:
    floor = supervised().request(listen()).handle(ended(RingFailure.NO_ANSWER))
    desk = floor.floor.desk(BOSS, floor.now)
    assert desk is not None
    assert desk.notice == "no_answer"
    desk = floor.request(listen()).floor.desk(BOSS, floor.now)
    assert desk is not None
    assert desk.notice == ""


def test_who_gives_up_the_ringing_knows_why_it_ended() -> None:
    floor = supervised().request(listen()).request(ask.StopListening(staff_number=BOSS))
    desk = floor.handle(ended(RingFailure.CANCELLED)).floor.desk(BOSS, floor.now)
    assert desk is not None
    assert desk.notice == ""


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


def hand(on: bool = True) -> ask.RaiseHand:
    return ask.RaiseHand(staff_number="8001", on=on)


def hand_since(floor: FloorScript) -> int:
    agents = floor.floor.view().agents
    return next(agent.hand_since for agent in agents if agent.staff_number == "8001")


def test_a_hand_is_raised_and_lowered_by_the_agent() -> None:
    floor = supervised().request(hand())
    raised = floor.now
    assert hand_since(floor) == raised
    floor.after("5s").request(hand())
    assert hand_since(floor) == raised, "the first time counts"
    floor.request(hand(on=False)).request(hand(on=False))
    assert hand_since(floor) == 0


def test_a_supervisor_who_is_in_the_talk_lowers_the_hand() -> None:
    floor = supervised().request(hand()).request(listen())
    assert hand_since(floor), "nobody is there yet"
    floor.handle(began())
    assert hand_since(floor) == 0


def test_the_end_of_the_talk_lowers_the_hand_that_was_raised_in_it() -> None:
    floor = supervised().request(hand()).puts_down("8001", "c1")
    assert hand_since(floor) == 0
    floor.request(hand()).hangs_up("c1").finishes_wrap_up("8001")
    assert hand_since(floor), "who asks after the talk is not answered by its end"


def test_a_hand_that_was_raised_without_a_call_stays_up() -> None:
    floor = given(agents=["8001"]).request(hand()).ready("8001").call_waits("c1").picks_up("8001")
    floor.hangs_up().puts_down("8001").finishes_wrap_up("8001")
    assert hand_since(floor)
    floor.logs_out("8001")
    assert floor.floor.state.hands == {}
