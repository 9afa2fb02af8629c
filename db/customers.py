"""Customers with their phone numbers and packages, kept in step with the search."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from db import search_index
from db.errors import Duplicate, Invalid, NotFound, Stale
from db.source_ages import ages
from db.text import checked, checked_lines, search_form
from engine.core.customers.importance import settled
from engine.core.customers.records import Stage
from engine.core.numbers import normalise_number
from engine.core.records import Customer, Millis

MAX_PHONES = 10
MAX_PACKAGES = 20
MAX_TAGS = 20
MAX_TAG = 20
MAX_BALANCE_FEN = 10**13
BATCH = 500

# The columns of a customer's row behind its id, as `row_values` gives them.
ROW_COLUMNS = (
    "customer_number, name, address, area, card_number, balance_fen, vip, remark,"
    " importance, id_number, stage, as_of"
)
_COLUMNS = f"id, {ROW_COLUMNS}"
_SET = ", ".join(f"{column.strip()} = ?" for column in ROW_COLUMNS.split(","))
# A customer that was merged into another one is that other one.
PRESENT_ID = "iif(merged_into > 0, merged_into, id)"
PRESENT_CUSTOMER = f"(SELECT {PRESENT_ID} FROM customers WHERE id = :customer_id)"


def get_customer(conn: sqlite3.Connection, customer_id: int) -> Customer:
    """The customer of an id; of a merged one, the customer that has everything now. Raises NotFound."""
    found = customers_by_id(conn, [customer_id]) or customers_by_id(conn, [present_id(conn, customer_id)])
    if not found:
        raise NotFound("customer_id", customer_id)
    return found[0]


def present_id(conn: sqlite3.Connection, customer_id: int) -> int:
    """Who has what this customer had: another one, where it was merged; 0 where there is none."""
    row = conn.execute(f"SELECT {PRESENT_ID} FROM customers WHERE id = ?", (customer_id,)).fetchone()
    return 0 if row is None else int(row[0])


def customers_by_id(conn: sqlite3.Connection, ids: Sequence[int]) -> list[Customer]:
    """The customers of some ids (at most some hundred), in that order; unknown and merged ones left out."""
    marks = ",".join("?" * len(ids))
    query = f"SELECT {_COLUMNS} FROM customers WHERE id IN ({marks}) AND merged_into = 0"
    rows = {row[0]: row for row in conn.execute(query, ids)}
    phones: dict[int, list[str]] = {}
    for customer_id, number in conn.execute(
        f"SELECT customer_id, number FROM phones WHERE customer_id IN ({marks}) ORDER BY position", ids
    ):
        phones.setdefault(customer_id, []).append(number)
    packages: dict[int, list[str]] = {}
    for customer_id, name in conn.execute(
        "SELECT cp.customer_id, p.name FROM customer_packages cp JOIN packages p ON p.id = cp.package_id"
        f" WHERE cp.customer_id IN ({marks}) ORDER BY cp.position",
        ids,
    ):
        packages.setdefault(customer_id, []).append(name)
    tags: dict[int, list[str]] = {}
    for customer_id, tag in conn.execute(
        f"SELECT customer_id, tag FROM customer_tags WHERE customer_id IN ({marks}) ORDER BY tag", ids
    ):
        tags.setdefault(customer_id, []).append(tag)
    told = ages(conn, ids)  # a row that is the same in its source as before is not written anew
    return [
        _customer(rows[i], told.get(i, 0), phones.get(i, ()), packages.get(i, ()), tags.get(i, ()))
        for i in ids
        if i in rows
    ]


def all_customers(conn: sqlite3.Connection) -> Iterator[Customer]:
    """Every customer, read in batches."""
    last = 0
    while True:
        rows = conn.execute("SELECT id FROM customers WHERE id > ? ORDER BY id LIMIT ?", (last, BATCH))
        ids = [row[0] for row in rows]
        if not ids:
            return
        yield from customers_by_id(conn, ids)
        last = ids[-1]


def save_customer(
    conn: sqlite3.Connection, customer: Customer, *, area_code: str = "", before: Customer | None = None
) -> Customer:
    """Insert (id 0) or update a customer; returns what was stored.

    `before`: what is stored, where it has been read in the same transaction already.
    Customer number and card number belong to one customer only; a phone number may belong to several.
    Raises Invalid, Duplicate, NotFound, and Stale for one that was merged into another one meanwhile.
    """
    before = before or _before(conn, customer.id)
    numbers = numbers_of(customer.phones, area_code)
    clean = _checked(conn, customer, before, numbers)
    if before is not None:
        numbers = _take_out(conn, clean.id, numbers)
        _update_row(conn, clean)
    else:
        clean = replace(clean, id=_insert_row(conn, clean))
    _store_phones(conn, clean.id, numbers)
    _store_packages(conn, clean.id, clean.packages)
    _store_tags(conn, clean.id, clean.tags)
    search_index.update(conn, before, clean)
    return clean


def _before(conn: sqlite3.Connection, customer_id: int) -> Customer | None:
    """What is stored of a customer that is to be changed, None of a new one."""
    if not customer_id:
        return None
    before = get_customer(conn, customer_id)
    if before.id != customer_id:
        raise Stale("customer_id", str(customer_id))
    return before


def check_customer(
    conn: sqlite3.Connection, customer: Customer, *, area_code: str = "", before: Customer | None = None
) -> Customer:
    """What `save_customer` would store, without storing it. Raises Invalid, Duplicate."""
    before = before or _before(conn, customer.id)
    return _checked(conn, customer, before, numbers_of(customer.phones, area_code))


def attach_number(
    conn: sqlite3.Connection, customer_id: int, number: str, *, area_code: str = ""
) -> Customer:
    """Give a customer one more phone number; nothing happens when it is there. Raises Invalid, NotFound."""
    customer = get_customer(conn, customer_id)
    normal = normalise_number(number, area_code=area_code)
    if normal in customer.phones:
        return customer
    return save_customer(conn, replace(customer, phones=(*customer.phones, number)), area_code=area_code)


def delete_customer(conn: sqlite3.Connection, customer_id: int) -> None:
    """Remove a customer; the calls stay, without a customer. Raises NotFound."""
    search_index.update(conn, get_customer(conn, customer_id), None)
    conn.execute("DELETE FROM customers WHERE id = ? OR merged_into = ?", (customer_id, customer_id))


def count_customers(conn: sqlite3.Connection) -> int:
    """How many customers there are."""
    (everybody,) = conn.execute("SELECT count(*) FROM customers").fetchone()
    (merged,) = conn.execute("SELECT count(*) FROM customers WHERE merged_into > 0").fetchone()
    return int(everybody - merged)


def _customer(
    row: tuple[Any, ...],
    as_of: Millis,
    phones: Sequence[str],
    packages: Sequence[str],
    tags: Sequence[str],
) -> Customer:
    return Customer(
        id=row[0],
        customer_number=row[1],
        name=row[2],
        phones=tuple(phones),
        address=row[3],
        area=row[4],
        card_number=row[5],
        packages=tuple(packages),
        balance_fen=row[6],
        vip=bool(row[7]),
        remark=row[8],
        importance=row[9],
        id_number=row[10],
        stage=row[11],
        as_of=as_of or row[12],
        tags=tuple(tags),
    )


def _checked(
    conn: sqlite3.Connection, customer: Customer, before: Customer | None, numbers: dict[str, str]
) -> Customer:
    clean = cleaned(customer if before is None else settled(before, customer), numbers)
    _refuse_taken(conn, "customer_number", clean.customer_number, clean.id)
    _refuse_taken(conn, "card_number", clean.card_number, clean.id)
    return clean


def cleaned(customer: Customer, numbers: dict[str, str]) -> Customer:
    """What would be stored of a customer with these `numbers_of`, if nobody else has its numbers.

    Raises Invalid.
    """
    clean = replace(
        settled(Customer(), customer),
        name=checked(customer.name, "name", 100),
        customer_number=checked(customer.customer_number, "customer_number", 40),
        phones=tuple(numbers),
        address=checked(customer.address, "address", 300),
        area=checked(customer.area, "area", 60),
        card_number=checked(customer.card_number, "card_number", 40),
        packages=_package_names(customer.packages),
        remark=checked_lines(customer.remark, "remark", 2000),
        tags=clean_tags(customer.tags),
        id_number=checked(customer.id_number, "id_number", 40),
        as_of=max(0, customer.as_of),
    )
    if not clean.name:
        raise Invalid("required", "name")
    if clean.importance not in _IMPORTANCE:
        raise Invalid("unknown_word", "importance", clean.importance[:40])
    if clean.stage not in _STAGES:
        raise Invalid("unknown_word", "stage", clean.stage[:40])
    if abs(clean.balance_fen) > MAX_BALANCE_FEN:
        raise Invalid("bad_money", "balance_fen", str(clean.balance_fen)[:40])
    return clean


_IMPORTANCE = frozenset({"", "vip", "enterprise"})
_STAGES = frozenset({"", *Stage})


def clean_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags as they are stored, each once, in their order. Raises Invalid."""
    clean = sorted({tag for tag in (checked(tag, "tags", MAX_TAG) for tag in tags) if tag})
    if len(clean) > MAX_TAGS:
        raise Invalid("too_many", "tags", str(len(clean)))
    return tuple(clean)


