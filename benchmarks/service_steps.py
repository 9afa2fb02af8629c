"""450 callers who serve themselves, without sound, while agents' calls go on: time of a step, and cost.

So many are in self-service at the largest of the sites that were described (A8).
"""

import asyncio
from dataclasses import dataclass

from benchmarks import customers
from benchmarks.figures import Figures, spread
from benchmarks.loopback import WAY, LoopbackCaller, listening
from benchmarks.loopback_centre import SEATS, LoopbackCentre, make_empty
from benchmarks.processes import own_cpu_seconds
from benchmarks.progress import say
from benchmarks.self_service_walk import Visitor, furnish, place_of
from engine.config import Config
from engine.daemon.paths import SitePaths

_LISTENS_S = (1.5, 4.5)
_ARRIVE_S = 8.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many callers, and how long it is measured."""

    callers: int
    seconds: float


FULL = Size(callers=450, seconds=60.0)
QUICK = Size(callers=40, seconds=8.0)


async def measure(size: Size) -> Figures:
    """First the agents' calls alone, then with the callers who serve themselves."""
    visitors: list[Visitor] = []

    def prepare(config: Config, paths: SitePaths) -> None:
        visitors.extend(furnish(paths.database, size.callers, seed=8))
        for visitor in visitors:
            for order in visitor.orders:
                make_empty(place_of(config, paths, order))

    centre = LoopbackCentre(customers.SIZES["10k"], prepare)
    try:
        say(f"self-service without sound: {size.callers} customers")
        await centre.start()
        listens = listening(1, *_LISTENS_S)
        centre.keep_agents_talking()
        await asyncio.sleep(3)
        say(f"self-service without sound: {SEATS} agents' calls alone")
        alone = await _watch(centre, size.seconds / 2, "alone")
        say(f"self-service without sound: {size.callers} callers more")
        centre.keep_calling(
            size.callers,
            lambda place: LoopbackCaller(centre.switch, visitors[place].cli, WAY, listens),
            _ARRIVE_S,
        )
        await asyncio.sleep(_ARRIVE_S + 2)
        together = await _watch(centre, size.seconds, "together")
        return {"steps.callers": size.callers, **alone, **together}
    finally:
        say("ending the processes")
        await centre.stop()


async def _watch(centre: LoopbackCentre, seconds: float, name: str) -> Figures:
    before = await centre.begin_watch()
    await asyncio.sleep(seconds)
    used = own_cpu_seconds(centre.engine.pid) - before
    figures = await centre.seen(f"steps.{name}", before, seconds)
    steps = centre.switch.times.steps
    if steps:
        figures |= spread("steps.step", steps)
        figures["steps.steps_a_second"] = len(steps) / seconds
        figures["steps.engine_ms_per_step"] = 1000 * used / len(steps)
    return figures
