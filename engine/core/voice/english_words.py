"""Numbers, money, dates and times as the English words that a person would say."""

import datetime

MONTHS = tuple(
    "January February March April May June July August September October November December".split()
)
DIGITS = tuple("zero one two three four five six seven eight nine".split())
_SMALL = (
    *DIGITS,
    *"ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(),
)
_TENS = ("", "", *"twenty thirty forty fifty sixty seventy eighty ninety".split())
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}


def read_integer(number: int) -> str:
    """Words for an integer: 128 is one hundred twenty-eight."""
    if number < 0:
        return "minus " + read_integer(-number)
    for unit, name in _SCALES:
        if number >= unit:
            head, rest = divmod(number, unit)
            return f"{read_integer(head)} {name}" + (f" {read_integer(rest)}" if rest else "")
    if number < len(_SMALL):
        return _SMALL[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")


def read_ordinal(number: int) -> str:
    """Words for a rank: 3 is third, 21 is twenty-first."""
    words = read_integer(number)
    last = max(words.rfind(" "), words.rfind("-")) + 1
    word = words[last:]
    plain = word[:-1] + "ieth" if word.endswith("y") else word + "th"
    return words[:last] + _ORDINALS.get(word, plain)


def read_digits(text: str) -> str:
    """Each digit by itself; all else is left out."""
    return " ".join(DIGITS[int(character)] for character in text if character in "0123456789")


def spell(text: str) -> str:
    """Digits and capital letters one by one; all else is left out. A comma keeps A from being an article."""
    return " ".join(
        DIGITS[int(character)] if character.isdigit() else character.upper().replace("A", "A,")
        for character in text
        if character.isascii() and character.isalnum()
    )


def read_decimal(text: str) -> str:
    """Words for a decimal number: "-3.14" is minus three point one four."""
    sign = "minus " if text.startswith("-") else ""
    whole, _, fraction = text.lstrip("-").partition(".")
    words = read_integer(int(whole or "0"))
    return sign + words + (f" point {read_digits(fraction)}" if fraction else "")


def read_year(year: int) -> str:
    """Words for a year: 2026 is twenty twenty-six, 2005 two thousand five."""
    century, rest = divmod(year, 100)
    if (century % 10 == 0 and rest < 10) or not 10 <= century < 100:
        return read_integer(year)
    if rest == 0:
        return f"{read_integer(century)} hundred"
    return f"{read_integer(century)} {'oh ' if rest < 10 else ''}{read_integer(rest)}"


def read_things(number: int, thing: str) -> str:
    """A count of things: one minute, two minutes."""
    return f"{read_integer(number)} {thing}" + ("" if number == 1 else "s")


def read_money(fen: int) -> str:
    """Words for an amount in fen: 12850 is one hundred twenty-eight yuan fifty fen."""
    if fen < 0:
        return "minus " + read_money(-fen)
    yuan, rest = divmod(fen, 100)
    said = [f"{read_integer(yuan)} yuan"] if yuan or not rest else []
    return " ".join(said + ([f"{read_integer(rest)} fen"] if rest else []))


def read_day(date: datetime.date) -> str:
    """Words for a day of this year: November twentieth."""
    return f"{MONTHS[date.month - 1]} {read_ordinal(date.day)}"


def read_date(date: datetime.date) -> str:
    """Words for a day: November twentieth twenty twenty-six."""
    return f"{read_day(date)} {read_year(date.year)}"


def read_time(hour: int, minute: int) -> str:
    """Words for a time of day: 14:05 is two oh five PM; noon and midnight have names."""
    if minute == 0 and hour in (0, 12, 24):
        return "noon" if hour == 12 else "midnight"
    past = "" if minute == 0 else f" {'oh ' if minute < 10 else ''}{read_integer(minute)}"
    return f"{read_integer(hour % 12 or 12)}{past} {'AM' if hour % 24 < 12 else 'PM'}"


def read_duration(seconds: int) -> str:
    """Words for a length of time: 75 is one minute fifteen seconds."""
    if seconds < 0:
        raise ValueError(f"a duration cannot be negative: {seconds}")
    days, rest = divmod(seconds, 86_400)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    counted = ((days, "day"), (hours, "hour"), (minutes, "minute"), (rest, "second"))
    said = [read_things(number, thing) for number, thing in counted if number]
    return " ".join(said) or "zero seconds"
