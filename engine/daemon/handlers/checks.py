"""Values of parameters that are looked at in one way everywhere."""

from engine.wire.messages import Fault, Reason

MOST = 1000
"""Rows of one answer."""

_LATEST = 4_102_444_800_000  # the year 2100: what lies beyond is a mistake
_HIGHEST_ID = 2**63 - 1


def instant(at: int, field: str) -> int:
    """An instant that can be one; 0 is none. Raises Fault."""
    if not 0 <= at <= _LATEST:
        raise Fault(Reason.INVALID, f"bad_time {field} {at}", field)
    return at


def row_id(number: int) -> int:
    """An id that the database can look for; there is none that it cannot."""
    return number if 0 <= number <= _HIGHEST_ID else 0


def row_count(limit: int) -> int:
    """So many rows as are asked for, within reason."""
    return min(max(1, limit), MOST)
