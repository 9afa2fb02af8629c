"""Figures of agents and queues, each against a day counted by hand."""

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.agents import agent_day, count_presented, load_agent_memory, store_agent_memory
from db.call_parts import store_part
from db.calls import save_note, store_call
from db.queues import queue_counts
from engine.core.records import AgentDay, AgentMemory, CallNote, CallPart, CallRecord
from engine.core.states import AgentState, AgentStatus, Outcome
from tests.support.database import memory_database

MINUTE = 60_000
LIMITS = {"fault": 20_000, "general": 10_000}


def queued(
    call_id: str, queue_id: str, at: int, wait_ms: int, outcome: Outcome | None, **more: object
) -> CallRecord:
    answered_at = at + wait_ms if outcome is Outcome.ANSWERED else 0
    record = CallRecord(
        call_id=call_id,
        queue_id=queue_id,
        accepted_at=at - 1,
        offered_at=at,
        answered_at=answered_at,
        ended_at=at + wait_ms + 1 if outcome else 0,
        wait_ms=wait_ms,
        outcome=outcome,
    )
    return replace(record, **more)  # type: ignore[arg-type]


def test_queue_figures_against_a_day_counted_by_hand(conn: sqlite3.Connection) -> None:
    for record in (
        queued(
            "1", "fault", 100, 20_000, Outcome.ANSWERED, talk_ms=60_000, wrap_up_ms=10_000
        ),  # just in time
        queued("2", "fault", 200, 20_001, Outcome.ANSWERED, talk_ms=30_000, hold_ms=5_000),  # just too late
        queued("3", "fault", 300, 40_000, Outcome.ABANDONED),
        queued("4", "fault", 400, 2_000, Outcome.ABANDONED, short_abandon=True),
        queued("5", "fault", 500, 90_000, Outcome.TIMEOUT),
        queued("6", "fault", 600, 0, None),  # waits now
        queued("7", "general", 100, 15_000, Outcome.ANSWERED),
        queued("8", "other", 100, 20_000, Outcome.ANSWERED),
        queued("9", "fault", 50, 1, Outcome.ANSWERED),  # before
        CallRecord(call_id="10", accepted_at=300, ended_at=400, outcome=Outcome.IVR_EXIT),
    ):
        store_call(conn, record)
    counts = queue_counts(conn, 100, within_ms=LIMITS)
    assert set(counts) == {"fault", "general", "other"}
    fault = counts["fault"]
    assert (fault.offered, fault.answered, fault.abandoned, fault.short_abandoned) == (6, 2, 2, 1)
    assert (fault.answered_within, fault.wait_ms, fault.longest_wait_ms) == (1, 40_001, 40_000)
    assert (fault.talk_ms, fault.hold_ms, fault.wrap_up_ms) == (90_000, 5_000, 10_000)
    assert fault.service_level == pytest.approx(1 / 5)
    assert fault.answer_rate == pytest.approx(2 / 6)
    assert fault.abandon_rate == pytest.approx(2 / 6)
    assert fault.asa_ms == pytest.approx(20_000.5)
    assert fault.mean_talk_ms == pytest.approx(45_000)
    assert fault.aht_ms == pytest.approx(52_500)
    assert counts["general"].service_level == 0.0  # its limit is 10 s
    assert counts["other"].service_level == 1.0  # no limit given: 20 s
    assert set(queue_counts(conn, 0, 100, within_ms=LIMITS)) == {"fault"}
    assert queue_counts(conn, 10_000, within_ms=LIMITS) == {}


def test_rates_of_only_short_abandons_are_unknown_not_wrong(conn: sqlite3.Connection) -> None:
    store_call(conn, queued("1", "fault", 100, 500, Outcome.ABANDONED, short_abandon=True))
    fault = queue_counts(conn, 0, within_ms=LIMITS)["fault"]
    assert (fault.service_level, fault.asa_ms, fault.mean_talk_ms, fault.aht_ms) == (None, None, None, None)
    assert fault.answer_rate == 0.0


