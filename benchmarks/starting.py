"""How long the engine takes until it is ready, and a console until it can be used."""

import statistics
from dataclasses import dataclass

from benchmarks.figures import Figures
from benchmarks.progress import say
from benchmarks.site import Site
from benchmarks.terminal import Terminal

_LAST_SHOWN_SEAT = "8号席"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    starts: int


FULL = Size(starts=7)
QUICK = Size(starts=2)


async def measure(site: Site, size: Size) -> Figures:
    """The engine is started anew several times while Asterisk stays up; so is a console. Medians count."""
    say(f"start: the engine {size.starts} times, a console {size.starts} times")
    engine = []
    for _ in range(size.starts):
        await site.stop_engine()
        engine.append(await site.start_engine())
    console = [await _paint(site) for _ in range(size.starts)]
    return {
        "start.engine_s": statistics.median(engine),
        "start.engine_max_s": max(engine),
        "start.console_paint_s": statistics.median(console),
        "start.console_paint_max_s": max(console),
        "start.samples": size.starts,
    }


async def _paint(site: Site) -> float:
    """From the start of the program to the whole log-in screen, with the seats that the engine named."""
    terminal = Terminal("agent", site.paths.socket)
    try:
        terminal.start()
        return await terminal.wait_for("工号", _LAST_SHOWN_SEAT, "^Q") - terminal.began
    finally:
        await terminal.stop()
