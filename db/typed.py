"""What somebody types into a search box, taken to pieces in one way for customers, tickets and articles."""

import re
from collections.abc import Iterable

from db.text import search_form

MAX_TYPED = 64  # characters that are looked at
MAX_TERMS = 5

_DIGITS = re.compile(r"[0-9]+")
_NUMBER_LIKE = re.compile(r"\+?[0-9][0-9()\- ]*")


def terms_of(typed: str) -> tuple[str, ...]:
    """Its words, in the form in which they are compared."""
    return tuple(term for term in map(search_form, typed.split()[:MAX_TERMS]) if term)


def digits_of(number: str) -> str:
    """The digits alone."""
    return "".join(_DIGITS.findall(number))


def typed_number(typed: str) -> str:
    """The digits of what may be a number, however it is written; "" where it is none."""
    return digits_of(typed) if _NUMBER_LIKE.fullmatch(typed) else ""


def all_of(prefix: str, pieces: Iterable[str]) -> str:
    """An FTS5 expression of quoted pieces, which are letters and digits only: none can hold a quote."""
    return "(" + " AND ".join(f'"{prefix}{piece}"' for piece in dict.fromkeys(pieces)) + ")"
