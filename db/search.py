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
    if _NUMBER_LIKE.fullmatch(typed):
        yield from _by_phone(conn, typed, area_code, limit)
    yield from _by_column(conn, "customer_number", typed, limit)
    yield from _by_column(conn, "card_number", typed, limit)
    yield from _by_name_key(conn, form, limit)
    terms = [term for term in map(search_form, typed.split()[:MAX_TERMS]) if term]
    yield from _by_pieces(conn, terms, limit)


def _unique(ids: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for customer_id in ids:
        if customer_id not in seen:
            seen.add(customer_id)
            yield customer_id


def _by_phone(conn: sqlite3.Connection, typed: str, area_code: str, limit: int) -> Iterator[int]:
    number = normalise_number(typed, area_code=area_code)
    yield from _column(conn, "SELECT customer_id FROM phones WHERE number = ? LIMIT ?", (number, limit))
    digits = "".join(_DIGITS.findall(typed))
    if len(digits) < DIGIT_RUN:
        return
    # The end of a number is what people remember of it.
    for condition in ("number LIKE '%' || ?", "number LIKE ? || '%'", "number LIKE '%' || ? || '%'"):
        yield from _column(
            conn,
            f"""
            SELECT p.customer_id FROM customer_search s JOIN phones p ON p.customer_id = s.rowid
            WHERE s.pieces MATCH ? AND p.{condition} LIMIT ?
            """,
            (_match("d", digit_runs(digits)), digits, limit),
        )


def _by_column(conn: sqlite3.Connection, column: str, typed: str, limit: int) -> Iterator[int]:
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


def _by_pieces(conn: sqlite3.Connection, terms: list[str], limit: int) -> Iterator[int]:
    """Customers with every term in their name; then those with each in name, address or area."""
    yield from islice(_checked_pieces(conn, terms, in_name_only=True), limit)
    yield from islice(_checked_pieces(conn, terms, in_name_only=False), limit)


def _checked_pieces(conn: sqlite3.Connection, terms: list[str], *, in_name_only: bool) -> Iterator[int]:
    """The index finds rows that have all pieces; only some of them have the pieces one after another."""
    conditions = [_condition(term, in_name_only=in_name_only) for term in terms]
    if not all(conditions):
        return
    rows = conn.execute(
        "SELECT c.id, c.name, c.address, c.area FROM customer_search s JOIN customers c ON c.id = s.rowid"
        " WHERE s.pieces MATCH ? LIMIT ?",
        (" AND ".join(f"({condition})" for condition in conditions), MAX_LOOKED_AT),
    )
    for customer_id, name, address, area in rows:
        texts = [search_form(name)]
        if not in_name_only:
            texts += [search_form(address), search_form(area)]
        if all(any(term in text for text in texts) for term in terms):
            yield customer_id


def _condition(term: str, *, in_name_only: bool) -> str:
    """An FTS5 expression of quoted pieces; a quote in a piece is impossible, it is no letter."""
    name = _match("n", pairs(term) if len(term) > 1 else (term,))
    if in_name_only or len(term) < 2:
        return name
    return f"({name}) OR ({_match('a', pairs(term))})"


def _match(prefix: str, pieces: Iterable[str]) -> str:
    return " AND ".join(f'"{prefix}{piece}"' for piece in dict.fromkeys(pieces))


def _column(conn: sqlite3.Connection, sql: str, values: tuple[str | int, ...]) -> Iterator[int]:
    return (row[0] for row in conn.execute(sql, values))
