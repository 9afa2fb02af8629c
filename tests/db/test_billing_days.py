"""Random days of payments: money is neither made nor lost, and no card is spent twice."""

import sqlite3
import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from db.billing_packages import end_packages
from db.connection import open_writer, transaction
from db.customers import get_customer
from tests.db.billing_world import (
    START_BALANCE,
    TODAY,
    give_up,
    new_card,
    new_customer,
    new_offer,
    order_offer,
    pay_by_card,
)
from tests.support.database import new_database

CARDS = 3
DEEDS = st.tuples(
    st.sampled_from(["recharge", "guess", "order", "give_up", "again", "day"]),
    st.integers(0, 1),  # customer
    st.integers(1, CARDS),  # card, offer or package
)


@settings(max_examples=40, deadline=None)
@given(days=st.lists(DEEDS, max_size=40))
def test_money_is_neither_made_nor_lost(days: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        conn = open_writer(new_database(Path(folder) / "fourseat.db"))
        try:
            live_through(conn, days)
        finally:
            conn.close()


def live_through(conn: sqlite3.Connection, days: list[tuple[str, int, int]]) -> None:
    accounts = [new_customer(conn, "20000001"), new_customer(conn, "20000002", phones=())]
    for number in range(1, CARDS + 1):
        new_card(conn, f"330{number}", f"12345{number}", amount=1000 * number)
        new_offer(conn, f"套餐{number}", price=4_000 * number)
    today = TODAY
    asked = []
    for step, (deed, whose, what) in enumerate(days):
        account, key = accounts[whose], f"c-{step}:1"

        def ask(deed: str = deed, account=account, key: str = key, what: int = what, today=today):  # type: ignore[no-untyped-def]
            if deed in ("recharge", "guess"):
                secret = f"12345{what}" if deed == "recharge" else "999999"
                return pay_by_card(
                    conn, account, key, card=f"330{what}", secret=secret, call=key, today=today
                )
            if deed == "order":
                return order_offer(conn, account, key, what, today, 4_000 * what)
            return give_up(conn, account, key, what, today)

        with transaction(conn):
            if deed == "day":
                today += timedelta(days=17)
                end_packages(conn, today)
            elif deed == "again" and asked:
                repeat, reply = asked[what % len(asked)]
                assert repeat() == reply
            elif deed != "again":
                asked.append((ask, ask()))
        check(conn, [account.customer_id for account in accounts])


def check(conn: sqlite3.Connection, customers: list[int]) -> None:
    for customer_id in customers:
        paid = conn.execute(
            "SELECT coalesce(sum(amount_fen), 0), min(balance_fen) FROM payments WHERE customer_id = ?",
            (customer_id,),
        ).fetchone()
        balance = get_customer(conn, customer_id).balance_fen
        assert balance == START_BALANCE + paid[0]
        assert balance >= 0
        assert paid[1] is None or paid[1] >= 0
    spent = conn.execute("SELECT count(*), sum(amount_fen) FROM recharge_cards WHERE spent_at > 0").fetchone()
    recharged = conn.execute(
        "SELECT count(*), sum(amount_fen) FROM payments WHERE kind = 'recharge'"
    ).fetchone()
    assert spent == recharged
