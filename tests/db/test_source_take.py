"""Rows of sources become customers: matched, merged, told apart, and our own never overwritten."""

import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from db.billing_payments import Payment, pay
from db.connection import transaction
from db.customer_own import forget_own, keep_own, own_of
from db.customer_parts import devices_of
from db.customers import all_customers, get_customer, save_customer
from db.errors import Invalid, NotFound
from db.import_columns import columns_of
from db.search import search
from db.source_ages import ages
from db.source_records import (
    confirm,
    conflicts,
    counts_of,
    known_records,
    mark_gone,
    move_back,
    move_records,
    source_view,
)
from db.source_rows import digest_of, fingerprint_of, ready_row
from db.source_runs import begin_run, count_run, cut_off_runs, end_run, last_runs
from db.source_take import Became, SourceTask, Taken, mark_vanished, restore_field, take_rows
from engine.core.boss import BossAccount, Change
from engine.core.customers.merging import Own
from engine.core.records import Customer
from tests.db.source_world import became, take
from tests.support.source_rules import RULES

HOME = Path(__file__).parents[2]


def only(conn: sqlite3.Connection) -> Customer:
    (customer,) = all_customers(conn)
    return customer


ZHANG = {
    "户号": "1",
    "户名": "张华山",
    "电话": "13893812345",
    "地址": "东街1号",
    "卡号": "85",
    "余额": "12.5",
}


def test_a_new_row_is_a_customer_who_is_found(conn: sqlite3.Connection) -> None:
    assert became(take(conn, "cable", ZHANG)) == {"added": 1}
    customer = only(conn)
    assert (customer.name, customer.phones, customer.balance_fen) == ("张华山", ("13893812345",), 1250)
    for text in ("张华", "zhs", "东街", "2345", "85"):
        assert [found.id for found in search(conn, text)] == [customer.id], text


def test_the_same_row_again_changes_nothing_and_another_one_does(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG)
    assert became(take(conn, "cable", ZHANG)) == {"unchanged": 1}
    assert became(take(conn, "cable", {**ZHANG, "余额": "13", "备注": "x"})) == {"changed": 1}
    assert only(conn).balance_fen == 1300
    take(conn, "cable", {**ZHANG, "户名": "张华", "电话": "13893812346", "地址": ""})
    customer = only(conn)
    assert (customer.name, customer.phones, customer.address) == ("张华", ("13893812346",), "")
    assert search(conn, "东街") == []


def test_who_is_important_there_is_important_here(conn: sqlite3.Connection) -> None:
    take(conn, "cable", {**ZHANG, "大客户": "是"})
    assert (only(conn).vip, only(conn).importance) == (True, "vip")
    assert became(take(conn, "cable", {**ZHANG, "大客户": "是"})) == {"unchanged": 1}
    take(conn, "cable", {**ZHANG, "大客户": "否"})
    assert (only(conn).vip, only(conn).importance) == (False, "")


def test_three_systems_meet_in_one_customer(conn: sqlite3.Connection) -> None:
    take(conn, "cable", {**ZHANG, "套餐": "基本包"})
    assert became(take(conn, "tv", {"户号": "T1", "姓名": "张华山", "智能卡号": "85", "套餐": "高清包"})) == {
        "changed": 1
    }
    row = {"户号": "N1", "姓名": "张华山", "手机": "0 138 9381 2345", "套餐": "宽带100M"}
    net = {key.replace("户号", "账号"): value for key, value in row.items()}
    assert became(take(conn, "net", net, key="账号")) == {"changed": 1}
    customer = only(conn)
    assert customer.packages == ("基本包", "高清包", "宽带100M")
    assert (customer.customer_number, customer.card_number) == ("1", "85")
    view = source_view(conn, customer, RULES)
    assert [one.source for one in view.said] == ["cable", "net", "tv"]
    assert view.merged.customer == customer
    assert view.merged.origin["name"] == "cable"


def test_two_contracts_of_one_household_stay_two_customers(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG, {**ZHANG, "户号": "2", "卡号": "86"})
    assert len(list(all_customers(conn))) == 2


def test_nobody_guesses_who_is_meant(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG, {**ZHANG, "户号": "2", "卡号": "86"})
    assert became(take(conn, "tv", {"户号": "1", "姓名": "张华山", "智能卡号": "86"})) == {"aside": 1}
    assert became(take(conn, "net", {"账号": "N1", "姓名": "张华山", "电话": "13893812345"}, key="账号")) == {
        "aside": 1
    }
    assert became(take(conn, "net", {"卡号": "99", "余额": "3"}, key="卡号")) == {"aside": 1}
    found, count = conflicts(conn)
    assert count == 3
    assert {(one.source, one.code) for one in found} == {
        ("tv", "several"),
        ("net", "several"),
        ("net", "nobody"),
    }
    assert next(one.detail for one in found if one.source == "tv") == "1 2"
    assert counts_of(conn, "net") == (2, 0, 2)
    # Somebody has cleared it up: the row is taken as soon as it comes again.
    save_customer(conn, replace(get_customer(conn, 2), card_number=""))
    assert became(take(conn, "tv", {"户号": "1", "姓名": "张华山", "智能卡号": "86"})) == {"changed": 1}
    assert [one.number for one in devices_of(conn, 1)] == ["86"]  # his own card is another one
    assert conflicts(conn, "tv") == ([], 0)
    assert known_records(conn, "tv", ["1"])["1"].customer_id == 1


