"""Opening hours: weekdays, holidays and 调休, changes of the clocks, and hours that cannot be meant."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.hours import DayKind, HoursError, OpeningHours, parse_hours, parse_weekly

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")  # clocks forward 2026-03-29 02:00, back 2026-10-25 03:00
HAVANA = ZoneInfo("America/Havana")  # clocks forward 2026-03-08 at midnight: the day begins at 01:00

DAY = ("08:00-12:00", "14:00-18:00")
OFFICE = [DAY] * 4 + [("08:00-12:00", "14:00-17:00")] + [(), ()]

# The National Day of 2026: 1 to 7 October off, Saturday 10 October worked in place of it.
HOLIDAYS = {date(2026, 10, day) for day in range(1, 8)}
MAKE_UP = {date(2026, 10, 10)}


def calendar(day: date) -> DayKind:
    if day in HOLIDAYS:
        return DayKind.PUBLIC_HOLIDAY
    return DayKind.MAKE_UP_WORKDAY if day in MAKE_UP else DayKind.ORDINARY


def unknown_year(day: date) -> DayKind:
    return DayKind.ORDINARY


def instant(text: str, zone: ZoneInfo = SHANGHAI, *, second_time: bool = False) -> int:
    """Milliseconds of a wall-clock time; `second_time`: of an hour that comes twice, the second one."""
    wall = datetime.fromisoformat(text).replace(tzinfo=zone, fold=int(second_time))
    return round(wall.timestamp() * 1_000)


def office(
    weekly: Sequence[Sequence[str]] = OFFICE,
    *,
    holidays_closed: bool = True,
    closed_dates: Sequence[str] = (),
    open_dates: Sequence[str] = (),
) -> OpeningHours:
    return parse_hours(
        weekly, holidays_closed=holidays_closed, closed_dates=closed_dates, open_dates=open_dates
    )


def is_open(hours: OpeningHours, text: str, zone: ZoneInfo = SHANGHAI) -> bool:
    return hours.is_open(instant(text, zone), zone, calendar)


def next_change(hours: OpeningHours, text: str, zone: ZoneInfo = SHANGHAI) -> str:
    change = hours.next_change(instant(text, zone), zone, calendar)
    assert change is not None
    return datetime.fromtimestamp(change / 1_000, zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2026-09-21 07:59:59.999", False),
        ("2026-09-21 08:00", True),
        ("2026-09-21 11:59:59.999", True),
        ("2026-09-21 12:00", False),
        ("2026-09-21 14:00", True),
        ("2026-09-21 18:00", False),
        ("2026-09-25 17:00", False),  # Friday is short
        ("2026-09-26 09:00", False),  # Saturday
    ],
)
def test_a_week_at_the_office(time: str, expected: bool) -> None:
    assert is_open(office(), time) is expected


def test_day_and_night_has_no_gap_at_midnight() -> None:
    hours = office([("00:00-24:00",)] * 7, holidays_closed=False)
    assert is_open(hours, "2026-09-21 23:59:59.999")
    assert is_open(hours, "2026-09-22 00:00")
    assert hours.next_change(instant("2026-09-21 12:00"), SHANGHAI, calendar) is None


def test_a_night_is_written_in_two_periods() -> None:
    hours = office([("00:00-06:00", "22:00-24:00")] * 7, holidays_closed=False)
    assert is_open(hours, "2026-09-21 23:00")
    assert is_open(hours, "2026-09-22 05:59")
    assert next_change(hours, "2026-09-21 23:00") == "2026-09-22 06:00"


def test_holidays_are_closed_or_not_as_the_site_wants() -> None:
    assert not is_open(office(), "2026-10-01 09:00")  # a Thursday
    assert is_open(office(holidays_closed=False), "2026-10-01 09:00")


@pytest.mark.parametrize("holidays_closed", [True, False])
def test_a_make_up_working_day_has_the_hours_of_friday(holidays_closed: bool) -> None:
    hours = office(holidays_closed=holidays_closed)
    assert is_open(hours, "2026-10-10 16:59")  # a Saturday
    assert not is_open(hours, "2026-10-10 17:00")


def test_in_a_year_that_the_calendar_does_not_know_weekdays_count() -> None:
    hours = office()
    assert hours.is_open(instant("2026-10-01 09:00"), SHANGHAI, unknown_year)
    assert not hours.is_open(instant("2026-10-10 09:00"), SHANGHAI, unknown_year)


def test_a_closed_date_beats_everything() -> None:
    assert not is_open(office(closed_dates=["2026-09-21"]), "2026-09-21 09:00")
    assert not is_open(office(closed_dates=["2026-10-10"]), "2026-10-10 09:00")


def test_an_open_date_is_worked_even_on_a_holiday() -> None:
    hours = office(open_dates=["2026-10-01"])
    assert is_open(hours, "2026-10-01 17:30")  # Thursday's hours, not Friday's
    assert not is_open(hours, "2026-10-02 09:00")


def test_an_open_date_without_hours_of_its_own_has_those_of_friday() -> None:
    hours = office(open_dates=["2026-09-26"])  # a Saturday
    assert is_open(hours, "2026-09-26 16:59")
    assert not is_open(hours, "2026-09-26 17:00")


@pytest.mark.parametrize(
    ("now", "change"),
    [
        ("2026-09-21 07:00", "2026-09-21 08:00"),
        ("2026-09-21 08:00", "2026-09-21 12:00"),
        ("2026-09-21 12:00", "2026-09-21 14:00"),
        ("2026-09-21 20:00", "2026-09-22 08:00"),
        ("2026-09-25 18:00", "2026-09-28 08:00"),  # over the weekend
        ("2026-09-30 18:00", "2026-10-08 08:00"),  # over the holiday
        ("2026-10-09 18:00", "2026-10-10 08:00"),  # into the make-up Saturday
    ],
)
def test_the_next_change_is_found(now: str, change: str) -> None:
    assert next_change(office(), now) == change


def test_periods_that_meet_are_one() -> None:
    hours = office([("12:00-18:00", "08:00-12:00")] * 7)
    assert next_change(hours, "2026-09-21 09:00") == "2026-09-21 18:00"


def test_a_centre_that_never_opens_has_no_next_change() -> None:
    assert office([()] * 7).next_change(instant("2026-09-21 09:00"), SHANGHAI, calendar) is None


def test_a_change_weeks_ahead_is_found() -> None:
    hours = office([()] * 7, open_dates=["2027-09-20"])
    assert hours.next_change(instant("2026-09-21 09:00"), SHANGHAI, calendar) is None  # Friday has no hours
    hours = office([*[()] * 4, DAY, (), ()], closed_dates=["2026-09-25"], open_dates=["2027-09-20"])
    assert next_change(hours, "2026-09-21 09:00") == "2026-10-09 08:00"


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_when_the_clocks_change_the_office_opens_by_the_wall_clock(day: str) -> None:
    hours = office([DAY] * 7)
    assert not is_open(hours, f"{day} 07:59", BERLIN)
    assert is_open(hours, f"{day} 08:00", BERLIN)
    assert next_change(hours, f"{day} 00:30", BERLIN) == f"{day} 08:00"


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    hours = office([("02:30-04:00",)] * 7)
    first, second = (instant("2026-10-25 02:30", BERLIN, second_time=again) for again in (False, True))
    assert second - first == 3_600_000
    closing = hours.next_change(first, BERLIN, calendar)
    assert closing == first + 30 * 60_000  # at 03:00 the clock goes back to 02:00
    assert hours.next_change(closing, BERLIN, calendar) == second


def test_an_opening_time_that_the_clocks_skip_is_when_they_jump() -> None:
    hours = office([("02:30-04:00",)] * 7)
    assert next_change(hours, "2026-03-29 01:00", BERLIN) == "2026-03-29 03:00"


def test_a_day_without_a_midnight_begins_when_the_clock_says_so() -> None:
    hours = office([("00:00-24:00",)] * 5 + [(), ("00:00-24:00",)])  # Saturday closed
    assert next_change(hours, "2026-03-07 12:00", HAVANA) == "2026-03-08 01:00"


def test_a_day_on_which_the_clocks_change_may_end_at_midnight() -> None:
    hours = office([()] * 6 + [("08:00-24:00",)])
    assert next_change(hours, "2026-10-25 09:00", BERLIN) == "2026-10-26 00:00"


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        (("8:00-12:00",), 'tuesday: "8:00-12:00" is not a period; write one like "08:00-12:00"'),
        (("08:00–12:00",), "is not a period"),
        (("08:00-12:60",), "is not a period"),
        (("08:00-24:30",), "is not a period"),
        (("",), "is not a period"),
        (("08:00-12:00\n",), "is not a period"),
        (("12:00-12:00",), "ends before it begins"),
        (("22:00-06:00",), 'written as "22:00-24:00" on tuesday and "00:00-06:00" on the next day'),
        (
            ("11:00-13:00", "08:00-12:00"),
            'tuesday: "08:00-12:00" and "11:00-13:00" overlap; write them as one period',
        ),
        (("08:00-12:00", "08:00-12:00"), "overlap"),
    ],
)
def test_periods_that_cannot_be_meant_are_refused(periods: Sequence[str], words: str) -> None:
    with pytest.raises(HoursError) as raised:
        office([(), periods, (), (), (), (), ()])
    assert words in str(raised.value)
    assert str(raised.value).startswith("[hours] tuesday: ")


def test_dates_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(HoursError, match='closed_dates: "2026-02-30" is not a date'):
        office(closed_dates=["2026-02-30"])
    with pytest.raises(HoursError, match='open_dates: "tomorrow" is not a date'):
        office(open_dates=["tomorrow"])
    with pytest.raises(HoursError, match="2026-09-21 is in closed_dates and in open_dates"):
        office(open_dates=["2026-09-21"], closed_dates=["2026-09-21"])


@st.composite
def weeks(draw: st.DrawFn) -> list[list[str]]:
    """A week with up to two periods a day, on quarters of an hour."""
    marks = st.lists(st.integers(0, 96), max_size=4, unique=True).map(sorted)
    week = []
    for _ in range(7):
        quarters = draw(marks)
        texts = [f"{q // 4:02}:{q % 4 * 15:02}" for q in quarters]
        week.append([f"{a}-{b}" for a, b in zip(texts[::2], texts[1::2], strict=False)])
    return week


@settings(max_examples=40, deadline=None)
@given(
    week=weeks(),
    start=st.sampled_from(
        [
            datetime(2026, 3, 28, 20, tzinfo=BERLIN),
            datetime(2026, 10, 24, 20, tzinfo=BERLIN),
            datetime(2026, 3, 7, 20, tzinfo=HAVANA),
            datetime(2026, 10, 31, 20, tzinfo=HAVANA),
            datetime(2026, 10, 9, 20, tzinfo=SHANGHAI),
        ]
    ),
    minutes=st.integers(0, 600),
)
def test_the_next_change_is_what_looking_at_every_minute_finds(
    week: list[list[str]], start: datetime, minutes: int
) -> None:
    zone = start.tzinfo
    assert isinstance(zone, ZoneInfo)
    hours = office(week)
    now = round((start + timedelta(minutes=minutes)).timestamp() * 1_000)
    open_now = hours.is_open(now, zone, calendar)
    ahead = range(now + 60_000, now + 24 * 3_600_000, 60_000)
    expected = next((t for t in ahead if hours.is_open(t, zone, calendar) != open_now), None)
    found = hours.next_change(now, zone, calendar)
    if expected is None:
        assert found is None or found >= ahead.stop
    else:
        assert found == expected


def test_hours_in_lines_name_days_or_spans_of_days() -> None:
    lines = ("monday-friday 08:00-12:00", "wednesday 14:00-18:00", "sunday 09:00-10:00")
    morning = ("08:00-12:00",)
    wednesday = (*morning, "14:00-18:00")
    assert parse_weekly(lines) == (morning, morning, wednesday, morning, morning, (), ("09:00-10:00",))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "monday",
        "08:00-12:00",
        "mon 08:00-12:00",
        "monday-fri 08:00-12:00",
        "Monday 08:00-12:00",
        "monday x",
    ],
)
def test_a_line_that_names_no_day_or_no_hours_is_refused(line: str) -> None:
    with pytest.raises(HoursError, match="are no hours"):
        parse_weekly([line])


def test_a_span_of_days_over_the_weekend_is_two_lines() -> None:
    with pytest.raises(HoursError, match="weeks begin on monday"):
        parse_weekly(["saturday-monday 08:00-12:00"])
