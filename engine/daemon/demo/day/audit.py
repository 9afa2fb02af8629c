"""What the day was to prove: figures are true, what was acknowledged is there once, all have answers."""

import hashlib
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from engine.core.records import Millis
from engine.core.states import Role
from engine.core.tickets.records import TicketCounts
from engine.core.tickets.states import OPEN_STATES, TicketState
from engine.daemon.demo.day.count import (
    Told,
    aging_of,
    as_counted,
    connect,
    histories,
    last_step,
    late,
)
from engine.daemon.demo.day.line import Line
from engine.daemon.demo.day.state import Day
from engine.daemon.demo.site import DemoSite, Person
from engine.wire.tickets import TicketsParams

_TRIES = 200
_MOST = 1000


async def compare(site: DemoSite, lines: list[Line], admin: Line, owner_of_nobody: str) -> list[str] | None:
    """What the engine's figures have that an own count has not; None: too much went on to tell."""
    database = site.paths.database
    people = [line.person for line in lines if line.person is not None]
    for _ in range(_TRIES):
        before = last_step(database)
        aging = (await admin.ask("tickets.aging")).rows
        counts = [(await line.ask("tickets.watch")).counts for line in lines]
        params = TicketsParams(limit=_MOST)
        listed = {row.ticket.number for row in (await admin.ask("tickets.list", params)).tickets}
        with closing(connect(database)) as conn:
            conn.execute("BEGIN")
            told = histories(conn, owner_of_nobody)
            now = time.time_ns() // 1_000_000
            overdue = late(conn, now)
            follow_up = dict(conn.execute("SELECT number, follow_up FROM tickets").fetchall())
        if last_step(database) != before:
            continue
        midnight = _midnight(now, ZoneInfo(site.config.site.timezone))
        engine = {row.department: as_counted(row) for row in aging}
        wrong = _aging_differs(engine, aging_of(told.values(), overdue, now, midnight))
        for person, said in zip(people, counts, strict=True):
            wrong += _counts_differ(person, said, told, overdue, follow_up)
        mine = {one.number for one in told.values() if one.state in OPEN_STATES}
        if listed != mine:
            wrong.append(f"open tickets: listed {sorted(listed - mine)}, counted {sorted(mine - listed)}")
        return wrong
    return None


def _aging_differs(engine: dict[str, tuple[int, ...]], own: dict[str, tuple[int, ...]]) -> list[str]:
    return [
        f"aging of {department or 'the office'}: {engine.get(department)}, counted {own.get(department)}"
        for department in sorted({*engine, *own})
        if engine.get(department) != own.get(department)
    ]


def _counts_differ(
    person: Person, engine: TicketCounts, told: dict[str, Told], overdue: set[str], follow_up: dict[str, int]
) -> list[str]:
    station = person.role is Role.STATION
    mine = [one for one in told.values() if one.state in OPEN_STATES]
    seen = [one for one in mine if not station or one.department == person.department]
    own = {
        "mine": sum(one.owner == person.staff_number for one in seen),
        "department": sum(one.department == person.department for one in mine),
        "overdue": sum(one.number in overdue for one in seen),
        "unverified": sum(one.state is TicketState.NEW for one in seen),
        "to_reply": sum(one.state is TicketState.RETURNED for one in seen),
        "to_follow_up": sum(one.state is TicketState.REPLIED and follow_up[one.number] == 1 for one in seen),
    }
    return [
        f"{name} of {person.staff_number}: {getattr(engine, name)}, counted {count}"
        for name, count in own.items()
        if getattr(engine, name) != count
    ]


def _midnight(now: Millis, zone: ZoneInfo) -> Millis:
    local = datetime.fromtimestamp(now / 1000, zone)
    return int(local.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)


def kept(conn: sqlite3.Connection, day: Day, attachments: Path) -> list[str]:
    """What was acknowledged and is not there, or what is there twice."""
    ledger = day.ledger
    texts = conn.execute("SELECT number, text FROM tickets WHERE text LIKE '%[M%'").fetchall()
    wrong = []
    for mark in sorted(ledger.tickets_tried):
        numbers = [number for number, text in texts if f"[{mark}]" in text]
        known = ledger.tickets.get(mark)
        if len(numbers) > 1 or (known is not None and numbers != [known]):
            wrong.append(f"ticket {mark}: acknowledged {known}, there are {numbers}")
    remarks = Counter(conn.execute("SELECT text FROM ticket_steps WHERE deed = 'remark'").fetchall())
    for text in sorted(ledger.remarks_tried):
        found = remarks[(text,)]
        if found > 1 or (text in ledger.remarks and found != 1):
            wrong.append(f"remark {text!r} is there {found} times")
    files = conn.execute(
        "SELECT t.number, f.name, f.sha256 FROM ticket_files f JOIN tickets t ON t.id = f.ticket_id"
    ).fetchall()
    steps = Counter(conn.execute("SELECT text FROM ticket_steps WHERE deed = 'attach'").fetchall())
    for name in sorted(ledger.files_tried):
        rows = [(number, sha) for number, file_name, sha in files if file_name == name]
        known_file = ledger.files.get(name)
        if len(rows) > 1 or steps[(name,)] > 1 or (known_file is not None and rows != [known_file]):
            wrong.append(f"file {name}: acknowledged {known_file}, there are {rows}")
        for _, sha in rows:
            path = attachments / sha[:2] / sha
            if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != sha:
                wrong.append(f"file {name}: its bytes are not those that were sent")
    return wrong


def unanswered(conn: sqlite3.Connection, told: dict[str, Told], since: Millis) -> list[str]:
    """What is not settled, has no answer, no owner, or a step that is not in the table."""
    owners = {number for (number,) in conn.execute("SELECT staff_number FROM users WHERE disabled = 0")}
    rows = {
        number: rest
        for number, *rest in conn.execute(
            "SELECT number, owner, state, reply, replied_at, merged_into, created_at FROM tickets"
        )
    }
    wrong = []
    for number, (owner, state, reply, replied_at, merged_into, created_at) in rows.items():
        one = told[number]
        if (one.owner, one.state) != (owner, state):
            wrong.append(f"{number} is {owner} {state}, its history says {one.owner} {one.state}")
        wrong += [f"{number}: {step}" for step in one.illegal]
        if created_at < since:
            continue
        if owner not in owners:
            wrong.append(f"{number} has the owner {owner!r}, who is nobody")
        if merged_into:
            if rows[merged_into][1] != "closed":
                wrong.append(f"{number} is the matter of {merged_into}, which is {rows[merged_into][1]}")
        elif state != "closed" or not reply or not replied_at or not one.replies:
            wrong.append(f"{number} is {state}, its answer {reply!r}")
    return wrong
