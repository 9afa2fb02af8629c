"""What the office looks at: payments and recharge cards. Secrets are in none of it."""

import sqlite3
from dataclasses import dataclass

from db.billing_tries import TryKind
from db.errors import NotFound
from engine.core.records import Millis

_CARD_STATE = """
    CASE WHEN spent_at > 0 THEN 'spent'
        WHEN expires <> '' AND expires < :today THEN 'expired'
        WHEN wrong >= :limit THEN 'locked'
        ELSE 'unspent' END
"""
_CARDS = f"""
    SELECT number, amount_fen, expires, {_CARD_STATE} AS state, spent_at, wrong FROM (
        SELECT c.*, (SELECT count(*) FROM tries t WHERE t.kind = 'card' AND t.subject = c.number
            AND t.day = :today) AS wrong
        FROM recharge_cards c
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRow:
    """One payment with the customer as known now; `recharge_card` empty: it was an order."""

    id: int
    at: Millis
    kind: str
    customer_id: int
    customer_number: str
    customer_name: str
    amount_fen: int
    balance_fen: int
    recharge_card: str
    what: str
    call_id: str
    cli: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A recharge card. `state` is unspent, spent, expired or locked; `wrong` counts today's wrong secrets."""

    number: str
    amount_fen: int
    expires: str
    state: str
    spent_at: Millis
    wrong: int


def list_payments(
    conn: sqlite3.Connection, *, since: Millis = 0, until: Millis = 0, customer_number: str = "", limit: int
) -> tuple[list[PaymentRow], int, int]:
    """Payments, newest first; and the sums in fen of all recharges and all orders that fit, listed or not."""
    where = (
        " WHERE p.at >= :since AND (:until = 0 OR p.at < :until)"
        " AND (:number = '' OR p.customer_number = :number)"
    )
    values = {"since": since, "until": until, "number": customer_number, "limit": limit}
    rows = conn.execute(
        "SELECT p.id, p.at, p.kind, coalesce(p.customer_id, 0), p.customer_number, coalesce(c.name, ''),"
        " p.amount_fen, p.balance_fen, coalesce(p.recharge_card, ''), p.what, p.call_id, p.cli"
        f" FROM payments p LEFT JOIN customers c ON c.id = p.customer_id{where}"
        " ORDER BY p.id DESC LIMIT :limit",
        values,
    )
    payments = [
        PaymentRow(
            id=row[0],
            at=row[1],
            kind=row[2],
            customer_id=row[3],
            customer_number=row[4],
            customer_name=row[5],
            amount_fen=row[6],
            balance_fen=row[7],
            recharge_card=row[8],
            what=row[9],
            call_id=row[10],
            cli=row[11],
        )
        for row in rows
    ]
    recharged, ordered = conn.execute(
        "SELECT coalesce(sum(p.amount_fen) FILTER (WHERE p.kind = 'recharge'), 0),"
        f" coalesce(-sum(p.amount_fen) FILTER (WHERE p.kind = 'order'), 0) FROM payments p{where}",
        values,
    ).fetchone()
    return payments, recharged, ordered


def list_cards(
    conn: sqlite3.Connection, *, today: str, limit_a_day: int, locked: bool, limit: int
) -> tuple[list[CardRow], dict[str, int]]:
    """Recharge cards by number, and how many there are of each state; `locked`: only those."""
    values = {"today": today, "limit": limit_a_day, "most": limit}
    only = " WHERE state = 'locked'" if locked else ""
    rows = conn.execute(f"SELECT * FROM ({_CARDS}){only} ORDER BY number LIMIT :most", values)
    cards = [
        CardRow(number=row[0], amount_fen=row[1], expires=row[2], state=row[3], spent_at=row[4], wrong=row[5])
        for row in rows
    ]
    counts = conn.execute(f"SELECT state, count(*) FROM ({_CARDS}) GROUP BY state", values)
    return cards, {state: count for state, count in counts}


def unlock_card(conn: sqlite3.Connection, number: str) -> int:
    """Forget the wrong secrets that were keyed for a card; how many. Raises NotFound."""
    if conn.execute("SELECT 1 FROM recharge_cards WHERE number = ?", (number,)).fetchone() is None:
        raise NotFound("recharge_card", number)
    forgotten = conn.execute("DELETE FROM tries WHERE kind = ? AND subject = ?", (TryKind.CARD, number))
    return forgotten.rowcount