def _package_names(packages: Sequence[str]) -> tuple[str, ...]:
    if len(packages) > MAX_PACKAGES:
        raise Invalid("too_many", "packages", str(len(packages)))
    names = (checked(package, "packages", 60) for package in packages)
    return tuple(dict.fromkeys(name for name in names if name))


def numbers_of(phones: Sequence[str], area_code: str) -> dict[str, str]:
    """Normal form of each number, with what was written; empty ones are left out. Raises Invalid."""
    if len(phones) > MAX_PHONES:
        raise Invalid("too_many", "phones", str(len(phones)))
    numbers: dict[str, str] = {}
    for phone in phones:
        original = checked(phone, "phones", 64)
        normal = normalise_number(original, area_code=area_code)
        if original and len(normal) < 3:
            raise Invalid("bad_number", "phones", original)
        if normal:
            numbers.setdefault(normal, original)
    return numbers


def _refuse_taken(conn: sqlite3.Connection, column: str, value: str, own_id: int) -> None:
    if not value:
        return
    # The second condition lets SQLite use the partial index.
    row = conn.execute(
        f"SELECT id FROM customers WHERE {column} = ? AND {column} <> '' AND id <> ?", (value, own_id)
    ).fetchone()
    if row is not None:
        raise Duplicate(column, value, row[0])


