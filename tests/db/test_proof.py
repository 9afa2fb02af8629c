"""Users and their locks, the audit, and the journal that shows every change."""

import sqlite3

import pytest

from db.audit import AuditRow, append_audit, list_audit
from db.errors import Duplicate, Invalid, NotFound
from db.journal import JournalRow, append_many, head, read_journal, verify
from db.users import (
    add_user,
    clear_failures,
    credentials,
    disable_user,
    enable_user,
    get_user,
    list_users,
    record_failed_pin,
    reset_pin,
    set_lock,
)
from engine.core.records import User
from engine.core.states import Role

AGENT = User(staff_number="1001", name="李敏")
QUARTER = 15 * 60_000


def test_users(conn: sqlite3.Connection) -> None:
    supervisor = User(staff_number="2001", name="王强", role=Role.SUPERVISOR)
    assert add_user(conn, supervisor, "hash2") == supervisor
    assert add_user(conn, AGENT, "hash1") == AGENT
    assert list_users(conn) == [AGENT, supervisor]
    assert disable_user(conn, "1001").disabled
    assert get_user(conn, "1001").disabled
    assert not enable_user(conn, "1001").disabled
    with pytest.raises(Duplicate):
        add_user(conn, AGENT, "hash")
    for call in (get_user, disable_user, enable_user, clear_failures):
        with pytest.raises(NotFound):
            call(conn, "9999")


@pytest.mark.parametrize("staff_number", ["", "a b", "1'; --", "坐席", "1\x00", "\ud800", "1" * 100])
def test_a_staff_number_is_letters_and_digits(conn: sqlite3.Connection, staff_number: str) -> None:
    with pytest.raises(Invalid):
        add_user(conn, User(staff_number=staff_number, name="a"), "hash")
    assert credentials(conn, staff_number) is None


def test_the_fifth_wrong_pin_locks_for_a_quarter_of_an_hour(conn: sqlite3.Connection) -> None:
    add_user(conn, AGENT, "hash")
    for at in range(4):
        assert record_failed_pin(conn, "1001", at, attempts=5, lock_ms=QUARTER).locked_until == 0
    assert record_failed_pin(conn, "1001", 1000, attempts=5, lock_ms=QUARTER).locked_until == 1000 + QUARTER
    assert record_failed_pin(conn, "1001", 2000, attempts=5, lock_ms=QUARTER).locked_until == 1000 + QUARTER
    clear_failures(conn, "1001")
    found = credentials(conn, "1001")
    assert found is not None
    assert (found.user.locked_until, found.failed_attempts, found.pin_hash) == (0, 0, "hash")


def test_a_right_pin_between_forgets_the_wrong_ones(conn: sqlite3.Connection) -> None:
    add_user(conn, AGENT, "hash")
    for _ in range(3):
        for at in range(4):
            assert record_failed_pin(conn, "1001", at, attempts=5, lock_ms=QUARTER).locked_until == 0
        clear_failures(conn, "1001")


def test_a_new_pin_lifts_the_lock(conn: sqlite3.Connection) -> None:
    add_user(conn, AGENT, "hash")
    assert set_lock(conn, "1001", 99).locked_until == 99
    assert reset_pin(conn, "1001", "new").locked_until == 0
    found = credentials(conn, "1001")
    assert found is not None
    assert found.pin_hash == "new"


def test_the_audit_keeps_what_was_done(conn: sqlite3.Connection) -> None:
    for number in range(1, 6):
        row = AuditRow(at=number, who=f"100{number % 2}", what="pin_failed", subject="s", peer_uid=1000)
        append_audit(conn, row)
    append_audit(conn, AuditRow(at=9, who="\ud800\x00", what="x", detail="长" * 10_000))
    assert [row.id for row in list_audit(conn)] == [6, 5, 4, 3, 2, 1]
    assert [row.id for row in list_audit(conn, who="1001", what="pin_failed", since=2, until=5)] == [3]
    assert [row.id for row in list_audit(conn, limit=2, before_id=4)] == [3, 2]
    newest = list_audit(conn, limit=1)[0]
    assert (newest.who, len(newest.detail), newest.peer_uid) == ("? ", 2000, -1)


@pytest.fixture
def journal(conn: sqlite3.Connection) -> sqlite3.Connection:
    append_many(
        conn, [JournalRow(at=n, kind="event", body=f'{{"n": {n}, "文": "\ud800"}}') for n in range(1, 6)]
    )
    assert append_many(conn, (JournalRow(at=n, kind="effect", body="") for n in range(6, 11))) == 10
    return conn


def test_a_journal_as_it_was_written_is_whole(journal: sqlite3.Connection) -> None:
    assert verify(journal) is None
    assert [(seq, row.at, row.kind) for seq, row in read_journal(journal, after=4, limit=2)] == [
        (5, 5, "event"),
        (6, 6, "effect"),
    ]
    assert head(journal)[0] == 10


def test_an_empty_journal_is_whole(conn: sqlite3.Connection) -> None:
    assert verify(conn) is None
    assert append_many(conn, []) == 0
    assert verify(conn) is None


@pytest.mark.parametrize(
    ("tampering", "first_broken"),
    [
        ("UPDATE journal SET body = body || ' ' WHERE seq = 4", 4),
        ("UPDATE journal SET kind = 'effect', body = '' WHERE seq = 3", 3),
        ("UPDATE journal SET at = at + 1 WHERE seq = 10", 10),
        ("UPDATE journal SET hash = zeroblob(32) WHERE seq = 7", 7),
        ("DELETE FROM journal WHERE seq = 5", 5),
        ("DELETE FROM journal WHERE seq = 1", 1),
        ("DELETE FROM journal WHERE seq > 8", 9),
        ("DELETE FROM journal", 1),
        ("INSERT INTO journal VALUES (11, 11, 'event', 'slipped in', zeroblob(32))", 11),
    ],
)
def test_tampering_is_found_at_its_place(
    journal: sqlite3.Connection, tampering: str, first_broken: int
) -> None:
    for trigger in ("journal_no_update", "journal_no_delete", "journal_no_replace"):
        journal.execute(f"DROP TRIGGER {trigger}")
    journal.execute(tampering)
    assert verify(journal) == first_broken


def test_kind_and_body_cannot_be_shifted_into_each_other(conn: sqlite3.Connection) -> None:
    append_many(conn, [JournalRow(at=1, kind="ab", body="c")])
    conn.execute("DROP TRIGGER journal_no_update")
    conn.execute("UPDATE journal SET kind = 'a', body = 'bc'")
    assert verify(conn) == 1
