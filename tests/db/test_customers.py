"""Customers and the card that pops up."""

import sqlite3
from dataclasses import replace

import pytest

from db.calls import save_note, store_call
from db.cards import card_for_customer, card_for_number
from db.customers import attach_number, delete_customer, get_customer, save_customer
from db.errors import DbError, Duplicate, Invalid, NotFound
from db.users import add_user
from engine.core.records import CallNote, CallRecord, Customer, User
from engine.core.states import Outcome

ZHANG = Customer(
    name="张华山",
    customer_number="00012345",
    phones=("+86 139 1234 5678", "0931-8881234"),
    address="城关镇东街12号",
    area="城关片区",
    card_number="8270000000000001",
    packages=("数字电视基本包", "体育高清包"),
    balance_fen=-12_850,
    vip=True,
    remark="上门前先打电话",
    importance="vip",
    tags=("欠费户", "老客户"),
    id_number="620102198001011234",
)


def a_call(conn: sqlite3.Connection, call_id: str, at: int, **more: object) -> CallRecord:
    record = CallRecord(call_id=call_id, accepted_at=at, ended_at=at + 1, outcome=Outcome.ANSWERED)
    record = replace(record, **more)  # type: ignore[arg-type]
    store_call(conn, record)
    return record


def test_a_customer_comes_back_as_it_was_stored(conn: sqlite3.Connection) -> None:
    stored = save_customer(conn, ZHANG)
    assert stored == replace(ZHANG, id=stored.id, phones=("13912345678", "09318881234"))
    assert get_customer(conn, stored.id) == stored


def test_a_changed_customer_replaces_everything(conn: sqlite3.Connection) -> None:
    stored = save_customer(conn, ZHANG)
    changed = replace(
        stored,
        name="李四",
        phones=("13700000000",),
        packages=(),
        balance_fen=0,
        vip=False,
        importance="",
        tags=("新",),
    )
    assert save_customer(conn, changed) == changed
    assert get_customer(conn, stored.id) == changed


