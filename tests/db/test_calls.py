"""Calls: one row each, notes with history, lists for people, recordings, drafts, imports of CDRs."""

import sqlite3
from dataclasses import replace

import pytest

from db.call_list import CallFilter, list_calls, show_call
from db.calls import get_call, open_calls, save_note, store_call
from db.cdr_import import cdr_offset, mark_imported, not_imported, set_cdr_offset
from db.customers import save_customer
from db.drafts import delete_draft, get_draft, put_draft
from db.errors import Invalid, NotFound
from db.recordings import list_recordings, recordings_of, store_recording
from db.users import add_user
from engine.core.records import CallNote, CallRecord, Customer, RecordingInfo, User
from engine.core.states import EndedBy, Outcome

FULL = CallRecord(
    call_id="c-1",
    line_id="line1",
    did="96335",
    cli="13912345678",
    cli_raw="+86 139 1234 5678",
    accepted_at=1_000,
    offered_at=5_000,
    queue_id="fault",
    presented_at=6_000,
    answered_at=8_000,
    ended_at=60_000,
    wait_ms=3_000,
    talk_ms=50_000,
    hold_ms=2_000,
    wrap_up_ms=9_000,
    presented_count=2,
    outcome=Outcome.ANSWERED,
    ended_by=EndedBy.AGENT,
    customer_cause=16,
    agent_cause=17,
    staff_number="1001",
    seat_id="seat1",
    unattended=True,
    ivr_path=("menu:2", "菜单"),
    message_file="2026/01/01/c-1.wav",
    message_ms=700,
)


def test_a_record_comes_back_as_it_was_stored(conn: sqlite3.Connection) -> None:
    customer = save_customer(conn, Customer(name="张华山"))
    for record in (replace(FULL, customer_id=customer.id), CallRecord(call_id="c-2")):
        store_call(conn, record)
        assert get_call(conn, record.call_id) == record
    assert get_call(conn, "c-3") is None


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_can_be_stored(conn: sqlite3.Connection, outcome: Outcome) -> None:
    for ended_by in EndedBy:
        store_call(conn, replace(FULL, outcome=outcome, ended_by=ended_by))
        assert get_call(conn, "c-1") == replace(FULL, outcome=outcome, ended_by=ended_by)


def test_open_calls_are_those_without_an_end_oldest_first(conn: sqlite3.Connection) -> None:
    for call_id, accepted_at, ended_at in (("c-1", 30, 0), ("c-2", 10, 0), ("c-3", 20, 25)):
        store_call(conn, CallRecord(call_id=call_id, accepted_at=accepted_at, ended_at=ended_at))
    assert [record.call_id for record in open_calls(conn)] == ["c-2", "c-1"]


def test_nothing_that_a_record_may_hold_costs_the_call_its_row(conn: sqlite3.Connection) -> None:
    store_call(
        conn,
        replace(
            FULL,
            cli_raw="\ud800'\x00;|\r\n张" * 1000,
            customer_id=12345,  # deleted meanwhile
            talk_ms=-5,  # a stepped clock
            ivr_path=("\ud800", '"'),
            message_file="\udcff.wav",
        ),
    )
    record = get_call(conn, "c-1")
    assert record is not None
    assert (record.customer_id, record.talk_ms, record.ivr_path) == (0, 0, ("?", '"'))
    assert len(record.cli_raw) == 256
    assert "\x00" not in record.cli_raw


def test_the_customer_that_an_agent_chose_stays(conn: sqlite3.Connection) -> None:
    first, second = (save_customer(conn, Customer(name=name)) for name in ("张华山", "李四"))
    store_call(conn, FULL)
    save_note(conn, "c-1", "1001", CallNote(customer_id=first.id), 1)
    store_call(conn, FULL)
    assert get_call(conn, "c-1") == replace(FULL, customer_id=first.id)
    store_call(conn, replace(FULL, customer_id=second.id))
    assert get_call(conn, "c-1") == replace(FULL, customer_id=second.id)


def test_notes_are_kept_as_history(conn: sqlite3.Connection) -> None:
    customer = save_customer(conn, Customer(name="张华山"))
    store_call(conn, FULL)
    first = CallNote(note="没有信号\n第二行", disposition="follow_up", unsolved=True, customer_id=customer.id)
    second = replace(first, note="已修好", unsolved=False)
    save_note(conn, "c-1", "1001", first, 10)
    save_note(conn, "c-1", "1002", second, 20)
    details = show_call(conn, "c-1")
    assert details.notes == ((20, "1002", second), (10, "1001", first))
    assert (details.row.note, details.row.unsolved, details.row.customer_name) == ("已修好", False, "张华山")
    assert details.row.record.customer_id == customer.id


def test_a_note_needs_its_call_and_its_customer_and_an_end(conn: sqlite3.Connection) -> None:
    store_call(conn, FULL)
    with pytest.raises(NotFound):
        save_note(conn, "c-9", "1001", CallNote(), 1)
    with pytest.raises(NotFound):
        save_note(conn, "c-1", "1001", CallNote(customer_id=9), 1)
    with pytest.raises(Invalid, match="too_long"):
        save_note(conn, "c-1", "1001", CallNote(note="字" * 1_000_000), 1)
    assert conn.execute("SELECT count(*) FROM call_notes").fetchone() == (0,)


