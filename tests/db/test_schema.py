"""Migrations from every step on, and what the tables refuse by themselves."""

import sqlite3
from pathlib import Path

import pytest

from db import customers, search
from db.connection import open_writer
from db.errors import Unusable
from db.migrations import migrate
from db.schema import STEPS
from db.store import Store
from engine.core.records import Customer
from engine.core.states import AgentState, AgentStatus, EndedBy, Outcome, Role


def shape(path: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name, coalesce(sql, '') FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    return rows


@pytest.mark.parametrize("stop_before", [name for name, _ in STEPS])
def test_a_database_of_any_earlier_step_becomes_like_a_new_one(tmp_path: Path, stop_before: str) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    connection = sqlite3.connect(old, isolation_level=None)
    migrate(connection, stop_before=stop_before)
    connection.close()
    for path in (old, new):
        open_writer(path).close()
    assert shape(old) == shape(new)


def test_customers_of_version_1_are_kept_and_become_findable(tmp_path: Path) -> None:
    path = tmp_path / "version1.db"
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, stop_before="0002_search")
    connection.execute("INSERT INTO customers (name, customer_number) VALUES ('张华山', '0007')")
    connection.execute("INSERT INTO phones VALUES ('13912345678', 1, '139 1234 5678', 0)")
    connection.close()
    store = Store(path)
    store.open()
    found = store.read(search.search, "zhs").result()
    store.close()
    assert [(c.name, c.customer_number, c.phones) for c in found] == [("张华山", "0007", ("13912345678",))]


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = open_writer(path)
    customers.save_customer(connection, Customer(name="张华山"))
    connection.close()
    before = shape(path)
    connection = open_writer(path)
    assert customers.count_customers(connection) == 1
    connection.close()
    assert shape(path) == before


def test_a_search_made_by_other_rules_is_built_anew(conn: sqlite3.Connection, tmp_path: Path) -> None:
    customers.save_customer(conn, Customer(name="张华山"))
    conn.execute("DELETE FROM name_keys")
    conn.execute("UPDATE settings SET value = '0' WHERE key = 'search_version'")
    assert search.search(conn, "zhs") == []
    again = open_writer(tmp_path / "fourseat.db")
    assert [c.name for c in search.search(again, "zhs")] == ["张华山"]
    again.close()


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = open_writer(path)
    connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('fourseat', '9999_future', '')"
    )
    connection.close()
    with pytest.raises(Unusable, match="newer_version") as refusal:
        open_writer(path)
    assert refusal.value.code == "newer_version"


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"name,phone\n" * 1000)
    with pytest.raises(Unusable) as refusal:
        open_writer(path)
    assert refusal.value.code == "damaged"


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    open_writer(tmp_path / "new.db").close()
    assert (tmp_path / "new.db").stat().st_mode & 0o077 == 0


def test_every_table_of_ours_is_strict(conn: sqlite3.Connection) -> None:
    rows = conn.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND schema = 'main'")
    not_strict = {name for name, strict in rows if not strict}
    assert not_strict == {"sqlite_schema", "sqlite_sequence", "_sqlite_migrations"}


@pytest.mark.parametrize(
    ("table", "column", "words"),
    [
        ("calls", "outcome", Outcome),
        ("calls", "ended_by", EndedBy),
        ("users", "role", Role),
        ("agent_memory", "status", AgentStatus),
        ("agent_memory", "state", AgentState),
    ],
)
def test_checks_know_the_words_of_the_core(
    conn: sqlite3.Connection, table: str, column: str, words: type[Outcome]
) -> None:
    sql = conn.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    listed = sql.split(f"CHECK ({column} IN (", 1)[1].split("))", 1)[0]
    assert {word.strip().strip("'") for word in listed.split(",")} == {str(word) for word in words}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO customers (name, balance_fen) VALUES ('a', 1.5)",
        "INSERT INTO customers (name, vip) VALUES ('a', 2)",
        "INSERT INTO phones VALUES ('139-1234', 1, 'x', 0)",
        "INSERT INTO phones VALUES ('13912345678', 999, 'x', 0)",
        "INSERT INTO call_notes (call_id, staff_number, note, disposition, unsolved, at)"
        " VALUES ('no-such-call', '1', '', '', 0, 0)",
        "INSERT INTO users (staff_number, name, role, pin_hash) VALUES ('1', 'a', 'god', '')",
        "INSERT INTO drafts VALUES ('1', 'c', 'no json', 0)",
    ],
)
def test_wrong_values_are_refused(conn: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        conn.execute(statement)


@pytest.mark.parametrize("table", ["journal", "audit"])
def test_journal_and_audit_cannot_be_changed(conn: sqlite3.Connection, table: str) -> None:
    if table == "audit":
        insert = (
            "INTO audit (id, at, who, what, subject, detail, peer_uid) VALUES (1, 1, 'a', 'b', '', '', 0)"
        )
    else:
        insert = "INTO journal (seq, at, kind, body, hash) VALUES (1, 1, 'a', 'b', zeroblob(32))"
    conn.execute(f"INSERT {insert}")
    conn.execute("PRAGMA recursive_triggers = OFF")  # as in anybody's sqlite3 shell
    for statement in (f"UPDATE {table} SET at = 2", f"DELETE FROM {table}", f"INSERT OR REPLACE {insert}"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            conn.execute(statement)
    assert conn.execute(f"SELECT count(*), max(at) FROM {table}").fetchone() == (1, 1)
