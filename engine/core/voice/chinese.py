"""Numbers, money, dates and times as the Chinese words that a person would say.

A synthesiser reads "12850" or "128.50元" wrongly, so nothing but words reaches it.
"""

import datetime

DIGITS = "零一二三四五六七八九"
_SPOKEN_DIGITS = {str(value): word for value, word in enumerate(DIGITS)} | {"1": "幺"}
_PARTS_OF_DAY = ((6, "凌晨"), (9, "早上"), (12, "上午"), (13, "中午"), (19, "下午"), (24, "晚上"))
_THOUSAND, _TEN_THOUSAND, _HUNDRED_MILLION = 1_000, 10_000, 100_000_000


def read_integer(number: int) -> str:
    """Words for an integer: 128 is 一百二十八, 2200 is 两千两百, 1003 is 一千零三."""
    if number < 0:
        return "负" + read_integer(-number)
    words = _read_natural(number)
    return words[1:] if words.startswith("一十") else words


def read_count(number: int) -> str:
    """Words for a number of things, where a lone two is 两: 两位, 两分钟, but 十二位."""
    return "两" if number == 2 else read_integer(number)


def _read_natural(number: int) -> str:
    for unit, name in ((_HUNDRED_MILLION, "亿"), (_TEN_THOUSAND, "万")):
        if number >= unit:
            head, rest = divmod(number, unit)
            return _read_head(head) + name + _read_rest(rest, unit)
    return _read_below_ten_thousand(number)


def _read_head(head: int) -> str:
    return "两" if head == 2 else _read_natural(head)


def _read_rest(rest: int, unit: int) -> str:
    if rest == 0:
        return ""
    gap = "零" if rest < unit // 10 else ""
    return gap + _read_natural(rest)


def _read_below_ten_thousand(number: int) -> str:
    if number < 10:
        return DIGITS[number]
    unit, name = next((u, n) for u, n in ((_THOUSAND, "千"), (100, "百"), (10, "十")) if number >= u)
    digit, rest = divmod(number, unit)
    head = "两" if digit == 2 and unit > 10 else DIGITS[digit]
    return head + name + _read_rest(rest, unit)


def read_digits(text: str) -> str:
    """Each digit of a phone, card or ticket number by itself, 1 as 幺; all else is left out."""
    return "".join(_SPOKEN_DIGITS.get(character, "") for character in text)


def spell(text: str) -> str:
    """Digits one by one and capital letters between them; all else is left out."""
    spoken = (
        _SPOKEN_DIGITS.get(character) or f" {character.upper()} "
        for character in text
        if character.isascii() and character.isalnum()
    )
    return "".join(spoken).replace("  ", " ").strip()


def read_year(year: int) -> str:
    """Words for a year, digit by digit: 2024 is 二零二四."""
    return "".join(DIGITS[int(digit)] for digit in str(year))


def read_decimal(text: str) -> str:
    """Words for a decimal number: "-3.14" is 负三点一四, "7" is 七."""
    sign = "负" if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("-").partition(".")
    words = read_integer(int(whole or "0"))
    if fraction:
        words += "点" + "".join(DIGITS[int(digit)] for digit in fraction)
    return sign + words


def read_money(fen: int) -> str:
    """Words for an amount in fen: 12850 is 一百二十八元五角, 5 is 五分, 0 is 零元."""
    if fen < 0:
        return "负" + read_money(-fen)
    yuan, small = divmod(fen, 100)
    jiao, rest = divmod(small, 10)
    words = read_count(yuan) + "元" if yuan or not small else ""
    if jiao:
        words += read_count(jiao) + "角"
    elif words and rest:
        words += "零"
    return words + (read_count(rest) + "分" if rest else "")


def read_date(date: datetime.date) -> str:
    """Words for a day: 二零二四年三月五日."""
    return f"{read_year(date.year)}年{read_integer(date.month)}月{read_integer(date.day)}日"


def read_time(time: datetime.time) -> str:
    """Words for a time of day to the minute: 14:05 is 十四点零五分, 02:00 is 两点."""
    return read_clock(time.hour, time.minute)


def read_clock(hour: int, minute: int) -> str:
    """Words for what a clock of 24 hours shows, 24:00 included."""
    words = read_count(hour) + "点"
    if minute == 0:
        return words
    return words + ("零" if minute < 10 else "") + read_integer(minute) + "分"


def read_time_of_day(hour: int, minute: int) -> str:
    """The same as people say it: 下午两点半, 早上八点零五分, 中午十二点."""
    part = next(name for end, name in _PARTS_OF_DAY if hour % 24 < end)
    clock = read_clock(hour % 24 if hour % 24 <= 12 else hour % 24 - 12, minute)
    return part + clock.replace("三十分", "半")


def read_percent(number: str) -> str:
    """Words for a decimal number of hundredths: "-5" is 负百分之五."""
    return ("负" if number.startswith("-") else "") + "百分之" + read_decimal(number.lstrip("-"))


def read_duration(seconds: int) -> str:
    """Words for a length of time: 75 is 一分十五秒, 120 is 两分钟, 3605 is 一小时零五秒."""
    if seconds < 0:
        raise ValueError(f"a duration cannot be negative: {seconds}")
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    words = read_count(days) + "天" if days else ""
    if hours:
        words += read_count(hours) + "小时"
    if minutes:
        words += read_count(minutes) + ("分" if rest else "分钟")
    elif words and rest:
        words += "零"
    return words + (read_count(rest) + "秒" if rest or not words else "")
