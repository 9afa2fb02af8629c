"""Callers who key in numbers: too few keys, none, too many, stars, pauses, early keys, secrets."""

from typing import Any

import pytest
from visiting import Visit, flow_with

from engine.core.ivr.nodes import Flow
from engine.core.ivr.values import secret_token

ENTRY = """
nodes.hello = { kind = "play", prompts = ["hello"], next = "a" }
[nodes.a]
kind = "entry"
prompts = ["key_in"]
store = "card"
next = "end"
exhausted = "lost"
shortest = 4
longest = 8
timeout_seconds = 7
tries = 2
wrong = "too_few"
no_input = "no_keys"
"""


def entry(more: str = "", **how: Any) -> Flow:
    return flow_with(ENTRY + more, **how)


def test_a_number_ended_by_its_terminator_is_kept() -> None:
    visit = Visit(entry()).says("key_in").awaits(8)
    visit.told("12345#").is_over().knows(card="12345")


@pytest.mark.parametrize("keys", ["1234", "12345678", "99*1234#", "99*1234", "*1234#", "1*2*1234"])
def test_a_number_may_end_by_a_pause_or_its_length_and_a_star_begins_it_anew(keys: str) -> None:
    Visit(entry()).told(keys).is_over().knows(card=keys.rpartition("*")[2].removesuffix("#"))


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ("", "no_keys"),
        ("#", "no_keys"),
        ("12345*", "no_keys"),
        ("12345*#", "no_keys"),
        ("123#", "too_few"),
        ("12", "too_few"),
        ("1" * 40, "too_few"),
        ("123456789#", "too_few"),
    ],
)
def test_what_is_no_number_is_asked_for_again_and_then_given_up(keys: str, word: str) -> None:
    visit = Visit(entry()).told(keys).says(word, "key_in").awaits(8).knows()
    visit.told(keys).says("lost").passed("a", "lost").knows()


def test_without_words_for_mistakes_the_question_is_asked_again() -> None:
    text = ENTRY.replace('wrong = "too_few"', "").replace('no_input = "no_keys"', "")
    Visit(flow_with(text)).told("1").says("key_in")
    Visit(flow_with(text)).told("").says("key_in")


@pytest.mark.parametrize("keys", ["0", "0#", "*0#", "12*0#", "000", "00000#"])
def test_a_zero_by_itself_asks_for_a_person(keys: str) -> None:
    Visit(entry()).told(keys).is_with_a_person().knows().passed("a", "person")


def test_without_an_operator_a_zero_is_too_few_keys_even_where_one_would_do() -> None:
    Visit(entry(top="")).told("0#").says("too_few", "key_in")
    one_key = flow_with(ENTRY.replace("shortest = 4", "shortest = 1"), top="")
    Visit(one_key).told("0#").says("too_few", "key_in").told("5#").is_over().knows(card="5")


def test_a_number_with_zeros_is_a_number() -> None:
    Visit(entry()).told("00001#").is_over().knows(card="00001")


def test_early_keys_are_the_first_ones_of_the_number() -> None:
    visit = Visit(entry(start="hello")).told("12").says().awaits(6)
    visit.told("34#").is_over().knows(card="1234")
    Visit(entry(start="hello")).told("12").told("").says("too_few", "key_in")


def test_an_early_zero_is_a_first_key_until_it_stays_alone() -> None:
    visit = Visit(entry(start="hello")).told("0").awaits(7)
    visit.told("").is_with_a_person()
    Visit(entry(start="hello")).told("0", "931#").is_over().knows(card="0931")
    Visit(entry(start="hello")).told("0#").is_with_a_person()


@pytest.mark.parametrize("keys", ["1234#", "12345678", "12345678#", "99*12345678"])
def test_a_whole_number_pressed_early_is_not_asked_for(keys: str) -> None:
    visit = Visit(entry(start="hello")).told(keys).is_over().passed("hello", "a", "end")
    assert visit.position.values["card"] in ("1234", "12345678")


def test_keys_behind_a_whole_number_count_for_what_follows() -> None:
    menu = 'nodes.menu = { kind = "menu", prompts = ["menu"], keys = { 1 = "person" }, exhausted = "end" }'
    flow = flow_with(menu + ENTRY.replace('next = "end"', 'next = "menu"'), start="hello")
    Visit(flow).told("12345678#1").is_with_a_person()
    Visit(flow).told("1234#1").is_with_a_person()


@pytest.mark.parametrize("keys", ["*", "#", "5*"])
def test_early_keys_that_come_to_nothing_do_not_cut_the_question_short(keys: str) -> None:
    Visit(entry(start="hello")).told(keys).says("key_in").awaits(8)


def test_early_keys_that_are_too_few_are_told() -> None:
    Visit(entry(start="hello")).told("12#").says("too_few", "key_in").told("12#").says("lost")


CONFIRM = 'confirm = "read_back"'


def test_a_number_is_read_back_and_confirmed() -> None:
    visit = Visit(entry(CONFIRM)).told("1234#").says("read_back").knows(card="1234")
    visit.told("1").is_over().knows(card="1234")


def test_a_number_that_is_not_right_is_keyed_in_anew() -> None:
    visit = Visit(entry(CONFIRM)).told("1234#", "2").says("key_in").knows()
    visit.told("5678#").says("read_back").told("2").says("lost").knows()


def test_silence_and_other_keys_have_the_number_read_back_again_and_cost_a_try() -> None:
    Visit(entry(CONFIRM)).told("1234#").told("").says("read_back").told("5").says("lost").knows()
    Visit(entry(CONFIRM)).told("1234#").told("*").says("read_back").told("1").is_over().knows(card="1234")


def test_a_zero_at_the_reading_back_asks_for_a_person_and_nothing_is_kept() -> None:
    Visit(entry(CONFIRM)).told("1234#", "0").is_with_a_person().knows()
    Visit(entry(CONFIRM, top="")).told("1234#", "0").says("read_back")


def test_a_number_pressed_early_is_read_back_too() -> None:
    Visit(entry(CONFIRM, start="hello")).told("12345678#1").says("read_back").told("1").is_over()


SECRET = "secret = true"


def test_of_a_secret_only_a_token_is_known() -> None:
    token = secret_token(3, 6)
    visit = Visit(entry(SECRET)).awaits(8, secret=True).told(token).is_over().knows(card=token)
    assert "card" not in repr(visit.position)
    assert token not in repr(visit.position)


def test_a_secret_is_asked_for_anew_whatever_was_pressed_early() -> None:
    Visit(entry(SECRET, start="hello")).told("1234#").says("key_in").awaits(8, secret=True)
    Visit(entry(SECRET, start="hello")).told("0#").says("key_in")


def test_the_keys_of_a_secret_are_counted() -> None:
    visit = Visit(entry(SECRET)).told(secret_token(1, 3)).says("too_few", "key_in").awaits(8, secret=True)
    visit.told(secret_token(2, 9)).says("lost")
    Visit(entry(SECRET)).told("").says("no_keys", "key_in").told("0").is_with_a_person()


def test_a_token_is_no_answer_where_nothing_secret_was_asked() -> None:
    Visit(entry(start="hello")).told(secret_token(1, 4)).says("key_in").told(secret_token(2, 4)).says(
        "no_keys", "key_in"
    )


def test_who_comes_again_is_asked_anew() -> None:
    again = ENTRY.replace('next = "end"', 'next = "hello"')
    visit = Visit(flow_with(again)).told("1234#").says("hello").knows(card="1234")
    visit.told("").says("key_in").knows().told("5678#").knows(card="5678")
