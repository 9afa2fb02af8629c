"""Name keys of customers who came by thousands: gathered first, then put into `name_keys` in their order.

A name has about five keys, each on another page of a large table: written row by row they cost more than all
the rest of a new customer. Sorted, a page is written once for many. Until then a name is found by its pieces.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence

Key = tuple[str, int]  # a name key and the customer it leads to

_WAIT = "INSERT INTO name_keys_waiting (customer_id, keys) VALUES (?, ?)"
# Not of somebody whose name has changed since the keys were read: those were put in at once.
_ADD = """
    INSERT OR IGNORE INTO name_keys (key, customer_id)
    SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM name_keys_waiting WHERE customer_id = ?2)
"""
_AT_ONCE = 200  # keys between two looks at the clock
_FORGOTTEN_AT_ONCE = 10_000


def wait(conn: sqlite3.Connection, customer_id: int, keys: Iterable[str]) -> None:
    """The keys of a new customer, whom `pieces_of` lead to already, are put in later."""
    conn.execute(_WAIT, (customer_id, " ".join(keys)))


def is_anybody_waiting(conn: sqlite3.Connection) -> bool:
    """Whether there are keys to be put in."""
    return conn.execute("SELECT 1 FROM name_keys_waiting LIMIT 1").fetchone() is not None


def sorted_keys(conn: sqlite3.Connection, most: int) -> tuple[list[Key], int]:
    """The keys of so many customers who wait, in the order of the table, and the last of these customers."""
    rows = conn.execute(
        "SELECT customer_id, keys FROM name_keys_waiting ORDER BY customer_id LIMIT ?", (most,)
    )
    found: list[Key] = []
    last = 0
    for last, keys in rows:
        found += [(key, last) for key in keys.split(" ")]
    found.sort()
    return found, last


def add_sorted(conn: sqlite3.Connection, keys: Sequence[Key], out_of_time: Callable[[], bool]) -> int:
    """Put in as many as there is time for, some at least, in the caller's transaction; how many."""
    done = 0
    while done < len(keys) and not (done and out_of_time()):
        conn.executemany(_ADD, keys[done : done + _AT_ONCE])
        done = min(len(keys), done + _AT_ONCE)
    return done


def forget_some(conn: sqlite3.Connection, last: int) -> int:
    """Some customers up to this one wait no more, their keys are there; how many, 0 at the end."""
    return conn.execute(
        "DELETE FROM name_keys_waiting WHERE customer_id IN (SELECT customer_id FROM name_keys_waiting"
        " WHERE customer_id <= ? ORDER BY customer_id LIMIT ?)",
        (last, _FORGOTTEN_AT_ONCE),
    ).rowcount
