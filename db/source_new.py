"""A customer of whom nobody knew, put in as the source says it, with as few statements as there can be."""

import sqlite3
from collections.abc import Sequence

from db import search_index, waiting_names
from db.customers import ROW_COLUMNS, row_values
from db.source_rows import SourceRow
from db.text import search_form
from engine.core.records import Customer, Millis

# By key, by number, by card as the own one or beside it. `<> ''` lets SQLite use the partial indexes.
_IS_KNOWN = """
    SELECT EXISTS (SELECT 1 FROM source_records WHERE source = ?1 AND key = ?2)
        OR EXISTS (SELECT 1 FROM customers WHERE customer_number = ?3 AND customer_number <> '')
        OR EXISTS (SELECT 1 FROM customers WHERE card_number = ?4 AND card_number <> '')
        OR EXISTS (SELECT 1 FROM customer_devices WHERE number = ?4 AND kind = 'card')
"""
_CUSTOMER = f"INSERT INTO customers ({ROW_COLUMNS}) VALUES ({', '.join('?' * (ROW_COLUMNS.count(',') + 1))})"
_PHONE = "INSERT INTO phones (number, customer_id, original, position) VALUES (?, ?, ?, ?)"
_PACKAGE = "INSERT OR IGNORE INTO packages (name) VALUES (?)"
# Not INSERT .. SELECT: its savepoint makes the full-text search write out what it has gathered.
_HAS_PACKAGE = """
    INSERT INTO customer_packages (customer_id, position, package_id)
    VALUES (?, ?, (SELECT id FROM packages WHERE name = ?))
"""
_TAG = "INSERT INTO customer_tags (customer_id, tag, key) VALUES (?, ?, ?)"
_RECORD = (
    "INSERT INTO source_records (source, key, customer_id, as_of, digest, body) VALUES (?, ?, ?, ?, ?, ?)"
)


def is_known(conn: sqlite3.Connection, source: str, row: SourceRow) -> bool:
    """Whether the row has been here before, or a customer has its number or its card."""
    customer = row.customer
    (found,) = conn.execute(
        _IS_KNOWN, (source, row.key, customer.customer_number, customer.card_number)
    ).fetchone()
    return bool(found)


def insert_customer(conn: sqlite3.Connection, customer: Customer, row: SourceRow) -> int:
    """Put in a customer who is checked already, and whose numbers nobody has; returns the id.

    `customer` is that of the row, perhaps without a number that another one has. The name's keys wait.
    """
    customer_id = _inserted(conn, _CUSTOMER, row_values(customer))
    if row.numbers:
        conn.executemany(
            _PHONE,
            [(number, customer_id, text, place) for place, (number, text) in enumerate(row.numbers.items())],
        )
    if customer.packages:
        conn.executemany(_PACKAGE, [(name,) for name in customer.packages])
        conn.executemany(
            _HAS_PACKAGE, [(customer_id, place, name) for place, name in enumerate(customer.packages)]
        )
    if customer.tags:
        conn.executemany(_TAG, [(customer_id, tag, search_form(tag)) for tag in customer.tags])
    search_index.add_pieces(conn, customer_id, row.pieces)
    if row.names:
        waiting_names.wait(conn, customer_id, row.names)
    return customer_id


def insert_record(
    conn: sqlite3.Connection, source: str, row: SourceRow, customer_id: int, as_of: Millis
) -> int:
    """Write down what a row says that has not been here before; returns the record's id."""
    digest = bytes.fromhex(row.digest)
    return _inserted(conn, _RECORD, (source, row.key, customer_id or None, as_of, digest, row.body))


def _inserted(conn: sqlite3.Connection, statement: str, values: Sequence[object]) -> int:
    number = conn.execute(statement, values).lastrowid
    assert number is not None
    return number
