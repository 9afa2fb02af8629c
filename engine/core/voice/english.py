"""Free English text as espeak-ng reads it right; it reads plain numbers and times well by itself."""

import datetime
import re

_MONTHS = ("January February March April May June July August September October November December").split()
_DATE = re.compile(r"(?<![0-9])([12][0-9]{3})-([0-9]{2})-([0-9]{2})T?(?![0-9]{3})")
_MONEY = re.compile(r"¥ ?([0-9][0-9,]*(?:\.[0-9]+)?)")
_CODE = re.compile(r"(?<![-0-9.,])(?:0[0-9]{2,3}-[0-9]{7,8}|[0-9]{5,}|0[0-9]+)(?![0-9]|[.,][0-9])")


def normalise(text: str) -> str:
    """Dates in words, ¥ as yuan, and phone and ticket numbers digit by digit; safe for any text."""
    text = _DATE.sub(_date, text)
    text = _MONEY.sub(r"\1 yuan", text)
    text = _CODE.sub(lambda match: " ".join(re.sub("[^0-9]", "", match.group())), text)
    text = "".join(character if character.isprintable() else " " for character in text)
    return re.sub(r" +", " ", text).strip()


def _date(match: re.Match[str]) -> str:
    year, month, day = (int(part) for part in match.groups())
    try:
        datetime.date(year, month, day)
    except ValueError:
        return match.group()
    return f"{day} {_MONTHS[month - 1]} {year} "
