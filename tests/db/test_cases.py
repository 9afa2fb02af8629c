"""Cases: numbers, asked twice, the same matter, whose they are, changes at once, rubbish."""

import sqlite3
import threading
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db.callbacks import list_callbacks
from db.case_lists import MOST_OF_ONE, count_open_cases, list_cases, own_cases, show_case
from db.cases import (
    REMEMBERED_MS,
    cancel_case,
    case_by_number,
    rate_case,
    remark_case,
    report_case,
    update_case,
)
from db.connection import open_writer
from db.customers import save_customer
from db.errors import Invalid, NotFound, Stale
from db.migrations import migrate
from db.store import Store
from engine.core.cases import CaseChange, CaseDeed, CaseKind, CaseRecording, CaseState, NewCase
from engine.core.records import Customer
from engine.core.states import CallbackKind

T0, HOUR = 1_795_000_000_000, 3_600_000
LI, WANG = "13900000001", "13900000002"
NEW = NewCase(
    key="c1:1",
    day="261121",
    kind=CaseKind.FAULT,
    line="tv",
    fault="no_signal",
    cli=LI,
    call_id="c1",
    at=T0,
    expected_at=T0 + 24 * HOUR,
)
VOICE = CaseRecording(name="c1-1.wav", at=T0, length_ms=4_000, size=64_044, sha256="ab" * 32)


def customer(conn: sqlite3.Connection, name: str = "李秀英", *phones: str) -> int:
    return save_customer(conn, Customer(name=name, phones=phones or (LI,))).id


def reported(conn: sqlite3.Connection, **values: Any) -> str:
    _, case = report_case(conn, replace(NEW, **values))
    return case.number


# Numbers


def test_numbers_count_the_day(conn: sqlite3.Connection) -> None:
    numbers = [reported(conn, key=f"k{n}", cli=f"1390000010{n}") for n in range(3)]
    assert numbers == ["261121001", "261121002", "261121003"]
    assert reported(conn, key="next", cli="13900000200", day="261122") == "261122001"


def test_the_thousandth_of_a_day_has_four_digits(conn: sqlite3.Connection) -> None:
    report_case(conn, NEW)
    conn.execute("UPDATE cases SET count = 998, number = '261121998'")
    numbers = [reported(conn, key=f"k{n}", cli=f"1390000010{n}") for n in range(3)]
    assert numbers == ["261121999", "2611211000", "2611211001"]
    assert list_cases(conn, limit=1)[0][0].number == "2611211001"


