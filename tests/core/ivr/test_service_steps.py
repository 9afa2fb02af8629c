"""Nodes that ask, look, keep, walk elsewhere and back, and hand on; and where a value is missing."""

import pytest
from visiting import Visit, flow_with

from engine.core.ivr.actions import HangUp, Play
from engine.core.ivr.interpreter import played
from engine.core.ivr.nodes import IvrFacts
from engine.core.ivr.values import Value, secret_token

HELLO = 'nodes.hello = { kind = "play", prompts = ["hello"], next = "a" }\n'
MENU = """
[nodes.menu]
kind = "menu"
prompts = ["menu"]
keys = { 1 = "person" }
exhausted = "end"
"""
RECHARGE = """
[nodes.a]
kind = "service"
service = "recharge"
with = { card = "{card}", secret = "{secret}" }
[nodes.a.outcomes]
done = "menu"
wrong = "end"
spent = "end"
expired = "end"
locked = "end"
unidentified = "end"
failed = "failed"
[nodes.failed]
kind = "play"
prompts = ["failed"]
next = "menu"
"""
RECHARGING = flow_with(HELLO + RECHARGE + MENU)
CARD: dict[str, Value] = {"card": "123456789012", "secret": secret_token(1, 8)}


def test_a_service_is_asked_with_values_and_gives_values() -> None:
    visit = Visit(RECHARGING, CARD).asks("recharge", card="123456789012", secret=secret_token(1, 8))
    visit.answered("done", amount=5000, balance=17850).says("menu")
    visit.knows(**CARD, amount=5000, balance=17850)


@pytest.mark.parametrize("outcome", ["failed", "half_done", ""])
def test_an_outcome_without_a_way_counts_as_a_failure(outcome: str) -> None:
    Visit(RECHARGING, CARD).answered(outcome).says("failed")


@pytest.mark.parametrize("values", [{}, {"card": "1"}, {**CARD, "secret": ({"a": 1},)}])
def test_without_what_it_needs_a_service_is_not_asked(values: dict[str, Value]) -> None:
    Visit(RECHARGING, values).says("failed").passed("a", "failed")


def test_keys_pressed_early_wait_for_the_answer() -> None:
    visit = Visit(RECHARGING, CARD).sent_to("hello").told("1")
    visit.asks("recharge", card="123456789012", secret=secret_token(1, 8))
    visit.answered("done").is_with_a_person()
    Visit(RECHARGING).sent_to("hello").told("1").is_with_a_person()  # past the words for a failure


SIGNING_IN = flow_with("""
[nodes.a]
kind = "service"
service = "sign_in"
with = { account = "{account}", password = "{password}" }
outcomes = { found = "kind", wrong = "kind", locked = "kind", failed = "kind" }
[nodes.kind]
kind = "set"
values = { kind = "complaint" }
next = "end"
""")
FORMER: dict[str, Value] = {
    "customer_id": 7,
    "identified": "number",
    "name": "张三",
    "balance": 12_850,
    "bills": ({"month": "2026-10", "item": "x", "amount": 1},),
    "amount": 1,
    "kind": "fault",
    "account": "20000008",
    "password": secret_token(1, 6),
    "language": "en",
}


def test_another_customer_does_not_hear_of_the_former_one() -> None:
    """Somebody signs in at another customer's telephone."""
    kept = {name: FORMER[name] for name in ("account", "password", "language")} | {"kind": "complaint"}
    visit = Visit(SIGNING_IN, FORMER)
    visit.answered("found", customer_id=8, identified="password", name="李四")
    assert visit.position.values == {"customer_id": 8, "identified": "password", "name": "李四", **kept}


@pytest.mark.parametrize("answer", [{"customer_id": 7, "identified": "password"}, {}])
def test_the_same_customer_loses_nothing(answer: dict[str, Value]) -> None:
    visit = Visit(SIGNING_IN, FORMER).answered("found", **answer)
    assert visit.position.values == {**FORMER, **answer, "kind": "complaint"}


