"""The types of tickets and the working time of a site, as read from its files and its configuration."""

import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from db.users import list_users
from engine.config import Config
from engine.core.sla import WorkingTime
from engine.core.tickets.records import Actor
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import TicketKind
from engine.core.tickets.types import Department, TicketBook, Words
from engine.core.tickets.types_reader import Problem, read_types
from engine.daemon.plan import chinese_day, ticket_hours

TOLD_BY_MESSAGE = (TicketKind.COMPLAINT, TicketKind.SUGGESTION, TicketKind.REPORT)
"""What callers by keys say after the tone; each of these kinds has a type, and faults have one."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found. With problems only what is well is in the book."""

    book: TicketBook
    problems: tuple[Problem, ...]

    def words(self, language: str) -> list[str]:
        """What is wrong, in a language, one line a problem."""
        return [one.text(language) for one in self.problems]


_parsed = lru_cache(maxsize=32)(tomllib.loads)  # all types are read anew when one of them changes


def load_book(config: Config, home: Path) -> Loaded:
    """The types of the folder that the configuration names, counted from `home`. Blocks; never raises."""
    folder = home / config.tickets.types
    files: dict[str, Mapping[str, Any]] = {}
    problems: list[Problem] = []
    try:
        paths = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    except OSError:
        paths = []
    if not paths:
        words = Words(f"{folder} 里没有工单类型", f"there are no types of tickets in {folder}")
        problems.append(Problem(config.tickets.types, "", words))
    for path in paths:
        try:
            files[path.name] = _parsed(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            words = Words(f"不是能读的 TOML 文件:{error}", f"this is no TOML file that can be read: {error}")
            problems.append(Problem(path.name, "", words))
    book, found = read_types(files, departments_of(config), config.tickets.owner)
    if files and not (problems or found):  # a type that is missing because its file is wrong was told of
        found = list(_missing_for_callers(config.tickets.types, book))
    return Loaded(book, (*problems, *found))


def _missing_for_callers(folder: str, book: TicketBook) -> Iterator[Problem]:
    """Kinds without a type, so that what callers report by keys could not be taken down."""
    there = {one.kind for one in book.types.values()}
    for kind in (TicketKind.FAULT, *TOLD_BY_MESSAGE):
        if kind not in there:
            words = Words(
                f'没有 kind = "{kind}" 的工单类型,客户按键报来的就无法登记;请至少保留一种',
                f'no type has kind = "{kind}": what callers report by keys could not be taken down; keep one',
            )
            yield Problem(folder, "kind", words)


def departments_of(config: Config) -> list[Department]:
    """The departments of the configuration."""
    return [
        Department(
            id=one.id,
            words=Words(one.name, one.name_en),
            station=one.station,
            areas=one.areas,
            leader=one.leader,
            parent=one.parent,
            telephone=one.telephone,
        )
        for one in config.departments
    ]


def rules_of(config: Config, book: TicketBook) -> Rules:
    """What decisions go by, but for the people, who come from the database. Raises HoursError."""
    return Rules(
        book=book,
        working=WorkingTime(ticket_hours(config), ZoneInfo(config.site.timezone), chinese_day),
        outage_faults=config.tickets.outage_faults,
        outage_minutes=config.tickets.outage_minutes,
    )


def with_people(conn: sqlite3.Connection, rules: Rules) -> Rules:
    """The same with everybody who may log in now."""
    people = {
        user.staff_number: Actor(staff_number=user.staff_number, role=user.role, department=user.department)
        for user in list_users(conn)
        if not user.disabled
    }
    return replace(rules, people=people)
