"""Changing the site by commands: previewed, asked for, refused in words, taken back."""

import io
from collections.abc import Callable

import pytest

from engine.config import parse_config
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command, Outcome

Golden = Callable[[str, str], None]

LISTS = ("seats", "lines", "queues", "skills", "hours", "holidays", "numbers", "breaks", "dispositions")


@pytest.fixture
def skilled(stage: Stage) -> Stage:
    """Some agents have skills."""
    assert "[skills]" in stage.configuration.text
    text = stage.configuration.text
    stage.configuration.text = text.replace("[skills]", '[skills]\n"8001" = { fault = 1, general = 2 }\n', 1)
    return stage


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", LISTS)
def test_lists(skilled: Stage, fourseat: Command, golden: Golden, name: str, lang: str) -> None:
    outcome = fourseat(name, "list", lang=lang)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"{name}-list.{lang}.txt", outcome.out)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("place", ["seats.seat2", "hours"])
def test_everything_can_be_shown(
    skilled: Stage, fourseat: Command, golden: Golden, place: str, lang: str
) -> None:
    outcome = fourseat("config", "show", *place.split(), lang=lang)
    assert (outcome.code, outcome.err) == (0, "")
    golden(f"config-show-{place}.{lang}.txt", outcome.out)


def test_the_whole_configuration_has_its_sections_and_what_waits(stage: Stage, fourseat: Command) -> None:
    assert fourseat("config", "set", "asterisk.sip_port", "5070", "--yes").code == 0
    lines = fourseat("config", "show").out.splitlines()
    assert "等待重启  asterisk.sip_port" in lines
    assert any(line.split() == ["seats", "席位", "seat1", "seat2"] for line in lines)
    shown = fourseat("config", "show", "--json").json
    assert {section["name"] for section in shown["sections"]} >= {"seats", "hours", "skills", "numbers"}
    unknown = fourseat("config", "show", "seat")
    assert unknown.code == 1
    assert "没有 seat 这一节,可以是:" in unknown.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_preview_a_change_its_history_and_undo(
    stage: Stage, fourseat: Command, golden: Golden, lang: str
) -> None:
    seat3 = ("seats", "add", "seat3", "name=三号席", "extension=803")
    before = stage.configuration.text
    commands = [
        (*seat3, "--dry-run"),
        (*seat3, "--yes"),
        ("queues", "set", "general", "ring_seconds=25", "wrap_up_seconds=45", "--yes"),
        ("hours", "set", "weekdays", "08:30-12:00", "14:00-18:00", "--yes"),
        ("hours", "set", "sunday", "closed", "--yes"),
        ("holidays", "add", "2026-12-31", "--yes"),
        ("holidays", "add", "2026-12-31", "--open", "--yes"),
        ("skills", "add", "8001", "fault=1", "general=2", "--yes"),
        ("skills", "remove", "8001", "general", "--yes"),
        ("numbers", "add", "96336", "name=投诉专线", "--yes"),
        ("config", "set", "asterisk.sip_port", "5070", "--yes"),
        ("config", "undo", "--yes"),
        ("config", "undo", "1", "--yes"),
        ("config", "history"),
    ]
    page = ""
    for command in commands:
        outcome = fourseat(*command, lang=lang)
        assert (outcome.code, outcome.err) == (0, ""), command
        page += f"$ fourseat {' '.join(command)}\n{outcome.out}\n"
    golden(f"config-day.{lang}.txt", page)
    assert stage.configuration.text == before


