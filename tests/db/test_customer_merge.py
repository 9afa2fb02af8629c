"""Two files that are one customer, and two again: nothing is lost, and what cannot be put back is told."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.billing_identities import begin_sign_in, customer_of_number, set_password
from db.billing_tries import TryLimits
from db.calls import store_call
from db.connection import open_writer
from db.customer_file import customer_file
from db.customer_merge import merge_customers, merges_of, unmerge_customers
from db.customer_moves import ONCE, ROWS
from db.customer_parts import persons_of, remove_part, save_person, tag_customer
from db.customers import customers_by_id, delete_customer, get_customer, save_customer
from db.errors import Invalid, NotFound, Stale
from db.import_columns import columns_of
from db.import_customers import CustomerImport
from db.search import search
from engine.core.records import CallRecord, Customer
from engine.core.states import Outcome
from tests.db.customer_world import NOW, a_customer, furnish

Snapshot = dict[str, list[tuple[object, ...]]]
TABLES = sorted({one.table for one in (*ROWS, *ONCE)} | {"person_phones", "name_keys"})


def snapshot(conn: sqlite3.Connection, *ids: int) -> Snapshot:
    """Everything that is stored of some customers."""
    marks = ",".join(map(str, ids))
    whose = {
        "customers": f"id IN ({marks})",
        "person_phones": f"person_id IN (SELECT id FROM customer_persons WHERE customer_id IN ({marks}))",
    }
    return {
        table: sorted(
            conn.execute(f"SELECT * FROM {table} WHERE {whose.get(table, f'customer_id IN ({marks})')}"),
            key=repr,
        )
        for table in TABLES
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("merge") / "merge.db"
    connection = open_writer(path)
    yield connection
    connection.close()


def test_every_table_with_a_customer_is_known_to_merging(conn: sqlite3.Connection) -> None:
    tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    left_out = ("name_keys", "name_keys_waiting", "cases")  # the search's own, and of older versions
    with_customer = {
        table
        for table in tables
        for column in conn.execute(f"PRAGMA table_info('{table}')")
        if column[1] == "customer_id" and table not in left_out
    }
    assert with_customer <= {one.table for one in (*ROWS, *ONCE)}


def test_everything_follows_and_goes_back(conn: sqlite3.Connection) -> None:
    keep = a_customer(conn, "张华山", packages=("高清包", "体育包"), tags=("楼长",), remark="先打电话")
    gone = a_customer(
        conn, "张华", packages=("体育包",), tags=("楼长", "欠费"), importance="enterprise", remark="有狗"
    )
    for one in (keep, gone):
        furnish(conn, one)
    before = snapshot(conn, keep.id, gone.id)
    merge_id, moved = merge_customers(conn, keep.id, gone.id, who="1001", at=NOW, reason="同一人")
    assert moved["calls"] == 1
    for table in TABLES:
        left = (
            conn.execute(f"SELECT count(*) FROM {table} WHERE customer_id = ?", (gone.id,))
            if table not in ("customers", "person_phones")
            else None
        )
        assert left is None or left.fetchone() == (0,), table
    file = customer_file(conn, keep.id, now=NOW)
    assert file.customer.phones == (*keep.phones, *gone.phones)
    assert (file.customer.importance, file.customer.tags) == ("enterprise", ("楼长", "欠费"))
    assert file.customer.remark == "先打电话\n有狗"
    assert file.customer.balance_fen == 1400
    assert {one.name for one in file.persons} == {"李四妹", "张华"}
    assert gone.address in {one.text for one in file.addresses}
    assert gone.card_number in {one.number for one in file.devices}
    assert sorted(bill.item for bill in file.bills if bill.month == "2026-01") == ["收视费", "收视费 (2)"]
    assert [(one.gone, one.name, one.reason) for one in file.merged] == [(gone.id, "张华", "同一人")]
    assert get_customer(conn, gone.id) == file.customer
    for typed in (gone.customer_number, gone.card_number, gone.phones[0], "张华"):
        assert [one.id for one in search(conn, typed)] == [keep.id], typed
    done = unmerge_customers(conn, merge_id, who="1001", at=NOW + 1)
    assert done.left == ()
    assert snapshot(conn, keep.id, gone.id) == before
    assert merges_of(conn, keep.id) == ()
    assert [one.id for one in search(conn, gone.phones[0])] == [gone.id]
    assert [one.id for one in search(conn, "张华")] == [gone.id, keep.id]


NAMES = st.sampled_from(["张华山", "张华", "李四"])
BITS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "tags": st.sets(st.sampled_from(["楼长", "欠费", "团购"])).map(tuple),
        "packages": st.lists(st.sampled_from(["高清包", "体育包", "少儿包"]), unique=True).map(tuple),
        "remark": st.sampled_from(["", "先打电话", "有狗"]),
        "balance_fen": st.integers(-500, 500),
        "importance": st.sampled_from(["", "vip", "enterprise"]),
    },
    optional={
        "phones": st.lists(st.sampled_from(["09318881234", "13700000001", "13700000002"]), unique=True).map(
            tuple
        ),
        "customer_number": st.just(""),
        "card_number": st.just(""),
        "address": st.just(""),
        "area": st.just(""),
        "id_number": st.sampled_from(["620102198001011234", "110101199001011234"]),
    },
)


@settings(max_examples=60, deadline=None)
@given(keep=BITS, gone=BITS, furnished=st.tuples(st.booleans(), st.booleans()))
def test_any_two_customers_are_the_same_after_merging_and_undoing(
    world: sqlite3.Connection, keep: dict[str, object], gone: dict[str, object], furnished: tuple[bool, bool]
) -> None:
    world.execute("SAVEPOINT example")
    one, other = a_customer(world, **keep), a_customer(world, **gone)  # type: ignore[arg-type]
    for customer, wanted in ((one, furnished[0]), (other, furnished[1])):
        if wanted and customer.phones:
            furnish(world, customer)
    before = snapshot(world, one.id, other.id)
    merge_id, _ = merge_customers(world, one.id, other.id, who="1001", at=NOW)
    merged = get_customer(world, one.id)
    assert {*one.phones, *other.phones} == {*merged.phones}
    assert unmerge_customers(world, merge_id, who="1001", at=NOW).left == ()
    assert snapshot(world, one.id, other.id) == before
    world.execute("ROLLBACK TO example")


CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES,
        "phones": st.lists(st.sampled_from(["09318881234", "13700000001", "13700000003"]), unique=True).map(
            tuple
        ),
        "tags": st.sets(st.sampled_from(["楼长", "新"])).map(tuple),
        "customer_number": st.just("X-1"),
        "card_number": st.just("Y-1"),
        "address": st.just("新城镇"),
        "importance": st.sampled_from(["", "vip"]),
        "remark": st.just("改过"),
    },
)


@settings(max_examples=60, deadline=None)
@given(keep=BITS, gone=BITS, change=CHANGES, paid=st.integers(-100, 100))
def test_what_was_changed_meanwhile_is_back_or_told(
    world: sqlite3.Connection,
    keep: dict[str, object],
    gone: dict[str, object],
    change: dict[str, object],
    paid: int,
) -> None:
    world.execute("SAVEPOINT example")
    one, other = a_customer(world, **keep), a_customer(world, **gone)  # type: ignore[arg-type]
    merge_id, _ = merge_customers(world, one.id, other.id, who="1001", at=NOW)
    merged = save_customer(world, replace(get_customer(world, one.id), **change))  # type: ignore[arg-type]
    world.execute("UPDATE customers SET balance_fen = balance_fen + ? WHERE id = ?", (paid, one.id))
    left = unmerge_customers(world, merge_id, who="1001", at=NOW).left
    told = {(behind.what, behind.value) for behind in left}
    again, back = get_customer(world, one.id), get_customer(world, other.id)
    for number in other.phones:
        assert number in back.phones or ("phone", number) in told
    for tag in other.tags:
        assert tag in back.tags or ("tag", tag) in told
    assert {*back.phones} <= {*other.phones}
    kept = {*merged.phones} - {*other.phones}
    assert kept <= {*again.phones}
    assert again.balance_fen + back.balance_fen == one.balance_fen + other.balance_fen + paid
    assert back.name == other.name
    assert back.customer_number == other.customer_number
    assert back.card_number == other.card_number
    for field in change:
        if field not in ("phones", "tags") and getattr(merged, field) != getattr(one, field):
            value = getattr(merged, field)
            assert getattr(again, field) == value or (field, str(value)) in told or field == "vip"
    world.execute("ROLLBACK TO example")


def test_parts_that_were_changed_stay_and_are_told(conn: sqlite3.Connection) -> None:
    keep, gone = a_customer(conn, "张华山"), a_customer(conn, "李四")
    for one in (keep, gone):
        furnish(conn, one)
    merge_id, _ = merge_customers(conn, keep.id, gone.id, who="1001", at=NOW)
    persons = {one.name: one for one in persons_of(conn, keep.id)}
    save_person(conn, keep.id, replace(persons["李四"], phones=("13600000000",)))
    first, second = (one for one in persons_of(conn, keep.id) if one.name == "李四妹")
    remove_part(conn, keep.id, "person", second.id)
    tag_customer(conn, keep.id, ("新",), ())
    other = a_customer(conn, "王五")
    conn.execute("UPDATE tickets SET customer_id = ? WHERE customer_id = ?", (other.id, keep.id))
    left = unmerge_customers(conn, merge_id, who="1001", at=NOW).left
    assert {(one.what, one.why) for one in left} == {
        ("person", "changed"), ("person", "removed"), ("ticket", "taken"),
    }  # fmt: skip
    assert {one.name for one in persons_of(conn, keep.id)} == {"李四妹", "李四"}
    assert first in persons_of(conn, keep.id)


def test_merged_one_after_another_they_are_undone_from_the_last_on(conn: sqlite3.Connection) -> None:
    a, b, c = (a_customer(conn, name) for name in ("甲", "乙", "丙"))
    before = snapshot(conn, a.id, b.id, c.id)
    first, _ = merge_customers(conn, b.id, a.id, who="1001", at=NOW)
    second, _ = merge_customers(conn, c.id, b.id, who="1001", at=NOW)
    assert get_customer(conn, a.id).id == c.id
    assert get_customer(conn, c.id).phones == (*c.phones, *b.phones, *a.phones)
    with pytest.raises(Stale):
        unmerge_customers(conn, first, who="1001", at=NOW)
    unmerge_customers(conn, second, who="1001", at=NOW)
    assert get_customer(conn, a.id).id == b.id
    unmerge_customers(conn, first, who="1001", at=NOW)
    assert snapshot(conn, a.id, b.id, c.id) == before


def test_what_cannot_be_merged_is_refused(conn: sqlite3.Connection) -> None:
    one, other = a_customer(conn, "甲"), a_customer(conn, "乙")
    with pytest.raises(Invalid):
        merge_customers(conn, one.id, one.id, who="1001", at=NOW)
    with pytest.raises(NotFound):
        merge_customers(conn, one.id, 999, who="1001", at=NOW)
    with pytest.raises(NotFound):
        unmerge_customers(conn, 7, who="1001", at=NOW)
    merge_id, _ = merge_customers(conn, one.id, other.id, who="1001", at=NOW)
    with pytest.raises(Stale):
        merge_customers(conn, one.id, other.id, who="1001", at=NOW)
    with pytest.raises(Stale):
        save_customer(conn, other)  # a form that was opened before
    unmerge_customers(conn, merge_id, who="1001", at=NOW)
    with pytest.raises(Stale):
        unmerge_customers(conn, merge_id, who="1001", at=NOW)
    numbers = tuple(str(number) for number in range(13800000000, 13800000010))
    many = save_customer(conn, replace(one, phones=numbers))
    with pytest.raises(Invalid, match="phones"):
        merge_customers(conn, many.id, other.id, who="1001", at=NOW)


def test_a_call_that_ends_after_the_merge_is_the_kept_ones(conn: sqlite3.Connection) -> None:
    keep, gone = a_customer(conn, "甲"), a_customer(conn, "乙")
    merge_customers(conn, keep.id, gone.id, who="1001", at=NOW)
    store_call(
        conn,
        CallRecord(call_id="c1", accepted_at=1, ended_at=2, outcome=Outcome.ANSWERED, customer_id=gone.id),
    )
    assert conn.execute("SELECT customer_id FROM calls").fetchone() == (keep.id,)


def test_whoever_signs_in_with_the_old_number_is_the_kept_one(conn: sqlite3.Connection) -> None:
    keep, gone = a_customer(conn, "甲"), a_customer(conn, "乙")
    set_password(conn, keep.id, "$argon2id$keep", NOW, forget_tries=False)
    set_password(conn, gone.id, "$argon2id$gone", NOW, forget_tries=False)
    merge_id, _ = merge_customers(conn, keep.id, gone.id, who="1001", at=NOW)
    limits = TryLimits(a_call=9, a_day=9)
    for number in (gone.customer_number, gone.card_number):
        found = begin_sign_in(conn, number, "c1", "2026-01-01", NOW, limits)
        assert (found.customer_id, found.password_hash) == (keep.id, "$argon2id$keep")
    assert customer_of_number(conn, gone.customer_number).id == keep.id
    set_password(conn, gone.id, "$argon2id$new", NOW, forget_tries=False)
    unmerge_customers(conn, merge_id, who="1001", at=NOW)
    assert begin_sign_in(conn, gone.customer_number, "c1", "2026-01-01", NOW, limits).password_hash == (
        "$argon2id$gone"
    )


def test_a_list_that_still_has_both_changes_nothing_of_it(conn: sqlite3.Connection) -> None:
    keep, gone = a_customer(conn, "甲"), a_customer(conn, "乙")
    merge_customers(conn, keep.id, gone.id, who="1001", at=NOW)
    before = get_customer(conn, keep.id)
    columns = columns_of(["用户编号", "姓名"], {})
    report = CustomerImport(columns).take(conn, [(2, {"用户编号": gone.customer_number, "姓名": "改名"})])
    assert (report.unchanged, report.inserted, report.bad) == (1, 0, 0)
    assert get_customer(conn, keep.id) == before


def test_a_deleted_customer_takes_along_who_was_merged_into_it(conn: sqlite3.Connection) -> None:
    keep, gone = a_customer(conn, "甲"), a_customer(conn, "乙")
    merge_customers(conn, keep.id, gone.id, who="1001", at=NOW)
    delete_customer(conn, keep.id)
    assert customers_by_id(conn, [keep.id, gone.id]) == []
    assert conn.execute("SELECT count(*) FROM customers").fetchone() == (0,)
    assert search(conn, gone.customer_number) == []


def test_a_customer_without_anything_is_merged_too(conn: sqlite3.Connection) -> None:
    one, other = save_customer(conn, Customer(name="甲")), save_customer(conn, Customer(name="甲"))
    merge_id, moved = merge_customers(conn, one.id, other.id, who="1001", at=NOW)
    assert moved == {}
    assert unmerge_customers(conn, merge_id, who="1001", at=NOW).left == ()
