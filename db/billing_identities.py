"""Who a caller is: by the number that calls, or by customer or card number and password."""

import sqlite3
from dataclasses import dataclass

from db.billing_tries import Gate, Try, TryKind, TryLimits, add_try, forgive, gate, take_back_try
from db.customers import PRESENT_ID, customers_by_id, get_customer
from db.errors import NotFound
from engine.core.numbers import normalise_number
from engine.core.records import Customer, Millis

MOST_SHARING = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer, and whether there is a password."""

    customer: Customer
    has_password: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A try to sign in that has begun: counted as wrong until `end_sign_in` takes that back.

    `password_hash` empty: there is none, or none may be tried; the work is to be the same.
    """

    gate: Gate
    try_id: int = 0
    customer_id: int = 0
    password_hash: str = ""


def people_of_number(conn: sqlite3.Connection, cli: str, *, area_code: str = "") -> list[Person]:
    """The customers who have this number."""
    number = normalise_number(cli, area_code=area_code)
    rows = conn.execute(
        "SELECT customer_id FROM phones WHERE number = ? ORDER BY customer_id LIMIT ?", (number, MOST_SHARING)
    )
    return _people(conn, [row[0] for row in rows])


def person(conn: sqlite3.Connection, customer_id: int) -> Person:
    """One customer. Raises NotFound."""
    found = _people(conn, [customer_id])
    if not found:
        raise NotFound("customer_id", customer_id)
    return found[0]


def begin_sign_in(
    conn: sqlite3.Connection, account: str, call_id: str, day: str, at: Millis, limits: TryLimits
) -> SignIn:
    """Use up one try for this customer or card number; what is to be compared with the password keyed.

    The same statements are run whether the number belongs to anybody or not.
    """
    row = conn.execute(
        f"""
        SELECT c.id, coalesce(p.hash, '')
        FROM (
            SELECT {PRESENT_ID} AS id, 1 AS rank FROM customers
            WHERE customer_number = :account AND customer_number <> ''
            UNION ALL
            SELECT {PRESENT_ID}, 2 FROM customers WHERE card_number = :account AND card_number <> ''
        ) c LEFT JOIN customer_passwords p ON p.customer_id = c.id
        ORDER BY c.rank LIMIT 1
        """,
        {"account": account},
    ).fetchone()
    customer_id, password_hash = row if row is not None else (0, "")
    attempt = Try(
        kind=TryKind.SIGN_IN, subject=account, customer_id=customer_id, call_id=call_id, day=day, at=at
    )
    allowed = gate(conn, attempt, limits, of_subject=limits.a_day)
    if allowed is Gate.LOCKED:
        return SignIn(gate=allowed)
    try_id = add_try(conn, attempt)
    if allowed is Gate.SHUT:
        return SignIn(gate=allowed, try_id=try_id)
    return SignIn(gate=allowed, try_id=try_id, customer_id=customer_id, password_hash=password_hash)


def end_sign_in(conn: sqlite3.Connection, sign_in: SignIn) -> Person:
    """The password was right: the try does not count. Raises NotFound when the customer is gone."""
    take_back_try(conn, sign_in.try_id)
    return person(conn, sign_in.customer_id)


def set_password(
    conn: sqlite3.Connection, customer_id: int, password_hash: str, at: Millis, *, forget_tries: bool
) -> None:
    """Give a customer this password. Raises NotFound."""
    present = get_customer(conn, customer_id).id
    conn.execute(
        "INSERT INTO customer_passwords (customer_id, hash, at) VALUES (?, ?, ?)"
        " ON CONFLICT (customer_id) DO UPDATE SET hash = excluded.hash, at = excluded.at",
        (present, password_hash, at),
    )
    if forget_tries:
        forget_sign_in_tries(conn, customer_id)


def forget_sign_in_tries(conn: sqlite3.Connection, customer_id: int) -> None:
    """The customer may try again at once, with each of the numbers."""
    customer = get_customer(conn, customer_id)
    forgive(conn, TryKind.SIGN_IN, customer_id=customer_id)
    for number in (customer.customer_number, customer.card_number):
        if number:
            forgive(conn, TryKind.SIGN_IN, subject=number)


def customer_of_number(conn: sqlite3.Connection, customer_number: str) -> Customer:
    """The customer of a customer number. Raises NotFound."""
    row = conn.execute(
        "SELECT id FROM customers WHERE customer_number = ? AND customer_number <> ''", (customer_number,)
    ).fetchone()
    if row is None:
        raise NotFound("customer_number", customer_number)
    return get_customer(conn, row[0])


def _people(conn: sqlite3.Connection, ids: list[int]) -> list[Person]:
    if not ids:
        return []
    marks = ",".join("?" * len(ids))
    with_password = {
        row[0]
        for row in conn.execute(
            f"SELECT customer_id FROM customer_passwords WHERE customer_id IN ({marks})", ids
        )
    }
    return [
        Person(customer=customer, has_password=customer.id in with_password)
        for customer in customers_by_id(conn, ids)
    ]
