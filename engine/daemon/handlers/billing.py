"""The office's side of billing: lists to import, payments, recharge cards, customers' passwords."""

import asyncio
import secrets
import sqlite3
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from db.audit import AuditRow, append_audit
from db.billing_columns import list_columns
from db.billing_identities import customer_of_number, set_password
from db.billing_import import ListImport, list_import
from db.billing_lists import list_cards, list_payments, unlock_card
from db.billing_requests import unknown_requests
from db.errors import Invalid
from engine.adapters.unix_socket import Connection
from engine.core.passwords import SHORTEST, is_weak_password
from engine.core.records import Customer
from engine.daemon.handlers.context import Context, Handler
from engine.daemon.handlers.importing import take_batch
from engine.daemon.people import hash_pin
from engine.daemon.services.boss import card_key
from engine.wire.billing import (
    CardInfo,
    CardNumberParams,
    CardsParams,
    ImportListParams,
    NewPassword,
    PaymentInfo,
    Payments,
    PaymentsParams,
    RechargeCards,
    SetPasswordParams,
    UnknownChange,
    UnknownChanges,
    Unlocked,
)
from engine.wire.imports import ImportResult
from engine.wire.messages import Fault, Reason
from engine.wire.methods import Nothing

_MOST = 10_000


async def import_rows(context: Context, connection: Connection, params: ImportListParams) -> ImportResult:
    """A batch of a CSV import."""
    return await take_batch(
        context,
        connection,
        params,
        f"billing.import_{params.kind}",
        lambda: _begin_import(context, params),
    )


def _begin_import(context: Context, params: ImportListParams) -> ListImport:
    try:
        columns = list_columns(params.kind, params.columns)
    except Invalid as error:
        raise Fault(Reason.INVALID, f"the columns do not fit: {error}", "columns") from None
    return list_import(params.kind, columns, dry_run=params.dry_run, card_key=card_key(context.live.paths))


async def payments(context: Context, connection: Connection, params: PaymentsParams) -> Payments:
    """Recharges and orders, newest first."""
    rows, recharged, ordered = await context.read(
        list_payments,
        since=params.since,
        until=params.until,
        customer_number=params.customer_number,
        limit=min(max(1, params.limit), _MOST),
    )
    return Payments(
        payments=[PaymentInfo(**asdict(row)) for row in rows], recharged_fen=recharged, ordered_fen=ordered
    )


async def cards(context: Context, connection: Connection, params: CardsParams) -> RechargeCards:
    """Recharge cards without their secrets."""
    rows, counts = await context.read(
        list_cards,
        today=_today(context),
        limit_a_day=context.config.self_service.tries_a_call,
        locked=params.locked,
        limit=min(max(1, params.limit), _MOST),
    )
    return RechargeCards(cards=[CardInfo(**asdict(row)) for row in rows], counts=counts)


async def unlock(context: Context, connection: Connection, params: CardNumberParams) -> Unlocked:
    """Forget the wrong secrets of a recharge card."""
    forgotten = await context.write(unlock_card, params.number)
    context.audit(connection, "billing.unlock", params.number, f"{forgotten} wrong secrets")
    return Unlocked(forgotten=forgotten)


async def unknown(context: Context, connection: Connection, params: Nothing) -> UnknownChanges:
    """Changes of which nobody knows the end yet."""
    rows = await context.read(unknown_requests)
    changes = [
        UnknownChange(
            key=row.request.key,
            service=row.request.service,
            customer_id=row.request.customer_id,
            call_id=row.request.call_id,
            at=row.request.at,
        )
        for row in rows
    ]
    return UnknownChanges(changes=changes)


async def give_password(context: Context, connection: Connection, params: SetPasswordParams) -> NewPassword:
    """Give a customer a password; whoever was locked out for today may try again."""
    customer = await context.read(customer_of_number, params.customer_number)
    own = (customer.customer_number, customer.card_number, *customer.phones)
    password = params.password or _random_password(own)
    if is_weak_password(password, own):
        raise Fault(Reason.INVALID, "this password is too easy to guess", "password_weak")
    hashed = await asyncio.to_thread(hash_pin, password)
    row = AuditRow(
        at=context.engine.clock.now(),
        who=context.who(connection).staff_number,
        what="customer.password",
        subject=str(customer.id),
        detail="set by staff",
        peer_uid=connection.peer_uid,
    )
    await context.write(_set_password, customer, hashed, row)
    return NewPassword(customer_id=customer.id, customer_name=customer.name, password=password)


def _set_password(conn: sqlite3.Connection, customer: Customer, hashed: str, row: AuditRow) -> None:
    set_password(conn, customer.id, hashed, row.at, forget_tries=True)
    append_audit(conn, row)


def _random_password(own: tuple[str, ...]) -> str:
    while True:
        password = "".join(secrets.choice("0123456789") for _ in range(SHORTEST))
        if not is_weak_password(password, own):
            return password


def _today(context: Context) -> str:
    zone = ZoneInfo(context.config.site.timezone)
    return datetime.fromtimestamp(context.engine.clock.now() / 1000, zone).date().isoformat()


HANDLERS: dict[str, Handler] = {
    "billing.import_rows": import_rows,
    "billing.payments": payments,
    "billing.cards": cards,
    "billing.unlock": unlock,
    "billing.unknown": unknown,
    "customer.set_password": give_password,
}
