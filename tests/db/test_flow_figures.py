"""Where callers gave up in the voice menu."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.calls import store_call
from db.connection import open_writer
from db.flow_figures import drop_outs
from engine.core.records import CallRecord
from engine.core.states import Direction, EndedBy, Outcome

DAY = 1_795_000_000_000


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(tmp_path / "fourseat.db")
    yield connection
    connection.close()


def _call(conn: sqlite3.Connection, name: str, path: tuple[str, ...], **more: object) -> None:
    given: dict[str, object] = {
        "accepted_at": DAY,
        "ended_at": DAY + 9_000,
        "outcome": Outcome.IVR_EXIT,
        "ended_by": EndedBy.CUSTOMER,
    }
    store_call(conn, CallRecord(call_id=name, cli="13900000000", ivr_path=path, **(given | more)))  # type: ignore[arg-type]


def test_a_node_counts_callers_and_those_who_gave_up_there(conn: sqlite3.Connection) -> None:
    _call(conn, "c1", ("greeting", "main_menu"))
    _call(conn, "c2", ("greeting", "main_menu", "bills", "main_menu"))
    _call(conn, "c3", ("greeting", "main_menu", "bills", "bye"), ended_by=EndedBy.SYSTEM)
    _call(conn, "c4", ("greeting", "general"), answered_at=DAY + 5_000, outcome=Outcome.ANSWERED)
    assert drop_outs(conn, DAY) == {
        "greeting": (4, 0),
        "main_menu": (3, 2),
        "bills": (2, 0),
        "bye": (1, 0),
        "general": (1, 0),
    }


def test_older_calls_and_calls_that_we_made_do_not_count(conn: sqlite3.Connection) -> None:
    _call(conn, "old", ("greeting",), accepted_at=DAY - 1)
    _call(conn, "ours", ("greeting",), direction=Direction.OUTBOUND)
    _call(conn, "still_up", ("greeting",), ended_at=0, outcome=None)
    assert drop_outs(conn, DAY) == {}
