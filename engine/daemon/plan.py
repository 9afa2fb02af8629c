"""The floor's plan, made from the configuration and the flow file."""

import tomllib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.config import Config
from engine.core.hours import DayKind, OpeningHours, parse_hours
from engine.core.ivr.check import check_flow
from engine.core.ivr.flow import Flow, parse_flow
from engine.core.ivr.problems import FlowError, Severity
from engine.core.plan import LinePlan, Plan, QueuePlan, SeatPlan
from engine.core.records import Millis

# The one class of music that Asterisk is given.
MUSIC = "default"


def load_flow(path: Path, queues: Iterable[str], prompts: Iterable[str]) -> Flow:
    """Read a flow file; one that names what is not there is refused before a caller meets it.

    Raises OSError, tomllib.TOMLDecodeError or FlowError.
    """
    flow = parse_flow(tomllib.loads(path.read_text(encoding="utf-8")))
    problems = check_flow(flow, set(queues), set(prompts))
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise FlowError(errors)
    return flow


def chinese_day(day: date) -> DayKind:
    """What the Chinese public calendar says; ordinary beyond the years that the library knows."""
    import chinese_calendar  # only when hours ask for it: it is seldom needed

    try:
        holiday, name = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return DayKind.ORDINARY
    if holiday and name is not None:
        return DayKind.PUBLIC_HOLIDAY
    if not holiday and day.weekday() >= 5:
        return DayKind.MAKE_UP_WORKDAY
    return DayKind.ORDINARY


def opening_hours(config: Config) -> OpeningHours:
    """The hours of the configuration. Raises HoursError."""
    hours = config.hours
    weekly = (
        hours.monday,
        hours.tuesday,
        hours.wednesday,
        hours.thursday,
        hours.friday,
        hours.saturday,
        hours.sunday,
    )
    return parse_hours(
        weekly,
        holidays_closed=hours.holidays == "closed",
        closed_dates=hours.closed_dates,
        open_dates=hours.open_dates,
    )


def midnight_after(now: Millis, zone: ZoneInfo) -> Millis:
    """The next midnight on the site's wall clock."""
    day = datetime.fromtimestamp(now / 1000, zone).date() + timedelta(days=1)
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def midnight_before(now: Millis, zone: ZoneInfo) -> Millis:
    """The last midnight on the site's wall clock."""
    day = datetime.fromtimestamp(now / 1000, zone).date()
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def make_plan(config: Config, flow: Flow) -> Plan:
    """All that the floor knows of the site."""
    zone = ZoneInfo(config.site.timezone)
    hours = opening_hours(config)
    return Plan(
        seats={
            seat.id: SeatPlan(id=seat.id, name=seat.name, extension=seat.extension, auto=seat.phone == "auto")
            for seat in config.seats
        },
        queues={
            queue.id: QueuePlan(
                id=queue.id,
                name=queue.name,
                name_en=queue.name_en,
                music=MUSIC,
                ring_ms=queue.ring_seconds * 1000,
                wrap_up_ms=queue.wrap_up_seconds * 1000,
                max_wait_ms=queue.max_wait_seconds * 1000,
                max_waiting=queue.max_waiting,
                announce_first_ms=queue.announce_first_seconds * 1000,
                announce_every_ms=queue.announce_every_seconds * 1000,
                service_level_ms=queue.service_level_seconds * 1000,
                short_abandon_ms=queue.short_abandon_seconds * 1000,
            )
            for queue in config.queues
        },
        lines={
            line.id: LinePlan(id=line.id, name=line.name, channels=line.channels) for line in config.lines
        },
        break_reasons=frozenset(reason.id for reason in config.break_reasons),
        console_grace_ms=config.agents.console_grace_seconds * 1000,
        flow=flow,
        language=config.site.language,
        is_open=lambda now: hours.is_open(now, zone, chinese_day),
        next_midnight=lambda now: midnight_after(now, zone),
    )
