"""Free English text in words: nothing is left to a synthesiser's guesses about figures and signs.

At each place of the text the first rule that matches says what is spoken instead.
"""

import datetime
import re
from collections.abc import Callable
from functools import lru_cache
from re import Match

from engine.core.voice import english_words as words
from engine.core.voice.digit_groups import grouped

_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {
    0x3000: " ",
    0xFFE5: "¥",
    **dict.fromkeys(map(ord, "。、，；：？！"), ", "),
    **dict.fromkeys(map(ord, "–—−"), "-"),
}
_COPIED = ".,!?;:'\"- "
_SYMBOLS = {"&": " and ", "+": " plus ", "=": " equals ", "@": " at ", "%": " percent ", "°": " degrees "}
_SHORTEST_CODE = 5
_CODE_AHEAD = re.compile(
    r"\b(?:phone|tel|telephone|mobile|call|dial|number|no|card|account|ticket|case|code|pin|password|room|"
    r"extension|ext|agent|unit|hotline)\.?[ :#]{1,2}$",
    re.IGNORECASE,
)
_CODE_AHEAD_LENGTH = 14
_NAMES_OF_NUMBERS = {
    "Wi-Fi": "why fie",
    "WiFi": "why fie",
    "WLAN": "W lan",
    "4K": "four K",
    "24/7": "twenty-four seven",
}
_UNITS = {
    "Mbps": "megabit",
    "Mbit/s": "megabit",
    "Gbps": "gigabit",
    "GB": "gigabyte",
    "MB": "megabyte",
    "kB": "kilobyte",
    "TB": "terabyte",
    "GHz": "gigahertz",
    "MHz": "megahertz",
    "kHz": "kilohertz",
    "Hz": "hertz",
    "dBm": "D B M",
    "dB": "decibel",
    "km/h": "kilometer",
    "km": "kilometer",
    "cm": "centimeter",
    "mm": "millimeter",
    "m²": "square meter",
    "㎡": "square meter",
    "kg": "kilogram",
    "kW": "kilowatt",
    "W": "watt",
    "V": "volt",
    "min": "minute",
    "h": "hour",
    "s": "second",
    "m": "meter",
    "℃": "degree",
    "°C": "degree",
}
_UNIT_ENDS = {"Mbps": "per second", "Mbit/s": "per second", "Gbps": "per second", "km/h": "per hour"}
_NEVER_PLURAL = ("GHz", "MHz", "kHz", "Hz", "dBm")

_AMOUNT = r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,12})(?![0-9])(?:\.[0-9]{1,12}(?![0-9]))?"
_START, _END = r"(?<![0-9])", r"(?![0-9])"
_ALONE = r"(?<![0-9A-Za-z])"
_MONTH_NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in words.MONTHS)


@lru_cache(maxsize=512)  # one sentence is asked for again and again, and takes up to a millisecond
def normalise(text: str) -> str:
    """The text with words in place of all figures; safe for any text."""
    text = re.sub(r"\s+", " ", "".join(map(_printable, text.translate(_WIDE))))
    spoken: list[str] = []
    position = 0
    while position < len(text):
        said, position = _read_at(text, position)
        spoken.append(said)
    return _tidy("".join(spoken))


def _printable(character: str) -> str:
    return character if character.isprintable() else " "


def _read_at(text: str, position: int) -> tuple[str, int]:
    """What is said for the text from a position on, and where the rest begins."""
    for pattern, reader in _RULES:
        match = pattern.match(text, position)
        said = reader(match) if match else ""
        if match and said:
            return said, match.end()
    character = text[position]
    if character.isalpha() or character in _COPIED:
        return character, position + 1
    return _SYMBOLS.get(character, " "), position + 1


def _tidy(text: str) -> str:
    text = re.sub(r" +", " ", text)
    return re.sub(r" +([,.!?;:])", r"\1", text).strip()


def _plain(match: Match[str]) -> str:
    return f" {_NAMES_OF_NUMBERS[match.group()]} "


def _apart(said: str) -> str:
    return f" {said} "


