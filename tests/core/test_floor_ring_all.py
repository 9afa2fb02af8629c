"""Ring all: a caller is presented to everybody who is free, and the first one has the call."""

from dataclasses import replace

import pytest

from engine.core.effects import CountPresented, RingSeat, StartMusic, StopRinging
from engine.core.requests import Answer
from engine.core.states import AgentState, AgentStatus, CallState, Outcome, RefusalCode, RingFailure, Strategy
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import make_plan, seat_of


def everybody(*auto: str, agents: int = 3, **rules: object) -> FloorScript:
    """Three agents who are ready; at the seats `auto` phones wait for F4."""
    names = [f"800{n}" for n in range(1, agents + 1)]
    plan = make_plan(auto=auto, strategy=Strategy.RING_ALL, **rules)  # type: ignore[arg-type]
    return given(agents=names, plan=plan).ready(*names)


def ringing(floor: FloorScript, *staff_numbers: str) -> FloorScript:
    """Exactly these are rung."""
    state = floor.floor.state
    rung = {name for name, agent in state.agents.items() if agent.call_id == "c1"}
    assert rung == set(staff_numbers)
    assert {state.agents[name].state for name in rung} <= {AgentState.RESERVED, AgentState.RINGING}
    call = floor.call_now("c1")
    assert {call.record.staff_number, *call.others.values()} == rung
    return floor


def stopped(floor: FloorScript) -> list[str]:
    return sorted(order.seat_id for order in floor.ordered(StopRinging))


def counted(floor: FloorScript) -> list[tuple[str, str]]:
    return [(count.staff_number, count.ended) for count in floor.ordered(CountPresented)]


def test_all_phones_ring_and_the_first_one_has_the_call() -> None:
    floor = ringing(everybody().call_waits("c1"), "8001", "8002", "8003")
    order = floor.ordered(RingSeat)[0]
    assert (order.seat_id, order.others, order.ring_ms) == ("seat1", ("seat2", "seat3"), 20_000)
    floor.phone_rings("8002").agent_is("8002", AgentState.RINGING).agent_is("8001", AgentState.RESERVED)
    floor.phone_rings("8001").after("4s").picks_up("8002").agent_is("8002", AgentState.TALKING)
    assert counted(floor) == [("8002", "answered")]
    assert (floor.record().staff_number, floor.record().seat_id) == ("8002", "seat2")
    for staff_number in ("8001", "8003"):
        floor.agent_is(staff_number, AgentState.IDLE)
        assert floor.floor.day(staff_number, floor.now).presented == 0
    floor.after("9s").puts_down("8002").hangs_up().after("30s").gone("c1")


def test_the_first_phone_may_be_the_first_one_too() -> None:
    floor = everybody().call_waits("c1").picks_up("8001").agent_is("8001", AgentState.TALKING)
    floor.agent_is("8002", AgentState.IDLE).agent_is("8003", AgentState.IDLE)


def test_only_the_best_level_is_rung() -> None:
    plan = make_plan(strategy=Strategy.RING_ALL, relax_ms=10_000)
    levels = {"8001": {"general": 2}, "8002": {"general": 1}, "8003": {"general": 1}}
    floor = given(agents=["8001", "8002", "8003"], plan=replace(plan, skills=levels)).ready(
        "8001", "8002", "8003"
    )
    ringing(floor.call_waits("c1"), "8002", "8003")
    floor.call_waits("c2").waiting("c2").after("10s").presented("c2", "8001")


def test_nobody_answers() -> None:
    floor = everybody().call_waits("c1").after("15s")
    assert stopped(floor) == ["seat1", "seat2", "seat3"]
    floor.ring_fails("8001").waiting("c1")
    assert counted(floor) == [("8001", "rona"), ("8002", "rona"), ("8003", "rona")]
    for staff_number in ("8001", "8002", "8003"):
        floor.on_break(staff_number, "rona")
    floor.ring_fails("8002").waiting("c1").ready("8003").presented("c1", "8003")


def test_who_rejects_is_out_and_the_others_ring_on() -> None:
    floor = everybody().call_waits("c1").rejects("8002")
    assert stopped(floor) == ["seat2"]
    ringing(floor.on_break("8002", "rejected"), "8001", "8003").rejects("8001")
    assert stopped(floor) == ["seat1"]
    ringing(floor, "8003").picks_up("8003").agent_is("8003", AgentState.TALKING)


