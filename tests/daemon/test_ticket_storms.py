"""Tickets under pressure: 50 clients at ten tickets, and kill -9 in the middle of everybody's work."""

import asyncio
import contextlib
import hashlib
import os
import random
import signal
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from db.ticket_files import hashes
from engine.core.tickets.states import Deed
from engine.wire.messages import Reason
from tests.daemon.ticket_site import PNG, act, attach, create, show
from tests.support.site import FakeSite
from tests.support.tickets import all_tickets
from tests.support.until import until
from tui.client import EngineClient, EngineFault, EngineGone

pytestmark = pytest.mark.asyncio

CLIENTS, TICKETS, EDITS = 50, 10, 3


async def test_fifty_clients_edit_ten_tickets_and_no_word_is_lost(site: FakeSite) -> None:
    clients = [await site.client() for _ in range(CLIENTS)]
    numbers = [(await create(clients[0], f"k{n}", force=True)).ticket.number for n in range(TICKETS)]
    chance = random.Random(5)
    written: dict[str, list[str]] = defaultdict(list)
    stale: list[tuple[str, int, EngineFault]] = []

    async def edits(name: int, client: EngineClient, work: list[str]) -> None:
        for count, number in enumerate(work):
            mine = f"c{name}.{count}"  # what the console keeps until it is taken
            ticket = (await show(client, number)).row.ticket
            while True:
                text = f"{ticket.text}\n{mine}".strip()
                try:
                    row = await act(client, number, Deed.EDIT, fields={"text": text}, version=ticket.version)
                except EngineFault as refusal:
                    stale.append((number, ticket.version, refusal))
                    ticket = (await show(client, number)).row.ticket
                    continue
                assert row.ticket.version == ticket.version + 1
                written[number].append(mine)
                break

    work = [chance.choices(numbers, k=EDITS) for _ in clients]
    async with asyncio.timeout(120):  # a lost wake-up would take for ever; how fast it is, the benchmark says
        await asyncio.gather(*(edits(name, client, work[name]) for name, client in enumerate(clients)))
    assert stale
    for number, known, refusal in stale:  # each loser hears who was first, and what it is now
        told, version, who, _ = refusal.detail.split()
        assert (refusal.reason, told, who) == (Reason.CONFLICT, number, f"uid{os.getuid()}")
        assert int(version) > known
    for number in numbers:
        detail = await show(clients[0], number)
        assert sorted(detail.row.ticket.text.splitlines()) == sorted(written[number])
        assert len([step for step in detail.steps if step.deed is Deed.EDIT]) == len(written[number])


# Killed


@dataclass
class Engine:
    """An engine as a process of its own, on the data of a site that is stopped."""

    site: FakeSite
    process: asyncio.subprocess.Process = field(init=False)

    async def start(self) -> None:
        config = str(self.site.folder / "config.toml")
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "engine.daemon.cli", "run", "--attach", "--config", config),
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(20):
            while True:
                client = EngineClient(self.site.socket, "test")
                with contextlib.suppress(EngineGone, EngineFault):
                    await client.open()
                    await client.close()
                    return
                await client.close()
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        if self.process.returncode is None:
            os.kill(self.process.pid, signal.SIGKILL)
        await self.process.wait()


@pytest_asyncio.fixture
async def engine(site: FakeSite) -> AsyncIterator[Engine]:
    await site.stop_engine()
    engine = Engine(site)
    await engine.start()
    yield engine
    await engine.kill()


@dataclass
class Acknowledged:
    """What the engine has said that it has."""

    tickets: set[str] = field(default_factory=set)
    remarks: set[tuple[str, str]] = field(default_factory=set)
    files: set[tuple[str, str, str]] = field(default_factory=set)


async def works(path: str, name: int, known: Acknowledged) -> None:
    """Somebody who writes without a pause, until the engine is gone."""
    client = EngineClient(path, "test")
    with contextlib.suppress(EngineGone):
        await client.open()
        for count in range(1_000):
            number = (await create(client, f"w{name}.{count}", force=True)).ticket.number
            known.tickets.add(number)
            text = f"备注 {name}.{count}"
            await act(client, number, Deed.REMARK, text=text)
            known.remarks.add((number, text))
            content = PNG + f"{name}.{count}".encode() * (100_000 if count % 3 == 0 else 100)
            kept = await attach(client, number, f"{name}.{count}.png", content)
            assert kept.sha256 == hashlib.sha256(content).hexdigest()
            known.files.add((number, kept.name, kept.sha256))
    await client.close()


async def test_whatever_was_acknowledged_is_there_after_kill_9(engine: Engine) -> None:
    site, known = engine.site, Acknowledged()
    chance = random.Random(9)
    for turn in range(2):
        work = [asyncio.create_task(works(site.socket, 10 * turn + name, known)) for name in range(4)]
        before = len(known.files)
        await until(lambda wanted=before + 12: len(known.files) >= wanted, 20)  # type: ignore[misc]
        await asyncio.sleep(chance.uniform(0, 0.05))  # wherever it is then
        await engine.kill()
        await asyncio.gather(*work)
        await engine.start()
    client = await site.client()
    found = Acknowledged()
    for number in known.tickets:
        detail = await show(client, number)
        found.tickets.add(detail.row.ticket.number)
        found.remarks |= {(number, step.text) for step in detail.steps if step.deed is Deed.REMARK}
        found.files |= {(number, one.name, one.sha256) for one in detail.attachments}
    assert known.tickets == found.tickets
    assert known.remarks <= found.remarks
    assert known.files <= found.files
    await client.close()
    await engine.kill()
    await site._start_engine()
    folder = site.service.paths.attachments
    kept = {path.name: path for path in folder.rglob("*") if path.is_file()}
    assert set(kept) >= site.service.store.read(hashes).result()  # every row has its bytes, whole
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == name for name, path in kept.items())
    assert not (folder / "incoming").exists()
    numbers = [ticket.number for ticket in site.service.store.read(all_tickets).result()]
    assert len(numbers) == len(set(numbers))
