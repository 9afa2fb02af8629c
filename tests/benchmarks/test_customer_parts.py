"""The parts about customers, tickets and imports run, on a very small county."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import customer_files, customers, importing, past, tickets
from benchmarks.stores import growth, opened
from db.connection import open_reader
from db.import_columns import columns_of
from db.store import Store
from engine.core.records import Customer

_COUNT = 60


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Few customers, some of whom have told something."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(past, "FIRST", 11)
        patch.setenv("FOURSEAT_CACHE", str(tmp_path_factory.mktemp("cache")))
        with opened(_COUNT) as small:
            yield small


def test_cards_files_and_each_key_are_timed(store: Store) -> None:
    figures = customer_files.measure_store(store, "tiny", _COUNT, asked=3)
    assert figures["customers.card_tiny_samples"] == 3
    assert figures["typing.any_tiny_samples"] > 3 * len(dict(customer_files.typed_for(_some_customer(store))))


def test_lists_and_deeds_are_timed(store: Store) -> None:
    figures = tickets.measure_store(store, "tiny", _COUNT, asked=4)
    assert figures["tickets.overdue_tiny_samples"] == figures["tickets.remark_tiny_samples"] == 4
    with open_reader(store.path) as conn:
        (written,) = conn.execute("SELECT count(*) FROM ticket_steps WHERE deed = 'remark'").fetchone()
    conn.close()
    assert written == 4


def test_a_list_has_headings_that_are_known_and_a_twentieth_of_it_changes(tmp_path: Path) -> None:
    first, second = tmp_path / "1.csv", tmp_path / "2.csv"
    importing.write_list(first, 40, changed=False)
    importing.write_list(second, 40, changed=True)
    before, after = (path.read_text(encoding="gb18030").splitlines() for path in (first, second))
    assert len(columns_of(before[0].split(","), {}, needs=())) == len(before[0].split(","))
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 2


def test_growth_holds_the_largest_against_the_smallest() -> None:
    figures = {"a.b_10k_median_ms": 2.0, "a.b_1m_median_ms": 3.0, "a.b_1m_p99_ms": 9.0}
    assert growth(figures, ("10k", "200k", "1m")) == {"a.b_growth": 1.5}
    assert growth(figures, ("10k",)) == {}


def _some_customer(store: Store) -> Customer:
    return customers.sample(store.path, 1, seed=1)[0]
