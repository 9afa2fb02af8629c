"""A new plan while calls are up: nothing is dropped."""

from dataclasses import replace

from engine.core.effects import SetTimer, StartMusic, ViewsChanged
from engine.core.events import CustomerFound, SeatAnswered, SeatLegEnded
from engine.core.ivr.nodes import MenuNode
from engine.core.plan import Plan, SeatPlan
from engine.core.records import CustomerCard, PastCall
from engine.core.requests import Consult, LogIn, Target
from engine.core.states import AgentState, CallState, Outcome, RefusalCode, TargetKind
from tests.support.floor_script import given
from tests.support.floor_site import FLOW, clock, make_plan, make_queue, next_midnight


def without_queue(plan: Plan, queue_id: str) -> Plan:
    return replace(plan, queues={name: queue for name, queue in plan.queues.items() if name != queue_id})


def without_seat(plan: Plan, seat_id: str) -> Plan:
    return replace(plan, seats={name: seat for name, seat in plan.seats.items() if name != seat_id})


def test_a_seat_is_added_while_callers_wait() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1").picks_up("8001").call_waits("c2")
    new = SeatPlan(id="seat5", name="seat5", extension="805", auto=False)
    floor.replan(replace(floor.plan, seats={**floor.plan.seats, "seat5": new}))
    floor.call_is(CallState.TALKING, "c1").waiting("c2").phone("8005", reachable=True).logs_in("8005")
    floor.ready("8005").presented("c2", "8005")


def test_a_seat_that_is_gone_stays_until_the_log_out() -> None:
    floor = given(agents=["8001", "8002"]).ready("8001").call_waits("c1").picks_up("8001")
    floor.replan(without_seat(floor.plan, "seat1")).call_is(CallState.TALKING)
    floor.refuses(LogIn(staff_number="8003", name="x", seat_id="seat1"), RefusalCode.UNKNOWN_SEAT)
    floor.logs_in("8001").puts_down("8001").hangs_up().after("30s")
    floor.ready("8001").call_waits("c2").presented("c2", "8001").picks_up("8001").puts_down("8001")
    floor.hangs_up().logs_out("8001")
    assert "seat1" not in floor.floor.state.plan.seats
    floor.refuses(LogIn(staff_number="8001", name="x", seat_id="seat1"), RefusalCode.UNKNOWN_SEAT)


def test_who_moves_from_a_seat_that_is_gone_leaves_it_behind() -> None:
    floor = given(agents=["8001"])
    floor.replan(without_seat(floor.plan, "seat1")).logs_in("8001", "seat2")
    assert "seat1" not in floor.floor.state.plan.seats


def test_callers_of_a_queue_that_is_gone_wait_on_in_the_first_one_at_their_time() -> None:
    floor = given(agents=["8001"]).at("09:00:00").call_waits("c1", key="2").after("5s").call_waits("c2")
    floor.after("5s").replan(without_queue(floor.plan, "fault")).waiting("c1", "c2")
    assert floor.record("c1").queue_id == "general"
    assert [order.call_id for order in floor.ordered(StartMusic)] == ["c1"]
    changed = floor.ordered(ViewsChanged)[0]
    view = floor.floor.change(changed.agents, changed.calls, changed.queues, changed.switch)
    assert (view.gone_queues, [queue.queue_id for queue in view.queues]) == (("fault",), ["general"])
    assert view.queues[0].offered == 2
    floor.ready("8001").presented("c1", "8001")


def test_a_call_that_rings_when_its_queue_goes_is_taken_in_the_first_one() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1", key="2").presented("c1", "8001")
    floor.replan(without_queue(floor.plan, "fault")).presented("c1", "8001").ring_fails("8001").waiting("c1")
    floor.ready("8001").picks_up("8001")
    assert floor.record().queue_id == "general"
    day = floor.floor.state.day
    assert (day["general"].offered, day["general"].answered, day["fault"].offered) == (1, 1, 0)


def test_a_talk_of_a_queue_that_is_gone_ends_as_any_other_and_counts_there() -> None:
    floor = given(agents=["8001"]).ready("8001").call_waits("c1", key="2").picks_up("8001").after("60s")
    floor.replan(without_queue(floor.plan, "fault")).after("30s").puts_down("8001").hangs_up().gone("c1")
    assert floor.record().outcome is Outcome.ANSWERED
    assert floor.floor.state.day["fault"].talk_ms == 90_000
    floor.agent_is("8001", AgentState.IDLE).at("1+00:00:00")
    assert list(floor.floor.state.day) == ["general"]


