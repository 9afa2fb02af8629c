"""Versions of the voice menu are kept, go live, are scheduled, and can be gone back to."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.connection import open_writer
from db.errors import NotFound
from db.flow_versions import (
    activate,
    digest_of,
    find_version,
    keep_version,
    list_scheduled,
    list_versions,
    live_version,
    schedule,
    settle_scheduled,
    version_before,
)

MAIN = "flows/main.toml"
OLD, NEW = {"main.toml": 'start = "a"'}, {"main.toml": 'start = "b"', "fault.toml": "# 故障"}


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(tmp_path / "fourseat.db")
    yield connection
    connection.close()


def _keep(conn: sqlite3.Connection, files: dict[str, str], at: int = 1, note: str = "") -> int:
    return keep_version(conn, MAIN, files, who="9001", note=note, at=at).id


def test_a_version_has_every_file_as_it_was(conn: sqlite3.Connection) -> None:
    number = _keep(conn, NEW, note="夜间服务")
    kept = find_version(conn, MAIN, number)
    assert (kept.files, kept.note, kept.digest) == (NEW, "夜间服务", digest_of(NEW))


def test_the_same_files_are_one_version_in_whatever_order(conn: sqlite3.Connection) -> None:
    first = _keep(conn, NEW)
    assert _keep(conn, dict(reversed(NEW.items()))) == first
    assert _keep(conn, OLD) != first


def test_a_version_of_another_flow_is_not_found(conn: sqlite3.Connection) -> None:
    number = _keep(conn, OLD)
    with pytest.raises(NotFound):
        find_version(conn, "flows/other.toml", number)


def test_going_back_twice_is_going_forward_again(conn: sqlite3.Connection) -> None:
    old, new = _keep(conn, OLD), _keep(conn, NEW)
    assert version_before(conn, MAIN) is None
    for at, number in enumerate((old, new), start=10):
        activate(conn, MAIN, number, who="9001", why="applied", at=at)
    before = version_before(conn, MAIN)
    assert before is not None
    assert before.id == old
    activate(conn, MAIN, old, who="9001", why="rolled_back", at=12)
    forward = version_before(conn, MAIN)
    assert forward is not None
    assert forward.id == new
    live = live_version(conn, MAIN)
    assert live is not None
    assert live.id == old


def test_the_list_says_which_one_is_live_and_when_each_was(conn: sqlite3.Connection) -> None:
    old, new = _keep(conn, OLD), _keep(conn, NEW)
    activate(conn, MAIN, old, who="9001", why="started", at=10)
    activate(conn, MAIN, new, who="9001", why="applied", at=20)
    activate(conn, MAIN, old, who="9001", why="rolled_back", at=30)
    assert [(row.id, row.live, row.live_at) for row in list_versions(conn, MAIN, limit=9)] == [
        (new, False, 20),
        (old, True, 30),
    ]
    assert len(list_versions(conn, MAIN, limit=1)) == 1


def test_what_waits_is_listed_by_its_hour_and_settled_once(conn: sqlite3.Connection) -> None:
    number = _keep(conn, OLD)
    later = schedule(conn, MAIN, number, who="9001", due_at=2_000)
    sooner = schedule(conn, MAIN, number, who="9001", due_at=1_000)
    assert list_scheduled(conn, waiting=True) == [sooner, later]
    settle_scheduled(conn, sooner.id, "failed", "main_menu: 没有队列 x")
    assert list_scheduled(conn, waiting=True) == [later]
    assert [(row.id, row.state, row.detail) for row in list_scheduled(conn, waiting=False)] == [
        (later.id, "waiting", ""),
        (sooner.id, "failed", "main_menu: 没有队列 x"),
    ]
    with pytest.raises(NotFound):
        settle_scheduled(conn, sooner.id, "cancelled")
