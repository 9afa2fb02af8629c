"""Customers who are to be called, and marks, as they are stored."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from db.callbacks import MAX_REMARK, checked_remark, list_callbacks, open_callbacks, store_callback
from db.calls import store_call
from db.connection import open_writer
from db.customers import save_customer
from db.errors import Invalid
from db.migrations import migrate
from db.surveys import list_surveys, store_survey
from engine.core.records import CallbackRecord, CallRecord, Customer
from engine.core.states import CallbackKind, CallbackResult, CallbackState

WISH = CallbackRecord(
    id=1,
    kind=CallbackKind.CALLBACK,
    state=CallbackState.WAITING,
    number="13893812345",
    queue_id="general",
    place=1_000,
    asked_at=2_000,
    call_id="c1",
    tries=1,
    next_try_at=9_000,
    attempt="c1-b1",
    reason="busy",
    staff_number="8001",
)
TASK = CallbackRecord(
    id=2,
    kind=CallbackKind.ABANDONED,
    state=CallbackState.OPEN,
    number="09318881234",
    asked_at=500,
    abandoned=2,
)


def done(record: CallbackRecord, at: int) -> CallbackRecord:
    return replace(record, state=CallbackState.DONE, result=CallbackResult.REACHED, done_at=at, remark="好")


def test_what_is_stored_comes_back(conn: sqlite3.Connection) -> None:
    customer = save_customer(conn, Customer(name="张华山", phones=("13893812345",)))
    wish = replace(WISH, customer_id=customer.id)
    store_callback(conn, wish)
    store_callback(conn, TASK)
    assert open_callbacks(conn) == ([wish, TASK], 2)
    assert list_callbacks(conn) == [(TASK, ""), (wish, "张华山")]


def test_the_newest_state_counts_and_the_id_is_never_given_again(conn: sqlite3.Connection) -> None:
    store_callback(conn, WISH)
    finished = done(WISH, 9_000)
    store_callback(conn, finished)
    assert open_callbacks(conn) == ([], 1)
    assert list_callbacks(conn) == []
    assert list_callbacks(conn, everything=True) == [(finished, "")]


def test_a_number_has_one_wish_at_a_time(conn: sqlite3.Connection) -> None:
    store_callback(conn, WISH)
    with pytest.raises(sqlite3.IntegrityError):
        store_callback(conn, replace(WISH, id=3))
    store_callback(conn, done(WISH, 9_000))
    store_callback(conn, replace(WISH, id=3))
    assert [record.id for record in open_callbacks(conn)[0]] == [3]


@pytest.mark.parametrize(
    "wrong",
    [
        replace(WISH, state=CallbackState.DONE),
        replace(WISH, result=CallbackResult.REACHED),
        replace(WISH, number=""),
        replace(WISH, tries=-1),
    ],
)
def test_what_cannot_be_is_refused(conn: sqlite3.Connection, wrong: CallbackRecord) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store_callback(conn, wrong)


def test_a_list_may_be_cut_by_time_and_length(conn: sqlite3.Connection) -> None:
    for n in range(5):
        record = replace(WISH, id=n + 1, number=f"1389381234{n}", asked_at=n * 1_000, place=9_000 - n)
        store_callback(conn, done(record, n) if n > 2 else record)
    assert [record.id for record, _ in list_callbacks(conn, everything=True)] == [3, 2, 1, 5, 4]
    assert [record.id for record, _ in list_callbacks(conn, since=1_000, until=2_000)] == [2]
    assert [record.id for record, _ in list_callbacks(conn, limit=1)] == [3]


def test_a_customer_who_is_deleted_leaves_the_wish(conn: sqlite3.Connection) -> None:
    store_callback(conn, replace(WISH, customer_id=77))
    assert open_callbacks(conn)[0][0].customer_id == 0


def test_remarks_are_of_bounded_length(conn: sqlite3.Connection) -> None:
    assert checked_remark("  已上门 ") == "已上门"
    with pytest.raises(Invalid):
        checked_remark("长" * (MAX_REMARK + 1))
    store_callback(conn, replace(done(WISH, 1), remark="长" * 9_999))
    assert len(list_callbacks(conn, everything=True)[0][0].remark) == MAX_REMARK


def test_marks_with_their_calls_and_their_mean(conn: sqlite3.Connection) -> None:
    customer = save_customer(conn, Customer(name="张华山", phones=("13893812345",)))
    store_call(conn, CallRecord(call_id="c1", cli="13893812345", accepted_at=1, customer_id=customer.id))
    for call_id, staff, score, at in (("c1", "8001", 5, 100), ("c2", "8002", 2, 300), ("c3", "8001", 3, 200)):
        store_survey(conn, call_id, staff, score, at)
    marks, count, mean = list_surveys(conn)
    assert [(mark.call_id, mark.score) for mark in marks] == [("c2", 2), ("c3", 3), ("c1", 5)]
    assert count == 3
    assert mean == pytest.approx(10 / 3)
    assert (marks[2].cli, marks[2].customer_name, marks[0].cli) == ("13893812345", "张华山", "")
    assert list_surveys(conn, staff="8001", limit=1)[1:] == (2, 4.0)
    assert list_surveys(conn, since=150, until=300)[1:] == (1, 3.0)
    assert list_surveys(conn, staff="8009") == ([], 0, None)


def test_a_mark_given_again_replaces_the_first(conn: sqlite3.Connection) -> None:
    store_survey(conn, "c1", "8001", 1, 100)
    store_survey(conn, "c1", "8001", 4, 200)
    store_survey(conn, "c1", "8002", 5, 300)
    assert [(mark.staff_number, mark.score) for mark in list_surveys(conn)[0]] == [("8002", 5), ("8001", 4)]


@pytest.mark.parametrize("score", [0, 6])
def test_a_mark_is_from_1_to_5(conn: sqlite3.Connection, score: int) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store_survey(conn, "c1", "8001", score, 100)


def test_calls_back_of_an_older_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, stop_before="0010_cases")
    connection.execute(
        "INSERT INTO callbacks VALUES (7, 'abandoned', 'open', '13900000001', 'general', 0, 5, 'c1', NULL,"
        " 2, 0, 0, '', '', '', '', 0, '')"
    )
    connection.close()
    connection = open_writer(path)
    ((record, _),) = list_callbacks(connection)
    assert (record.id, record.kind, record.abandoned) == (7, CallbackKind.ABANDONED, 2)
    with pytest.raises(sqlite3.IntegrityError):  # still one wish a number
        connection.execute(
            "INSERT INTO callbacks VALUES (8, 'repaired', 'open', '13900000001', 'general', 0, 5, 'c1', NULL,"
            " 0, 0, 0, '', '', '', '', 0, '')"
        )
    connection.close()
