"""Reads the types of tickets out of their files, and says of each mistake where it is and what to do.

A file with a mistake is left out and the others are taken. Only a department that is not there leaves the
type in force, dispatched by hand: renaming a department must not keep customers from reporting a fault.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from engine.core.tickets.states import TicketKind
from engine.core.tickets.types import Department, Limit, Route, Sla, TicketBook, TicketType
from engine.core.tickets.types_parts import read_categories, read_coded, read_fields, read_replies
from engine.core.tickets.types_table import Problem, Table, meant, note_the_same

__all__ = ["Problem", "parse_limit", "read_types"]

_LIMIT = re.compile(r"([0-9]{1,6})(?:([mh])( working)?|d)")
_MOST_MINUTES = 366 * 24 * 60
_MOST_DAYS = 366


def read_types(
    files: Mapping[str, Mapping[str, Any]], departments: Iterable[Department], owner: str = ""
) -> tuple[TicketBook, list[Problem]]:
    """The book of a site out of parsed files, by name; a wrong file is left out, the others are taken.

    The types come by their digits. Where a site has no departments, none that a type names is missed.
    """
    known = {one.id: one for one in departments}
    types: dict[str, TicketType] = {}
    problems: list[Problem] = []
    for file, raw in sorted(files.items()):
        wrong: list[Problem] = []
        table = Table(raw, file, "", wrong)
        found = _type(table)
        _not_like_others(table, found, types.values())
        if not wrong:
            types[found.id] = found
            _missed_department(table, found, known)
        problems += wrong
    in_order = sorted(types.values(), key=lambda one: (one.key == "", one.key, one.id))
    return TicketBook(types={one.id: one for one in in_order}, departments=known, owner=owner), problems


def parse_limit(text: str) -> Limit | None:
    """The limit of "90m", "24h" (round the clock), "4h working" (working time) or "2d" (working days)."""
    match = _LIMIT.fullmatch(text)
    if match is None:
        return None
    count, unit = int(match[1]), match[2]
    if unit is None:
        return Limit(days=count) if 1 <= count <= _MOST_DAYS else None
    minutes = count * 60 if unit == "h" else count
    return Limit(minutes=minutes, working=bool(match[3])) if minutes <= _MOST_MINUTES else None


def _type(table: Table) -> TicketType:
    found = TicketType(
        id=table.id(),
        kind=TicketKind(table.one_of("kind", list(TicketKind), "") or TicketKind.CONSULT),
        words=table.words("name"),
        key=table.digit(),
        quick=table.quick(),
        follow_up=table.flag("follow_up"),
        sla=_sla(table.table("limits", required=True)),
        route=_route(table.table("route")),
        categories=read_categories(table),
        fields=read_fields(table),
        causes=read_coded(table, "causes"),
        checklist=read_coded(table, "checklist"),
        templates=read_replies(table),
    )
    table.end()
    return found


def _sla(table: Table) -> Sla:
    found = Sla(
        respond=_limit(table, "respond"),
        resolve=_limit(table, "resolve"),
        warn_percent=table.number("warn", 75, 1, 100),
        supervisor_after=_limit(table, "supervisor", "0m"),
        leader_after=_limit(table, "leader", "1d"),
    )
    table.end()
    return found


def _limit(table: Table, key: str, default: str = "") -> Limit:
    text = table.sentence(key, required=not default) or default
    found = parse_limit(text)
    if text and (found is None or (not default and found == Limit(minutes=0, working=found.working))):
        table.note(
            key,
            f'"{text}"不是时限,请写成 "90m"(分钟)、"24h"(小时)、"4h working"(工作时间)或 "2d"(工作日)',
            f'"{text}" is no limit: write "90m", "24h", "4h working" (working time) or "2d" (working days)',
        )
    return found or Limit(days=1)


def _route(table: Table) -> Route:
    found = Route(
        department=table.sentence("department"),
        by_area=table.flag("by_area"),
        automatic=table.flag("automatic"),
        verify=table.flag("verify"),
    )
    if found.automatic and not (found.department or found.by_area):
        table.note(
            "automatic",
            "自动派单要有去处:请写 department,或 by_area = true",
            "whom to dispatch to? Write department, or by_area = true",
        )
    table.end()
    return found


def _not_like_others(table: Table, found: TicketType, others: Iterable[TicketType]) -> None:
    """What tells types apart may be there once in all files."""
    for other in others:
        for key in ("id", "key", "quick"):
            note_the_same(table, key, getattr(found, key), getattr(other, key))


def _missed_department(table: Table, found: TicketType, known: Mapping[str, Department]) -> None:
    name = found.route.department
    if not known or not name or name in known:
        return
    hint = meant(name, known)
    table.note(
        "route.department",
        f'没有部门"{name}"{hint.zh or "。"}请改正,或在 config.toml 的 [[departments]] 中添加;'
        "在此之前此类工单由人工派单",
        f'there is no department "{name}"{hint.en or "."} Correct it, or add it to [[departments]] of '
        "config.toml; until then tickets of this type are dispatched by hand",
    )
