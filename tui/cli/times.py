"""Days and times on the command line, in the site's zone."""

import datetime

from engine.core.records import Millis
from tui.cli.errors import UsageProblem
from tui.words import tr

DAY = datetime.timedelta(days=1)
FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
DAYS = {"yesterday": -1, "昨天": -1, "today": 0, "今天": 0, "tomorrow": 1, "明天": 1}


def since_millis(text: str, now: Millis, zone: datetime.tzinfo) -> Millis:
    """The first instant meant by `text`; 0 for an empty one."""
    if not text:
        return 0
    moment, _ = _read(text, now, zone)
    return _millis(moment)


def until_millis(text: str, now: Millis, zone: datetime.tzinfo) -> Millis:
    """The instant after the last one meant by `text`: a day counts whole; 0 for an empty one."""
    if not text:
        return 0
    moment, whole_day = _read(text, now, zone)
    return _millis(moment + DAY if whole_day else moment)


def instant(text: str, now: Millis, zone: datetime.tzinfo) -> Millis:
    """The instant meant by `text`, which has to say the time of day."""
    moment, whole_day = _read(text, now, zone)
    if whole_day:
        raise UsageProblem(
            tr("{text} is a whole day", text=repr(text)), tr('write the time too: "2026-03-01 08:30"')
        )
    return _millis(moment)


def full_moment(at: Millis, zone: datetime.tzinfo) -> str:
    """An instant as it may be given to a command: 2026-03-01 08:30."""
    return datetime.datetime.fromtimestamp(at / 1000, zone).strftime("%Y-%m-%d %H:%M")


def _read(text: str, now: Millis, zone: datetime.tzinfo) -> tuple[datetime.datetime, bool]:
    midnight = datetime.datetime.fromtimestamp(now / 1000, zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    day, _, clock = text.rpartition(" ")
    if text in DAYS:
        return midnight + DAYS[text] * DAY, True
    if (day or "today") in DAYS and (time := _clock(clock)) is not None:
        return midnight + DAYS[day or "today"] * DAY + time, False
    for form in FORMS:
        try:
            return datetime.datetime.strptime(text, form).replace(tzinfo=zone), False
        except ValueError:
            continue
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=zone), True
    except ValueError:
        raise UsageProblem(
            tr("{text} is not a day or a time", text=repr(text)),
            tr('write 2026-03-01, "2026-03-01 08:30", 08:30, today, yesterday or "tomorrow 08:30"'),
        ) from None


def _clock(text: str) -> datetime.timedelta | None:
    try:
        time = datetime.datetime.strptime(text, "%H:%M")
    except ValueError:
        return None
    return datetime.timedelta(hours=time.hour, minutes=time.minute)


def _millis(moment: datetime.datetime) -> Millis:
    return int(moment.timestamp() * 1000)