def test_what_was_asked_for_is_in_the_file(stage: Stage, fourseat: Command) -> None:
    for command in (
        ("seats", "add", "seat3", "name=三号席", "extension=803", "phone=auto"),
        ("seats", "set", "seat1", "name=前台"),
        ("hours", "set", "weekend", "closed"),
        ("queues", "set", "fault", "hours=monday-friday 08:00-18:00"),
        ("dispositions", "remove", "wrong_number"),
    ):
        assert fourseat(*command, "--yes").code == 0
    config = parse_config(stage.configuration.text, "config.toml")
    assert [(seat.id, seat.name) for seat in config.seats] == [
        ("seat1", "前台"),
        ("seat2", "二号席"),
        ("seat3", "三号席"),
    ]
    assert (config.hours.friday, config.hours.saturday) == (("00:00-24:00",), ())
    assert next(queue.hours for queue in config.queues if queue.id == "fault") == (
        "monday-friday 08:00-18:00",
    )
    assert "wrong_number" not in {item.id for item in config.dispositions}
    outcome = fourseat("seats", "add", "seat4", "name=四号席", "extension=804", "--yes", "--json")
    assert outcome.json["secrets"] == {"seat4": "Xy7-made-by-engine"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_refusals_say_what_to_do(stage: Stage, fourseat: Command, golden: Golden, lang: str) -> None:
    before = stage.configuration.text
    page = ""
    for command in (
        ("seats", "add", "seat2", "name=x", "extension=803", "--yes"),
        ("seats", "add", "Seat 3", "name=x", "extension=803", "--yes"),
        ("seats", "add", "seat3", "name=x", "--yes"),
        ("seats", "add", "seat3", "name=x", "extension=801", "--yes"),
        ("seats", "add", "seat3", "x", "--yes"),
        ("seats", "set", "seat1", "phone=loud", "--yes"),
        ("seats", "set", "seat1", "id=seat9", "--yes"),
        ("queues", "set", "general", "ring_seconds=2", "--yes"),
        ("config", "set", "hours.mondy", "08:00-12:00", "--yes"),
        ("queues", "remove", "night", "--yes"),
        ("hours", "set", "someday", "closed"),
        ("holidays", "add", "31.12.2026"),
        ("holidays", "remove", "2026-12-31"),
        ("config", "set", "site", "x"),
        ("config", "set", "queues.general.announce_agent", "maybe", "--yes"),
        ("config", "undo", "--yes"),
        ("seats", "remove", "seat2"),
        ("seats", "list", "--jsno"),
    ):
        outcome = fourseat(*command, lang=lang)
        assert outcome.code in (1, 2), command
        assert outcome.out == ""
        page += f"$ fourseat {' '.join(command)}\n{outcome.err}\n"
    golden(f"config-refusals.{lang}.txt", page)
    assert stage.configuration.text == before


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "done"), [("y\n", True), ("是\n", True), ("n\n", False), ("\n", False)])
def test_in_a_terminal_it_is_asked_for(
    stage: Stage, fourseat: Command, monkeypatch: pytest.MonkeyPatch, answer: str, done: bool
) -> None:
    monkeypatch.setattr("tui.cli.change.is_terminal", lambda: True)
    outcome = fourseat("seats", "set", "seat1", "name=前台", stdin=Terminal(answer))
    assert outcome.code == 0
    assert "席位 seat1.name:一号席 > 前台" in outcome.out
    assert ("前台" in stage.configuration.text) is done
    assert ("什么都没有改。" in outcome.out) is not done


def test_changes_by_hand_are_checked_and_taken_over(stage: Stage, fourseat: Command) -> None:
    assert "一致" in fourseat("config", "check").out
    assert fourseat("config", "check", "--json").json == {"by_hand": False}
    stage.configuration.by_hand = stage.configuration.text.replace("一号席", "前台")
    refused = fourseat("seats", "set", "seat2", "name=x", "--yes")
    assert refused.code == 1
    assert "fourseat config apply" in refused.err
    looked: Outcome = fourseat("config", "check")
    assert "一号席 > 前台" in looked.out
    assert "前台" not in stage.configuration.text
    assert fourseat("config", "apply", "--yes").code == 0
    assert "前台" in stage.configuration.text


def test_queues_without_a_command_are_the_figures_of_now(stage: Stage, fourseat: Command) -> None:
    assert "服务水平" in fourseat("queues").out
    assert fourseat("queues", "--json").json["queues"]
