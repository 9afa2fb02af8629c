"""Databases of 10,000, 200,000 and 1,000,000 customers with tickets, made once and kept in the cache."""

import hashlib
import os
import random
import shutil
import sqlite3
import time
from pathlib import Path

import db
from benchmarks import past
from benchmarks.progress import say
from db.calls import save_note, store_call
from db.connection import open_writer, transaction
from db.customers import get_customer
from db.demo_data import make_bulk
from engine.core.records import CallNote, CallRecord, Customer
from engine.core.states import EndedBy, Outcome
from engine.provision.cache import cache_folder

MILLION = 1_000_000
SIZES = {"10k": 10_000, "200k": 200_000, "1m": MILLION}

TICKETS = 200_000
FILES = 2_000  # customers of whom everything is known

_SEED = 1
_PAST_CALLS = 50_000  # two years of 70 a day
_DAY_MS = 86_400_000
_HERE = Path(__file__)
_MAKERS = ("schema*.py", "search_index.py", "ticket_search.py", "demo_*.py", "pinyin.py", "text.py")


def database_of(size: int) -> Path:
    """The kept database with this many customers; made first where there is none (a million: two minutes)."""
    folder = cache_folder() / "benchmarks"
    path = folder / f"customers-{size}-{_recipe()}.db"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    for outdated in folder.glob(f"customers-{size}-*"):
        outdated.unlink()
    say(f"making a database of {size:,} customers; this is done once")
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    conn = open_writer(part)
    try:
        make_bulk(conn, size, _SEED)
        _add_past_calls(conn, size)
        now = past.now_ms()
        past.add_files(conn, size, min(FILES, size // 10), now)
        with transaction(conn):
            past.add_tickets(conn, size, tickets_of(size), now)
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        conn.close()
    os.replace(part, path)
    return path


def tickets_of(size: int) -> int:
    """How many tickets there are beside so many customers."""
    return TICKETS if size >= SIZES["10k"] else 10 * size


def copy_to(target: Path, size: int) -> None:
    """A database of one's own, its pages in the system's cache as after some hours of work."""
    shutil.copyfile(database_of(size), target)


def sample(path: Path, count: int, seed: int) -> list[Customer]:
    """Customers drawn at random, the same each time."""
    conn = open_writer(path)
    try:
        (highest,) = conn.execute("SELECT max(id) FROM customers").fetchone()
        ids = random.Random(seed).sample(range(1, highest + 1), count)
        return [get_customer(conn, customer_id) for customer_id in ids]
    finally:
        conn.close()


def _recipe() -> str:
    """Changes when another database would come out."""
    folder = Path(db.__file__).parent
    files = [*(path for name in _MAKERS for path in sorted(folder.glob(name))), _HERE, Path(past.__file__)]
    text = b"".join(path.read_bytes() for path in files)
    return hashlib.sha256(text).hexdigest()[:12]


def _add_past_calls(conn: sqlite3.Connection, size: int) -> None:
    rng = random.Random(_SEED)
    now = time.time_ns() // 1_000_000
    with transaction(conn):
        for serial in range(min(_PAST_CALLS, 5 * size)):
            customer_id = rng.randint(1, size)
            staff = past.STAFF[serial % len(past.STAFF)]
            record = _past_call(f"past-{serial}", customer_id, staff, now - rng.randint(1, 700) * _DAY_MS)
            store_call(conn, record)
            note = CallNote(note="机顶盒开机无信号,重启后恢复", disposition="fault_reported")
            save_note(conn, record.call_id, record.staff_number, note, record.ended_at)


def _past_call(call_id: str, customer_id: int, staff: str, at: int) -> CallRecord:
    return CallRecord(
        call_id=call_id,
        line_id="line1",
        customer_id=customer_id,
        accepted_at=at,
        offered_at=at + 9_000,
        queue_id="fault",
        presented_at=at + 20_000,
        answered_at=at + 24_000,
        ended_at=at + 144_000,
        wait_ms=15_000,
        talk_ms=120_000,
        presented_count=1,
        outcome=Outcome.ANSWERED,
        ended_by=EndedBy.CUSTOMER,
        staff_number=staff,
        ivr_path=("main_menu", "2"),
    )
