"""Agent free -> the next call rings the agent's phone: Fourseat and app_queue in turn, on one Asterisk."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from benchmarks import app_queue
from benchmarks.agent_legs import AgentLegs
from benchmarks.desk_phone import DeskPhone
from benchmarks.figures import Figures, spread
from benchmarks.progress import say
from benchmarks.site import NUMBER, Site, staff_number
from engine.adapters.unix_socket.client import SocketClient
from engine.wire.methods import BreakParams

_SEAT = "seat1"
_CALLS_A_SECOND = 20
_ARRIVED_S = 30.0
_POLL_S = 0.1
_GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    rounds: int
    callers: int


FULL = Size(rounds=3, callers=36)
QUICK = Size(rounds=1, callers=8)


@dataclass(frozen=True, slots=True)
class _Way:
    """One of the two ways to distribute calls, and what it has shown so far."""

    name: str
    number: str
    caller: str  # what a caller does
    waiting: Callable[[], Awaitable[int]]
    go: Callable[[], Awaitable[object]]
    stop: Callable[[], Awaitable[object]]
    gaps_ms: list[float] = field(default_factory=list)
    phone_gaps_ms: list[float] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)

    def figures(self) -> Figures:
        name = f"distribution.{self.name}"
        return {
            **spread(name, self.gaps_ms),
            **spread(f"{name}_phone", self.phone_gaps_ms),
            f"{name}_unanswered": sum(self.unanswered),
        }


async def measure(site: Site, size: Size) -> Figures:
    """Many callers wait, then one agent serves them one after another; both ways in turn."""
    rival = app_queue.AppQueue(site, _SEAT)
    phone = DeskPhone(_SEAT, site.secrets[f"seat.{_SEAT}"], site.config.asterisk.sip_port)
    await phone.start()
    await rival.load()
    agent = await site.log_in(staff_number(1), _SEAT)
    try:
        ways = [
            _Way(
                "fourseat",
                NUMBER,
                "presses",
                lambda: _waiting(site.watcher),
                lambda: agent.call("agent.ready"),
                lambda: agent.call("agent.break", BreakParams(reason="rest")),
            ),
            _Way("app_queue", app_queue.NUMBER, "silent", rival.waiting, rival.go, rival.stop),
        ]
        for number in range(1, size.rounds + 1):
            for way in ways:
                say(f"distribution: round {number} of {size.rounds}, {size.callers} callers, {way.name}")
                await _round(site, phone, way, size.callers)
        await agent.call("session.log_out")
    finally:
        await agent.close()
        await phone.close()
    figures = ways[0].figures() | ways[1].figures()
    ours, theirs = (figures[f"distribution.{way.name}_median_ms"] for way in ways)
    return figures | {"distribution.times_faster": theirs / ours}


async def _round(site: Site, phone: DeskPhone, way: _Way, callers: int) -> None:
    legs = AgentLegs(_SEAT)
    ear = site.ami(legs.take)
    await ear.start()
    await ear.wait_up(10)
    try:
        for serial in range(callers):
            await site.callers.place(way.number, f"1380000{serial:04}", way.caller)
            await asyncio.sleep(1 / _CALLS_A_SECOND)
        await _until_waiting(way, callers)
        phone.forget_gaps()
        phone.talks_s = _talks_s()
        await way.go()
        await site.callers.wait_until(0, timeout_s=20 + 3 * callers)
        await way.stop()
    finally:
        await ear.stop()
    way.gaps_ms.extend(legs.gaps_ms)
    way.phone_gaps_ms.extend(phone.gaps_ms)
    way.unanswered.append(legs.unanswered)


def _talks_s() -> Iterator[float]:
    """Lengths of talks, spread evenly over a second, the same for both ways.

    app_queue looks for a free agent once a second: with talks of one length it would be lucky each time, or
    never.
    """
    return (0.1 + number * _GOLDEN % 1.0 for number in count())


async def _until_waiting(way: _Way, callers: int) -> None:
    deadline = time.monotonic() + _ARRIVED_S
    while (waiting := await way.waiting()) < callers:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{waiting} of {callers} callers wait for {way.name}")
        await asyncio.sleep(_POLL_S)


async def _waiting(watcher: SocketClient) -> int:
    waiting: int = (await watcher.call("floor.status")).waiting
    return waiting