def test_a_menu_that_leads_to_a_queue_that_is_gone_leads_to_the_first_one() -> None:
    floor = given(agents=["8001"]).call_arrives("c1")
    floor.replan(without_queue(floor.plan, "fault")).presses("2").waiting("c1")


def test_a_call_is_finished_in_the_flow_in_which_it_began() -> None:
    floor = given(agents=["8001"]).call_arrives("c1")
    menu = FLOW.nodes["menu"]
    assert isinstance(menu, MenuNode)
    menu = replace(menu, keys={"1": "general"})
    flow = replace(FLOW, nodes={**FLOW.nodes, "menu": menu})
    floor.replan(replace(floor.plan, flow=flow)).presses("0").waiting("c1")
    floor.call_arrives("c2").presses("0").call_is(CallState.IVR).presses("1").waiting("c1", "c2")


def test_what_repeats_while_callers_wait_follows_the_new_rules() -> None:
    floor = given(agents=["8001"]).at("09:00:00").call_waits("c1")
    quiet = make_plan(announce_every_ms=0, max_wait_ms=60_000)
    floor.replan(quiet)
    assert sorted(floor.timers) == ["midnight", "wait:c1"]
    assert floor.timers["wait:c1"] == clock("09:10:00")  # what was promised to the caller goes on
    overflow = make_queue(overflow="fault", overflow_ms=30_000)
    floor.after("5s").replan(replace(make_plan(), queues={**make_plan().queues, "general": overflow}))
    assert sorted(floor.timers) == ["announce:c1", "midnight", "overflow:c1", "wait:c1"]
    floor.at("09:00:35").waiting("c1", queue="fault")


def test_midnight_follows_the_clock_of_the_new_plan() -> None:
    floor = given()
    later = replace(floor.plan, next_midnight=lambda now: next_midnight(now) + 3_600_000)
    assert SetTimer(timer_id="midnight", at=clock("1+01:00:00")) in floor.replan(later).steps


def test_callers_whom_nobody_may_serve_any_more_are_told_so() -> None:
    floor = given(agents=["8001"]).call_waits("c1", key="2").call_waits("c2")
    floor.replan(replace(floor.plan, skills={"8001": {"general": 1}})).waiting("c2").waiting(queue="fault")
    floor.call_is(CallState.IVR, "c1")


def test_reasons_hours_and_lines_are_those_of_the_new_plan() -> None:
    floor = given(agents=["8001"])
    floor.replan(replace(make_plan(lines=3), break_reasons=frozenset({"nap"}), is_open=lambda now: False))
    floor.goes_on_break("8001", "nap").call_arrives("c1").call_is(CallState.IVR)
    assert floor.call_now().closed
    assert [line.line_id for line in floor.floor.view().lines] == ["line1", "line2", "line3"]


def test_who_waits_for_one_agent_waits_for_anybody_afterwards() -> None:
    plan = make_plan(sticky_ms=20_000, relax_ms=60_000)
    plan = replace(plan, skills={"8001": {"general": 1}, "8002": {"general": 2}})
    floor = given(agents=["8001", "8002"], plan=plan).ready("8001", "8002").call_waits("c0").picks_up("8001")
    floor.call_arrives("c1")
    past = PastCall(call_id="x", at=floor.now, staff_number="8001", outcome=Outcome.ANSWERED)
    floor.handle(CustomerFound(call_id="c1", card=CustomerCard(cli="1", past_calls=(past,))))
    floor.presses("0").waiting("c1").call_waits("c2").waiting("c1", "c2")
    assert {"sticky:c1", "relax:general"} < set(floor.timers)
    alike = replace(plan, skills={})
    floor.replan(replace(alike, queues=make_plan().queues)).presented("c1", "8002").waiting("c2")
    assert not {"sticky:c1", "relax:general"} & set(floor.timers)


def test_the_seat_of_a_third_party_stays_for_the_talk() -> None:
    floor = (
        given(agents=["8001"]).phone("8003", reachable=True).ready("8001").call_waits("c1").picks_up("8001")
    )
    target = Target(kind=TargetKind.EXTENSION, value="803")
    floor.request(Consult(staff_number="8001", target=target)).held("c1")
    floor.replan(without_seat(floor.plan, "seat3"))
    assert floor.floor.state.plan.seats["seat3"].retired
    floor.handle(SeatAnswered(call_id="c1", seat_id="seat3")).call_is(CallState.CONSULTING, "c1")
    floor.replan(floor.plan)
    assert "seat3" in floor.floor.state.plan.seats
    floor.handle(SeatLegEnded(call_id="c1", seat_id="seat3")).replan(floor.plan)
    assert "seat3" not in floor.floor.state.plan.seats
