"""A billing side on a port of its own, and a boss that asks it with a real outbox."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from db.store import Store
from engine.adapters.boss.http import HttpBoss
from engine.adapters.boss.line import LineSettings
from engine.core.boss import BossAccount
from engine.daemon.services.outbox import StoredOutbox
from tests.adapters.boss.server import Server
from tests.db.billing_world import AT, KEY, new_customer
from tests.support.database import new_database


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(new_database(tmp_path / "fourseat.db"))
    opened.open()
    yield opened
    opened.close()


@pytest.fixture
def account(store: Store) -> BossAccount:
    return store.submit(new_customer, "20004711", card_number="8531000100010001").result()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as server:
        yield server


# For those whom the other side leaves without an answer: long enough to connect on a busy machine.
IMPATIENT_S = 0.8


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.adapters.boss.line.FIRST_PAUSE_S", 0.01)


def boss_at(server: Server, store: Store, **changed: object) -> HttpBoss:
    """Patient, since a busy machine takes its time; quick to find out what was left unknown."""
    settings = LineSettings(
        **{  # type: ignore[arg-type]
            "url": server.url,
            "secret": "open-sesame",
            "timeout_s": 10.0,
            "retries": 2,
            "breaker_failures": 50,
            "breaker_seconds": 60.0,
            **changed,
        }
    )
    return HttpBoss(settings, StoredOutbox(store, KEY, lambda: AT), settle_first_s=0.05)


@pytest_asyncio.fixture
async def boss(server: Server, store: Store) -> AsyncIterator[HttpBoss]:
    boss = boss_at(server, store)
    await boss.start()
    yield boss
    await boss.close()


@pytest_asyncio.fixture
async def impatient(server: Server, store: Store) -> AsyncIterator[HttpBoss]:
    """One try, and not for long."""
    boss = boss_at(server, store, retries=0, timeout_s=IMPATIENT_S)
    await boss.start()
    yield boss
    await boss.close()
