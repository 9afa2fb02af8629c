"""Quiet hours: when nobody is to be disturbed by a call of ours, such as "21:00-08:00"."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.core.records import Millis

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")

Span = tuple[int, int]  # minutes from midnight on the wall clock: first quiet one, first loud one


def parse_quiet_hours(text: str) -> Span | None:
    """The span of "21:00-08:00", over midnight or not; None for "". Raises ValueError with the remedy."""
    if not text:
        return None
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is no span of quiet hours; write one like "21:00-08:00", or "" for none')
    first, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    return (first, end) if first != end else None


def next_loud(span: Span | None, now: Millis, zone: ZoneInfo) -> Millis:
    """The first instant from `now` on at which calls may be made."""
    if span is None:
        return now
    first, end = span
    local = datetime.fromtimestamp(now // 1_000, UTC).astimezone(zone)
    minute = local.hour * 60 + local.minute
    quiet = first <= minute < end if first < end else minute >= first or minute < end
    if not quiet:
        return now
    day = local.date() + timedelta(days=minute >= end)
    return _instant(day, end, zone)


def _instant(day: date, minute: int, zone: ZoneInfo) -> Millis:
    wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=zone)
    return int(wall.timestamp()) * 1_000
