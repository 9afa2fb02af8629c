"""The outbox of a billing side elsewhere: in the database, so that a restart forgets nothing."""

import asyncio
import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable

from db.audit import AuditRow, append_audit
from db.billing_requests import (
    BossRequest,
    keep_unknown,
    same_unknown,
    settle,
    stored_request,
    unknown_requests,
)
from db.store import Store
from engine.core.boss import Begun, BossAccount, Change, Reply
from engine.core.records import Millis

_AUDITED = frozenset({"recharge", "order", "cancel_package"})


class StoredOutbox:
    """See `engine.core.boss.Outbox`. `key` makes fingerprints from which no secret can be guessed."""

    def __init__(self, store: Store, key: bytes, now: Callable[[], Millis]) -> None:
        self._store = store
        self._key = key
        self._now = now

    async def begin(self, service: str, account: BossAccount, change: Change, what: tuple[str, ...]) -> Begun:
        """Keep that this is about to be sent. Raises KeyReused."""
        words = json.dumps([service, account.customer_id, *what]).encode()
        fingerprint = hmac.digest(self._key, words, hashlib.sha256)
        request = BossRequest.of(service, account, change, fingerprint, self._now())
        return await asyncio.wrap_future(self._store.submit(_begin, request))

    async def settle(self, key: str, reply: Reply | None) -> None:
        """It is known now; what changed money is audited in the same step."""
        await asyncio.wrap_future(self._store.submit(_settle, key, reply, self._now()))

    async def unknown(self) -> tuple[tuple[str, str], ...]:
        """Service and key of each change whose end nobody knows."""
        rows = await asyncio.wrap_future(self._store.submit(unknown_requests))
        return tuple((row.request.service, row.request.key) for row in rows)


def _begin(conn: sqlite3.Connection, request: BossRequest) -> Begun:
    stored = stored_request(conn, request)
    if stored is not None:
        return Begun(
            reply=stored.reply if stored.state == "done" else None, refused=stored.state == "not_done"
        )
    keep_unknown(conn, request)
    return Begun(earlier=same_unknown(conn, request))


def _settle(conn: sqlite3.Connection, key: str, reply: Reply | None, at: Millis) -> None:
    request = settle(conn, key, reply, at)
    if request is None or reply is None or reply[0] != "done" or request.service not in _AUDITED:
        return
    detail = f"{json.dumps(reply[1], ensure_ascii=False)}; call {request.call_id}"
    append_audit(
        conn,
        AuditRow(
            at=at,
            who="engine",
            what=f"billing.{request.service}",
            subject=str(request.customer_id),
            detail=detail,
        ),
    )
