"""Alarms are raised when something has been wrong for a while, and cleared without flicker."""

from dataclasses import replace
from typing import Any

import pytest

from engine.core.alarms import AlarmChange, AlarmFacts, AlarmRules, Alarms, LineFacts
from engine.core.states import AlarmKind, AlarmLevel

RULES = AlarmRules(
    longest_wait_ms=60_000,
    abandon_percent=10,
    abandon_calls=10,
    no_agent_ms=30_000,
    lines_busy_ms=10_000,
    unreachable_ms=20_000,
    disk_free_mb=500,
    clock_jump_ms=5_000,
    restart_shown_ms=600_000,
)
FINE = AlarmFacts(
    open=True,
    waiting_since={"general": 0},
    abandoned={"general": (0, 50)},
    agents=2,
    agents_on_break=1,
    lines={
        "line1": LineFacts(channels=1, busy=1, reachable=True),
        "line2": LineFacts(channels=1, busy=0, reachable=True),
    },
    phones={"seat1": True},
    switch_up=True,
    disk_free_mb=90_000,
    clock_jumped_ms=0,
    clock_jumped_at=0,
    clock_in_step=True,
    database_well=True,
    engine_started_at=0,
    switch_started_at=0,
)
START = 1_000_000


class Watch:
    """Alarms and a clock."""

    def __init__(self, **rules: int) -> None:
        self.alarms = Alarms(replace(RULES, **rules))
        self.now = START
        self.changes: list[AlarmChange] = []

    def see(self, seconds: float = 0, **facts: Any) -> "Watch":
        """After so long things are like this; looked at each second."""
        for _ in range(int(seconds)):
            self.now += 1_000
            self.changes += self.alarms.look(replace(FINE, **facts), self.now)
        self.changes += self.alarms.look(replace(FINE, **facts), self.now)
        return self

    @property
    def told(self) -> list[tuple[str, bool]]:
        return [(change.alarm.id, change.raised) for change in self.changes]

    @property
    def up(self) -> list[str]:
        return [alarm.id for alarm in self.alarms.views()]


def test_all_is_well() -> None:
    watch = Watch().see(100)
    assert (watch.told, watch.up) == ([], [])


def test_a_long_wait_is_told_becomes_critical_and_is_over_when_it_is_short_again() -> None:
    watch = Watch()
    watch.see(59, waiting_since={"general": START})
    assert watch.told == []
    watch.see(1, waiting_since={"general": START})
    assert watch.told == [("longest_wait:general", True)]
    alarm = watch.alarms.views()[0]
    assert (alarm.kind, alarm.subject, alarm.value, alarm.limit) == ("longest_wait", "general", 60, 60)
    assert (alarm.level, alarm.since) == (AlarmLevel.WARNING, watch.now)
    watch.see(60, waiting_since={"general": START})
    assert watch.told[1:] == [("longest_wait:general", True)]
    assert watch.alarms.views()[0].level is AlarmLevel.CRITICAL
    # The next one in the queue has waited for less, but not for little: the alarm stays, and stays critical.
    watch.see(1, waiting_since={"general": watch.now - 48_000})
    assert (watch.alarms.views()[0].level, watch.alarms.views()[0].value) == (AlarmLevel.CRITICAL, 49)
    watch.see(4)
    assert len(watch.told) == 2
    watch.see(2)
    assert watch.told[2:] == [("longest_wait:general", False)]
    assert watch.up == []


def test_a_value_that_goes_up_and_down_at_its_limit_is_told_once() -> None:
    watch = Watch()
    for _ in range(20):
        watch.see(1, abandoned={"general": (5, 50)}).see(1, abandoned={"general": (4, 50)})
        watch.see(3, abandoned={"general": (3, 50)})
    assert watch.told == [("abandon_rate:general", True)]


def test_a_rate_of_few_calls_says_nothing() -> None:
    watch = Watch().see(5, abandoned={"general": (9, 9)})
    assert watch.told == []
    assert Watch(abandon_calls=0).see(1, abandoned={"general": (0, 0)}).told == []
    watch.see(1, abandoned={"general": (10, 10)})
    assert watch.alarms.views()[0].level is AlarmLevel.CRITICAL


