"""Look-ups as the engine makes them: a caller's card by number, and the search box."""

import random

from benchmarks import customers
from benchmarks.figures import Figures
from benchmarks.stores import ALL_SIZES, SMALLEST, Size, measured, timed
from db.cards import card_for_number
from db.pinyin import pinyin_keys
from db.search import search
from db.store import Store
from engine.core.records import Customer

_SEED = 4
_INITIALS = 3
_LIMIT = 20  # rows of a page of results

FULL = Size(asked=500, databases=ALL_SIZES)
QUICK = Size(asked=50, databases=SMALLEST)


def measure(size: Size) -> Figures:
    """Each look-up is handed to the store's reading thread and waited for."""
    return measured(size, "look-ups", _measure)


def _measure(store: Store, name: str, count: int, asked: int) -> Figures:
    people = customers.sample(store.path, asked, _SEED)
    rng = random.Random(_SEED)

    def look_for(text: str) -> object:
        return store.read(search, text, _LIMIT).result()

    names = [_two_characters(customer.name, rng) for customer in people]
    return {
        **timed(f"lookup.phone_{name}", [one.phones[0] for one in people], lambda one: _card(store, one)),
        **timed(f"lookup.name2_{name}", names, look_for),
        **timed(f"lookup.initials_{name}", list(map(_initials, people)), look_for),
    }


def _card(store: Store, number: str) -> object:
    return store.read(card_for_number, number).result()


def _two_characters(name: str, rng: random.Random) -> str:
    """Two neighbouring characters of a name, at its beginning or later."""
    begin = rng.randint(0, len(name) - 2)
    return name[begin : begin + 2]


def _initials(customer: Customer) -> str:
    return min(pinyin_keys(customer.name), key=len)[:_INITIALS]