def test_what_was_written_is_kept_beside_the_normal_form(conn: sqlite3.Connection) -> None:
    stored = save_customer(conn, ZHANG)
    save_customer(conn, replace(stored, phones=(*stored.phones, "8881235")), area_code="0931")
    rows = conn.execute("SELECT number, original FROM phones ORDER BY position").fetchall()
    assert rows == [
        ("13912345678", "+86 139 1234 5678"),
        ("09318881234", "0931-8881234"),
        ("09318881235", "8881235"),
    ]


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": " \x00 "}, "name", "required"),
        ({"name": "张" * 101}, "name", "too_long"),
        ({"remark": "x" * 1_000_000}, "remark", "too_long"),
        ({"address": "x" * 1_000_000}, "address", "too_long"),
        ({"phones": ("无",)}, "phones", "bad_number"),
        ({"phones": tuple(str(n) for n in range(13900000000, 13900000011))}, "phones", "too_many"),
        ({"packages": tuple(str(n) for n in range(21))}, "packages", "too_many"),
        ({"balance_fen": 10**30}, "balance_fen", "bad_money"),
    ],
)
def test_what_cannot_be_a_customer_is_refused(
    conn: sqlite3.Connection, change: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        save_customer(conn, replace(ZHANG, **change))  # type: ignore[arg-type]
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert conn.execute("SELECT count(*) FROM customers").fetchone() == (0,)


@pytest.mark.parametrize("field", ["customer_number", "card_number"])
def test_a_number_that_somebody_has_is_refused(conn: sqlite3.Connection, field: str) -> None:
    first = save_customer(conn, ZHANG)
    other = Customer(name="李四")
    with pytest.raises(Duplicate) as refusal:
        save_customer(conn, replace(other, **{field: getattr(first, field)}))
    assert (refusal.value.field, refusal.value.other_id) == (field, first.id)
    save_customer(conn, other)
    save_customer(conn, replace(other, name="王五"))  # empty numbers are no duplicates


def test_rubbish_is_stored_as_clean_text(conn: sqlite3.Connection) -> None:
    stored = save_customer(
        conn,
        Customer(name="a\x00b'; DROP TABLE customers;--\ud800", remark="两\r\n行\x07", address="\u202e🎉\n"),
    )
    assert stored.name == "a b'; DROP TABLE customers;--?"
    assert stored.remark == "两\n行"
    assert get_customer(conn, stored.id) == stored


def test_unknown_customers_are_not_found(conn: sqlite3.Connection) -> None:
    for call in (
        lambda: get_customer(conn, 7),
        lambda: save_customer(conn, replace(ZHANG, id=7)),
        lambda: attach_number(conn, 7, "13912345678"),
        lambda: delete_customer(conn, 7),
        lambda: card_for_customer(conn, 7),
    ):
        with pytest.raises(NotFound):
            call()


def test_a_number_can_be_attached_once(conn: sqlite3.Connection) -> None:
    stored = save_customer(conn, ZHANG)
    assert attach_number(conn, stored.id, "8886666", area_code="0931").phones[-1] == "09318886666"
    assert len(attach_number(conn, stored.id, "0931 8886666").phones) == 3
    assert card_for_number(conn, "8886666", area_code="931").customer == get_customer(conn, stored.id)
    with pytest.raises(DbError):
        attach_number(conn, stored.id, "没有")


@pytest.mark.parametrize("cli", ["13912345678", "+8613912345678", "013912345678", "0931 8881234"])
def test_the_card_is_found_by_any_writing_of_the_number(conn: sqlite3.Connection, cli: str) -> None:
    stored = save_customer(conn, ZHANG)
    card = card_for_number(conn, cli)
    assert card.customer == stored
    assert card.matches == ()


@pytest.mark.parametrize(
    "cli", ["", "anonymous", "'; DROP TABLE phones; --", "13700000000", "\ud800", "9" * 5000]
)
def test_an_unknown_caller_has_an_empty_card(conn: sqlite3.Connection, cli: str) -> None:
    save_customer(conn, ZHANG)
    a_call(conn, "c-anonymous", 5, cli="")
    card = card_for_number(conn, cli)
    assert (card.customer, card.matches, card.past_calls, card.open_remarks) == (None, (), (), ())


def test_of_a_shared_line_the_last_caller_is_the_best_match_then_a_vip(conn: sqlite3.Connection) -> None:
    plain, vip, caller = (
        save_customer(conn, Customer(name=name, phones=("09318881234",), vip=name == "贵宾"))
        for name in ("普通", "贵宾", "来电")
    )
    assert card_for_number(conn, "09318881234").customer == vip
    a_call(conn, "c-1", 1000, customer_id=plain.id)
    a_call(conn, "c-2", 2000, customer_id=caller.id)
    card = card_for_number(conn, "09318881234")
    assert card.customer == caller
    assert card.matches == (plain, vip)


def test_the_card_shows_the_last_ten_calls_with_their_newest_note(conn: sqlite3.Connection) -> None:
    customer = save_customer(conn, ZHANG)
    add_user(conn, User(staff_number="1001", name="李敏"), "hash")
    for number in range(12):
        a_call(
            conn, f"c-{number}", 1000 * number, customer_id=customer.id, staff_number="1001", queue_id="fault"
        )
    save_note(conn, "c-11", "1001", CallNote(note="先写的"), 1)
    save_note(conn, "c-11", "1001", CallNote(note="没有信号", disposition="follow_up", unsolved=True), 2)
    past = card_for_number(conn, "13912345678").past_calls
    assert [call.call_id for call in past] == [f"c-{number}" for number in range(11, 1, -1)]
    newest = past[0]
    assert (newest.agent_name, newest.note, newest.disposition, newest.unsolved) == (
        "李敏",
        "没有信号",
        "follow_up",
        True,
    )
    assert card_for_customer(conn, customer.id).past_calls == past


def test_open_remarks_stay_on_the_card_until_they_are_solved(conn: sqlite3.Connection) -> None:
    customer = save_customer(conn, ZHANG)
    a_call(conn, "c-old", 1, customer_id=customer.id)
    save_note(conn, "c-old", "1001", CallNote(note="没有信号", unsolved=True, customer_id=customer.id), 2)
    for number in range(20):
        a_call(conn, f"c-{number}", 1000 + number, customer_id=customer.id)
    card = card_for_number(conn, "13912345678")
    assert [(remark.call_id, remark.note) for remark in card.open_remarks] == [("c-old", "没有信号")]
    save_note(conn, "c-old", "1002", CallNote(note="已修好", customer_id=customer.id), 3)
    assert card_for_number(conn, "13912345678").open_remarks == ()


def test_calls_of_an_unknown_number_are_seen_by_the_next_agent(conn: sqlite3.Connection) -> None:
    a_call(conn, "c-1", 1000, cli="13700000000")
    assert [call.call_id for call in card_for_number(conn, "13700000000").past_calls] == ["c-1"]
    customer = save_customer(conn, replace(ZHANG, phones=("13700000000",)))
    a_call(conn, "c-2", 2000, cli="13700000000", customer_id=customer.id)
    assert [call.call_id for call in card_for_number(conn, "13700000000").past_calls] == ["c-2", "c-1"]


def test_an_open_call_is_no_past_call(conn: sqlite3.Connection) -> None:
    customer = save_customer(conn, ZHANG)
    store_call(conn, CallRecord(call_id="c-now", accepted_at=5, cli="13912345678", customer_id=customer.id))
    assert card_for_number(conn, "13912345678").past_calls == ()


def test_deleting_a_customer_keeps_the_calls(conn: sqlite3.Connection) -> None:
    customer = save_customer(conn, ZHANG)
    a_call(conn, "c-1", 1000, cli="13912345678", customer_id=customer.id)
    delete_customer(conn, customer.id)
    assert [call.call_id for call in card_for_number(conn, "13912345678").past_calls] == ["c-1"]
    assert conn.execute("SELECT count(*) FROM phones").fetchone() == (0,)
