"""Opening hours: when the centre is open, and when that changes next.

Which day counts as what, the first that fits:
1. a closed date: closed all day;
2. an open date: its weekday's hours, or Friday's where that weekday has none, whatever the calendar says;
3. a public holiday, where holidays are closed: closed all day;
4. a make-up working day (调休: a weekend worked in place of a holiday): Friday's hours;
5. any other day: its weekday's hours.

Periods are on the wall clock of the site, so a day on which the clocks change keeps its opening hour.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from engine.core.records import Millis

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FRIDAY = 4
_MINUTE_MS = 60_000
_HORIZON_DAYS = 400  # every rule of a year comes up in it once

_PERIOD = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")

_DAYS_AND_PERIOD = re.compile(r"([a-z]+)(?:-([a-z]+))? ([0-9:-]+)")

Period = tuple[int, int]  # minutes from midnight on the wall clock: first open one, first closed one


class DayKind(StrEnum):
    """What the public calendar says about a day; ordinary where it says nothing or does not know the year."""

    ORDINARY = "ordinary"
    PUBLIC_HOLIDAY = "public_holiday"
    MAKE_UP_WORKDAY = "make_up_workday"


Calendar = Callable[[date], DayKind]


class HoursError(ValueError):
    """Hours that cannot be meant; `str()` names the key and says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """The opening hours of a site. `weekly` has the periods of Monday to Sunday, in order."""

    weekly: tuple[tuple[Period, ...], ...]
    holidays_closed: bool = False
    closed_dates: frozenset[date] = frozenset()
    open_dates: frozenset[date] = frozenset()

    def is_open(self, instant_ms: Millis, zone: ZoneInfo, calendar: Calendar) -> bool:
        """Whether the centre is open at an instant."""
        local = _local(instant_ms, zone)
        minute = local.hour * 60 + local.minute
        return any(first <= minute < end for first, end in self.periods_of(local.date(), calendar))

    def next_change(self, instant_ms: Millis, zone: ZoneInfo, calendar: Calendar) -> Millis | None:
        """The first instant after this one at which the centre opens or closes; None: not within 400 days."""
        now_open = self.is_open(instant_ms, zone, calendar)
        today = _local(instant_ms, zone).date()
        for day in (today + timedelta(days=n) for n in range(_HORIZON_DAYS)):
            for moment in self._moments(day, zone, calendar):
                if moment > instant_ms and self.is_open(moment, zone, calendar) != now_open:
                    return moment
        return None

    def periods_of(self, day: date, calendar: Calendar) -> tuple[Period, ...]:
        """The periods of one day, by the rules on top of this file."""
        weekday = self.weekly[day.weekday()]
        if day in self.closed_dates:
            return ()
        if day in self.open_dates:
            return weekday or self.weekly[_FRIDAY]
        kind = calendar(day)
        if kind is DayKind.PUBLIC_HOLIDAY and self.holidays_closed:
            return ()
        return self.weekly[_FRIDAY] if kind is DayKind.MAKE_UP_WORKDAY else weekday

    def _moments(self, day: date, zone: ZoneInfo, calendar: Calendar) -> Iterator[Millis]:
        """The instants of a day, in order, at which the centre might open or close."""
        start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        if end - start != 24 * 60 * _MINUTE_MS:  # the clocks change: wall minutes repeat or are missing
            yield from range(start, end + 1, _MINUTE_MS)
            return
        for first, closing in self.periods_of(day, calendar):
            yield start + first * _MINUTE_MS
            yield start + closing * _MINUTE_MS


def parse_hours(
    weekly: Sequence[Iterable[str]],
    *,
    holidays_closed: bool,
    closed_dates: Iterable[str] = (),
    open_dates: Iterable[str] = (),
) -> OpeningHours:
    """Make opening hours of the values of config.toml: periods "08:00-12:00", dates "2026-12-31".

    Raises HoursError, which names the key and the remedy.
    """
    closed = frozenset(_date("closed_dates", text) for text in closed_dates)
    opened = frozenset(_date("open_dates", text) for text in open_dates)
    both = sorted(closed & opened)
    if both:
        raise HoursError(f"[hours] {both[0]} is in closed_dates and in open_dates; delete one of them")
    return OpeningHours(
        weekly=tuple(_periods(day, texts) for day, texts in zip(WEEKDAYS, weekly, strict=True)),
        holidays_closed=holidays_closed,
        closed_dates=closed,
        open_dates=opened,
    )


def parse_weekly(texts: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """The periods of Monday to Sunday out of lines like "monday-friday 08:00-18:00".

    A day that no line names has none. Raises HoursError; the periods themselves are read by `parse_hours`.
    """
    weekly: list[list[str]] = [[] for _ in WEEKDAYS]
    for text in texts:
        match = _DAYS_AND_PERIOD.fullmatch(text)
        if match is None or match[1] not in WEEKDAYS or (match[2] or match[1]) not in WEEKDAYS:
            raise HoursError(
                f'"{text}" are no hours; write "monday-friday 08:00-18:00" or "saturday 09:00-12:00"'
            )
        first, last = WEEKDAYS.index(match[1]), WEEKDAYS.index(match[2] or match[1])
        if first > last:
            raise HoursError(f'"{text}" ends before it begins: weeks begin on monday; write it as two lines')
        for day in range(first, last + 1):
            weekly[day].append(match[3])
    return tuple(tuple(periods) for periods in weekly)


def _periods(day: str, texts: Iterable[str]) -> tuple[Period, ...]:
    found = sorted((_period(day, text), text) for text in texts)
    for (earlier, earlier_text), (later, later_text) in pairwise(found):
        if later[0] < earlier[1]:
            raise HoursError(
                f'[hours] {day}: "{earlier_text}" and "{later_text}" overlap; write them as one period'
            )
    return tuple(period for period, _ in found)


def _period(day: str, text: str) -> Period:
    match = _PERIOD.fullmatch(text)
    if match is None:
        raise HoursError(f'[hours] {day}: "{text}" is not a period; write one like "08:00-12:00"')
    first = int(match[1]) * 60 + int(match[2])
    end = int(match[3]) * 60 + int(match[4]) if match[3] else 24 * 60
    if first >= end:
        raise HoursError(
            f'[hours] {day}: "{text}" ends before it begins; a period over midnight is written as '
            f'"{text[:5]}-24:00" on {day} and "00:00-{text[6:]}" on the next day'
        )
    return first, end


def _date(key: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise HoursError(f'[hours] {key}: "{text}" is not a date; write one like "2026-12-31"') from None


def _local(instant_ms: Millis, zone: ZoneInfo) -> datetime:
    seconds = instant_ms // 1_000  # whole seconds: a float would round 23:59:59.9999 up to the next day
    return datetime.fromtimestamp(seconds, UTC).astimezone(zone)


def _midnight(day: date, zone: ZoneInfo) -> Millis:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1_000
