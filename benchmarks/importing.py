"""A list of the subscriber system taken over while calls go on: new, then the same, then some changed."""

import asyncio
import csv
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import customers
from benchmarks.figures import Figures, spread
from benchmarks.loopback_centre import ADMIN, LoopbackCentre
from benchmarks.progress import say
from benchmarks.site import SUPERVISOR
from db.demo_people import FIRST_MOBILE, people
from engine.adapters.unix_socket.client import SocketClient
from engine.core.records import Customer
from engine.core.tickets.records import Act
from engine.core.tickets.states import Deed
from engine.wire.customers import CardParams, SearchParams
from engine.wire.sources import SourceParams, SourceProgress, StartSourceParams
from engine.wire.tickets import ActParams, TicketsParams

_SEED = 7
_SOURCE = "boss"  # of the shipped configuration
_LONGEST_S = 1_200.0
_ALONE_S = 15.0
_EVERY_S = 0.1  # somebody asks or writes something
_POLL_S = 0.1
_CHANGED = 20  # one row in so many says something else the third time
_HEADINGS = ("户号", "户名", "电话", "地址", "片区", "智能卡号", "套餐", "余额")


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows, beside how many customers."""

    rows: int
    databases: tuple[str, ...]


FULL = Size(rows=200_000, databases=tuple(customers.SIZES))
QUICK = Size(rows=2_000, databases=("10k",))


async def measure(size: Size) -> Figures:
    """Each time on a centre of its own, whose ten agents have calls all the time."""
    figures: Figures = {}
    for name in size.databases:
        centre = LoopbackCentre(customers.SIZES[name])
        try:
            say(f"import: {size.rows:,} rows beside {customers.SIZES[name]:,} customers")
            await centre.start()
            figures |= await measure_centre(centre, name, size.rows)
        finally:
            say("ending the processes")
            await centre.stop()
    return figures


async def measure_centre(centre: LoopbackCentre, name: str, rows: int, alone_s: float = _ALONE_S) -> Figures:
    """Nothing but calls and desk work, then the list three times, with the same going on."""
    admin = await centre.log_in(ADMIN, "")
    work = await _DeskWork.of(centre)
    centre.keep_agents_talking()
    file = centre.folder / "list.csv"
    await asyncio.to_thread(write_list, file, rows, changed=False)
    figures: Figures = {f"import.rows_{name}": rows}
    async with _watched(centre, work, f"import.alone_{name}", figures):
        await asyncio.sleep(alone_s)
    for kind in ("new", "unchanged", "changed"):
        if kind == "changed":
            await asyncio.to_thread(write_list, file, rows, changed=True)
        async with _watched(centre, work, f"import.{kind}_{name}", figures):
            began = time.monotonic()
            done = await _taken(admin, file)
            figures[f"import.{kind}_{name}_s"] = time.monotonic() - began
        say(f"import: {kind} rows, {figures[f'import.{kind}_{name}_s']:.1f} s")
        _refuse_wrong(done, kind, rows)
    return figures


def write_list(path: Path, rows: int, *, changed: bool) -> None:
    """A list of so many customers whom nobody knows yet; `changed`: some have moved, and owe another sum."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADINGS)
        for customer in people(rows, _SEED):
            moved = changed and customer.id % _CHANGED == 0
            writer.writerow(_row(customer, moved))


def _row(customer: Customer, moved: bool) -> tuple[str, ...]:
    mobile = str(int(customer.phones[0]) - FIRST_MOBILE + 18_700_000_000)
    balance = customer.balance_fen + (1_050 if moved else 0)
    return (
        f"7{customer.customer_number}",
        customer.name,
        "、".join((mobile, *customer.phones[1:])),
        customer.address + ("新居" if moved else ""),
        customer.area,
        f"7{customer.card_number}",
        "、".join(customer.packages),
        f"{balance / 100:.2f}",
    )


async def _taken(admin: SocketClient, file: Path) -> SourceProgress:
    await admin.call("source.start", StartSourceParams(source=_SOURCE, file=str(file)))
    async with asyncio.timeout(_LONGEST_S):
        while True:
            progress: SourceProgress = await admin.call("source.progress", SourceParams(source=_SOURCE))
            if not progress.waiting and progress.run is not None and progress.run.state != "running":
                return progress
            await asyncio.sleep(_POLL_S)


def _refuse_wrong(done: SourceProgress, kind: str, rows: int) -> None:
    """What was timed is to have been done."""
    run = done.run
    assert run is not None
    changed = rows // _CHANGED if kind == "changed" else 0
    wanted = {"new": (rows, 0, 0), "unchanged": (0, 0, rows), "changed": (0, changed, rows - changed)}
    if (run.state, run.added, run.changed, run.unchanged) != ("done", *wanted[kind]):
        raise RuntimeError(f"the list was not taken over as it should: {kind}, {run}")


@asynccontextmanager
async def _watched(
    centre: LoopbackCentre, work: "_DeskWork", name: str, figures: Figures
) -> AsyncIterator[None]:
    used = await centre.begin_watch()
    began = time.monotonic()
    task = asyncio.ensure_future(work.go_on())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task  # an answer that was a refusal would make the figures those of nothing
    figures |= await centre.seen(name, used, time.monotonic() - began)
    for kind, samples in work.taken().items():
        figures |= spread(f"{name}_{kind}", samples)


class _DeskWork:
    """An agent without a telephone who asks and writes all the time, one thing after another."""

    def __init__(
        self, client: SocketClient, numbers: list[str], callers: list[str], names: list[str]
    ) -> None:
        self._client = client
        self._numbers, self._callers, self._names = numbers, callers, names
        self._chance = random.Random(_SEED)
        self._samples: dict[str, list[float]] = {}

    @classmethod
    async def of(cls, centre: LoopbackCentre) -> "_DeskWork":
        """Tickets to write about, and customers to look for."""
        client = await centre.log_in(SUPERVISOR, "")
        found = await client.call("tickets.list", TicketsParams(limit=100))
        drawn = await asyncio.to_thread(customers.sample, centre.paths.database, 200, _SEED)
        return cls(
            client,
            [row.ticket.number for row in found.tickets],
            [one.phones[0] for one in drawn],
            [one.name[:2] for one in drawn],
        )

    async def go_on(self) -> None:
        """Never ends."""
        while True:
            for kind, ask in (("remark", self._remark), ("card", self._card), ("search", self._search)):
                began = time.perf_counter()
                await ask()
                self._samples.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(_EVERY_S)

    def taken(self) -> dict[str, list[float]]:
        """Milliseconds of each thing done since the last time."""
        samples, self._samples = self._samples, {}
        return samples

    async def _remark(self) -> None:
        act = Act(deed=Deed.REMARK, text="已联系用户，明天上午再打")
        await self._client.call("tickets.act", ActParams(number=self._chance.choice(self._numbers), act=act))

    async def _card(self) -> None:
        await self._client.call("customer.card", CardParams(cli=self._chance.choice(self._callers)))

    async def _search(self) -> None:
        await self._client.call("customer.search", SearchParams(text=self._chance.choice(self._names)))
