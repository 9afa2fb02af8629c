"""Whom the dialplan may be told to dial: nothing but seats and lines that exist, and digits."""

import re

from engine.adapters.asterisk.legs import Legs

_DIALLABLE = re.compile(r"[0-9*#+]{1,32}", re.ASCII)

Target = dict[str, str]
"""Channel variables; a leading `_` lets the dialled channel have them too."""


def outside_target(legs: Legs, number: str, line_id: str, ring_ms: int) -> Target | None:
    """A number over a line."""
    if not is_diallable(number) or not legs.is_line(line_id):
        return None
    return {"_FS_TO": number, "FS_OVER": line_id, "FS_SECONDS": seconds(ring_ms), "_FS_AUTO": ""}


def seat_target(legs: Legs, seat_id: str, auto: bool, ring_ms: int) -> Target | None:
    """A seat's phone, which may be asked to answer by itself."""
    if not legs.is_seat(seat_id):
        return None
    return {
        "_FS_TO": seat_id,
        "FS_OVER": "",
        "FS_SECONDS": seconds(ring_ms),
        "_FS_AUTO": "1" if auto else "",
    }


def seconds(ring_ms: int) -> str:
    """Whole seconds, as Dial() takes them."""
    return str(max(1, -(-ring_ms // 1000)))


def shown_number(number: str) -> str:
    """A number as a phone may show it; empty for what is none."""
    return number if is_diallable(number) else ""


def is_diallable(number: str) -> bool:
    """Whether a number is nothing but keys of a telephone."""
    return _DIALLABLE.fullmatch(number) is not None