def test_fifty_at_once_have_fifty_numbers_without_a_hole(store: Store) -> None:
    futures: list[Future[Any]] = []
    start = threading.Barrier(50)

    def caller(n: int) -> None:
        start.wait()
        new = replace(NEW, key=f"k{n}", cli=f"139000{n:05d}")
        futures.extend(store.submit(report_case, new) for _ in range(2))  # each asks twice

    threads = [threading.Thread(target=caller, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [future.result()[1].number for future in futures]
    assert sorted(set(numbers)) == [f"261121{n:03d}" for n in range(1, 51)]
    assert len(numbers) == 100


def test_one_that_fails_leaves_no_hole(store: Store) -> None:
    store.submit(report_case, NEW).result()
    with pytest.raises(sqlite3.IntegrityError):
        store.submit(report_case, replace(NEW, key="bad", cli=WANG, expected_at=-1)).result()
    _, case = store.submit(report_case, replace(NEW, key="k2", cli=WANG)).result()
    assert case.number == "261121002"


# Told twice


def test_the_same_question_has_the_same_answer(conn: sqlite3.Connection) -> None:
    first, again = report_case(conn, NEW), report_case(conn, replace(NEW, fault="freezing"))
    assert first == again
    assert first[0] == "done"
    assert len(list_cases(conn)) == 1


def test_an_open_case_of_the_same_matter_is_known(conn: sqlite3.Connection) -> None:
    number = reported(conn)
    outcome, case = report_case(conn, replace(NEW, key="c2:1", call_id="c2", recording=VOICE))
    assert (outcome, case.number) == ("already", number)
    assert report_case(conn, replace(NEW, key="c2:1"))[0] == "already"
    _, _, steps, recordings = show_case(conn, number)
    assert [(step.deed, step.detail) for step in steps] == [
        (CaseDeed.REPORTED, "c1"),
        (CaseDeed.AGAIN, "c2"),
    ]
    assert recordings == [VOICE]


@pytest.mark.parametrize(
    "other",
    [
        {"fault": "freezing"},
        {"line": "broadband"},
        {"cli": WANG},
        {"kind": CaseKind.COMPLAINT},
    ],
)
def test_another_matter_is_another_case(conn: sqlite3.Connection, other: dict[str, Any]) -> None:
    first = reported(conn)
    assert report_case(conn, replace(NEW, key="k2", **other))[0] == "done"
    update_case(conn, first, CaseChange(state=CaseState.DONE), "8001", T0)
    assert report_case(conn, replace(NEW, key="k3"))[0] == "done"  # the old one is settled


def test_callers_without_a_number_are_not_taken_for_one(conn: sqlite3.Connection) -> None:
    assert reported(conn, cli="") != reported(conn, cli="", key="k2")


def test_a_shared_line_keeps_its_customers_apart(conn: sqlite3.Connection) -> None:
    li, zhang = customer(conn, "李秀英", LI), customer(conn, "张华山", LI)
    assert reported(conn, customer_id=li) != reported(conn, customer_id=zhang, key="k2")
    assert report_case(conn, replace(NEW, key="k3", customer_id=li, cli=WANG))[0] == "already"


def test_told_before_anybody_knew_who_it_was(conn: sqlite3.Connection) -> None:
    number = reported(conn)
    li = customer(conn)
    assert report_case(conn, replace(NEW, key="k2", customer_id=li, cli=WANG)) == (
        "already",
        case_by_number(conn, number),
    )
    assert [case.number for case in own_cases(conn, li, T0)] == [number]
    assert count_open_cases(conn, li) == 1


# Whose it is


def test_own_cases_are_open_ones_and_those_to_be_rated(conn: sqlite3.Connection) -> None:
    li, wang = customer(conn), customer(conn, "王", WANG)
    numbers = [
        reported(conn, key=fault, fault=fault, customer_id=li, at=T0 + n)
        for n, fault in enumerate(("no_signal", "freezing", "card", "no_sound", "other"))
    ]
    reported(conn, key="wang", customer_id=wang, cli=WANG)
    finish = CaseChange(state=CaseState.DONE)
    update_case(conn, numbers[0], finish, "8001", T0)
    update_case(conn, numbers[1], finish, "8001", T0 - REMEMBERED_MS)  # too long ago
    update_case(conn, numbers[2], finish, "8001", T0)
    assert rate_case(conn, "r", numbers[2], li, 5, T0) == "done"  # has its mark
    assert [case.number for case in own_cases(conn, li, T0 + 1)] == [numbers[4], numbers[3], numbers[0]]
    assert count_open_cases(conn, li) == 2
    assert own_cases(conn, 99, T0) == []


def test_nobody_has_to_listen_to_more_than_a_few(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    for n in range(20):
        reported(conn, key=f"k{n}", kind=CaseKind.COMPLAINT, customer_id=li)
    assert len(own_cases(conn, li, T0)) == MOST_OF_ONE


@pytest.mark.parametrize("number", ["261121001", "261121999", "", "' OR 1=1 --", "9" * 5000, "\ud800"])
def test_the_case_of_somebody_else_is_gone(conn: sqlite3.Connection, number: str) -> None:
    reported(conn, customer_id=customer(conn))
    wang = customer(conn, "王", WANG)
    assert cancel_case(conn, "a", number, wang, T0) == "gone"
    assert rate_case(conn, "b", number, wang, 3, T0) == "gone"
    assert remark_case(conn, "c", number, wang, VOICE, T0) == "gone"
    assert case_by_number(conn, "261121001").version == 1


def test_what_was_finished_long_ago_is_gone(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    update_case(conn, number, CaseChange(state=CaseState.DONE), "8001", T0)
    late = T0 + REMEMBERED_MS
    assert rate_case(conn, "a", number, li, 5, late + 1) == "gone"
    assert remark_case(conn, "b", number, li, VOICE, late + 1) == "gone"
    assert rate_case(conn, "c", number, li, 5, late) == "done"


# What callers do


def test_a_spoken_remark_is_added_once(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    for _ in range(2):
        assert remark_case(conn, "r1", number, li, VOICE, T0 + 1) == "done"
    assert (
        remark_case(conn, "r2", number, li, replace(VOICE, name="c9-1.wav", error="missing"), T0 + 2)
        == "done"
    )
    _, _, _, recordings = show_case(conn, number)
    assert [(one.name, one.error) for one in recordings] == [("c1-1.wav", ""), ("c9-1.wav", "missing")]


@pytest.mark.parametrize("score", [0, 6, -1, 10**30])
def test_a_mark_that_is_none_is_refused(conn: sqlite3.Connection, score: int) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    update_case(conn, number, CaseChange(state=CaseState.DONE), "8001", T0)
    assert rate_case(conn, "a", number, li, score, T0) == "refused"
    assert case_by_number(conn, number).score == 0


def test_only_what_is_finished_gets_a_mark(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    assert rate_case(conn, "a", number, li, 5, T0) == "refused"
    update_case(conn, number, CaseChange(state=CaseState.DONE), "8001", T0)
    assert rate_case(conn, "a", number, li, 5, T0) == "refused"  # the same question as before
    assert rate_case(conn, "b", number, li, 4, T0) == "done"
    assert rate_case(conn, "b", number, li, 1, T0) == "done"
    assert case_by_number(conn, number).score == 4


def test_cancelling(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    assert [cancel_case(conn, key, number, li, T0 + 5) for key in ("a", "a", "b")] == ["done"] * 3
    case = case_by_number(conn, number)
    assert (case.state, case.done_at, case.version) == (CaseState.CANCELLED, T0 + 5, 2)
    assert report_case(conn, replace(NEW, key="k9", customer_id=li))[0] == "done"
    update_case(conn, number, CaseChange(state=CaseState.DONE), "8001", T0)
    assert cancel_case(conn, "c", number, li, T0) == "refused"


# What the office does


def test_each_change_is_a_step_with_who_and_when(conn: sqlite3.Connection) -> None:
    number = reported(conn)
    change = CaseChange(
        state=CaseState.DISPATCHED, technician=" 王师傅 ", expected_at=T0 + 2 * HOUR, remark="带梯子"
    )
    case = update_case(conn, number, change, "8001", T0 + 1)
    assert (case.state, case.technician, case.expected_at, case.version) == (
        CaseState.DISPATCHED,
        "王师傅",
        T0 + 2 * HOUR,
        2,
    )
    assert case == case_by_number(conn, number)
    update_case(conn, number, change, "8002", T0 + 2)
    update_case(conn, number, CaseChange(state=CaseState.DISPATCHED), "8002", T0 + 3)
    _, _, steps, _ = show_case(conn, number)
    assert [(step.who, step.deed, step.detail) for step in steps[1:]] == [
        ("8001", CaseDeed.STATE, "dispatched"),
        ("8001", CaseDeed.TECHNICIAN, "王师傅"),
        ("8001", CaseDeed.EXPECTED, str(T0 + 2 * HOUR)),
        ("8001", CaseDeed.REMARK, "带梯子"),
        ("8002", CaseDeed.REMARK, "带梯子"),
    ]


def test_a_finished_case_may_be_taken_up_again(conn: sqlite3.Connection) -> None:
    number = reported(conn)
    assert update_case(conn, number, CaseChange(state=CaseState.DONE), "8001", T0 + 9).done_at == T0 + 9
    assert update_case(conn, number, CaseChange(state=CaseState.DISPATCHED), "8001", T0 + 10).done_at == 0


def test_of_two_changes_at_once_one_is_told_to_look_again(store: Store) -> None:
    _, case = store.submit(report_case, NEW).result()
    changes = [CaseChange(technician=name, version=case.version) for name in ("王师傅", "赵师傅")]
    futures = [
        store.submit(update_case, case.number, change, "8001", T0 + n) for n, change in enumerate(changes)
    ]
    assert futures[0].result().technician == "王师傅"
    with pytest.raises(Stale):
        futures[1].result()
    assert store.read(case_by_number, case.number).result().technician == "王师傅"


@pytest.mark.parametrize(
    "change",
    [
        CaseChange(technician="长" * 61),
        CaseChange(remark="长" * 501),
        CaseChange(expected_at=T0 - 1),
    ],
)
def test_what_cannot_be_stored_changes_nothing(store: Store, change: CaseChange) -> None:
    _, case = store.submit(report_case, NEW).result()
    both = replace(change, state=CaseState.DONE)
    with pytest.raises(Invalid):
        store.submit(update_case, case.number, both, "8001", T0).result()
    assert store.read(case_by_number, case.number).result() == case


@pytest.mark.parametrize("number", ["", "1", "\x00", "九", "\ud800"])
def test_a_case_that_is_not_there(conn: sqlite3.Connection, number: str) -> None:
    with pytest.raises(NotFound):
        update_case(conn, number, CaseChange(), "8001", T0)


# Lists


def test_lists_by_state_kind_time_and_whose(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    a = reported(conn, customer_id=li)
    b = reported(conn, key="b", kind=CaseKind.COMPLAINT, cli=WANG, at=T0 + HOUR)
    update_case(conn, a, CaseChange(state=CaseState.DONE), "8001", T0)

    def numbers(**wanted: Any) -> list[str]:
        return [case.number for case, _ in list_cases(conn, **wanted)]

    assert numbers() == [b, a]
    assert [name for _, name in list_cases(conn)] == ["", "李秀英"]
    assert numbers(states=[CaseState.NEW, CaseState.DISPATCHED]) == [b]
    assert numbers(kind=CaseKind.COMPLAINT) == [b]
    assert numbers(since=T0 + 1) == [b]
    assert numbers(until=T0 + 1) == [a]
    assert numbers(customer_id=li) == [a]
    assert numbers(cli=WANG) == [b]
    assert numbers(limit=1) == [b]
    assert numbers(before_id=case_by_number(conn, b).id) == [a]


def test_a_customer_who_is_removed_leaves_the_case(conn: sqlite3.Connection) -> None:
    number = reported(conn, customer_id=customer(conn))
    conn.execute("DELETE FROM customers")
    assert case_by_number(conn, number).customer_id == 0
    assert reported(conn, key="k2") == number  # by the caller's number


# The table of calls back, made anew


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
