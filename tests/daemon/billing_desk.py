"""A desk for callers' questions about identity and money: real store, real files, no telephone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from msgspec.structs import replace

from db.billing_identities import set_password
from db.store import Store
from engine.config import Config, parse_config
from engine.core.boss import BossAccount
from engine.core.ivr.services import Identified
from engine.core.records import Millis
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths
from engine.daemon.people import People
from engine.daemon.services import billing, fax, identity
from engine.daemon.services.base import Answer, Asked, Tools
from engine.daemon.services.boss import make_boss
from engine.daemon.services.desk import check
from engine.daemon.tickets.desk import TicketDesk
from engine.daemon.vault import Vault
from tests.db.billing_world import AT, new_customer
from tests.support.database import new_database
from tests.support.quick_hash import quick_hash

CONFIG = Path(__file__).parents[2] / "config.toml"
CLI = "13900000001"
PASSWORD = "840271"
DAY_MS = 86_400_000


class StillClock(Clock):
    """Stands where a test puts it."""

    at: Millis = AT

    def now(self) -> Millis:
        return self.at


@dataclass
class Desk:
    """Asks as the service desk does, and checks each answer against what flows may expect."""

    folder: Path
    changed: dict[str, Any] = field(default_factory=dict)  # sections of the configuration
    clock: StillClock = field(default_factory=StillClock)
    tools: Tools = field(init=False)
    _requests: int = 0

    async def __aenter__(self) -> Self:
        config = self._config()
        paths = SitePaths.of(config, self.folder)
        store = Store(new_database(self.folder / "fourseat.db"))
        store.open()
        boss = make_boss(config, paths, store, self.clock)
        await boss.start()
        tickets = TicketDesk(store, self.clock, config, self.folder, paths.attachments)
        self.tools = Tools(
            store=store,
            config=config,
            paths=paths,
            clock=self.clock,
            boss=boss,
            tickets=tickets,
            people=People(store, config.security, self.clock),
            vault=Vault(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.tools.boss.close()
        self.store.close()

    async def restart(self) -> None:
        """The engine goes and comes back."""
        await self.__aexit__()
        await self.__aenter__()

    def _config(self) -> Config:
        config = parse_config(CONFIG.read_text(encoding="utf-8"), "config.toml")
        site = replace(config.site, data=str(self.folder))
        return replace(config, site=site, **self.changed)

    @property
    def store(self) -> Store:
        return self.tools.store

    def customer(
        self,
        number: str = "20000001",
        *,
        password: str = "",
        hashed_by: Callable[[str], str] = quick_hash,
        **fields: object,
    ) -> BossAccount:
        account = self.store.submit(new_customer, number, **fields).result()
        if password:
            hashed = hashed_by(password)
            self.store.submit(set_password, account.customer_id, hashed, AT, forget_tries=False).result()
        return account

    async def ask(
        self,
        service: str,
        *,
        call: str = "c-1",
        cli: str = CLI,
        who: BossAccount | None = None,
        key: str = "",
        secrets: dict[str, str] | None = None,
        **arguments: Any,
    ) -> Answer:
        """The answer to one question; arguments of `secrets` are what was keyed in secretly."""
        self._requests += 1
        asked = Asked(
            call_id=call,
            request=self._requests,
            key=key or f"{call}:{self._requests}",
            service=service,
            arguments={**arguments, **{name: "§1:6" for name in secrets or {}}},
            cli=cli,
            customer_id=who.customer_id if who is not None else 0,
            identified=Identified.PASSWORD if who is not None else Identified.NO,
            now=self.clock.now(),
            zone=self.tools.zone,
            secrets=secrets or {},
        )
        handlers = {**identity.SERVICES, **billing.SERVICES, **fax.SERVICES}
        answer = await handlers[service](asked, self.tools)
        check(service, answer)
        return answer

    async def sign_in(self, account: str, password: str = PASSWORD, call: str = "c-1") -> Answer:
        return await self.ask("sign_in", call=call, account=account, secrets={"password": password})
