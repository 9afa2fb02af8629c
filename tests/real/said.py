"""What the centre says, known beforehand: the very sound of a sentence with its values, in what callers hear.

A sentence with values is one sound, or, when the speaker was not quick enough, one of pieces; both count.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

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
from tests.real.gateway import GatewayCall
from tests.support.centre import Whole, eventually
from tests.support.heard import RATE, Sound

_BEGINNING_S = 0.8
_ALIKE = 0.75
_WHOLE = 0.8  # of the frames that are not silent
_QUIET = 0.01
_SPOKEN_DBFS = -50.0
_SILENT_AT_ONCE_S = 0.2  # a prompt that is cut short is over by then
_FRAME, _SLIP = 800, 480  # samples; a lost packet moves what follows
_POLL_S = 0.15
_BEEP_S = 0.9
_WORDLESS_S = 0.6
_GAP_S = 1.0  # between two pieces
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: where its one sound is or will be, and the pieces that it may come in instead."""

    name: str
    whole: Path
    pieces: tuple[Path, ...] = ()

    def begins(self, heard: Sound) -> float | None:
        """Where its beginning was heard, or what comes next: a busy machine stutters now and then."""
        places = (_start(path, heard) for path in (self.whole, *self.pieces[:1]))
        return next((place for place in places if place is not None), None)

    def share(self, heard: Sound) -> float:
        """How much of it was heard from the beginning of a sound on, and its end; 0: it was another one."""
        if (place := _start(self.whole, heard)) is not None:
            return _share(self.whole, heard.part(place))
        if not self.pieces:
            return 0.0
        least = 1.0
        for path in self.pieces:
            place = _start(path, heard.part(0, 2 * _BEGINNING_S + _GAP_S))
            if place is None:
                return 0.0
            least = min(least, _share(path, heard.part(place)))
            heard = heard.part(place + len(_spoken(path)) / RATE - 0.05)
        return least

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
        start = self._mark
        while True:
            said = sentence(self.real, prompt_id, **values)
            heard_s, heard = call.heard_s, call.heard(start)
            place = await asyncio.to_thread(said.begins, heard)
            if place is not None:
                self._mark = start + place + 0.1
                return start + place
            assert not call.gone.is_set(), f"{call.cli} was hung up before: {said.name}"
            assert time.monotonic() < deadline, f"{call.cli} did not hear: {said.name}"
            start = max(start, heard_s - _BEGINNING_S - 0.1)
            await asyncio.sleep(_POLL_S)

    async def hears_out(self, prompt_id: str, **values: Plain) -> float:
        """Wait until a sentence is over, and see that it was heard whole; returns where it began."""
        began = await self.hears(prompt_id, **values)
        said = sentence(self.real, prompt_id, **values)
        ends = began + said.seconds
        share = 0.0
        for late_s in (0.3, 1.0, 3.0):  # a busy machine says it with holes, and ends later
            await self.listen(ends + late_s)
            share = await asyncio.to_thread(said.share, self.call.heard(max(0.0, began - 0.1)))
            if share > _WHOLE:
                break
        assert share > _WHOLE, f"{self.cli} heard {share:.0%} of: {said.name}"
        self._mark = ends - 0.3
        return began

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


def _spoken(path: Path) -> np.ndarray:
    """A file without the silence at its ends."""
    samples = Sound.of(path).samples
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples[:0]


def _start(path: Path, heard: Sound) -> float | None:
    """Where a file begins in a sound; found by what comes next if the beginning itself has a hole."""
    if not path.exists():
        return None
    spoken, length = _spoken(path), round(_BEGINNING_S * RATE)
    for start in (0, length):
        place = _found(spoken[start : start + length], heard)
        if place is not None and (start == 0 or len(spoken) >= 2 * length):
            return max(0.0, place - start / RATE)
    return None


def _found(pattern: np.ndarray, heard: Sound) -> float | None:
    """Where a pattern is in a sound, in seconds; None: it is not."""
    samples = heard.samples.astype("float64")
    if len(samples) < len(pattern) or len(pattern) < RATE // 20:
        return None
    place, score = _best(pattern.astype("float64"), samples)
    return place / RATE if score > _ALIKE else None


def _share(path: Path, heard: Sound) -> float:
    """The share of a file that a sound begins with, frame by frame; 0 if the file's end is not in it."""
    spoken, samples = _spoken(path).astype("float64"), heard.samples.astype("float64")
    alike: list[bool] = []
    slip, room = 0, _SLIP
    for start in range(0, len(spoken) - _FRAME + 1, _FRAME):
        frame = spoken[start : start + _FRAME]
        if np.sqrt(np.mean(frame**2)) < 2 * _QUIET:
            continue
        first = max(0, start + slip - room)
        window = samples[first : start + slip + _FRAME + room]
        place, score = _best(frame, window) if len(window) >= _FRAME else (0, 0.0)
        alike.append(score > _ALIKE)
        if alike[-1]:
            slip, room = first + place - start, _SLIP
        else:
            room += _SLIP  # behind a hole it goes on later
    if not alike:
        return 1.0
    return float(np.mean(alike)) if any(alike[-2:]) else 0.0


def _best(pattern: np.ndarray, samples: np.ndarray) -> tuple[int, float]:
    """Where a pattern fits best, and how well: 1 exactly, about 0 not at all."""
    places = len(samples) - len(pattern) + 1
    size = 1 << (len(samples) + len(pattern)).bit_length()
    products = np.fft.irfft(np.fft.rfft(samples, size) * np.conj(np.fft.rfft(pattern, size)), size)[:places]
    sums = np.concatenate(([0.0], np.cumsum(samples**2)))
    powers = np.maximum(sums[len(pattern) :] - sums[: -len(pattern)], len(pattern) * 1e-6)
    scores = products / np.sqrt(powers * max(float(np.sum(pattern**2)), 1e-9))
    at = int(np.argmax(scores))
    return at, float(scores[at])
