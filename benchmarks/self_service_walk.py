"""Callers who serve themselves on the shipped flow: who they are, what each has to hear, and their way."""

import asyncio
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from benchmarks.crowd import Crowd, CrowdCall
from benchmarks.hearing import Ear, Hearing, SoundBook
from db.connection import transaction
from engine.adapters.speech.build import utterance, voice_of
from engine.adapters.speech.cache import SentenceCache
from engine.adapters.speech.sources import key_of
from engine.config import Config
from engine.core.effects import PlayPrompts
from engine.core.ivr.values import Plain
from engine.core.voice.speech_text import fill
from engine.daemon.paths import SitePaths
from engine.daemon.prompts import catalogue_of
from engine.daemon.voice import SPOKEN, PromptVoice

T = TypeVar("T")

PATIENCE_S = 20.0
_POLL_S = 0.04
_FIRST_CUSTOMER = 101
_BILLS = (("数字电视基本收视费", 2_600), ("点播", 1_205))
_UNTIL = "2099-12-31"
_PRICE_FEN = 2_000
_GLANCE_S = 0.8  # so much of a menu hears who knows it
WAY = (
    "greeting who_calls outage_here news office_hours main_menu account identify identified account_known"
    " account_menu balance balance_paid account_next account_menu bills read_bills account_next account_menu"
    " packages_menu packages read_packages account_next main_menu fault_service fault_arrears fault_open"
    " fault_line"
)
"""The nodes that each caller passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One customer: the number, and the sentences with values that this customer has to hear."""

    cli: str
    customer_id: int
    balance: PlayPrompts
    bills: tuple[PlayPrompts, ...]
    package: PlayPrompts

    @property
    def orders(self) -> Iterator[PlayPrompts]:
        """All sentences with values."""
        yield self.balance
        yield from self.bills
        yield self.package


class Lost(Exception):
    """A caller did not hear what was to come; the text says what instead."""


def furnish(database: Path, count: int, seed: int) -> list[Visitor]:
    """Give customers of the county a balance of their own, two bills and one package."""
    amounts = random.Random(seed).sample(range(1_000, 99_999), count)
    with closing(sqlite3.connect(database, timeout=20, isolation_level=None)) as conn, transaction(conn):
        name = conn.execute("SELECT id, name FROM packages ORDER BY id LIMIT 1").fetchone()
        return [_furnished(conn, _FIRST_CUSTOMER + place, fen, name) for place, fen in enumerate(amounts)]


def _furnished(conn: sqlite3.Connection, customer_id: int, fen: int, package: tuple[int, str]) -> Visitor:
    month = f"{date.today():%Y}-01"
    conn.execute(  # where no outage is, and no notice is for
        "UPDATE customers SET balance_fen = ?, area = '平安里', address = '1号' WHERE id = ?",
        (fen, customer_id),
    )
    for table in ("bills", "subscriptions", "customer_packages"):
        conn.execute(f"DELETE FROM {table} WHERE customer_id = ?", (customer_id,))
    conn.executemany(
        "INSERT INTO bills VALUES (?, ?, ?, ?, ?)",
        [(customer_id, month, item, amount, place) for place, (item, amount) in enumerate(_BILLS)],
    )
    conn.execute(
        "INSERT INTO customer_packages (customer_id, position, package_id) VALUES (?, 0, ?)",
        (customer_id, package[0]),
    )
    conn.execute(
        "INSERT INTO subscriptions (customer_id, package_id, until, price_fen) VALUES (?, ?, ?, ?)",
        (customer_id, package[0], _UNTIL, _PRICE_FEN),
    )
    (cli,) = conn.execute(
        "SELECT number FROM phones WHERE customer_id = ? ORDER BY position LIMIT 1", (customer_id,)
    ).fetchone()
    return Visitor(
        cli=cli,
        customer_id=customer_id,
        balance=_order("balance_paid", balance=fen, arrears=0),
        bills=tuple(_order("bill", month=month, item=item, amount=amount) for item, amount in _BILLS),
        package=_order("package", package=package[0], name=package[1], until=_UNTIL, price=_PRICE_FEN),
    )


def _order(prompt_id: str, **values: Plain) -> PlayPrompts:
    return PlayPrompts(call_id="", prompts=(prompt_id,), values=dict(values))


async def speak_beforehand(config: Config, paths: SitePaths, visitors: Iterable[Visitor]) -> None:
    """Fill the cache with all that will be said, as it is after some days."""
    voice = PromptVoice(config, paths)
    await voice.start()
    try:
        orders = {place_of(config, paths, order): order for visitor in visitors for order in visitor.orders}
        for place, order in orders.items():
            while not place.exists():  # one that was late was put together from pieces
                await voice.files(order)
                await voice.live.settled()
    finally:
        await voice.stop()


def place_of(config: Config, paths: SitePaths, order: PlayPrompts) -> Path:
    """Where the one sound of a sentence with values is, or will be."""
    language = config.site.language
    today = datetime.now(ZoneInfo(config.site.timezone)).date()
    prompt = catalogue_of(paths).get(order.prompts[0])
    assert prompt is not None
    words = fill(prompt.parts(language, site_name=config.site.name), order.values, language, today)
    key = key_of(utterance(words, voice_of(language, config.speech.rate)))
    return SentenceCache(paths.prompts / SPOKEN, 0).place(language, key)


