"""A billing side that is slow, broken or gone: nothing is paid twice, and nobody waits for ever."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from db.audit import list_audit
from db.billing_requests import unknown_requests
from db.customers import get_customer
from db.store import Store
from engine.adapters.boss.breaker import BreakerState
from engine.adapters.boss.http import HttpBoss
from engine.adapters.boss.line import LineSettings
from engine.core.boss import BossAccount, BossDown, Change
from tests.adapters.boss.conftest import IMPATIENT_S, boss_at
from tests.adapters.boss.server import (
    Behaviour,
    Server,
    do_it_and_break,
    do_it_and_say_nothing,
    drip,
    endless,
    hang_up,
    say_nothing,
    status,
)
from tests.db.billing_world import START_BALANCE
from tests.support.until import until

ROOT = Path(__file__).parents[3]
PAID = {"outcome": "done", "values": {"amount": 5000, "balance": 17_850}}
REPLY = ("done", {"amount": 5000, "balance": 17_850})
CHANGE = Change(key="c-1:1", call_id="c-1", cli="13900000001")

BAD_ANSWERS: list[Behaviour] = [
    status(500),
    status(503),
    status(429),
    status(409),
    hang_up,
    say_nothing,
    drip,
    endless,
    do_it_and_break,
    do_it_and_say_nothing,
    status(200, b"<html>sorry</html>"),
    status(200, b"\xff\xfe"),
    status(200, b"[" * 100_000),
    status(200, b"[1]"),
    status(200, b'{"outcome": "rich"}'),
    status(200, b'{"outcome": "done", "values": {"amount": 50.5, "balance": 1}}'),
    status(200, b'{"outcome": "done", "values": {"amount": true, "balance": 1}}'),
    status(200, b'{"outcome": "done", "values": {"amount": 5000}}'),
]


async def recharge(boss: HttpBoss, account: BossAccount, change: Change = CHANGE) -> object:
    return await boss.recharge(account, "3300000000000017", "481516234200", change)


def state_of(store: Store, key: str = "c-1:1") -> str:
    def look(conn: sqlite3.Connection) -> str:
        return str(conn.execute("SELECT state FROM boss_requests WHERE key = ?", (key,)).fetchone()[0])

    return store.submit(look).result()


async def settled(store: Store, key: str = "c-1:1") -> str:
    await until(lambda: state_of(store, key) != "unknown", 10)
    return state_of(store, key)


def test_the_secret_is_not_shown() -> None:
    settings = LineSettings(
        url="", secret="open-sesame", timeout_s=1, retries=0, breaker_failures=1, breaker_seconds=1
    )
    assert "open-sesame" not in repr(settings)


@pytest.mark.asyncio
async def test_paid_at_once(boss: HttpBoss, server: Server, store: Store, account: BossAccount) -> None:
    server.answers["recharge"] = PAID
    assert await recharge(boss, account) == REPLY
    assert await recharge(boss, account) == REPLY
    assert len(server.questions) == 1
    assert state_of(store) == "done"
    assert store.read(get_customer, account.customer_id).result().balance_fen == 17_850
    deeds = store.read(list_audit, what="billing.recharge").result()
    assert len(deeds) == 1
    assert "481516234200" not in repr(deeds)


@pytest.mark.asyncio
@pytest.mark.parametrize("behaviour", BAD_ANSWERS, ids=lambda behaviour: behaviour.__qualname__)
async def test_two_bad_answers_and_a_good_one(
    server: Server, store: Store, account: BossAccount, behaviour: Behaviour
) -> None:
    silent = behaviour in (say_nothing, do_it_and_say_nothing, drip)
    boss = boss_at(server, store, retries=4, timeout_s=IMPATIENT_S if silent else 10.0)
    boss.line.open()
    server.answers["recharge"] = PAID
    server.next_ones += [behaviour, behaviour]
    assert await recharge(boss, account) == REPLY
    assert len(server.questions) >= 3
    assert {question.key for question in server.questions} == {"c-1:1"}
    assert list(server.carried_out) == ["c-1:1"]
    await boss.close()


@pytest.mark.asyncio
async def test_no_answer_at_all_takes_three_tries_and_no_longer(
    server: Server, store: Store, account: BossAccount
) -> None:
    boss = boss_at(server, store, timeout_s=IMPATIENT_S)
    boss.line.open()
    server.next_ones += [say_nothing] * 3
    async with asyncio.timeout(10):
        with pytest.raises(BossDown, match="no answer"):
            await boss.balance(account)
    assert len(server.questions) == 3
    await boss.close()


@pytest.mark.asyncio
@pytest.mark.parametrize("code", [400, 401, 403, 404, 410, 422])
async def test_refused_is_not_asked_again_and_is_known_not_to_be_done(
    boss: HttpBoss, server: Server, store: Store, account: BossAccount, code: int
) -> None:
    server.next_ones.append(status(code))
    with pytest.raises(BossDown, match=str(code)):
        await recharge(boss, account)
    assert len(server.questions) == 1
    assert state_of(store) == "not_done"
    with pytest.raises(BossDown, match="given up"):
        await recharge(boss, account)
    assert boss.line.breaker.state is BreakerState.CLOSED


@pytest.mark.asyncio
async def test_refused_after_no_answer_says_nothing_about_the_first_try(
    server: Server, store: Store, account: BossAccount
) -> None:
    boss = boss_at(server, store, retries=1, timeout_s=IMPATIENT_S)
    await boss.start()
    server.answers["recharge"] = PAID
    server.next_ones += [do_it_and_say_nothing, status(400)]
    with pytest.raises(BossDown, match="400"):
        await recharge(boss, account)
    assert await settled(store) == "done"
    assert await recharge(boss, account) == REPLY
    await boss.close()


@pytest.mark.asyncio
async def test_an_answer_without_end_is_not_read_to_its_end(
    server: Server, store: Store, account: BossAccount
) -> None:
    boss = boss_at(server, store, timeout_s=30.0, retries=0)
    boss.line.open()
    server.next_ones.append(endless)
    with pytest.raises(BossDown, match="longer than"):
        await boss.balance(account)
    await boss.close()


@pytest.mark.asyncio
async def test_unreachable_is_known_not_to_be_done(
    boss: HttpBoss, server: Server, store: Store, account: BossAccount
) -> None:
    await server.down()
    with pytest.raises(BossDown, match="cannot be reached"):
        await recharge(boss, account)
    assert state_of(store) == "not_done"
    await server.up()


@pytest.mark.asyncio
async def test_paid_but_never_answered_is_settled_in_the_background(
    impatient: HttpBoss, server: Server, store: Store, account: BossAccount
) -> None:
    boss = impatient
    server.answers["recharge"] = PAID
    server.next_ones += [do_it_and_say_nothing]
    with pytest.raises(BossDown):
        await recharge(boss, account)
    assert await settled(store) == "done"
    assert await recharge(boss, account) == REPLY
    assert list(server.carried_out) == ["c-1:1"]
    assert store.read(get_customer, account.customer_id).result().balance_fen == 17_850
    assert len(store.read(list_audit, what="billing.recharge").result()) == 1


@pytest.mark.asyncio
async def test_never_arrived_is_settled_as_not_done_and_cannot_happen_later(
    impatient: HttpBoss, server: Server, store: Store, account: BossAccount
) -> None:
    boss = impatient
    server.answers["recharge"] = PAID
    server.next_ones += [say_nothing]
    with pytest.raises(BossDown):
        await recharge(boss, account)
    assert await settled(store) == "not_done"
    assert server.burnt == {"c-1:1"}
    assert await recharge(boss, account, Change(key="c-1:2", call_id="c-1")) == REPLY


@pytest.mark.asyncio
async def test_settled_after_a_restart(server: Server, store: Store, account: BossAccount) -> None:
    server.answers["recharge"] = PAID
    server.next_ones += [do_it_and_say_nothing, *[status(503)] * 9]
    before = boss_at(server, store, retries=0, timeout_s=IMPATIENT_S)
    await before.start()
    with pytest.raises(BossDown):
        await recharge(before, account)
    await before.close()
    assert state_of(store) == "unknown"
    assert [row.request.key for row in store.read(unknown_requests).result()] == ["c-1:1"]
    server.next_ones.clear()
    after = boss_at(server, store)
    await after.start()
    assert await settled(store) == "done"
    assert await recharge(after, account) == REPLY
    await after.close()
    assert list(server.carried_out) == ["c-1:1"]


@pytest.mark.asyncio
async def test_cut_in_the_middle_is_settled(server: Server, store: Store, account: BossAccount) -> None:
    """The question is cancelled while the other side works at it."""
    server.answers["recharge"] = PAID
    server.next_ones.append(do_it_and_say_nothing)
    boss = boss_at(server, store, timeout_s=5.0)
    await boss.start()
    asking = asyncio.create_task(recharge(boss, account))
    await until(lambda: server.carried_out)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert await settled(store) == "done"
    await boss.close()


@pytest.mark.asyncio
@pytest.mark.parametrize(("behaviour", "state"), [(do_it_and_say_nothing, "done"), (say_nothing, "not_done")])
async def test_the_engine_is_killed_while_it_waits_for_the_answer(
    server: Server, store: Store, account: BossAccount, behaviour: Behaviour, state: str
) -> None:
    server.answers["recharge"] = PAID
    server.next_ones.append(behaviour)
    assert account.customer_id == 1
    command = ("-m", "tests.adapters.boss.asking", str(store.path), server.url)
    engine = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
    await until(lambda: server.questions, 20)
    engine.kill()
    await engine.wait()
    assert state_of(store) == "unknown"
    boss = boss_at(server, store)
    await boss.start()
    assert await settled(store) == state
    await boss.close()
    assert (list(server.carried_out), server.burnt) == (
        (["c-1:1"], set()) if state == "done" else ([], {"c-1:1"})
    )
    balance = store.read(get_customer, account.customer_id).result().balance_fen
    assert balance == (17_850 if state == "done" else START_BALANCE)


@pytest.mark.asyncio
async def test_the_same_again_under_another_key_finds_out_first(
    server: Server, store: Store, account: BossAccount
) -> None:
    """The caller heard that it failed, and tries the card again: it was spent for this caller."""
    server.answers["recharge"] = PAID
    server.next_ones += [do_it_and_say_nothing, *[status(503)] * 2]
    boss = boss_at(server, store, retries=0, timeout_s=IMPATIENT_S)
    with_settler_asleep = boss_at(server, store, retries=0)
    await boss.start()
    with pytest.raises(BossDown):
        await recharge(boss, account)
    await boss.close()
    server.next_ones.clear()
    with_settler_asleep.line.open()
    second = Change(key="c-1:2", call_id="c-1")
    assert await recharge(with_settler_asleep, account, second) == REPLY
    assert list(server.carried_out) == ["c-1:1"]
    assert (state_of(store), state_of(store, "c-1:2")) == ("done", "not_done")
    await with_settler_asleep.close()


@pytest.mark.asyncio
async def test_while_the_end_is_unknown_the_same_is_not_sent_again(
    server: Server, store: Store, account: BossAccount
) -> None:
    server.answers["recharge"] = PAID
    server.next_ones += [say_nothing, *[status(503)] * 9]
    impatient = boss_at(server, store, retries=0, timeout_s=IMPATIENT_S)
    impatient.line.open()
    with pytest.raises(BossDown):
        await recharge(impatient, account)
    await impatient.close()
    boss = boss_at(server, store, retries=0)
    boss.line.open()
    with pytest.raises(BossDown):
        await recharge(boss, account, Change(key="c-1:2", call_id="c-1"))
    assert [question.service for question in server.questions] == ["recharge", "settle"]
    assert state_of(store, "c-1:2") == "not_done"
    await boss.close()


@pytest.mark.asyncio
async def test_one_that_cannot_be_settled_does_not_keep_the_others(
    server: Server, store: Store, account: BossAccount
) -> None:
    server.answers["recharge"] = PAID
    server.next_ones += [do_it_and_say_nothing, do_it_and_say_nothing]
    boss = boss_at(server, store, retries=0, timeout_s=IMPATIENT_S)
    boss.line.open()
    for number in (1, 2):
        with pytest.raises(BossDown):
            await boss.recharge(account, f"330{number}", "4815", Change(key=f"c-1:{number}", call_id="c-1"))
    await boss.close()
    server.next_ones += [status(400)]
    boss = boss_at(server, store)
    await boss.start()
    assert await settled(store, "c-1:1") == "done"
    await boss.close()
    assert [question.key for question in server.questions[2:]] == ["c-1:1", "c-1:2", "c-1:1"]


@pytest.mark.asyncio
async def test_after_failures_it_is_left_alone(server: Server, store: Store, account: BossAccount) -> None:
    server.answers["balance"] = {"outcome": "paid", "values": {"balance": 1, "arrears": 0}}
    server.next_ones += [status(500)] * 4
    boss = boss_at(server, store, breaker_failures=4, breaker_seconds=0.3, retries=0)
    boss.line.open()
    for _ in range(4):
        with pytest.raises(BossDown, match="status 500"):
            await boss.balance(account)
    assert boss.line.breaker.state is BreakerState.OPEN
    with pytest.raises(BossDown, match="left alone"):
        await boss.balance(account)
    with pytest.raises(BossDown, match="left alone"):
        await recharge(boss, account)
    assert len(server.questions) == 4
    assert state_of(store) == "not_done"
    async with asyncio.timeout(5):
        while True:
            try:
                assert await boss.balance(account) == ("paid", {"balance": 1, "arrears": 0})
            except BossDown:
                await asyncio.sleep(0.02)
            else:
                break
    assert boss.line.breaker.state is BreakerState.CLOSED
    await boss.close()


@pytest.mark.asyncio
async def test_further_fields_are_left_out(boss: HttpBoss, server: Server, account: BossAccount) -> None:
    server.answers["bills"] = {
        "outcome": "found",
        "values": {"bills": [{"month": "2026-10", "item": "点播", "amount": 5, "tax": 1}], "page": 1},
        "trace": "x",
    }
    rows = ({"month": "2026-10", "item": "点播", "amount": 5},)
    assert await boss.bills(account) == ("found", {"bills": rows})


@pytest.mark.asyncio
async def test_sixty_at_once(boss: HttpBoss, server: Server, account: BossAccount) -> None:
    server.answers["balance"] = {"outcome": "paid", "values": {"balance": 1, "arrears": 0}}
    replies = await asyncio.gather(*(boss.balance(account) for _ in range(60)))
    assert replies == [("paid", {"balance": 1, "arrears": 0})] * 60


def test_a_site_with_an_embedded_billing_side_does_not_pay_for_httpx() -> None:
    script = "import engine.daemon.service, sys; print('httpx' in sys.modules)"
    command = [sys.executable, "-c", script]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert shown.stdout == "False\n"
