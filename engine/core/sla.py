"""Time limits: the working time of a site, and when a limit runs out.

A limit in days ends with the working time of the last day, and the day on which it begins is not counted
(Civil Code of the PRC, articles 201 and 203); one in minutes is counted from the instant itself.

A clock that stands still keeps what is left of it in milliseconds: of working time, or of any time where the
limit counts always. A site without working time for more than a year counts always: its clocks never stop.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.core.hours import Calendar, OpeningHours
from engine.core.records import Millis
from engine.core.tickets.types import Limit

_SECOND_MS = 1_000
_MINUTE_MS = 60_000
_DAY_MS = 24 * 60 * _MINUTE_MS
_HORIZON_DAYS = 400  # who does not work for so long has no working time
_EARLIEST, _LATEST = 0, 32_503_680_000_000  # 1970 and 3000: beyond them every hour counts

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
        at = start
        while ms > 0:
            found = self._next(at)
            if found is None:
                return at + ms
            begin = max(at, found[0])
            if ms <= found[1] - begin:
                return begin + ms
            ms -= found[1] - begin
            at = found[1]
        return at

    def before(self, end: Millis, ms: int) -> Millis:
        """The instant at which so much working time is left until `end`."""
        at = end
        while ms > 0:
            found = self._previous(at)
            if found is None:
                return at - ms
            finish = min(at, found[1])
            if ms <= finish - found[0]:
                return finish - ms
            ms -= finish - found[0]
            at = found[0]
        return at

    def between(self, start: Millis, end: Millis) -> int:
        """Milliseconds of working time from `start` to `end`; 0 where the end comes first."""
        total, at = 0, start
        while at < end:
            found = self._next(at)
            if found is None:
                return total + end - at
            total += max(0, min(end, found[1]) - max(at, found[0]))
            at = found[1]
        return total

    def end_of_day(self, start: Millis, days: int) -> Millis:
        """The end of the working time of the `days`th working day after the day of `start`."""
        if not _EARLIEST <= start < _LATEST:
            return start + days * _DAY_MS
        day, end = self._day_of(start), start
        for _ in range(days):
            day, end = self._working_day_after(day)
        return end

    def of_days(self, end: Millis, days: int) -> int:
        """Milliseconds of working time of the last `days` working days, that of `end` among them."""
        total, at = 0, end
        for n in range(days):
            found = self._previous(at)
            if found is None:
                return total + (days - n) * _DAY_MS
            day = self._intervals(self._day_of(found[0]))
            total += sum(finish - begin for begin, finish in day)
            at = day[0][0]
        return total

    def _working_day_after(self, day: date) -> tuple[date, Millis]:
        """The next working day, and when its work ends; where nobody works, the next day and its midnight."""
        for later in (day + timedelta(days=n) for n in range(1, _HORIZON_DAYS)):
            found = self._intervals(later)
            if found:
                return later, found[-1][1]
        return day + timedelta(days=1), _midnight(day + timedelta(days=2), self.zone)

    def _next(self, at: Millis) -> Interval | None:
        """The first interval that is not over at `at`."""
        return next((one for one in self._around(at, 1) if one[1] > at), None)

    def _previous(self, at: Millis) -> Interval | None:
        """The last interval that has begun before `at`."""
        return next((one for one in self._around(at, -1) if one[0] < at), None)

    def _around(self, at: Millis, step: int) -> Iterator[Interval]:
        if not _EARLIEST <= at < _LATEST:
            return
        today = self._day_of(at)
        for n in range(_HORIZON_DAYS):
            yield from self._intervals(today + timedelta(days=step * n))[::step]

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
