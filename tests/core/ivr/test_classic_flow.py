"""Calls through the short menu of the tests: every key, every silence, every way out of a queue."""

import tomllib

import pytest
from calling import MAIN_FILE, Caller, main_flow

from engine.core.ivr.check import check_flow, check_raw
from engine.core.ivr.problems import ProblemCode
from engine.core.ivr.ways import way_to_human
from engine.core.states import QueueExit
from engine.core.voice.catalogue import parse_catalogue

FLOW = main_flow()
ROOT = MAIN_FILE.parents[3]
PROMPTS = parse_catalogue((ROOT / "voice_prompts/prompts.toml").read_text(encoding="utf-8"))
CONFIG = tomllib.loads((ROOT / "config.toml").read_text(encoding="utf-8"))
QUEUES = [queue["id"] for queue in CONFIG["queues"]]


def a_call(**facts: bool) -> Caller:
    return Caller(FLOW, **facts)


def at_the_menu() -> Caller:
    return a_call().hears("greeting").waits().hears("main_menu")


def test_the_short_menu_fits_the_shipped_prompts_and_queues() -> None:
    raw = tomllib.loads(MAIN_FILE.read_text(encoding="utf-8"))
    assert [problem.code for problem in check_raw(raw, QUEUES, PROMPTS)] == [ProblemCode.NO_OPERATOR]


def test_a_human_is_one_key_away() -> None:
    way = way_to_human(FLOW, dict.fromkeys(PROMPTS, 4.0))
    assert way is not None
    assert way.most_keys == 1
    # greeting, three times menu and 5 s of silence, twice the remark, the last word
    assert way.longest_seconds == 4 + 3 * (4 + 5) + 2 * 4 + 4


@pytest.mark.parametrize(
    ("key", "queue"), [("1", "enquiry"), ("2", "fault"), ("3", "complaint"), ("0", "general")]
)
def test_a_key_leads_to_its_queue(key: str, queue: str) -> None:
    at_the_menu().presses(key).hears().is_in_queue(queue)


def test_key_4_takes_a_message() -> None:
    call = at_the_menu().presses("4").hears("leave_message").leaves_message()
    call.says(seconds=12).hears("message_saved", "goodbye").is_hung_up_on()


@pytest.mark.parametrize("keys", ["1", "12", "1#"])
def test_a_key_during_the_greeting_counts_for_the_menu(keys: str) -> None:
    a_call().hears("greeting").presses(keys).hears().is_in_queue("enquiry")


@pytest.mark.parametrize("key", list("56789*#"))
def test_a_wrong_key_is_said_and_the_menu_repeated(key: str) -> None:
    at_the_menu().presses(key).hears("wrong_key", "main_menu").presses("2").is_in_queue("fault")


def test_a_wrong_key_during_the_greeting_costs_no_more_than_one_try() -> None:
    call = a_call().presses("9").hears("wrong_key", "main_menu")
    call.presses("9").hears("wrong_key", "main_menu").presses("9").hears("wrong_key", "main_menu")
    call.presses("9").hears("too_many_errors").is_in_queue("general")


def test_a_caller_without_keys_reaches_a_human() -> None:
    call = at_the_menu().waits().hears("no_input", "main_menu").waits().hears("no_input", "main_menu")
    call.waits().hears("too_many_errors").is_in_queue("general")
    call.passed("greeting", "office_hours", "main_menu", "no_key_pressed", "general")


def test_silence_and_wrong_keys_are_counted_together() -> None:
    call = at_the_menu().presses("#").waits().hears("no_input", "main_menu")
    call.presses("*").hears("too_many_errors").is_in_queue("general")


def test_when_closed_the_caller_is_told_and_leaves_a_message() -> None:
    call = a_call(is_open=False).hears("greeting").waits()
    call.hears("closed_hours", "leave_message").leaves_message()


def test_when_closed_an_early_key_does_not_cut_the_reason_short() -> None:
    a_call(is_open=False).presses("1").hears("closed_hours", "leave_message").leaves_message()


def test_closing_time_during_the_greeting_counts() -> None:
    a_call(is_open=True).finds(is_open=False).waits().hears("closed_hours", "leave_message")


@pytest.mark.parametrize("key", list("1230"))
@pytest.mark.parametrize(
    ("queue_exit", "reason"),
    [
        (QueueExit.NO_AGENTS, "no_agents"),
        (QueueExit.FULL, "queue_full"),
        (QueueExit.TIMEOUT, "queue_timeout"),
        (QueueExit.CLOSED, "closed_hours"),
    ],
)
def test_every_way_out_of_a_queue_is_told_and_takes_a_message(
    key: str, queue_exit: QueueExit, reason: str
) -> None:
    call = at_the_menu().presses(key).leaves_queue(queue_exit)
    call.hears(reason, "leave_message").leaves_message()


def test_nothing_said_twice_is_the_end() -> None:
    call = at_the_menu().presses("4").says(seconds=0).hears("message_too_short", "leave_message")
    call.says(seconds=1).hears("message_not_saved", "goodbye").is_hung_up_on()


def test_a_message_may_succeed_the_second_time() -> None:
    at_the_menu().presses("4").says(seconds=1).says(seconds=2).hears("message_saved", "goodbye")


def test_the_check_is_not_blind() -> None:
    missing = set(PROMPTS) - {"greeting"}
    assert [problem.value for problem in check_flow(FLOW, QUEUES, missing)] == ["greeting", ""]
