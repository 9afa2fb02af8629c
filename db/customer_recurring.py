"""Who comes back again and again: calls of the last month, tickets and faults of the last quarter."""

import sqlite3

from engine.core.records import Millis, Recurring

DAY_MS = 86_400_000
CALL_DAYS = 30
TICKET_DAYS = 90
_RECURS = 2  # faults of one line

# The numbers of a customer and of the persons of his file: what came from them while nobody had written down
# who it was, is his too.
OWN_NUMBERS = """
    SELECT number FROM phones WHERE customer_id = :customer
    UNION SELECT p.number FROM customer_persons r JOIN person_phones p ON p.person_id = r.id
    WHERE r.customer_id = :customer
"""
_NUMBERS = f"{OWN_NUMBERS} UNION SELECT :number WHERE :number <> ''"
_CALLS = f"""
    SELECT (SELECT count(*) FROM calls WHERE customer_id = :customer AND accepted_at >= :since
            AND direction = 'inbound' AND ended_at > 0)
        + (SELECT count(*) FROM calls WHERE cli IN ({_NUMBERS}) AND customer_id IS NULL
            AND accepted_at >= :since AND direction = 'inbound' AND ended_at > 0)
"""
_OF_WHOM = f"""
    FROM tickets WHERE (customer_id = :customer
            OR (customer_id IS NULL AND phone IN ({_NUMBERS}) AND phone <> ''))
        AND created_at >= :since AND state <> 'cancelled'
"""


def recurring(conn: sqlite3.Connection, customer_id: int, number: str, now: Millis) -> Recurring:
    """How often a customer, or an unknown number, has come back until now; nothing where `now` is 0."""
    if not now:
        return Recurring()
    values = {"customer": customer_id or None, "number": number}
    (calls,) = conn.execute(_CALLS, values | {"since": now - CALL_DAYS * DAY_MS}).fetchone()
    by_line = conn.execute(
        f"SELECT type = 'fault', line, count(*) {_OF_WHOM} GROUP BY 1, 2",
        values | {"since": now - TICKET_DAYS * DAY_MS},
    ).fetchall()
    faults = [(line, count) for is_fault, line, count in by_line if is_fault and line and count >= _RECURS]
    return Recurring(
        calls_30=calls,
        tickets_90=sum(count for *_, count in by_line),
        faults_90=tuple(sorted(faults, key=lambda fault: (-fault[1], fault[0]))),
    )
