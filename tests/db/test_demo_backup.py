"""The invented county, and backups that are proved by restoring them."""

import sqlite3
import threading
from pathlib import Path

import pytest

from db.backup import back_up, check_backup, restore
from db.cards import card_for_number
from db.customers import count_customers, save_customer
from db.demo_data import make_bulk, make_demo
from db.demo_people import LONG_NAME, people
from db.errors import Unusable
from db.journal import JournalRow, append_many
from db.search import search
from db.store import Store
from engine.core.records import Customer

NOW = 1_800_000_000_000


def contents(conn: sqlite3.Connection) -> list[object]:
    tables = ("customers", "phones", "packages", "customer_packages", "name_keys", "calls", "call_notes")
    return [conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]


def test_the_demo_county_is_believable_and_always_the_same(conn: sqlite3.Connection, tmp_path: Path) -> None:
    assert make_demo(conn, 300, 1, now=NOW) == count_customers(conn) == 300
    other = Store(tmp_path / "other.db")
    other.open()
    other.submit(make_demo, 300, 1, now=NOW).result()
    assert other.read(contents).result() == contents(conn)
    other.close()
    customers = [search(conn, f"1390000{serial:04d}")[0] for serial in range(1, 301)]
    assert {len(customer.name) for customer in customers} >= {2, 3, 4, len(LONG_NAME)}
    assert sum(customer.balance_fen < 0 for customer in customers) > 20
    assert sum(customer.vip for customer in customers) > 3
    assert len({customer.area for customer in customers}) > 5
    cards = [card_for_number(conn, customer.phones[0]) for customer in customers]
    assert sum(bool(card.past_calls) for card in cards) > 50
    assert sum(bool(card.open_remarks) for card in cards) > 10
    shared = [
        card
        for customer in customers
        for card in [card_for_number(conn, customer.phones[-1])]
        if card.matches
    ]
    assert shared, "a line shared by two customers"
    assert all(call.at < NOW for card in cards for call in card.past_calls)


def test_the_fast_way_makes_the_same_customers_as_the_usual_one(
    conn: sqlite3.Connection, tmp_path: Path
) -> None:
    make_bulk(conn, 700, 5)
    other = Store(tmp_path / "other.db")
    other.open()
    for customer in people(700, 5):
        fields = {name: getattr(customer, name) for name in Customer.__dataclass_fields__ if name != "id"}
        other.submit(save_customer, Customer(**fields)).result()
    assert other.read(contents).result() == contents(conn)
    for typed in ("王", "东街", "zh", "0007", "1390000", LONG_NAME[-5:]):
        assert other.read(search, typed).result() == search(conn, typed), typed
    other.close()


def test_a_backup_of_a_database_in_use_is_whole_and_can_be_restored(store: Store, tmp_path: Path) -> None:
    store.submit(make_demo, 50, 1, now=NOW).result()
    stop = threading.Event()

    def keep_writing() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            store.submit(save_customer, Customer(name=f"后来{number}")).result()
            store.post(append_many, [JournalRow(at=number, kind="event", body="x")])

    writer = threading.Thread(target=keep_writing)
    writer.start()
    progress: list[tuple[int, int]] = []
    try:
        report = back_up(
            store.path, tmp_path / "backup.db", lambda done, total: progress.append((done, total))
        )
    finally:
        stop.set()
        writer.join()
    assert report.customers >= 50
    assert report == check_backup(tmp_path / "backup.db")
    assert progress[-1][0] == progress[-1][1] > 0
    assert {path.name for path in tmp_path.iterdir() if path.name.startswith("backup")} == {"backup.db"}
    restored = restore(tmp_path / "backup.db", tmp_path / "restored.db")
    assert (restored.customers, restored.calls) == (report.customers, report.calls)
    again = Store(tmp_path / "restored.db")
    again.open()
    card = again.read(card_for_number, "13900000001").result()
    assert card == store.read(card_for_number, "13900000001").result()
    again.close()


def test_a_restore_never_overwrites(store: Store, tmp_path: Path) -> None:
    back_up(store.path, tmp_path / "backup.db")
    with pytest.raises(Unusable, match="exists"):
        restore(tmp_path / "backup.db", store.path)


@pytest.mark.parametrize("damage", ["cut", "zeroed", "no database", "missing", "journal"])
def test_a_damaged_backup_is_refused(store: Store, tmp_path: Path, damage: str) -> None:
    store.submit(make_demo, 50, 1, now=NOW).result()
    store.submit(append_many, [JournalRow(at=1, kind="event", body="x")]).result()
    path = tmp_path / "backup.db"
    back_up(store.path, path)
    data = bytearray(path.read_bytes())
    if damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "zeroed":
        data[8192:16384] = bytes(8192)
        path.write_bytes(data)
    elif damage == "no database":
        path.write_bytes(b"x" * 5000)
    elif damage == "missing":
        path.unlink()
    else:
        connection = sqlite3.connect(path)
        connection.execute("DROP TRIGGER journal_no_update")
        connection.execute("UPDATE journal SET body = 'y'")
        connection.commit()
        connection.close()
    with pytest.raises(Unusable):
        restore(path, tmp_path / "restored.db")
    assert not (tmp_path / "restored.db").exists()
    assert not list(tmp_path.glob("*.partial"))
