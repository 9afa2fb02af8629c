"""`fourseat callbacks` and `surveys`: who is to be called, settled or tried again; marks of customers."""

from dataclasses import replace

import pytest

from engine.core.records import UNKNOWN_ATTEMPT
from engine.core.states import CallbackResult, CallbackState
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command


@pytest.mark.parametrize(
    ("command", "result"), [("done", CallbackResult.HANDLED), ("cancel", CallbackResult.CANCELLED)]
)
def test_one_is_settled(stage: Stage, fourseat: Command, command: str, result: CallbackResult) -> None:
    outcome = fourseat("callbacks", command, "2", "--remark", "已上门")
    assert (outcome.code, outcome.out, outcome.err) == (0, "2 已了结,不再回呼\n", "")
    assert (stage.tasks[2].state, stage.tasks[2].result) == (CallbackState.DONE, result)
    assert fourseat("callbacks", command, "1", "--json").json == {"done": True}


def test_one_is_tried_again(stage: Stage, fourseat: Command) -> None:
    assert fourseat("callbacks", "try", "1").out == "1 轮到时自动回呼\n"
    assert (stage.tasks[1].state, stage.tasks[1].tries) == (CallbackState.WAITING, 0)
    assert fourseat("callbacks", "try", "2", "--json").json == {"done": True}


def test_what_is_refused_says_why(stage: Stage, fourseat: Command) -> None:
    gone, taken = fourseat("callbacks", "done", "99"), fourseat("callbacks", "try", "3")
    assert (gone.code, taken.code) == (1, 1)
    assert gone.out == taken.out == ""
    assert len({gone.err, taken.err}) == 2


def test_one_that_is_not_there(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("callbacks", "show", "99")
    assert outcome.code == 1
    assert "没有编号 99 的回呼" in outcome.err


def test_those_that_are_settled_are_listed_only_when_asked_for(stage: Stage, fourseat: Command) -> None:
    fourseat("callbacks", "done", "2")
    assert [row["record"]["id"] for row in fourseat("callbacks", "list", "--json").json["callbacks"]] == [
        1,
        3,
    ]
    assert len(fourseat("callbacks", "list", "--all", "--json").json["callbacks"]) == 3
    assert "已了结" not in fourseat("callbacks", "list").out


def test_an_attempt_whose_end_is_not_known_says_so(stage: Stage, fourseat: Command) -> None:
    stage.tasks[1] = replace(stage.tasks[1], reason=UNKNOWN_ATTEMPT)
    assert "不明:拨打时引擎停了" in fourseat("callbacks", "show", "1").out
    stage.tasks[1] = replace(stage.tasks[1], reason="busy", state=CallbackState.PAUSED, next_try_at=1)
    words = fourseat("callbacks", "show", "1", lang="en").out
    assert "Busy" in words
    assert "Next try" in words


def test_nobody_is_to_be_called(stage: Stage, fourseat: Command) -> None:
    stage.tasks.clear()
    assert "Nobody is to be called" in fourseat("callbacks", "list", lang="en").out


def test_marks_of_an_agent_without_any(stage: Stage, fourseat: Command) -> None:
    assert fourseat("surveys", "list", "--staff", "8002").out == "还没有评分\n"
