"""Packages: what a customer has and until when, what is on offer, ordering and giving up.

`customer_packages` is the list on the customer's card; `subscriptions` adds until when a package is paid.
One without such an end is paid month by month, and therefore until the end of this month.
"""

import calendar
import sqlite3
from dataclasses import dataclass, replace
from datetime import date

from db.audit import AuditRow, append_audit
from db.billing_bills import balance_fen
from db.billing_payments import Payment, pay
from db.billing_requests import BossRequest, keep_reply, replayed
from db.customers import MAX_PACKAGES
from engine.core.boss import BossAccount, Change, Reply
from engine.core.ivr.values import Row
from engine.core.records import Customer

_HELD = """
    SELECT p.id, p.name, coalesce(s.until, :month_end), coalesce(s.price_fen, o.price_fen, 0),
        coalesce(s.cancelled, 0)
    FROM customer_packages cp
    JOIN packages p ON p.id = cp.package_id
    LEFT JOIN subscriptions s ON s.customer_id = cp.customer_id AND s.package_id = cp.package_id
    LEFT JOIN offers o ON o.name = p.name
    WHERE cp.customer_id = :customer AND coalesce(s.until, :today) >= :today
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A package that a customer has; a cancelled one runs until its end."""

    id: int
    name: str
    until: str
    price_fen: int
    cancelled: bool


def packages(conn: sqlite3.Connection, customer_id: int, today: date) -> Reply:
    """What the customer has, in the order of the card."""
    rows: tuple[Row, ...] = tuple(
        {"package": held.id, "name": held.name, "until": held.until, "price": held.price_fen}
        for held in _held(conn, customer_id, today)
    )
    return ("found", {"packages": rows}) if rows else ("none", {})


def offers(conn: sqlite3.Connection, customer_id: int, today: date) -> Reply:
    """What is on sale and the customer does not have."""
    have = {held.name for held in _held(conn, customer_id, today)}
    if len(have) >= MAX_PACKAGES:
        return "none", {}
    rows = conn.execute("SELECT id, name, price_fen, months FROM offers WHERE on_sale = 1 ORDER BY id")
    found = tuple(
        {"offer": number, "name": name, "price": price, "months": months}
        for number, name, price, months in rows
        if name not in have
    )
    return ("found", {"offers": found}) if found else ("none", {})


def order(
    conn: sqlite3.Connection,
    account: BossAccount,
    offer_id: int,
    agreed_fen: int,
    change: Change,
    request: BossRequest,
    today: date,
) -> Reply:
    """Order a package and pay for it out of the balance, in the caller's transaction.

    `agreed_fen` is the price that the customer was told: an offer that costs something else by now is gone.
    A package that was given up and still runs goes on from its end. Raises KeyReused, NotFound.
    """
    before = replayed(conn, request)
    if before is not None:
        return before
    end_packages(conn, today)
    return keep_reply(conn, request, _order(conn, account, offer_id, agreed_fen, change, request, today))


def _order(
    conn: sqlite3.Connection,
    account: BossAccount,
    offer_id: int,
    agreed_fen: int,
    change: Change,
    request: BossRequest,
    today: date,
) -> Reply:
    balance = balance_fen(conn, account.customer_id)
    offer = conn.execute(
        "SELECT name, price_fen, months FROM offers WHERE id = ? AND price_fen = ? AND on_sale = 1",
        (offer_id, agreed_fen),
    ).fetchone()
    if offer is None:
        return "gone", {}
    name, price, months = offer
    have = {held.name: held for held in _held(conn, account.customer_id, today)}
    old = have.get(name)
    if old is not None and not old.cancelled:
        return "already", {}
    if old is None and len(have) >= MAX_PACKAGES:
        return "gone", {}
    if balance < price:
        return "too_little", {"balance": balance, "price": price}
    start = date.fromisoformat(old.until) if old is not None else today
    until = add_months(start, months).isoformat()
    _give(conn, account.customer_id, name, until, price)
    payment = Payment(kind="order", amount_fen=-price, what=name)
    balance = pay(conn, account, payment, change, request.at)
    return "done", {"name": name, "price": price, "until": until, "balance": balance}


