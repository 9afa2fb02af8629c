"""The one search box: number, name, pinyin, initials, address, card or customer number, or a piece."""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

from db.customers import customers_by_id
from db.search_index import DIGIT_RUN, digit_runs, pairs
from db.text import safe, search_form
from engine.core.numbers import normalise_number
from engine.core.records import Customer

MAX_TEXT = 64
MAX_TERMS = 5
MAX_DIGITS = 12  # of a Chinese phone number
MAX_LOOKED_AT = 2000  # candidates that are checked against their row before the search gives up

_BEHIND_ALL = "\U0010ffff"
_DIGITS = re.compile(r"[0-9]+")
_NUMBER_LIKE = re.compile(r"\+?[0-9][0-9()\- ]*")


def search(conn: sqlite3.Connection, text: str, limit: int = 20, *, area_code: str = "") -> list[Customer]:
    """Customers that fit what was typed, best first: equal, then beginning, then piece; name before address.

    A name needs one character, an address piece two, a piece of a phone number four digits. Several words
    separated by spaces must all fit.
    """
    typed = safe(text[:MAX_TEXT]).strip()
    found = dict.fromkeys(islice(_unique(_ids(conn, typed, area_code, limit)), limit))
    return customers_by_id(conn, list(found))


def _ids(conn: sqlite3.Connection, typed: str, area_code: str, limit: int) -> Iterator[int]:
    form = search_form(typed)
    if not form:
        return
    digits = "".join(_DIGITS.findall(typed)) if _NUMBER_LIKE.fullmatch(typed) else ""
    if digits:
        number = normalise_number(typed, area_code=area_code)
        yield from _column(conn, "SELECT customer_id FROM phones WHERE number = ? LIMIT ?", (number, limit))
    yield from _by_beginning(conn, "customer_number", typed, limit)
    yield from _by_beginning(conn, "card_number", typed, limit)
    if DIGIT_RUN <= len(digits) <= MAX_DIGITS:
        yield from _by_phone_piece(conn, digits, limit)
    yield from _by_name_key(conn, form, limit)
    terms = [term for term in map(search_form, typed.split()[:MAX_TERMS]) if term]
    yield from _by_name_piece(conn, terms, limit)
    yield from _by_any_piece(conn, terms, limit)


def _unique(ids: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for customer_id in ids:
        if customer_id not in seen:
            seen.add(customer_id)
            yield customer_id


def _by_phone_piece(conn: sqlite3.Connection, digits: str, limit: int) -> Iterator[int]:
    """The end of a number first, because that is what people remember; then its beginning, then any part."""
    runs = _all_of("d", digit_runs(digits))
    yield from _phones_with(conn, f'{runs} AND "e{digits[-DIGIT_RUN:]}"', f"%{digits}", limit)
    yield from _column(
        conn,
        "SELECT customer_id FROM phones WHERE number >= ? AND number < ? ORDER BY number LIMIT ?",
        (digits, digits + _BEHIND_ALL, limit),
    )
    yield from _phones_with(conn, runs, f"%{digits}%", limit)


def _phones_with(conn: sqlite3.Connection, match: str, like: str, limit: int) -> Iterator[int]:
    return _column(
        conn,
        """
        SELECT p.customer_id
        FROM (SELECT rowid FROM customer_search WHERE customer_search MATCH ? LIMIT ?) s
        JOIN phones p ON p.customer_id = s.rowid
        WHERE p.number LIKE ? LIMIT ?
        """,
        (match, MAX_LOOKED_AT, like, limit),
    )


def _by_beginning(conn: sqlite3.Connection, column: str, typed: str, limit: int) -> Iterator[int]:
    """Equal first, because it sorts before everything that it is the beginning of."""
    return _column(
        conn,
        f"SELECT id FROM customers WHERE {column} >= ? AND {column} < ? AND {column} <> ''"
        f" ORDER BY {column} LIMIT ?",
        (typed, typed + _BEHIND_ALL, limit),
    )


def _by_name_key(conn: sqlite3.Connection, form: str, limit: int) -> Iterator[int]:
    return _column(
        conn,
        "SELECT customer_id FROM name_keys WHERE key >= ? AND key < ? ORDER BY key, customer_id LIMIT ?",
        (form, form + _BEHIND_ALL, 3 * limit),  # a customer has several keys
    )


def _by_name_piece(conn: sqlite3.Connection, terms: list[str], limit: int) -> Iterator[int]:
    """Customers with every term somewhere in their name."""
    match = " AND ".join(_name_has(term) for term in terms)
    rows = _pieces(conn, match)
    return islice((i for i, *texts in rows if all(term in texts[0] for term in terms)), limit)


def _by_any_piece(conn: sqlite3.Connection, terms: list[str], limit: int) -> Iterator[int]:
    """Customers with every term somewhere in name, address or area."""
    match = " AND ".join(f"({_name_has(term)}{_or_address_has(term)})" for term in terms)
    rows = _pieces(conn, match)
    return islice((i for i, *texts in rows if all(any(t in text for text in texts) for t in terms)), limit)


def _pieces(conn: sqlite3.Connection, match: str) -> Iterator[tuple[int, str, str, str]]:
    """Candidates with the search forms of name, address and area.

    They have all pieces, but not always one after another: the caller looks again.
    """
    rows = conn.execute(
        """
        SELECT c.id, c.name, c.address, c.area
        FROM (SELECT rowid FROM customer_search WHERE customer_search MATCH ? LIMIT ?) s
        JOIN customers c ON c.id = s.rowid
        """,
        (match, MAX_LOOKED_AT),
    )
    for customer_id, *texts in rows:
        name, address, area = map(search_form, texts)
        yield customer_id, name, address, area


def _name_has(term: str) -> str:
    return _all_of("n", pairs(term) if len(term) > 1 else (term,))


def _or_address_has(term: str) -> str:
    return f" OR ({_all_of('a', pairs(term))})" if len(term) > 1 else ""


def _all_of(prefix: str, pieces: Iterable[str]) -> str:
    """An FTS5 expression of quoted pieces, which are letters and digits only: none can hold a quote."""
    return "(" + " AND ".join(f'"{prefix}{piece}"' for piece in dict.fromkeys(pieces)) + ")"


def _column(conn: sqlite3.Connection, sql: str, values: tuple[str | int, ...]) -> Iterator[int]:
    return (row[0] for row in conn.execute(sql, values))
