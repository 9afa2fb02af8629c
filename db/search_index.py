"""What the search box finds customers by, and how that is kept in step with them.

A contentless FTS5 table holds pieces: single characters and bigrams of the names (n张 n张华 n华山), bigrams
of addresses and areas (a东街), runs of four digits of the phones (d8123) and their ends (e1234). `name_keys`
holds what is found from its beginning: names, pinyin, initials; those of long lists wait in another table
(`waiting_names`). Both are made from the customer and the parts of the file alone, so that the entries of a
changed one can be taken out again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from db import pinyin
from db.text import search_form
from engine.core.records import Customer

DIGIT_RUN = 4
VERSION = f"2.{pinyin.VERSION}"  # of the pieces; another one than the stored one means: build anew
_VERSION_KEY = "search_version"
_ADD_PIECES = "INSERT INTO customer_search (rowid, pieces) VALUES (?, ?)"
_ADD_KEY = "INSERT OR IGNORE INTO name_keys (key, customer_id) VALUES (?, ?)"
_WAIT_NO_MORE = "DELETE FROM name_keys_waiting WHERE customer_id = ?"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Parts:
    """What a file adds to what its customer is found by: of persons and further addresses."""

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


NO_PARTS = Parts()
_PLACE = "text || county || town || community || building || unit || room || ' ' || area || ' ' || node"


def parts_of(conn: sqlite3.Connection, ids: Sequence[int]) -> Mapping[int, Parts]:
    """The parts of some customers (at most some hundred); who has none is left out."""
    marks = ",".join("?" * len(ids))
    rows = conn.execute(
        f"""
        SELECT customer_id, 0, name FROM customer_persons WHERE customer_id IN ({marks})
        UNION ALL SELECT r.customer_id, 1, p.number FROM customer_persons r
            JOIN person_phones p ON p.person_id = r.id WHERE r.customer_id IN ({marks})
        UNION ALL SELECT customer_id, 2, {_PLACE} FROM customer_addresses WHERE customer_id IN ({marks})
        """,
        (*ids, *ids, *ids),
    )
    found: dict[int, tuple[list[str], list[str], list[str]]] = {}
    for customer_id, kind, text in rows:
        found.setdefault(customer_id, ([], [], []))[kind].append(text)
    return {
        customer_id: Parts(tuple(names), tuple(phones), tuple(places))
        for customer_id, (names, phones, places) in found.items()
    }


def pieces_of(customer: Customer, parts: Parts = NO_PARTS) -> str:
    """The pieces of a customer, as the text that the FTS table cuts at the spaces."""
    found: list[str] = []
    for name in map(search_form, (customer.name, *parts.names)):
        found += [f"n{character}" for character in name]
        found += [f"n{piece}" for piece in pairs(name)]
    for place in (customer.address, *parts.places):
        found += [f"a{piece}" for piece in pairs(search_form(place))]
    found += _area_pieces(customer.area)
    for number in (*customer.phones, *parts.phones):
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


def keys_of(customer: Customer, parts: Parts = NO_PARTS) -> tuple[str, ...]:
    """What the customer's and the persons' names are found by from their beginning."""
    keys: dict[str, None] = {}
    for name in map(search_form, (customer.name, *parts.names)):
        if name:
            keys |= dict.fromkeys((name, *pinyin.pinyin_keys(name)))
    return tuple(keys)


def update(conn: sqlite3.Connection, before: Customer | None, after: Customer | None) -> None:
    """A stored customer has become another one, the parts are as they were; None: there was or is none."""
    one = before or after
    assert one is not None
    parts = parts_of(conn, [one.id]).get(one.id, NO_PARTS)
    if before is not None and after is not None and before.name == after.name:
        # The keys are the same: making them would load the table of pinyin, 11 MB, into every engine.
        change(conn, one.id, Entry(pieces_of(before, parts)), Entry(pieces_of(after, parts)))
        return
    change(
        conn,
        one.id,
        _entry(before, parts) if before is not None else NO_ENTRY,
        _entry(after, parts) if after is not None else NO_ENTRY,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """All that the search has of one customer."""

    pieces: str = ""
    keys: tuple[str, ...] = ()


NO_ENTRY = Entry()


def entry_of(conn: sqlite3.Connection, customer: Customer) -> Entry:
    """What the search has to have of a customer as the file is stored now."""
    return _entry(customer, parts_of(conn, [customer.id]).get(customer.id, NO_PARTS))


def _entry(customer: Customer, parts: Parts) -> Entry:
    return Entry(pieces_of(customer, parts), keys_of(customer, parts))


def change(conn: sqlite3.Connection, customer_id: int, before: Entry, after: Entry) -> None:
    """Put an entry in the place of another one: a contentless table has to be told what it has."""
    if before.pieces != after.pieces:
        if before.pieces:
            conn.execute(
                "INSERT INTO customer_search (customer_search, rowid, pieces) VALUES ('delete', ?, ?)",
                (customer_id, before.pieces),
            )
        if after.pieces:
            conn.execute(_ADD_PIECES, (customer_id, after.pieces))
    if before.keys != after.keys:
        conn.executemany(
            "DELETE FROM name_keys WHERE key = ? AND customer_id = ?",
            [(key, customer_id) for key in before.keys],
        )
        conn.execute(_WAIT_NO_MORE, (customer_id,))
        conn.executemany(_ADD_KEY, [(key, customer_id) for key in after.keys])


def add_pieces(conn: sqlite3.Connection, customer_id: int, pieces: str) -> None:
    """Make a new customer findable by the pieces that somebody has made already."""
    conn.execute(_ADD_PIECES, (customer_id, pieces))


def is_current(conn: sqlite3.Connection) -> bool:
    """Was the search built by this program's rules?"""
    stored = conn.execute("SELECT value FROM settings WHERE key = ?", (_VERSION_KEY,)).fetchone()
    return stored is not None and stored[0] == VERSION


def rebuild(conn: sqlite3.Connection, customers: Iterable[Customer]) -> None:
    """Throw the search away and build it from all customers (about 10 s for 200,000)."""
    conn.execute("INSERT INTO customer_search (customer_search) VALUES ('delete-all')")
    conn.execute("DELETE FROM name_keys")
    conn.execute("DELETE FROM name_keys_waiting")
    everybody = iter(customers)
    while batch := list(islice(everybody, BATCH)):
        parts = parts_of(conn, [customer.id for customer in batch])
        for customer in batch:
            change(conn, customer.id, NO_ENTRY, _entry(customer, parts.get(customer.id, NO_PARTS)))
    conn.execute("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", (_VERSION_KEY, VERSION))
