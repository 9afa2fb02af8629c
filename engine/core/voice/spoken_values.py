"""A value as it is said, and as it is shown, by the kind of its place."""

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.core.ivr.values import Value, is_secret
from engine.core.voice import chinese, english_words
from engine.core.voice.digit_groups import grouped
from engine.core.voice.template import Slot, ValueKind

_LARGEST = 10**15
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_DATE, _MONTH = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), re.compile(r"[0-9]{4}-[0-9]{2}")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|(24):(00)")
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2})")
_WORDS_OF_DAYS = {
    "zh": {-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"},
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
}
_Clock = tuple[int, int]  # hour, 24 at the end of a day, and minute


def can_be_said(slot: Slot, value: Value | None) -> bool:
    """Whether the value is there and what its place takes."""
    return _read(slot.kind, value) is not None


def say_value(slot: Slot, value: Value | None, language: str, today: datetime.date) -> str:
    """The value in words of the language ("zh", else English); empty if it cannot be said."""
    read = _read(slot.kind, value)
    return "" if read is None else (_ZH if language == "zh" else _EN)[slot.kind](read, today)


def show_value(slot: Slot, value: Value | None, language: str, today: datetime.date) -> str:
    """The value as a screen has it, with its figures; empty if it cannot be said."""
    read = _read(slot.kind, value)
    return "" if read is None else (_SHOW_ZH if language == "zh" else _SHOW_EN)[slot.kind](read, today)


def _read(kind: ValueKind, value: Value | None) -> Any:
    """The value as its kind has it (a date, a number ...), or None."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return _READERS.get(kind, _whole)(value)


def _text(value: str | int) -> str | None:
    text = str(value) if _is_sane(value) else ""
    return None if is_secret(text) or not text.strip() else text


def _digits(value: str | int) -> str | None:
    text = re.sub(r"[^0-9A-Za-z]", "", _text(value) or "")
    return text if text.isascii() and text else None


def _whole(value: str | int) -> int | None:
    if isinstance(value, str):
        return int(value) if _WHOLE.fullmatch(value) else None
    return value if _is_sane(value) else None


def _is_sane(value: str | int) -> bool:
    return isinstance(value, str) or -_LARGEST < value < _LARGEST


def _seconds(value: str | int) -> int | None:
    seconds = _whole(value)
    return None if seconds is None or seconds < 0 else seconds


def _date(value: str | int) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value)) if _DATE.fullmatch(str(value)) else None
    except ValueError:
        return None


def _month(value: str | int) -> datetime.date | None:
    return _date(f"{value}-01") if _MONTH.fullmatch(str(value)) else None


def _clock(value: str | int) -> _Clock | None:
    match = _TIME.fullmatch(str(value))
    return (int(match[1] or match[3]), int(match[2] or match[4])) if match else None


def _moment(value: str | int) -> tuple[datetime.date, _Clock] | None:
    match = _MOMENT.fullmatch(str(value))
    date, clock = (_date(match[1]), _clock(match[2])) if match else (None, None)
    return (date, clock) if date and clock else None


def _day_by_name(date: datetime.date, language: str, today: datetime.date) -> str:
    return _WORDS_OF_DAYS[language].get((date - today).days, "")


def _say_day_zh(date: datetime.date, today: datetime.date) -> str:
    written = f"{chinese.read_integer(date.month)}月{chinese.read_integer(date.day)}日"
    year = "" if date.year == today.year else f"{chinese.read_year(date.year)}年"
    return _day_by_name(date, "zh", today) or year + written


def _say_day_en(date: datetime.date, today: datetime.date) -> str:
    read = english_words.read_day if date.year == today.year else english_words.read_date
    return _day_by_name(date, "en", today) or read(date)


def _say_month_zh(date: datetime.date, today: datetime.date) -> str:
    year = "" if date.year == today.year else f"{chinese.read_year(date.year)}年"
    return f"{year}{chinese.read_integer(date.month)}月"


def _say_month_en(date: datetime.date, today: datetime.date) -> str:
    year = "" if date.year == today.year else f" {english_words.read_year(date.year)}"
    return english_words.MONTHS[date.month - 1] + year


def _say_digits_zh(text: str, today: datetime.date) -> str:
    return ",".join(chinese.spell(group) for group in grouped(text))


def _say_digits_en(text: str, today: datetime.date) -> str:
    return ", ".join(english_words.spell(group) for group in grouped(text))


def _show_day_zh(date: datetime.date, today: datetime.date) -> str:
    year = "" if date.year == today.year else f"{date.year}年"
    return _day_by_name(date, "zh", today) or f"{year}{date.month}月{date.day}日"


def _show_day_en(date: datetime.date, today: datetime.date) -> str:
    year = "" if date.year == today.year else f", {date.year}"
    return _day_by_name(date, "en", today) or f"{english_words.MONTHS[date.month - 1]} {date.day}{year}"


def _show_month_zh(date: datetime.date, today: datetime.date) -> str:
    return ("" if date.year == today.year else f"{date.year}年") + f"{date.month}月"


def _show_month_en(date: datetime.date, today: datetime.date) -> str:
    return english_words.MONTHS[date.month - 1] + ("" if date.year == today.year else f" {date.year}")


def _show_money(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def _show_clock(clock: _Clock) -> str:
    return f"{clock[0]:02}:{clock[1]:02}"


def _show_duration(seconds: int, units: tuple[str, str, str], gap: str) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    counted = [(count, unit) for count, unit in zip((hours, minutes, rest), units, strict=True) if count]
    return gap.join(f"{count}{unit}" for count, unit in counted) or f"0{units[2]}"


_READERS: Mapping[ValueKind, Callable[[str | int], Any]] = {
    ValueKind.TEXT: _text,
    ValueKind.DIGITS: _digits,
    ValueKind.DATE: _date,
    ValueKind.DAY: _date,
    ValueKind.MONTH: _month,
    ValueKind.TIME: _clock,
    ValueKind.MOMENT: _moment,
    ValueKind.DURATION: _seconds,
}

_Writer = Callable[[Any, datetime.date], str]

_ZH: Mapping[ValueKind, _Writer] = {
    ValueKind.TEXT: lambda text, today: text,
    ValueKind.DIGITS: _say_digits_zh,
    ValueKind.NUMBER: lambda number, today: chinese.read_integer(number),
    ValueKind.COUNT: lambda number, today: chinese.read_count(number),
    ValueKind.MONEY: lambda fen, today: chinese.read_money(fen),
    ValueKind.DATE: lambda date, today: chinese.read_date(date),
    ValueKind.DAY: _say_day_zh,
    ValueKind.MONTH: _say_month_zh,
    ValueKind.TIME: lambda clock, today: chinese.read_clock(*clock),
    ValueKind.MOMENT: lambda moment, today: (
        _say_day_zh(moment[0], today) + chinese.read_time_of_day(*moment[1])
    ),
    ValueKind.DURATION: lambda seconds, today: chinese.read_duration(seconds),
    ValueKind.PERCENT: lambda number, today: chinese.read_percent(str(number)),
}
_EN: Mapping[ValueKind, _Writer] = {
    ValueKind.TEXT: lambda text, today: text,
    ValueKind.DIGITS: _say_digits_en,
    ValueKind.NUMBER: lambda number, today: english_words.read_integer(number),
    ValueKind.COUNT: lambda number, today: english_words.read_integer(number),
    ValueKind.MONEY: lambda fen, today: english_words.read_money(fen),
    ValueKind.DATE: lambda date, today: english_words.read_date(date),
    ValueKind.DAY: _say_day_en,
    ValueKind.MONTH: _say_month_en,
    ValueKind.TIME: lambda clock, today: english_words.read_time(*clock),
    ValueKind.MOMENT: lambda moment, today: (
        f"{_say_day_en(moment[0], today)} at {english_words.read_time(*moment[1])}"
    ),
    ValueKind.DURATION: lambda seconds, today: english_words.read_duration(seconds),
    ValueKind.PERCENT: lambda number, today: f"{english_words.read_integer(number)} percent",
}
_SHOW_ZH: Mapping[ValueKind, _Writer] = {
    ValueKind.TEXT: lambda text, today: text,
    ValueKind.DIGITS: lambda text, today: text,
    ValueKind.NUMBER: lambda number, today: str(number),
    ValueKind.COUNT: lambda number, today: str(number),
    ValueKind.MONEY: lambda fen, today: f"{_show_money(fen)}元",
    ValueKind.DATE: lambda date, today: f"{date.year}年{date.month}月{date.day}日",
    ValueKind.DAY: _show_day_zh,
    ValueKind.MONTH: _show_month_zh,
    ValueKind.TIME: lambda clock, today: _show_clock(clock),
    ValueKind.MOMENT: lambda moment, today: f"{_show_day_zh(moment[0], today)}{_show_clock(moment[1])}",
    ValueKind.DURATION: lambda seconds, today: _show_duration(seconds, ("小时", "分", "秒"), ""),
    ValueKind.PERCENT: lambda number, today: f"{number}%",
}
_SHOW_EN: Mapping[ValueKind, _Writer] = {
    **_SHOW_ZH,
    ValueKind.MONEY: lambda fen, today: f"{_show_money(fen)} yuan",
    ValueKind.DATE: lambda date, today: f"{english_words.MONTHS[date.month - 1]} {date.day}, {date.year}",
    ValueKind.DAY: _show_day_en,
    ValueKind.MONTH: _show_month_en,
    ValueKind.MOMENT: lambda moment, today: f"{_show_day_en(moment[0], today)} {_show_clock(moment[1])}",
    ValueKind.DURATION: lambda seconds, today: _show_duration(seconds, (" h", " min", " s"), " "),
}
