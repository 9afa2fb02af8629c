"""A supervisor takes a call over from its agent."""

import pytest

from engine.core import effects as do
from engine.core import events as fact
from engine.core import requests as ask
from engine.core.states import (
    AgentState,
    AgentStatus,
    CallState,
    RefusalCode,
    RingFailure,
    SpyMode,
    TargetKind,
)
from tests.core.supervised import BOSS, OTHER_BOSS, STOP, began, ended, listen, sits_down, supervised
from tests.support.floor_site import seat_of


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
