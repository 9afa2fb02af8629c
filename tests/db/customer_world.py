"""Customers with something of everything that can hang on one."""

import itertools
import sqlite3

from db.calls import save_note, store_call
from db.customer_parts import save_account, save_address, save_device, save_person
from db.customers import save_customer
from db.surveys import store_survey
from engine.core.customers.records import Account, AccountState, Address, Device, DeviceKind, Line, Person
from engine.core.records import CallNote, CallRecord, Customer, RecordingInfo
from engine.core.states import Outcome

NOW = 1_770_000_000_000
DAY = 86_400_000
_serial = itertools.count(1)


def a_customer(conn: sqlite3.Connection, name: str = "张华山", **more: object) -> Customer:
    """A new customer with numbers of its own."""
    serial = next(_serial)
    values: dict[str, object] = {
        "name": name,
        "customer_number": f"GD{serial:06}",
        "card_number": f"8270{serial:012}",
        "phones": (f"139{serial:08}",),
        "address": f"城关镇东街{serial}号",
        "area": "城关片区",
        **more,
    }
    return save_customer(conn, Customer(**values))  # type: ignore[arg-type]


def a_call(conn: sqlite3.Connection, customer_id: int, at: int, **more: object) -> str:
    """A call that is over; `note` and `unsolved` are what was written about it."""
    call_id = f"c-{next(_serial)}"
    note, unsolved = str(more.pop("note", "")), bool(more.pop("unsolved", False))
    values: dict[str, object] = {
        "outcome": Outcome.ANSWERED,
        "staff_number": "1001",
        "talk_ms": 60_000,
        "customer_id": customer_id,
        **more,
    }
    store_call(conn, CallRecord(call_id=call_id, accepted_at=at, ended_at=at + 1, **values))  # type: ignore[arg-type]
    if note:
        save_note(conn, call_id, "1001", CallNote(note=note, unsolved=unsolved, customer_id=customer_id), at)
    return call_id


def a_ticket(conn: sqlite3.Connection, customer_id: int, at: int, **more: object) -> str:
    """A ticket as it is stored, without going through its life."""
    serial = next(_serial)
    values: dict[str, object] = {
        name: default
        for name, kind, default in (
            (row[1], row[2], "" if row[2] == "TEXT" else 0)
            for row in conn.execute("PRAGMA table_info(tickets)")
        )
    }
    values |= {
        "number": f"26{serial:07}", "day": "260101", "count": serial, "type": "fault", "fields": "{}",
        "state": "new", "resume_to": None, "customer_id": customer_id or None, "owner": "1001",
        "escalation": "none", "checked": "[]", "created_at": at, "version": 1, "line": "tv", **more,
    }  # fmt: skip
    values.pop("id")
    names = ", ".join(values)
    conn.execute(f"INSERT INTO tickets ({names}) VALUES ({', '.join(f':{name}' for name in values)})", values)
    return str(values["number"])


def furnish(conn: sqlite3.Connection, customer: Customer, at: int = NOW) -> None:
    """Everything that can hang on a customer hangs on this one."""
    serial = next(_serial)
    person = Person(
        name="李四妹", relation="妻子", phones=(f"137{serial:08}",), id_number="620102198001011234"
    )
    save_person(conn, customer.id, person)
    place = save_address(
        conn, customer.id, Address(town="柳林乡", community="幸福小区", room="501", node="OLT-7")
    )
    account = Account(line=Line.BROADBAND, number=f"KD-{serial}", address_id=place.id, since="2019-05-01")
    stored = save_account(conn, customer.id, account)
    save_account(conn, customer.id, Account(line=Line.TV, number=f"TV-{serial}", state=AccountState.ARREARS))
    modem = Device(kind=DeviceKind.MODEM, number=f"MAC{serial}", model="HG8245", account_id=stored.id)
    save_device(conn, customer.id, modem)
    call = a_call(conn, customer.id, at, note="没有信号", unsolved=True, cli=customer.phones[0])
    store_survey(conn, call, "1001", 4, at + 5)
    a_ticket(conn, customer.id, at + 10)
    one = customer.id
    for sql, values in (
        ("INSERT INTO payments (key, kind, customer_id, customer_number, amount_fen, balance_fen, what,"
         " call_id, cli, at) VALUES (?, 'order', ?, '', -500, 0, '体育包', '', '', ?)",
         (f"key-{serial}", one, at + 20)),
        ("INSERT INTO bills VALUES (?, '2026-01', '收视费', 2600, 0)", (one,)),
        ("INSERT INTO bills VALUES (?, '2025-12', ?, 100, 0)", (one, f"点播{serial}")),
        ("INSERT INTO customer_passwords VALUES (?, '$argon2id$x', 1)", (one,)),
        ("INSERT INTO tries (kind, subject, customer_id, call_id, day, at) VALUES ('sign_in', 'x', ?, '',"
         " '2026-01-01', 1)", (one,)),
        ("INSERT INTO boss_requests VALUES (?, 'pay', ?, zeroblob(32), 'unknown', '', '{}', '', 1, 0)",
         (f"boss-{serial}", one)),
        ("INSERT INTO callbacks VALUES (NULL, 'callback', 'open', ?, '', 0, ?, '', ?, 0, 0, 0, '', '', '',"
         " '', 0, '')", (f"1380000{serial}", at + 30, one)),
        ("INSERT INTO notices (kind, areas, line, from_at, until_at, ended_at, text, text_en, by, at)"
         " VALUES ('outage', '[]', 'tv', 1, 2, 0, '城关停播', '', '', 1)", ()),
        ("INSERT INTO outage_watchers VALUES ((SELECT max(id) FROM notices), ?, ?, '', ?, 0)",
         (f"1370000{serial}", one, at + 40)),
        ("INSERT INTO source_records (source, key, customer_id, as_of, digest, body) VALUES ('boss', ?, ?, 1,"
         " x'00', '{}')", (f"k{serial}", one)),
        ("INSERT INTO customer_own VALUES (?, 'name', '{\"value\": \"x\"}', '1001', 1)", (one,)),
        ("INSERT INTO subscriptions SELECT customer_id, package_id, '2027-01-01', 100, 0"
         " FROM customer_packages WHERE customer_id = ?", (one,)),
    ):  # fmt: skip
        conn.execute(sql, values)
    conn.execute("UPDATE customers SET balance_fen = balance_fen + 700 WHERE id = ?", (one,))


def a_recording(call_id: str) -> RecordingInfo:
    """A finished recording of a call."""
    return RecordingInfo(call_id=call_id, path=f"{call_id}.wav")
