"""Time limits: working time, holidays, year ends, clock changes, all against time counted step by step."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.core.hours import DayKind, parse_hours
from engine.core.sla import WorkingTime, due, due_after, left, warn_at
from engine.core.tickets.types import Limit
from tests.core.slow_clock import (
    MINUTE,
    STEP,
    Periods,
    Site,
    days_back,
    slow_add,
    slow_before,
    slow_between,
    slow_due,
)

HOUR = 60 * MINUTE
DAY = 24 * HOUR
BERLIN = ZoneInfo("Europe/Berlin")  # forward 2026-03-29 02:00, back 2026-10-25 03:00
OFFICE: Periods = ((510, 720), (840, 1050))  # 08:30-12:00, 14:00-17:30
COUNTY = Site(
    weekly=(OFFICE,) * 5 + ((), ()),
    holidays=frozenset({date(2026, 10, day) for day in range(1, 8)} | {date(2027, 1, 1)}),
    make_up=frozenset({date(2026, 10, 10)}),
)
TWO_DAYS = Limit(days=2)


def instant(text: str, zone: ZoneInfo = COUNTY.zone) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()) * 1_000


def on_the_wall(at: int, zone: ZoneInfo = COUNTY.zone) -> str:
    return datetime.fromtimestamp(at / 1_000, zone).strftime("%Y-%m-%d %H:%M")


# Stories: what the office would count on its fingers


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-23 09:00", "2026-11-25 17:30"),  # Monday: Tuesday, Wednesday
        ("2026-11-23 00:00", "2026-11-25 17:30"),  # the first instant of a day belongs to it
        ("2026-11-26 23:59", "2026-11-30 17:30"),  # Thursday night: Friday, Monday
        ("2026-11-28 10:00", "2026-12-01 17:30"),  # Saturday: Monday, Tuesday
        ("2026-09-30 10:00", "2026-10-09 17:30"),  # before the holiday week: the 8th, the 9th
        ("2026-10-03 10:00", "2026-10-09 17:30"),  # in the middle of it
        ("2026-10-09 10:00", "2026-10-12 17:30"),  # Saturday the 10th is worked in place of it
        ("2026-12-30 16:00", "2027-01-04 17:30"),  # Thursday the 31st, New Year's Day off, Monday
        ("2027-12-30 16:00", "2028-01-03 17:30"),  # a year that the calendar does not know has no holidays
    ],
)
def test_a_complaint_is_answered_within_two_working_days(start: str, end: str) -> None:
    assert on_the_wall(due(TWO_DAYS, instant(start), COUNTY.working())) == end


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23 11:30", 60, "2026-11-23 14:30"),  # over the break at noon
        ("2026-11-23 11:30", 30, "2026-11-23 12:00"),  # done when the morning is
        ("2026-11-27 17:00", 31, "2026-11-30 08:31"),  # over a weekend
        ("2026-09-30 17:00", 60, "2026-10-08 09:00"),  # over the holiday week
        ("2026-11-28 03:00", 0, "2026-11-28 03:00"),  # nothing is over at once
    ],
)
def test_minutes_count_in_working_time(start: str, minutes: int, end: str) -> None:
    assert on_the_wall(due(Limit(minutes=minutes), instant(start), COUNTY.working())) == end


def test_a_fault_is_repaired_within_24_hours_whoever_works() -> None:
    limit = Limit(minutes=24 * 60, working=False)
    start = instant("2026-10-01 20:00")
    assert due(limit, start, COUNTY.working()) == start + DAY


def test_a_day_without_an_hour_is_shorter_and_one_with_an_hour_twice_longer() -> None:
    site = Site(weekly=(((0, 1440),),) * 7, zone=BERLIN)
    working = site.working()
    for day, hours in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)):
        first = instant(f"{day} 00:00", BERLIN)
        last = instant(f"{date.fromisoformat(day) + timedelta(days=1)} 00:00", BERLIN)
        assert working.between(first, last) == hours * HOUR
    assert due(Limit(minutes=1440), instant("2026-03-28 12:00", BERLIN), working) == (
        instant("2026-03-28 12:00", BERLIN) + DAY
    )


def test_work_between_two_and_three_is_done_twice_or_not_at_all_when_the_clocks_change() -> None:
    night = Site(weekly=(((120, 180),),) * 7, zone=BERLIN).working()
    eve = instant("2026-10-24 12:00", BERLIN)
    assert night.between(eve, eve + DAY) == 2 * HOUR
    spring = instant("2026-03-28 12:00", BERLIN)
    assert night.between(spring, spring + DAY) == 0
    assert on_the_wall(night.end_of_day(spring, 1), BERLIN) == "2026-03-30 03:00"


@pytest.mark.parametrize("weekly", [((),) * 7, ((),) * 6 + (((0, 60),),)])
def test_a_site_that_never_works_counts_always(weekly: tuple[Periods, ...]) -> None:
    """With hours on Sundays only, and all Sundays closed, or with no hours at all."""
    sundays = frozenset(date(2025, 1, 5) + timedelta(days=7 * n) for n in range(200))
    working = Site(weekly=weekly, closed=sundays).working()
    start = instant("2026-11-23 09:00")
    assert working.add(start, 3 * DAY) == start + 3 * DAY
    assert working.before(start, 3 * DAY) == start - 3 * DAY
    assert working.between(start, start + 3 * DAY) == 3 * DAY
    assert working.of_days(start, 2) == 2 * DAY
    assert on_the_wall(working.end_of_day(start, 2)) == "2026-11-26 00:00"


@pytest.mark.parametrize("start", [-1, -(10**15), 32_440_608_000_000, 10**18])
def test_far_years_have_no_calendar_and_no_exception(start: int) -> None:
    working = COUNTY.working()
    assert working.add(start, HOUR) == start + HOUR
    assert working.before(start, HOUR) == start - HOUR
    assert working.between(start, start + HOUR) == HOUR
    assert working.end_of_day(start, 2) == start + 2 * DAY
    assert working.of_days(start, 2) == 2 * DAY


def test_the_last_days_before_the_calendar_ends_go_over_its_end() -> None:
    start = instant("2997-12-30 09:00")
    assert COUNTY.working().add(start, 20_000 * HOUR) > start
    assert COUNTY.working().end_of_day(start, 400) > start


def test_a_month_of_working_time_asks_the_calendar_for_each_day_once() -> None:
    asked: list[date] = []

    def calendar(day: date) -> DayKind:
        asked.append(day)
        return DayKind.ORDINARY

    working = replace(COUNTY.working(), calendar=calendar)
    working.add(instant("2026-11-02 08:30"), 20 * 7 * HOUR)
    assert len(asked) <= 31


def test_a_warning_comes_when_so_much_of_the_time_is_gone() -> None:
    working = COUNTY.working()
    end = instant("2026-11-25 17:30")
    assert on_the_wall(warn_at(TWO_DAYS, 50, end, working)) == "2026-11-25 08:30"
    assert on_the_wall(warn_at(TWO_DAYS, 75, end, working)) == "2026-11-25 14:00"
    assert warn_at(TWO_DAYS, 100, end, working) == end
    always = Limit(minutes=24 * 60, working=False)
    assert warn_at(always, 75, end, working) == end - 6 * HOUR


def test_what_is_left_goes_on_in_the_same_kind_of_time() -> None:
    working = COUNTY.working()
    friday, end = instant("2026-11-27 16:30"), instant("2026-11-30 17:30")
    assert left(TWO_DAYS, end, friday, working) == 8 * HOUR
    assert due_after(TWO_DAYS, 8 * HOUR, instant("2026-12-02 16:30"), working) == instant("2026-12-03 17:30")
    always = Limit(minutes=60, working=False)
    assert left(always, end, friday, working) == end - friday
    assert left(always, friday, end, working) == left(TWO_DAYS, friday, end, working) == 0
    assert due_after(always, HOUR, friday, working) == friday + HOUR


def test_hours_of_a_site_are_those_of_the_opening_hours() -> None:
    hours = parse_hours([["08:00-12:00"]] * 7, holidays_closed=False)
    working = WorkingTime(hours, COUNTY.zone, COUNTY.working().calendar)
    day = instant("2026-10-01 00:00")  # a holiday on which this one works
    assert working.between(day, day + DAY) == 4 * HOUR


# The same against time counted step by step, on random calendars


def steps(least: int, most: int) -> st.SearchStrategy[int]:
    """Minutes that the reference can count."""
    return st.integers(least // STEP, most // STEP).map(lambda count: count * STEP)


@st.composite
def sites(draw: st.DrawFn) -> tuple[Site, int]:
    """A site, and a minute near a change of its clocks, a holiday or a year's end."""
    name, near = draw(
        st.sampled_from(
            [
                ("Asia/Shanghai", "2026-10-01"),
                ("Asia/Shanghai", "2026-12-31"),
                ("Europe/Berlin", "2026-03-28"),
                ("Europe/Berlin", "2026-10-24"),
                ("America/Havana", "2026-03-07"),  # the day after begins at 01:00
                ("America/Havana", "2026-10-31"),
                ("Australia/Lord_Howe", "2026-04-04"),  # by half an hour
                ("Australia/Lord_Howe", "2026-10-03"),
            ]
        )
    )
    zone = ZoneInfo(name)
    first = date.fromisoformat(near)
    days = [first + timedelta(days=n) for n in range(-3, 8)]
    some_days = st.frozensets(st.sampled_from(days), max_size=3)
    closed = draw(some_days)
    site = Site(
        weekly=tuple(draw(st.lists(day_periods(), min_size=7, max_size=7))),
        zone=zone,
        holidays=draw(some_days),
        make_up=draw(some_days),
        closed=closed,
        opened=draw(some_days) - closed,
    )
    assume(any(site.weekly))
    start = int(datetime(first.year, first.month, first.day, tzinfo=zone).timestamp()) * 1_000
    return site, start + draw(steps(-1440, 3 * 1440)) * MINUTE


