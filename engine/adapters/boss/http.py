"""A billing side elsewhere, asked over HTTP as docs/billing-interface.md has it.

A change is written into the outbox before it is sent. What ends unknown is settled by asking under the same
key: at once when the caller wants the very same again, else in the background, also after a restart.
"""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from functools import partial

from engine.adapters.boss.answers import parse_reply, parse_settled
from engine.adapters.boss.line import Line, LineSettings, Refused, Unsure
from engine.core.boss import BossAccount, BossDown, Change, Outbox, Reply
from engine.core.ivr.values import Plain

SETTLE_FIRST_S = 5.0
SETTLE_LONGEST_S = 300.0

log = logging.getLogger(__name__)


class HttpBoss:
    """See `engine.core.boss.Boss`."""

    def __init__(
        self, settings: LineSettings, outbox: Outbox, *, settle_first_s: float = SETTLE_FIRST_S
    ) -> None:
        self.line = Line(settings)
        self._outbox = outbox
        self._settle_first_s = settle_first_s
        self._in_flight: set[str] = set()
        self._unsettled = asyncio.Event()
        self._settler: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<HttpBoss {self.line!r}>"

    async def start(self) -> None:
        """Settle what an earlier run left unknown."""
        self.line.open()
        self._unsettled.set()
        self._settler = asyncio.create_task(self._settle_for_ever(), name="billing: settle")

    async def close(self) -> None:
        """What is unknown then is settled after the next start."""
        if self._settler is not None:
            self._settler.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._settler
        await self.line.close()

    async def balance(self, account: BossAccount) -> Reply:
        """paid or owing."""
        return await self._ask("balance", account)

    async def bills(self, account: BossAccount) -> Reply:
        """The items of the last months."""
        return await self._ask("bills", account)

    async def packages(self, account: BossAccount) -> Reply:
        """What the customer has now."""
        return await self._ask("packages", account)

    async def offers(self, account: BossAccount) -> Reply:
        """What the customer may order."""
        return await self._ask("offers", account)

    async def order(self, account: BossAccount, offer: int, price: int, change: Change) -> Reply:
        """Order a package."""
        return await self._change("order", account, change, {"offer": offer, "price": price})

    async def cancel_package(self, account: BossAccount, package: int, change: Change) -> Reply:
        """Give up a package."""
        return await self._change("cancel_package", account, change, {"package": package})

    async def recharge(self, account: BossAccount, card: str, secret: str, change: Change) -> Reply:
        """Spend a recharge card."""
        return await self._change("recharge", account, change, {"card": card, "secret": secret})

    async def reauthorise(self, account: BossAccount, change: Change) -> Reply:
        """Authorise the smart card again."""
        return await self._change("reauthorise", account, change, {})

    async def _ask(self, service: str, account: BossAccount) -> Reply:
        body = {"customer": _customer(account)}
        return await self.line.ask(service, body, partial(parse_reply, service))

    async def _change(
        self, service: str, account: BossAccount, change: Change, what: Mapping[str, Plain]
    ) -> Reply:
        self._in_flight.add(change.key)
        try:
            return await self._change_once(service, account, change, what)
        except BaseException:
            self._unsettled.set()  # perhaps: it is looked up
            raise
        finally:
            self._in_flight.discard(change.key)

    async def _change_once(
        self, service: str, account: BossAccount, change: Change, what: Mapping[str, Plain]
    ) -> Reply:
        begun = await self._outbox.begin(service, account, change, tuple(map(str, what.values())))
        if begun.reply is not None:
            return begun.reply
        if begun.refused:
            raise BossDown("it was given up before")
        if begun.earlier:
            state, reply = await self._settled_first(service, begun.earlier, change.key)
            if state == "done" and reply is not None:
                return reply
        body = {"customer": _customer(account), **what, "call": change.call_id, "cli": change.cli}
        try:
            reply = await self.line.ask(service, body, partial(parse_reply, service), change.key)
        except Unsure:
            raise
        except BossDown:  # surely not carried out
            await self._outbox.settle(change.key, None)
            raise
        await self._outbox.settle(change.key, reply)
        return reply

    async def _settled_first(self, service: str, earlier: str, key: str) -> tuple[str, Reply | None]:
        """The caller wants again what may have been done already: first that is found out."""
        state, reply = "pending", None
        try:
            state, reply = await self._settle(service, earlier)
        finally:
            if state != "not_done":  # this one is not sent
                await self._outbox.settle(key, None)
        if state == "pending":
            raise BossDown("the same was asked before, and its end is unknown")
        return state, reply

    async def _settle(self, service: str, key: str) -> tuple[str, Reply | None]:
        """Ask what became of a change; one of which the other side knows nothing can never happen after."""
        read = partial(parse_settled, service)
        state, reply = await self.line.ask("settle", {"service": service}, read, key, retries=0)
        if state != "pending":
            await self._outbox.settle(key, reply)
            log.info("boss settled %s: %s", key, state)
        return state, reply

    async def _settle_for_ever(self) -> None:
        pause = 0.0
        while True:
            await self._unsettled.wait()
            await asyncio.sleep(pause)
            self._unsettled.clear()
            if await self._settle_all():
                pause = self._settle_first_s
            else:
                self._unsettled.set()
                pause = min(max(2 * pause, self._settle_first_s), SETTLE_LONGEST_S)

    async def _settle_all(self) -> bool:
        """Whether nothing is left unknown but what is being asked just now."""
        all_known = True
        for service, key in await self._outbox.unknown():
            if key in self._in_flight:
                continue
            try:
                state, _ = await self._settle(service, key)
            except BossDown as error:
                log.warning("boss %s is still unknown: %s", key, error)
                if not isinstance(error, Refused):
                    return False
                state = "pending"  # this one alone: those behind it can be settled
            all_known = all_known and state != "pending"
        return all_known


def _customer(account: BossAccount) -> dict[str, str]:
    return {"number": account.customer_number, "card": account.card_number}
