"""The one view of a customer: everything that is known, open matters on top, the time line's first page."""

import sqlite3

from db.customer_merge import merges_of
from db.customer_parts import accounts_of, addresses_of, devices_of, persons_of
from db.customer_recurring import OWN_NUMBERS, recurring
from db.customer_timeline import timeline
from db.customers import get_customer
from db.source_parts import origins_of
from engine.core.customers.ladder import Story, stage_of
from engine.core.customers.records import (
    BillItem,
    CustomerFile,
    HeldPackage,
    MatterKind,
    OpenMatter,
    Payment,
    Stage,
)
from engine.core.records import Millis

FIRST_PAGE = 30
MAX_OPEN = 50
_MONTHS = 12
_MOST_BILLS = 100
_MOST_PAYMENTS = 20

_OPEN = f"""
    SELECT * FROM (
    SELECT 'ticket' AS kind, number AS id, created_at AS at, iif(title <> '', title, text) AS text,
        state,
        CASE WHEN expected_at THEN expected_at ELSE resolve_by END AS due, owner AS who
    FROM tickets WHERE is_open = 1
        AND (customer_id = :customer OR (customer_id IS NULL AND phone IN ({OWN_NUMBERS}) AND phone <> ''))
    UNION ALL
    SELECT 'remark', c.call_id, c.accepted_at, n.note, n.disposition, 0, c.staff_number
    FROM calls c JOIN call_notes n ON n.id = (SELECT max(id) FROM call_notes WHERE call_id = c.call_id)
    WHERE c.customer_id = :customer AND n.unsolved = 1
    UNION ALL
    SELECT 'callback', id, asked_at, remark, state, 0, staff_number
    FROM callbacks WHERE customer_id = :customer AND state <> 'done'
    ) ORDER BY kind = 'ticket' DESC, due = 0, due, at DESC LIMIT :limit
"""
_STORY = """
    SELECT
        EXISTS (SELECT 1 FROM customer_packages WHERE customer_id = :customer)
            OR EXISTS (SELECT 1 FROM customer_accounts WHERE customer_id = :customer),
        (SELECT min(since) FROM customer_accounts WHERE customer_id = :customer AND since <> ''),
        (SELECT min(accepted_at) FROM calls WHERE customer_id = :customer),
        (SELECT max(created_at) FROM tickets WHERE customer_id = :customer AND type = 'complaint'
            AND state <> 'cancelled')
"""
_LAST_MARK = """
    SELECT s.score, s.at FROM calls c JOIN surveys s ON s.call_id = c.call_id
    WHERE c.customer_id = ? ORDER BY s.at DESC LIMIT 1
"""


def customer_file(conn: sqlite3.Connection, customer_id: int, *, now: Millis) -> CustomerFile:
    """Everything that is known of a customer; of a merged one, of the one it was merged into.

    Raises NotFound.
    """
    customer = get_customer(conn, customer_id)
    contacts, more = timeline(conn, customer.id, limit=FIRST_PAGE)
    return CustomerFile(
        customer=customer,
        persons=persons_of(conn, customer.id),
        addresses=addresses_of(conn, customer.id),
        accounts=accounts_of(conn, customer.id),
        devices=devices_of(conn, customer.id),
        origins=origins_of(conn, customer.id),
        packages=_packages(conn, customer.id),
        bills=_bills(conn, customer.id),
        payments=_payments(conn, customer.id),
        open=open_matters(conn, customer.id),
        contacts=contacts,
        more=more,
        merged=merges_of(conn, customer.id),
        recurring=recurring(conn, customer.id, "", now),
        stage=Stage(customer.stage) if customer.stage else stage_of(story_of(conn, customer.id), now),
        stage_by_hand=bool(customer.stage),
    )


def open_matters(conn: sqlite3.Connection, customer_id: int) -> tuple[OpenMatter, ...]:
    """What is not settled: tickets by when they are due, then remarks and calls that are owed."""
    rows = conn.execute(_OPEN, {"customer": customer_id, "limit": MAX_OPEN})
    return tuple(
        OpenMatter(
            kind=MatterKind(kind), id=str(number), at=at, text=text, state=state, due_at=due, staff_number=who
        )
        for kind, number, at, text, state, due, who in rows
    )


def story_of(conn: sqlite3.Connection, customer_id: int) -> Story:
    """What the customer's stage is computed from."""
    buys, since, first_call, complaint_at = conn.execute(_STORY, {"customer": customer_id}).fetchone()
    mark = conn.execute(_LAST_MARK, (customer_id,)).fetchone()
    return Story(
        buys=bool(buys),
        since=_day_ms(conn, since) if since else first_call or 0,
        mark=mark[0] if mark else 0,
        mark_at=mark[1] if mark else 0,
        complaint_at=complaint_at or 0,
    )


def _day_ms(conn: sqlite3.Connection, day: str) -> Millis:
    """The instant at which a day began, in UTC: the ladder counts years."""
    (seconds,) = conn.execute("SELECT coalesce(unixepoch(?), 0)", (day,)).fetchone()
    return int(seconds) * 1000


def _packages(conn: sqlite3.Connection, customer_id: int) -> tuple[HeldPackage, ...]:
    rows = conn.execute(
        """
        SELECT p.name, coalesce(s.until, ''), coalesce(s.price_fen, o.price_fen, 0), coalesce(s.cancelled, 0)
        FROM customer_packages cp
        JOIN packages p ON p.id = cp.package_id
        LEFT JOIN subscriptions s ON s.customer_id = cp.customer_id AND s.package_id = cp.package_id
        LEFT JOIN offers o ON o.name = p.name
        WHERE cp.customer_id = ? ORDER BY cp.position
        """,
        (customer_id,),
    )
    return tuple(
        HeldPackage(name=name, until=until, price_fen=price, cancelled=bool(cancelled))
        for name, until, price, cancelled in rows
    )


def _bills(conn: sqlite3.Connection, customer_id: int) -> tuple[BillItem, ...]:
    rows = conn.execute(
        """
        SELECT month, item, amount_fen FROM bills WHERE customer_id = :customer AND month IN (
            SELECT DISTINCT month FROM bills WHERE customer_id = :customer ORDER BY month DESC LIMIT :months
        ) ORDER BY month DESC, position, item LIMIT :most
        """,
        {"customer": customer_id, "months": _MONTHS, "most": _MOST_BILLS},
    )
    return tuple(BillItem(month=month, item=item, amount_fen=amount) for month, item, amount in rows)


def _payments(conn: sqlite3.Connection, customer_id: int) -> tuple[Payment, ...]:
    rows = conn.execute(
        "SELECT at, amount_fen, balance_fen, what FROM payments WHERE customer_id = ?"
        " ORDER BY at DESC, id DESC LIMIT ?",
        (customer_id, _MOST_PAYMENTS),
    )
    return tuple(
        Payment(at=at, amount_fen=amount, balance_fen=balance, what=what)
        for at, amount, balance, what in rows
    )
