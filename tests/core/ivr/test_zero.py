"""0 for a person: at every kind of node, early and late, and where it means something else."""

import pytest
from visiting import Visit, flow_with

from engine.core.ivr.actions import Offer, Play
from engine.core.ivr.interpreter import callback_asked, queue_left
from engine.core.states import QueueExit

NODES = """
[nodes.hello]
kind = "play"
prompts = ["hello"]
next = "a"
[nodes.menu]
kind = "menu"
prompts = ["menu"]
keys = { 1 = "own" }
exhausted = "end"
[nodes.whole_menu]
kind = "menu"
prompts = ["whole_menu"]
keys = { 1 = "own" }
exhausted = "end"
barge_in = false
[nodes.own]
kind = "menu"
prompts = ["own"]
keys = { 0 = "menu" }
exhausted = "end"
[nodes.play]
kind = "play"
prompts = ["play"]
next = "own"
[nodes.whole_play]
kind = "play"
prompts = ["whole_play"]
next = "own"
barge_in = false
[nodes.circle]
kind = "set"
values = { line = "tv" }
next = "circle"
[nodes.return]
kind = "return"
[nodes.own_words]
kind = "play"
prompts = ["own_words"]
next = "set_before"
[nodes.set_before]
kind = "set"
values = { line = "tv" }
next = "person"
[nodes.last]
kind = "hangup"
prompts = ["last"]
[nodes.other]
kind = "queue"
queue = "other"
on_timeout = "end"
on_full = "end"
on_no_agents = "end"
on_closed = "end"
callback = "callback"
[nodes.transfer]
kind = "transfer"
number = "110"
failed = "end"
[nodes.message]
kind = "message"
prompts = ["speak"]
next = "end"
exhausted = "end"
[nodes.callback]
kind = "callback"
prompts = ["callback"]
next = "end"
[nodes.survey]
kind = "survey"
prompts = ["survey"]
next = "end"
[nodes.set]
kind = "set"
values = { line = "tv" }
next = "menu"
"""


def visit(first: str, *, cli: str = "", **how: str) -> Visit:
    """At the play before the node `first`."""
    return Visit(flow_with(NODES.replace('next = "a"', f'next = "{first}"'), start="hello", **how), cli=cli)


@pytest.mark.parametrize("first", ["menu", "message", "last", "set", "person"])
def test_a_zero_during_the_words_before_leads_to_a_person(first: str) -> None:
    asked = visit(first).told("0").is_with_a_person()
    assert asked.position.path[-1] == "person"
    assert first not in asked.position.path or first in ("set", "person")


@pytest.mark.parametrize(("first", "prompt"), [("callback", "callback"), ("survey", "survey")])
def test_a_callback_and_a_survey_do_not_take_early_keys(first: str, prompt: str) -> None:
    visit(first).told("0").says(prompt)


def test_a_queue_and_a_transfer_are_where_a_person_is() -> None:
    assert visit("other").told("0").action == Offer(queue_id="other")
    visit("transfer").told("0").is_handed_to(number="110")


def test_a_person_asked_for_again_and_again_is_still_found() -> None:
    """The operator's own words are no reason to begin anew."""
    visit("menu", top='operator = "own_words"').told("0").says("own_words").told("0").is_with_a_person()


def test_nobody_goes_round_for_ever_by_zeros() -> None:
    visiting = visit("message", top='operator = "hello"\nmax_nodes = 10').says("hello")
    for _ in range(11):
        visiting.told("0")
    visiting.says("technical_error")


def test_what_must_be_heard_whole_keeps_nobody_from_a_person() -> None:
    visit("whole_menu").told("0").is_with_a_person()
    visit("whole_menu").told("").says("whole_menu").told("0").is_with_a_person()
    visit("whole_play").told("0").is_with_a_person()
    visit("whole_play").told("").says("whole_play").told("0").says("own")


def test_who_gets_lost_with_a_zero_in_hand_finds_a_person() -> None:
    for first in ("circle", "return"):
        visit(first).told("0").is_with_a_person()
        visit(first).told("").says("lost")
        visit(first).told("1").says("lost")
        visit(first, top="").told("0").says("technical_error")


def test_a_zero_of_its_own_keeps_its_meaning() -> None:
    visit("own").told("0").says("menu")
    visit("play").told("0").says("menu")
    visit("own").told("").says("own").told("0").says("menu").told("0").is_with_a_person()


def test_without_an_operator_zero_is_a_wrong_key_and_nothing_else() -> None:
    visit("menu", top="").told("0").says("menu").told("0").says("menu").told("0").says("menu").told(
        "0"
    ).is_over()
    assert visit("other", top="").told("0").action == Offer(queue_id="other")
    visit("last", top="").told("0").says("last")
    visit("message", top="").told("0").records("speak")


def test_at_the_operator_itself_zero_is_a_wrong_key() -> None:
    top = 'operator = "menu"'
    asking = visit("whole_menu", top=top).told("", "0").says("menu")
    asking.told("0").says("menu").told("0").says("menu").told("0").is_over()
    visit("menu", top=top).told("0").says("menu").passed("hello", "menu")


def test_a_caller_who_may_pass_no_more_nodes_still_gets_a_person() -> None:
    flow = flow_with(
        """
        nodes.a = { kind = "menu", prompts = ["a"], keys = { 1 = "b" }, exhausted = "end" }
        nodes.b = { kind = "menu", prompts = ["b"], keys = { 1 = "a" }, exhausted = "end" }
        """,
        top='operator = "person"\nmax_nodes = 10',
    )
    walked = Visit(flow).told(*"1" * 9).says("b")
    assert walked.position.nodes_left == 0
    walked.told("0").is_with_a_person()
    left = queue_left(flow, walked.position, QueueExit.FULL, walked.facts)
    assert left[1] == Play(prompts=("technical_error",))
    Visit(flow).told(*"1" * 10).says("technical_error")


def test_who_left_the_queue_for_a_call_back_and_presses_zero_goes_on_waiting() -> None:
    waiting = visit("other", cli="13893812345").told("")
    waiting.position, waiting.action = callback_asked(waiting.flow, waiting.position, waiting.facts)
    assert waiting.says("callback").told("", "0").action == Offer(queue_id="other")
