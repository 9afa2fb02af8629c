"""Money by telephone, from the question of a flow down to the database, on the embedded billing side."""

import asyncio
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from db.billing_import import list_import
from db.billing_payments import secret_mac
from db.customers import get_customer
from engine.config import Boss, SelfService
from engine.core.boss import BossAccount, BossDown
from engine.daemon.services.boss import card_key
from tests.daemon.billing_desk import DAY_MS, Desk
from tests.db.billing_world import CARD, PRICE, SECRET, START_BALANCE, WORTH, new_offer


@pytest_asyncio.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with Desk(tmp_path) as desk:
        yield desk


def put_card(desk: Desk) -> None:
    mac = secret_mac(card_key(desk.tools.paths), CARD, SECRET)

    def insert(conn: sqlite3.Connection) -> None:
        conn.execute(
            "INSERT INTO recharge_cards (number, secret_mac, amount_fen, expires) VALUES (?, ?, ?, '')",
            (CARD, mac, WORTH),
        )

    desk.store.submit(insert).result()


def customer_of(desk: Desk, who: BossAccount) -> tuple[int, tuple[str, ...]]:
    customer = desk.store.read(get_customer, who.customer_id).result()
    return customer.balance_fen, customer.packages


@pytest.mark.asyncio
async def test_balance_bills_packages_offers(desk: Desk) -> None:
    who = desk.customer(balance_fen=-2600)
    assert (await desk.ask("balance", who=who)).values == {"balance": -2600, "arrears": 2600}
    assert (await desk.ask("bills", who=who)).outcome == "none"
    assert (await desk.ask("packages", who=who)).values["packages"] == (
        {"package": 1, "name": "数字电视基本包", "until": "2026-11-30", "price": 0},
    )
    assert (await desk.ask("offers", who=who)).outcome == "none"


@pytest.mark.asyncio
async def test_recharge_then_order_then_give_up(desk: Desk) -> None:
    who = desk.customer()
    put_card(desk)
    offer = desk.store.submit(new_offer).result()
    paid = await desk.ask("recharge", who=who, key="c-1:1", card=CARD, secrets={"secret": SECRET})
    again = await desk.ask("recharge", who=who, key="c-1:1", card=CARD, secrets={"secret": SECRET})
    assert paid == again
    assert (paid.outcome, paid.values) == ("done", {"amount": WORTH, "balance": START_BALANCE + WORTH})
    left = START_BALANCE + WORTH - PRICE
    ordered = await desk.ask("order", who=who, offer=str(offer), price=str(PRICE))
    assert ordered.values == {"name": "少儿动画包", "price": PRICE, "until": "2026-12-21", "balance": left}
    assert customer_of(desk, who) == (left, ("数字电视基本包", "少儿动画包"))
    given_up = await desk.ask("cancel_package", who=who, package=2)
    assert given_up.values == {"name": "少儿动画包", "until": "2026-12-21"}
    desk.clock.at += 31 * DAY_MS
    await desk.ask("packages", who=who)
    assert customer_of(desk, who) == (left, ("数字电视基本包",))


@pytest.mark.asyncio
async def test_wrong_secrets_lock_the_card_also_after_a_restart(desk: Desk) -> None:
    who = desk.customer()
    put_card(desk)

    async def spend(secret: str, call: str) -> str:
        answer = await desk.ask("recharge", who=who, call=call, card=CARD, secrets={"secret": secret})
        return answer.outcome

    assert [await spend("1111", f"c-{number}") for number in range(3)] == ["wrong"] * 3
    await desk.restart()
    assert await spend(SECRET, "c-9") == "locked"
    desk.clock.at += DAY_MS
    assert await spend(SECRET, "c-10") == "done"


