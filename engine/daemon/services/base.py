"""What a question of a flow looks like to whoever answers it, and what an answer looks like.

A family is a module of this package with `SERVICES: dict[str, Handler]`, by the names of
`engine.core.ivr.services`. A handler may raise: the desk makes "failed" of it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from db.store import Store
from engine.config import Config
from engine.core.boss import Boss
from engine.core.ivr.services import Identified
from engine.core.ivr.values import Plain, Values
from engine.core.records import Millis
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths
from engine.daemon.people import People
from engine.daemon.tickets.desk import TicketDesk
from engine.daemon.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question of one caller.

    `key` is the same however often the same thing is asked: what changes something is done once for it.
    `customer_id` 0: not known. `secrets` has in clear what was keyed in secretly, by the argument's name; it
    may be written down nowhere, and is not shown.
    """

    call_id: str
    request: int
    key: str
    service: str
    arguments: Mapping[str, Plain]
    cli: str
    customer_id: int = 0
    identified: Identified = Identified.NO
    language: str = ""  # zh or en; empty: the site's
    now: Millis
    zone: ZoneInfo
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def text(self, name: str) -> str:
        """An argument as text, secret ones in clear; empty: it was not given."""
        return self.secrets[name] if name in self.secrets else str(self.arguments.get(name, ""))

    def number(self, name: str) -> int:
        """An argument as a whole number; 0: it was not given, or is none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdecimal() else 0

    @property
    def local_now(self) -> datetime:
        """The present instant on the site's clock."""
        return datetime.fromtimestamp(self.now / 1000, self.zone)


@dataclass(frozen=True, slots=True)
class Answer:
    """How it went, and the values that this outcome gives: exactly those of `services.SERVICES`."""

    outcome: str
    values: Values = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Tools:
    """What all families work with. `config` and `boss` are others after a change of the configuration."""

    store: Store
    config: Config
    paths: SitePaths
    clock: Clock
    boss: Boss
    tickets: TicketDesk
    people: People
    vault: Vault

    @property
    def zone(self) -> ZoneInfo:
        """The site's."""
        return ZoneInfo(self.config.site.timezone)


Handler = Callable[[Asked, Tools], Awaitable[Answer]]
