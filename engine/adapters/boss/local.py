"""The embedded billing side: tables of the own database, changed by its one writing thread."""

import asyncio
import hashlib
import hmac
import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import date, datetime
from time import monotonic
from typing import Concatenate, ParamSpec, Protocol, TypeVar
from zoneinfo import ZoneInfo

from db.billing_bills import balance, bills
from db.billing_packages import cancel_package, end_packages, offers, order, packages
from db.billing_payments import fits_card_key, recharge, secret_mac
from db.billing_requests import BossRequest, forget_old_requests, keep_reply, replayed
from db.billing_tries import TryLimits
from engine.adapters.boss.command import CommandFailed, run_command
from engine.core.boss import BossAccount, BossDown, Change, Reply
from engine.core.records import Millis

P = ParamSpec("P")
T = TypeVar("T")

AUTHORISE_S = 5.0
# A change that waits longer for its turn is not made: soon after, the caller is told that it failed.
LATEST_S = 7.0

log = logging.getLogger(__name__)


class Database(Protocol):
    """The part of `db.store.Store` that is used."""

    def submit(
        self, function: "Callable[Concatenate[sqlite3.Connection, P], T]", *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]": ...

    def read(
        self, function: "Callable[Concatenate[sqlite3.Connection, P], T]", *args: P.args, **kwargs: P.kwargs
    ) -> "Future[T]": ...


class LocalBoss:
    """See `engine.core.boss.Boss`. Errors of the database get through.

    `card_key` is the key of `secret_mac`; `now` gives the present instant.
    """

    def __init__(
        self,
        store: Database,
        *,
        card_key: bytes,
        now: Callable[[], Millis],
        zone: ZoneInfo,
        limits: TryLimits,
        authorise: Sequence[str] = (),
    ) -> None:
        self._store = store
        self._card_key = card_key
        self._now = now
        self._zone = zone
        self._limits = limits
        self._authorise = tuple(authorise)
        self._swept = date.min

    def __repr__(self) -> str:
        return f"<LocalBoss authorise={bool(self._authorise)}>"

    async def start(self) -> None:
        """Packages whose time is over leave the customers' cards; a lost key of recharge cards is noticed."""
        await self._sweep()
        if not await self._read(fits_card_key, self._card_key):
            log.error(
                "recharge.key is not the one with which the recharge cards were imported:"
                " put the right one back, or import the cards anew"
            )

    async def close(self) -> None:
        """Nothing is kept open."""

    async def balance(self, account: BossAccount) -> Reply:
        """paid or owing."""
        return await self._read(balance, account.customer_id)

    async def bills(self, account: BossAccount) -> Reply:
        """The items of the last months."""
        return await self._read(bills, account.customer_id)

    async def packages(self, account: BossAccount) -> Reply:
        """What the customer has now."""
        await self._sweep()
        return await self._read(packages, account.customer_id, self._today())

    async def offers(self, account: BossAccount) -> Reply:
        """What the customer may order."""
        await self._sweep()
        return await self._read(offers, account.customer_id, self._today())

    async def order(self, account: BossAccount, offer: int, price: int, change: Change) -> Reply:
        """The price is taken from the balance in the same transaction."""
        request = self._request("order", account, change, str(offer), str(price))
        return await self._change(order, account, offer, price, change, request, self._today())

    async def cancel_package(self, account: BossAccount, package: int, change: Change) -> Reply:
        """It stays until the end of the time that is paid."""
        request = self._request("cancel_package", account, change, str(package))
        return await self._change(cancel_package, account, package, change, request, self._today())

    async def recharge(self, account: BossAccount, card: str, secret: str, change: Change) -> Reply:
        """Card, payment and balance change in one transaction."""
        if not await self._read(fits_card_key, self._card_key):
            raise BossDown("the key of the recharge cards is not the right one")
        mac = secret_mac(self._card_key, card, secret)
        request = self._request("recharge", account, change, card, secret)
        return await self._change(recharge, account, card, mac, change, request, self._today(), self._limits)

    async def reauthorise(self, account: BossAccount, change: Change) -> Reply:
        """Have the site's program do it. Twice does no harm, so that the answer is kept afterwards."""
        if not account.card_number:
            return "no_card", {}
        if not self._authorise:
            return "unavailable", {}
        request = self._request("reauthorise", account, change, account.card_number)
        before = await self._write(replayed, request)
        if before is not None:
            return before
        facts = {"FOURSEAT_CARD": account.card_number, "FOURSEAT_CUSTOMER": account.customer_number}
        try:
            await run_command(self._authorise, facts, AUTHORISE_S)
        except CommandFailed as error:
            log.error("call=%s authorise: %s", change.call_id, error)
            return "unavailable", {}
        return await self._write(keep_reply, request, ("done", {"card": account.card_number}))

    def _request(self, service: str, account: BossAccount, change: Change, *what: str) -> BossRequest:
        """The secrets among `what` cannot be found again from the fingerprint without the key."""
        words = json.dumps([service, account.customer_id, *what]).encode()
        fingerprint = hmac.digest(self._card_key, words, hashlib.sha256)
        return BossRequest.of(service, account, change, fingerprint, self._now())

    def _today(self) -> date:
        return datetime.fromtimestamp(self._now() / 1000, self._zone).date()

    async def _sweep(self) -> None:
        """On the first question of a day: what is over is taken away."""
        today = self._today()
        if today != self._swept:
            ended = await self._write(end_packages, today)
            await self._write(forget_old_requests, self._now())
            self._swept = today
            log.info("billing: %d packages ended before %s", ended, today)

    async def _read(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await asyncio.wrap_future(self._store.read(function, *args, **kwargs))

    async def _change(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Make a change in time or not at all. Raises BossDown."""
        asked_at = monotonic()

        def in_time(conn: sqlite3.Connection) -> T:
            if monotonic() - asked_at > LATEST_S:
                raise BossDown("the database was busy for too long; nothing was changed")
            return function(conn, *args, **kwargs)

        return await self._write(in_time)

    async def _write(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await asyncio.wrap_future(self._store.submit(function, *args, **kwargs))