def cancel_package(
    conn: sqlite3.Connection,
    account: BossAccount,
    package_id: int,
    change: Change,
    request: BossRequest,
    today: date,
) -> Reply:
    """Give up a package: it stays until the end of the time that is paid. Raises KeyReused."""
    before = replayed(conn, request)
    if before is not None:
        return before
    held = next((held for held in _held(conn, account.customer_id, today) if held.id == package_id), None)
    if held is None:
        return keep_reply(conn, request, ("gone", {}))
    _put(conn, account.customer_id, package_id, held.until, held.price_fen, cancelled=True)
    detail = f"{held.name} until {held.until}; call {change.call_id} cli {change.cli}"
    append_audit(
        conn,
        AuditRow(
            at=request.at,
            who="engine",
            what="billing.cancel_package",
            subject=str(account.customer_id),
            detail=detail,
        ),
    )
    return keep_reply(conn, request, ("done", {"name": held.name, "until": held.until}))


def end_packages(conn: sqlite3.Connection, today: date) -> int:
    """Take packages whose time is over off the customers' cards; how many."""
    day = today.isoformat()
    ended = conn.execute(
        "DELETE FROM customer_packages WHERE EXISTS (SELECT 1 FROM subscriptions s WHERE"
        " s.customer_id = customer_packages.customer_id AND s.package_id = customer_packages.package_id"
        " AND s.until < ?)",
        (day,),
    )
    conn.execute("DELETE FROM subscriptions WHERE until < ?", (day,))
    return ended.rowcount


def keep_paid(conn: sqlite3.Connection, customer: Customer) -> Customer:
    """A customer as an agent's form has it, with what is not the form's matter as it is now.

    The form may have been filled before the caller paid: balance and paid packages are never taken from it.
    """
    row = conn.execute("SELECT balance_fen FROM customers WHERE id = ?", (customer.id,)).fetchone()
    if row is None:
        return customer
    return keep_packages(conn, replace(customer, balance_fen=row[0]))


def keep_packages(conn: sqlite3.Connection, customer: Customer) -> Customer:
    """A customer with the packages that are paid for here; a list from elsewhere may not know of them."""
    paid = conn.execute(
        "SELECT p.name FROM customer_packages cp JOIN packages p ON p.id = cp.package_id"
        " JOIN subscriptions s ON s.customer_id = cp.customer_id AND s.package_id = cp.package_id"
        " WHERE cp.customer_id = ? ORDER BY cp.position",
        (customer.id,),
    )
    packages = dict.fromkeys([*customer.packages, *(name for (name,) in paid)])
    return replace(customer, packages=tuple(packages))


def add_months(day: date, months: int) -> date:
    """The same day some months later, the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def month_end(day: date) -> date:
    """The last day of the month."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _held(conn: sqlite3.Connection, customer_id: int, today: date) -> list[Held]:
    rows = conn.execute(
        f"{_HELD} ORDER BY cp.position",
        {"customer": customer_id, "today": today.isoformat(), "month_end": month_end(today).isoformat()},
    )
    return [
        Held(number, name, until, price, bool(cancelled)) for number, name, until, price, cancelled in rows
    ]


def _give(conn: sqlite3.Connection, customer_id: int, name: str, until: str, price: int) -> None:
    conn.execute("INSERT INTO packages (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
    package_id = int(conn.execute("SELECT id FROM packages WHERE name = ?", (name,)).fetchone()[0])
    conn.execute(
        "INSERT INTO customer_packages (customer_id, position, package_id)"
        " SELECT :customer, coalesce((SELECT max(position) + 1 FROM customer_packages"
        " WHERE customer_id = :customer), 0), :package WHERE NOT EXISTS (SELECT 1 FROM customer_packages"
        " WHERE customer_id = :customer AND package_id = :package)",
        {"customer": customer_id, "package": package_id},
    )
    _put(conn, customer_id, package_id, until, price, cancelled=False)


def _put(
    conn: sqlite3.Connection, customer_id: int, package_id: int, until: str, price: int, *, cancelled: bool
) -> None:
    conn.execute(
        "INSERT INTO subscriptions (customer_id, package_id, until, price_fen, cancelled)"
        " VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (customer_id, package_id) DO UPDATE SET until = excluded.until,"
        " price_fen = excluded.price_fen, cancelled = excluded.cancelled",
        (customer_id, package_id, until, price, int(cancelled)),
    )