def _date(match: Match[str]) -> str:
    year, month, day = (int(part) for part in match.groups())
    try:
        return _apart(words.read_date(datetime.date(year, month, day)))
    except ValueError:
        return ""


def _month(match: Match[str]) -> str:
    return f" {words.MONTHS[int(match[2]) - 1]} {words.read_year(int(match[1]))} "


def _named_day(match: Match[str]) -> str:
    """20 November 2026, November 20, 2026, 20th of Nov."""
    day, year = int(match["day"] or match["day2"]), match["year"]
    name = (match["month"] or match["month2"])[:3]
    if not 1 <= day <= 31:
        return ""
    month = next(month for month in words.MONTHS if month.startswith(name))
    return f" {month} {words.read_ordinal(day)} " + (f"{words.read_year(int(year))} " if year else "")


def _year(match: Match[str]) -> str:
    return words.read_year(int(match.group()))


def _time(match: Match[str]) -> str:
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").lower()
    if hour > 24 or (hour == 24 and minute) or (half and not match["minute"] and not 1 <= hour <= 12):
        return ""
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return _apart(words.read_time(hour, minute))


def _money(match: Match[str]) -> str:
    amount = match["amount"].replace(",", "")
    yuan, _, cents = amount.partition(".")
    minus = "minus " if "-" in match.group() else ""
    if match["scale"] or len(cents) > 2:
        scale = f" {match['scale']}" if match["scale"] else ""
        return _apart(f"{minus}{words.read_decimal(amount)}{scale} yuan")
    return _apart(minus + words.read_money(int(yuan) * 100 + int(cents.ljust(2, "0"))))


def _phone(match: Match[str]) -> str:
    return _apart(", ".join(words.read_digits(group) for group in match.groups() if group))


def _percent(match: Match[str]) -> str:
    sign = "minus " if match[1] else ""
    base = "percent" if match[3] == "%" else "per mille"
    return _apart(f"{sign}{words.read_decimal(match[2].replace(',', ''))} {base}")


def _number_with_unit(match: Match[str]) -> str:
    amount, unit = match[2].replace(",", ""), _UNITS[match[3]]
    plural = "" if amount == "1" or match[3] in _NEVER_PLURAL else "s"
    end = "Celsius" if unit == "degree" else _UNIT_ENDS.get(match[3], "")
    sign = "minus " if match[1] else ""
    return _apart(f"{sign}{words.read_decimal(amount)} {unit}{plural} {end}")


def _ordinal(match: Match[str]) -> str:
    return _apart(words.read_ordinal(int(match[1])))


def _version(match: Match[str]) -> str:
    return _apart(" point ".join(words.read_digits(part) for part in match.group().split(".")))


def _fraction(match: Match[str]) -> str:
    above, below = int(match[1]), int(match[2])
    if not 0 < above < below <= 20:
        return ""
    part = {2: "half", 4: "quarter"}.get(below) or words.read_ordinal(below)
    many = "" if above == 1 else "s"
    return _apart(f"{words.read_integer(above)} {part}{many}")


def _code(match: Match[str]) -> str:
    return f" {words.spell(match[1])}{_digits(match[2])}"


def _number(match: Match[str]) -> str:
    written = match["number"]
    if _is_code(match, written):
        return _digits(written)
    sign = "minus " if match["sign"] else ""
    return _apart(sign + words.read_decimal(written.replace(",", "")))


def _digits(digits: str) -> str:
    return _apart(", ".join(map(words.read_digits, grouped(digits))))


def _is_code(match: Match[str], written: str) -> bool:
    """Whether a number names something, and is read digit by digit, or counts something."""
    if not written.isdigit():
        return False
    behind = match.string[max(0, match.start() - _CODE_AHEAD_LENGTH) : match.start()]
    return (
        len(written) >= _SHORTEST_CODE
        or (len(written) > 1 and written.startswith("0"))
        or (len(written) > 2 and bool(_CODE_AHEAD.search(behind)))
    )