@pytest.mark.asyncio
async def test_a_database_that_is_locked_fails_and_pays_nothing(desk: Desk, tmp_path: Path) -> None:
    who = desk.customer()
    put_card(desk)
    desk.store.submit(lambda conn: conn.execute("PRAGMA busy_timeout = 20") and None).result()
    other = sqlite3.connect(tmp_path / "fourseat.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await desk.ask("recharge", who=who, key="c-1:1", card=CARD, secrets={"secret": SECRET})
    other.execute("ROLLBACK")
    other.close()
    answer = await desk.ask("recharge", who=who, key="c-1:1", card=CARD, secrets={"secret": SECRET})
    assert answer.outcome == "done"
    assert customer_of(desk, who)[0] == START_BALANCE + WORTH


@pytest.mark.asyncio
async def test_a_change_that_waited_too_long_for_its_turn_is_not_made(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The caller has been told that it failed, and would be told `spent` at the next try."""
    who = desk.customer()
    put_card(desk)
    busy = threading.Event()
    with monkeypatch.context() as patience:
        patience.setattr("engine.adapters.boss.local.LATEST_S", 0.02)
        blocked = desk.store.submit(lambda conn: busy.wait(10))
        asking = asyncio.ensure_future(desk.ask("recharge", who=who, card=CARD, secrets={"secret": SECRET}))
        asyncio.get_running_loop().call_later(0.05, busy.set)
        with pytest.raises(BossDown, match="nothing was changed"):
            await asking
        assert blocked.result()
    assert customer_of(desk, who)[0] == START_BALANCE
    answer = await desk.ask("recharge", who=who, card=CARD, secrets={"secret": SECRET})
    assert answer.outcome == "done"


def script(folder: Path, text: str) -> tuple[str, ...]:
    """A program of the site."""
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    return (sys.executable, str(path))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("import os; open(__file__ + '.out', 'a').write(os.environ['FOURSEAT_CARD'] + '\\n')", "done"),
        ("print('no such card'); raise SystemExit(3)", "unavailable"),
    ],
)
async def test_authorising_a_smart_card(tmp_path: Path, text: str, outcome: str) -> None:
    command = script(tmp_path, text)
    async with Desk(tmp_path, changed={"boss": Boss(authorise=command)}) as desk:
        who = desk.customer(card_number="8531000100010001")
        answer = await desk.ask("reauthorise", who=who, key="c-1:1")
        assert answer.outcome == outcome
        if outcome == "done":
            assert answer.values == {"card": "8531000100010001"}
            assert await desk.ask("reauthorise", who=who, key="c-1:1") == answer
            assert (tmp_path / "program.py.out").read_text() == "8531000100010001\n"


@pytest.mark.asyncio
async def test_no_card_and_no_program(desk: Desk) -> None:
    assert (await desk.ask("reauthorise", who=desk.customer())).outcome == "no_card"
    with_card = desk.customer("20000002", card_number="8531000100010001")
    assert (await desk.ask("reauthorise", who=with_card)).outcome == "unavailable"


@pytest.mark.asyncio
async def test_a_program_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.boss.local.AUTHORISE_S", 0.3)
    command = script(tmp_path, "import time; time.sleep(60)")
    async with Desk(tmp_path, changed={"boss": Boss(authorise=command)}) as desk:
        who = desk.customer(card_number="8531000100010001")
        assert (await desk.ask("reauthorise", who=who)).outcome == "unavailable"


@pytest.mark.asyncio
async def test_fax(tmp_path: Path) -> None:
    text = (
        "import os; open(__file__ + '.out', 'w').write(os.environ['FOURSEAT_DOCUMENT'] +"
        " ' ' + os.environ['FOURSEAT_NUMBER'])"
    )
    command = script(tmp_path, text)
    async with Desk(tmp_path, changed={"self_service": SelfService(fax=command)}) as desk:
        assert (await desk.ask("send_fax", document="tariff; rm -rf /")).outcome == "done"
        assert (tmp_path / "program.py.out").read_text() == "tariff; rm -rf / 13900000001"
        assert (await desk.ask("send_fax", cli="", document="tariff")).outcome == "unavailable"


@pytest.mark.asyncio
async def test_no_fax(desk: Desk) -> None:
    assert (await desk.ask("send_fax", document="tariff")).outcome == "unavailable"


@pytest.mark.asyncio
async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    async with Desk(tmp_path, changed={"self_service": SelfService(fax=("/no/such/program",))}) as desk:
        assert (await desk.ask("send_fax", document="tariff")).outcome == "unavailable"


@pytest.mark.asyncio
async def test_a_lost_key_locks_no_cards(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    who = desk.customer()
    columns = {"卡号": "number", "密码": "secret", "面值": "amount"}
    row = (2, {"卡号": CARD, "密码": SECRET, "面值": "50"})
    path = desk.tools.paths.data / "recharge.key"
    key = path.read_bytes()
    taking = list_import("cards", columns, dry_run=False, card_key=key)
    assert desk.store.submit(taking.take, [row]).result().inserted == 1
    path.unlink()
    await desk.restart()
    assert "recharge.key is not the one" in caplog.text
    for _ in range(4):
        with pytest.raises(BossDown):
            await desk.ask("recharge", who=who, card=CARD, secrets={"secret": SECRET})
    path.write_bytes(key)
    await desk.restart()
    answer = await desk.ask("recharge", who=who, card=CARD, secrets={"secret": SECRET})
    assert answer.outcome == "done"


@pytest.mark.asyncio
async def test_the_key_of_the_cards_lies_beside_the_database_for_its_owner_alone(desk: Desk) -> None:
    path = desk.tools.paths.data / "recharge.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert card_key(desk.tools.paths) == card_key(desk.tools.paths) == path.read_bytes()