def test_a_number_stays_with_whom_it_belongs_to(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG)
    other = {"户号": "7", "姓名": "李四", "智能卡号": "85"}
    assert became(take(conn, "tv", other, match=("customer_number",))) == {"added": 1}
    assert search(conn, "李四")[0].card_number == ""
    take(conn, "tv", {**other, "智能卡号": "86"}, match=("customer_number",))
    take(conn, "cable", {**ZHANG, "卡号": "86"})
    assert [(one.name, one.field, one.code, one.detail) for one in conflicts(conn)[0]] == [
        ("张华山", "card_number", "taken", "2")
    ]
    assert get_customer(conn, 1).card_number == "85"


def test_contradictions_of_equals_are_listed_and_change_nothing(conn: sqlite3.Connection) -> None:
    take(conn, "net", ZHANG)
    take(conn, "tv", {**ZHANG, "地址": "西街2号"})
    assert only(conn).address == "东街1号"
    (conflict,) = conflicts(conn)[0]
    assert (conflict.field, conflict.code, conflict.detail) == (
        "address",
        "differs",
        "net: 东街1号; tv: 西街2号",
    )
    take(conn, "net", {**ZHANG, "地址": "西街2号"})
    take(conn, "tv", {**ZHANG, "地址": "西街2号", "备注": "."})
    assert (only(conn).address, conflicts(conn)[1]) == ("西街2号", 0)


def test_more_than_a_customer_can_hold_is_listed(conn: sqlite3.Connection) -> None:
    take(conn, "cable", {**ZHANG, "电话": "、".join(f"1389381{n:04}" for n in range(8))})
    take(conn, "tv", {**ZHANG, "电话": "、".join(f"1389382{n:04}" for n in range(8))})
    assert [(one.field, one.code, one.detail) for one in conflicts(conn)[0]] == [
        ("phones", "invalid", "too_many")
    ]
    assert len(only(conn).phones) == 8


MOVE = """
import sys
from dataclasses import replace
from pathlib import Path
from db.connection import open_writer
from db.customers import get_customer, save_customer
conn = open_writer(Path(sys.argv[1]))
save_customer(conn, replace(get_customer(conn, 1), address="西街2号"))
conn.close()
print("pypinyin" in sys.modules)
"""


def test_another_address_does_not_load_the_table_of_pinyin(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG)
    path = conn.execute("PRAGMA database_list").fetchone()[2]
    said = subprocess.run(
        [sys.executable, "-c", MOVE, path], capture_output=True, text=True, check=True, cwd=HOME
    )
    assert (said.stdout, only(conn).address) == ("False\n", "西街2号")
    assert [one.id for one in search(conn, "zhs")] == [1]


# Our own


def edit(conn: sqlite3.Connection, **changes: object) -> Customer:
    before = only(conn)
    with transaction(conn):
        after = save_customer(conn, replace(before, **changes))  # type: ignore[arg-type]
        keep_own(conn, before, after, "8001", 500)
    return after


def test_an_edit_is_never_overwritten_and_can_be_given_back(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG)
    edit(conn, name="张华山(大)", phones=("09388123456",), remark="敲门声大一点")
    take(conn, "cable", {**ZHANG, "户名": "张小山", "电话": "13893812345、13893812399", "备注": "系统备注"})
    customer = only(conn)
    assert (customer.name, customer.remark) == ("张华山(大)", "敲门声大一点")
    assert customer.phones == ("09388123456", "13893812399")
    assert own_of(conn, customer.id)["phones"] == Own(added=("09388123456",), removed=("13893812345",))
    with transaction(conn):
        assert restore_field(conn, customer.id, "name", RULES).name == "张小山"
        assert restore_field(conn, customer.id, "phones", RULES).phones == ("13893812399", "13893812345")
    assert search(conn, "张小山") == [only(conn)]
    with pytest.raises(NotFound):
        forget_own(conn, customer.id, "name")


def test_what_nobody_says_is_empty_when_it_is_given_back(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG)
    edit(conn, area="城东片区")
    with transaction(conn):
        assert restore_field(conn, 1, "area", RULES).area == ""


def test_a_customer_of_ours_alone_has_nothing_to_keep_apart(conn: sqlite3.Connection) -> None:
    before = save_customer(conn, Customer(name="甲"))
    assert keep_own(conn, before, replace(before, name="乙"), "8001", 1) == []
    assert own_of(conn, before.id) == {}


# Balance


