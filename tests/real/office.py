"""The site of callers who serve themselves: the shipped flow, a line of their own, the office's database."""

import asyncio
import re
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from db.billing_identities import set_password
from db.billing_payments import secret_mac
from db.connection import transaction
from db.customers import save_customer
from engine.core.records import Customer
from engine.daemon.demo.site import HOME
from engine.daemon.people import hash_pin
from engine.daemon.services.boss import card_key
from tests.real.gateway import By, Gateway
from tests.real.said import Visitor
from tests.real.world import other_configuration
from tests.support.centre import Whole, eventually

FLOW = "self_service"
_MOST_S = 3  # that the flow waits for a key: callers of tests have little time
# An index for searching cannot be read as a whole; what it has gathered lies in tables beside it.
_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'customer_search%'"
    " AND sql NOT LIKE '%VIRTUAL TABLE%'"
)


@dataclass(frozen=True, slots=True)
class RechargeCard:
    """A card as the caller holds it."""

    number: str
    secret: str
    amount_fen: int


class Office:
    """The database beside the engine, the gateway, and everything that was keyed in secretly."""

    def __init__(self, real: Whole, gateway: Gateway) -> None:
        self.real = real
        self.gateway = gateway
        self.secrets: set[str] = set()
        self.zone = ZoneInfo(real.centre.site.config.site.timezone)

    async def call(self, cli: str, by: By = By.RFC4733, *, promises_events: bool | None = None) -> Visitor:
        """A caller on the line of the gateway, who waits for the first word before pressing keys."""
        visitor = Visitor(self.real, await self.gateway.call(cli, by, promises_events=promises_events))
        await visitor.hears_something()
        return visitor

    @property
    def today(self) -> date:
        """On the site's calendar."""
        return datetime.now(self.zone).date()

    def hours_from_now(self, hours: int) -> int:
        """An instant at a full hour, in UTC milliseconds."""
        return (_now() // 3_600_000 + hours) * 3_600_000

    # The database

    def connect(self) -> sqlite3.Connection:
        """A connection of its own; close it."""
        conn = sqlite3.connect(self.real.centre.site.paths.database, timeout=20, isolation_level=None)
        conn.execute("PRAGMA foreign_keys = ON")
        return conn

    def rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        """What is stored."""
        with closing(self.connect()) as conn:
            return conn.execute(query, values).fetchall()

    def do(self, *statements: tuple[Any, ...]) -> None:
        """Change something, in one transaction: (statement, value, value ...)."""
        with closing(self.connect()) as conn, transaction(conn):
            for statement, *values in statements:
                conn.execute(statement, values)

    def customer(self, number: int, *, balance: int = 12_850, password: str = "", **given: Any) -> Customer:
        """A new customer, who calls from `cli_of(number)`."""
        one = Customer(
            name="何秀兰",
            customer_number=f"{30_000_000 + number}",
            phones=(cli_of(number),),
            address=f"山南镇解放路{number}号",
            area="山南片区",
            card_number=f"8531{number:012}",
            balance_fen=balance,
        )
        with closing(self.connect()) as conn, transaction(conn):
            stored = save_customer(conn, replace(one, **given))
            if password:
                self.secrets.add(password)
                set_password(conn, stored.id, hash_pin(password), _now(), forget_tries=True)
            return stored

    def card(self, number: str, secret: str, amount_fen: int = 5_000, *, expires: str = "") -> RechargeCard:
        """A recharge card that was sold."""
        self.secrets.add(secret)
        mac = secret_mac(card_key(self.real.centre.site.paths), number, secret)
        self.do(
            (
                "INSERT INTO recharge_cards (number, secret_mac, amount_fen, expires) VALUES (?, ?, ?, ?)",
                number,
                mac,
                amount_fen,
                expires,
            )
        )
        return RechargeCard(number, secret, amount_fen)

    def balance(self, customer: Customer) -> int:
        """In fen, as it is now."""
        return int(self.rows("SELECT balance_fen FROM customers WHERE id = ?", customer.id)[0][0])

    def paid_with(self, card: RechargeCard, customer: Customer) -> bool:
        """Whether a card was paid in for a customer; half of it is a fault, whichever half."""
        with closing(self.connect()) as conn, conn:
            conn.execute("BEGIN")  # all of one instant
            spent, after = conn.execute(
                "SELECT spent_at > 0, (SELECT balance_fen FROM customers WHERE id = ?) FROM recharge_cards"
                " WHERE number = ?",
                (customer.id, card.number),
            ).fetchone()
            payments = conn.execute(
                "SELECT p.customer_id, p.amount_fen, p.balance_fen, r.state, r.outcome FROM payments p"
                " LEFT JOIN boss_requests r ON r.key = p.key WHERE p.recharge_card = ?",
                (card.number,),
            ).fetchall()
        before = customer.balance_fen
        full = before + card.amount_fen
        whole = [(customer.id, card.amount_fen, full, "done", "done")] if payments else []
        assert payments == whole
        assert (spent, after) == ((1, full) if payments else (0, before)), f"{card}: half paid"
        return bool(payments)

    # Calls that are over

    async def visit(self, cli: str) -> str:
        """The id of the last call from a number, once it is over and on record."""

        async def closed() -> str | None:
            rows = self.rows(
                "SELECT call_id, ended_at FROM calls WHERE cli = ? ORDER BY accepted_at DESC LIMIT 1", cli
            )
            return str(rows[0][0]) if rows and rows[0][1] else None

        return str(await eventually(closed, 20, f"a closed call from {cli}"))

    async def keys_of(self, cli: str) -> list[str]:
        """What the journal has of the keys pressed in the last call from a number."""
        rows = self.rows(
            "SELECT body ->> 'digits' FROM journal WHERE kind = 'event.PromptsPlayed'"
            " AND body ->> 'call_id' = ? AND body ->> 'digits' <> '' ORDER BY seq",
            await self.visit(cli),
        )
        return [str(digits) for (digits,) in rows]

    # Nothing that was keyed in secretly is anywhere

    def secrets_kept(self) -> None:
        """Search database, journal, audit, logs and Asterisk's files for what was keyed in secretly."""
        assert self.secrets
        found = [
            f"{what}: {secret}"
            for what, text in self._all_texts()
            for secret in self.secrets
            if secret in text
        ]
        assert not found, found

    def _all_texts(self) -> list[tuple[str, str]]:
        texts = []
        with closing(self.connect()) as conn:
            for (table,) in conn.execute(_TABLES).fetchall():
                rows = conn.execute(f'SELECT * FROM "{table}"').fetchall()
                texts.append((table, "\n".join(map(repr, rows))))
        folder = self.real.centre.folder
        for path in folder.rglob("*"):
            if (
                path.is_file()
                and path.suffix not in (".wav", ".flac")
                and folder / "self_service" not in path.parents
            ):
                texts.append((str(path.relative_to(folder)), path.read_bytes().decode("latin-1")))
        return texts


def cli_of(number: int) -> str:
    """Where a customer of the office calls from."""
    return f"1392220{number:04}"


def in_days(day: date, days: int) -> str:
    """A date as the database has it."""
    return (day + timedelta(days=days)).isoformat()


def _now() -> int:
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def open_office(
    real: Whole, change: Callable[[dict[str, Any]], object] = lambda settings: None
) -> AsyncIterator[Office]:
    """Run the engine with the shipped flow and a third line, whose far end is the gateway."""
    port = real.centre.ports.line(2)
    _copy_flow(real.centre.site.paths.home / FLOW)

    def settings_of_office(settings: dict[str, Any]) -> None:
        line = settings["lines"][0] | {"id": "gateway", "name": "gateway", "number": "", "port": port}
        settings["lines"].append(line | {"channels": 20})
        settings["ivr"]["flow"] = f"{FLOW}/main.toml"
        change(settings)

    gateway = Gateway(port, real.centre.ports.sip)
    try:
        async with other_configuration(real, settings_of_office):
            try:
                yield Office(real, gateway)
            finally:
                await gateway.hang_up_all()
    finally:
        await gateway.close()


def _copy_flow(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HOME / "flows", folder)
    for path in folder.glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"(timeout_seconds = )([4-9]|\d\d)\b", rf"\g<1>{_MOST_S}", text)
        path.write_text(text, encoding="utf-8")


async def all_of(*walks: Awaitable[None]) -> None:
    """Callers at the same time; one that fails does not keep the others from being told of."""
    failures = [
        result
        for result in await asyncio.gather(*walks, return_exceptions=True)
        if isinstance(result, BaseException)
    ]
    if failures:
        raise BaseExceptionGroup("callers were not served as they should be", failures)
