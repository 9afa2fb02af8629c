"""Look-ups as the engine makes them: a caller's card by number, and the search box."""

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import customers
from benchmarks.figures import Figures, spread
from benchmarks.progress import say
from db.cards import card_for_number
from db.pinyin import pinyin_keys
from db.search import search
from db.store import Store
from engine.core.records import Customer

_SEED = 4
_INITIALS = 3
_LIMIT = 20  # rows of a page of results


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    looks: int
    databases: tuple[str, ...]


FULL = Size(looks=500, databases=tuple(customers.SIZES))
QUICK = Size(looks=50, databases=("10k",))


def measure(size: Size) -> Figures:
    """Each look-up is handed to the store's reading thread and waited for."""
    figures: Figures = {}
    for name in size.databases:
        say(f"look-ups: {customers.SIZES[name]:,} customers, {size.looks} of each kind")
        with tempfile.TemporaryDirectory(prefix="fs-bench-") as folder:
            path = Path(folder) / "fourseat.db"
            customers.copy_to(path, customers.SIZES[name])
            figures |= _measure(path, name, size.looks)
    return figures


def _measure(path: Path, name: str, looks: int) -> Figures:
    people = customers.sample(path, looks, _SEED)
    rng = random.Random(_SEED)
    store = Store(path)
    store.open()

    def look_for(text: str) -> object:
        return store.read(search, text, _LIMIT).result()

    try:
        return {
            **_timed(f"lookup.phone_{name}", people, lambda c: c.phones[0], lambda n: _card(store, n)),
            **_timed(f"lookup.name2_{name}", people, lambda c: _two_characters(c.name, rng), look_for),
            **_timed(f"lookup.initials_{name}", people, _initials, look_for),
        }
    finally:
        store.close()


def _card(store: Store, number: str) -> object:
    return store.read(card_for_number, number).result()


def _two_characters(name: str, rng: random.Random) -> str:
    """Two neighbouring characters of a name, at its beginning or later."""
    begin = rng.randint(0, len(name) - 2)
    return name[begin : begin + 2]


def _initials(customer: Customer) -> str:
    return min(pinyin_keys(customer.name), key=len)[:_INITIALS]


def _timed(
    name: str,
    people: list[Customer],
    asked: Callable[[Customer], str],
    look: Callable[[str], object],
) -> Figures:
    samples = []
    for customer in people:
        text = asked(customer)
        began = time.perf_counter()
        look(text)
        samples.append((time.perf_counter() - began) * 1000)
    return spread(name, samples)
