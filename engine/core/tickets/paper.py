"""Forms of paper mode: their numbers, which tell a slip of the pen, and the times that are written on them.

A number is the day and a count, with a check digit behind (Damm's, which finds every wrong digit and every
two that have changed places): 261122-001-1.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from engine.core.records import Millis

LARGEST_COUNT = 999  # forms of one day

_DAY = 6
_NUMBER = re.compile(r"[0-9]{10}")
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def form_numbers(day: str, first: int, count: int) -> tuple[str, ...]:
    """The numbers of so many blank forms of a day ("261122"), as they are printed.

    There are at most 999 of a day: what would go beyond is left out.
    """
    last = min(first + count - 1, LARGEST_COUNT)
    return tuple(_written(f"{day}{serial:03}") for serial in range(first, last + 1))


def read_form_number(text: str) -> str:
    """The number of a form as it is printed, however it was typed; "" where it is none, or has a slip."""
    digits = re.sub(r"[\s-]", "", text)
    if not _NUMBER.fullmatch(digits) or _check_digit(digits[:-1]) != digits[-1]:
        return ""
    return _written(digits[:-1])


def wrong_time(times: Sequence[Millis], now: Millis) -> int | None:
    """Which of the times on a form cannot be: it is before the one above it, or not yet.

    `times` come in the order of the form, 0 for what is blank; the first has to be there.
    """
    if not times or times[0] <= 0:
        return 0
    written = [(place, at) for place, at in enumerate(times) if at]
    late = next((place for place, at in written if at > now), None)
    back = next((later for (_, before), (later, at) in pairwise(written) if at < before), None)
    found = [place for place in (late, back) if place is not None]
    return min(found, default=None)


def _written(digits: str) -> str:
    return f"{digits[:_DAY]}-{digits[_DAY:]}-{_check_digit(digits)}"


def _check_digit(digits: str) -> str:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)
