"""The text walker: the protocol of a call, and help for who types something else."""

import pytest
from calling import main_flow

from engine.core.ivr.nodes import IvrFacts
from engine.core.ivr.walk import Expects, IvrWalk, LineKind, WalkError, WalkLine

TEXTS = {"greeting": "您好!", "main_menu": "请按键。"}
OPEN = IvrFacts(open=True, agents_present=True)


def a_walk() -> IvrWalk:
    return IvrWalk(main_flow(), OPEN, TEXTS)


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
    assert walk.lines[-4:] == [
        WalkLine(LineKind.QUEUE_LEFT, "no_agents"),
        WalkLine(LineKind.SAID, "no_agents", "[no_agents]"),
        WalkLine(LineKind.SAID, "leave_message", "[leave_message]"),
        WalkLine(LineKind.RECORDING),
    ]
    assert walk.expects is Expects.MESSAGE
    assert walk.answer("")[0] == WalkLine(LineKind.RECORDED, text="0")
    assert walk.answer("20")[-1] == WalkLine(LineKind.HUNG_UP)
    assert repr(walk) == (
        "<IvrWalk nothing at <Ivr greeting > office_hours > main_menu > enquiry > no_agents > "
        "leave_message > message_saved try 0 leaving>>"
    )


@pytest.mark.parametrize(
    ("before", "line", "allowed"),
    [
        ([], "x", "0123456789*#"),
        (["1"], "1", "answered, timeout, full, no_agents, closed"),
        (["4"], "-1", "seconds"),
        (["4"], "1.5", "seconds"),
        (["4"], "²", "seconds"),
        (["4"], "1234567", "seconds"),
        (["1", "answered"], "", "the call is over"),
    ],
)
def test_a_line_that_cannot_be_is_refused_and_changes_nothing(
    before: list[str], line: str, allowed: str
) -> None:
    walk = a_walk()
    for earlier in before:
        walk.answer(earlier)
    lines, position = list(walk.lines), walk.position
    with pytest.raises(WalkError, match="not possible here") as raised:
        walk.answer(line)
    assert allowed in raised.value.allowed
    assert raised.value.expects is walk.expects
    assert (walk.lines, walk.position) == (lines, position)
