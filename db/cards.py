"""The card that pops up: who may be calling, what was said before, what is still open."""

import sqlite3
from typing import Any

from db.customer_recurring import recurring
from db.customers import customers_by_id, get_customer
from engine.core.numbers import normalise_number
from engine.core.records import CustomerCard, Millis, PastCall
from engine.core.states import Outcome

PAST_CALLS = 10
OPEN_REMARKS = 20
MATCHES = 20
SHARED_LIMIT = 200  # a number in more files than this is a placeholder; not all of them are ranked

_PAST = """
    SELECT c.call_id, c.accepted_at, c.staff_number, coalesce(u.name, ''), c.queue_id, c.outcome,
        coalesce(n.disposition, ''), coalesce(n.note, ''), coalesce(n.unsolved, 0)
    FROM ({calls}) c
    LEFT JOIN call_notes n ON n.id = (SELECT max(id) FROM call_notes WHERE call_id = c.call_id)
    LEFT JOIN users u ON u.staff_number = c.staff_number
"""
_OF_CUSTOMER = """
    SELECT * FROM calls WHERE customer_id = :customer AND outcome IS NOT NULL
    ORDER BY accepted_at DESC LIMIT :limit
"""
# Calls from this number before anybody wrote down whose it is.
_OF_NUMBER = """
    SELECT * FROM calls WHERE cli = :cli AND cli <> '' AND customer_id IS NULL AND outcome IS NOT NULL
    ORDER BY accepted_at DESC LIMIT :limit
"""
_PAST_CALLS = (
    _PAST.format(calls=f"SELECT * FROM ({_OF_CUSTOMER}) UNION ALL SELECT * FROM ({_OF_NUMBER})")
    + " ORDER BY c.accepted_at DESC LIMIT :limit"
)
_OPEN_REMARKS = (
    _PAST.format(calls="SELECT * FROM calls WHERE customer_id = :customer AND outcome IS NOT NULL")
    + " WHERE n.unsolved = 1 ORDER BY c.accepted_at DESC LIMIT :limit"
)
# Whose number it is: a customer's own, or that of a person of a customer's file.
_OWNERS = f"""
    SELECT customer_id FROM (SELECT customer_id FROM phones WHERE number = :number LIMIT {SHARED_LIMIT})
    UNION SELECT customer_id FROM (SELECT r.customer_id FROM person_phones p
        JOIN customer_persons r ON r.id = p.person_id WHERE p.number = :number LIMIT {SHARED_LIMIT})
"""
_RANKED_MATCHES = f"""
    SELECT p.customer_id
    FROM ({_OWNERS}) p
    JOIN customers c ON c.id = p.customer_id
    ORDER BY (SELECT max(accepted_at) FROM calls WHERE customer_id = p.customer_id) DESC, c.vip DESC, c.id
    LIMIT {MATCHES}
"""


def card_for_number(
    conn: sqlite3.Connection, cli: str, *, area_code: str = "", now: Millis = 0
) -> CustomerCard:
    """The card for a caller's number, in any writing.

    When several customers share the number, the one who called last is the best match, then a VIP.
    What recurs is counted back from `now`; 0: not counted.
    """
    number = normalise_number(cli, area_code=area_code)
    ids = [row[0] for row in conn.execute(_RANKED_MATCHES, {"number": number})] if number else []
    customers = customers_by_id(conn, ids) if ids else []
    customer_id = ids[0] if customers else 0
    return CustomerCard(
        cli=number,
        customer=customers[0] if customers else None,
        matches=tuple(customers[1:]),
        past_calls=past_calls(conn, customer_id, number),
        open_remarks=open_remarks(conn, customer_id),
        person=_person_of(conn, customer_id, number),
        recurring=recurring(conn, customer_id, number, now),
    )


def card_for_customer(
    conn: sqlite3.Connection, customer_id: int, *, cli: str = "", now: Millis = 0
) -> CustomerCard:
    """The card of a customer that the agent picked. Raises NotFound."""
    customer = get_customer(conn, customer_id)
    return CustomerCard(
        cli=cli,
        customer=customer,
        past_calls=past_calls(conn, customer.id, cli),
        open_remarks=open_remarks(conn, customer.id),
        person=_person_of(conn, customer.id, cli),
        recurring=recurring(conn, customer.id, cli, now),
    )


def _person_of(conn: sqlite3.Connection, customer_id: int, number: str) -> str:
    """Who of a customer's file has this number, with what this person is to the customer."""
    row = conn.execute(
        "SELECT r.name, r.relation FROM person_phones p JOIN customer_persons r ON r.id = p.person_id"
        " WHERE p.number = ? AND r.customer_id = ? ORDER BY r.id",
        (number, customer_id),
    ).fetchone()
    return "" if row is None else " ".join(word for word in row if word)


def past_calls(conn: sqlite3.Connection, customer_id: int, number: str) -> tuple[PastCall, ...]:
    """The last calls of a customer, and from the number while it was unknown; newest first."""
    values = {"customer": customer_id, "cli": number, "limit": PAST_CALLS}
    return tuple(_past_call(row) for row in conn.execute(_PAST_CALLS, values))


def open_remarks(conn: sqlite3.Connection, customer_id: int) -> tuple[PastCall, ...]:
    """The customer's calls whose newest note says unsolved; newest first."""
    if not customer_id:
        return ()
    values = {"customer": customer_id, "limit": OPEN_REMARKS}
    return tuple(_past_call(row) for row in conn.execute(_OPEN_REMARKS, values))


def _past_call(row: tuple[Any, ...]) -> PastCall:
    return PastCall(
        call_id=row[0],
        at=row[1],
        staff_number=row[2],
        agent_name=row[3],
        queue_id=row[4],
        outcome=Outcome(row[5]),
        disposition=row[6],
        note=row[7],
        unsolved=bool(row[8]),
    )
