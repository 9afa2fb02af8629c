"""Quiet hours: when nobody is to be disturbed."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.core.quiet_hours import next_loud, parse_quiet_hours

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("hours", "now", "then"),
    [
        ("21:00-08:00", "2026-03-02 20:59:59", "2026-03-02 20:59:59"),
        ("21:00-08:00", "2026-03-02 21:00:00", "2026-03-03 08:00:00"),
        ("21:00-08:00", "2026-03-03 00:30:00", "2026-03-03 08:00:00"),
        ("21:00-08:00", "2026-03-03 07:59:59", "2026-03-03 08:00:00"),
        ("21:00-08:00", "2026-03-03 08:00:00", "2026-03-03 08:00:00"),
        ("12:00-13:30", "2026-03-03 12:00:00", "2026-03-03 13:30:00"),
        ("12:00-13:30", "2026-03-03 13:30:00", "2026-03-03 13:30:00"),
        ("12:00-13:30", "2026-03-03 11:59:00", "2026-03-03 11:59:00"),
        ("", "2026-03-03 03:00:00", "2026-03-03 03:00:00"),
        ("08:00-08:00", "2026-03-03 03:00:00", "2026-03-03 03:00:00"),
    ],
)
def test_the_first_instant_at_which_calls_may_be_made(hours: str, now: str, then: str) -> None:
    assert next_loud(parse_quiet_hours(hours), at(now), SHANGHAI) == at(then)


def test_the_end_is_on_the_wall_clock_also_when_the_clocks_change() -> None:
    span = parse_quiet_hours("21:00-08:00")
    assert next_loud(span, at("2026-03-28 22:00:00", BERLIN), BERLIN) == at("2026-03-29 08:00:00", BERLIN)


@pytest.mark.parametrize("text", ["21-08", "21:00", "24:00-08:00", "21:00-08:60", "9:00-10:00"])
def test_what_is_no_span_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(ValueError, match='write one like "21:00-08:00"'):
        parse_quiet_hours(text)
