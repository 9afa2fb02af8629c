"""`fourseat outages`: what is suspected, confirmed, dismissed."""

import pytest

from tests.support.stage import Stage
from tests.support.stage_ticket_site import SUSPECT
from tests.tui.cli.conftest import Command


def test_what_is_suspected_is_confirmed_with_its_end(stage: Stage, fourseat: Command) -> None:
    assert fourseat("outages", "list").out == "目前没有疑似大面积故障\n"
    stage.tickets.suspect(stage, SUSPECT)
    line = fourseat("outages", "list").out.splitlines()[-1]
    for words in ("数字电视", "东山片区", "DS-07", "260302001"):
        assert words in line
    confirmed = fourseat("outages", "confirm", "1", "--until", "2026-03-02 18:00", "--json")
    assert confirmed.code == 0
    assert set(confirmed.json) == {"notice_id", "main", "merged", "watchers"}


def test_what_is_none_is_dismissed(stage: Stage, fourseat: Command) -> None:
    stage.tickets.suspect(stage, SUSPECT)
    assert fourseat("outages", "dismiss", "1").out == "已忽略,工单不变\n"
    assert fourseat("outages", "list", "--json").json == {"suspects": []}


@pytest.mark.parametrize("until", ["soon", "2026-03-02"])
def test_the_end_has_a_time(stage: Stage, fourseat: Command, until: str) -> None:
    assert fourseat("outages", "confirm", "1", "--until", until).code == 2
