"""What the billing side was asked under which key: a change is made once, and its answer stays the same."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.errors import DbError, NotFound
from engine.core.boss import BossAccount, Change, Reply
from engine.core.records import Millis

REMEMBERED_MS = 400 * 86_400_000  # longer than any dispute about a bill lasts
SWEEP_ROWS = 500


class KeyReused(DbError):
    """Something else was asked under this key before."""

    def __init__(self, key: str) -> None:
        super().__init__("key_reused", "key", key)


@dataclass(frozen=True, slots=True, kw_only=True)
class BossRequest:
    """One change that was asked for. `fingerprint` tells whether it is the same, but not what it is."""

    key: str
    service: str
    customer_id: int
    fingerprint: bytes
    call_id: str
    at: Millis

    @classmethod
    def of(
        cls, service: str, account: BossAccount, change: Change, fingerprint: bytes, at: Millis
    ) -> "BossRequest":
        """The request that this change is."""
        return cls(
            key=change.key,
            service=service,
            customer_id=account.customer_id,
            fingerprint=fingerprint,
            call_id=change.call_id,
            at=at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRequest:
    """A request with what became of it: state unknown, done or not_done."""

    request: BossRequest
    state: str
    reply: Reply


def stored_request(conn: sqlite3.Connection, request: BossRequest) -> StoredRequest | None:
    """What is known under this key. Raises KeyReused when it was another request."""
    row = conn.execute(f"{_SELECT} WHERE key = ?", (request.key,)).fetchone()
    if row is None:
        return None
    stored = _stored(row)
    before = stored.request
    if (before.service, before.customer_id, before.fingerprint) != (
        request.service,
        request.customer_id,
        request.fingerprint,
    ):
        raise KeyReused(request.key)
    return stored


def replayed(conn: sqlite3.Connection, request: BossRequest) -> Reply | None:
    """The answer that this request got before; None: it is new. Raises KeyReused."""
    stored = stored_request(conn, request)
    return stored.reply if stored is not None and stored.state == "done" else None


def keep_reply(conn: sqlite3.Connection, request: BossRequest, reply: Reply) -> Reply:
    """Keep the answer of a request that was carried out in this transaction; returns it."""
    outcome, values = reply
    _insert(conn, request, "done", outcome, values, request.at)
    return reply


def keep_unknown(conn: sqlite3.Connection, request: BossRequest) -> None:
    """Keep that this is about to be sent; nothing happens when the key is there. Raises KeyReused."""
    stored = stored_request(conn, request)
    if stored is None:
        _insert(conn, request, "unknown", "", {}, 0)


def settle(conn: sqlite3.Connection, key: str, reply: Reply | None, at: Millis) -> BossRequest | None:
    """Write down what became of an unknown request, None: it was never carried out.

    What the billing side says of the balance goes to the customer's card in the same step. Returns the
    request, None when its end was known already.
    Raises NotFound.
    """
    row = conn.execute(f"{_SELECT} WHERE key = ?", (key,)).fetchone()
    if row is None:
        raise NotFound("key", key)
    stored = _stored(row)
    if stored.state != "unknown":
        return None
    outcome, values = reply if reply is not None else ("", {})
    conn.execute(
        "UPDATE boss_requests SET state = ?, outcome = ?, result = ?, settled_at = ? WHERE key = ?",
        ("done" if reply is not None else "not_done", outcome, _json(values), at, key),
    )
    balance = values.get("balance")
    if isinstance(balance, int):
        conn.execute(
            "UPDATE customers SET balance_fen = ? WHERE id = ?", (balance, stored.request.customer_id)
        )
    return stored.request


def unknown_requests(conn: sqlite3.Connection, limit: int = 100) -> list[StoredRequest]:
    """Requests of which nobody knows whether they were carried out; the oldest first."""
    rows = conn.execute(f"{_SELECT} WHERE state = 'unknown' ORDER BY at, key LIMIT ?", (limit,))
    return [_stored(row) for row in rows]


def unknown_since(conn: sqlite3.Connection, before: Millis) -> list[BossRequest]:
    """Requests from before an instant of which nobody knows yet whether they were carried out."""
    rows = conn.execute(f"{_SELECT} WHERE state = 'unknown' AND at < ? ORDER BY at, key", (before,))
    return [_stored(row).request for row in rows]


def same_unknown(conn: sqlite3.Connection, request: BossRequest) -> str:
    """The key of an earlier request for the very same thing whose end is unknown; empty: there is none."""
    row = conn.execute(
        "SELECT key FROM boss_requests WHERE state = 'unknown' AND service = ? AND customer_id = ?"
        " AND fingerprint = ? AND key <> ? ORDER BY at LIMIT 1",
        (request.service, request.customer_id, request.fingerprint, request.key),
    ).fetchone()
    return str(row[0]) if row is not None else ""


def forget_old_requests(conn: sqlite3.Connection, now: Millis) -> int:
    """Remove some settled requests that are older than a year; how many."""
    cursor = conn.execute(
        "DELETE FROM boss_requests WHERE key IN"
        " (SELECT key FROM boss_requests WHERE at < ? AND state <> 'unknown' LIMIT ?)",
        (now - REMEMBERED_MS, SWEEP_ROWS),
    )
    return cursor.rowcount


_SELECT = (
    "SELECT key, service, customer_id, fingerprint, call_id, at, state, outcome, result FROM boss_requests"
)


def _insert(
    conn: sqlite3.Connection,
    request: BossRequest,
    state: str,
    outcome: str,
    values: Mapping[str, Any],
    settled_at: Millis,
) -> None:
    conn.execute(
        "INSERT INTO boss_requests (key, service, customer_id, fingerprint, state, outcome, result, call_id,"
        " at, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            request.key,
            request.service,
            request.customer_id,
            request.fingerprint,
            state,
            outcome,
            _json(values),
            request.call_id,
            request.at,
            settled_at,
        ),
    )


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


def _stored(row: tuple[Any, ...]) -> StoredRequest:
    request = BossRequest(
        key=row[0],
        service=row[1],
        customer_id=row[2],
        fingerprint=row[3],
        call_id=row[4],
        at=row[5],
    )
    return StoredRequest(request=request, state=row[6], reply=(row[7], json.loads(row[8])))
