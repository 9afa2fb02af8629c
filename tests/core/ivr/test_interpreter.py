"""The interpreter step by step: what is asked of the switch, and what guards a caller against bad flows."""

import pytest
from calling import Caller, flow_of, main_flow
from visiting import Visit

from engine.core.ivr.interpreter import (
    HangUp,
    Offer,
    Play,
    TakeMessage,
    begin,
    message_taken,
    played,
    queue_left,
)
from engine.core.ivr.nodes import DTMF_KEYS, IvrFacts
from engine.core.states import QueueExit

OPEN = IvrFacts(open=True, agents_present=True)

TWO_MENUS = flow_of("""
start = "hello"
[nodes.hello]
kind = "play"
prompts = ["hello"]
next = "first"
[nodes.first]
kind = "menu"
prompts = ["first"]
exhausted = "bye"
keys = { 1 = "news", 2 = "warning", "*" = "first" }
[nodes.news]
kind = "play"
prompts = ["news"]
next = "second"
[nodes.warning]
kind = "play"
prompts = ["warning"]
barge_in = false
next = "second"
[nodes.second]
kind = "menu"
prompts = ["second"]
barge_in = false
tries = 2
wrong_key = "wrong"
exhausted = "bye"
keys = { 1 = "human", 9 = "first" }
[nodes.human]
kind = "queue"
queue = "general"
on_timeout = "bye"
on_full = "bye"
on_no_agents = "bye"
on_closed = "bye"
[nodes.bye]
kind = "hangup"
""")


def test_what_the_switch_is_asked_to_do() -> None:
    position, action = begin(main_flow(), OPEN)
    assert action == Play(prompts=("greeting",), barge_in=DTMF_KEYS, max_digits=1, timeout_ms=0)
    position, action = played(main_flow(), position, "", OPEN)
    assert action == Play(prompts=("main_menu",), barge_in=DTMF_KEYS, max_digits=1, timeout_ms=5_000)
    position, action = played(main_flow(), position, "4", OPEN)
    assert action == TakeMessage(prompts=("leave_message",), max_seconds=180, silence_seconds=5, min_ms=2_000)
    position, action = message_taken(main_flow(), position, 2_000, OPEN)
    assert action == Play(prompts=("message_saved", "goodbye"))
    position, action = played(main_flow(), position, "", OPEN)
    assert action == HangUp()


def test_a_prompt_that_must_be_heard_awaits_no_keys() -> None:
    position, _ = begin(TWO_MENUS, OPEN)
    _, action = played(TWO_MENUS, position, "2", OPEN)
    assert action == Play(prompts=("warning",), barge_in="", max_digits=0, timeout_ms=0)


def test_keys_pressed_early_run_through_menus_and_prompts() -> None:
    Visit(TWO_MENUS).told("**1").says("news")
    Visit(TWO_MENUS).told("**19").says("second")


def test_a_prompt_that_must_be_heard_forgets_early_keys() -> None:
    Caller(TWO_MENUS).presses("21").hears("warning", "second")


def test_a_menu_that_must_be_heard_forgets_early_keys() -> None:
    Visit(TWO_MENUS).told("11").says("second").told("1").is_with_a_person()


def test_keys_behind_a_menu_key_are_kept_for_what_follows() -> None:
    Visit(TWO_MENUS).told("").says("first").told("19").says("second")


def test_keys_during_a_prompt_that_must_be_heard_are_forgotten() -> None:
    flow = flow_of("""
        start = "hello"
        nodes.hello = { kind = "play", prompts = ["hello"], barge_in = false, next = "menu" }
        nodes.menu = { kind = "menu", prompts = ["menu"], keys = { 1 = "bye" }, exhausted = "bye" }
        nodes.bye = { kind = "hangup" }
    """)
    position, _ = begin(flow, OPEN)
    position, action = played(flow, position, "1", OPEN)
    assert isinstance(action, Play)
    assert (position.node, action.prompts) == ("menu", ("menu",))


def test_after_a_wrong_key_the_rest_is_forgotten() -> None:
    Visit(TWO_MENUS).told("").says("first").told("91").says("first").told("1").says("news")


def test_a_menu_entered_again_counts_its_tries_anew() -> None:
    call = Caller(TWO_MENUS).presses("1").waits().hears("second").presses("9").hears("first")
    call.presses("1").waits().hears("second").waits().hears("second").waits().is_hung_up_on()


