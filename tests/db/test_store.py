"""One writing thread: order, batches, failures, and what survives kill -9."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from db import settings
from db import store as store_module
from db.calls import open_calls, store_call
from db.connection import open_writer
from db.errors import Closed
from db.journal import verify
from db.store import Store
from engine.core.records import CallRecord


def put(conn: sqlite3.Connection, key: str, value: str) -> None:
    settings.put_setting(conn, key, value)


def values(conn: sqlite3.Connection) -> dict[str, str]:
    return dict(conn.execute("SELECT key, value FROM settings WHERE key NOT LIKE '%search_version'"))


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "never happened"
        threading.Event().wait(0.002)


def test_posts_and_submits_are_written_in_the_order_of_their_hand_over(store: Store) -> None:
    for number in range(500):
        store.post(put, "counter", str(number))
        if number % 50 == 0:
            assert store.submit(values).result()["counter"] == str(number)
    store.flush().result()
    assert store.read(values).result() == {"counter": "499"}


def test_a_post_is_written_soon_without_anybody_asking(store: Store) -> None:
    store.post(put, "a", "1")
    wait_until(lambda: store.read(values).result() == {"a": "1"})
    assert store.waiting_posts == 0


def test_posts_share_transactions(store: Store) -> None:
    statements: list[str] = []
    store.submit(lambda conn: conn.set_trace_callback(statements.append)).result()
    for number in range(400):
        store.post(put, f"k{number}", "x")
    store.flush().result()
    store.submit(lambda conn: conn.set_trace_callback(None)).result()
    assert sum(statement.startswith("INSERT") for statement in statements) == 400
    assert statements.count("COMMIT") < 100


def test_a_failed_submit_changes_nothing_and_tells_its_caller(store: Store) -> None:
    def half(conn: sqlite3.Connection) -> None:
        put(conn, "a", "1")
        raise ValueError("second half")

    with pytest.raises(ValueError, match="second half"):
        store.submit(half).result()
    assert store.read(values).result() == {}


def test_one_bad_post_does_not_take_the_others_along(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    def bad(conn: sqlite3.Connection) -> None:
        put(conn, "bad", "half")
        conn.execute("INSERT INTO users (staff_number, name, role, pin_hash) VALUES ('', '', 'x', '')")

    with caplog.at_level(logging.ERROR):
        store.post(put, "before", "1")
        store.post(bad)
        store.post(put, "after", "1")
        store.flush().result()
    assert store.read(values).result() == {"before": "1", "after": "1"}
    assert store.failed_posts == 1
    assert "1 posts not written" in caplog.text


def test_posts_wait_while_the_database_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("db.connection.BUSY_TIMEOUT_S", 0.01)
    monkeypatch.setattr(store_module, "RETRY_S", 0.01)
    store = Store(tmp_path / "fourseat.db")
    store.open()
    intruder = sqlite3.connect(tmp_path / "fourseat.db", isolation_level=None)
    intruder.execute("BEGIN IMMEDIATE")
    for number in range(300):
        store.post(put, f"k{number}", "x")
    wait_until(lambda: store.trouble != "")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        store.submit(put, "submitted", "x").result()
    assert store.failed_posts == 0
    intruder.execute("ROLLBACK")
    intruder.close()
    wait_until(lambda: store.waiting_posts == 0 and store.trouble == "")
    assert len(store.read(values).result()) == 300
    store.close()


def test_a_full_disk_keeps_posts_until_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "RETRY_S", 0.01)
    store = Store(tmp_path / "fourseat.db")
    store.open()
    pages = store.submit(lambda conn: conn.execute("PRAGMA page_count").fetchone()[0]).result()
    store.submit(lambda conn: conn.execute(f"PRAGMA max_page_count = {pages}").fetchall()).result()
    store.post(put, "big", "x" * 200_000)
    wait_until(lambda: "full" in store.trouble)
    store.post(put, "small", "y")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.submit(put, "other", "z" * 200_000).result()
    store.submit(lambda conn: conn.execute("PRAGMA max_page_count = 1000000").fetchall()).result()
    wait_until(lambda: store.waiting_posts == 0)
    assert set(store.read(values).result()) == {"big", "small"}
    assert store.failed_posts == 0
    store.close()


def test_a_bad_post_among_waiting_ones_is_the_only_one_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "RETRY_S", 0.01)
    store = Store(tmp_path / "fourseat.db")
    store.open()

    def fill_up(conn: sqlite3.Connection) -> None:
        pages = conn.execute("PRAGMA page_count").fetchone()[0]
        conn.execute(f"PRAGMA max_page_count = {pages}").fetchall()

    def bad(conn: sqlite3.Connection) -> None:
        raise ValueError("bad")

    store.submit(fill_up).result()
    store.post(bad)
    store.post(put, "big", "x" * 200_000)
    wait_until(lambda: "full" in store.trouble)
    assert store.failed_posts == 1
    store.submit(lambda conn: conn.execute("PRAGMA max_page_count = 1000000").fetchall()).result()
    wait_until(lambda: store.waiting_posts == 0)
    assert set(store.read(values).result()) == {"big"}
    assert store.failed_posts == 1
    store.close()


def test_readers_see_one_state_and_cannot_write(store: Store) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def slow(conn: sqlite3.Connection) -> tuple[int, int]:
        first = conn.execute("SELECT count(*) FROM settings").fetchone()[0]
        inside.set()
        assert go_on.wait(10)
        return first, conn.execute("SELECT count(*) FROM settings").fetchone()[0]

    result = store.read(slow)
    assert inside.wait(10)
    store.submit(put, "a", "1").result()
    assert store.read(values).result() == {"a": "1"}, "a slow reader keeps nobody waiting"
    go_on.set()
    first, second = result.result()
    assert first == second
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.read(put, "b", "2").result()


def test_closing_writes_what_was_handed_over_and_refuses_more(tmp_path: Path) -> None:
    store = Store(tmp_path / "fourseat.db")
    store.open()
    for number in range(1000):
        store.post(put, f"k{number}", "x")
    store.close()
    with pytest.raises(Closed):
        store.post(put, "late", "x")
    with pytest.raises(Closed):
        store.submit(values)
    with pytest.raises(Closed):
        store.read(values)
    store.close()
    connection = open_writer(tmp_path / "fourseat.db")
    assert len(values(connection)) == 1000
    connection.close()


def test_repr_says_what_it_is(store: Store) -> None:
    assert repr(store) == "<Store fourseat.db open: 0 waiting, 0 failed>"


WRITER = """
import sys
from pathlib import Path
from db.calls import store_call
from db.customers import save_customer
from db.journal import JournalRow, append_many
from db.store import Store
from engine.core.records import CallRecord, Customer

