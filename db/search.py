"""The one search box: names, numbers, addresses, tags, tickets, or a piece of them; the likeliest first.

The ways to fit are tried from the likeliest on, and no further than until enough is found: what fits less
well is never above what fits better. Of very many who fit alike some hundred are looked at, among them those
who were in contact lately.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from db.customers import PRESENT_ID, customers_by_id, present_id
from db.pinyin import pinyin_keys
from db.search_index import DIGIT_RUN, Parts, digit_runs, pairs, parts_of
from db.standing import latest, recent_customers, standings
from db.text import safe, search_form
from db.typed import MAX_TYPED, all_of, terms_of, typed_number
from engine.core.customers.likelihood import Match, likelihood
from engine.core.numbers import normalise_number
from engine.core.records import Customer, Millis

MAX_DIGITS = 12  # of a Chinese phone number
MAX_LOOKED_AT = 2000  # candidates that are checked against their row before the search gives up
WHOLE_NUMBER = 7  # digits: who has exactly this number is meant, and nobody else
RANKED = 40  # who fit alike and are put in order by their standing

_BEHIND_ALL = "\U0010ffff"
_ID = re.compile(r"[0-9]{1,18}")
_AT_ONCE = 200  # rows


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed: as it stands, as it is compared, its words, and its digits if it may be a number."""

    text: str
    form: str
    terms: tuple[str, ...]
    digits: str
    number: str

    @classmethod
    def of(cls, text: str, area_code: str) -> "_Typed":
        typed = safe(text[:MAX_TYPED]).strip()
        digits = typed_number(typed)
        return cls(
            text=typed,
            form=search_form(typed),
            terms=terms_of(typed),
            digits=digits,
            number=normalise_number(typed, area_code=area_code) if digits else "",
        )


@dataclass(frozen=True, slots=True)
class _Texts:
    """A candidate's own texts in search form: a piece counts in one of them, not across two."""

    id: int
    names: tuple[str, ...]
    places: tuple[str, ...]

    def with_parts(self, parts: Parts) -> "_Texts":
        """With those of the persons and the further addresses."""
        names = (*self.names, *map(search_form, parts.names))
        return _Texts(self.id, names, (*self.places, *map(search_form, parts.places)))


_Row = tuple[int, str, str, str]  # id, name in search form, address, area


def search(
    conn: sqlite3.Connection, text: str, limit: int = 20, *, area_code: str = "", now: Millis = 0
) -> list[Customer]:
    """Customers who fit what was typed, the likeliest first. `now` 0: the instant of the last call.

    A name needs one character, an address piece two, a piece of a phone number four digits. Several words
    separated by spaces must all fit.
    """
    typed = _Typed.of(text, area_code)
    if not typed.form:
        return []
    found = _found(conn, typed, limit)
    standing = standings(conn, list(found))
    at = now or latest(conn)
    ids = sorted(found, key=lambda one: -likelihood(found[one], standing[one], at))
    return customers_by_id(conn, ids[:limit])


def customers_of_key(conn: sqlite3.Connection, key: str, *, area_code: str = "") -> list[Customer]:
    """The customer of an id, also of one that was merged; else all who have exactly this number."""
    typed = _Typed.of(key, area_code)
    if _ID.fullmatch(typed.text):
        own = customers_by_id(conn, [present_id(conn, int(typed.text))])
        if own:
            return own
    return customers_by_id(conn, list(_unique(_by_number(conn, typed, RANKED)))) if typed.text else []


def search_names(conn: sqlite3.Connection, name: str, limit: int) -> list[int]:
    """Who is called like this, or has it in the name."""
    typed = _Typed.of(name, "")
    ways = (_by_name_key(conn, typed.form, typed.form, limit), _by_name_piece(conn, typed.terms, limit))
    return list(dict.fromkeys(one for way in ways for one in way))[:limit] if typed.form else []


def search_all_pieces(conn: sqlite3.Connection, text: str, limit: int) -> list[int]:
    """Who has all words in name, address or area."""
    typed = _Typed.of(text, "")
    return list(_by_any_piece(conn, typed.terms, limit)) if typed.terms else []


def _found(conn: sqlite3.Connection, typed: _Typed, limit: int) -> dict[int, Match]:
    """Ids with how each fits best; at least `limit` of them, where there are so many."""
    most = max(limit, RANKED)
    found: dict[int, Match] = {}
    lately: list[_Row] = []
    for match, way in _ways(conn, typed, most):
        if len(found) >= limit or (found and len(typed.digits) >= WHOLE_NUMBER):
            break
        ids = list(islice(_unique(way), most))
        if len(ids) == most:
            lately = lately or _lately(conn)
            ids += _of_these_days(lately, typed, match)
        for customer_id in ids:
            found.setdefault(customer_id, match)
    return {customer_id: found[customer_id] for customer_id in _present(conn, found)}


