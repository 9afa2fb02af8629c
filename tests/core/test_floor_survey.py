"""A mark after the talk: who is asked, what counts, and that it costs nobody anything."""

import pytest

from engine.core import requests as ask
from engine.core.effects import HangUpCall, PlayPrompts
from engine.core.states import AgentState, CallState, EndedBy, Outcome, TargetKind
from tests.support.callback_script import CallbackScript, callbacks


def after_a_talk(*, survey: bool = True) -> CallbackScript:
    """The agent has hung up after a minute; the customer is still there."""
    floor = callbacks(survey=survey).ready("8001").queued("c1").answers("8001").picks_up("8001").after("1m")
    return floor.asks_hang_up("8001").puts_down("8001")


def test_the_customer_is_asked_when_the_agent_has_hung_up() -> None:
    floor = after_a_talk().call_is(CallState.IVR).agent_is("8001", AgentState.WRAP_UP)
    (question,) = floor.ordered(PlayPrompts)
    assert (question.prompts, question.max_digits) == (("survey_question",), 1)
    floor.presses("9")
    assert floor.ordered(PlayPrompts)[0].prompts == ("survey_wrong_key", "survey_question")
    floor.presses("4")
    assert floor.ordered(PlayPrompts)[0].prompts == ("survey_thanks",)
    (mark,) = floor.marks
    assert (mark.call_id, mark.staff_number, mark.score, mark.at) == ("c1", "8001", 4, floor.now)
    floor.hears_out().hears_out().call_is(CallState.CLOSING).hangs_up()
    record = floor.record("c1")
    assert (record.survey, record.outcome, record.ended_by) == (4, Outcome.ANSWERED, EndedBy.AGENT)
    assert record.talk_ms == 60_000
    floor.finishes_wrap_up("8001").gone("c1")


def test_two_wrong_keys_are_enough() -> None:
    floor = after_a_talk().presses("0").presses("#")
    assert floor.ordered(PlayPrompts)[0].prompts == ("goodbye",)
    assert not floor.marks


def test_hanging_up_in_it_is_a_normal_end() -> None:
    floor = after_a_talk().after("3s").hangs_up()
    record = floor.record("c1")
    assert (record.survey, record.outcome, record.ended_by) == (0, Outcome.ANSWERED, EndedBy.AGENT)
    queue = floor.floor.view().queues[0]
    assert (queue.offered, queue.answered, queue.abandoned, queue.offered_ended) == (1, 1, 0, 1)
    assert len(floor.floor.state.wishes) == 0


def test_a_customer_who_has_hung_up_is_not_asked() -> None:
    floor = callbacks(survey=True).ready("8001").queued("c1").answers("8001").picks_up("8001")
    floor.hangs_up()
    assert not floor.ordered(PlayPrompts)
    floor.puts_down("8001")
    assert not floor.ordered(PlayPrompts)


def test_nobody_is_asked_where_the_queue_does_not_want_it() -> None:
    floor = after_a_talk(survey=False).call_is(CallState.CLOSING)
    assert floor.ordered(HangUpCall)


def test_nobody_is_asked_while_the_switch_is_down() -> None:
    floor = callbacks(survey=True).ready("8001").queued("c1").answers("8001").picks_up("8001")
    floor.asks_hang_up("8001").switch_is_down().puts_down("8001").call_is(CallState.CLOSING)


def test_the_agent_may_hand_the_customer_over_to_it() -> None:
    floor = callbacks().ready("8001").queued("c1").answers("8001").picks_up("8001").after("20s")
    target = ask.Target(kind=TargetKind.SURVEY)
    floor.request(ask.Transfer(staff_number="8001", target=target)).held().call_is(CallState.IVR)
    assert floor.ordered(PlayPrompts)[0].prompts == ("survey_question",)
    floor.puts_down("8001").presses("5")
    assert [(mark.staff_number, mark.score) for mark in floor.marks] == [("8001", 5)]
    floor.hangs_up()
    assert (floor.record("c1").survey, floor.record("c1").ended_by) == (5, EndedBy.CUSTOMER)


def test_a_flow_without_a_survey_asks_nobody() -> None:
    from dataclasses import replace

    floor = callbacks(survey=True)
    nodes = {name: node for name, node in floor.plan.flow.nodes.items() if name != "survey"}
    plan = replace(floor.plan, flow=replace(floor.plan.flow, nodes=nodes))
    floor.floor.replan(plan, floor.now)
    floor.ready("8001").queued("c1").answers("8001").picks_up("8001").asks_hang_up("8001").puts_down("8001")
    floor.call_is(CallState.CLOSING)


@pytest.mark.parametrize("score", range(1, 6))
def test_each_mark_is_kept(score: int) -> None:
    assert after_a_talk().presses(str(score)).marks[0].score == score