def change(
    conn: sqlite3.Connection,
    at: int,
    status: AgentStatus,
    state: AgentState = AgentState.IDLE,
    staff: str = "1001",
) -> None:
    memory = AgentMemory(
        staff_number=staff, name="李敏", seat_id="seat1", status=status, state=state, since=at
    )
    store_agent_memory(conn, memory, AgentStatus.LOGGED_OUT, AgentState.IDLE, at)


def test_an_agents_day_counted_by_hand(conn: sqlite3.Connection) -> None:
    change(conn, 0, AgentStatus.BREAK)  # since yesterday
    change(conn, 10 * MINUTE, AgentStatus.READY)
    change(conn, 12 * MINUTE, AgentStatus.READY, AgentState.TALKING)
    change(conn, 20 * MINUTE, AgentStatus.BREAK)
    change(conn, 25 * MINUTE, AgentStatus.LOGGED_OUT)
    change(conn, 40 * MINUTE, AgentStatus.READY)
    change(conn, 41 * MINUTE, AgentStatus.BREAK, staff="1002")
    for number, ended in enumerate(("answered", "answered", "rona", "rejected", "abandoned", "unreachable")):
        for _ in range(2):  # told twice
            count_presented(
                conn,
                staff_number="1001",
                call_id=f"c-{number}",
                presented_at=(10 + number) * MINUTE,
                ended=ended,
                at=(11 + number) * MINUTE,
            )
    for number, disposition in enumerate(("fault", "fault", "", "complaint")):
        store_call(
            conn,
            CallRecord(
                call_id=f"c-{number}",
                staff_number="1001",
                answered_at=(2 if number == 3 else 11) * MINUTE,
                talk_ms=900_000,  # of all who had the call
            ),
        )
        store_part(
            conn,
            CallPart(
                call_id=f"c-{number}",
                staff_number="1001",
                how="answered",
                began_at=(2 if number == 3 else 11) * MINUTE,
                ended_at=12 * MINUTE,
                talk_ms=700,
                consult_ms=300,
                hold_ms=100,
                wrap_up_ms=10,
            ),
        )
        save_note(conn, f"c-{number}", "1001", CallNote(disposition=disposition), 1)
    assert agent_day(conn, "1001", 5 * MINUTE, 50 * MINUTE) == AgentDay(
        staff_number="1001",
        presented=6,
        answered=2,
        rona=1,
        rejected=1,
        talk_ms=3000,
        hold_ms=300,
        wrap_up_ms=30,
        break_ms=10 * MINUTE,  # 5 to 10, 20 to 25
        logged_in_ms=30 * MINUTE,  # 5 to 25, 40 to 50
        by_disposition={"fault": 2},
    )
    assert agent_day(conn, "1003", 0, 50 * MINUTE) == AgentDay(staff_number="1003")


def test_a_wrong_end_of_a_presentation_is_refused(conn: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        count_presented(conn, staff_number="1", call_id="c", presented_at=1, ended="nonsense", at=2)


def test_memory_is_the_newest_of_each_agent(conn: sqlite3.Connection) -> None:
    change(conn, 1, AgentStatus.BREAK, staff="1002")
    for status in AgentStatus:
        for state in AgentState:
            change(conn, 5, status, state)
    assert [(m.staff_number, m.status, m.state, m.since) for m in load_agent_memory(conn)] == [
        ("1001", AgentStatus.BREAK, AgentState.WRAP_UP, 5),
        ("1002", AgentStatus.BREAK, AgentState.IDLE, 1),
    ]


STATUSES = st.sampled_from(list(AgentStatus))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1000), STATUSES), max_size=12), st.integers(0, 1000))
def test_parts_of_a_day_add_up(changes: list[tuple[int, AgentStatus]], middle: int) -> None:
    conn = memory_database()
    for at, status in sorted(changes, key=lambda pair: pair[0]):
        change(conn, at, status)
    whole, first, second = (
        agent_day(conn, "1001", *span) for span in ((0, 1000), (0, middle), (middle, 1000))
    )
    conn.close()
    assert whole.logged_in_ms == first.logged_in_ms + second.logged_in_ms <= 1000
    assert whole.break_ms == first.break_ms + second.break_ms <= whole.logged_in_ms
