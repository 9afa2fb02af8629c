"""Shares of calls: who did what, and for how long."""

import sqlite3
from dataclasses import replace

import pytest

from db.call_list import show_call
from db.call_parts import parts_of, store_part
from db.calls import store_call
from engine.core.records import CallPart, CallRecord

ANSWERED = CallPart(
    call_id="c-1",
    staff_number="1001",
    seat_id="seat1",
    how="answered",
    began_at=1_000,
    ended_at=61_000,
    talk_ms=40_000,
    hold_ms=5_000,
    consult_ms=15_000,
)
FORWARDED = CallPart(
    call_id="c-1",
    staff_number="",
    party="13912345678",
    how="transferred",
    began_at=61_000,
    ended_at=90_000,
    talk_ms=29_000,
)


def test_the_shares_of_a_call_come_back_in_order(conn: sqlite3.Connection) -> None:
    store_part(conn, FORWARDED)
    store_part(conn, ANSWERED)
    store_part(conn, replace(ANSWERED, call_id="c-2"))
    assert parts_of(conn, "c-1") == [ANSWERED, FORWARDED]


def test_the_details_of_a_call_have_its_shares(conn: sqlite3.Connection) -> None:
    store_call(conn, CallRecord(call_id="c-1"))
    store_part(conn, ANSWERED)
    assert show_call(conn, "c-1").parts == (ANSWERED,)


def test_a_share_that_is_told_again_is_the_same_share(conn: sqlite3.Connection) -> None:
    store_part(conn, ANSWERED)
    store_part(conn, replace(ANSWERED, wrap_up_ms=8_000))
    assert parts_of(conn, "c-1") == [replace(ANSWERED, wrap_up_ms=8_000)]


def test_a_stepped_clock_does_not_cost_a_share(conn: sqlite3.Connection) -> None:
    store_part(conn, replace(ANSWERED, talk_ms=-1))
    assert parts_of(conn, "c-1")[0].talk_ms == 0


def test_how_somebody_came_into_a_call_is_one_of_few_words(conn: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store_part(conn, replace(ANSWERED, how="by magic"))
