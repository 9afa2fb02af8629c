"""A customer, a recharge card and an offer, and the deeds on them with all but the matter filled in."""

import sqlite3
from dataclasses import replace
from datetime import date

from db.billing_packages import cancel_package, order
from db.billing_payments import recharge, secret_mac
from db.billing_requests import BossRequest
from db.billing_tries import TryLimits
from db.customers import save_customer
from engine.core.boss import BossAccount, Change, Reply
from engine.core.records import Customer

TODAY = date(2026, 11, 21)
AT = 1_795_259_200_000  # 2026-11-21 19:06 in Shanghai
LIMITS = TryLimits(a_call=3, a_day=10)
KEY = b"k" * 32
CARD, SECRET, WORTH = "3300000000000017", "481516234200", 5_000
OFFER, PRICE = 1, 1_500
START_BALANCE = 12_850


def new_customer(conn: sqlite3.Connection, number: str = "20000001", **fields: object) -> BossAccount:
    customer = Customer(
        name="张三",
        customer_number=number,
        phones=("13900000001",),
        address="城东小区3号楼",
        area="城东",
        packages=("数字电视基本包",),
        balance_fen=START_BALANCE,
    )
    stored = save_customer(conn, replace(customer, **fields))  # type: ignore[arg-type]
    return BossAccount(
        customer_id=stored.id, customer_number=stored.customer_number, card_number=stored.card_number
    )


def new_card(
    conn: sqlite3.Connection,
    number: str = CARD,
    secret: str = SECRET,
    *,
    amount: int = WORTH,
    expires: str = "",
) -> None:
    conn.execute(
        "INSERT INTO recharge_cards (number, secret_mac, amount_fen, expires) VALUES (?, ?, ?, ?)",
        (number, secret_mac(KEY, number, secret), amount, expires),
    )


def new_offer(
    conn: sqlite3.Connection, name: str = "少儿动画包", *, price: int = PRICE, months: int = 1
) -> int:
    cursor = conn.execute(
        "INSERT INTO offers (name, price_fen, months) VALUES (?, ?, ?)", (name, price, months)
    )
    assert cursor.lastrowid
    return cursor.lastrowid


def _request(service: str, account: BossAccount, change: Change, *what: str) -> BossRequest:
    fingerprint = secret_mac(KEY, service, "|".join(what))
    return BossRequest.of(service, account, change, fingerprint, AT)


def pay_by_card(
    conn: sqlite3.Connection,
    account: BossAccount,
    key: str,
    *,
    card: str = CARD,
    secret: str = SECRET,
    call: str = "c-1",
    today: date = TODAY,
) -> Reply:
    change = Change(key=key, call_id=call, cli="13900000001")
    request = _request("recharge", account, change, card, secret)
    mac = secret_mac(KEY, card, secret)
    return recharge(conn, account, card, mac, change, request, today, LIMITS)


def order_offer(
    conn: sqlite3.Connection,
    account: BossAccount,
    key: str,
    offer: int = OFFER,
    today: date = TODAY,
    price: int = PRICE,
) -> Reply:
    change = Change(key=key, call_id="c-1", cli="13900000001")
    request = _request("order", account, change, str(offer), str(price))
    return order(conn, account, offer, price, change, request, today)


def give_up(
    conn: sqlite3.Connection, account: BossAccount, key: str, package: int, today: date = TODAY
) -> Reply:
    change = Change(key=key, call_id="c-1", cli="13900000001")
    request = _request("cancel_package", account, change, str(package))
    return cancel_package(conn, account, package, change, request, today)


def money(conn: sqlite3.Connection, account: BossAccount) -> tuple[int, int, int]:
    """Balance, number of payments, number of spent cards."""
    balance = conn.execute(
        "SELECT balance_fen FROM customers WHERE id = ?", (account.customer_id,)
    ).fetchone()
    payments = conn.execute("SELECT count(*) FROM payments").fetchone()
    spent = conn.execute("SELECT count(*) FROM recharge_cards WHERE spent_at > 0").fetchone()
    return balance[0], payments[0], spent[0]