def test_what_is_optional_may_be_missing_and_a_literal_stands_for_itself() -> None:
    flow = flow_with("""
        [nodes.a]
        kind = "service"
        service = "report_fault"
        with = { line = "tv", fault = 3, recording = "{recording}" }
        outcomes = { done = "end", already = "end", failed = "lost" }
    """)
    Visit(flow).asks("report_fault", line="tv", fault=3)
    Visit(flow, {"recording": "m1"}).asks("report_fault", line="tv", fault=3, recording="m1")


SWITCH = """
nodes.zero = { kind = "hangup", prompts = ["zero"] }
nodes.east = { kind = "hangup", prompts = ["east"] }
[nodes.a]
kind = "switch"
on = "where"
cases = { "城东" = "east", 0 = "zero" }
otherwise = "menu"
"""


@pytest.mark.parametrize(
    ("value", "word"),
    [("城东", "east"), (0, "zero"), ("0", "zero"), ("城西", "menu"), (-1, "menu"), (({"a": 1},), "menu")],
)
def test_a_switch_goes_by_the_text_of_a_value(value: Value, word: str) -> None:
    Visit(flow_with(SWITCH + MENU), {"where": value}).says(word)


def test_a_switch_on_nothing_goes_otherwise_with_the_early_keys() -> None:
    flow = flow_with(HELLO + SWITCH + MENU, start="hello")
    Visit(flow).told("").says("menu")
    Visit(flow).told("1").is_with_a_person()


def test_a_set_keeps_values_and_the_language_is_one_of_them() -> None:
    flow = flow_with(
        HELLO
        + 'nodes.a = { kind = "set", values = { language = "en", line = "tv", count = 2 }, next = "menu" }'
        + MENU,
        start="hello",
    )
    visit = Visit(flow)
    assert visit.position.language == ""
    visit.told("").says("menu").knows(language="en", line="tv", count=2)
    assert visit.position.language == "en"
    Visit(flow).told("1").is_with_a_person()


BRANCHES = """
nodes.a = { kind = "branch", on = "holiday", holiday = "b", workday = "lost" }
nodes.b = { kind = "branch", on = "language", en = "c", zh = "end" }
nodes.c = { kind = "hangup", prompts = ["english"] }
"""


@pytest.mark.parametrize(
    ("chosen", "site", "english"), [("", "zh", 0), ("", "en", 1), ("en", "zh", 1), ("zh", "en", 0)]
)
def test_a_branch_on_a_holiday_and_on_the_language(chosen: str, site: str, english: int) -> None:
    values: dict[str, Value] = {"language": chosen} if chosen else {}
    visit = Visit(flow_with(BRANCHES), values, holiday=True, language=site)
    assert isinstance(visit.action, Play) == bool(english)
    Visit(flow_with(BRANCHES), values).says("lost")


SUBS = """
nodes.a = { kind = "call", node = "sub", next = "b" }
nodes.b = { kind = "call", node = "sub", next = "c" }
nodes.c = { kind = "play", prompts = ["c"], next = "end" }
nodes.sub = { kind = "switch", on = "notice", cases = { yes = "told" }, otherwise = "back" }
nodes.told = { kind = "play", prompts = ["told"], next = "back" }
nodes.back = { kind = "return" }
"""


def test_a_call_comes_back_to_where_it_began() -> None:
    flow = flow_with(SUBS)
    visit = Visit(flow, {"notice": "yes"}).says("told").told("").says("told").told("").says("c")
    visit.passed("a", "sub", "told", "back", "b", "sub", "told", "back", "c")


def test_the_same_may_be_called_twice_without_a_word() -> None:
    Visit(flow_with(SUBS)).says("c").passed("a", "sub", "back", "b", "sub", "back", "c")