def test_facts_are_asked_for_at_the_moment_of_the_step() -> None:
    flow = flow_of("""
        start = "hello"
        nodes.hello = { kind = "play", prompts = ["hello"], next = "anybody" }
        nodes.anybody = { kind = "branch", on = "agents", present = "yes", none = "no" }
        nodes.yes = { kind = "hangup", prompts = ["yes"] }
        nodes.no = { kind = "hangup", prompts = ["no"] }
    """)
    Caller(flow).finds(is_open=True, agents=False).waits().hears("no").is_hung_up_on()
    Caller(flow, agents=False).finds(is_open=True, agents=True).waits().hears("yes").is_hung_up_on()


LOST_IN_SILENCE = """
    start = "a"
    nodes.a = { kind = "branch", on = "hours", open = "b", closed = "b" }
    nodes.b = { kind = "branch", on = "agents", present = "a", none = "bye" }
    nodes.bye = { kind = "hangup" }
"""


def test_a_circle_without_a_word_ends_the_call_with_regret() -> None:
    Caller(flow_of(LOST_IN_SILENCE)).hears("technical_error").is_hung_up_on().passed("a", "b")


def test_a_lost_caller_is_sent_to_on_error() -> None:
    flow = flow_of('on_error = "bye"' + LOST_IN_SILENCE)
    Caller(flow).hears().is_hung_up_on().passed("a", "b", "bye")


def test_a_caller_lost_twice_is_let_go() -> None:
    flow = flow_of('on_error = "a"' + LOST_IN_SILENCE)
    call = Caller(flow).hears("technical_error").is_hung_up_on().passed("a", "b", "a", "b")
    assert repr(call.walk.position) == "<Ivr a > b > a > b try 0 lost leaving>"


ROUND_AND_ROUND = """
    start = "again"
    max_nodes = 10
    nodes.again = { kind = "play", prompts = ["again"], next = "again" }
    nodes.help = { kind = "hangup", prompts = ["help"] }
"""


def test_a_call_may_not_pass_nodes_for_ever() -> None:
    call = Caller(flow_of(ROUND_AND_ROUND))
    for _ in range(9):
        call.hears("again").waits()
    call.hears("again").waits().hears("technical_error").is_hung_up_on()


def test_a_caller_who_passed_too_many_nodes_is_sent_to_on_error() -> None:
    call = Caller(flow_of('on_error = "help"' + ROUND_AND_ROUND))
    for _ in range(10):
        call.hears("again").waits()
    call.hears("help").is_hung_up_on()


def test_a_queue_that_leads_to_itself_is_left() -> None:
    flow = flow_of("""
        start = "human"
        [nodes.human]
        kind = "queue"
        queue = "general"
        on_timeout = "human"
        on_full = "human"
        on_no_agents = "human"
        on_closed = "human"
    """)
    position, action = begin(flow, OPEN)
    steps = 0
    while isinstance(action, Offer):
        position, action = queue_left(flow, position, QueueExit.NO_AGENTS, OPEN)
        steps += 1
    assert (steps, action) == (flow.max_nodes, Play(prompts=("technical_error",)))


def test_an_outcome_that_does_not_fit_takes_the_caller_to_a_human() -> None:
    flow = main_flow()
    menu, _ = played(flow, begin(flow, OPEN)[0], "", OPEN)
    waiting, _ = played(flow, menu, "1", OPEN)
    for position, action in (
        queue_left(flow, menu, QueueExit.FULL, OPEN),
        message_taken(flow, menu, 5_000, OPEN),
        played(flow, waiting, "1", OPEN),
    ):
        assert action == Offer(queue_id="general")
        assert position.lost


def test_a_call_that_is_leaving_only_ends() -> None:
    flow = main_flow()
    menu, _ = played(flow, begin(flow, OPEN)[0], "", OPEN)
    speaking, _ = played(flow, menu, "4", OPEN)
    leaving, _ = message_taken(flow, speaking, 9_000, OPEN)
    for step in (
        played(flow, leaving, "0", OPEN),
        message_taken(flow, leaving, 9_000, OPEN),
        queue_left(flow, leaving, QueueExit.FULL, OPEN),
    ):
        assert step == (leaving, HangUp())


def test_positions_and_flows_say_what_they_are() -> None:
    position, _ = begin(TWO_MENUS, OPEN)
    assert repr(position) == "<Ivr hello try 0>"
    assert repr(TWO_MENUS) == "<Flow 7 nodes from hello>"


@pytest.mark.parametrize("is_open", [True, False])
def test_the_same_step_gives_the_same_answer(is_open: bool) -> None:
    world = IvrFacts(open=is_open, agents_present=True)
    position, _ = begin(main_flow(), world)
    assert played(main_flow(), position, "1", world) == played(main_flow(), position, "1", world)
