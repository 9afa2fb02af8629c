"""The billing side, as the rest of the engine sees it: money, bills, packages, recharge cards, smart cards.

Each question returns an outcome of `ivr.services.SERVICES` with exactly the values that stand there; of
FAILED nobody speaks here: who cannot answer raises `BossDown`.
"""

from dataclasses import dataclass
from typing import Protocol

from engine.core.ivr.values import Values

Reply = tuple[str, Values]


class BossDown(Exception):
    """The billing side cannot answer now, or its answer makes no sense; `str()` is for the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BossAccount:
    """Whose business it is. The billing side knows its customers by number; the id is ours."""

    customer_id: int
    customer_number: str = ""
    card_number: str = ""  # smart card of the set-top box


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Why something is changed. For one `key` it is done once, however often it is asked."""

    key: str
    call_id: str = ""
    cli: str = ""


class Boss(Protocol):
    """What a billing side can do. Raises BossDown."""

    async def start(self) -> None:
        """Begin with what lasts longer than a question; called once, before the first one."""

    async def close(self) -> None:
        """Let go of connections and tasks."""

    async def balance(self, account: BossAccount) -> Reply:
        """paid or owing."""

    async def bills(self, account: BossAccount) -> Reply:
        """found or none; the newest first."""

    async def packages(self, account: BossAccount) -> Reply:
        """found or none; what the customer has now."""

    async def offers(self, account: BossAccount) -> Reply:
        """found or none; what the customer may order."""

    async def order(self, account: BossAccount, offer: int, price: int, change: Change) -> Reply:
        """done, already, too_little or gone; `price`, in fen, is what the caller has agreed to."""

    async def cancel_package(self, account: BossAccount, package: int, change: Change) -> Reply:
        """done or gone; it stays until the end of the time that is paid."""

    async def recharge(self, account: BossAccount, card: str, secret: str, change: Change) -> Reply:
        """done, wrong, spent, expired or locked."""

    async def reauthorise(self, account: BossAccount, change: Change) -> Reply:
        """done, no_card or unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What is known of a change before it is sent.

    `reply`: it was carried out before. `refused`: the other side has been told never to carry it out.
    `earlier`: key of another request for the very same thing whose end nobody knows.
    """

    reply: Reply | None = None
    refused: bool = False
    earlier: str = ""


class Outbox(Protocol):
    """Changes that are sent to a billing side elsewhere, kept on disk until it is known how they ended."""

    async def begin(self, service: str, account: BossAccount, change: Change, what: tuple[str, ...]) -> Begun:
        """Keep that this is about to be sent, before it is. `what` tells it from others; it is not kept."""

    async def settle(self, key: str, reply: Reply | None) -> None:
        """It was carried out with this reply; None: it was not, and never will be."""

    async def unknown(self) -> tuple[tuple[str, str], ...]:
        """Service and key of each change whose end nobody knows, the oldest first."""
