"""The floor's plan, made from the configuration and the flow files."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.config import Config, ConfigError, Queue
from engine.core.dialling import NumberKind
from engine.core.hours import DayKind, HoursError, OpeningHours, parse_hours, parse_weekly
from engine.core.ivr.flow import Flow
from engine.core.numbers import callback_number
from engine.core.plan import CallbackPlan, DialRules, LinePlan, NumberPlan, Plan, QueuePlan, SeatPlan
from engine.core.quiet_hours import next_loud, parse_quiet_hours
from engine.core.records import Millis
from engine.core.states import Strategy
from engine.core.voice.catalogue import Catalogue
from engine.daemon.flow_texts import Texts, flow_of, read_texts

# Customers' numbers whose normal form is kept.
_NUMBERS_KEPT = 1_000

# What Asterisk plays as music while callers wait, by the end of the file's name.
_MUSIC = (".wav", ".alaw", ".ulaw", ".gsm", ".sln", ".sln16")


def load_plan(
    config: Config, home: Path, catalogue: Catalogue, texts: Mapping[str, Texts] | None = None
) -> Plan:
    """The whole plan: configuration, and every flow that it names, as texts or found from the folder `home`.

    Raises OSError, FlowError, HoursError or ConfigError.
    """
    check_queues(config, home, catalogue)
    ticket_hours(config)
    queues = {queue.id for queue in config.queues}
    known = texts or {}
    flows = {
        file: flow_of(known.get(file) or read_texts(home / file), queues, catalogue)
        for file in flow_files(config)
    }
    return make_plan(config, flows[config.ivr.flow], flows)


def flow_files(config: Config) -> list[str]:
    """All flows that the configuration names, that of [ivr] first."""
    return list(dict.fromkeys([config.ivr.flow, *(item.flow for item in config.numbers if item.flow)]))


def check_queues(config: Config, home: Path, prompts: Collection[str]) -> None:
    """Refuse prompts and music of queues that are not there. Raises ConfigError."""
    for queue in config.queues:
        if queue.announcement and queue.announcement not in prompts:
            place = f"[[queues]] {queue.id}: announcement"
            raise ConfigError(f"{place}: there is no prompt `{queue.announcement}` in prompts.toml")
        if queue.music and not _has_music(home / queue.music):
            place = f"[[queues]] {queue.id}: music"
            raise ConfigError(f"{place}: {home / queue.music} has no sound files ({', '.join(_MUSIC)})")


def _has_music(folder: Path) -> bool:
    return folder.is_dir() and any(file.suffix in _MUSIC for file in folder.iterdir())


@lru_cache(maxsize=64)  # the library looks through all its days each time
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


def is_holiday(hours: OpeningHours, day: date) -> bool:
    """Whether a day is a public holiday, or one on which the site is closed; a weekend is none."""
    if day in hours.open_dates:
        return False
    return day in hours.closed_dates or chinese_day(day) is DayKind.PUBLIC_HOLIDAY


def opening_hours(config: Config) -> OpeningHours:
    """The hours of the configuration. Raises HoursError."""
    hours = config.hours
    return _hours(
        config,
        (
            hours.monday,
            hours.tuesday,
            hours.wednesday,
            hours.thursday,
            hours.friday,
            hours.saturday,
            hours.sunday,
        ),
    )


def queue_hours(config: Config, queue: Queue) -> OpeningHours | None:
    """A queue's own hours, on the holidays and dates of the site; None: it has none. Raises HoursError."""
    try:
        return _hours(config, parse_weekly(queue.hours)) if queue.hours else None
    except HoursError as error:
        raise HoursError(f"[[queues]] {queue.id}: hours: {error}") from None


def ticket_hours(config: Config) -> OpeningHours:
    """The working time of the clocks of tickets, on the dates of the site. Raises HoursError."""
    try:
        return _hours(config, parse_weekly(config.tickets.working_hours), config.tickets.holidays)
    except HoursError as error:
        raise HoursError(f"[tickets] working_hours: {error}") from None


def _hours(config: Config, weekly: tuple[tuple[str, ...], ...], holidays: str = "") -> OpeningHours:
    return parse_hours(
        weekly,
        holidays_closed=(holidays or config.hours.holidays) == "closed",
        closed_dates=config.hours.closed_dates,
        open_dates=config.hours.open_dates,
    )


