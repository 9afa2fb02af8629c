"""Who gets which call: skills, strategies, priorities, the agent who knows, overflow, hours of a queue."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from engine.core.effects import Announce, RingSeat, StartMusic
from engine.core.events import CallArrived, CustomerFound
from engine.core.plan import NumberPlan, Plan
from engine.core.records import Customer, CustomerCard, PastCall
from engine.core.states import CallState, Outcome, Strategy
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import FLOW, clock, make_plan, make_queue

MINUTE = 60_000


def plan_with(skills: Mapping[str, Mapping[str, int]] | None = None, **rules: Any) -> Plan:
    """Queues `general` and `fault` that share rules, and agents of these skills."""
    return replace(make_plan(**rules), skills=skills or {})


def staff(count: int, plan: Plan) -> FloorScript:
    """So many agents, who became ready one second after the other."""
    floor = given(agents=[f"800{n}" for n in range(1, count + 1)], plan=plan)
    for n in range(1, count + 1):
        floor.ready(f"800{n}").after("1s")
    return floor


def served(floor: FloorScript, call_id: str, staff_number: str, talk: str = "30s") -> None:
    """The call is presented to this agent, talked and wrapped up."""
    floor.presented(call_id, staff_number).picks_up(staff_number).after(talk).hangs_up()
    floor.finishes_wrap_up(staff_number).after("1s")


def arrives(floor: FloorScript, call_id: str, cli: str = "13800000001", did: str = "96335") -> FloorScript:
    """A call of this number to that one, in the menu."""
    floor.call(call_id)
    return floor.handle(
        CallArrived(call_id=call_id, line_id="line1", did=did, cli=cli, cli_raw=cli, at=floor.now)
    )


def is_known(floor: FloorScript, call_id: str, **card: Any) -> FloorScript:
    """The look-up ends."""
    return floor.handle(CustomerFound(call_id=call_id, card=CustomerCard(cli="1", **card)))


# Skills


def test_an_agent_serves_only_the_queues_of_the_own_skills() -> None:
    floor = staff(2, plan_with({"8001": {"general": 1}, "8002": {"fault": 1}}))
    floor.call_waits("c1", key="2").presented("c1", "8002").call_waits("c2", key="2").waiting(
        "c2", queue="fault"
    )
    floor.call_waits("c3").presented("c3", "8001")


def test_who_has_no_entry_serves_all_queues() -> None:
    floor = staff(2, plan_with({"8001": {"general": 1}}))
    floor.call_waits("c1", key="2").presented("c1", "8002")


def test_the_best_level_goes_before_the_longest_idle() -> None:
    floor = staff(3, plan_with({"8001": {"general": 2}, "8002": {"general": 1}, "8003": {"general": 1}}))
    floor.call_waits("c1").presented("c1", "8002").call_waits("c2").presented("c2", "8003")
    floor.call_waits("c3").presented("c3", "8001")


def test_an_agent_who_serves_several_queues_takes_the_longest_waiting_of_them() -> None:
    floor = given(agents=["8001", "8002"], plan=plan_with({"8001": {"fault": 1}}))
    floor.call_waits("c1").after("1s").call_waits("c2", key="2").after("1s").call_waits("c3")
    floor.ready("8001").presented("c2", "8001").ready("8002").presented("c1", "8002").waiting("c3")


def test_a_queue_whose_agents_are_not_there_is_left_at_once() -> None:
    floor = given(agents=["8001"], plan=plan_with({"8001": {"general": 1}}))
    floor.call_waits("c1", key="2").call_is(CallState.IVR)
    assert floor.call_now().queue_exit == "no_agents"


def test_when_the_last_one_who_can_logs_out_only_these_callers_go_on() -> None:
    floor = given(agents=["8001", "8002"], plan=plan_with({"8001": {"general": 1}, "8002": {"fault": 1}}))
    floor.call_waits("c1").call_waits("c2", key="2").logs_out("8002")
    floor.waiting("c1").waiting(queue="fault").call_is(CallState.IVR, "c2")


# Relaxation


def test_after_a_while_the_next_level_may_be_chosen() -> None:
    levels = {"8001": {"general": 1}, "8002": {"general": 2}, "8003": {"general": 3}}
    floor = given(agents=["8001", "8002", "8003"], plan=plan_with(levels, relax_ms=20_000))
    floor.ready("8002", "8003").at("09:00:00").call_waits("c1").waiting("c1")
    assert floor.timers["relax:general"] == clock("09:00:20")
    floor.at("09:00:19").call_waits("c2").at("09:00:20").picks_up("8002", "c1").waiting("c2")
    assert floor.timers["relax:general"] == clock("09:00:59")  # level 3 for c2
    floor.at("09:00:58").waiting("c2").at("09:00:59").presented("c2", "8003")
    assert "relax:general" not in floor.timers


def test_a_better_agent_takes_the_call_before_the_level_is_relaxed() -> None:
    levels = {"8001": {"general": 1}, "8002": {"general": 2}}
    floor = given(agents=["8001", "8002"], plan=plan_with(levels, relax_ms=20_000)).ready("8002")
    floor.call_waits("c1").after("5s").ready("8001").presented("c1", "8001")
    assert "relax:general" not in floor.timers


def test_while_the_switch_is_down_nothing_is_relaxed() -> None:
    levels = {"8001": {"general": 1}, "8002": {"general": 2}}
    floor = given(agents=["8001", "8002"], plan=plan_with(levels, relax_ms=20_000)).ready("8002")
    floor.call_waits("c1").switch_is_down().after("30s").waiting("c1")
    assert "relax:general" not in floor.timers
    floor.switch_is_up().presented("c1", "8002")


# Strategies


def test_longest_idle() -> None:
    floor = staff(2, plan_with(strategy=Strategy.LONGEST_IDLE))
    floor.goes_on_break("8001").after("1s").ready("8001").call_waits("c1").presented("c1", "8002")


def test_round_robin_is_not_changed_by_breaks_or_long_talks() -> None:
    floor = staff(3, plan_with(strategy=Strategy.ROUND_ROBIN))
    for call_id, staff_number in (("c1", "8001"), ("c2", "8002"), ("c3", "8003")):
        floor.call_waits(call_id)
        served(floor, call_id, staff_number)
    floor.goes_on_break("8001").after("1s").ready("8001")
    floor.call_waits("c4").presented("c4", "8001").call_waits("c5").presented("c5", "8002")


def test_fewest_calls_counts_those_of_today() -> None:
    floor = staff(2, plan_with(strategy=Strategy.FEWEST_CALLS))
    floor.call_waits("c1")
    served(floor, "c1", "8001", talk="10s")
    floor.call_waits("c2")
    served(floor, "c2", "8002", talk="10s")
    floor.call_waits("c3")
    served(floor, "c3", "8001", talk="10s")
    floor.goes_on_break("8001").ready("8001").goes_on_break("8002").ready("8002")
    floor.call_waits("c4").presented("c4", "8002").hangs_up()
    floor.at("1+00:00:01").call_waits("c5").presented("c5", "8001")  # a new day: the longest idle


def test_each_queue_has_its_own_strategy() -> None:
    plan = plan_with(fault=make_queue("fault", strategy=Strategy.FEWEST_CALLS))
    floor = staff(2, plan).call_waits("c1")
    served(floor, "c1", "8001")
    floor.goes_on_break("8002").after("1s").ready("8002")
    floor.call_waits("c2", key="2").presented("c2", "8002").hangs_up()
    floor.call_waits("c3").presented("c3", "8001")


# Priority


def test_an_important_customer_goes_before_those_who_waited_for_less_than_the_bonus() -> None:
    floor = given(agents=["8001"], plan=plan_with(vip_ms=5 * MINUTE)).at("09:00:00").call_waits("c1")
    floor.at("09:04:00").call_waits("c2").at("09:06:00").call_arrives("c3")
    is_known(floor, "c3", customer=Customer(id=1, vip=True)).presses("0").waiting("c1", "c3", "c2")
    floor.ready("8001").presented("c1", "8001")


def test_a_customer_who_is_known_late_moves_up_and_is_told_the_new_place() -> None:
    floor = given(agents=["8001"], plan=plan_with(vip_ms=5 * MINUTE)).call_waits("c1").call_waits("c2")
    floor.after("5s").call_waits("c3").waiting("c1", "c2", "c3")
    is_known(floor, "c3", customer=Customer(id=1, vip=True)).waiting("c3", "c1", "c2")
    views = {call.call_id: call.position for call in floor.floor.view().calls}
    assert views == {"c3": 1, "c1": 2, "c2": 3}
    floor.after("20s")  # the announcement of c3 is the last step
    assert [(order.call_id, order.prompts) for order in floor.ordered(Announce)] == [("c3", ("queue_next",))]
    is_known(floor, "c1", customer=Customer(id=2)).waiting("c3", "c1", "c2")


def test_the_clocks_and_figures_of_an_important_customer_are_the_true_ones() -> None:
    floor = given(agents=["8001"], plan=plan_with(vip_ms=5 * MINUTE)).at("09:00:00").call_arrives("c1")
    is_known(floor, "c1", customer=Customer(id=1, vip=True)).presses("0")
    assert floor.floor.view().queues[0].longest_wait_since == clock("09:00:00")
    floor.after("10s").ready("8001").picks_up("8001")
    assert floor.record().wait_ms == 10_000


def test_callers_of_a_number_may_be_given_time_ahead() -> None:
    hotline = NumberPlan(did="110", flow=FLOW, priority_ms=MINUTE)
    floor = given(agents=["8001"], plan=replace(make_plan(), numbers={"110": hotline})).at("09:00:00")
    floor.call_waits("c1").at("09:00:30").call_waits("c2").at("09:01:15")
    arrives(floor, "c3", did="110").presses("0").waiting("c1", "c3", "c2")


def test_each_number_has_its_flow() -> None:
    flow = replace(FLOW, start="general")
    floor = given(
        agents=["8001"], plan=replace(make_plan(), numbers={"110": NumberPlan(did="110", flow=flow)})
    )
    arrives(floor, "c1", did="110").waiting("c1").hangs_up()
    arrives(floor, "c2").call_is(CallState.IVR)


def abandoned(floor: FloorScript, call_id: str, cli: str = "13800000001", wait: str = "3m") -> FloorScript:
    """Somebody who waited for so long hangs up in the queue."""
    return arrives(floor, call_id, cli).presses("0").after(wait).hangs_up(call_id)


def test_who_calls_again_soon_keeps_the_time_waited_so_far() -> None:
    floor = given(agents=["8001"], plan=plan_with(recaller_ms=MINUTE)).at("09:00:00")
    abandoned(floor, "c1").call_waits("c2").at("09:03:30").call_waits("c3")
    arrives(floor, "c4").presses("0").waiting("c4", "c2", "c3").after("30s").hangs_up("c4")
    arrives(floor, "c5").presses("0")
    place = floor.floor.state.waiting["general"].place("c5")
    assert floor.now - place.key[0] == 210_000  # three minutes and half a one
    assert place.since == floor.now


@pytest.mark.parametrize(("pause", "cli"), [("61s", "13800000001"), ("10s", "13800000002"), ("10s", "")])
def test_who_calls_too_late_or_is_somebody_else_keeps_nothing(pause: str, cli: str) -> None:
    floor = given(agents=["8001"], plan=plan_with(recaller_ms=MINUTE))
    abandoned(floor, "c1", cli if not cli else "13800000001").call_waits("c2").after(pause)
    arrives(floor, "c3", cli).presses("0").waiting("c2", "c3")


def test_the_time_waited_is_kept_once() -> None:
    floor = given(agents=["8001"], plan=plan_with(recaller_ms=MINUTE))
    abandoned(floor, "c1").call_waits("c2")
    arrives(floor, "c3").presses("0")
    arrives(floor, "c4").presses("0").waiting("c3", "c2", "c4")


def test_old_numbers_are_forgotten() -> None:
    floor = given(agents=["8001"], plan=plan_with(recaller_ms=MINUTE))
    abandoned(floor, "c1", "13800000001").after("30s")
    abandoned(floor, "c2", "13800000002", wait="10s").after("25s")
    abandoned(floor, "c3", "13800000003", wait="10s")
    assert list(floor.floor.state.gave_up) == ["13800000002", "13800000003"]


# The agent who knows the case


def last_spoke(floor: FloorScript, staff_number: str, hours: int = 1) -> PastCall:
    return PastCall(
        call_id="x", at=floor.now - hours * 3_600_000, staff_number=staff_number, outcome=Outcome.ANSWERED
    )


def sticky(**rules: Any) -> FloorScript:
    """Two agents of whom 8001 is idle for longer, and a caller whom 8002 knows, in the menu."""
    floor = staff(2, plan_with(sticky_ms=20_000, **rules)).at("09:00:00").call_arrives("c1")
    return is_known(floor, "c1", past_calls=(last_spoke(floor, ""), last_spoke(floor, "8002")))


def test_the_agent_of_the_last_call_gets_the_customer_again() -> None:
    sticky().presses("0").presented("c1", "8002")


def test_an_open_matter_goes_before_the_last_call_and_may_be_old() -> None:
    floor = staff(3, plan_with(sticky_ms=20_000)).call_arrives("c1")
    past, remark = last_spoke(floor, "8002"), last_spoke(floor, "8003", hours=200)
    is_known(floor, "c1", past_calls=(past,), open_remarks=(remark,)).presses("0").presented("c1", "8003")


def test_a_call_of_yesterday_binds_nobody() -> None:
    floor = staff(2, plan_with(sticky_ms=20_000)).call_arrives("c1")
    is_known(floor, "c1", past_calls=(last_spoke(floor, "8002", hours=25),)).presses("0").presented(
        "c1", "8001"
    )


def busy_expert() -> FloorScript:
    """8002 talks; c1 wants that one, and 8001 is idle."""
    floor = staff(2, plan_with(sticky_ms=20_000)).goes_on_break("8001").call_waits("c0").picks_up("8002")
    floor.ready("8001").at("09:00:00").call_arrives("c1")
    return is_known(floor, "c1", past_calls=(last_spoke(floor, "8002"),)).presses("0").waiting("c1")


def test_the_caller_waits_a_little_for_the_agent_who_knows() -> None:
    floor = busy_expert().after("15s").hangs_up("c0").finishes_wrap_up("8002").presented("c1", "8002")
    assert "sticky:c1" not in floor.timers


def test_then_anybody_may_have_the_caller() -> None:
    busy_expert().at("09:00:19.9").waiting("c1").at("09:00:20").presented("c1", "8001")


def test_nobody_waits_for_an_agent_who_goes_on_break() -> None:
    floor = busy_expert().goes_on_break("8002").after("5s").hangs_up("c0").finishes_wrap_up("8002")
    floor.presented("c1", "8001")
    assert floor.floor.state.sticky == {}


def test_nobody_waits_for_an_agent_who_does_not_serve_the_queue_or_is_not_there() -> None:
    floor = staff(2, plan_with({"8002": {"fault": 1}}, sticky_ms=20_000)).call_arrives("c1")
    past = (last_spoke(floor, "8007"), last_spoke(floor, "8002"))
    is_known(floor, "c1", past_calls=past).presses("0").presented("c1", "8001")


def test_who_waits_for_one_agent_is_overtaken_by_nobody_at_that_agent() -> None:
    floor = busy_expert().call("c1").goes_on_break("8001").call_waits("c2").after("5s")
    floor.hangs_up("c0").finishes_wrap_up("8002").presented("c1", "8002")


def test_but_does_not_jump_the_queue() -> None:
    floor = staff(2, plan_with(sticky_ms=20_000)).goes_on_break("8001").call_waits("c0").picks_up("8002")
    floor.call_waits("c1").after("1s").call_arrives("c2")
    is_known(floor, "c2", past_calls=(last_spoke(floor, "8002"),)).presses("0").waiting("c1", "c2")
    floor.hangs_up("c0").finishes_wrap_up("8002").presented("c1", "8002")


def test_who_is_known_while_waiting_may_wait_for_the_own_agent_then() -> None:
    floor = busy_expert().hangs_up("c1").goes_on_break("8001").call_waits("c2").after("5s")
    is_known(floor, "c2", past_calls=(last_spoke(floor, "8002"),)).ready("8001").waiting("c2")
    assert floor.timers["sticky:c2"] == floor.now + 15_000
    floor.hangs_up("c2").gone("c2")


def test_two_callers_may_wait_for_the_same_agent() -> None:
    floor = busy_expert().after("1s").call_arrives("c2")
    is_known(floor, "c2", past_calls=(last_spoke(floor, "8002"),)).presses("0").waiting("c1", "c2")
    floor.hangs_up("c0").finishes_wrap_up("8002").picks_up("8002", "c1").waiting("c2")
    floor.after("19s").waiting("c2").after("1s").presented("c2", "8001")


def test_an_important_customer_may_move_up_while_waiting_for_one_agent() -> None:
    floor = staff(2, plan_with(sticky_ms=20_000, vip_ms=MINUTE)).goes_on_break("8001")
    floor.call_waits("c0").picks_up("8002").call_waits("c1").after("1s").call_waits("c2")
    is_known(floor, "c2", past_calls=(last_spoke(floor, "8002"),)).waiting("c1", "c2")
    customer = Customer(id=1, vip=True)
    is_known(floor, "c2", customer=customer, past_calls=(last_spoke(floor, "8002"),)).waiting("c2", "c1")
    floor.ready("8001").presented("c1", "8001").hangs_up("c0").finishes_wrap_up("8002").presented(
        "c2", "8002"
    )


def test_after_a_ring_in_vain_the_caller_belongs_to_anybody() -> None:
    floor = sticky().presses("0").presented("c1", "8002").ring_fails("8002").presented("c1", "8001")
    assert floor.floor.state.sticky == {}


# Seats that serve some queues or some numbers


def with_seat(plan: Plan, seat_id: str, **limits: Any) -> Plan:
    return replace(plan, seats={**plan.seats, seat_id: replace(plan.seats[seat_id], **limits)})


def test_a_seat_may_serve_one_queue_alone() -> None:
    floor = staff(2, with_seat(make_plan(), "seat1", queues=frozenset({"fault"})))
    floor.call_waits("c1").presented("c1", "8002").call_waits("c2").waiting("c2")
    floor.call_waits("c3", key="2").presented("c3", "8001")


def test_a_seat_may_serve_one_number_alone() -> None:
    floor = staff(1, with_seat(make_plan(), "seat1", dids=frozenset({"110"})))
    arrives(floor, "c1").presses("0").call_is(CallState.IVR)  # nobody is there for this number
    arrives(floor, "c2", did="110").presses("0").presented("c2", "8001")


def test_other_seats_serve_that_number_too() -> None:
    floor = staff(2, with_seat(make_plan(), "seat2", dids=frozenset({"110"})))
    arrives(floor, "c1", did="110").presses("0").presented("c1", "8001")
    arrives(floor, "c2", did="110").presses("0").presented("c2", "8002")
    arrives(floor, "c3").presses("0").waiting("c3")


def test_who_moves_to_another_seat_serves_what_that_seat_serves() -> None:
    floor = staff(1, with_seat(make_plan(), "seat2", queues=frozenset({"fault"}))).phone(
        "8002", reachable=True
    )
    floor.goes_on_break("8001").call_waits("c1").call_waits("c2", key="2").logs_in("8001", "seat2")
    floor.waiting().waiting("c2", queue="fault").ready("8001").presented("c2", "8001")


# Overflow and hours


def overflowing(**rules: Any) -> Plan:
    return plan_with(fault=make_queue("fault", overflow="general", overflow_ms=30_000), **rules)


def test_after_a_while_a_caller_waits_in_another_queue_at_the_old_time() -> None:
    floor = given(agents=["8001"], plan=overflowing()).at("09:00:00").call_waits("c1", key="2")
    floor.at("09:00:12").call_waits("c2").at("09:00:30").waiting("c1", "c2").waiting(queue="fault")
    assert floor.ordered(StartMusic) == [StartMusic(call_id="c1", music="music-general")]
    assert floor.timers["wait:c1"] == clock("09:10:30")
    floor.at("09:00:40").ready("8001").picks_up("8001", "c1")
    assert (floor.record().queue_id, floor.record().wait_ms) == ("general", 40_000)
    days = floor.floor.state.day
    assert (days["fault"].offered, days["general"].offered, days["general"].answered) == (0, 2, 1)


def test_a_full_queue_is_tried_again() -> None:
    floor = given(agents=["8001"], plan=overflowing(max_waiting=1)).call_waits("c0").call_waits("c1", key="2")
    floor.after("30s").waiting("c1", queue="fault").hangs_up("c0").after("29s").waiting("c1", queue="fault")
    floor.after("1s").waiting("c1")


def test_a_call_that_is_presented_does_not_overflow() -> None:
    floor = given(agents=["8001"], plan=overflowing()).call_waits("c1", key="2").after("20s").ready("8001")
    floor.presented("c1", "8001").after("12s").presented("c1", "8001").picks_up("8001")
    assert floor.record().queue_id == "fault"
    assert not [name for name in floor.timers if name.startswith("overflow")]


def test_who_cannot_wait_in_a_queue_waits_where_it_overflows_to() -> None:
    full = given(agents=["8001"], plan=plan_with(
        fault=make_queue("fault", overflow="general", overflow_ms=30_000, max_waiting=1)
    ))  # fmt: skip
    full.call_waits("c1", key="2").call_waits("c2", key="2").waiting("c2").waiting("c1", queue="fault")
    plan = plan_with(
        {"8001": {"general": 1}}, fault=make_queue("fault", overflow="general", overflow_ms=30_000)
    )
    given(agents=["8001"], plan=plan).call_waits("c1", key="2").waiting("c1")


def test_a_queue_keeps_its_own_hours() -> None:
    fault = make_queue("fault", is_open=lambda now: now < clock("12:00:00"))
    floor = given(agents=["8001"], plan=plan_with(fault=fault)).call_waits("c1", key="2").hangs_up()
    floor.at("13:00:00").call_waits("c2").waiting("c2").call_waits("c3", key="2").call_is(CallState.IVR)
    assert floor.call_now().queue_exit == "closed"


def test_a_queue_may_be_open_longer_than_the_site() -> None:
    fault = make_queue("fault", is_open=lambda now: True)
    floor = given(agents=["8001"], plan=plan_with(fault=fault, is_open=lambda now: now < clock("09:30:00")))
    floor.at("09:29:59").call_arrives("c1").hears_out().call_arrives("c2").hears_out().at("09:30:00")
    floor.presses("2", "c1").waiting("c1", queue="fault").presses("0", "c2").call_is(CallState.IVR, "c2")


def test_a_queue_says_its_own_word_after_the_place() -> None:
    floor = given(agents=["8001"], announcement="we_are_busy").call_waits("c1").after("20s")
    assert floor.ordered(Announce)[0].prompts == ("queue_next", "we_are_busy")


# The agent's number


def test_the_agents_number_is_said_before_the_talk() -> None:
    floor = given(agents=["8001"], announce_agent=True).ready("8001").call_waits("c1")
    assert floor.ordered(RingSeat)[0].announce == (
        "agent_number_before", "digit_8", "digit_0", "digit_0", "digit_1", "agent_number_after",
    )  # fmt: skip


def test_the_agents_number_is_said_by_phones_that_answer_by_themselves_too() -> None:
    floor = given(agents=["8001"], auto=["seat1"], announce_agent=True).ready("8001").call_waits("c1")
    assert floor.answers("8001").ordered(RingSeat)[0].announce[1:3] == ("digit_8", "digit_0")
    quiet = given(agents=["8001"]).ready("8001").call_waits("c1")
    assert quiet.ordered(RingSeat)[0].announce == ()


# What callers are told


def said(floor: FloorScript, call_id: str) -> tuple[str, ...]:
    """The announcement of the last step."""
    return next(order.prompts for order in floor.ordered(Announce) if order.call_id == call_id)


def test_the_place_counts_callers_of_other_queues_whom_the_same_agents_serve() -> None:
    floor = (
        given(agents=["8001"])
        .call_waits("c1", key="2")
        .call_waits("c2", key="2")
        .after("1s")
        .call_waits("c3")
    )
    assert said(floor.after("20s"), "c3") == (
        "queue_position_before", "number_3", "queue_position_after", "wait_about", "number_9", "minutes",
    )  # fmt: skip


def test_callers_of_other_agents_do_not_count() -> None:
    plan = plan_with({"8001": {"general": 1}, "8002": {"fault": 1}})
    floor = given(agents=["8001", "8002"], plan=plan).call_waits("c1", key="2").after("1s").call_waits("c2")
    assert said(floor.after("20s"), "c2") == ("queue_next",)


def test_callers_whom_some_of_the_agents_serve_count_by_their_share() -> None:
    plan = plan_with({"8001": {"general": 1}})
    floor = given(agents=["8001", "8002"], plan=plan)
    for n in range(4):
        floor.call_waits(f"c{n}", key="2")
    floor.after("1s").call_waits("x")  # two agents for general, one of them for the four of fault, too
    assert said(floor.after("20s"), "x")[1] == "number_3"