@pytest.fixture
def day(conn: sqlite3.Connection) -> sqlite3.Connection:
    """Nine calls at 100, 200 ... 900."""
    customer = save_customer(conn, Customer(name="张华山"))
    add_user(conn, User(staff_number="1001", name="李敏"), "hash")
    for number in range(1, 10):
        store_call(
            conn,
            CallRecord(
                call_id=f"c-{number}",
                accepted_at=100 * number,
                cli=f"1390000000{number}",
                queue_id="fault" if number % 2 else "general",
                staff_number="1001" if number % 3 else "1002",
                outcome=Outcome.ABANDONED if number == 4 else Outcome.ANSWERED,
                customer_id=customer.id if number < 3 else 0,
            ),
        )
    save_note(conn, "c-5", "1001", CallNote(note="100%没有_信号!"), 1)
    store_recording(conn, RecordingInfo(call_id="c-5", path="2026/c-5.wav", started_at=500))
    return conn


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (CallFilter(), "987654321"),
        (CallFilter(limit=3), "987"),
        (CallFilter(limit=3, before="c-7"), "654"),
        (CallFilter(since=300, until=500), "43"),
        (CallFilter(staff="1002"), "963"),
        (CallFilter(queue="general", staff="1001"), "842"),
        (CallFilter(outcome="abandoned"), "4"),
        (CallFilter(cli="13900000007"), "7"),
        (CallFilter(customer_id=1), "21"),
        (CallFilter(text="华山"), "21"),
        (CallFilter(text="信号"), "5"),
        (CallFilter(text="100%没"), "5"),
        (CallFilter(text="1%没"), ""),
        (CallFilter(text="有_信号!"), "5"),
        (CallFilter(text="0000003"), "3"),
        (CallFilter(text="' OR 1=1 --"), ""),
        (CallFilter(text="\ud800\x00" * 100_000), ""),
        (CallFilter(before="no-such-call"), ""),
        (CallFilter(limit=-1), ""),
    ],
)
def test_lists_are_filtered_newest_first(day: sqlite3.Connection, wanted: CallFilter, numbers: str) -> None:
    assert "".join(row.record.call_id[2:] for row in list_calls(day, wanted)) == numbers


def test_calls_of_the_same_moment_are_all_listed_page_by_page(conn: sqlite3.Connection) -> None:
    for number in range(7):
        store_call(conn, CallRecord(call_id=f"c-{number}", accepted_at=100))
    seen: list[str] = []
    before = ""
    while page := list_calls(conn, CallFilter(limit=2, before=before)):
        seen += [row.record.call_id for row in page]
        before = seen[-1]
    assert seen == [f"c-{number}" for number in range(6, -1, -1)]


@pytest.mark.parametrize(
    "wanted", [CallFilter(), CallFilter(staff="1001"), CallFilter(staff="1001", since=1)]
)
def test_the_newest_calls_are_found_without_sorting_all_of_them(
    conn: sqlite3.Connection, wanted: CallFilter
) -> None:
    asked: list[str] = []
    conn.set_trace_callback(asked.append)
    list_calls(conn, wanted)
    conn.set_trace_callback(None)
    steps = [row[3] for row in conn.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_a_row_names_customer_agent_and_recording(day: sqlite3.Connection) -> None:
    row = list_calls(day, CallFilter(text="信号"))[0]
    assert (row.agent_name, row.recording_path, row.note) == ("李敏", "2026/c-5.wav", "100%没有_信号!")
    with pytest.raises(NotFound):
        show_call(day, "c-0")


def test_recordings(conn: sqlite3.Connection) -> None:
    store_call(conn, FULL)
    recording = RecordingInfo(
        call_id="c-1",
        path="2026/01/01/c-1.wav",
        started_at=1_000,
        length_ms=59_000,
        codec="pcm_s16le",
        size=1_888_044,
        sha256="ab" * 32,
        customer_rms_dbfs=-21.5,
        agent_rms_dbfs=-19.0,
    )
    message = RecordingInfo(call_id="c-1", kind="message", started_at=2_000, error="disk full")
    store_recording(conn, replace(recording, error="not yet"))
    store_recording(conn, recording)
    store_recording(conn, message)
    assert recordings_of(conn, "c-1") == [recording, message]
    assert list_recordings(conn) == [message, recording]
    assert list_recordings(conn, kind="call") == [recording]
    assert list_recordings(conn, since=1_500) == [message]
    assert list_recordings(conn, until=1_500, limit=1) == [recording]
    assert list_recordings(conn, call_id="c-2") == []
    assert show_call(conn, "c-1").recordings == (recording, message)
    with pytest.raises(NotFound):
        store_recording(conn, RecordingInfo(call_id="c-9"))


def test_drafts_are_kept_until_they_are_deleted(conn: sqlite3.Connection) -> None:
    form = {"note": "半句话\ud800", "unsolved": True}
    put_draft(conn, "1001", "c-1", {}, 1)
    put_draft(conn, "1001", "c-1", form, 2)
    assert get_draft(conn, "1001", "c-1") == form
    assert get_draft(conn, "1002", "c-1") is None
    with pytest.raises(Invalid):
        put_draft(conn, "1001", "c-1", {"note": "x" * 1_000_000}, 3)
    delete_draft(conn, "1001", "c-1")
    assert get_draft(conn, "1001", "c-1") is None


def test_a_cdr_is_taken_over_once(conn: sqlite3.Connection) -> None:
    assert mark_imported(conn, "1700000000.1", "c-1", 5)
    assert not mark_imported(conn, "1700000000.1", "c-2", 6)
    assert not_imported(conn, ["1700000000.2", "1700000000.1"]) == ["1700000000.2"]
    assert cdr_offset(conn) == 0
    set_cdr_offset(conn, 4711)
    assert cdr_offset(conn) == 4711
