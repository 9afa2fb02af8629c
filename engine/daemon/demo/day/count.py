"""The figures of tickets counted a second time, from their histories instead of the lists."""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from engine.core.records import Millis
from engine.core.tickets.machine import TRACES, TRANSITIONS
from engine.core.tickets.records import AgingRow
from engine.core.tickets.states import OPEN_STATES, Deed, TicketState

_DAY_MS = 86_400_000


@dataclass(slots=True)
class Told:
    """One ticket as its history tells of it."""

    number: str
    owner: str
    created_at: Millis
    state: TicketState
    department: str = ""
    had_it: str = ""  # the department that had it last
    closed_at: Millis = 0
    replies: int = 0
    deeds: Counter[Deed] = field(default_factory=Counter)
    illegal: list[str] = field(default_factory=list)


def connect(database: Path) -> sqlite3.Connection:
    """For reading only; close it."""
    return sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)


def histories(conn: sqlite3.Connection, owner_of_nobody: str) -> dict[str, Told]:
    """All tickets by number. What callers, clocks, the administrator and stations told is nobody's first."""
    owners = {number for (number,) in conn.execute("SELECT staff_number FROM users WHERE role <> 'station'")}
    told: dict[str, Told] = {}
    rows = conn.execute(
        "SELECT t.number, s.at, s.who, s.deed, s.state, s.department, s.target FROM ticket_steps s"
        " JOIN tickets t ON t.id = s.ticket_id ORDER BY s.id"
    )
    for number, at, who, deed, state, department, target in rows:
        deed, state = Deed(deed), TicketState(state)
        one = told.get(number)
        if one is None:
            owner = who if who in owners else owner_of_nobody
            one = told[number] = Told(number, owner, at, state)
            if deed is not Deed.CREATED:
                one.illegal.append(f"begins with {deed}")
        elif not _legal(one.state, deed, state):
            one.illegal.append(f"{one.state} -{deed}-> {state}")
        one.state, one.department = state, department
        one.had_it = department or one.had_it
        one.deeds[deed] += 1
        if deed is Deed.OWN:
            one.owner = target
        one.replies += deed is Deed.REPLY
        one.closed_at = at if state not in OPEN_STATES and deed not in TRACES else one.closed_at
    return told


def _legal(before: TicketState, deed: Deed, after: TicketState) -> bool:
    if deed in TRACES:
        return after is before
    if deed is Deed.RESUME:
        return before is TicketState.SUSPENDED and after in OPEN_STATES
    return TRANSITIONS[before].get(deed) is after


def late(conn: sqlite3.Connection, now: Millis) -> set[str]:
    """Numbers of open tickets whose customer had to have had a response, or the reply, by now."""
    answered = ("replied", "followed_up", "closed", "cancelled")
    rows = conn.execute(
        "SELECT number, state, respond_by, responded_at, respond_left_ms, resolve_by, replied_at,"
        " resolve_left_ms FROM tickets"
    )
    found = set()
    for number, state, respond_by, responded, respond_left, resolve_by, replied, resolve_left in rows:
        if state in answered:
            continue
        no_response = 0 < respond_by < now and not responded and respond_left < 0
        no_reply = 0 < resolve_by < now and not replied and resolve_left < 0
        if no_response or no_reply:
            found.add(number)
    return found


def aging_of(
    told: Iterable[Told], overdue: set[str], now: Millis, midnight: Millis
) -> dict[str, tuple[int, ...]]:
    """By department: open, under 1, 3, 7 days, older, overdue, closed since midnight."""
    lines: dict[str, list[int]] = defaultdict(lambda: [0] * 7)
    for one in told:
        if one.state in OPEN_STATES:
            line, age = lines[one.department], now - one.created_at
            line[0] += 1
            line[1 if age < _DAY_MS else 2 if age < 3 * _DAY_MS else 3 if age < 7 * _DAY_MS else 4] += 1
            line[5] += one.number in overdue
        elif one.state is TicketState.CLOSED and one.closed_at >= midnight:
            lines[one.had_it][6] += 1
    return {department: tuple(line) for department, line in lines.items()}


def as_counted(row: AgingRow) -> tuple[int, ...]:
    """What the engine says, in the same order."""
    ages = (row.under_1_day, row.under_3_days, row.under_7_days, row.older)
    return (row.open, *ages, row.overdue, row.closed_today)


def last_step(database: Path) -> int:
    """The newest step; the same before and after: nothing happened between."""
    with closing(connect(database)) as conn:
        return int(conn.execute("SELECT coalesce(max(id), 0) FROM ticket_steps").fetchone()[0])