@pytest.mark.parametrize(
    ("facts", "hold_s", "alarm", "level"),
    [
        ({"agents": 0, "agents_on_break": 0}, 30, "no_agent", "critical"),
        ({"agents": 2, "agents_on_break": 2}, 30, "no_agent", "warning"),
        ({"lines": {"line1": LineFacts(channels=2, busy=2, reachable=True)}}, 10, "lines_busy", "warning"),
        (
            {"lines": {"line1": LineFacts(channels=2, busy=0, reachable=False)}},
            20,
            "line_unreachable:line1",
            "critical",
        ),
        ({"phones": {"seat1": False}}, 20, "phone_unreachable:seat1", "warning"),
        ({"switch_up": False}, 3, "switch_down", "critical"),
        ({"database_well": False}, 0, "database", "critical"),
        ({"clock_in_step": False}, 60, "clock_unset", "warning"),
        ({"disk_free_mb": 499}, 0, "disk", "warning"),
        ({"disk_free_mb": 249}, 0, "disk", "critical"),
    ],
)
def test_what_lasts_is_told_and_ends(facts: dict[str, Any], hold_s: int, alarm: str, level: str) -> None:
    watch = Watch()
    if hold_s:
        watch.see(**facts).see(hold_s - 1, **facts)
        watch.see(1)  # fine for a moment: it begins anew
        watch.see(1, **facts).see(hold_s - 1, **facts)
        assert watch.told == []
        watch.see(1, **facts)
    else:
        watch.see(**facts)
    assert watch.told == [(alarm, True)]
    assert watch.alarms.views()[0].level == level
    watch.see(4).see(1, **facts).see(5)
    assert watch.told == [(alarm, True)], "fine for a moment only"
    watch.see(1)
    assert watch.told == [(alarm, True), (alarm, False)]


def test_a_closed_centre_needs_no_agents() -> None:
    assert Watch().see(60, open=False, agents=0, agents_on_break=0).told == []


def test_while_asterisk_is_away_that_is_the_alarm() -> None:
    lines = {"line1": LineFacts(channels=1, busy=0, reachable=False)}
    watch = Watch().see(60, switch_up=False, lines=lines, phones={"seat1": False})
    assert watch.up == ["switch_down"]


def test_the_disk_has_to_be_clearly_emptier() -> None:
    watch = Watch().see(disk_free_mb=400).see(60, disk_free_mb=600)
    assert watch.up == ["disk"]
    assert watch.see(10, disk_free_mb=700).up == []


def test_what_happens_in_an_instant_is_shown_for_a_while() -> None:
    watch = Watch().see(clock_jumped_ms=-7_200_000, clock_jumped_at=START)
    alarm = watch.alarms.views()[0]
    assert (alarm.id, alarm.value, alarm.level) == ("clock_jumped", -7_200, AlarmLevel.WARNING)
    watch.see(599, clock_jumped_ms=-7_200_000, clock_jumped_at=START)
    assert watch.up == ["clock_jumped"]
    watch.see(7, clock_jumped_ms=-7_200_000, clock_jumped_at=START)
    assert watch.up == []


def test_restarts_are_shown() -> None:
    watch = Watch().see(engine_started_at=START, switch_started_at=START)
    assert watch.up == ["engine_started", "switch_started"]
    assert Watch(restart_shown_ms=0).see(engine_started_at=START).up == []


def test_the_worst_is_shown_first() -> None:
    watch = Watch().see(clock_jumped_ms=9_000, clock_jumped_at=START).see(1, disk_free_mb=1)
    watch.see(engine_started_at=watch.now, disk_free_mb=1)
    assert watch.up == ["disk", "clock_jumped", "engine_started"]


def test_what_is_no_more_there_is_no_more_wrong() -> None:
    watch = Watch().see(waiting_since={"old": 1}).see(3, waiting_since={})
    assert watch.up == ["longest_wait:old"]
    watch.see(5, waiting_since={})
    assert watch.told == [("longest_wait:old", True), ("longest_wait:old", False)]


@pytest.mark.parametrize(
    ("rule", "facts"),
    [
        ("longest_wait_ms", {"waiting_since": {"general": 1}}),
        ("abandon_percent", {"abandoned": {"general": (50, 50)}}),
        ("no_agent_ms", {"agents": 0, "agents_on_break": 0}),
        ("lines_busy_ms", {"lines": {"line1": LineFacts(channels=1, busy=1, reachable=True)}}),
        ("unreachable_ms", {"phones": {"seat1": False}}),
        ("disk_free_mb", {"disk_free_mb": 0}),
        ("clock_jump_ms", {"clock_jumped_ms": 1, "clock_jumped_at": START}),
    ],
)
def test_a_threshold_of_nothing_is_no_alarm(rule: str, facts: dict[str, Any]) -> None:
    assert Watch(**{rule: 0}).see(60, **facts).told == []


def test_each_kind_of_alarm_can_be_raised() -> None:
    """Written down a second time, so that a kind that nobody raises is noticed."""
    raised = {
        "longest_wait", "abandon_rate", "no_agent", "lines_busy", "line_unreachable", "phone_unreachable",
        "switch_down", "switch_started", "engine_started", "disk", "database", "clock_jumped", "clock_unset",
    }  # fmt: skip
    assert raised == set(AlarmKind)
