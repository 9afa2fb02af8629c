"""What the customers of the practice site find when they serve themselves."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from db.billing_bills import balance, bills
from db.billing_identities import people_of_number
from db.billing_lists import list_cards
from db.billing_packages import offers, packages
from db.demo_data import make_demo
from db.notices import concerning
from db.store import Store
from db.ticket_calls import own_tickets
from engine.config import parse_config
from engine.core.notices import NoticeKind
from engine.core.passwords import is_weak_password
from engine.core.tickets.heard import Heard, heard
from engine.daemon.demo.self_service import (
    CARDS,
    PASSWORD,
    County,
    card_number,
    card_secret,
    fill_self_service,
)
from engine.daemon.demo.site import HOME
from engine.daemon.people import hash_pin, pin_fits
from engine.daemon.tickets.book import load_book, rules_of

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 21, 12, tzinfo=ZONE)
NOW = int(NOON.timestamp() * 1000)


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    path: Path = tmp_path_factory.mktemp("county") / "site.db"
    store = Store(path)
    store.open()
    config = parse_config((HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")
    county = County(
        customers=60,
        now=NOW,
        zone=ZONE,
        card_key=b"k" * 32,
        password_hash=hash_pin(PASSWORD),
        rules=rules_of(config, load_book(config, HOME).book),
    )
    store.submit(make_demo, 60, 1, now=NOW).result()
    store.submit(fill_self_service, county).result()
    store.close()
    reading = sqlite3.connect(path)
    yield reading
    reading.close()


def test_most_customers_have_a_password_that_a_caller_could_choose(conn: sqlite3.Connection) -> None:
    found = {n: people_of_number(conn, f"1390000{n:04}")[0].has_password for n in range(1, 61)}
    assert [n for n, has in found.items() if not has] == list(range(5, 61, 5))
    (kept,) = conn.execute("SELECT hash FROM customer_passwords WHERE customer_id = 1").fetchone()
    assert pin_fits(kept, PASSWORD)
    assert not is_weak_password(PASSWORD)


def test_every_customer_has_bills_packages_and_something_to_order(conn: sqlite3.Connection) -> None:
    for customer in range(1, 61):
        assert balance(conn, customer)[0] in ("paid", "owing")
        outcome, values = bills(conn, customer)
        assert outcome == "found"
        months = [row["month"] for row in values["bills"]]  # type: ignore[union-attr, index]
        assert months[0] == "2026-10"
        held = packages(conn, customer, NOON.date())[1]["packages"]
        assert all(row["price"] for row in held)  # type: ignore[union-attr, index]
        assert offers(conn, customer, NOON.date())[0] == "found"


def test_recharge_cards_are_distinct_and_the_last_has_expired(conn: sqlite3.Connection) -> None:
    cards, states = list_cards(conn, today="2026-11-21", limit_a_day=3, locked=False, limit=100)
    assert len({card_number(n) for n in range(1, CARDS + 1)}) == CARDS == len(cards)
    assert len({card_secret(n) for n in range(1, CARDS + 1)}) == CARDS
    assert sorted(states.values()) == [1, CARDS - 1]
    assert [card.number for card in cards if card.expires < "2026-11-21"] == [card_number(CARDS)]


def test_tickets_of_each_state_wait_for_their_customers(conn: sqlite3.Connection) -> None:
    states = {n: [heard(one) for one in own_tickets(conn, n, NOW)] for n in (1, 2, 3, 4)}
    assert states == {1: [], 2: [Heard.DISPATCHED], 3: [Heard.DONE], 4: [Heard.NEW]}


def test_an_outage_and_a_notice_concern_one_town_each(conn: sqlite3.Connection) -> None:
    for kind, town in ((NoticeKind.OUTAGE, "大湾"), (NoticeKind.NOTICE, "双塔")):
        rows = conn.execute("SELECT id, area FROM customers").fetchall()
        told = {number for number, _ in rows if concerning(conn, kind=kind, customer_id=number, now=NOW)}
        assert told == {number for number, area in rows if area.startswith(town)}
        assert told
