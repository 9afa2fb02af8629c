"""Questions to a store as the engine asks them: handed to its threads and waited for."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks import customers
from benchmarks.figures import Figures, spread
from benchmarks.progress import say
from db.store import Store

T = TypeVar("T")
ALL_SIZES, SMALLEST = tuple(customers.SIZES), ("10k",)


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: so many questions of a kind, of these databases."""

    asked: int
    databases: tuple[str, ...]


def measured(size: Size, what: str, measure_store: Callable[[Store, str, int, int], Figures]) -> Figures:
    """One database after another, and how much dearer the largest is; `what` is said before each.

    `measure_store` gets the store, the database's name, how many customers it has, and how much to ask.
    """
    figures: Figures = {}
    for name in size.databases:
        count = customers.SIZES[name]
        say(f"{what}: {count:,} customers, {size.asked} of each kind")
        with opened(count) as store:
            figures |= measure_store(store, name, count, size.asked)
    return figures | growth(figures, size.databases)


@contextmanager
def opened(size: int) -> Iterator[Store]:
    """A store of one's own with so many customers and their tickets."""
    with tempfile.TemporaryDirectory(prefix="fs-bench-") as folder:
        path = Path(folder) / "fourseat.db"
        customers.copy_to(path, size)
        store = Store(path)
        store.open()
        try:
            yield store
        finally:
            store.close()


def times_of(asked: Iterable[T], ask: Callable[[T], object]) -> list[float]:
    """Milliseconds of each question."""
    samples = []
    for one in asked:
        began = time.perf_counter()
        ask(one)
        samples.append((time.perf_counter() - began) * 1000)
    return samples


def timed(name: str, asked: Iterable[T], ask: Callable[[T], object]) -> Figures:
    """The same as figures."""
    return spread(name, times_of(asked, ask))


def growth(figures: Figures, sizes: Sequence[str]) -> Figures:
    """By how much each median of the largest size is dearer than that of the smallest."""
    first, last = sizes[0], sizes[-1]
    if first == last:
        return {}
    return {
        f"{name.removesuffix(f'_{last}_median_ms')}_growth": figures[name]
        / figures[name.replace(f"_{last}_", f"_{first}_")]
        for name in figures
        if name.endswith(f"_{last}_median_ms")
    }
