"""Departments and stations are changed like the rest of the configuration."""

from engine.config import Config, parse_config
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command


def config(stage: Stage) -> Config:
    return parse_config(stage.configuration.text, "config.toml")


def test_a_station_is_added_changed_and_removed(stage: Stage, fourseat: Command) -> None:
    assert "东山维护站" in fourseat("departments", "list").out
    added = fourseat(
        "departments", "add", "west", "name=西山维护站", "station=yes", "areas=西山片区 石门口", "--yes"
    )
    assert added.code == 0, added.err
    west = config(stage).departments[-1]
    assert (west.id, west.station, west.areas) == ("west", True, ("西山片区", "石门口"))
    assert fourseat("departments", "set", "west", "parent=repair", "leader=8021", "--yes").code == 0
    assert config(stage).departments[-1].leader == "8021"
    assert fourseat("departments", "remove", "west", "--yes").code == 0
    assert "west" not in [one.id for one in config(stage).departments]


def test_what_does_not_fit_changes_nothing(stage: Stage, fourseat: Command) -> None:
    taken = fourseat("departments", "set", "repair", "station=yes", "areas=东山片区", "--yes")
    circle = fourseat("departments", "set", "repair", "parent=east", "--yes")
    program = fourseat("config", "set", "tickets.print=rm", "--yes")
    assert (taken.code, circle.code, program.code) == (1, 1, 1)
    assert "东山片区" in taken.err
    assert stage.configuration.rows == []
