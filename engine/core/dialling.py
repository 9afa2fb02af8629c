"""Which numbers agents may call, and over which line.

Emergency numbers may always be called, also on the last line. Whatever else uses a line leaves
`keep_free_lines` of them to callers, and what nobody waits for at the phone (`spare`) leaves one at least.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from engine.core.plan import DialRules, LinePlan

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_SERVICE = re.compile(r"[1-9][0-9]*")
# A number in its normal form has its area code; without one it is a number of the town.
_TOWN = re.compile(r"[2-9][0-9]{6,7}")


class NumberKind(StrEnum):
    """What a number is, as far as permission to call it goes."""

    EMERGENCY = "emergency"
    LOCAL = "local"
    MOBILE = "mobile"
    LONG_DISTANCE = "long_distance"
    SERVICE = "service"  # 95598, 400 numbers, directory enquiries
    INTERNATIONAL = "international"
    PREMIUM = "premium"


def kind_of(number: str, rules: DialRules) -> NumberKind:
    """What a number in normal form is."""
    if number in rules.emergency:
        return NumberKind.EMERGENCY
    if number.startswith(rules.premium):
        return NumberKind.PREMIUM
    if number.startswith("00"):
        return NumberKind.INTERNATIONAL
    if _MOBILE.fullmatch(number):
        return NumberKind.MOBILE
    if _TOWN.fullmatch(number) or (rules.area_code and number.startswith(rules.area_code)):
        return NumberKind.LOCAL
    return NumberKind.SERVICE if _SERVICE.fullmatch(number) else NumberKind.LONG_DISTANCE


def is_allowed(number: str, rules: DialRules) -> bool:
    """Whether agents may call a number."""
    if not number.isdecimal():
        return False
    kind = kind_of(number, rules)
    return kind in (NumberKind.EMERGENCY, NumberKind.SERVICE) or kind in rules.allowed


def free_line(
    number: str,
    rules: DialRules,
    lines: Mapping[str, LinePlan],
    busy: Mapping[str, int],
    *,
    spare: bool = False,
) -> LinePlan | None:
    """The line for a call that goes out now: the one with the most room; None: there is none to take."""
    keep = max(rules.keep_free_lines, int(spare))
    if number in rules.emergency:
        keep = 0
    room = {line.id: line.channels - busy.get(line.id, 0) for line in lines.values()}
    if sum(free for free in room.values() if free > 0) <= keep:
        return None
    usable = [line for line in lines.values() if line.outbound and room[line.id] > 0]
    return max(usable, key=lambda line: room[line.id], default=None)


def to_dial(number: str, rules: DialRules, line: LinePlan) -> str:
    """The number as the line wants it: a number of the town without the area code, behind the prefix."""
    if kind_of(number, rules) is NumberKind.LOCAL and rules.area_code:
        number = number.removeprefix(rules.area_code)
    return line.dial_prefix + number
