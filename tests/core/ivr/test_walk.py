"""The text walker: the protocol of a call, and help for who types something else."""

from datetime import date

import pytest
from calling import flow_of, main_flow

from engine.core.ivr.nodes import IvrFacts
from engine.core.ivr.values import is_secret
from engine.core.ivr.walk import IvrWalk
from engine.core.ivr.walk_lines import Expects, LineKind, WalkError, WalkLine

TEXTS = {
    "zh": {"greeting": "您好!", "main_menu": "请按键。", "rest": "余额是{balance:money}。", "odd": "{a"},
    "en": {"rest": "You have {balance:money}."},
}
OPEN = IvrFacts(open=True, agents_present=True)
SELF_SERVICE = """
start = "card"
operator = "general"
[nodes.card]
kind = "entry"
prompts = ["card"]
store = "card"
longest = 8
next = "secret"
exhausted = "general"
[nodes.secret]
kind = "entry"
prompts = ["secret"]
store = "code"
secret = true
longest = 6
next = "pay"
exhausted = "general"
[nodes.pay]
kind = "service"
service = "recharge"
with = { card = "{card}", secret = "{code}" }
outcomes = { done = "paid", wrong = "general", spent = "odd", expired = "english", locked = "shop", \
unidentified = "general", failed = "general" }
[nodes.paid]
kind = "play"
prompts = ["rest"]
barge_in = false
next = "again"
[nodes.again]
kind = "menu"
prompts = ["again"]
barge_in = false
keys = { 1 = "card" }
exhausted = "end"
[nodes.english]
kind = "set"
values = { language = "en", balance = 100 }
next = "paid"
[nodes.shop]
kind = "transfer"
number = "09310000"
failed = "end"
[nodes.odd]
kind = "hangup"
prompts = ["odd"]
[nodes.end]
kind = "hangup"
[nodes.general]
kind = "queue"
queue = "general"
on_timeout = "end"
on_full = "end"
on_no_agents = "end"
on_closed = "end"
"""


def a_walk() -> IvrWalk:
    return IvrWalk(main_flow(), OPEN, TEXTS)


def paying() -> IvrWalk:
    """A walk that has keyed in the card and its secret in one go."""
    walk = IvrWalk(flow_of(SELF_SERVICE), OPEN, TEXTS, today=date(2026, 11, 21))
    walk.answer("12345678")
    walk.answer("654321")
    return walk


def test_the_protocol_of_a_call_that_is_answered() -> None:
    walk = a_walk()
    assert walk.lines == [WalkLine(LineKind.SAID, "greeting", "您好!")]
    assert walk.answer("") == (
        WalkLine(LineKind.PRESSED),
        WalkLine(LineKind.SAID, "main_menu", "请按键。"),
    )
    assert walk.answer("1") == (WalkLine(LineKind.PRESSED, text="1"), WalkLine(LineKind.QUEUED, "enquiry"))
    assert walk.expects is Expects.QUEUE
    assert walk.answer("") == (WalkLine(LineKind.ANSWERED),)
    assert walk.expects is Expects.NOTHING


def test_the_protocol_of_a_call_that_leaves_a_message() -> None:
    walk = a_walk()
    for line in ("1", "no_agents"):
        walk.answer(line)
    while walk.in_passing:
        walk.listen()
    assert walk.lines[-4:] == [
        WalkLine(LineKind.QUEUE_LEFT, "no_agents"),
        WalkLine(LineKind.SAID, "no_agents", "[no_agents]"),
        WalkLine(LineKind.SAID, "leave_message", "[leave_message]"),
        WalkLine(LineKind.RECORDING),
    ]
    assert walk.expects is Expects.MESSAGE
    assert walk.answer("")[0] == WalkLine(LineKind.RECORDED, text="0")
    walk.listen()
    assert walk.answer("20")[-1] == WalkLine(LineKind.HUNG_UP)
    assert repr(walk) == (
        "<IvrWalk nothing at <Ivr greeting > office_hours > main_menu > enquiry > no_agents > "
        "leave_message > message_saved try 0 leaving>>"
    )


def test_keys_pressed_ahead_are_taken_one_prompt_after_the_other() -> None:
    walk = IvrWalk(flow_of(SELF_SERVICE), OPEN, TEXTS)
    walk.answer("12#987654")
    assert [line.text for line in walk.lines if line.kind is LineKind.PRESSED] == ["12#", "******"]
    assert walk.expects is Expects.SERVICE
    assert walk.lines[-1].values["card"] == "12"