def day_periods() -> st.SearchStrategy[Periods]:
    edges = st.lists(st.integers(0, 48), min_size=0, max_size=4, unique=True)
    return edges.map(
        lambda found: tuple(
            (a * 30, b * 30) for a, b in zip(sorted(found)[::2], sorted(found)[1::2], strict=False)
        )
    )


limits = st.one_of(
    st.builds(Limit, minutes=steps(0, 1500), working=st.booleans()),
    st.builds(Limit, days=st.integers(1, 3), working=st.booleans()),
)


@given(sites(), steps(0, 1500))
def test_adding_and_taking_away_is_counting_minutes(site_and_start: tuple[Site, int], minutes: int) -> None:
    site, start = site_and_start
    working = site.working()
    end = working.add(start, minutes * MINUTE)
    assert end == slow_add(site, start, minutes)
    assert working.between(start, end) == minutes * MINUTE == slow_between(site, start, end) * MINUTE
    assert working.before(start, minutes * MINUTE) == slow_before(site, start, minutes)
    assert working.between(end, start) == 0


@given(sites(), limits, steps(0, 1500), steps(0, 1500))
def test_limits_and_pauses_are_counting_minutes(
    site_and_start: tuple[Site, int], limit: Limit, until_pause: int, pause: int
) -> None:
    """A clock that stood still for a while runs out as if the time had not been."""
    site, start = site_and_start
    working = site.working()
    end = due(limit, start, working)
    assert end == slow_due(site, limit, start)
    stop = start + until_pause * MINUTE
    rest = left(limit, end, stop, working)
    in_work = limit.working or limit.days
    assert rest == (slow_between(site, stop, end) * MINUTE if in_work else max(0, end - stop))
    go_on = stop + pause * MINUTE
    again = due_after(limit, rest, go_on, working)
    assert again == (slow_add(site, go_on, rest // MINUTE) if in_work else go_on + rest)


@given(sites(), limits, st.sampled_from([25, 50, 80, 100]))
def test_warnings_are_counting_minutes(site_and_start: tuple[Site, int], limit: Limit, percent: int) -> None:
    site, start = site_and_start
    end = due(limit, start, site.working())
    whole = sum(islice(days_back(site, end), limit.days)) if limit.days else limit.minutes
    assume(whole * (100 - percent) % (100 * STEP) == 0)  # the reference knows whole steps
    rest = whole * (100 - percent) // 100
    expected = slow_before(site, end, rest) if limit.working or limit.days else end - rest * MINUTE
    assert warn_at(limit, percent, end, site.working()) == expected


@given(sites(), st.integers(0, 10**9), st.integers(0, 10**9))
def test_time_adds_up_to_the_millisecond(site_and_start: tuple[Site, int], one: int, other: int) -> None:
    site, start = site_and_start
    working = site.working()
    middle = working.add(start + 1, one)
    end = working.add(middle, other)
    assert end == working.add(start + 1, one + other)
    assert working.between(start + 1, end) == one + other
    assert working.between(middle, end) == other
    assert working.add(working.before(end, other), other) == end
