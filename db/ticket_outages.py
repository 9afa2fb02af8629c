"""What looks like an outage: fault tickets of one area or node, suggested until a supervisor has decided."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from db.errors import NotFound, Refused, Stale
from db.notices import DONE, add_notice, watch_outage
from db.text import safe
from db.ticket_query import bounded
from db.ticket_rows import COLUMNS, UNSETTLED, ticket_of
from db.tickets import MAX_BATCH, batch_act
from engine.core.notices import Notice, Watcher
from engine.core.numbers import callback_number
from engine.core.records import Millis
from engine.core.tickets.records import Act, Actor, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed
from engine.core.tickets.states import Refused as Why
from engine.core.tickets.suspects import Group, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSuspect:
    """A suggestion; `group` has the numbers of those tickets that are still unsettled."""

    id: int
    group: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedOutage:
    """What was made of a suggestion: the notice, the ticket that has the matter, and those merged into it."""

    notice: Notice
    main: str
    merged: list[Ticket]
    watchers: int


def fault_reports(conn: sqlite3.Connection, types: Collection[str], since: Millis) -> list[Report]:
    """Unsettled tickets of these types since then, the oldest first, as the detector takes them."""
    rows = conn.execute(
        "SELECT t.number, t.line, t.area, t.node, t.created_at, coalesce(t.customer_id, t.phone), t.outage_id"
        " FROM tickets t INDEXED BY tickets_by_time WHERE t.created_at >= ?"
        f" AND t.state IN ({UNSETTLED}) AND t.type IN (SELECT value FROM json_each(?))"
        " ORDER BY t.created_at, t.id",
        (since, json.dumps(sorted(types))),
    )
    return [
        Report(
            number=number, line=line, area=area, node=node, at=at, customer=str(customer), outage_id=outage_id
        )
        for number, line, area, node, at, customer, outage_id in rows
    ]


def suggest_outages(conn: sqlite3.Connection, groups: Sequence[Group], now: Millis) -> list[int]:
    """Keep what the detector has found; returns the ids of those that are new.

    A group that is known gets its new tickets; one that has become part of a wider one is forgotten.
    """
    new = []
    for group in groups:
        known = conn.execute(
            "SELECT id, numbers, since FROM outage_suspects"
            " WHERE line = ? AND area = ? AND node = ? AND state = 'suggested'",
            (group.line, group.area, group.node),
        ).fetchone()
        if known is None:
            new.append(_insert(conn, group, now))
        else:
            suspect_id, numbers, since = known
            conn.execute(
                "UPDATE outage_suspects SET numbers = ?, since = ?, at = ? WHERE id = ?",
                (
                    _json_of(dict.fromkeys([*json.loads(numbers), *group.numbers])),
                    min(since, group.since),
                    max(group.at, group.since),
                    suspect_id,
                ),
            )
        _forget_parts(conn, group)
    return new


def open_suspects(conn: sqlite3.Connection) -> list[StoredSuspect]:
    """What nobody has decided about yet, the oldest first; without what was settled meanwhile."""
    rows = conn.execute(
        "SELECT id, line, area, node, numbers, since, at FROM outage_suspects"
        " WHERE state = 'suggested' ORDER BY id"
    ).fetchall()
    found = []
    for suspect_id, line, area, node, numbers, since, at in rows:
        unsettled = tuple(ticket.number for ticket in _unsettled(conn, numbers))
        if unsettled:
            group = Group(line=line, area=area, node=node, numbers=unsettled, since=since, at=at)
            found.append(StoredSuspect(id=suspect_id, group=group))
    return found


def dismissed_numbers(conn: sqlite3.Connection, since: Millis) -> set[str]:
    """Tickets of which somebody has said since then that they are no outage."""
    rows = conn.execute(
        "SELECT numbers FROM outage_suspects WHERE decided_at >= ? AND decided_at > 0"
        " AND state = 'dismissed'",
        (since,),
    )
    return {number for (numbers,) in rows for number in json.loads(numbers)}


def dismiss_outage(conn: sqlite3.Connection, suspect_id: int, who: str, now: Millis) -> None:
    """It is none. Raises NotFound, and Stale where somebody has decided already."""
    _numbers_of(conn, suspect_id)
    conn.execute(
        "UPDATE outage_suspects SET state = 'dismissed', who = ?, decided_at = ? WHERE id = ?",
        (safe(who), now, suspect_id),
    )


def confirm_outage(
    conn: sqlite3.Connection, suspect_id: int, notice: Notice, actor: Actor, rules: Rules, now: Millis
) -> ConfirmedOutage:
    """It is one: announced, its tickets merged into the oldest, who reported is called when it is over.

    All of it or nothing. Raises NotFound, Stale, Invalid (the notice), Refused where all were settled.
    """
    tickets = _unsettled(conn, _numbers_of(conn, suspect_id))
    if not tickets:
        raise Refused(Why.BAD_TARGET, str(suspect_id))
    notice = add_notice(conn, notice)
    conn.executemany(
        "UPDATE tickets SET outage_id = ? WHERE number = ?",
        [(notice.id, ticket.number) for ticket in tickets],
    )
    main, *others = tickets
    act = Act(deed=Deed.MERGE, target=main.number, text=notice.text)
    merged: list[Ticket] = []
    for some in _batched([ticket.number for ticket in others]):
        merged += batch_act(conn, some, act, actor, rules, now)[0]
    watchers = sum(watch_for(conn, notice.id, ticket, now) for ticket in tickets)
    conn.execute(
        "UPDATE outage_suspects SET state = 'confirmed', who = ?, decided_at = ?, notice_id = ?, main = ?"
        " WHERE id = ?",
        (safe(actor.staff_number), now, notice.id, main.number, suspect_id),
    )
    return ConfirmedOutage(notice=notice, main=main.number, merged=merged, watchers=watchers)


def _batched(numbers: list[str]) -> Iterator[list[str]]:
    """As many at a time as a batch takes."""
    return (numbers[start : start + MAX_BATCH] for start in range(0, len(numbers), MAX_BATCH))


def _numbers_of(conn: sqlite3.Connection, suspect_id: int) -> str:
    row = conn.execute(
        "SELECT state, numbers, who, decided_at FROM outage_suspects WHERE id = ?", (bounded(suspect_id),)
    ).fetchone()
    if row is None:
        raise NotFound("suspect", suspect_id)
    state, numbers, who, decided_at = row
    if state != "suggested":
        raise Stale("suspect", f"{suspect_id} {state} {who or '-'} {decided_at}")
    return str(numbers)


def _unsettled(conn: sqlite3.Connection, numbers: str) -> list[Ticket]:
    rows = conn.execute(
        f"SELECT {COLUMNS} FROM tickets t WHERE t.number IN (SELECT value FROM json_each(?))"
        f" AND t.state IN ({UNSETTLED}) ORDER BY t.created_at, t.id",
        (numbers,),
    )
    return [ticket_of(row) for row in rows]


def _insert(conn: sqlite3.Connection, group: Group, now: Millis) -> int:
    cursor = conn.execute(
        "INSERT INTO outage_suspects (state, line, area, node, numbers, since, at, who, decided_at,"
        " notice_id, main) VALUES ('suggested', ?, ?, ?, ?, ?, ?, '', 0, 0, '')",
        (group.line, group.area, group.node, _json_of(group.numbers), group.since, max(now, group.since)),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _forget_parts(conn: sqlite3.Connection, group: Group) -> None:
    """Suggestions of the same line all of whose tickets are in this one."""
    conn.execute(
        "DELETE FROM outage_suspects WHERE state = 'suggested' AND line = :line"
        " AND (area, node) <> (:area, :node) AND NOT EXISTS"
        " (SELECT 1 FROM json_each(outage_suspects.numbers) o"
        " WHERE o.value NOT IN (SELECT value FROM json_each(:numbers)))",
        {"line": group.line, "area": group.area, "node": group.node, "numbers": _json_of(group.numbers)},
    )


def watch_for(conn: sqlite3.Connection, notice_id: int, ticket: Ticket, now: Millis) -> bool:
    """Call this ticket's customer when the outage is over; False: there is no number, or it is known."""
    number = callback_number(ticket.phone)
    if not number:
        return False
    watcher = Watcher(number=number, customer_id=ticket.customer_id, call_id=ticket.call_id or ticket.number)
    return watch_outage(conn, notice_id, watcher, now) == DONE


def _json_of(numbers: Collection[str]) -> str:
    return json.dumps(list(numbers))
