"""Opens the billing side that the configuration names."""

import os
import secrets
from pathlib import Path
from zoneinfo import ZoneInfo

from db.billing_tries import TryLimits
from db.store import Store
from engine.adapters.boss.local import LocalBoss
from engine.config import Config
from engine.core.boss import Boss
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths

_KEY_BYTES = 32


def make_boss(config: Config, paths: SitePaths, store: Store, clock: Clock) -> Boss:
    """The billing side; `start` and `close` are the caller's matter."""
    key = card_key(paths)
    if config.boss.kind == "local":
        return LocalBoss(
            store,
            card_key=key,
            now=clock.now,
            zone=ZoneInfo(config.site.timezone),
            limits=try_limits(config),
            authorise=config.boss.authorise,
        )
    # Loaded only where it is used, with the library behind it.
    from engine.adapters.boss.http import HttpBoss
    from engine.adapters.boss.line import LineSettings
    from engine.daemon.services.outbox import StoredOutbox

    settings = LineSettings(
        url=config.boss.url,
        secret=config.boss.secret,
        timeout_s=config.boss.timeout_ms / 1000,
        retries=config.boss.retries,
        breaker_failures=config.boss.breaker_failures,
        breaker_seconds=config.boss.breaker_seconds,
    )
    return HttpBoss(settings, StoredOutbox(store, key, clock.now))


def try_limits(config: Config) -> TryLimits:
    """How many wrong passwords and card secrets there may be."""
    return TryLimits(a_call=config.self_service.tries_a_call, a_day=config.self_service.tries_a_day)


def card_key(paths: SitePaths) -> bytes:
    """The key for secrets of recharge cards: made once, beside the database and not in it.

    Without it the secrets of all cards have to be imported again.
    """
    path = paths.recharge_key
    if not path.exists():
        _write(path, secrets.token_bytes(_KEY_BYTES))
    return path.read_bytes()


def _write(path: Path, key: bytes) -> None:
    partial = path.with_suffix(".part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
