"""The versions of the voice menu by commands."""

from collections.abc import Callable

import pytest

from tests.support.stage import Stage
from tests.tui.cli.conftest import Command
from tui.cli import flow_versions

Golden = Callable[[str, str], None]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_history_says_what_answers_callers(
    stage: Stage, fourseat: Command, golden: Golden, lang: str
) -> None:
    outcome = fourseat("ivr", "history", lang=lang)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"ivr-history.{lang}.txt", outcome.out)
    assert [
        row["version"] for row in fourseat("ivr", "history", "--limit", "2", "--json").json["versions"]
    ] == [3, 2]


def test_a_difference_is_shown_line_by_line(stage: Stage, fourseat: Command) -> None:
    assert fourseat("ivr", "diff", "2", "3").out.splitlines()[-2:] == ["-tries = 3", "+tries = 2"]
    assert fourseat("ivr", "diff", "--json").json["lines"][0] == "--- main.toml"


def test_going_back_is_shown_asked_for_and_done(
    stage: Stage, fourseat: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = fourseat("ivr", "rollback", "--dry-run")
    assert "spring_greeting" in preview.out
    assert "2 位客户在流程里" in preview.out
    assert stage.flow_version == 3
    assert fourseat("ivr", "rollback").code == 2  # nobody is there to say yes
    assert fourseat("ivr", "rollback", "--json").code == 2
    assert stage.flow_version == 3
    monkeypatch.setattr(flow_versions, "is_terminal", lambda: True)
    for said, version in (("n\n", 3), ("是\n", 2)):
        assert fourseat("ivr", "rollback", stdin=said).code == 0
        assert stage.flow_version == version
    assert "第 1 版已启用" in fourseat("ivr", "rollback", "1", "--yes").out
    again = fourseat("ivr", "rollback", "1", "--yes")
    assert again.code == 1
    assert again.err


def test_edited_files_are_applied(stage: Stage, fourseat: Command) -> None:
    assert "+tries = 2" in fourseat("ivr", "apply", "--dry-run").out
    assert stage.flow_version == 3
    assert fourseat("ivr", "apply", "--note", "春节", "--yes", "--json").json["version"] == 4


def test_a_version_is_scheduled_listed_and_cancelled(stage: Stage, fourseat: Command) -> None:
    assert fourseat("ivr", "schedule").out == "没有待启用的版本\n"
    planned = fourseat("ivr", "schedule", "--at", "2026-12-31 18:00", "--version", "2")
    assert planned.out == "第 2 版将于 12-31 18:00 启用。要取消:fourseat ivr schedule --cancel 1\n"
    assert fourseat("ivr", "schedule").out.splitlines()[-1].split()[3:5] == ["2", "待启用"]
    assert fourseat("ivr", "schedule", "--json").json["rows"][0]["version"] == 2
    assert fourseat("ivr", "schedule", "--cancel", "1").out == "已取消,不再启用。\n"
    assert fourseat("ivr", "schedule", "--cancel", "1").code == 1


@pytest.mark.parametrize(
    "arguments",
    [("--at", "2020-01-01 08:00"), ("--at", "soon"), ("--at", "2026-12-31 18:00", "--cancel", "1")],
)
def test_a_time_that_cannot_be_is_refused_in_words(
    stage: Stage, fourseat: Command, arguments: tuple[str, ...]
) -> None:
    outcome = fourseat("ivr", "schedule", *arguments)
    assert outcome.code in (1, 2)
    assert outcome.err
    assert stage.scheduled == []
