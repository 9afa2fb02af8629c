"""A fault that is told while its outage goes on: it belongs to it, and its customer is called at the end."""

import sqlite3
from dataclasses import replace

from db.notices import get_notice
from db.ticket_outages import watch_for
from db.ticket_rows import find_ticket
from db.tickets import act_on
from engine.core.records import Millis
from engine.core.tickets.machine import TRANSITIONS
from engine.core.tickets.records import Act, Ticket
from engine.core.tickets.rules import BY_SYSTEM, Rules
from engine.core.tickets.states import OPEN_STATES, Deed


def join_outage(conn: sqlite3.Connection, ticket: Ticket, rules: Rules, now: Millis) -> list[Ticket]:
    """Merge a new fault into the ticket of the outage that goes on where it is, of the same line.

    Returns both as they are then; nothing where there is no such outage, its ticket is closed, or the new
    one is answered already.
    """
    if Deed.MERGE not in TRANSITIONS[ticket.state]:
        return []
    row = conn.execute(
        "SELECT s.notice_id, s.main FROM outage_suspects s JOIN notices n ON n.id = s.notice_id"
        " WHERE s.state = 'confirmed' AND n.ended_at = 0 AND s.line = :line"
        " AND iif(s.node <> '', s.node = :node, s.area <> '' AND s.area = :area)"
        " ORDER BY s.id DESC LIMIT 1",
        {"line": ticket.line, "area": ticket.area, "node": ticket.node},
    ).fetchone()
    if row is None:
        return []
    notice_id, number = row
    main = find_ticket(conn, number)
    if main is not None and main.merged_into:
        main = find_ticket(conn, main.merged_into)
    if main is None or main.number == ticket.number or main.state not in OPEN_STATES:
        return []
    act = Act(deed=Deed.MERGE, target=main.number, text=get_notice(conn, notice_id).text)
    joined = act_on(conn, ticket.number, act, BY_SYSTEM, rules, now)
    conn.execute("UPDATE tickets SET outage_id = ? WHERE id = ?", (notice_id, joined.id))
    watch_for(conn, notice_id, ticket, now)
    after = find_ticket(conn, main.number)
    return [replace(joined, outage_id=notice_id), *([] if after is None else [after])]
