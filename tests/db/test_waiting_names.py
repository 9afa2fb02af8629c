"""Names of customers who came by thousands: found by their pieces at once, by pinyin when all are put in."""

import sqlite3
from dataclasses import replace

from db import search_index
from db.connection import transaction
from db.customers import all_customers, delete_customer, get_customer, save_customer
from db.search import search
from db.source_take import SourceTask, take_rows
from db.waiting_names import add_sorted, forget_some, is_anybody_waiting, sorted_keys
from tests.db.source_world import put_names_in, ready
from tests.support.source_rules import RULES


def bring(conn: sqlite3.Connection, *names: str) -> None:
    task = SourceTask(source="cable", rules=RULES, as_of=1, now=1)
    rows = [ready("cable", {"户号": f"{n}", "户名": name}, key="户号") for n, name in enumerate(names)]
    with transaction(conn):
        take_rows(conn, task, rows, lambda: False)


def found(conn: sqlite3.Connection, text: str) -> list[str]:
    return [one.name for one in search(conn, text)]


def name_keys(conn: sqlite3.Connection) -> list[tuple[str, int]]:
    return conn.execute("SELECT key, customer_id FROM name_keys ORDER BY key, customer_id").fetchall()


def test_pieces_lead_to_a_name_at_once_and_pinyin_a_little_later(conn: sqlite3.Connection) -> None:
    bring(conn, "张华山", "李四", "--")
    assert (found(conn, "张华"), found(conn, "李四"), found(conn, "zhs")) == (["张华山"], ["李四"], [])
    put_names_in(conn, most=1)
    assert (found(conn, "zhs"), found(conn, "lisi"), is_anybody_waiting(conn)) == (["张华山"], [], True)
    put_names_in(conn, most=1)
    assert (found(conn, "lisi"), is_anybody_waiting(conn)) == (["李四"], False)


def test_what_is_put_in_is_what_the_search_is_built_from(conn: sqlite3.Connection) -> None:
    bring(conn, "张华山", "单田芳", "欧阳春花", "四海公司")
    put_names_in(conn)
    keys = name_keys(conn)
    assert len(keys) > 12
    search_index.rebuild(conn, all_customers(conn))
    assert name_keys(conn) == keys


def test_who_is_renamed_or_deleted_while_the_keys_are_on_their_way(conn: sqlite3.Connection) -> None:
    bring(conn, "张华山", "李四", "王五")
    keys, last = sorted_keys(conn, 10)
    save_customer(conn, replace(get_customer(conn, 1), name="赵六"))
    delete_customer(conn, 2)
    add_sorted(conn, keys, lambda: False)
    assert (found(conn, "zhs"), found(conn, "zl"), found(conn, "ww")) == ([], ["赵六"], ["王五"])
    assert {customer_id for _, customer_id in name_keys(conn)} == {1, 3}
    assert (forget_some(conn, last), forget_some(conn, last)) == (1, 0)


def test_a_turn_ends_when_its_time_is_over(conn: sqlite3.Connection) -> None:
    bring(conn, *(f"客户{n}" for n in range(100)))
    keys, _ = sorted_keys(conn, 1_000)
    done = add_sorted(conn, keys, lambda: True)
    assert 0 < done < len(keys)
    assert name_keys(conn) == sorted(keys)[:done]


def test_a_search_that_is_built_anew_leaves_nobody_waiting(conn: sqlite3.Connection) -> None:
    bring(conn, "张华山")
    search_index.rebuild(conn, all_customers(conn))
    assert (found(conn, "zhs"), is_anybody_waiting(conn)) == (["张华山"], False)