def pay_here(conn: sqlite3.Connection, at: int) -> None:
    account = BossAccount(customer_id=1)
    with transaction(conn):
        pay(conn, account, Payment(kind="order", amount_fen=-250, what="包"), Change(key=f"k{at}"), at)


def test_a_balance_older_than_a_payment_here_is_kept(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG, as_of=1_000)
    pay_here(conn, 2_000)
    assert only(conn).balance_fen == 1000
    taken = take(conn, "cable", {**ZHANG, "余额": "12.6"}, as_of=1_999)
    assert (only(conn).balance_fen, taken.balances_kept) == (1000, 1)
    taken = take(conn, "cable", {**ZHANG, "余额": "10.1"}, as_of=2_000)
    assert (only(conn).balance_fen, taken.balances_kept) == (1010, 0)


# Vanished, age, runs, and the rest


def test_what_has_vanished_is_marked_and_others_speak_for_it(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG, as_of=1_000)
    take(conn, "tv", {**ZHANG, "地址": "西街2号"}, as_of=3_000)
    confirm(conn, "cable", 5_000)
    assert (only(conn).address, ages(conn, [1])) == ("东街1号", {1: 3_000})
    known = known_records(conn, "cable", ["1", "2"])
    with transaction(conn):
        assert mark_vanished(conn, [known["1"].id], 6_000, RULES) == 1
    assert (only(conn).address, ages(conn, [1, 9])) == ("西街2号", {1: 3_000})
    assert counts_of(conn, "cable") == (1, 1, 0)
    mark_gone(conn, [known_records(conn, "tv", ["1"])["1"].id], 7_000)
    assert ages(conn, [1]) == {1: 1_000}
    take(conn, "cable", ZHANG, as_of=8_000)
    assert (only(conn).address, counts_of(conn, "cable")) == ("东街1号", (1, 0, 0))


def test_records_go_with_a_merged_customer_and_back(conn: sqlite3.Connection) -> None:
    take(conn, "cable", ZHANG, {"户号": "2", "户名": "张华山"})
    moved = move_records(conn, 2, 1)
    assert len(source_view(conn, get_customer(conn, 1), RULES).said) == 2
    move_back(conn, moved, 2)
    assert len(source_view(conn, get_customer(conn, 1), RULES).said) == 1


def test_a_batch_ends_when_its_time_is_over(conn: sqlite3.Connection) -> None:
    task = SourceTask(source="cable", rules=RULES, as_of=1, now=1)
    columns = columns_of(ZHANG, {})
    rows = [
        ready_row(
            n,
            str(n),
            "00",
            {"户号": str(n), "户名": "甲"},
            {"户号": "customer_number", "户名": "name"},
            RULES["cable"],
        )
        for n in range(5)
    ]
    assert columns["户名"] == "name"
    assert take_rows(conn, task, rows, lambda: True).rows == 1


def test_rows_that_cannot_be_read(conn: sqlite3.Connection) -> None:
    for cells, field, code in (
        ({"户号": ""}, "key", "required"),
        ({"户号": "1.39E+10"}, "key", "spreadsheet_number"),
        ({"户号": "1", "户名": "甲", "余额": "很多"}, "balance", "bad_money"),
        ({"户号": "1", "户名": "甲", "电话": "1"}, "phones", "bad_number"),
    ):
        with pytest.raises(Invalid) as caught:
            take(conn, "cable", cells)
        assert (caught.value.field, caught.value.code) == (field, code)


def test_digests_tell_rows_and_ways_of_reading_apart() -> None:
    columns = {"户号": "customer_number", "户名": "name"}
    first = digest_of({"户号": "1", "户名": " 甲 ", "别的": "x"}, columns, "f")
    assert digest_of({"户号": "1", "户名": "甲", "别的": "y"}, columns, "f") == first
    assert digest_of({"户号": "1", "户名": "乙"}, columns, "f") != first
    assert digest_of({"户号": "1", "户名": "甲"}, columns, "g") != first
    assert fingerprint_of(RULES["tv"]) != fingerprint_of(RULES["net"])


def test_a_run_that_was_cut_off_goes_on_with_its_counts(conn: sqlite3.Connection) -> None:
    run = begin_run(conn, "cable", "a.csv", 5, 10)
    taken = Taken(rows=3)
    taken.became[Became.ADDED] = 3
    count_run(conn, run.id, taken)
    assert [one.id for one in cut_off_runs(conn)] == [run.id]
    again = begin_run(conn, "cable", "a.csv", 5, 20)
    assert (again.id, again.added, again.started_at) == (run.id, 3, 10)
    other = begin_run(conn, "cable", "b.csv", 6, 30)
    assert (last_runs(conn, "cable", 2)[1].state, last_runs(conn, "cable", 2)[1].trouble) == (
        "stopped",
        "restarted",
    )
    ended = end_run(conn, other.id, "done", 40, rows=9, bad=1)
    assert (ended.unchanged, ended.ended_at) == (8, 40)
    assert cut_off_runs(conn) == []