store = Store(Path(sys.argv[1]))
store.open()
number = 0
while True:
    number += 1
    store.post(store_call, CallRecord(call_id=f"c-{number:08d}", accepted_at=number))
    store.post(append_many, [JournalRow(at=number, kind="event", body="x" * 200) for _ in range(20)])
    store.submit(save_customer, Customer(name=f"张{number}", phones=(f"139{number:08d}",))).result()
    print(number, flush=True)
"""


def test_what_is_confirmed_is_on_the_disk(tmp_path: Path) -> None:
    """Tests themselves do not wait for the disk: a process of its own says what a site has."""
    look = (
        "import sys; from db.connection import open_writer; from pathlib import Path;"
        "conn = open_writer(Path(sys.argv[1])); print(*conn.execute('PRAGMA synchronous').fetchone())"
    )
    shown = subprocess.run(
        [sys.executable, "-c", look, str(tmp_path / "f.db")], capture_output=True, check=True
    )
    assert shown.stdout.strip() == b"2"  # FULL


def test_kill_9_in_mid_write_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    path = tmp_path / "fourseat.db"
    confirmed = 0
    for round_number in range(3):
        path_of_round = path.with_name(f"{round_number}.db")
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path_of_round)],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ,
        )
        assert process.stdout is not None
        for line in process.stdout:
            confirmed = int(line)
            if confirmed == 30 + 17 * round_number:
                process.send_signal(signal.SIGKILL)
                break
        rest = process.stdout.read().split()
        process.stdout.close()
        process.wait()
        confirmed = int(rest[-1]) if rest and rest[-1].isdigit() else confirmed
        connection = open_writer(path_of_round)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert verify(connection) is None
        stored = [record.call_id for record in open_calls(connection)]
        assert stored[:confirmed] == [f"c-{number:08d}" for number in range(1, confirmed + 1)]
        assert len(stored) <= confirmed + 1
        found = connection.execute(
            "SELECT count(*) FROM customer_search WHERE customer_search MATCH 'n张'"
        ).fetchone()
        assert found == connection.execute("SELECT count(*) FROM customers").fetchone()
        connection.close()


def test_a_call_is_one_row_however_often_it_is_stored(store: Store) -> None:
    for talk_ms in range(100):
        store.post(store_call, CallRecord(call_id="c-1", accepted_at=1, talk_ms=talk_ms))
    store.flush().result()
    assert [record.talk_ms for record in store.read(open_calls).result()] == [99]
