"""Callers who would rather be called back, and callers who are asked for a mark, in the shipped flow."""

from typing import Any

import pytest
from calling import Caller, flow_of, main_flow

from engine.core.ivr import interpreter
from engine.core.ivr.check import check_flow
from engine.core.ivr.nodes import Booking, CallbackNode, Flow, IvrFacts, SurveyNode
from engine.core.ivr.problems import ProblemCode
from engine.core.ivr.walk import Expects, LineKind, WalkError, WalkLine
from engine.core.ivr.ways import Way, ways_of
from engine.core.voice.pieces import pieces_for_digits

MOBILE, FIXED = "13893812345", "09318881234"


def waiting(cli: str = MOBILE) -> Caller:
    return Caller(main_flow(), cli=cli).waits().presses("1").is_in_queue("enquiry")


def read_out(number: str) -> tuple[str, ...]:
    return ("callback_number_is", *pieces_for_digits(number), "callback_confirm")


def test_the_own_number_is_read_out_and_confirmed() -> None:
    call = waiting().asks_to_be_called().hears("callback_intro", *read_out(MOBILE))
    call.presses("1").hears("callback_booked", "goodbye").is_hung_up_on()
    booked = [line for line in call.walk.lines if line.kind is LineKind.BOOKED]
    assert booked == [WalkLine(LineKind.BOOKED, text=MOBILE)]


def test_another_number_is_keyed_in() -> None:
    call = waiting().asks_to_be_called().presses("2").hears("callback_enter_number")
    call.presses(f"{FIXED}#").hears(*read_out(FIXED)).presses("1").hears("callback_booked", "goodbye")


@pytest.mark.parametrize("cli", ["", "00441234567", "95598", "abc"])
def test_who_cannot_be_called_back_is_asked_for_a_number(cli: str) -> None:
    waiting(cli).asks_to_be_called().hears("callback_intro", "callback_enter_number")


@pytest.mark.parametrize("keyed", ["0041441234567#", "110#", "1#", "95598#", "16812345#"])
def test_a_number_that_may_not_be_called_is_refused(keyed: str) -> None:
    call = waiting("").asks_to_be_called().presses(keyed)
    call.hears("callback_refused", "callback_enter_number")


def test_who_wants_none_goes_on_waiting() -> None:
    waiting().asks_to_be_called().presses("0").hears().is_in_queue("enquiry")


def test_silence_and_wrong_keys_end_in_the_queue() -> None:
    call = waiting().asks_to_be_called().presses("9").hears("wrong_key", *read_out(MOBILE))
    call.waits().hears(*read_out(MOBILE))
    for _ in range(3):
        call.waits()
    call.waits().hears().is_in_queue("enquiry")


def test_numbers_keyed_in_wrongly_end_in_the_queue() -> None:
    call = waiting("").asks_to_be_called().waits().hears("callback_enter_number")
    for _ in range(4):
        call.presses("5#").hears("callback_refused", "callback_enter_number")
    call.presses("5#").hears().is_in_queue("enquiry")


def test_the_last_question_is_the_last_even_for_a_good_number() -> None:
    call = waiting("").asks_to_be_called()
    for _ in range(5):
        call.waits()
    call.presses(f"{MOBILE}#").is_in_queue("enquiry")


def test_booking_twice_in_one_call_says_so() -> None:
    flow = flow_of(ONLY_CALLBACK.replace('next = "bye"', 'next = "again"'))
    call = Caller(flow, cli=MOBILE).presses("1").hears("callback_booked", *read_out(MOBILE))
    call.presses("1").hears("callback_already").is_hung_up_on()


ONLY_CALLBACK = """
    start = "first"
    nodes.first = { kind = "callback", next = "bye" }
    nodes.again = { kind = "callback", next = "end" }
    nodes.bye = { kind = "hangup", prompts = ["goodbye"] }
    nodes.end = { kind = "hangup" }
"""


def test_who_was_not_waiting_goes_where_the_node_says() -> None:
    Caller(flow_of(ONLY_CALLBACK), cli=MOBILE).presses("0").hears("goodbye")
    flow = flow_of(ONLY_CALLBACK.replace('next = "bye"', 'next = "bye", cancelled = "end"'))
    Caller(flow, cli=MOBILE).presses("0").hears().is_hung_up_on()