def midnight_after(now: Millis, zone: ZoneInfo) -> Millis:
    """The next midnight on the site's wall clock."""
    day = datetime.fromtimestamp(now / 1000, zone).date() + timedelta(days=1)
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def midnight_before(now: Millis, zone: ZoneInfo) -> Millis:
    """The last midnight on the site's wall clock."""
    day = datetime.fromtimestamp(now / 1000, zone).date()
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def make_plan(config: Config, flow: Flow, flows: Mapping[str, Flow] | None = None) -> Plan:
    """All that the floor knows of the site; `flows` are those of `[[numbers]]` by the name of their file."""
    zone, hours = ZoneInfo(config.site.timezone), opening_hours(config)
    flows = flows or {}
    return Plan(
        seats={
            seat.id: SeatPlan(
                id=seat.id,
                name=seat.name,
                extension=seat.extension,
                auto=seat.phone == "auto",
                queues=frozenset(seat.queues),
                dids=frozenset(seat.numbers),
            )
            for seat in config.seats
        },
        queues={queue.id: _queue_plan(config, queue, zone) for queue in config.queues},
        lines={
            line.id: LinePlan(
                id=line.id,
                name=line.name,
                channels=line.channels,
                outbound=line.outbound,
                dial_prefix=line.dial_prefix,
            )
            for line in config.lines
        },
        break_reasons=frozenset(reason.id for reason in config.break_reasons),
        break_limits_ms={
            reason.id: reason.max_minutes * 60_000 for reason in config.break_reasons if reason.max_minutes
        },
        max_on_break=config.agents.max_on_break,
        console_grace_ms=config.agents.console_grace_seconds * 1000,
        flow=flow,
        numbers={
            number.did: NumberPlan(
                did=number.did,
                flow=flows.get(number.flow, flow),
                priority_ms=number.priority_seconds * 1000,
            )
            for number in config.numbers
        },
        skills=config.skills,
        language=config.site.language,
        dialling=_dial_rules(config),
        callback=_callback_plan(config, zone),
        is_open=_open_at(hours, zone),
        is_holiday=lambda now: is_holiday(hours, datetime.fromtimestamp(now / 1000, zone).date()),
        next_midnight=lambda now: midnight_after(now, zone),
    )


def _dial_rules(config: Config) -> DialRules:
    dialling = config.dialling
    kinds = {
        NumberKind.LOCAL: dialling.local,
        NumberKind.MOBILE: dialling.mobile,
        NumberKind.LONG_DISTANCE: dialling.long_distance,
        NumberKind.INTERNATIONAL: dialling.international,
        NumberKind.PREMIUM: dialling.premium,
    }
    return DialRules(
        allowed=frozenset(str(kind) for kind, allowed in kinds.items() if allowed),
        premium=dialling.premium_prefixes,
        area_code=config.site.area_code,
        keep_free_lines=dialling.keep_free_lines,
        ring_ms=dialling.ring_seconds * 1000,
    )


def _queue_plan(config: Config, queue: Queue, zone: ZoneInfo) -> QueuePlan:
    hours = queue_hours(config, queue)
    return QueuePlan(
        id=queue.id,
        name=queue.name,
        name_en=queue.name_en,
        music=queue.music_class,
        ring_ms=queue.ring_seconds * 1000,
        wrap_up_ms=queue.wrap_up_seconds * 1000,
        max_wait_ms=queue.max_wait_seconds * 1000,
        max_waiting=queue.max_waiting,
        announce_first_ms=queue.announce_first_seconds * 1000,
        announce_every_ms=queue.announce_every_seconds * 1000,
        service_level_ms=queue.service_level_seconds * 1000,
        short_abandon_ms=queue.short_abandon_seconds * 1000,
        strategy=Strategy(queue.strategy),
        relax_ms=queue.relax_seconds * 1000,
        sticky_ms=queue.sticky_seconds * 1000,
        vip_ms=queue.vip_seconds * 1000,
        recaller_ms=queue.recaller_seconds * 1000,
        overflow=queue.overflow,
        overflow_ms=queue.overflow_seconds * 1000,
        is_open=_open_at(hours, zone) if hours is not None else None,
        announcement=queue.announcement,
        announce_agent=queue.announce_agent,
        wrap_up_extension_ms=queue.wrap_up_extension_seconds * 1000,
        survey=queue.survey,
    )


def _callback_plan(config: Config, zone: ZoneInfo) -> CallbackPlan:
    rules, area_code = config.callback, config.site.area_code
    span = parse_quiet_hours(rules.quiet_hours)

    @lru_cache(maxsize=_NUMBERS_KEPT)  # asked for the same few numbers at each step of their calls
    def number(raw: str) -> str:
        return callback_number(raw, area_code=area_code)

    return CallbackPlan(
        enabled=rules.enabled,
        tries=rules.tries,
        pause_ms=rules.pause_minutes * 60_000,
        next_allowed=lambda now: next_loud(span, now, zone),
        number=number,
    )


def _open_at(hours: OpeningHours, zone: ZoneInfo) -> Callable[[Millis], bool]:
    return lambda now: hours.is_open(now, zone, chinese_day)
