"""Which customer is meant: of those who fit what was typed or said, the likeliest first.

Rules
1. What was typed counts most: a whole number, the whole name, the beginning of a number or name, then pieces.
2. Among those who fit alike, who is important or has something open is meant sooner than who has not.
3. Then who was in contact last.
"""

from dataclasses import dataclass
from enum import IntEnum

from engine.core.records import Millis

DAY_MS = 86_400_000


class Match(IntEnum):
    """How something fits; the greater, the likelier."""

    PLACE = 1  # a piece of an address, or pieces here and there
    TAG = 2
    NAME_PIECE = 3
    NAME_BEGINS = 4
    PHONE_PIECE = 5
    PHONE_BEGINS = 6
    PHONE_ENDS = 7  # the end of a number is what people remember
    NUMBER_BEGINS = 8
    NAME = 9
    NUMBER = 10


class Hint(IntEnum):
    """Why a number may be somebody's, with what it weighs."""

    ADDRESS = 4
    NAME = 5  # said to be this one
    TICKET = 6  # a ticket of this one has the number
    CALLED = 7  # called as this one from the number before


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What makes one customer likelier than another who fits alike."""

    important: bool = False
    open: bool = False
    last_contact: Millis = 0


_STEP = 1000
_IMPORTANT = 200
_OPEN = 300
_RECENT = ((1, 90), (7, 60), (31, 40), (182, 20), (365, 10))  # days since the last contact, and its weight


def likelihood(match: Match, standing: Standing, now: Millis) -> int:
    """How likely this one is meant; a better match always outweighs everything else."""
    return match * _STEP + weight(standing, now)


def weight(standing: Standing, now: Millis) -> int:
    """What a customer's standing adds: below the step between two matches."""
    days = (now - standing.last_contact) // DAY_MS
    recent = next((points for limit, points in _RECENT if days < limit), 0) if standing.last_contact else 0
    return _IMPORTANT * standing.important + _OPEN * standing.open + recent


def proposed(hints: frozenset[Hint], standing: Standing, now: Millis) -> int:
    """How likely a number is somebody's, for these reasons."""
    return sum(hints) * _STEP + weight(standing, now)