def test_when_the_last_one_rejects_the_call_goes_back() -> None:
    floor = everybody(agents=2).call_waits("c1").rejects("8001").rejects("8002")
    assert stopped(floor) == ["seat2"]
    floor.ring_fails("8001").waiting("c1").on_break("8002", "rejected").call_is(CallState.QUEUED)
    assert floor.ordered(StartMusic)


def test_the_caller_gives_up() -> None:
    floor = everybody().call_waits("c1").phone_rings("8002").after("6s").hangs_up().gone("c1")
    assert floor.record().outcome is Outcome.ABANDONED
    assert counted(floor) == [("8001", "abandoned")]
    for staff_number in ("8001", "8002", "8003"):
        floor.agent_is(staff_number, AgentState.IDLE)


def test_everybody_sees_who_calls() -> None:
    floor = everybody().call_waits("c1").is_found(7)
    for staff_number in ("8001", "8002", "8003"):
        card = floor.desk(staff_number).card
        assert card is not None
        assert card.customer is not None


def test_a_wish_for_a_break_comes_true_when_somebody_else_was_faster() -> None:
    everybody().call_waits("c1").goes_on_break("8003").picks_up("8001").on_break("8003", "meal")


def test_at_consoles_the_first_f4_wins() -> None:
    floor = everybody("seat1", "seat2", "seat3").call_waits("c1")
    assert floor.ordered(RingSeat) == []
    ringing(floor, "8001", "8002", "8003").answers("8002")
    order = floor.ordered(RingSeat)[0]
    assert (order.seat_id, order.others, order.auto) == ("seat2", (), True)
    ringing(floor, "8002").refuses(Answer(staff_number="8001"), RefusalCode.NOT_PRESENTED)
    floor.answers("8002")
    assert floor.ordered(RingSeat) == []
    floor.picks_up("8002").agent_is("8002", AgentState.TALKING)


def test_f4_stops_the_phones_that_ring() -> None:
    floor = everybody("seat2").call_waits("c1")
    assert floor.ordered(RingSeat)[0].others == ("seat3",)
    floor.answers("8002")
    assert stopped(floor) == ["seat1", "seat3"]
    ringing(floor, "8002").ring_fails("8001").presented("c1", "8002").picks_up("8002")
    floor.agent_is("8002", AgentState.TALKING).agent_is("8001", AgentState.IDLE)


def test_when_the_phones_are_out_the_consoles_go_on() -> None:
    floor = everybody("seat2").call_waits("c1").ring_fails("8001", RingFailure.BUSY)
    assert floor.ordered(StartMusic)
    ringing(floor.on_break("8001", "phone_busy").on_break("8003", "phone_busy"), "8002")
    floor.answers("8002").picks_up("8002").agent_is("8002", AgentState.TALKING)


def test_the_console_goes_on_when_the_only_phone_was_rejected_by_its_agent() -> None:
    floor = everybody("seat2", agents=2).call_waits("c1").rejects("8001").ring_fails("8001")
    ringing(floor, "8002").after("15s").waiting("c1").on_break("8002", "rona")


def test_nobody_answers_at_consoles_and_phones() -> None:
    floor = everybody("seat1", agents=2).call_waits("c1").after("15s")
    assert stopped(floor) == ["seat2"]
    floor.ring_fails("8002").waiting("c1").on_break("8001", "rona").on_break("8002", "rona")


@pytest.mark.parametrize(("faster", "other"), [("8001", "8002"), ("8002", "8001")])
def test_who_picks_up_another_call_is_rung_no_more(faster: str, other: str) -> None:
    floor = everybody(agents=2).adopts("c0").call_waits("c1").picks_up(faster, "c0")
    floor.agent_is(faster, AgentState.TALKING)
    assert stopped(floor) == [seat_of(faster)]
    assert (faster, "unreachable") in counted(floor)
    ringing(floor, other).picks_up(other, "c1").agent_is(other, AgentState.TALKING)


def test_one_free_agent_is_simply_rung() -> None:
    floor = everybody(agents=1, announce_agent=True).call_waits("c1")
    order = floor.ordered(RingSeat)[0]
    assert (order.others, order.announce[0]) == ((), "agent_number_before")
    two = everybody(agents=2, announce_agent=True).call_waits("c1")
    assert two.ordered(RingSeat)[0].announce == ()
    floor.agent_is("8001", AgentState.RESERVED, AgentStatus.READY)
