"""How soon a caller hears a sentence with values: found, spoken, joined from pieces; and sixty at once."""

import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.figures import Figures, spread
from benchmarks.progress import say
from engine.adapters.speech.live import LiveSpeaker
from engine.config import Config, parse_config
from engine.core.effects import PlayPrompts
from engine.core.ivr.values import Value
from engine.core.voice.template import ValueKind
from engine.daemon import prompts
from engine.daemon.paths import SitePaths
from engine.daemon.voice import PromptVoice

_HOME = Path(__file__).parents[1]
_SEED = 4
_TODAY = date(2026, 11, 20)
_NO_WORKER = ("/nonexistent/worker",)
_AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    sentences: int
    languages: tuple[str, ...]


FULL = Size(sentences=200, languages=("zh", "en"))
QUICK = Size(sentences=20, languages=("zh",))


def measure(size: Size) -> Figures:
    """A site of its own, with the shipped prompts; the sentence says an amount of money."""
    with tempfile.TemporaryDirectory(prefix="fs-bench-") as folder:
        config = parse_config((_HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")
        paths = SitePaths(data=Path(folder), home=_HOME, socket=Path(folder) / "s")
        say("voice: the prompts are built")
        for language in size.languages:
            prompts.build(config, paths, language)
        return asyncio.run(_measure(config, paths, size))


async def _measure(config: Config, paths: SitePaths, size: Size) -> Figures:
    figures: Figures = {}
    for language in size.languages:
        say(f"voice: {size.sentences} sentences of each kind in {language}")
        figures |= await _of_language(config, paths, language, size.sentences)
    return figures


async def _of_language(config: Config, paths: SitePaths, language: str, count: int) -> Figures:
    amounts = random.Random(_SEED).sample(range(1, 100_000), 2 * count + _AT_ONCE + 1)
    voice = PromptVoice(config, paths, today=lambda: _TODAY)
    await voice.start()
    orders = _orders(paths, language)
    try:
        first = await _timed(voice, orders(amounts.pop()))
        await voice.live.settled()
        spoken = [orders(amounts.pop()) for _ in range(count)]
        new = [await _timed(voice, order) for order in spoken]
        again = [await _timed(voice, order) for order in spoken]
        crowd = [orders(amounts.pop()) for _ in range(_AT_ONCE)]
        at_once = await asyncio.gather(*(_timed(voice, order) for order in crowd))
    finally:
        await voice.stop()
    pieces = PromptVoice(config, paths, today=lambda: _TODAY, live=LiveSpeaker(command=_NO_WORKER))
    await pieces.start()
    try:
        joined = [await _timed(pieces, orders(amounts.pop())) for _ in range(count)]
    finally:
        await pieces.stop()
    return {
        f"voice.first_{language}_ms": first,
        **spread(f"voice.new_{language}", new),
        **spread(f"voice.cached_{language}", again),
        **spread(f"voice.pieces_{language}", joined),
        **spread(f"voice.at_once_{language}", at_once),
    }


def _orders(paths: SitePaths, language: str) -> Callable[[int], PlayPrompts]:
    """Orders for the first prompt of the catalogue that says nothing but money."""
    catalogue = prompts.catalogue_of(paths)
    money = next(
        prompt
        for prompt in catalogue.values()
        if prompt.slots and all(slot.kind is ValueKind.MONEY for slot in prompt.slots)
    )

    def order(fen: int) -> PlayPrompts:
        values: dict[str, Value] = {slot.name: fen for slot in money.slots}
        return PlayPrompts(call_id="c", prompts=(money.prompt_id,), values=values, language=language)

    return order


async def _timed(voice: PromptVoice, order: PlayPrompts) -> float:
    began = time.perf_counter()
    files = await voice.files(order)
    assert files
    return (time.perf_counter() - began) * 1000
