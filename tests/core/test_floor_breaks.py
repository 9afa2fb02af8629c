"""Rules of breaks, and the after-call work that may be made longer once."""

from dataclasses import replace
from typing import Any

from engine.core.requests import ExtendWrapUp, ForceStatus, GoOnBreak
from engine.core.states import AgentState, AgentStatus, RefusalCode
from tests.support.floor_script import FloorScript, given
from tests.support.floor_site import clock, make_plan


def few_breaks(most: int = 1) -> FloorScript:
    """Three agents who are ready, of whom so many may be on break."""
    floor = given(agents=["8001", "8002", "8003"], plan=replace(make_plan(), max_on_break=most))
    return floor.ready("8001", "8002", "8003")


def meal(staff_number: str) -> GoOnBreak:
    return GoOnBreak(staff_number=staff_number, reason="meal")


def refused(floor: FloorScript, staff_number: str) -> None:
    floor.refuses(meal(staff_number), RefusalCode.TOO_MANY_ON_BREAK)


def test_only_so_many_are_on_break_at_once() -> None:
    floor = few_breaks(2).goes_on_break("8001").goes_on_break("8002")
    refused(floor, "8003")
    floor.agent_is("8003", AgentState.IDLE).ready("8001").goes_on_break("8003")


def test_the_refusal_says_how_many_may() -> None:
    floor = few_breaks().goes_on_break("8001")
    answer = floor.floor.request(meal("8002"), floor.now)
    assert getattr(answer, "detail", "") == "1"


def test_who_is_on_break_may_say_another_reason() -> None:
    few_breaks().goes_on_break("8001").goes_on_break("8001", "meeting").on_break("8001", "meeting")


def test_a_break_after_the_call_counts_from_when_it_is_wished() -> None:
    floor = few_breaks().call_waits("c1").picks_up("8001").goes_on_break("8001")
    refused(floor, "8002")
    floor.ready("8001").goes_on_break("8002")
    refused(floor, "8001")


def test_the_end_of_a_break_that_is_wished_for_counts_too() -> None:
    floor = few_breaks().call_waits("c1").presented("c1", "8001").goes_on_break("8001")
    floor.ready("8001").goes_on_break("8002").on_break("8002", "meal")


def test_who_did_not_answer_is_not_resting() -> None:
    floor = few_breaks().call_waits("c1").ring_fails("8001").on_break("8001", "rona").hangs_up()
    floor.goes_on_break("8002").on_break("8002", "meal")


def test_a_supervisor_may_send_on_break_whom_the_rules_would_not() -> None:
    floor = few_breaks().goes_on_break("8001")
    status = AgentStatus.BREAK
    floor.request(ForceStatus(staff_number="9001", agent="8002", status=status, reason="meeting"))
    floor.on_break("8002", "meeting")


def test_a_break_is_overdue_when_its_reason_says_so() -> None:
    plan = replace(make_plan(), break_limits_ms={"meal": 1_800_000})
    floor = given(agents=["8001"], plan=plan).ready("8001").at("12:00:00").goes_on_break("8001")
    assert floor.view_of("8001").break_until == clock("12:30:00")
    floor.after("5m").goes_on_break("8001", "meeting")
    assert floor.view_of("8001").break_until == 0
    floor.goes_on_break("8001").ready("8001")
    assert floor.view_of("8001").break_until == 0


def in_wrap_up(**rules: Any) -> FloorScript:
    """09:01:00, and thirty seconds of wrap-up ahead."""
    floor = given(agents=["8001"], **rules).ready("8001").at("09:00:00").call_waits("c1").picks_up("8001")
    return floor.at("09:01:00").hangs_up().agent_is("8001", AgentState.WRAP_UP)


def test_a_wrap_up_is_made_longer_once() -> None:
    floor = in_wrap_up(wrap_up_extension_ms=60_000)
    assert floor.desk("8001").wrap_up_extension_ms == 60_000
    floor.after("20s").request(ExtendWrapUp(staff_number="8001"))
    desk = floor.desk("8001")
    assert (desk.wrap_up_until, desk.wrap_up_extension_ms) == (clock("09:02:30"), 0)
    floor.refuses(ExtendWrapUp(staff_number="8001"), RefusalCode.NOT_AGAIN)
    floor.at("09:02:29").agent_is("8001", AgentState.WRAP_UP).at("09:02:30").agent_is("8001", AgentState.IDLE)
    floor.refuses(ExtendWrapUp(staff_number="8001"), RefusalCode.NOT_IN_WRAP_UP)
    floor.call_waits("c2").picks_up("8001").after("1m").hangs_up().request(ExtendWrapUp(staff_number="8001"))


def test_a_queue_may_allow_no_longer_wrap_up() -> None:
    floor = in_wrap_up()
    assert floor.desk("8001").wrap_up_extension_ms == 0
    floor.refuses(ExtendWrapUp(staff_number="8001"), RefusalCode.NOT_AGAIN)
