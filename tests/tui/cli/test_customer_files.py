"""`fourseat customers show --full`, `timeline`, `merge`, `unmerge`, `tag`."""

import pytest

from tests.support.stage import Stage
from tests.tui.cli.conftest import Command


def test_everything_is_printed_in_sections(stage: Stage, fourseat: Command) -> None:
    shown = fourseat("customers", "show", "1", "--full")
    assert shown.code == 0
    for words in ("张华山", "人员", "账户", "未了事项" if "未了事项" in shown.out else "账单"):
        assert words in shown.out
    whole = fourseat("customers", "show", "1", "--full", "--json").json
    assert whole["customer"]["name"] == "张华山"
    assert [line["kind"] for line in whole["contacts"]]


def test_the_line_of_time_says_how_to_go_on(stage: Stage, fourseat: Command) -> None:
    page = fourseat("customers", "timeline", "1", "--limit", "2")
    assert page.code == 0
    place = fourseat("customers", "timeline", "1", "--limit", "2", "--json").json["more"]
    assert f"--before {place}" in page.out
    asked = [params for name, params in stage.requests if name == "customer.timeline"]
    fourseat("customers", "timeline", "1", "--before", place)
    assert asked[0].limit == 2
    assert stage.requests[-1][1].before == place


def test_two_are_merged_only_when_somebody_says_yes(stage: Stage, fourseat: Command) -> None:
    assert fourseat("customers", "merge", "1", "2").code == 2
    done = fourseat("customers", "merge", "1", "3", "--reason", "同一用户", "--yes")
    assert done.code == 0
    assert "fourseat customers unmerge" in done.out
    assert fourseat("customers", "merge", "1", "3", "--yes", "--json").json["merge_id"]


def test_undoing_tells_what_stays(stage: Stage, fourseat: Command) -> None:
    merged = fourseat("customers", "merge", "1", "3", "--yes", "--json").json["merge_id"]
    undone = fourseat("customers", "unmerge", str(merged))
    assert undone.code == 0
    assert "两个客户" in undone.out


def test_tags_are_put_on_and_off(stage: Stage, fourseat: Command) -> None:
    assert "楼长" in fourseat("customers", "tag", "1", "楼长", "团购").out
    left = fourseat("customers", "tag", "1", "--json", "--", "-团购").json["tags"]
    assert "楼长" in left
    assert "团购" not in left


@pytest.mark.parametrize("command", ["show", "timeline", "merge", "unmerge", "tag"])
def test_help_has_an_example(fourseat: Command, command: str) -> None:
    page = fourseat("customers", command, "--help").out
    assert f"fourseat customers {command}" in page.partition("示例")[2]
