"""Supervisors on the floor: at a seat, and in the talks of others."""

import pytest

from engine.core import effects as do
from engine.core import requests as ask
from engine.core.states import (
    AgentState,
    AgentStatus,
    CallState,
    RefusalCode,
    RingFailure,
    SpyMode,
)
from tests.core.supervised import BOSS, OTHER_BOSS, STOP, began, ended, listen, sits_down, supervised
from tests.support.floor_script import given


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
