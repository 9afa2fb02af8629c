"""What everybody knows on a day of tickets: who called for what, and what is still to be done."""

import asyncio
from dataclasses import dataclass, field

from engine.core.tickets.types import TicketType
from engine.daemon.demo.day.ledger import Ledger
from engine.daemon.demo.day.plan import Errand, Matter


@dataclass
class Day:
    """`since` (UTC milliseconds): older tickets are nobody's business today. `seed` decides small things."""

    errands: list[Errand]
    seed: int
    since: int
    types: dict[str, TicketType] = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    taken: dict[str, int] = field(default_factory=dict)  # mark to how many of its calls were seen to
    in_hand: set[str] = field(default_factory=set)  # marks that an agent writes about
    outages: list[int] = field(default_factory=list)  # notices of confirmed ones
    dismissed: int = 0
    to_telephone: dict[str, asyncio.Queue[str]] = field(default_factory=dict)  # numbers, by owner
    telephoned: set[str] = field(default_factory=set)  # numbers of tickets whose customer was called
    calls_placed: dict[str, int] = field(default_factory=dict)  # by number that is shown
    dial_after: float = 0.0  # on the monotonic clock

    def __post_init__(self) -> None:
        self._by_phone = {errand.caller.phone: errand for errand in self.errands}

    def errand_of(self, phone: str) -> Errand | None:
        """Whose call this is."""
        return self._by_phone.get(phone)

    def done(self, errand: Errand) -> int:
        """How many of its calls were seen to."""
        return self.taken.get(errand.mark, 0)

    def waits_for_second_call(self, phone: str) -> bool:
        """Whether this customer is going to call again."""
        errand = self.errand_of(phone)
        return errand is not None and errand.matter is Matter.AGAIN and self.done(errand) < 2

    def is_of_outage(self, phone: str) -> bool:
        """Whether this customer's fault is one of many, about which nobody has decided yet."""
        errand = self.errand_of(phone)
        return errand is not None and errand.matter is Matter.OUTAGE and not self.outages

    @property
    def outage_area(self) -> str:
        """Where it happens."""
        return next(one.caller.area for one in self.errands if one.matter is Matter.OUTAGE)
