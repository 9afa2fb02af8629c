"""CPU time of engine and of Asterisk over the same calls: menu, music, talk, recording."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from benchmarks import customers
from benchmarks.figures import Figures
from benchmarks.processes import cpu_seconds, family, own_cpu_seconds, resident_mb
from benchmarks.progress import say
from benchmarks.site import NUMBER, SUPERVISOR, Site, staff_number
from engine.adapters.phone import Phone, PhoneAccount, PhoneStack
from engine.adapters.unix_socket.client import SocketClient
from engine.core.records import CallNote
from engine.core.states import AgentState, AgentStatus
from engine.wire.methods import CallsParams, DraftParams, NoteParams, SubscribeParams, Views

_SEED = 3
_AT_ONCE = 20  # callers: 12 talk, the others are in the menu or wait with music
_TALK_S = 8.0
_PICK_UP_S = 0.3
_RECORDINGS_S = 60.0
_UNKNOWN_EVERY = 5  # callers nobody knows


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    calls: int


FULL = Size(calls=200)
QUICK = Size(calls=16)


async def measure(site: Site, size: Size) -> Figures:
    """Twelve agents with consoles, a supervisor who watches the floor, and one call after another."""
    agents = [_Agent(site, number) for number in range(1, site.seats + 1)]
    async with PhoneStack() as stack:
        phones = [phone_of_seat(stack, site, number) for number in range(1, site.seats + 1)]
        try:
            await asyncio.gather(*(phone.register() for phone in phones))
            for agent in agents:
                await agent.log_in()
            supervisor = await site.log_in(SUPERVISOR)
            await supervisor.call("view.subscribe", SubscribeParams(topics=["floor"]))
            figures = await _calls(site, size.calls)
            for agent in agents:
                await agent.log_out()
        finally:
            await asyncio.gather(*(phone.close() for phone in phones))
    answered = sum(agent.talks for agent in agents)
    return figures | {"cpu.answered": answered, "cpu.breaks": sum(agent.breaks for agent in agents)}


async def _calls(site: Site, count: int) -> Figures:
    say(f"CPU: {count} calls of {_TALK_S:.0f} s talk, {_AT_ONCE} at once")
    since = time.time_ns() // 1_000_000
    clock = time.monotonic()
    before = _used(site)
    for cli in _numbers(site, count):
        await site.callers.wait_until(_AT_ONCE - 1, timeout_s=60)
        await site.callers.place(NUMBER, cli, "talks")
    await site.callers.wait_until(0, timeout_s=120)
    recorded = await wait_recorded(site.watcher, since, count)
    engine, recorder, asterisk = (now - then for now, then in zip(_used(site), before, strict=True))
    return {
        "cpu.calls": count,
        "cpu.recordings": recorded,
        "cpu.seconds": time.monotonic() - clock,
        "cpu.engine_s": engine,
        "cpu.recorder_s": recorder,
        "cpu.asterisk_s": asterisk,
        "cpu.engine_ms_per_call": 1000 * engine / count,
        "cpu.engine_percent_of_asterisk": 100 * engine / asterisk,
        "rss.engine_mb": resident_mb(site.engine.pid),
        "rss.engine_workers_mb": sum(map(resident_mb, list(family(site.engine.pid))[1:])),
    }


def _used(site: Site) -> tuple[float, float, float]:
    """CPU seconds of the engine with its recording worker, of that worker alone, and of Asterisk."""
    engine, asterisk = site.engine.pid, site.pbx.pid
    assert asterisk is not None
    whole = cpu_seconds(engine)
    return whole, whole - own_cpu_seconds(engine), cpu_seconds(asterisk)


def _numbers(site: Site, count: int) -> list[str]:
    known = customers.sample(site.paths.database, count, _SEED)
    return [
        f"1760000{serial:04}" if serial % _UNKNOWN_EVERY == 0 else customer.phones[0]
        for serial, customer in enumerate(known)
    ]


async def wait_recorded(watcher: SocketClient, since: int, count: int) -> int:
    """The number of finished recordings, when all are there or no more come."""
    deadline = time.monotonic() + _RECORDINGS_S
    wanted = CallsParams(since=since, limit=1000)
    while True:
        found = len((await watcher.call("recordings.list", wanted)).recordings)
        if found >= count or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.5)


def phone_of_seat(stack: PhoneStack, site: Site, number: int) -> Phone:
    """The phone of seat 1, 2 ..: it speaks, and is picked up by itself."""
    account = PhoneAccount(
        user=f"seat{number}",
        server="127.0.0.1",
        port=site.config.asterisk.sip_port,
        secret=site.secrets[f"seat.seat{number}"],
    )
    voice = site.paths.prompts / site.config.site.language / "greeting.wav"
    return Phone(stack, account, microphone=voice, pick_up_after_s=_PICK_UP_S)


class _Agent:
    """Talks for some seconds, writes a note, hangs up: what a console sends for a short call."""

    def __init__(self, site: Site, number: int) -> None:
        self.talks = 0
        self.breaks = 0
        self._site = site
        self._number = number
        self._client: SocketClient
        self._call_id = ""
        self._work: set[asyncio.Task[None]] = set()

    async def log_in(self) -> None:
        """Take the seat and be ready."""
        self._client = await self._site.log_in(
            staff_number(self._number), f"seat{self._number}", on_views=self._on_views
        )
        await self._client.call("view.subscribe", SubscribeParams(topics=["desk"]))
        await self._client.call("agent.ready")

    async def log_out(self) -> None:
        """Leave the seat."""
        await asyncio.gather(*self._work)
        await self._client.call("session.log_out")
        await self._client.close()

    def _on_views(self, views: Views) -> None:
        desk = views.desk
        if desk is None:
            return
        call_id = desk.call.call_id if desk.call is not None else ""
        if desk.agent.state is AgentState.TALKING and call_id != self._call_id:
            self._call_id = call_id
            self._spawn(self._talk(call_id))
        elif desk.agent.status is AgentStatus.BREAK and desk.agent.reason:
            self.breaks += 1
            self._spawn(self._client.call("agent.ready"))

    async def _talk(self, call_id: str) -> None:
        self.talks += 1
        note = CallNote(note="机顶盒无信号,已指导重启", disposition="fault_reported")
        await asyncio.sleep(_TALK_S / 2)
        await self._client.call("call.draft", DraftParams(call_id=call_id, note=note))
        await asyncio.sleep(_TALK_S / 2)
        await self._client.call("call.note", NoteParams(call_id=call_id, note=note))
        await self._client.call("agent.hang_up")

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
