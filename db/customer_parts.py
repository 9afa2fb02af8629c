"""Persons, addresses, accounts, devices, tags of a customer: rows of their own, in step with the search."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from db import search_index
from db.customers import clean_tags, get_customer, numbers_of, save_customer
from db.errors import Invalid, NotFound
from db.text import checked, checked_lines
from engine.core.customers.records import (
    Account,
    AccountState,
    Address,
    Device,
    DeviceKind,
    Line,
    Person,
)
from engine.core.records import Customer

MAX_PARTS = 50  # of one kind
_DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_PLACE_LIMITS = {
    "text": 300, "county": 40, "town": 60, "community": 60, "building": 40, "unit": 20, "room": 20,
    "area": 60, "node": 60,
}  # fmt: skip
TABLES = {
    "person": "customer_persons",
    "address": "customer_addresses",
    "account": "customer_accounts",
    "device": "customer_devices",
}


# What there is


def persons_of(conn: sqlite3.Connection, customer_id: int) -> tuple[Person, ...]:
    """The persons of a customer's file, in the order in which they were put down."""
    phones: dict[int, list[str]] = {}
    for person_id, number in conn.execute(
        "SELECT p.person_id, p.number FROM customer_persons r JOIN person_phones p ON p.person_id = r.id"
        " WHERE r.customer_id = ? ORDER BY p.person_id, p.position",
        (customer_id,),
    ):
        phones.setdefault(person_id, []).append(number)
    rows = conn.execute(
        "SELECT id, name, relation, id_number, remark FROM customer_persons"
        " WHERE customer_id = ? ORDER BY id",
        (customer_id,),
    )
    return tuple(
        Person(
            id=number,
            name=name,
            relation=relation,
            phones=tuple(phones.get(number, ())),
            id_number=id_number,
            remark=remark,
        )
        for number, name, relation, id_number, remark in rows
    )


def addresses_of(conn: sqlite3.Connection, customer_id: int) -> tuple[Address, ...]:
    """The further addresses of a customer."""
    columns = ", ".join(("id", *_PLACE_LIMITS))
    rows = conn.execute(
        f"SELECT {columns} FROM customer_addresses WHERE customer_id = ? ORDER BY id", (customer_id,)
    )
    return tuple(Address(**dict(zip(("id", *_PLACE_LIMITS), row, strict=True))) for row in rows)


def accounts_of(conn: sqlite3.Connection, customer_id: int) -> tuple[Account, ...]:
    """The accounts of a customer."""
    rows = conn.execute(
        "SELECT id, line, number, state, coalesce(address_id, 0), since, remark FROM customer_accounts"
        " WHERE customer_id = ? ORDER BY id",
        (customer_id,),
    )
    return tuple(
        Account(
            id=number,
            line=Line(line),
            number=account,
            state=AccountState(state),
            address_id=address_id,
            since=since,
            remark=remark,
        )
        for number, line, account, state, address_id, since, remark in rows
    )


def devices_of(conn: sqlite3.Connection, customer_id: int) -> tuple[Device, ...]:
    """The devices of a customer."""
    rows = conn.execute(
        "SELECT id, kind, number, model, coalesce(account_id, 0) FROM customer_devices"
        " WHERE customer_id = ? ORDER BY id",
        (customer_id,),
    )
    return tuple(
        Device(id=number, kind=DeviceKind(kind), number=text, model=model, account_id=account_id)
        for number, kind, text, model, account_id in rows
    )


def has_number(conn: sqlite3.Connection, customer_id: int, number: str) -> bool:
    """Whether a person of the customer's file has this number."""
    return any(number in person.phones for person in persons_of(conn, customer_id))


# What is changed


def save_person(conn: sqlite3.Connection, customer_id: int, person: Person, *, area_code: str = "") -> Person:
    """Add a person (id 0) or change one; returns what was stored. Raises Invalid, NotFound."""
    numbers = numbers_of(person.phones, area_code)
    clean = replace(
        person,
        name=checked(person.name, "name", 100),
        relation=checked(person.relation, "relation", 40),
        phones=tuple(numbers),
        id_number=checked(person.id_number, "id_number", 40),
        remark=checked_lines(person.remark, "remark", 500),
    )
    if not clean.name:
        raise Invalid("required", "name")
    values = {
        "name": clean.name,
        "relation": clean.relation,
        "id_number": clean.id_number,
        "remark": clean.remark,
    }
    with findable(conn, customer_id):
        clean = replace(clean, id=_store(conn, "person", customer_id, clean.id, values))
        known = dict(
            conn.execute("SELECT number, original FROM person_phones WHERE person_id = ?", (clean.id,))
        )
        conn.execute("DELETE FROM person_phones WHERE person_id = ?", (clean.id,))
        conn.executemany(
            "INSERT INTO person_phones (number, person_id, original, position) VALUES (?, ?, ?, ?)",
            [
                (number, clean.id, known.get(number, original), position)
                for position, (number, original) in enumerate(numbers.items())
            ],
        )
    return clean


