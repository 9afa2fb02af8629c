"""What the centre says, known beforehand: the very sound of a sentence with its values, in what callers hear.

A sentence with values is one sound, or, when the speaker was not quick enough, one of pieces; both count.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.hearing import frames_of, is_loud
from engine.adapters.speech.build import prompt_path, source_of, utterance, voice_of
from engine.adapters.speech.cache import SentenceCache
from engine.adapters.speech.sources import key_of
from engine.core.ivr.values import Plain
from engine.core.voice.catalogue import is_said
from engine.core.voice.pieces import pieces_of
from engine.core.voice.speech_text import fill
from engine.core.voice.template import Slot
from engine.daemon.prompts import catalogue_of
from engine.daemon.voice import SPOKEN
from tests.real.gateway import GatewayCall, Packet
from tests.support.centre import Whole, eventually
from tests.support.heard import Sound

# Packets of 20 ms that are not silent
_BEGINNING = 40
_END = 5
_WHOLE = 0.8
_GAP = 150  # between two that follow each other; most is between pieces
_SPOKEN_DBFS = -50.0
_SILENT_AT_ONCE_S = 0.2  # a prompt that is cut short is over by then
_POLL_S = 0.15
_BEEP_S = 0.9
_WORDLESS_S = 0.6
_LATE_S = 10.0
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: where its one sound is or will be, and the pieces that it may come in instead.

    Asterisk sends a file in the same packets every time, so what is heard is not a matter of likeness.
    """

    name: str
    whole: Path
    pieces: tuple[Path, ...] = ()

    def begins(self, heard: Sequence[Packet]) -> float | None:
        """Where its beginning was heard."""
        places = (_begin(path, heard) for path in (self.whole, *self.pieces[:1]))
        return next((heard[place].at for place in places if place is not None), None)

    def share(self, heard: Sequence[Packet]) -> float:
        """How much of it was heard, its end included; 0: not its end."""
        return max(_share((self.whole,), heard), _share(self.pieces, heard))

    @property
    def seconds(self) -> float:
        """About so long it takes."""
        paths = [self.whole] if self.whole.exists() else list(self.pieces)
        return sum(Sound.of(path).seconds for path in paths)


def sentence(real: Whole, prompt_id: str, **values: Plain) -> Said:
    """A prompt of the site's language, said with these values."""
    site = real.centre.site
    language, name = site.config.site.language, site.config.site.name
    prompt = catalogue_of(site.paths).get(prompt_id)
    assert prompt is not None, prompt_id
    voice = voice_of(language, site.config.speech.rate)
    spoken = SentenceCache(site.paths.prompts / SPOKEN, 0)
    if not prompt.slots:
        path = prompt_path(site.paths.prompts, language, prompt_id)
        live = spoken.place(language, key_of(source_of(prompt, voice, name)))
        return Said(prompt_id, path if path.exists() else live)
    today = datetime.now(ZoneInfo(site.config.site.timezone)).date()
    parts = prompt.parts(language, site_name=name)
    whole = spoken.place(language, key_of(utterance(fill(parts, values, language, today), voice)))
    pieces: list[Path] = []
    fixed = 0
    for part in parts:
        fixed += isinstance(part, str)
        if isinstance(part, Slot):
            names = pieces_of("", (part,), values, language, today)
            words = utterance(fill((part,), values, language, today), voice)
            pieces += (
                [prompt_path(site.paths.prompts, language, name) for name in names]
                if names is not None
                else [spoken.place(language, key_of(words))]
            )
        elif is_said(part):
            pieces.append(prompt_path(site.paths.prompts, language, f"{prompt_id}-{fixed}"))
    return Said(f"{prompt_id} {values}", whole, tuple(pieces))