def test_a_refusal_at_the_last_try_gives_up() -> None:
    flow = flow_of(ONLY_CALLBACK.replace('next = "bye"', 'next = "bye", tries = 1'))
    facts = IvrFacts(open=True, agents_present=True, cli=MOBILE)
    position, _ = interpreter.begin(flow, facts)
    position, action = interpreter.played(flow, position, "1", facts)
    assert action == interpreter.Book(number=MOBILE, queue_id="")
    position, _ = interpreter.booked(flow, position, Booking.REFUSED, facts)
    assert position.node == "bye"


def test_a_mark_is_given_after_the_talk() -> None:
    call = waiting().talks().hears("survey_question").presses("5").hears("survey_thanks", "goodbye")
    call.is_hung_up_on()
    assert WalkLine(LineKind.MARKED, text="5") in call.walk.lines
    assert WalkLine(LineKind.TALK_ENDED) in call.walk.lines


def test_a_wrong_key_is_refused_politely_and_silence_is_accepted() -> None:
    call = waiting().talks().presses("8").hears("survey_wrong_key", "survey_question")
    call.waits().hears("goodbye").is_hung_up_on()
    waiting().talks().waits().hears("survey_no_input", "survey_question")


def test_a_survey_without_thanks_goes_on_at_once() -> None:
    flow = flow_of("""
        start = "survey"
        nodes.survey = { kind = "survey", prompts = ["rate"], next = "bye" }
        nodes.bye = { kind = "hangup" }
    """)
    Caller(flow).hears("rate").presses("3").hears().is_hung_up_on()
    found = {problem.code for problem in check_flow(flow, [], ["rate", "technical_error"])}
    assert found == {
        ProblemCode.NO_WRONG_KEY_PROMPT,
        ProblemCode.NO_INPUT_PROMPT,
        ProblemCode.NO_HUMAN,
    }


def test_what_can_be_given_for_the_end_of_a_wait() -> None:
    walk = waiting().walk
    lines = ("answered", "timeout", "full", "no_agents", "closed", "callback", "survey")
    assert walk.queue_lines() == lines
    with pytest.raises(WalkError, match="callback, survey"):
        walk.answer("5")
    assert walk.answer("")[-1] == WalkLine(LineKind.ANSWERED)
    assert walk.expects is Expects.NOTHING


def test_only_what_the_flow_has_can_be_given() -> None:
    flow = flow_of("""
        start = "queue"
        [nodes.queue]
        kind = "queue"
        queue = "general"
        on_timeout = "queue"
        on_full = "queue"
        on_no_agents = "queue"
        on_closed = "queue"
    """)
    walk = Caller(flow).walk
    assert walk.queue_lines() == ("answered", "timeout", "full", "no_agents", "closed")
    position = walk.position
    assert interpreter.callback_key(flow, position) == ""
    assert interpreter.survey_node(flow) == ""


def test_a_queue_of_a_callback_has_to_be_there() -> None:
    text = ONLY_CALLBACK.replace('next = "bye"', 'next = "bye", queue = "nowhere"')
    found = [p for p in check_flow(flow_of(text), ["general"], []) if p.code is ProblemCode.UNKNOWN_QUEUE]
    assert [(problem.node, problem.value) for problem in found] == [("first", "nowhere")]


def test_ways_through_a_callback_and_a_survey() -> None:
    lengths: dict[str, float] = {"intro": 2.0, "is": 1.0, "confirm": 4.0, "booked": 3.0, "rate": 6.0}
    words: dict[str, Any] = {"number_is": "is", "confirm": "confirm", "booked": "booked"}
    node = CallbackNode(next="end", prompts=("intro",), tries=2, **words)
    flow = Flow(start="n", nodes={"n": node})
    in_vain = 2 + 2 * (5 + 5)
    assert ways_of(flow, "n", lengths) == (
        Way("end", 1, 2 + 5 + 3, 1, 2 + 3),
        Way("end", 0, in_vain, 0, in_vain),
    )
    survey = SurveyNode(prompts=("rate",), next="end", thanks="booked", no_input="intro")
    in_vain = 2 * (6 + 5) + 2
    assert ways_of(Flow(start="n", nodes={"n": survey}), "n", lengths) == (
        Way("end", 1, 6 + 3, 1, 3),
        Way("end", 0, in_vain, 0, in_vain),
    )
