"""Sixty callers who serve themselves at once: what it costs, what they hear, and how soon after a key."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.call_load import wait_recorded
from benchmarks.crowd import Crowd
from benchmarks.figures import Figures, spread
from benchmarks.processes import cpu_seconds, family, own_cpu_seconds, resident_mb
from benchmarks.progress import say
from benchmarks.self_service_walk import (
    WAY,
    Lost,
    Visitor,
    Walker,
    book_of,
    furnish,
    names_of,
    speak_beforehand,
)
from benchmarks.site import NUMBER, Site
from engine.core.states import Outcome
from engine.wire.methods import CallIdParams, CallsParams

STUTTER_MS = 60.0  # what a telephone's buffer does not take
_SEED = 15
_ARRIVE_S = 6.0  # within which all have called
_NEXT_MS = 1500.0  # a prompt that follows another by itself comes sooner
_LATE_S = 20.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many call at once."""

    callers: int


FULL = Size(callers=60)
QUICK = Size(callers=6)


async def measure(site: Site, size: Size) -> Figures:
    """The site is up without its engine, which is started here: customers and cache come first."""
    visitors = furnish(site.paths.database, 2 * size.callers, _SEED)
    regulars, others = visitors[: size.callers], visitors[size.callers :]
    say(f"self-service: the sentences of {len(regulars)} callers are spoken beforehand")
    await speak_beforehand(site.config, site.paths, regulars)
    await site.start_engine()
    crowd = Crowd(site.line_port, site.ports.sip, NUMBER)
    try:
        say(f"self-service: {len(others)} callers ask for what was never said before")
        new = await _all(site, crowd, others, lambda walker: walker.ask_balance(crowd))
        say(f"self-service: {len(regulars)} callers go through all menus")
        figures = await _walks(site, crowd, regulars)
    finally:
        await crowd.hang_up_all()
        await crowd.close()
    return figures | spread(
        "selfservice.new", [step.ms for walker in new for step in walker.steps if step.valued]
    )


async def _walks(site: Site, crowd: Crowd, visitors: list[Visitor]) -> Figures:
    since, clock = time.time_ns() // 1_000_000, time.monotonic()
    before = _used(site)
    walkers = await _all(site, crowd, visitors, lambda walker: walker.walk(crowd))
    seconds, walked = time.monotonic() - clock, _used(site)
    recorded = await wait_recorded(site.watcher, since, len(visitors))
    engine, workers, asterisk = (now - then for now, then in zip(walked, before, strict=True))
    steps = [step for walker in walkers for step in walker.steps]
    heard = [hearing for walker in walkers for hearing in walker.ear.heard]
    holes = [hearing.hole_ms for hearing in heard]
    return {
        "selfservice.callers": len(visitors),
        "selfservice.lost": len(visitors) - len(walkers),
        "selfservice.wrong_ways": await _wrong_ways(site, since, len(visitors)),
        "selfservice.recordings": recorded,
        "selfservice.seconds": seconds,
        "selfservice.steps": len(steps),
        "selfservice.engine_s": engine,
        "selfservice.engine_workers_s": workers,
        "selfservice.asterisk_s": asterisk,
        "selfservice.engine_percent_of_asterisk": 100 * engine / asterisk,
        "selfservice.engine_percent_of_a_core": 100 * engine / seconds,
        "selfservice.engine_ms_per_step": 1000 * engine / max(1, len(steps)),
        "selfservice.engine_mb": resident_mb(site.engine.pid),
        "selfservice.workers_mb": sum(map(resident_mb, list(family(site.engine.pid))[1:])),
        "selfservice.sentences": len(heard),
        "selfservice.packets_left_out": sum(hearing.left_out for hearing in heard),
        "selfservice.packets_strange": sum(walker.ear.strange for walker in walkers),
        "selfservice.stutters": sum(hole > STUTTER_MS for hole in holes),
        "selfservice.hole_max_ms": max(holes, default=0.0),
        **spread("selfservice.hole", holes),
        **spread("selfservice.cached", [step.ms for step in steps if step.valued]),
        **spread("selfservice.menu", [step.ms for step in steps if not step.valued]),
        **spread("selfservice.next_prompt", list(_between(walkers))),
    }


async def _all(
    site: Site, crowd: Crowd, visitors: list[Visitor], go: Callable[[Walker], Awaitable[None]]
) -> list[Walker]:
    """Everybody calls at a moment of some seconds; returns those who came through."""
    book = book_of(site.config, site.paths)
    chance = random.Random(_SEED)

    async def one(seed: int, visitor: Visitor) -> Walker | None:
        walker = Walker(visitor, names_of(site.config, site.paths, visitor), book, seed, patient=True)
        await asyncio.sleep(chance.uniform(0, _ARRIVE_S))
        try:
            await go(walker)
        except (Lost, OSError) as error:
            say(f"lost: {error}")
            return None
        return walker

    walkers = await asyncio.gather(*(one(*each) for each in enumerate(visitors)))
    return [walker for walker in walkers if walker is not None]


def _between(walkers: Iterable[Walker]) -> Iterable[float]:
    """From the end of a prompt to the beginning of the one that follows it by itself."""
    for walker in walkers:
        for first, second in pairwise(walker.ear.heard):
            gap_ms = (second.began_at - first.ended_at) / 1e6 - 20.0
            if first.whole and gap_ms < _NEXT_MS and second.file in ("back_or_person", "list_hint"):
                yield gap_ms


async def _wrong_ways(site: Site, since: int, count: int) -> int:
    """How many of the calls are not on record as going through all nodes in their order."""
    async with asyncio.timeout(_LATE_S):
        while True:
            rows = (await site.watcher.call("calls.list", CallsParams(since=since, limit=1000))).calls
            if sum(row.outcome == Outcome.IVR_EXIT for row in rows) >= count:
                break
            await asyncio.sleep(0.2)
    records = [
        (await site.watcher.call("calls.show", CallIdParams(call_id=row.call_id))).record for row in rows
    ]
    return sum(" ".join(record.ivr_path) != WAY for record in records)


def _used(site: Site) -> tuple[float, float, float]:
    """CPU seconds of the engine with its workers, of these alone, and of Asterisk."""
    engine, asterisk = site.engine.pid, site.pbx.pid
    assert asterisk is not None
    whole = cpu_seconds(engine)
    return whole, whole - own_cpu_seconds(engine), cpu_seconds(asterisk)