class Visitor:
    """A caller who listens, and knows what is to be heard next."""

    def __init__(self, real: Whole, call: GatewayCall) -> None:
        self.real = real
        self.call = call
        self.cli = call.cli
        self.say = call.say
        self.hang_up = call.hang_up
        self.until_gone = call.until_gone
        self._mark = 0.0  # what was heard before is over

    async def press(self, keys: str, *, ms: int = 80, pause_ms: int = 120) -> None:
        """Press keys; what is heard from now on answers them. At a comma the next word is waited for."""
        for number, group in enumerate(keys.split(",")):
            if number:
                await self.hears_something(self.call.heard_s + _SILENT_AT_ONCE_S)
            self._mark = self.call.heard_s
            await self.call.press(group, ms=ms, pause_ms=pause_ms)

    async def hears_something(self, start: float = 0.0) -> None:
        """Wait until the line is not silent any more, from a place in what is heard on."""

        async def spoken() -> bool | None:
            return self.call.heard(start).level_dbfs() > _SPOKEN_DBFS or None

        await eventually(spoken, _PATIENCE_S, f"{self.cli} hears something")

    async def hears(self, prompt_id: str, **values: Plain) -> float:
        """Wait for the beginning of a sentence; returns where it began."""
        call = self.call
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            gone, late = call.gone.is_set(), time.monotonic() > deadline
            said = sentence(self.real, prompt_id, **values)
            began = said.begins(call.packets(self._mark))
            if began is not None:
                self._mark = began + 0.1
                return began
            assert not gone, f"{call.cli} was hung up before: {said.name}"
            assert not late, f"{call.cli} did not hear: {said.name}"
            await asyncio.sleep(_POLL_S)

    async def hears_out(self, prompt_id: str, **values: Plain) -> float:
        """Wait until a sentence is over, and see that it was heard whole; returns where it began."""
        began = await self.hears(prompt_id, **values)
        said = sentence(self.real, prompt_id, **values)
        ends = began + said.seconds
        await self.listen(ends)
        deadline = time.monotonic() + _LATE_S  # a busy machine says it with holes, and ends later
        while True:
            over = self.call.gone.is_set() or time.monotonic() > deadline
            share = said.share(self.call.packets(began))
            if share > _WHOLE:
                self._mark = ends - 0.3
                return began
            assert not over, f"{self.cli} heard {share:.0%} of: {said.name}"
            await asyncio.sleep(_POLL_S)

    async def listen(self, until: float) -> None:
        """Do nothing until a place in what is heard, or until the centre hangs up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, until - self.call.now)):
                await self.call.gone.wait()

    async def leaves_message(self, prompt_id: str, sound: Sound | None) -> None:
        """Hear what is asked and the beep, speak or not, and press hash."""
        began = await self.hears(prompt_id)
        beep_s = _WORDLESS_S if sound is None else _BEEP_S
        await self.listen(began + sentence(self.real, prompt_id).seconds + beep_s)
        if sound is not None:
            await self.say(sound)
        await self.press("#")


@lru_cache(maxsize=256)
def _frames(path: Path, written_at: int) -> list[bytes]:
    return [frame for frame in frames_of(path) if is_loud(frame)]


def _spoken(path: Path) -> list[bytes]:
    """The packets of a file that are not silent; none if it is not there."""
    return _frames(path, path.stat().st_mtime_ns) if path.exists() else []


def _begin(path: Path, heard: Sequence[Packet]) -> int | None:
    """The packet with which a file begins."""
    beginning = set(_spoken(path)[:_BEGINNING])
    for place, packet in enumerate(heard):
        if packet.payload in beginning:
            near = {later.payload for later in heard[place : place + 2 * _BEGINNING]}
            if len(beginning & near) > len(beginning) / 2:
                return place
    return None


def _share(paths: Sequence[Path], heard: Sequence[Packet]) -> float:
    """The share of files one after another, packets in their order; 0 if the end of one is not there."""
    least, place = 1.0, _begin(paths[0], heard) if paths else None
    if place is None:
        return 0.0
    for path in paths:
        found: list[bool] = []
        for frame in _spoken(path):
            near = (packet.payload for packet in heard[place : place + _GAP])
            further = next((step for step, payload in enumerate(near) if payload == frame), None)
            found.append(further is not None)
            place += 0 if further is None else further + 1
        if not any(found[-_END:]):
            return 0.0
        least = min(least, sum(found) / len(found))
    return least
