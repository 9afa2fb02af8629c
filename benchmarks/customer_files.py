"""The card of somebody who has told much, the whole file of a customer, and the search while typing."""

import random
import sqlite3
from collections.abc import Iterator

from benchmarks import past
from benchmarks.figures import Figures, spread
from benchmarks.stores import ALL_SIZES, SMALLEST, Size, measured, timed, times_of
from db.cards import card_for_number
from db.customer_file import customer_file
from db.customers import customers_by_id
from db.pinyin import pinyin_keys
from db.search import search
from db.store import Store
from engine.core.records import Customer

_SEED = 5
_LIMIT = 20  # rows of a page of results
_DIGITS = 8  # of a number, typed one after another

FULL = Size(asked=300, databases=ALL_SIZES)
QUICK = Size(asked=20, databases=SMALLEST)


def measure(size: Size) -> Figures:
    """Cards, whole files, and searches typed key by key."""
    return measured(size, "cards, files and searches", measure_store)


def measure_store(store: Store, name: str, count: int, asked: int) -> Figures:
    """Cards and files of customers of whom everything is known, and what anybody may type."""
    known = store.read(_some, past.furnished(count, asked)).result()
    anybody = store.read(_some, random.Random(_SEED).sample(range(1, count + 1), asked)).result()
    now = past.now_ms()

    def card(customer: Customer) -> object:
        return store.read(card_for_number, customer.phones[0], now=now).result()

    def file(customer: Customer) -> object:
        return store.read(customer_file, customer.id, now=now).result()

    def look_for(text: str) -> object:
        return store.read(search, text, _LIMIT, now=now).result()

    figures = {
        **timed(f"customers.card_{name}", known, card),
        **timed(f"customers.file_{name}", known, file),
    }
    typed: dict[str, list[float]] = {}
    for customer in anybody:
        for kind, keys in typed_for(customer):
            typed.setdefault(kind, []).extend(times_of(keys, look_for))
    for kind, samples in typed.items():
        figures |= spread(f"typing.{kind}_{name}", samples)
    return figures | spread(f"typing.any_{name}", [one for samples in typed.values() for one in samples])


def typed_for(customer: Customer) -> Iterator[tuple[str, list[str]]]:
    """What the search box holds after each key, for each way to look for somebody."""
    name, place = customer.name, customer.address
    initials = min(pinyin_keys(name), key=len)[:4]
    yield "name", [name[:1], name[:2], name[:3]]
    yield "name_inside", [name[1:2], name[1:3]]
    yield "initials", _grown(initials)
    yield "pinyin", _grown(max(pinyin_keys(name), key=len)[:8])
    yield "digits", _grown(customer.phones[0][:_DIGITS])
    yield "ending", [customer.phones[0][-4:]]
    yield "number", [customer.customer_number[:6], customer.customer_number]
    yield "place", [place[3:5], place[3:6], f"{name[:1]} {place[3:5]}"]


def _grown(text: str) -> list[str]:
    return [text[:end] for end in range(1, len(text) + 1)]


def _some(conn: sqlite3.Connection, ids: list[int]) -> list[Customer]:
    return customers_by_id(conn, ids)
