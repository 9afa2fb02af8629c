"""Callers who go through a list: none, one, many rows; forward, back, again, chosen, left."""

import pytest
from visiting import Visit, flow_with

from engine.core.ivr.nodes import DTMF_KEYS
from engine.core.ivr.values import Value

LIST = """
nodes.hello = { kind = "play", prompts = ["hello"], next = "a" }
nodes.chosen = { kind = "hangup", prompts = ["chosen"] }
[nodes.a]
kind = "list"
items = "packages"
prompts = ["package"]
hint = "list_keys"
next = "end"
chosen = "chosen"
pause_seconds = 3
"""
ROWS = ({"name": "高清", "price": 100}, {"name": "少儿", "price": 200}, {"name": "体育", "price": 300})
FLOW, PLAIN = flow_with(LIST), flow_with(LIST.replace('chosen = "chosen"', "").replace("hint", "# hint"))


def reading(rows: Value = ROWS) -> Visit:
    return Visit(FLOW, {"packages": rows, "name": "张三"})


def test_rows_are_read_one_after_the_other_and_then_the_call_goes_on() -> None:
    visit = reading().says("package", "list_keys")
    action = visit.action
    assert (getattr(action, "barge_in", ""), getattr(action, "timeout_ms", 0)) == (DTMF_KEYS, 3_000)
    visit.knows(packages=ROWS, name="高清", price=100)
    visit.told("").says("package").knows(packages=ROWS, name="少儿", price=200)
    visit.told("2").knows(packages=ROWS, name="体育", price=300)
    visit.told("#").is_over().knows(packages=ROWS, name="张三")


def test_a_row_that_is_chosen_stays_among_the_values() -> None:
    visit = reading().told("2", "1").says("chosen")
    visit.knows(packages=ROWS, name="少儿", price=200)


def test_back_again_and_out() -> None:
    visit = reading().told("2", "3").knows(packages=ROWS, name="少儿", price=200)
    visit.told("*").says("package", "list_keys").knows(packages=ROWS, name="高清", price=100)
    visit.told("*").says("package", "list_keys").knows(packages=ROWS, name="高清", price=100)
    visit.told("9").is_over().knows(packages=ROWS, name="张三")


def test_other_keys_have_the_row_said_again() -> None:
    for key in "4567":
        reading().told("2", key).says("package").knows(packages=ROWS, name="少儿", price=200)
    Visit(PLAIN, {"packages": ROWS}).says("package").told("1").says("package").told("2", "2", "2").is_over()


def test_a_list_of_one_row() -> None:
    rows = ROWS[:1]
    reading(rows).told("").is_over().knows(packages=rows, name="张三")
    reading(rows).told("*").says("package", "list_keys").told("1").says("chosen")


@pytest.mark.parametrize("rows", [(), "高清", 3, ""])
def test_without_rows_the_call_goes_on_at_once(rows: Value) -> None:
    reading(rows).is_over().knows(packages=rows, name="张三")


def test_a_list_that_nobody_has_asked_for_is_empty() -> None:
    Visit(FLOW).is_over().passed("a", "end")


def test_a_row_is_not_said_for_ever() -> None:
    visit = reading(ROWS[:1])
    for _ in range(4):
        visit.told("3").says("package", "list_keys")
    visit.told("3").is_over().knows(packages=ROWS[:1], name="张三")


def test_a_zero_leads_to_a_person_and_the_row_is_forgotten() -> None:
    reading().told("2", "0").is_with_a_person().knows(packages=ROWS, name="张三")
    no_operator = Visit(flow_with(LIST, top=""), {"packages": ROWS})
    no_operator.told("0").says("package", "list_keys")


def early(key: str) -> Visit:
    visit = Visit(FLOW, {"packages": ROWS}).sent_to("hello").says("hello")
    return visit.told(key)


def test_early_keys() -> None:
    early("9").is_over().passed("a", "hello", "a", "end")
    early("0").is_with_a_person()
    for key in "12345678*#":
        early(key).says("package", "list_keys")


def test_an_agent_who_sends_the_caller_elsewhere_ends_the_row() -> None:
    reading().told("2").sent_to("hello").says("hello").knows(packages=ROWS, name="张三")
