"""Recharge cards: spent once, whatever is asked again, and by whom; wrong secrets lock."""

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from db.audit import list_audit
from db.billing_lists import list_cards, list_payments, unlock_card
from db.billing_requests import KeyReused
from db.customers import delete_customer, get_customer
from db.errors import NotFound
from tests.db.billing_world import (
    CARD,
    SECRET,
    START_BALANCE,
    TODAY,
    WORTH,
    money,
    new_card,
    new_customer,
    new_offer,
    order_offer,
    pay_by_card,
)

PAID = ("done", {"amount": WORTH, "balance": START_BALANCE + WORTH})


def test_a_card_is_put_on_the_account_and_on_the_agents_card(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    assert pay_by_card(conn, account, "c-1:1") == PAID
    assert get_customer(conn, account.customer_id).balance_fen == START_BALANCE + WORTH
    assert money(conn, account) == (START_BALANCE + WORTH, 1, 1)
    deeds = list_audit(conn, what="billing.recharge")
    assert [deed.subject for deed in deeds] == [str(account.customer_id)]
    assert "13900000001" in deeds[0].detail
    assert SECRET not in deeds[0].detail


def test_the_same_key_gets_the_same_answer_and_pays_nothing(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    assert [pay_by_card(conn, account, "c-1:1") for _ in range(3)] == [PAID] * 3
    assert money(conn, account) == (START_BALANCE + WORTH, 1, 1)
    assert pay_by_card(conn, account, "c-1:2") == ("spent", {})


def test_the_same_wrong_key_is_counted_once(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    for _ in range(9):
        assert pay_by_card(conn, account, "c-1:1", secret="999999") == ("wrong", {})
    assert pay_by_card(conn, account, "c-1:2") == PAID


def test_a_key_with_another_question_is_refused(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    pay_by_card(conn, account, "c-1:1", secret="999999")
    with pytest.raises(KeyReused):
        pay_by_card(conn, account, "c-1:1")
    new_offer(conn)
    with pytest.raises(KeyReused):
        order_offer(conn, account, "c-1:1")
    assert money(conn, account) == (START_BALANCE, 0, 0)


def test_wrong_secrets_lock_the_card_for_the_day(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    for number in range(3):
        assert pay_by_card(conn, account, f"a:{number}", secret="999999", call=f"c-{number}") == ("wrong", {})
    assert pay_by_card(conn, account, "b:1", call="c-9") == ("locked", {})
    assert money(conn, account) == (START_BALANCE, 0, 0)
    assert pay_by_card(conn, account, "b:2", call="c-10", today=date(2026, 11, 22)) == PAID


def test_a_card_that_does_not_exist_locks_as_well(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    answers = [
        pay_by_card(conn, account, f"a:{number}", card="77777777", call=f"c-{number}")[0]
        for number in range(4)
    ]
    assert answers == ["wrong", "wrong", "wrong", "locked"]


def test_three_wrong_ones_in_a_call_end_its_tries_with_any_card(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    for number in range(3):
        pay_by_card(conn, account, f"a:{number}", card=f"7777777{number}")
    assert pay_by_card(conn, account, "a:9") == ("locked", {})
    assert pay_by_card(conn, account, "b:1", call="c-2") == PAID


def test_ten_wrong_ones_of_a_customer_end_the_day(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    for number in range(10):
        pay_by_card(conn, account, f"a:{number}", card=f"7777770{number}", call=f"c-{number}")
    assert pay_by_card(conn, account, "b:1", call="c-99") == ("locked", {})
    assert pay_by_card(conn, new_customer(conn, "20000002"), "b:2", call="c-98")[0] == "done"


def test_the_office_unlocks_a_card(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    for number in range(3):
        pay_by_card(conn, account, f"a:{number}", secret="999999", call=f"c-{number}")
    cards, counts = list_cards(conn, today=TODAY.isoformat(), limit_a_day=3, locked=True, limit=10)
    assert [(card.number, card.state, card.wrong) for card in cards] == [(CARD, "locked", 3)]
    assert counts == {"locked": 1}
    assert unlock_card(conn, CARD) == 3
    assert pay_by_card(conn, account, "b:1", call="c-9") == PAID
    with pytest.raises(NotFound):
        unlock_card(conn, "1234")


def test_an_expired_card_is_not_taken_and_its_last_day_counts(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn, expires="2026-11-20")
    new_card(conn, "3300000000000018", expires="2026-11-21")
    assert pay_by_card(conn, account, "a:1") == ("expired", {})
    assert pay_by_card(conn, account, "a:2", card="3300000000000018") == PAID


def test_sql_itself_refuses_a_second_payment_of_a_card(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    pay_by_card(conn, account, "a:1")
    conn.execute("UPDATE recharge_cards SET spent_at = 0")  # as a bug would have it
    with pytest.raises(sqlite3.IntegrityError, match="recharge_card"):
        pay_by_card(conn, account, "a:2")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM payments", "payments are kept"),
        ("UPDATE payments SET amount_fen = 1", "payments are kept"),
        ("UPDATE payments SET recharge_card = NULL", "payments are kept"),
        ("INSERT INTO offers (name, price_fen, months) VALUES ('a', -1, 1)", "CHECK"),
        ("INSERT INTO recharge_cards VALUES ('1', zeroblob(32), 0, '', 0)", "CHECK"),
        ("INSERT INTO recharge_cards VALUES ('1', 'secret', 1, '', 0)", "cannot store TEXT"),
    ],
)
def test_what_sql_holds(conn: sqlite3.Connection, statement: str, words: str) -> None:
    account = new_customer(conn)
    new_card(conn)
    pay_by_card(conn, account, "a:1")
    with pytest.raises(sqlite3.IntegrityError, match=words):
        conn.execute(statement)


def test_payments_outlive_their_customer(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_card(conn)
    pay_by_card(conn, account, "a:1")
    delete_customer(conn, account.customer_id)
    payments, recharged, ordered = list_payments(conn, limit=10)
    assert [(row.customer_id, row.customer_number, row.amount_fen) for row in payments] == [
        (0, "20000001", WORTH)
    ]
    assert (recharged, ordered) == (WORTH, 0)


def test_no_secret_lies_in_the_database(conn: sqlite3.Connection, tmp_path: Path) -> None:
    account = new_customer(conn)
    new_card(conn)
    pay_by_card(conn, account, "a:1", secret="999777555333")
    pay_by_card(conn, account, "a:2")
    conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert CARD.encode() in content
    assert SECRET.encode() not in content
    assert b"999777555333" not in content
