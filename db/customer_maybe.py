"""Whose an unknown number may be, and giving it to somebody together with the calls that came from it."""

import sqlite3
from dataclasses import replace

from db.customer_parts import persons_of, save_person
from db.customers import customers_by_id, get_customer, save_customer
from db.errors import Invalid, NotFound
from db.search import search_all_pieces, search_names
from db.standing import standings
from db.text import safe
from engine.core.customers.likelihood import Hint, Standing, proposed
from engine.core.customers.records import Proposal
from engine.core.numbers import normalise_number
from engine.core.records import Customer, Millis

MAX_PROPOSALS = 20
_MOST = 50  # customers that one hint leads to

_CALLED = """
    SELECT customer_id, max(accepted_at) FROM calls
    WHERE cli = ? AND cli <> '' AND customer_id IS NOT NULL GROUP BY customer_id ORDER BY 2 DESC LIMIT ?
"""
_TICKET = """
    SELECT customer_id, max(created_at) FROM tickets
    WHERE phone = ? AND phone <> '' AND customer_id IS NOT NULL GROUP BY customer_id ORDER BY 2 DESC LIMIT ?
"""


def proposals(
    conn: sqlite3.Connection,
    number: str,
    *,
    name: str = "",
    address: str = "",
    limit: int = 9,
    now: Millis,
    area_code: str = "",
) -> tuple[Proposal, ...]:
    """Customers whom a number may belong to, by what was said and what is known; the likeliest first."""
    normal = normalise_number(number, area_code=area_code)
    found: dict[int, set[Hint]] = {}
    for hint, ids in (
        (Hint.CALLED, _ids(conn, _CALLED, normal)),
        (Hint.TICKET, _ids(conn, _TICKET, normal)),
        (Hint.NAME, search_names(conn, name, _MOST) if name.strip() else []),
        (Hint.ADDRESS, search_all_pieces(conn, address, _MOST) if address.strip() else []),
    ):
        for customer_id in ids:
            found.setdefault(customer_id, set()).add(hint)
    standing = standings(conn, list(found))
    customers = customers_by_id(conn, list(found))
    rated = [_proposal(one, frozenset(found[one.id]), standing[one.id], now) for one in customers]
    rated.sort(key=lambda one: (-one.likelihood, one.customer.id))
    return tuple(rated[: min(max(1, limit), MAX_PROPOSALS)])


def _proposal(customer: Customer, hints: frozenset[Hint], standing: Standing, now: Millis) -> Proposal:
    reasons = tuple(hint.name.lower() for hint in sorted(hints, reverse=True))
    return Proposal(customer=customer, reasons=reasons, likelihood=proposed(hints, standing, now))


def _ids(conn: sqlite3.Connection, sql: str, number: str) -> list[int]:
    return [row[0] for row in conn.execute(sql, (number, _MOST))]


def assign_number(
    conn: sqlite3.Connection, customer_id: int, number: str, *, person_id: int = 0, area_code: str = ""
) -> int:
    """A number is a customer's, or a person's of his file; returns how many calls became his with it.

    Raises Invalid, NotFound.
    """
    normal = normalise_number(number, area_code=area_code)
    if len(normal) < 3:
        raise Invalid("bad_number", "number", safe(number)[:40])
    customer = get_customer(conn, customer_id)
    customer_id = customer.id  # of a merged one: whoever has everything now
    if person_id:
        person = next((one for one in persons_of(conn, customer_id) if one.id == person_id), None)
        if person is None:
            raise NotFound("person", person_id)
        if normal not in person.phones:
            save_person(
                conn, customer_id, replace(person, phones=(*person.phones, number)), area_code=area_code
            )
    elif normal not in customer.phones:
        phones = (*customer.phones, number)
        save_customer(conn, replace(customer, phones=phones), area_code=area_code)
    calls = conn.execute(
        "UPDATE calls SET customer_id = ? WHERE cli = ? AND customer_id IS NULL", (customer_id, normal)
    ).rowcount
    for table, column in (("tickets", "phone"), ("callbacks", "number"), ("outage_watchers", "number")):
        conn.execute(
            f"UPDATE {table} SET customer_id = ? WHERE {column} = ? AND customer_id IS NULL",
            (customer_id, normal),
        )
    return calls
