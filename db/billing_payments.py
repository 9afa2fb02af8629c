"""Payments: the one place where a balance changes, and recharge cards, which are spent once."""

import hashlib
import hmac
import sqlite3
from dataclasses import dataclass
from datetime import date

from db.audit import AuditRow, append_audit
from db.billing_requests import BossRequest, keep_reply, replayed
from db.billing_tries import Gate, Try, TryKind, TryLimits, add_try, gate
from db.errors import NotFound
from db.settings import get_setting, put_setting
from engine.core.boss import BossAccount, Change, Reply
from engine.core.records import Millis

_KEY_CHECK = "recharge_key_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money for the account (positive) or out of it (negative), in fen."""

    kind: str
    amount_fen: int
    what: str = ""
    recharge_card: str | None = None


def secret_mac(key: bytes, number: str, secret: str) -> bytes:
    """What is kept of a card's secret: HMAC-SHA256 with a key that lies outside the database.

    A slow hash would take an hour for the cards of one delivery. The key does what slowness does for
    passwords: who has the database alone can try no secret at all.
    """
    return hmac.digest(key, f"{number}:{secret}".encode(), hashlib.sha256)


def remember_card_key(conn: sqlite3.Connection, key: bytes) -> None:
    """Cards are imported with this key: another one would find all their secrets wrong."""
    put_setting(conn, _KEY_CHECK, _check_of(key))


def fits_card_key(conn: sqlite3.Connection, key: bytes) -> bool:
    """Whether the cards were imported with this key; also while there are none."""
    known = get_setting(conn, _KEY_CHECK, _check_of(key))
    return hmac.compare_digest(known, _check_of(key))


def _check_of(key: bytes) -> str:
    return hmac.digest(key, _KEY_CHECK.encode(), hashlib.sha256).hex()


def recharge(
    conn: sqlite3.Connection,
    account: BossAccount,
    number: str,
    mac: bytes,
    change: Change,
    request: BossRequest,
    today: date,
    limits: TryLimits,
) -> Reply:
    """Put the worth of a recharge card on the account, in the caller's transaction: all of it or nothing.

    `mac` is the secret keyed, as `secret_mac` makes it. Raises KeyReused, NotFound.
    """
    before = replayed(conn, request)
    if before is not None:
        return before
    return keep_reply(conn, request, _recharge(conn, account, number, mac, change, request, today, limits))


def _recharge(
    conn: sqlite3.Connection,
    account: BossAccount,
    number: str,
    mac: bytes,
    change: Change,
    request: BossRequest,
    today: date,
    limits: TryLimits,
) -> Reply:
    attempt = Try(
        kind=TryKind.CARD,
        subject=number,
        customer_id=account.customer_id,
        call_id=change.call_id,
        day=today.isoformat(),
        at=request.at,
    )
    if gate(conn, attempt, limits, of_subject=limits.a_call) is not Gate.OPEN:
        return "locked", {}
    card = conn.execute(
        "SELECT secret_mac, amount_fen, expires, spent_at FROM recharge_cards WHERE number = ?", (number,)
    ).fetchone()
    if not hmac.compare_digest(card[0] if card is not None else bytes(len(mac)), mac):
        add_try(conn, attempt)
        return "wrong", {}
    _, amount, expires, spent_at = card
    if spent_at:
        return "spent", {}
    if expires and expires < today.isoformat():
        return "expired", {}
    spent = conn.execute(
        "UPDATE recharge_cards SET spent_at = ? WHERE number = ? AND spent_at = 0", (request.at, number)
    )
    assert spent.rowcount == 1
    payment = Payment(kind="recharge", amount_fen=amount, recharge_card=number)
    return "done", {"amount": amount, "balance": pay(conn, account, payment, change, request.at)}


def pay(conn: sqlite3.Connection, account: BossAccount, payment: Payment, change: Change, at: Millis) -> int:
    """Change the balance, and write down why; returns the new balance. Raises NotFound."""
    row = conn.execute(
        "UPDATE customers SET balance_fen = balance_fen + ? WHERE id = ? RETURNING balance_fen",
        (payment.amount_fen, account.customer_id),
    ).fetchone()
    if row is None:
        raise NotFound("customer_id", account.customer_id)
    balance = int(row[0])
    conn.execute(
        "INSERT INTO payments (key, kind, customer_id, customer_number, amount_fen, balance_fen,"
        " recharge_card, what, call_id, cli, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            change.key,
            payment.kind,
            account.customer_id,
            account.customer_number,
            payment.amount_fen,
            balance,
            payment.recharge_card,
            payment.what,
            change.call_id,
            change.cli,
            at,
        ),
    )
    detail = f"{payment.amount_fen} fen, balance {balance}; {payment.recharge_card or payment.what};"
    append_audit(
        conn,
        AuditRow(
            at=at,
            who="engine",
            what=f"billing.{payment.kind}",
            subject=str(account.customer_id),
            detail=f"{detail} call {change.call_id} cli {change.cli}",
        ),
    )
    return balance