def _insert_row(conn: sqlite3.Connection, customer: Customer) -> int:
    cursor = conn.execute(
        f"INSERT INTO customers ({ROW_COLUMNS}) VALUES ({', '.join('?' * len(row_values(customer)))})",
        row_values(customer),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _update_row(conn: sqlite3.Connection, customer: Customer) -> None:
    conn.execute(f"UPDATE customers SET {_SET} WHERE id = ?", (*row_values(customer), customer.id))


def row_values(customer: Customer) -> tuple[str | int, ...]:
    """The columns of a customer's row behind its id, in the order of the table."""
    return (
        customer.customer_number,
        customer.name,
        customer.address,
        customer.area,
        customer.card_number,
        customer.balance_fen,
        int(customer.vip),
        customer.remark,
        customer.importance,
        customer.id_number,
        customer.stage,
        customer.as_of,
    )


def _take_out(conn: sqlite3.Connection, customer_id: int, numbers: dict[str, str]) -> dict[str, str]:
    """Remove phones, packages and tags; returns the new numbers as they were first written.

    A saved form only knows the normal form of the numbers that were there before.
    """
    known = dict(conn.execute("SELECT number, original FROM phones WHERE customer_id = ?", (customer_id,)))
    conn.execute("DELETE FROM phones WHERE customer_id = ?", (customer_id,))
    conn.execute("DELETE FROM customer_packages WHERE customer_id = ?", (customer_id,))
    conn.execute("DELETE FROM customer_tags WHERE customer_id = ?", (customer_id,))
    return {number: known.get(number, original) for number, original in numbers.items()}


def _store_phones(conn: sqlite3.Connection, customer_id: int, numbers: dict[str, str]) -> None:
    conn.executemany(
        "INSERT INTO phones (number, customer_id, original, position) VALUES (?, ?, ?, ?)",
        [(number, customer_id, numbers[number], position) for position, number in enumerate(numbers)],
    )


def _store_packages(conn: sqlite3.Connection, customer_id: int, packages: Sequence[str]) -> None:
    for position, name in enumerate(packages):
        known = conn.execute("SELECT id FROM packages WHERE name = ?", (name,)).fetchone()
        package_id = (
            known[0]
            if known is not None
            else conn.execute("INSERT INTO packages (name) VALUES (?)", (name,)).lastrowid
        )
        # Not INSERT .. SELECT: its savepoint makes the full-text search write out what it has gathered.
        conn.execute(
            "INSERT INTO customer_packages (customer_id, position, package_id) VALUES (?, ?, ?)",
            (customer_id, position, package_id),
        )


def _store_tags(conn: sqlite3.Connection, customer_id: int, tags: Sequence[str]) -> None:
    conn.executemany(
        "INSERT INTO customer_tags (customer_id, tag, key) VALUES (?, ?, ?)",
        [(customer_id, tag, search_form(tag)) for tag in tags],
    )
