"""What the search box finds customers by, and how that is kept in step with them.

A contentless FTS5 table holds pieces: single characters and bigrams of the name (n张 n张华 n华山), bigrams of
address and area (a东街), runs of four digits of the phones (d8123) and their ends (e1234). `name_keys` holds
what is found from its beginning: name, pinyin, initials. Both are made from the customer alone, so that the
entries of a changed customer can be taken out again.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from functools import lru_cache

from db import pinyin
from db.text import search_form
from engine.core.records import Customer

DIGIT_RUN = 4
VERSION = f"1.{pinyin.VERSION}"  # of the pieces; another one than the stored one means: build anew
_VERSION_KEY = "search_version"


def pieces_of(customer: Customer) -> str:
    """The pieces of a customer, as the text that the FTS table cuts at the spaces."""
    name = search_form(customer.name)
    found = [f"n{character}" for character in name]
    found += [f"n{piece}" for piece in pairs(name)]
    found += [f"a{piece}" for piece in pairs(search_form(customer.address))]
    found += _area_pieces(customer.area)
    for number in customer.phones:
        found += [f"d{piece}" for piece in digit_runs(number)]
        found.append(f"e{number[-DIGIT_RUN:]}")
    return " ".join(dict.fromkeys(found))


@lru_cache(maxsize=1024)
def _area_pieces(area: str) -> tuple[str, ...]:
    return tuple(f"a{piece}" for piece in pairs(search_form(area)))


def pairs(text: str) -> Iterator[str]:
    """All two-character pieces."""
    return (text[i : i + 2] for i in range(len(text) - 1))


def digit_runs(number: str) -> Iterator[str]:
    """All four-digit pieces."""
    return (number[i : i + DIGIT_RUN] for i in range(len(number) - DIGIT_RUN + 1))


def keys_of(customer: Customer) -> tuple[str, ...]:
    """What the customer's name is found by from its beginning."""
    name = search_form(customer.name)
    return tuple(dict.fromkeys((name, *pinyin.pinyin_keys(name)))) if name else ()


def add(conn: sqlite3.Connection, customers: Iterable[Customer]) -> None:
    """Make stored customers findable."""
    add_entries(conn, ((customer.id, pieces_of(customer), keys_of(customer)) for customer in customers))


def add_entries(conn: sqlite3.Connection, entries: Iterable[tuple[int, str, Iterable[str]]]) -> None:
    """Make customers findable of whom somebody has made id, pieces and keys already."""
    for customer_id, pieces, keys in entries:
        conn.execute("INSERT INTO customer_search (rowid, pieces) VALUES (?, ?)", (customer_id, pieces))
        conn.executemany(
            "INSERT OR IGNORE INTO name_keys (key, customer_id) VALUES (?, ?)",
            [(key, customer_id) for key in keys],
        )


def remove(conn: sqlite3.Connection, customer: Customer) -> None:
    """Take out a customer, given as it was when it was added: a contentless table has to be told."""
    conn.execute(
        "INSERT INTO customer_search (customer_search, rowid, pieces) VALUES ('delete', ?, ?)",
        (customer.id, pieces_of(customer)),
    )
    conn.executemany(
        "DELETE FROM name_keys WHERE key = ? AND customer_id = ?",
        [(key, customer.id) for key in keys_of(customer)],
    )


def is_current(conn: sqlite3.Connection) -> bool:
    """Was the search built by this program's rules?"""
    stored = conn.execute("SELECT value FROM settings WHERE key = ?", (_VERSION_KEY,)).fetchone()
    return stored is not None and stored[0] == VERSION


def rebuild(conn: sqlite3.Connection, customers: Iterable[Customer]) -> None:
    """Throw the search away and build it from all customers (about 10 s for 200,000)."""
    conn.execute("INSERT INTO customer_search (customer_search) VALUES ('delete-all')")
    conn.execute("DELETE FROM name_keys")
    add(conn, customers)
    conn.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (_VERSION_KEY, VERSION))