def test_what_is_keyed_in_secretly_is_shown_nowhere() -> None:
    walk = paying()
    asked = walk.lines[-1]
    assert asked.kind is LineKind.ASKED
    assert is_secret(str(asked.values["secret"]))
    assert walk.secrets == {asked.values["secret"]: "654321"}
    assert "654321" not in str(walk.lines)
    assert WalkLine(LineKind.PRESSED, text="******") in walk.lines


def test_a_person_is_asked_for_in_clear_where_keys_are_secret() -> None:
    walk = IvrWalk(flow_of(SELF_SERVICE), OPEN, TEXTS)
    walk.answer("12345678")
    walk.answer("0#")
    assert walk.lines[-1] == WalkLine(LineKind.QUEUED, "general")


def test_a_service_answers_by_its_sample_and_its_values_are_said() -> None:
    walk = paying()
    assert walk.outcomes()[0] == "done"
    said = walk.answer("")
    assert said[0].kind is LineKind.OUTCOME
    assert said[1] == WalkLine(
        LineKind.SAID, "rest", "余额是178.50元。", {"balance": 17850}, "余额是一百七十八元五角。"
    )


def test_the_language_is_the_one_that_the_caller_has_chosen() -> None:
    walk = paying()
    said = walk.answer("expired")
    assert walk.language == "en"
    assert said[1].text.startswith("You have")


def test_a_text_with_a_mistake_is_shown_as_it_is() -> None:
    assert paying().answer("spent")[1] == WalkLine(LineKind.SAID, "odd", "{a")


def test_keys_pressed_ahead_wait_for_a_service_and_count_if_the_prompt_may_be_cut_short() -> None:
    walk = IvrWalk(flow_of(SELF_SERVICE), OPEN, TEXTS)
    walk.answer("12#987654#1")
    walk.answer("done")  # is told how much it is, which is to be heard whole, and so is the menu
    assert walk.lines[-1] == WalkLine(LineKind.SAID, "again", "[again]")
    walk.answer("11")
    assert walk.position.path[-2:] == ("card", "secret")


def test_keys_pressed_ahead_go_past_a_service() -> None:
    walk = IvrWalk(
        flow_of("""
            start = "first"
            [nodes.first]
            kind = "play"
            prompts = ["first"]
            next = "ask"
            [nodes.ask]
            kind = "service"
            service = "recognise"
            outcomes = { found = "menu", several = "end", unknown = "end", failed = "end" }
            [nodes.menu]
            kind = "menu"
            prompts = ["menu"]
            keys = { 1 = "second" }
            exhausted = "end"
            [nodes.second]
            kind = "menu"
            prompts = ["second"]
            keys = { 2 = "end" }
            exhausted = "end"
            [nodes.end]
            kind = "hangup"
        """),
        OPEN,
        {},
    )
    walk.answer("12")
    assert walk.expects is Expects.SERVICE
    walk.answer("found")
    assert walk.position.path == ("first", "ask", "menu", "second", "end")


def test_a_transfer_is_answered_or_not() -> None:
    walk = paying()
    assert walk.answer("locked")[-1] == WalkLine(LineKind.TRANSFERRED, "09310000")
    assert walk.expects is Expects.TRANSFER
    assert [line.kind for line in walk.answer("failed")] == [LineKind.NOT_CONNECTED, LineKind.HUNG_UP]
    other = paying()
    other.answer("locked")
    other.answer("")
    assert other.expects is Expects.NOTHING


@pytest.mark.parametrize(
    ("before", "line", "allowed"),
    [
        ([], "x", "0123456789*#"),
        (["1"], "1", "answered, timeout, full, no_agents, closed"),
        (["4", ""], "-1", "seconds"),
        (["4", ""], "1.5", "seconds"),
        (["4", ""], "²", "seconds"),
        (["4", ""], "1234567", "seconds"),
        (["1", "answered"], "", "the call is over"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_changes_nothing(
    before: list[str], line: str, allowed: str
) -> None:
    walk = a_walk()
    for earlier in before:
        walk.answer(earlier)
    refuses(walk, line, allowed)


def test_services_and_transfers_have_their_lines_too() -> None:
    walk = paying()
    refuses(walk, "perhaps", "done, wrong")
    walk.answer("locked")
    refuses(walk, "later", "answered, failed")


def refuses(walk: IvrWalk, line: str, allowed: str) -> None:
    lines, position = list(walk.lines), walk.position
    with pytest.raises(WalkError, match="not possible here") as raised:
        walk.answer(line)
    assert allowed in raised.value.allowed
    assert raised.value.expects is walk.expects
    assert (walk.lines, walk.position) == (lines, position)
