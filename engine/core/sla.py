"""Time limits: the working time of a site, and when a limit runs out.

A limit in days ends with the working time of the last day, and the day on which it begins is not counted
(Civil Code of the PRC, articles 201 and 203); one in minutes is counted from the instant itself.

A clock that stands still keeps what is left of it in milliseconds: of working time, or of any time where the
limit counts always. A site without working time for more than a year counts always: its clocks never stop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from engine.core.hours import Calendar, OpeningHours
from engine.core.records import Millis
from engine.core.tickets.types import Limit

_SECOND_MS = 1_000
_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS
_HORIZON_DAYS = 400  # who does not work for so long has no working time
_YEARS = range(1971, 2999)  # with a calendar: beyond them every hour counts
_EARLIEST, _LATEST = 31_536_000_000, 32_440_608_000_000  # their beginning and their end, in UTC

Interval = tuple[Millis, Millis]  # first instant at work, first one no longer


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """When a site works: opening hours on its wall clock, with what the public calendar says.

    A day on which the clocks change is as long as it really is: an hour that comes twice counts twice.
    """

    hours: OpeningHours
    zone: ZoneInfo
    calendar: Calendar

    def add(self, start: Millis, ms: int) -> Millis:
        """The instant at which so much working time has gone since `start`."""
        if ms <= 0:
            return start
        at = start
        for begin, end in self._from(start):
            room = end - max(begin, start)
            if ms <= room:
                return end - room + ms
            ms, at = ms - room, end
        return at + ms

    def before(self, end: Millis, ms: int) -> Millis:
        """The instant at which so much working time is left until `end`."""
        if ms <= 0:
            return end
        at = end
        for begin, finish in self._until(end):
            room = min(finish, end) - begin
            if ms <= room:
                return begin + room - ms
            ms, at = ms - room, begin
        return at - ms

    def between(self, start: Millis, end: Millis) -> int:
        """Milliseconds of working time from `start` to `end`; 0 where the end comes first."""
        if end <= start:
            return 0
        total, at = 0, start
        for begin, finish in self._from(start):
            if begin >= end:
                return total
            total += min(end, finish) - max(start, begin)
            at = finish
        return total + end - at

    def end_of_day(self, start: Millis, days: int) -> Millis:
        """The end of the working time of the `days`th working day after the day of `start`."""
        if not _EARLIEST <= start < _LATEST:
            return start + days * _DAY_MS
        first = self._day_of(start)
        later = (one for one in self._working_days(first, 1) if one[0] > first)
        found = list(islice(later, days))
        if len(found) == days:
            return found[-1][1][-1][1] if found else start
        last = found[-1][0] if found else first
        return _midnight(last + timedelta(days=days - len(found) + 1), self.zone)

    def of_days(self, end: Millis, days: int) -> int:
        """Milliseconds of working time of the last `days` working days, that of `end` among them."""
        until = self._working_days(self._day_of(end - 1), -1) if _EARLIEST < end < _LATEST else iter(())
        found = [sum(finish - begin for begin, finish in day) for _, day in islice(until, days)]
        return sum(found) + (days - len(found)) * _DAY_MS

    def _from(self, at: Millis) -> Iterator[Interval]:
        """The intervals that are not over at an instant, in order."""
        days = self._working_days(self._day_of(at), 1) if _EARLIEST <= at < _LATEST else iter(())
        return (one for _, day in days for one in day if one[1] > at)

    def _until(self, at: Millis) -> Iterator[Interval]:
        """The intervals that have begun before an instant, the last one first."""
        days = self._working_days(self._day_of(at), -1) if _EARLIEST <= at < _LATEST else iter(())
        return (one for _, day in days for one in reversed(day) if one[0] < at)

    def _working_days(self, day: date, step: int) -> Iterator[tuple[date, tuple[Interval, ...]]]:
        """The days with work from one on, or back from it, until there is none for more than a year."""
        idle = 0
        while idle < _HORIZON_DAYS and day.year in _YEARS:
            found = self._intervals(day)
            idle = 0 if found else idle + 1
            if found:
                yield day, found
            day += timedelta(days=step)

    def _day_of(self, at: Millis) -> date:
        return datetime.fromtimestamp(at // _SECOND_MS, UTC).astimezone(self.zone).date()

    def _intervals(self, day: date) -> tuple[Interval, ...]:
        """When the site works on a day, in order."""
        periods = self.hours.periods_of(day, self.calendar)
        if not periods:
            return ()
        start, end = _midnight(day, self.zone), _midnight(day + timedelta(days=1), self.zone)
        if end - start == _DAY_MS:
            return tuple((start + a * _MINUTE_MS, start + b * _MINUTE_MS) for a, b in periods)
        return tuple(self._on_changed_day(day, start, end))

    def _on_changed_day(self, day: date, start: Millis, end: Millis) -> Iterator[Interval]:
        """The same of a day with a change of the clocks: before it and after it the wall clock is even."""
        change = self._change(start, end)
        for first, last in ((start, change), (change, end)):
            wall = first + self._offset(first) - _utc_midnight(day)  # since midnight on the wall clock
            for a, b in self.hours.periods_of(day, self.calendar):
                begin = max(first, first - wall + a * _MINUTE_MS)
                finish = min(last, first - wall + b * _MINUTE_MS)
                if begin < finish:
                    yield begin, finish

    def _change(self, start: Millis, end: Millis) -> Millis:
        """The instant between these at which the clocks change."""
        before = self._offset(start)
        low, high = start // _SECOND_MS, end // _SECOND_MS
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._offset(middle * _SECOND_MS) == before else (low, middle)
        return high * _SECOND_MS

    def _offset(self, at: Millis) -> int:
        """By how much the wall clock is ahead of UTC, in milliseconds."""
        local = datetime.fromtimestamp(at // _SECOND_MS, UTC).astimezone(self.zone)
        return int((local.replace(tzinfo=UTC).timestamp() - at // _SECOND_MS) * _SECOND_MS)


def due(limit: Limit, start: Millis, working: WorkingTime) -> Millis:
    """When a limit that begins at `start` runs out."""
    if limit.days:
        return working.end_of_day(start, limit.days)
    return due_after(limit, limit.minutes * _MINUTE_MS, start, working)


def left(limit: Limit, due_at: Millis, now: Millis, working: WorkingTime) -> int:
    """Milliseconds that a clock has left when it stops; 0 where it has run out."""
    return working.between(now, due_at) if _in_working_time(limit) else max(0, due_at - now)


def due_after(limit: Limit, left_ms: int, now: Millis, working: WorkingTime) -> Millis:
    """When a clock runs out that goes on now with so much left."""
    return working.add(now, left_ms) if _in_working_time(limit) else now + left_ms


def warn_at(limit: Limit, percent: int, due_at: Millis, working: WorkingTime) -> Millis:
    """When `percent` of a limit that runs out at `due_at` are gone.

    It is counted back from the end, so that a clock that stood still warns as long before it as any other.
    """
    whole = working.of_days(due_at, limit.days) if limit.days else limit.minutes * _MINUTE_MS
    rest = whole * (100 - percent) // 100
    return working.before(due_at, rest) if _in_working_time(limit) else due_at - rest


def _in_working_time(limit: Limit) -> bool:
    return limit.working or limit.days > 0


def _midnight(day: date, zone: ZoneInfo) -> Millis:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * _SECOND_MS


def _utc_midnight(day: date) -> Millis:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * _SECOND_MS
