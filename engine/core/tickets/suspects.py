"""The outage detector: so many faults of one line in one area, or at one node, within so many minutes.

Rules
1. Reports of tickets that already belong to an outage do not count, nor do those of a group that somebody has
   said is none; a customer who reports twice counts once.
2. A node with enough reports is suspected, unless so many more come from elsewhere in its area: then it is
   the area, and its nodes are not suspected beside it.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass

from engine.core.records import Millis

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One open fault ticket. `customer` is whatever tells customers apart; "" nobody knows."""

    number: str
    line: str
    area: str = ""
    node: str = ""
    at: Millis
    customer: str = ""
    outage_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is perhaps an outage. `numbers` are its tickets, the oldest first; `node` is empty for an area."""

    line: str
    area: str
    node: str
    numbers: tuple[str, ...]
    since: Millis
    at: Millis


def suspects(
    reports: Iterable[Report], faults: int, minutes: int, now: Millis, dismissed: Collection[str] = ()
) -> list[Group]:
    """What looks like an outage now, the oldest first; never anything where `faults` is 0.

    `dismissed` are the numbers of tickets of which somebody has said that they are none.
    """
    if faults <= 0:
        return []
    since = now - minutes * _MINUTE_MS
    fresh = sorted(
        (one for one in reports if one.at >= since and not one.outage_id and one.number not in dismissed),
        key=lambda one: (one.at, one.number),
    )
    nodes = _grouped((one, (one.line, one.node)) for one in fresh if one.node)
    areas = _grouped((one, (one.line, one.area)) for one in fresh if one.area)
    wide = [group for group in areas.values() if _is_wide(group, nodes, faults)]
    in_wide = {one.number for group in wide for one in group}
    narrow = [
        group
        for group in nodes.values()
        if _customers(group) >= faults and any(one.number not in in_wide for one in group)
    ]
    found = [_group(group, "") for group in wide] + [_group(group, group[0].node) for group in narrow]
    return sorted(found, key=lambda group: (group.since, group.numbers))


def _is_wide(group: list[Report], nodes: Mapping[Hashable, list[Report]], faults: int) -> bool:
    """Whether an area has enough reports that no single node accounts for."""
    if _customers(group) < faults:
        return False
    strong = {one.node for one in group if one.node and _customers(nodes[one.line, one.node]) >= faults}
    if len(strong) != 1:
        return True
    return _customers([one for one in group if one.node not in strong]) >= faults


def _customers(group: list[Report]) -> int:
    return len({one.customer or one.number for one in group})


def _grouped(reports: Iterable[tuple[Report, Hashable]]) -> dict[Hashable, list[Report]]:
    groups: dict[Hashable, list[Report]] = defaultdict(list)
    for one, key in reports:
        groups[key].append(one)
    return groups


def _group(reports: list[Report], node: str) -> Group:
    areas = {one.area for one in reports}
    return Group(
        line=reports[0].line,
        area=areas.pop() if len(areas) == 1 else "",
        node=node,
        numbers=tuple(one.number for one in reports),
        since=reports[0].at,
        at=reports[-1].at,
    )
