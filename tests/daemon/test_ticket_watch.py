"""Consoles that watch tickets: told later when the database could not be read, and not after they left."""

import asyncio
import sqlite3
from typing import Any, cast

import pytest

from engine.adapters.unix_socket import Connection
from engine.core.records import Millis
from engine.core.states import Role
from engine.core.tickets.records import Actor, Ticket, TicketCounts
from engine.daemon.tickets.watch import TicketWatch
from engine.wire.tickets import TicketsChanged
from tests.support.until import until

pytestmark = pytest.mark.asyncio
NOW: Millis = 1_800_000_000_000
ACTOR = Actor(staff_number="8001", role=Role.AGENT)


class Console:
    """What a console is told."""

    def __init__(self) -> None:
        self.told: list[TicketsChanged] = []

    def notify(self, method: str, params: TicketsChanged, *rest: Any) -> None:
        self.told.append(params)


class Counting:
    """The database: busy for as long as somebody wants, or in trouble."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None
        self.asked = 0
        self.free = asyncio.Event()
        self.free.set()

    async def __call__(self, actor: Actor) -> TicketCounts:
        self.asked += 1
        await self.free.wait()
        if self.trouble:
            raise self.trouble
        return TicketCounts()


def ticket(number: str) -> Ticket:
    return Ticket(number=number, type="fault", owner="8001", created_at=NOW)


async def test_consoles_are_told_once_the_database_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.daemon.tickets.watch.COALESCE_S", 0.001)
    monkeypatch.setattr("engine.daemon.tickets.watch._AGAIN_S", 0.01)
    counting, console = Counting(), Console()
    watch = TicketWatch(counting, lambda: 0)
    await watch.watch(cast(Connection, console), ACTOR)
    counting.trouble = sqlite3.OperationalError("disk I/O error")
    watch.changed(ticket("1"))
    await until(lambda: counting.asked > 2)
    assert console.told == []
    counting.trouble = None
    await until(lambda: console.told)
    assert console.told[0].numbers == ["1"]
    await watch.close()


async def test_who_has_left_meanwhile_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.daemon.tickets.watch.COALESCE_S", 0.001)
    counting, left, stays = Counting(), Console(), Console()
    watch = TicketWatch(counting, lambda: 0)
    for console in (left, stays):
        await watch.watch(cast(Connection, console), ACTOR)
    counting.free.clear()
    watch.changed(ticket("1"))
    await until(lambda: counting.asked > 2)
    watch.forget(cast(Connection, left))
    counting.free.set()
    await until(lambda: stays.told)
    assert left.told == []
    await watch.close()
