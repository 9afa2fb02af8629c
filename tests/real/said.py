"""What the centre says, known beforehand: the very sound of a sentence with its values, in what callers hear.

A sentence with values is one sound, or, when the speaker was not quick enough, joined of pieces; both count.
"""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.hearing import spoken_frames
from engine.adapters.speech.build import prompt_path, source_of, utterance, voice_of
from engine.adapters.speech.cache import SentenceCache
from engine.adapters.speech.joining import Piece, join
from engine.adapters.speech.sources import key_of
from engine.core.ivr.values import Plain
from engine.core.voice.catalogue import is_said
from engine.core.voice.pieces import pieces_of
from engine.core.voice.speech_text import fill
from engine.core.voice.template import Slot
from engine.daemon.prompts import catalogue_of
from engine.daemon.voice import SPOKEN, pause_after
from tests.real.gateway import GatewayCall, Packet
from tests.support.centre import Whole, eventually
from tests.support.heard import Sound

# Packets of 20 ms that are not silent
_FIRST, _BEGINNING = 5, 40
_END = 5
_WHOLE = 0.8
_GAP = 100  # between two that follow each other
_SPOKEN_DBFS = -50.0
_POLL_S = 0.15
_BEEP_S = 0.9
_WORDLESS_S = 0.6
_LATE_S = 10.0
_PATIENCE_S = 30.0


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: where its one sound is or will be, and the pieces that may be joined in its place.

    Asterisk sends a file in the same packets every time, so what is heard is not a matter of likeness.
    """

    name: str
    whole: Path
    pieces: tuple[Piece, ...] = ()

    def begins(self, heard: Sequence[Packet]) -> float | None:
        """Where its beginning was heard."""
        places = (_begin(path, heard) for path in self._files())
        return next((heard[place].at for place in places if place is not None), None)

    def share(self, heard: Sequence[Packet]) -> float:
        """How much of it was heard, its end included; 0: not its end."""
        return max((_share(path, heard) for path in self._files()), default=0.0)

    @property
    def seconds(self) -> float:
        """About so long it takes."""
        return max((Sound.of(path).seconds for path in self._files()), default=0.0)

    def _files(self) -> list[Path]:
        """What it is played from, as far as that is there now."""
        files = [self.whole] if self.whole.exists() else []
        if self.pieces and all(piece.path.exists() for piece in self.pieces):
            joined = (
                self.whole.parent.parent / f"{hashlib.sha256(repr(self.pieces).encode()).hexdigest()}.wav"
            )
            if not joined.exists():
                join(self.pieces, joined)
            files.append(joined)
        return files


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
    pieces: list[Piece] = []
    fixed = 0
    for part in parts:
        fixed += isinstance(part, str)
        if isinstance(part, Slot):
            names = pieces_of("", (part,), values, language, today)
            words = utterance(fill((part,), values, language, today), voice)
            pieces += (
                [Piece(prompt_path(site.paths.prompts, language, name)) for name in names]
                if names is not None
                else [Piece(spoken.place(language, key_of(words)))]
            )
        elif is_said(part):
            path = prompt_path(site.paths.prompts, language, f"{prompt_id}-{fixed}")
            pieces.append(Piece(path, pause_after(part)))
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
        """Press keys; what is heard from now on answers them. At a comma the next prompt is waited for."""
        for number, group in enumerate(keys.split(",")):
            if number:
                await self.hears_next()
            self._mark = self.call.heard_s
            await self.call.press(group, ms=ms, pause_ms=pause_ms)

    async def hears_next(self) -> None:
        """Wait until a prompt begins after the last key; what was said before may go on for a moment."""
        folder = self.real.centre.site.paths.prompts
        beginnings = await asyncio.to_thread(_beginnings, folder)
        deadline = time.monotonic() + _PATIENCE_S
        while beginnings.isdisjoint(packet.payload for packet in self.call.packets(self._mark)):
            assert time.monotonic() < deadline, f"{self.cli} did not hear the next prompt"
            await asyncio.sleep(_POLL_S)
            beginnings |= _spoken_now(folder)

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
    return spoken_frames(path)


def _spoken(path: Path) -> list[bytes]:
    """The packets of a file that are not silent."""
    return _frames(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _beginnings(folder: Path) -> frozenset[bytes]:
    """The first words of all prompts that are there from the start."""
    paths = [path for path in folder.rglob("*.wav") if SPOKEN not in path.parts]
    return frozenset(frame for path in paths for frame in _first_words(path))


def _spoken_now(folder: Path) -> frozenset[bytes]:
    """The first words of the sentences that have been spoken so far."""
    paths = (folder / SPOKEN).rglob("*.wav")
    return frozenset(frame for path in paths for frame in _first_words(path))


@lru_cache(maxsize=1024)
def _first_words(path: Path) -> list[bytes]:
    """Of a file whose beginning does not change."""
    return spoken_frames(path)[:_FIRST]


def _begin(path: Path, heard: Sequence[Packet]) -> int | None:
    """The packet with which a file begins."""
    beginning = set(_spoken(path)[:_BEGINNING])
    for place, packet in enumerate(heard):
        if packet.payload in beginning:
            near = {later.payload for later in heard[place : place + 2 * _BEGINNING]}
            if len(beginning & near) > len(beginning) / 2:
                return place
    return None


def _share(path: Path, heard: Sequence[Packet]) -> float:
    """The share of a file, packets in their order; 0 if its end is not there."""
    place = _begin(path, heard)
    if place is None:
        return 0.0
    found: list[bool] = []
    for frame in _spoken(path):
        near = (packet.payload for packet in heard[place : place + _GAP])
        further = next((step for step, payload in enumerate(near) if payload == frame), None)
        found.append(further is not None)
        place += 0 if further is None else further + 1
    return sum(found) / len(found) if any(found[-_END:]) else 0.0
