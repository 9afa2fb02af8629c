"""Working time as nobody would compute it: counted on the wall clock step by step, its rules written again.

The hours of its sites and all that is asked of it are multiples of a step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.core.hours import DayKind, parse_hours
from engine.core.sla import WorkingTime
from engine.core.tickets.types import Limit

MINUTE = 60_000
STEP = 5  # minutes
SHANGHAI = ZoneInfo("Asia/Shanghai")
Periods = tuple[tuple[int, int], ...]  # minutes of the day


@dataclass(frozen=True)
class Site:
    """When a site works. `weekly` is Monday to Sunday."""

    weekly: tuple[Periods, ...]
    zone: ZoneInfo = SHANGHAI
    holidays: frozenset[date] = frozenset()
    make_up: frozenset[date] = frozenset()
    closed: frozenset[date] = frozenset()
    opened: frozenset[date] = frozenset()
    _known: dict[int, bool] = field(default_factory=dict, compare=False)

    def working(self) -> WorkingTime:
        """The same for the code under test."""
        weekly = [
            [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in day] for day in self.weekly
        ]
        hours = parse_hours(
            weekly,
            holidays_closed=True,
            closed_dates=[day.isoformat() for day in self.closed],
            open_dates=[day.isoformat() for day in self.opened],
        )
        return WorkingTime(hours, self.zone, self._kind)

    def wall(self, at: int) -> datetime:
        """The wall clock at an instant."""
        return datetime.fromtimestamp(at // 1_000, self.zone)

    def works(self, at: int) -> bool:
        """Whether the step that begins at an instant is worked; found out once, and remembered."""
        if at not in self._known:
            self._known[at] = self._works(at)
        return self._known[at]

    def _works(self, at: int) -> bool:
        wall = self.wall(at)
        day, minute = wall.date(), wall.hour * 60 + wall.minute
        friday, usual = self.weekly[4], self.weekly[wall.weekday()]
        if day in self.closed:
            return False
        if day in self.opened:
            periods = usual or friday
        elif day in self.holidays:
            return False
        else:
            periods = friday if day in self.make_up else usual
        return any(a <= minute < b for a, b in periods)

    def _kind(self, day: date) -> DayKind:
        if day in self.holidays:
            return DayKind.PUBLIC_HOLIDAY
        return DayKind.MAKE_UP_WORKDAY if day in self.make_up else DayKind.ORDINARY


def slow_add(site: Site, start: int, minutes: int) -> int:
    """The instant at which so many minutes have been worked."""
    at = start
    while minutes:
        minutes -= site.works(at) * STEP
        at += STEP * MINUTE
    return at


def slow_before(site: Site, end: int, minutes: int) -> int:
    """The instant from which so many minutes are worked until `end`."""
    at = end
    while minutes:
        at -= STEP * MINUTE
        minutes -= site.works(at) * STEP
    return at


def slow_between(site: Site, start: int, end: int) -> int:
    """Minutes that are worked between two instants."""
    return sum(site.works(at) for at in range(start, end, STEP * MINUTE)) * STEP


def slow_end_of_day(site: Site, start: int, days: int) -> int:
    """The end of the last worked step of the `days`th later day on which anything is worked."""
    begun, at, end = site.wall(start).date(), start, start
    worked: list[date] = []
    while True:
        day = site.wall(at).date()
        if worked and len(worked) == days and day != worked[-1]:
            return end
        if day > begun and site.works(at):
            if day not in worked:
                worked.append(day)
            end = at + STEP * MINUTE
        at += STEP * MINUTE


def slow_due(site: Site, limit: Limit, start: int) -> int:
    """When a limit runs out."""
    if limit.days:
        return slow_end_of_day(site, start, limit.days)
    return slow_add(site, start, limit.minutes) if limit.working else start + limit.minutes * MINUTE


def days_back(site: Site, end: int) -> Iterator[int]:
    """The worked minutes of each day that has any, from that of `end` backwards."""
    day = site.wall(end - 1).date()
    while True:
        midnight = datetime(day.year, day.month, day.day, tzinfo=site.zone)
        following = datetime.combine(day + timedelta(days=1), datetime.min.time(), site.zone)
        first, last = int(midnight.timestamp()) * 1_000, int(following.timestamp()) * 1_000
        worked = slow_between(site, first, last)
        if worked:
            yield worked
        day -= timedelta(days=1)
