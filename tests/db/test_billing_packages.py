"""Packages: ordered out of the balance, given up at the end of the paid time, on the agent's card at once."""

import sqlite3
from dataclasses import replace
from datetime import date

import pytest

from db.billing_bills import balance, bills
from db.billing_packages import add_months, end_packages, keep_paid, offers, packages
from db.customers import get_customer, save_customer
from db.import_customers import CustomerImport
from engine.core.boss import BossAccount
from tests.db.billing_world import (
    PRICE,
    START_BALANCE,
    TODAY,
    give_up,
    money,
    new_customer,
    new_offer,
    order_offer,
)


def names(conn: sqlite3.Connection, account: BossAccount) -> tuple[str, ...]:
    return get_customer(conn, account.customer_id).packages


def test_ordering_takes_the_price_and_shows_on_the_card(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_offer(conn)
    left = START_BALANCE - PRICE
    done = ("done", {"name": "少儿动画包", "price": PRICE, "until": "2026-12-21", "balance": left})
    assert order_offer(conn, account, "a:1") == done
    assert order_offer(conn, account, "a:1") == done
    assert names(conn, account) == ("数字电视基本包", "少儿动画包")
    assert money(conn, account) == (left, 1, 0)
    assert order_offer(conn, account, "a:2") == ("already", {})


def test_too_little_and_gone_change_nothing(conn: sqlite3.Connection) -> None:
    account = new_customer(conn, balance_fen=PRICE - 1)
    new_offer(conn)
    assert order_offer(conn, account, "a:1") == ("too_little", {"balance": PRICE - 1, "price": PRICE})
    assert order_offer(conn, account, "a:2", offer=99) == ("gone", {})
    conn.execute("UPDATE offers SET on_sale = 0")
    assert order_offer(conn, account, "a:3") == ("gone", {})
    assert money(conn, account) == (PRICE - 1, 0, 0)
    assert names(conn, account) == ("数字电视基本包",)


@pytest.mark.parametrize("price", [PRICE - 1, PRICE + 1, 0])
def test_nobody_pays_another_price_than_the_one_that_was_heard(conn: sqlite3.Connection, price: int) -> None:
    account = new_customer(conn)
    new_offer(conn, price=price)
    assert order_offer(conn, account, "a:1") == ("gone", {})
    assert money(conn, account) == (START_BALANCE, 0, 0)


def test_the_last_fen_is_enough(conn: sqlite3.Connection) -> None:
    account = new_customer(conn, balance_fen=PRICE)
    new_offer(conn)
    assert order_offer(conn, account, "a:1")[1]["balance"] == 0


def test_offers_are_what_one_does_not_have(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    assert offers(conn, account.customer_id, TODAY) == ("none", {})
    number = new_offer(conn, months=3)
    new_offer(conn, "数字电视基本包", price=2600)
    row = {"offer": number, "name": "少儿动画包", "price": PRICE, "months": 3}
    assert offers(conn, account.customer_id, TODAY) == ("found", {"offers": (row,)})


def test_a_monthly_package_is_given_up_for_the_end_of_the_month(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    (row,) = packages(conn, account.customer_id, TODAY)[1]["packages"]  # type: ignore[misc]
    assert row == {"package": 1, "name": "数字电视基本包", "until": "2026-11-30", "price": 0}
    assert give_up(conn, account, "a:1", 1) == ("done", {"name": "数字电视基本包", "until": "2026-11-30"})
    assert give_up(conn, account, "a:2", 99) == ("gone", {})
    assert end_packages(conn, date(2026, 11, 30)) == 0
    assert names(conn, account) == ("数字电视基本包",)
    assert end_packages(conn, date(2026, 12, 1)) == 1
    assert names(conn, account) == ()


def test_what_was_given_up_may_be_ordered_again_from_its_end_on(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_offer(conn)
    order_offer(conn, account, "a:1")
    rows = packages(conn, account.customer_id, TODAY)[1]["packages"]
    package = rows[-1]["package"]  # type: ignore[index]
    assert give_up(conn, account, "a:2", package)[0] == "done"
    outcome, values = order_offer(conn, account, "a:3")
    assert (outcome, values["until"], values["balance"]) == ("done", "2027-01-21", START_BALANCE - 2 * PRICE)
    assert names(conn, account) == ("数字电视基本包", "少儿动画包")


def test_a_package_that_is_over_is_gone_and_can_be_ordered_anew(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_offer(conn)
    order_offer(conn, account, "a:1")
    later = date(2026, 12, 22)
    assert len(packages(conn, account.customer_id, later)[1]["packages"]) == 1  # type: ignore[arg-type]
    assert order_offer(conn, account, "a:2", today=later)[1]["until"] == "2027-01-22"


def test_saving_the_customers_card_keeps_the_end_of_a_package(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    new_offer(conn)
    order_offer(conn, account, "a:1")
    customer = get_customer(conn, account.customer_id)
    save_customer(conn, replace(customer, remark="门口有狗", packages=tuple(reversed(customer.packages))))
    rows = packages(conn, account.customer_id, TODAY)[1]["packages"]
    assert [(row["name"], row["until"]) for row in rows] == [  # type: ignore[index, union-attr]
        ("少儿动画包", "2026-12-21"),
        ("数字电视基本包", "2026-11-30"),
    ]


def test_a_form_filled_before_the_caller_paid_takes_nothing_back(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    form = replace(get_customer(conn, account.customer_id), remark="门口有狗")
    new_offer(conn)
    order_offer(conn, account, "a:1")
    stored = save_customer(conn, keep_paid(conn, form))
    assert (stored.balance_fen, stored.remark) == (START_BALANCE - PRICE, "门口有狗")
    assert stored.packages == ("数字电视基本包", "少儿动画包")
    assert keep_paid(conn, replace(form, id=0)) == replace(form, id=0)


@pytest.mark.parametrize(
    ("day", "months", "until"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 11, 21), 1, date(2026, 12, 21)),
    ],
)
def test_months(day: date, months: int, until: date) -> None:
    assert add_months(day, months) == until


@pytest.mark.parametrize(
    ("fen", "reply"),
    [
        (12_850, ("paid", {"balance": 12_850, "arrears": 0})),
        (0, ("paid", {"balance": 0, "arrears": 0})),
        (-2_600, ("owing", {"balance": -2_600, "arrears": 2_600})),
    ],
)
def test_balance(conn: sqlite3.Connection, fen: int, reply: object) -> None:
    assert balance(conn, new_customer(conn, balance_fen=fen).customer_id) == reply


def test_bills_of_the_last_three_months_that_have_any(conn: sqlite3.Connection) -> None:
    account = new_customer(conn)
    assert bills(conn, account.customer_id) == ("none", {})
    rows = [
        ("2026-10", "数字电视基本收视费", 2600, 1),
        ("2026-10", "点播", 500, 2),
        ("2026-08", "宽带", 6000, 3),
    ]
    rows += [("2026-07", "宽带", 6000, 4), ("2026-06", "宽带", 6000, 5)]
    for row in rows:
        conn.execute(
            "INSERT INTO bills (customer_id, month, item, amount_fen, position) VALUES (?, ?, ?, ?, ?)",
            (account.customer_id, *row),
        )
    found = bills(conn, account.customer_id)[1]["bills"]
    assert [tuple(row.values()) for row in found] == [row[:3] for row in rows[:4]]  # type: ignore[union-attr]


def test_a_list_of_customers_from_elsewhere_takes_no_package_that_was_paid_for(
    conn: sqlite3.Connection,
) -> None:
    account = new_customer(conn)
    new_offer(conn)
    order_offer(conn, account, "a:1")
    listed = CustomerImport({"客户编号": "customer_number", "套餐": "packages"})
    row = {"客户编号": account.customer_number, "套餐": "宽带100M"}
    listed.take(conn, [(2, row)])
    assert names(conn, account) == ("宽带100M", "少儿动画包")
    listed.take(conn, [(3, row)])
    assert (listed.report.updated, listed.report.unchanged) == (1, 1)