def save_address(conn: sqlite3.Connection, customer_id: int, address: Address) -> Address:
    """Add an address (id 0) or change one. Raises Invalid, NotFound."""
    values = {name: checked(getattr(address, name), name, limit) for name, limit in _PLACE_LIMITS.items()}
    clean = Address(id=address.id, **values)
    if not clean.words:
        raise Invalid("required", "address")
    with findable(conn, customer_id):
        return replace(clean, id=_store(conn, "address", customer_id, clean.id, dict(values)))


def save_account(conn: sqlite3.Connection, customer_id: int, account: Account) -> Account:
    """Add an account (id 0) or change one. Raises Invalid, NotFound."""
    clean = replace(
        account,
        number=checked(account.number, "number", 40),
        since=checked(account.since, "since", 10),
        remark=checked(account.remark, "remark", 200),
    )
    if clean.since and not _DAY.fullmatch(clean.since):
        raise Invalid("bad_date", "since", clean.since)
    _part_of(conn, "address", customer_id, clean.address_id)
    values = {
        "line": str(clean.line),
        "number": clean.number,
        "state": str(clean.state),
        "address_id": clean.address_id or None,
        "since": clean.since,
        "remark": clean.remark,
    }
    return replace(clean, id=_store(conn, "account", customer_id, clean.id, values))


def save_device(conn: sqlite3.Connection, customer_id: int, device: Device) -> Device:
    """Add a device (id 0) or change one. Raises Invalid, NotFound."""
    clean = replace(
        device, number=checked(device.number, "number", 40), model=checked(device.model, "model", 60)
    )
    if not clean.number:
        raise Invalid("required", "number")
    _part_of(conn, "account", customer_id, clean.account_id)
    values = {
        "kind": str(clean.kind),
        "number": clean.number,
        "model": clean.model,
        "account_id": clean.account_id or None,
    }
    return replace(clean, id=_store(conn, "device", customer_id, clean.id, values))


def remove_part(conn: sqlite3.Connection, customer_id: int, part: str, part_id: int) -> None:
    """Take a person, address, account or device out of a file. Raises NotFound."""
    with findable(conn, customer_id):
        cursor = conn.execute(
            f"DELETE FROM {TABLES[part]} WHERE id = ? AND customer_id = ?", (part_id, customer_id)
        )
        if cursor.rowcount == 0:
            raise NotFound(part, part_id)


def tag_customer(
    conn: sqlite3.Connection, customer_id: int, add: tuple[str, ...], remove: tuple[str, ...]
) -> Customer:
    """Put tags on a customer and take others off. Raises Invalid, NotFound."""
    customer = get_customer(conn, customer_id)
    off = set(clean_tags(remove))
    tags = tuple(tag for tag in clean_tags((*customer.tags, *add)) if tag not in off)
    return save_customer(conn, replace(customer, tags=tags))


@contextmanager
def findable(conn: sqlite3.Connection, *ids: int) -> Iterator[None]:
    """The parts of these customers change, and what they are found by with them. Raises NotFound."""
    before = {customer_id: search_index.entry_of(conn, _own(conn, customer_id)) for customer_id in ids}
    yield
    for customer_id in ids:
        after = search_index.entry_of(conn, _own(conn, customer_id))
        search_index.change(conn, customer_id, before[customer_id], after)


def _own(conn: sqlite3.Connection, customer_id: int) -> Customer:
    customer = get_customer(conn, customer_id)
    if customer.id != customer_id:
        raise NotFound("customer_id", customer_id)
    return customer


def _part_of(conn: sqlite3.Connection, part: str, customer_id: int, part_id: int) -> None:
    """Refuse a reference to a part of another customer's file; 0 is none."""
    found = conn.execute(
        f"SELECT 1 FROM {TABLES[part]} WHERE id = ? AND customer_id = ?", (part_id, customer_id)
    ).fetchone()
    if part_id and found is None:
        raise NotFound(part, part_id)


def _store(
    conn: sqlite3.Connection, part: str, customer_id: int, part_id: int, values: dict[str, Any]
) -> int:
    table = TABLES[part]
    if part_id:
        _part_of(conn, part, customer_id, part_id)
        changes = ", ".join(f"{name} = :{name}" for name in values)
        conn.execute(f"UPDATE {table} SET {changes} WHERE id = :id", values | {"id": part_id})
        return part_id
    _own(conn, customer_id)
    (count,) = conn.execute(f"SELECT count(*) FROM {table} WHERE customer_id = ?", (customer_id,)).fetchone()
    if count >= MAX_PARTS:
        raise Invalid("too_many", part, str(count))
    names = ("customer_id", *values)
    cursor = conn.execute(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)})",
        values | {"customer_id": customer_id},
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid
