"""An engine's question in a process of its own, to be killed in the middle.

python -m tests.adapters.boss.asking DATABASE URL
"""

import asyncio
import sys
from pathlib import Path

from db.store import Store
from engine.adapters.boss.http import HttpBoss
from engine.adapters.boss.line import LineSettings
from engine.core.boss import BossAccount, Change
from engine.daemon.services.outbox import StoredOutbox
from tests.db.billing_world import AT, KEY


async def ask(path: str, url: str) -> None:
    store = Store(Path(path))
    store.open()
    settings = LineSettings(
        url=url, secret="", timeout_s=30.0, retries=0, breaker_failures=5, breaker_seconds=30.0
    )
    boss = HttpBoss(settings, StoredOutbox(store, KEY, lambda: AT))
    await boss.start()
    account = BossAccount(customer_id=1, customer_number="20004711", card_number="8531000100010001")
    await boss.recharge(account, "3300000000000017", "481516234200", Change(key="c-1:1", call_id="c-1"))


if __name__ == "__main__":
    asyncio.run(ask(sys.argv[1], sys.argv[2]))
