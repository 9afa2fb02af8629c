"""What a customer was charged, and what is on the account."""

import sqlite3

from db.errors import NotFound
from engine.core.boss import Reply

MONTHS_TOLD = 3
MOST_ITEMS = 60


def balance(conn: sqlite3.Connection, customer_id: int) -> Reply:
    """paid or owing. Raises NotFound."""
    fen = balance_fen(conn, customer_id)
    return ("owing" if fen < 0 else "paid"), {"balance": fen, "arrears": max(0, -fen)}


def balance_fen(conn: sqlite3.Connection, customer_id: int) -> int:
    """The balance of a customer, negative when money is owed. Raises NotFound."""
    row = conn.execute("SELECT balance_fen FROM customers WHERE id = ?", (customer_id,)).fetchone()
    if row is None:
        raise NotFound("customer_id", customer_id)
    return int(row[0])


def bills(conn: sqlite3.Connection, customer_id: int) -> Reply:
    """The items of the customer's last months that have any, the newest month first."""
    rows = conn.execute(
        """
        SELECT month, item, amount_fen FROM bills WHERE customer_id = :customer AND month IN (
            SELECT DISTINCT month FROM bills WHERE customer_id = :customer ORDER BY month DESC LIMIT :months
        ) ORDER BY month DESC, position, item LIMIT :most
        """,
        {"customer": customer_id, "months": MONTHS_TOLD, "most": MOST_ITEMS},
    )
    found = tuple({"month": month, "item": item, "amount": amount} for month, item, amount in rows)
    return ("found", {"bills": found}) if found else ("none", {})
