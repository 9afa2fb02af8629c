"""How many tickets there are to see to: counts of the lists on the screens, and open ones by age."""

import sqlite3

from db.text import safe
from engine.core.records import Millis
from engine.core.states import Role
from engine.core.tickets.records import Actor, AgingRow, TicketCounts

_DAY_MS = 86_400_000
# What is asked of the open ones of a department, in the order of the columns.
_OPEN_FIGURES = ("open", "under_1_day", "under_3_days", "under_7_days", "older", "overdue", "escalated")
_STATION = "AND t.department = :department"  # people of a station have lists of their own department only
_COUNTS = """
    SELECT
        (SELECT count(*) FROM tickets t INDEXED BY tickets_open_of_owner
            WHERE t.is_open = 1 AND t.owner = :me {own}),
        (SELECT count(*) FROM tickets t INDEXED BY tickets_open_of_department
            WHERE t.is_open = 1 AND t.department = :department),
        (SELECT count(*) FROM tickets t INDEXED BY tickets_open_due
            WHERE t.is_open = 1 AND t.due_by < :midnight
            AND (t.owner = :me OR t.department = :department) {own}),
        (SELECT count(*) FROM tickets t INDEXED BY tickets_open_due
            WHERE t.is_open = 1 AND t.due_by < :now {own}),
        (SELECT count(*) FROM tickets t INDEXED BY tickets_open_of_state
            WHERE t.is_open = 1 AND t.state = 'new' {own}),
        (SELECT count(*) FROM tickets t INDEXED BY tickets_open_of_state
            WHERE t.is_open = 1 AND t.state = 'returned' {own}),
        (SELECT count(*) FROM tickets t INDEXED BY tickets_open_of_state
            WHERE t.is_open = 1 AND t.state = 'replied' AND t.follow_up = 1 {own})
    """


def counts(conn: sqlite3.Connection, actor: Actor, now: Millis, midnight: Millis) -> TicketCounts:
    """What somebody has to see to now; the same as the lists of these views, `midnight` the end of today."""
    station = actor.role is Role.STATION
    if station and not actor.department:
        return TicketCounts()
    row = conn.execute(
        _COUNTS.format(own=_STATION if station else ""),
        {
            "me": safe(actor.staff_number),
            "department": safe(actor.department),
            "now": now,
            "midnight": midnight,
        },
    ).fetchone()
    return TicketCounts(
        mine=row[0],
        department=row[1],
        today=row[2],
        overdue=row[3],
        unverified=row[4],
        to_reply=row[5],
        to_follow_up=row[6],
    )


def aging(conn: sqlite3.Connection, now: Millis, today: Millis) -> list[AgingRow]:
    """Open tickets by department and age; `today` is the midnight with which the day began.

    A ticket closed counts for the department that had it last.
    """
    closed = dict(
        conn.execute(
            "SELECT coalesce((SELECT s.department FROM ticket_steps s WHERE s.ticket_id = t.id"
            " AND s.department <> '' ORDER BY s.id DESC LIMIT 1), '') AS had, count(*)"
            " FROM tickets t INDEXED BY tickets_by_close"
            " WHERE t.closed_at >= ? AND t.closed_at > 0 AND t.state = 'closed' GROUP BY had",
            (today,),
        ).fetchall()
    )
    rows = conn.execute(
        """
        SELECT t.department, count(*),
            sum(t.created_at > :now - :day),
            sum(t.created_at > :now - 3 * :day AND t.created_at <= :now - :day),
            sum(t.created_at > :now - 7 * :day AND t.created_at <= :now - 3 * :day),
            sum(t.created_at <= :now - 7 * :day),
            sum(t.due_by < :now), sum(t.escalation IN ('supervisor', 'leader'))
        FROM tickets t INDEXED BY tickets_open_of_department WHERE t.is_open = 1 GROUP BY t.department
        """,
        {"now": now, "day": _DAY_MS},
    )
    open_ones: dict[str, tuple[int, ...]] = {row[0]: row[1:] for row in rows}
    none_open = (0,) * len(_OPEN_FIGURES)
    return [
        AgingRow(
            department=one,
            **dict(zip(_OPEN_FIGURES, open_ones.get(one, none_open), strict=True)),
            closed_today=closed.get(one, 0),
        )
        for one in sorted({*open_ones, *closed})
    ]