def test_a_return_without_a_call_and_calls_without_an_end_are_lost() -> None:
    Visit(flow_with('nodes.a = { kind = "return" }')).says("lost")
    forever = flow_with('nodes.a = { kind = "call", node = "a", next = "end" }')
    visit = Visit(forever).says("lost")
    assert visit.position.path == ("a",) * 11 + ("lost",)
    assert visit.position.calls == ()


def test_who_is_sent_elsewhere_has_not_to_come_back() -> None:
    flow = flow_with(SUBS)
    visit = Visit(flow, {"notice": "yes"}).says("told")
    assert visit.position.calls == ("b",)
    assert visit.sent_to("told").position.calls == ()
    assert Visit(flow, {"notice": "yes"}).says("told").told("").sent_to("back").says("lost")


def test_who_asks_for_a_person_has_not_to_come_back() -> None:
    flow = flow_with(SUBS.replace('next = "back" }', 'next = "menu" }') + MENU)
    visit = Visit(flow, {"notice": "yes"}).told("0").is_with_a_person()
    assert visit.position.calls == ()


def transfer(keys: str, **values: Value) -> Visit:
    return Visit(flow_with(f'nodes.a = {{ kind = "transfer", {keys}, failed = "lost" }}'), values)


def test_a_transfer_hands_the_caller_on() -> None:
    transfer('agent = "8001"').is_handed_to(agent="8001").not_connected().says("lost")
    transfer('number = "13900000000"').is_handed_to(number="13900000000")
    transfer('number = "{technician}"', technician="13900000001").is_handed_to(number="13900000001")
    transfer('agent = "{who}"', who=8002).is_handed_to(agent="8002")


@pytest.mark.parametrize("value", [None, "", 0, "王师傅", "+86139", secret_token(1, 4), ({"a": 1},)])
def test_who_cannot_be_dialled_is_not_reached(value: Value | None) -> None:
    values: dict[str, Value] = {} if value is None else {"technician": value}
    transfer('number = "{technician}"', **values).says("lost")


def test_early_keys_pass_a_transfer_that_leads_nowhere() -> None:
    transfer_ = 'nodes.a = { kind = "transfer", number = "{nobody}", failed = "menu" }'
    Visit(flow_with(HELLO + transfer_ + MENU, start="hello")).told("1").is_with_a_person()


MESSAGE = """
nodes.hello = { kind = "play", prompts = ["hello"], next = "a" }
[nodes.a]
kind = "message"
prompts = ["speak"]
too_short = "again"
store = "recording"
next = "menu"
exhausted = "lost"
"""


def test_a_message_may_be_a_part_of_what_is_told() -> None:
    visit = Visit(flow_with(MESSAGE + MENU, top="")).records("speak", part=True)
    visit.recorded(500).records("again", "speak", part=True)
    visit.recorded(5_000, "c-1-2").says("menu").knows(recording="c-1-2")
    Visit(flow_with(MESSAGE + MENU, top="")).recorded(0).recorded(0).says("lost").knows()


def test_during_the_words_before_the_beep_zero_asks_for_a_person() -> None:
    flow = flow_with(MESSAGE + MENU)
    words = Play(prompts=("speak",), barge_in="0", max_digits=1)
    Visit(flow).is_asked_for(words).told("0").is_with_a_person()
    visit = Visit(flow).told("").records(part=True).recorded(100)
    visit.is_asked_for(Play(prompts=("again", "speak"), barge_in="0", max_digits=1))
    visit.told("5").records(part=True).recorded(3_000, "m").knows(recording="m")


def test_an_operator_that_takes_messages_says_its_words_and_records() -> None:
    Visit(flow_with(MESSAGE + MENU, top='operator = "a"')).records("speak", part=True)


def test_answers_that_do_not_fit_are_lost_and_after_the_end_there_is_the_end() -> None:
    Visit(RECHARGING, CARD).not_connected().says("lost")
    visit = Visit(RECHARGING).told("").says("menu").answered("done").says("lost")
    assert played(visit.flow, visit.position, "0", IvrFacts(open=True, agents_present=True))[1] == HangUp()