def names_of(config: Config, paths: SitePaths, visitor: Visitor) -> dict[str, str]:
    """The files of a caller's own sentences, by what the way calls them."""
    bills = {f"bill{place}": bill for place, bill in enumerate(visitor.bills)}
    orders = {"balance": visitor.balance, "package": visitor.package, **bills}
    return {name: place_of(config, paths, order).stem for name, order in orders.items()}


def book_of(config: Config, paths: SitePaths) -> SoundBook:
    """All sounds of the site's language that there are now."""
    book = SoundBook()
    language = config.site.language
    book.add(paths.prompts.glob(f"{language}/*.wav"))
    book.add((paths.prompts / SPOKEN).glob(f"{language}/*.wav"))
    return book


@dataclass(slots=True, kw_only=True)
class Step:
    """From the release of a key to the sound that it brings."""

    what: str
    valued: bool  # the sentence says a value
    ms: float


class Walker:
    """One caller on the way; `steps` are measured, `ear` has all that was heard."""

    def __init__(
        self, visitor: Visitor, names: dict[str, str], book: SoundBook, seed: int, *, patient: bool
    ) -> None:
        self.visitor = visitor
        self.ear = Ear(book)
        self.steps: list[Step] = []
        self._names = names  # of the files of this caller's sentences
        self._chance = random.Random(seed)
        self._patient = patient  # hears out also what is no answer
        self._call: CrowdCall
        self._seen = 0

    async def walk(self, crowd: Crowd) -> None:
        """Call, go through the menus, hang up. Raises Lost."""
        self._call = await crowd.call(self.visitor.cli, self.ear.take)
        try:
            await self._way()
        finally:
            await crowd.hang_up(self._call)

    async def _way(self) -> None:
        patient = self._patient
        await self._hears("greeting", whole=patient)
        if patient:
            await self._hears("main_menu", whole=True)
        await self._press("5", "account_menu")
        await self._press("1", "balance", whole=True)
        await self._hears("account_next")
        await self._press("1", "account_menu", whole=patient)
        if patient:
            await self._hears("back_or_person", whole=True)
        await self._press("2", "bill0", whole=True)
        await self._hears("list_hint")
        await self._press("2", "bill1", whole=True)
        await self._hears("account_next")
        await self._press("1", "account_menu")
        await self._press("4", "packages_menu")
        await self._press("1", "package", whole=True)
        await self._hears("package_hint")
        await self._press("9", "account_next")
        await self._press("*", "main_menu")
        await self._press("2", "fault_line", whole=patient)
        if patient:
            await self._hears("back_or_person", whole=True)

    async def ask_balance(self, crowd: Crowd) -> None:
        """Call, hear the balance and hang up; nobody has asked for this sentence before. Raises Lost."""
        self._call = await crowd.call(self.visitor.cli, self.ear.take)
        try:
            await self._hears("greeting", whole=True)
            await self._hears("main_menu")
            await self._press("5", "account_menu")
            await self._key("1")
            before = self.ear.heard[-1]
            await self._until(lambda: self._sound_after(before), "a new sentence")
            self.steps.append(
                Step(what="new balance", valued=True, ms=self._delay(self._sound_after(before)))
            )
        finally:
            await crowd.hang_up(self._call)

    def _sound_after(self, before: Hearing) -> int:
        """The first packet with sound behind the key and what was said until then; 0: none yet."""
        since = max(self._call.released_at, before.ended_at)
        return next((at for at in self.ear.loud if at > since), 0)

    async def _press(self, key: str, name: str, *, whole: bool = False) -> None:
        await self._key(key)
        heard = await self._hears(name, whole=whole)
        self.steps.append(Step(what=name, valued=name in self._names, ms=self._delay(heard.loud_at)))

    async def _key(self, key: str) -> None:
        await asyncio.sleep(self._chance.uniform(0.0, 0.5))
        self._seen = len(self.ear.heard)
        await self._call.press(key)

    def _delay(self, at: int) -> float:
        return (at - self._call.released_at) / 1e6

    async def _hears(self, name: str, *, whole: bool = False) -> Hearing:
        """Wait until a sentence was heard long enough."""
        file = self._names.get(name, name)

        def heard() -> Hearing | None:
            for hearing in self.ear.heard[self._seen :]:
                if hearing.file == file and hearing.loud_at:
                    lasted_s = (hearing.ended_at - hearing.began_at) / 1e9
                    return hearing if (hearing.whole if whole else lasted_s >= _GLANCE_S) else None
            return None

        found = await self._until(heard, name)
        assert found is not None
        self._seen = next(place for place, hearing in enumerate(self.ear.heard) if hearing is found)
        return found

    async def _until(self, probe: Callable[[], T], what: str) -> T:
        """The first answer that says anything. Raises Lost."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_S
        while not (found := probe()):
            if self._call.gone.is_set() or asyncio.get_running_loop().time() > deadline:
                names = {file: name for name, file in self._names.items()}
                heard = [names.get(hearing.file, hearing.file) for hearing in self.ear.heard]
                gone = "was hung up on and " * self._call.gone.is_set()
                raise Lost(
                    f"{self.visitor.cli} {gone}did not hear {what}, but {heard}, {self.ear.strange} unknown"
                )
            await asyncio.sleep(_POLL_S)
        return found
