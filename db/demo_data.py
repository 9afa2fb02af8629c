"""Data to try the system with: a county of some hundred customers, or a million for the benchmarks."""

import random
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from db import search_index
from db.calls import save_note, store_call
from db.connection import transaction
from db.customers import ROW_COLUMNS, row_values, save_customer
from db.demo_people import people
from engine.core.records import CallNote, CallRecord, Customer, Millis
from engine.core.states import EndedBy, Outcome

CHUNK = 5_000
DAY_MS = 86_400_000
_HISTORY_DAYS = 90
_SHARE_WITH_CALLS = 0.3
_QUEUES = ("general", "enquiry", "fault", "complaint")
_NOTES = (
    ("fault_reported", "机顶盒开机无信号，重启后恢复", False),
    ("fault_reported", "整栋楼没有信号，已报维护站", True),
    ("answered_question", "遥控器失灵，换电池后正常", False),
    ("follow_up", "宽带晚上经常掉线，约好明天上午上门", True),
    ("answered_question", "询问体育高清包的资费", False),
    ("answered_question", "询问如何停机保号", False),
    ("follow_up", "认为多扣了一个月费用，要求核对", True),
    ("answered_question", "查询余额，已告知", False),
    ("complaint", "装机师傅迟到两小时，要求道歉", True),
    ("complaint", "希望增加戏曲频道", False),
)


def make_demo(
    conn: sqlite3.Connection,
    count: int = 300,
    seed: int = 1,
    *,
    now: Millis,
    staff: Sequence[str] = ("1001", "1002"),
) -> int:
    """Store customers of an invented county, some with earlier calls and unsolved remarks; returns how many.

    Customer n has the mobile number 1390000 and n in four digits, so that practice callers can be known ones.
    """
    rng = random.Random(seed)
    fixed_line = ""
    for customer in people(count, seed):
        stored = save_customer(conn, _as_new(customer, fixed_line))
        # Every tenth customer shares the fixed line of the one before: a family with two boxes.
        fixed_line = stored.phones[-1] if stored.id % 10 == 9 and len(stored.phones) > 1 else ""
        if rng.random() < _SHARE_WITH_CALLS:
            _past_calls(conn, rng, stored, now, staff)
    return count


def make_bulk(conn: sqlite3.Connection, count: int, seed: int = 1) -> int:
    """Fill an empty database with customers as fast as SQLite takes them, with search and all indexes."""
    county = people(count, seed)
    packages: dict[str, int] = {}
    conn.execute("PRAGMA synchronous = OFF")  # a power cut costs a benchmark nothing
    conn.execute("PRAGMA cache_size = -500000")  # one transaction in memory: no page is written twice
    with transaction(conn):
        while chunk := list(islice(county, CHUNK)):
            _insert_chunk(conn, chunk, packages)
    return count


def _as_new(customer: Customer, shared_line: str) -> Customer:
    phones = (*customer.phones, shared_line) if shared_line else customer.phones
    return replace(customer, id=0, phones=phones)


def _insert_chunk(conn: sqlite3.Connection, chunk: list[Customer], packages: dict[str, int]) -> None:
    conn.executemany(
        f"INSERT INTO customers (id, {ROW_COLUMNS}) VALUES (?{', ?' * len(row_values(chunk[0]))})",
        ((c.id, *row_values(c)) for c in chunk),
    )
    conn.executemany(
        "INSERT INTO phones (number, customer_id, original, position) VALUES (?, ?, ?, ?)",
        ((number, c.id, number, position) for c in chunk for position, number in enumerate(c.phones)),
    )
    for name in dict.fromkeys(name for c in chunk for name in c.packages if name not in packages):
        cursor = conn.execute("INSERT INTO packages (name) VALUES (?) RETURNING id", (name,))
        packages[name] = cursor.fetchone()[0]
    conn.executemany(
        "INSERT INTO customer_packages (customer_id, position, package_id) VALUES (?, ?, ?)",
        ((c.id, position, packages[name]) for c in chunk for position, name in enumerate(c.packages)),
    )
    conn.executemany(
        "INSERT INTO customer_search (rowid, pieces) VALUES (?, ?)",
        ((c.id, search_index.pieces_of(c)) for c in chunk),
    )
    conn.executemany(
        "INSERT INTO name_keys (key, customer_id) VALUES (?, ?)",
        sorted((key, c.id) for c in chunk for key in search_index.keys_of(c)),
    )


def _past_calls(
    conn: sqlite3.Connection, rng: random.Random, customer: Customer, now: Millis, staff: Sequence[str]
) -> None:
    for number, days_ago in enumerate(sorted(rng.sample(range(1, _HISTORY_DAYS), rng.randint(1, 4)))):
        record = _past_call(rng, customer, f"demo-{customer.id}-{number}", now - days_ago * DAY_MS, staff)
        store_call(conn, record)
        if record.outcome is Outcome.ANSWERED:
            disposition, text, unsolved = rng.choice(_NOTES)
            note = CallNote(note=text, disposition=disposition, unsolved=unsolved, customer_id=customer.id)
            save_note(conn, record.call_id, record.staff_number, note, record.ended_at)


def _past_call(
    rng: random.Random, customer: Customer, call_id: str, day: Millis, staff: Sequence[str]
) -> CallRecord:
    accepted_at = day - rng.randrange(0, 10 * 3_600_000)
    offered_at = accepted_at + rng.randrange(4_000, 20_000)
    wait_ms = rng.randrange(2_000, 60_000)
    answered = rng.random() < 0.9
    talk_ms = rng.randrange(20_000, 400_000) if answered else 0
    return CallRecord(
        call_id=call_id,
        line_id="line1",
        did="96335",
        cli=customer.phones[0],
        cli_raw=customer.phones[0],
        customer_id=customer.id,
        accepted_at=accepted_at,
        offered_at=offered_at,
        queue_id=rng.choice(_QUEUES),
        presented_at=offered_at + wait_ms - 1_500 if answered else 0,
        answered_at=offered_at + wait_ms if answered else 0,
        ended_at=offered_at + wait_ms + talk_ms,
        wait_ms=wait_ms,
        talk_ms=talk_ms,
        wrap_up_ms=rng.randrange(3_000, 30_000) if answered else 0,
        presented_count=int(answered),
        outcome=Outcome.ANSWERED if answered else Outcome.ABANDONED,
        ended_by=EndedBy.CUSTOMER,
        staff_number=rng.choice(staff) if answered else "",
        ivr_path=("menu", "0"),
    )
