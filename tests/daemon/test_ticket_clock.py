"""When the clocks of tickets are looked at: in time, sooner where something new is due sooner, and again."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from engine.core.records import Millis
from engine.core.tickets.records import Ticket
from engine.daemon.clock import Clock
from engine.daemon.tickets.clock import Ticked, TicketClock
from tests.support.until import until

pytestmark = pytest.mark.asyncio
NOW = 1_800_000_000_000


class SetClock(Clock):
    """A clock that shows what somebody has set."""

    def __init__(self) -> None:
        self.at: Millis = NOW

    def now(self) -> Millis:
        return self.at


@dataclass
class Tickets:
    """What is due when, in place of the database."""

    due: list[Millis] = field(default_factory=list)
    trouble: Exception | None = None
    looks: int = 0
    told: list[Millis] = field(default_factory=list)

    async def tick(self, now: Millis) -> list[Ticked]:
        self.looks += 1
        if self.trouble:
            raise self.trouble
        over = [at for at in self.due if at <= now]
        self.due = [at for at in self.due if at > now]
        return [(ticket(at), ()) for at in over]

    async def next_due(self) -> Millis:
        return min(self.due, default=0)

    def tell(self, ticked: list[Ticked]) -> None:
        self.told += [one.next_clock_at for one, _ in ticked]


def ticket(at: Millis) -> Ticket:
    return Ticket(number="1", type="fault", owner="8001", created_at=NOW, next_clock_at=at)


@dataclass
class Bench:
    clock: SetClock
    tickets: Tickets
    watch: TicketClock


@pytest_asyncio.fixture
async def bench(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    monkeypatch.setattr("engine.daemon.tickets.clock._AGAIN_S", 0.01)
    clock, tickets = SetClock(), Tickets()
    watch = TicketClock(clock, tickets.tick, tickets.next_due, tickets.tell)
    bench = Bench(clock, tickets, watch)
    task = asyncio.ensure_future(watch.run())
    await until(lambda: tickets.looks)
    yield bench
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_is_new_and_due_sooner_is_looked_at_sooner(bench: Bench) -> None:
    bench.watch.changed([ticket(NOW + 60_000), ticket(0)])  # later than the next look, or never
    await asyncio.sleep(0)
    assert bench.tickets.looks == 1
    bench.tickets.due = [NOW + 50]
    bench.watch.changed([ticket(NOW + 50)])
    await until(lambda: bench.tickets.looks == 2)
    bench.clock.at += 50
    await until(lambda: bench.tickets.told == [NOW + 50])


async def test_a_clock_that_jumps_ahead_is_noticed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.daemon.tickets.clock.LONGEST_S", 0.02)
    bench.tickets.due = [NOW + 86_400_000]
    bench.watch.changed([ticket(NOW + 1)])
    await until(lambda: bench.tickets.looks > 2)
    assert bench.tickets.told == []
    bench.clock.at += 90_000_000
    await until(lambda: bench.tickets.told == [NOW + 86_400_000])
    bench.clock.at -= 90_000_000
    looks = bench.tickets.looks
    await until(lambda: bench.tickets.looks > looks + 1)
    assert len(bench.tickets.told) == 1


@pytest.mark.parametrize(
    "trouble", [sqlite3.OperationalError("database is locked"), KeyError("a fault of ours")]
)
async def test_after_any_trouble_the_clocks_are_looked_at_again_and_it_is_told_once(
    bench: Bench, caplog: pytest.LogCaptureFixture, trouble: Exception
) -> None:
    bench.tickets.trouble, bench.tickets.due = trouble, [NOW]
    bench.watch.changed([ticket(NOW + 1)])
    await until(lambda: bench.tickets.looks > 3)
    assert caplog.text.count("the clocks stand") == 1
    bench.tickets.trouble = None
    await until(lambda: bench.tickets.told == [NOW])


async def test_all_that_was_due_while_nobody_looked_is_let_go_at_once(bench: Bench) -> None:
    bench.tickets.due = [NOW - count for count in range(1_000)]
    bench.watch.changed([ticket(NOW + 1)])
    await until(lambda: len(bench.tickets.told) == 1_000)
