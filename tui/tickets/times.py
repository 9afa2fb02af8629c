"""An instant to come, as people type it: 17:30, 24 17:30, 11-24 17:30, +2h."""

import datetime
import re

from engine.core.records import Millis

_PARTS = re.compile(r"(?:(?:(\d{4})-)?(?:(\d{1,2})[-/月])?(\d{1,2})日?\s+)?(\d{1,2})[:：.](\d{2})")
_AHEAD = re.compile(r"\+(\d{1,3})\s*([mhd])")
_UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}


def read_moment(text: str, now: Millis, zone: datetime.tzinfo) -> Millis:
    """The instant, the next one where the day is left out; 0 for what is none, or gone."""
    if ahead := _AHEAD.fullmatch(text.strip().casefold()):
        return now + int(ahead[1]) * _UNITS[ahead[2]]
    parts = _PARTS.fullmatch(text.strip())
    if parts is None:
        return 0
    year, month, day, hour, minute = (int(part) if part else None for part in parts.groups())
    today = datetime.datetime.fromtimestamp(now / 1000, zone)
    try:
        then = today.replace(
            year=year or today.year,
            month=month or today.month,
            day=day or today.day,
            hour=hour or 0,
            minute=minute or 0,
            second=0,
            microsecond=0,
        )
    except ValueError:
        return 0
    at = int(then.timestamp() * 1000)
    if at <= now and day is None:
        at += _UNITS["d"]
    return at if at > now else 0