def _present(conn: sqlite3.Connection, found: Iterable[int]) -> list[int]:
    """Those who are a customer still: keys may lead to one that has been merged."""
    ids = list(found)
    marks = ",".join("?" * len(ids))
    query = f"SELECT id FROM customers WHERE id IN ({marks}) AND merged_into = 0"
    known = {row[0] for row in conn.execute(query, ids)}
    return [one for one in ids if one in known]


def _unique(ids: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for customer_id in ids:
        if customer_id not in seen:
            seen.add(customer_id)
            yield customer_id


def _ways(conn: sqlite3.Connection, typed: _Typed, most: int) -> Iterator[tuple[Match, Iterator[int]]]:
    """Every way to fit, the likeliest first."""
    yield Match.NUMBER, _by_number(conn, typed, most)
    yield Match.NAME, _by_name_key(conn, typed.form, typed.form, most)
    yield Match.NUMBER_BEGINS, _by_number_beginning(conn, typed.text, most)
    if DIGIT_RUN <= len(typed.digits) <= MAX_DIGITS:
        yield from _by_phone_piece(conn, typed.digits, most)
    yield Match.NAME_BEGINS, _by_name_key(conn, typed.form, typed.form + _BEHIND_ALL, most)
    yield Match.NAME_PIECE, _by_name_piece(conn, typed.terms, most)
    yield Match.TAG, _by_tag(conn, typed.form, most)
    yield Match.PLACE, _by_any_piece(conn, typed.terms, most)


# Numbers

_NUMBERS = (
    ("customers", "customer_number", PRESENT_ID),
    ("customers", "card_number", PRESENT_ID),
    ("customer_accounts", "number", "customer_id"),
    ("customer_devices", "number", "customer_id"),
)


def _by_number(conn: sqlite3.Connection, typed: _Typed, most: int) -> Iterator[int]:
    """Who has exactly this number: of a phone, as a customer, of a card, account, device or ticket."""
    if typed.number:
        values = (typed.number, most)
        yield from _column(conn, "SELECT customer_id FROM phones WHERE number = ? LIMIT ?", values)
        yield from _column(conn, f"{_OF_PERSONS} WHERE p.number = ? LIMIT ?", values)
    for table, column, whose in _NUMBERS:
        # The second condition lets SQLite use the partial index.
        query = f"SELECT {whose} FROM {table} WHERE {column} = ? AND {column} <> '' LIMIT ?"
        yield from _column(conn, query, (typed.text, most))
    if typed.digits:
        query = "SELECT customer_id FROM tickets WHERE number = ? AND customer_id IS NOT NULL"
        yield from _column(conn, query, (typed.digits,))


def _by_number_beginning(conn: sqlite3.Connection, text: str, most: int) -> Iterator[int]:
    for table, column, whose in _NUMBERS:
        query = (
            f"SELECT {whose} FROM {table} WHERE {column} >= ? AND {column} < ? AND {column} <> ''"
            f" ORDER BY {column} LIMIT ?"
        )
        yield from _column(conn, query, (text, text + _BEHIND_ALL, most))


_OF_PERSONS = "SELECT r.customer_id FROM person_phones p JOIN customer_persons r ON r.id = p.person_id"


def _by_phone_piece(
    conn: sqlite3.Connection, digits: str, most: int
) -> Iterator[tuple[Match, Iterator[int]]]:
    """The end of a number first, because that is what people remember; then its beginning, then any part."""
    runs = all_of("d", digit_runs(digits))
    ends = f'{runs} AND "e{digits[-DIGIT_RUN:]}"'
    yield Match.PHONE_ENDS, _phones_with(conn, ends, f"%{digits}", most)
    yield Match.PHONE_BEGINS, _phones_beginning(conn, digits, most)
    yield Match.PHONE_PIECE, _phones_with(conn, runs, f"%{digits}%", most)


def _phones_beginning(conn: sqlite3.Connection, digits: str, most: int) -> Iterator[int]:
    where = "number >= ? AND number < ? ORDER BY number LIMIT ?"
    values = (digits, digits + _BEHIND_ALL, most)
    yield from _column(conn, f"SELECT customer_id FROM phones WHERE {where}", values)
    yield from _column(conn, f"{_OF_PERSONS} WHERE p.{where}", values)


def _phones_with(conn: sqlite3.Connection, match: str, like: str, most: int) -> Iterator[int]:
    found = "(SELECT rowid FROM customer_search WHERE customer_search MATCH ? LIMIT ?) s"
    values = (match, MAX_LOOKED_AT, like, most)
    yield from _column(
        conn,
        f"SELECT p.customer_id FROM {found} JOIN phones p ON p.customer_id = s.rowid"
        " WHERE p.number LIKE ? LIMIT ?",
        values,
    )
    yield from _column(
        conn,
        f"SELECT r.customer_id FROM {found} JOIN customer_persons r ON r.customer_id = s.rowid"
        " JOIN person_phones p ON p.person_id = r.id WHERE p.number LIKE ? LIMIT ?",
        values,
    )


# Names, tags, addresses


def _by_name_key(conn: sqlite3.Connection, first: str, last: str, most: int) -> Iterator[int]:
    return _column(
        conn,
        "SELECT customer_id FROM name_keys WHERE key >= ? AND key <= ? ORDER BY key, customer_id LIMIT ?",
        (first, last, 3 * most),  # a customer has several keys
    )


def _by_tag(conn: sqlite3.Connection, form: str, most: int) -> Iterator[int]:
    return _column(
        conn,
        "SELECT customer_id FROM customer_tags WHERE key >= ? AND key < ? ORDER BY key, customer_id LIMIT ?",
        (form, form + _BEHIND_ALL, most),
    )


def _by_name_piece(conn: sqlite3.Connection, terms: tuple[str, ...], most: int) -> Iterator[int]:
    """Customers with every term somewhere in their name, or in that of one person."""
    match = " AND ".join(_name_has(term) for term in terms)
    return _pieces(conn, match, _fits_name(terms), most)


def _by_any_piece(conn: sqlite3.Connection, terms: tuple[str, ...], most: int) -> Iterator[int]:
    """Customers with every term somewhere in names and addresses."""
    match = " AND ".join(f"({_name_has(term)}{_or_address_has(term)})" for term in terms)
    return _pieces(conn, match, _fits_any(terms), most)


def _fits_name(terms: tuple[str, ...]) -> Callable[[_Texts], bool]:
    return lambda texts: any(all(term in name for term in terms) for name in texts.names)


def _fits_any(terms: tuple[str, ...]) -> Callable[[_Texts], bool]:
    return lambda texts: all(
        any(term in name for name in texts.names)
        or (len(term) > 1 and any(term in place for place in texts.places))
        for term in terms
    )


def _pieces(conn: sqlite3.Connection, match: str, fits: Callable[[_Texts], bool], most: int) -> Iterator[int]:
    """Candidates that fit indeed: they have all pieces, but not always one after another."""
    rows = conn.execute(
        """
        SELECT c.id, c.name, c.address, c.area
        FROM (SELECT rowid FROM customer_search WHERE customer_search MATCH ? LIMIT ?) s
        JOIN customers c ON c.id = s.rowid
        """,
        (match, MAX_LOOKED_AT),
    )
    return islice(_fitting(conn, rows, fits), most)


def _fitting(conn: sqlite3.Connection, rows: sqlite3.Cursor, fits: Callable[[_Texts], bool]) -> Iterator[int]:
    """Who fits by the own row, and of the others who does by the parts of the file."""
    while batch := rows.fetchmany(_AT_ONCE):
        others: list[_Texts] = []
        for customer_id, name, address, area in batch:
            texts = _Texts(customer_id, (search_form(name),), (search_form(address), search_form(area)))
            if fits(texts):
                yield customer_id
            else:
                others.append(texts)
        parts = parts_of(conn, [texts.id for texts in others])
        for texts in others:
            more = parts.get(texts.id)
            if more is not None and fits(texts.with_parts(more)):
                yield texts.id


def _lately(conn: sqlite3.Connection) -> list[_Row]:
    """Who was in contact lately: id, name in search form, address, area."""
    ids = recent_customers(conn)
    marks = ",".join("?" * len(ids))
    rows = conn.execute(f"SELECT id, name, address, area FROM customers WHERE id IN ({marks})", ids)
    return [(number, search_form(name), address, area) for number, name, address, area in rows]


def _of_these_days(people: list[_Row], typed: _Typed, match: Match) -> list[int]:
    """Who of these fits as well by the own row: of very many they are the likeliest."""
    form = typed.form
    if match is Match.NAME:
        return [number for number, name, *_ in people if form in _keys(name, typed)]
    if match is Match.NAME_BEGINS:
        return [
            number for number, name, *_ in people if any(key.startswith(form) for key in _keys(name, typed))
        ]
    if match is Match.NAME_PIECE:
        return [number for number, name, *_ in people if all(term in name for term in typed.terms)]
    if match is Match.PLACE:
        fits = _fits_any(typed.terms)
        texts = (
            _Texts(number, (name,), (search_form(address), search_form(area)))
            for number, name, address, area in people
        )
        return [one.id for one in texts if fits(one)]
    return []


def _keys(name: str, typed: _Typed) -> tuple[str, ...]:
    """What a name is found by from its beginning; pinyin only where letters were typed."""
    return (name, *pinyin_keys(name)) if typed.form.isascii() else (name,)


def _name_has(term: str) -> str:
    return all_of("n", pairs(term) if len(term) > 1 else (term,))


def _or_address_has(term: str) -> str:
    return f" OR ({all_of('a', pairs(term))})" if len(term) > 1 else ""


def _column(conn: sqlite3.Connection, sql: str, values: tuple[str | int, ...]) -> Iterator[int]:
    return (row[0] for row in conn.execute(sql, values))
