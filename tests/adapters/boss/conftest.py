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


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "fourseat.db")
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


def boss_at(server: Server, store: Store, **changed: object) -> HttpBoss:
    """Quick to lose patience, so that tests are."""
    settings = LineSettings(
        **{  # type: ignore[arg-type]
            "url": server.url,
            "secret": "open-sesame",
            "timeout_s": 0.6,
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
