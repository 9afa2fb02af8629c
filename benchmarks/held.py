"""Many talks at once: what engine and Asterisk need for 30 that go on for a minute."""

import asyncio
from dataclasses import dataclass

from benchmarks.call_load import phone_of_seat
from benchmarks.figures import Figures
from benchmarks.processes import cpu_seconds, resident_mb
from benchmarks.progress import say
from benchmarks.site import NUMBER, SUPERVISOR, Site, staff_number
from engine.adapters.phone import PhoneStack
from engine.adapters.unix_socket.client import SocketClient
from engine.core.states import AgentState
from engine.wire.methods import SubscribeParams

_ALL_TALK_S = 60.0
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    calls: int
    seconds: float


FULL = Size(calls=30, seconds=60.0)
QUICK = Size(calls=4, seconds=3.0)


async def measure(site: Site, size: Size) -> Figures:
    """As many agents with consoles as calls, and a supervisor who watches the floor."""
    say(f"held: {size.calls} calls at once for {size.seconds:.0f} s")
    async with PhoneStack() as stack:
        phones = [phone_of_seat(stack, site, number) for number in range(1, size.calls + 1)]
        try:
            await asyncio.gather(*(phone.register() for phone in phones))
            agents = [await _agent(site, number) for number in range(1, size.calls + 1)]
            supervisor = await site.log_in(SUPERVISOR)
            await supervisor.call("view.subscribe", SubscribeParams(topics=["floor"]))
            for number in range(size.calls):
                await site.callers.place(NUMBER, f"1370000{number:04}", "talks")
            await _until_talking(site, size.calls)
            figures = await _watch(site, size)
            await asyncio.gather(*(agent.call("agent.hang_up") for agent in agents))
            await site.callers.wait_until(0, timeout_s=30)
        finally:
            await asyncio.gather(*(phone.close() for phone in phones))
    return figures


async def _agent(site: Site, number: int) -> SocketClient:
    agent = await site.log_in(staff_number(number), f"seat{number}")
    await agent.call("view.subscribe", SubscribeParams(topics=["desk"]))
    await agent.call("agent.ready")
    return agent


async def _until_talking(site: Site, calls: int) -> None:
    async with asyncio.timeout(_ALL_TALK_S):
        while True:
            if await _talks(site) >= calls:
                return
            await asyncio.sleep(_POLL_S)


async def _talks(site: Site) -> int:
    agents = (await site.watcher.call("floor.agents")).agents
    return sum(agent.state is AgentState.TALKING for agent in agents)


async def _watch(site: Site, size: Size) -> Figures:
    engine, asterisk = site.engine.pid, site.pbx.pid
    assert asterisk is not None
    before = cpu_seconds(engine), cpu_seconds(asterisk)
    await asyncio.sleep(size.seconds)
    engine_s, asterisk_s = cpu_seconds(engine) - before[0], cpu_seconds(asterisk) - before[1]
    return {
        "held.calls": await _talks(site),  # still
        "held.seconds": size.seconds,
        "held.engine_s": engine_s,
        "held.asterisk_s": asterisk_s,
        "held.engine_percent_of_asterisk": 100 * engine_s / asterisk_s,
        "held.engine_percent_of_a_core": 100 * engine_s / size.seconds,
        "held.asterisk_percent_of_a_core": 100 * asterisk_s / size.seconds,
        "held.engine_mb": resident_mb(engine),
        "held.asterisk_mb": resident_mb(asterisk),
    }