_RULES: list[tuple[re.Pattern[str], Callable[[Match[str]], str]]] = [
    (re.compile(pattern), reader)
    for pattern, reader in (
        (_ALONE + "(?:" + "|".join(map(re.escape, _NAMES_OF_NUMBERS)) + r")(?![A-Za-z0-9])", _plain),
        (rf"{_START}([12][0-9]{{3}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_END}(?:T(?=[0-9]))?", _date),
        (rf"{_START}([12][0-9]{{3}})-(0[1-9]|1[0-2])(?![-0-9])", _month),
        (
            rf"{_ALONE}(?:(?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? "
            rf"(?P<month>{_MONTH_NAMES})\b\.?"
            rf"|(?P<month2>{_MONTH_NAMES})\b\.? (?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?{_END})"
            r"(?:,? (?P<year>[12][0-9]{3})(?![0-9]))?",
            _named_day,
        ),
        (r"(?:(?<=in )|(?<=since )|(?<=year ))(?:19|20)[0-9]{2}(?![0-9.,:%]|-[0-9])", _year),
        (
            rf"{_START}(?P<hour>[0-9]{{1,2}}):(?P<minute>[0-5][0-9])"
            r"(?::[0-5][0-9](?:\.[0-9]+)?(?:Z(?![A-Za-z])|[+-][0-9]{2}:?[0-9]{2})?)?(?![:0-9])"
            r"(?: ?(?P<half>[aApP])\.?[mM]\b\.?)?",
            _time,
        ),
        (rf"{_START}(?P<hour>[0-9]{{1,2}})(?P<minute>) ?(?P<half>[aApP])\.?[mM]\b\.?", _time),
        (r"(?<=[0-9%℃MmthVWs])[ ]?[-~][ ]?(?=¥?[0-9])(?![ ]?[0-9]{7})", lambda _: " to "),
        (
            rf"-?(?:¥|RMB|CNY) ?-?(?P<amount>{_AMOUNT})"
            r"(?: (?P<scale>thousand|million|billion)\b)?",
            _money,
        ),
        (
            rf"-?{_START}(?P<amount>{_AMOUNT})"
            r"(?: (?P<scale>thousand|million|billion))? ?(?:yuan|RMB|CNY)\b",
            _money,
        ),
        (rf"(?:\+?86[- ]?)?{_START}(1[3-9][0-9])[- ]?([0-9]{{4}})[- ]?([0-9]{{4}}){_END}", _phone),
        (rf"{_START}(0[0-9]{{2,3}})[- ]?([0-9]{{3,4}})([0-9]{{4}}){_END}", _phone),
        (rf"{_START}([48]00)[- ]([0-9]{{3}})[- ]?([0-9]{{4}}){_END}", _phone),
        (rf"{_START}([0-9]{{4}})[- ]([0-9]{{4}})[- ]([0-9]{{4}})[- ]([0-9]{{4}}){_END}", _phone),
        (rf"(-?){_START}({_AMOUNT}) ?([%‰])", _percent),
        (rf"(-?){_START}({_AMOUNT}) ?({'|'.join(map(re.escape, _UNITS))})(?![A-Za-z0-9])", _number_with_unit),
        (rf"{_START}([0-9]{{1,6}})(?:st|nd|rd|th)\b", _ordinal),
        (rf"{_START}[0-9]+(?:\.[0-9]+){{2,}}", _version),
        (rf"{_START}([0-9]{{1,2}})/([0-9]{{1,2}})(?![0-9/])", _fraction),
        (
            rf"{_START}({_AMOUNT}) ?[x×*] ?(?=[0-9])",
            lambda m: f" {words.read_decimal(m[1].replace(',', ''))} by ",
        ),
        (r"/(?=(?:month|year|day|hour|minute|second|week)\b)", lambda _: " per "),
        (rf"{_ALONE}([A-Za-z]{{1,4}})-?([0-9]{{3,}})", _code),
        (
            rf"{_ALONE}(?:CA|IC|VOD|OTT|ONU|OLT)(?![A-Za-z0-9])",
            lambda match: _apart(words.spell(match.group())),
        ),
        (rf"(?P<sign>(?<![0-9A-Za-z])-|)(?P<number>{_AMOUNT})", _number),
        (r"[0-9]+", lambda match: _digits(match.group())),
        (r"#", lambda _: " hash "),
        (r"\*", lambda _: " star "),
    )
]
