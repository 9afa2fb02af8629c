"""What a party heard: prompts and music are recognised by correlation, parties by the tone that each sends.

All places are seconds from the beginning of the sound; the rate is 8,000 samples a second.
"""

import wave
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import soundfile

RATE = 8000
_PIECE = 3200  # samples that are looked for as a whole
_LEAST_PIECE = 1600  # of music that is short itself
_FRAME = 800  # samples that are compared one by one once the place is known
_SLIP = 480  # samples by which a frame may be early or late: lost or doubled packets
_MOST_SLIP = 4000  # after a loss
_ALIKE = 0.8
_SILENT_DBFS = -50.0  # the noise of a practice line is at -64
_MOST_PLACES = 4
_MOST = 0.5
_MUSIC_SLIP = 3200
_MUSIC_S = 90.0  # each piece begins at its beginning, and no test lasts longer
_TONE_FRAME = 400  # 20 Hz wide
_TONE_SHARE = 0.7  # of the power in a frame


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time."""

    start: float
    end: float

    @property
    def length(self) -> float:
        """Seconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Match:
    """Where a sound was found in another, and how much of it."""

    start: float
    end: float
    share: float


class Sound:
    """Samples of one channel, -1 to 1."""

    def __init__(self, samples: np.ndarray) -> None:
        self.samples = samples

    @classmethod
    def of(cls, path: Path, channel: int = 0) -> "Sound":
        """One channel of a file; 0 is left."""
        data, rate = soundfile.read(path, dtype="float32", always_2d=True)
        assert rate == RATE, path
        return cls(data[:, channel])

    @property
    def seconds(self) -> float:
        """Its length."""
        return len(self.samples) / RATE

    def part(self, start: float, end: float | None = None) -> "Sound":
        """From one place to another."""
        stop = len(self.samples) if end is None else max(0, round(end * RATE))
        return Sound(self.samples[max(0, round(start * RATE)) : stop])

    def level_dbfs(self) -> float:
        """RMS, -99 for nothing."""
        power = float(np.mean(self.samples.astype("float64") ** 2)) if len(self.samples) else 0.0
        return 10 * float(np.log10(power)) if power > 1e-10 else -99.0

    def tone_spans(self, hz: int, *, bridge: float = 0.15) -> list[Span]:
        """When a tone was heard alone; holes shorter than `bridge` seconds are passed over."""
        return _joined(_tone_frames(self.samples, hz), bridge)

    def tone_seconds(self, hz: int) -> float:
        """How long a tone was heard in all."""
        return float(np.count_nonzero(_tone_frames(self.samples, hz))) * _TONE_FRAME / RATE

    def find(self, path: Path, *, after: float = 0.0, before: float | None = None) -> Match | None:
        """Where a prompt was heard best, as far as it was; None if not at all."""
        return self.find_sound(Sound.of(path), after=after, before=before)

    def find_sound(self, wanted: "Sound", *, after: float = 0.0, before: float | None = None) -> Match | None:
        """Where another sound was heard best, as far as it was; None if not at all."""
        pattern = wanted.samples
        sound = self.part(after, before).samples
        matches = (_match(pattern, sound, *place, after) for place in _places(pattern, sound))
        there = [match for match in matches if match is not None]
        most = (match for match in there if match.share > _MOST)
        return next(most, there[0] if there else None)

    def is_music(self, folder: Path) -> bool:
        """Whether most of this is a stretch of a piece of music in a folder; a third of a second will do.

        A machine that stands still for a moment makes a hole in it, and what follows comes later.
        """
        place = self._place_in_music(folder)
        if place is None:
            return False
        music, offset = place
        frames = range(0, len(self.samples) - _FRAME + 1, _FRAME)
        alike = 0
        for start in frames:
            first = max(0, start + offset - _MUSIC_SLIP)
            window = music[first : start + offset + _FRAME + _MUSIC_SLIP]
            alike += _best(self.samples[start : start + _FRAME], window, _spectrum(window))[1] > _ALIKE
        return alike > len(frames) / 2

    def _place_in_music(self, folder: Path) -> tuple[np.ndarray, int] | None:
        """The piece of music that this is from, and by how many samples this begins after it."""
        size = min(_PIECE, max(_LEAST_PIECE, len(self.samples) * 2 // 3))  # there may be a hole in it
        for start in range(0, len(self.samples) - size + 1, _FRAME):
            piece = self.samples[start : start + size]
            for music, spectrum in _music(str(folder)):
                at, score = _best(piece, music, spectrum)
                if score > _ALIKE:
                    return music, at - start
        return None


def write_tone(path: Path, hz: int, seconds: float, level: float = 0.3) -> Path:
    """Make a file with a sine tone."""
    times = np.arange(round(seconds * RATE)) / RATE
    samples = (level * 32767 * np.sin(2 * np.pi * hz * times)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return path


def _tone_frames(samples: np.ndarray, hz: int) -> np.ndarray:
    """For each frame, whether this tone is most of what is in it."""
    count = len(samples) // _TONE_FRAME
    frames = samples[: count * _TONE_FRAME].reshape(count, _TONE_FRAME).astype("float64")
    power = np.mean(frames**2, axis=1)
    wave_of = np.exp(-2j * np.pi * hz * np.arange(_TONE_FRAME) / RATE)
    tone = 2 * np.abs(frames @ wave_of / _TONE_FRAME) ** 2
    return (tone > _TONE_SHARE * power) & (power > 10 ** (_SILENT_DBFS / 10))


def _joined(flags: np.ndarray, bridge: float) -> list[Span]:
    spans: list[Span] = []
    step = _TONE_FRAME / RATE
    for number in np.flatnonzero(flags):
        start = float(number) * step
        if spans and start - spans[-1].end <= bridge:
            spans[-1] = Span(spans[-1].start, start + step)
        else:
            spans.append(Span(start, start + step))
    return spans


def _places(pattern: np.ndarray, sound: np.ndarray) -> list[tuple[int, int]]:
    """By how many samples the pattern may begin after the sound (negative: before it), and the frame of the
    pattern that says so; the likeliest few.
    """
    if len(sound) < _FRAME or len(pattern) < _FRAME:
        return []
    spectrum = _spectrum(sound)
    likely: dict[int, tuple[float, int, int]] = {}
    piece = min(_PIECE, len(pattern), len(sound))
    for start in range(0, len(pattern) - piece + 1, piece // 2):
        part = pattern[start : start + piece]
        if Sound(part).level_dbfs() < _SILENT_DBFS + 15:
            continue
        at, score = _best(part, sound, spectrum)
        near = (at - start) // _SLIP
        if score > max(_ALIKE, likely.get(near, (0.0, 0, 0))[0]):
            likely[near] = score, at - start, start // _FRAME
    return [(offset, frame) for _, offset, frame in sorted(likely.values(), reverse=True)[:_MOST_PLACES]]


def _match(pattern: np.ndarray, sound: np.ndarray, offset: int, anchor: int, after: float) -> Match | None:
    """From the frame that is known outwards, so that a loss on either side moves only what is beyond it."""
    forwards = range(anchor, len(pattern) // _FRAME)
    backwards = range(anchor - 1, -1, -1)
    alike = _alike_frames(pattern, sound, offset, forwards) | _alike_frames(pattern, sound, offset, backwards)
    found = [place for place in alike.values() if place is not None]
    if not found:
        return None
    start, end = min(found), max(found) + _FRAME
    return Match(after + start / RATE, after + end / RATE, len(found) / len(alike))


def _alike_frames(
    pattern: np.ndarray, sound: np.ndarray, offset: int, numbers: Iterable[int]
) -> dict[int, int | None]:
    """For each of these frames that is not silent, where it is in the sound, near the one before.

    Where some were lost, so may the time be that they took: what follows is looked for further off.
    """
    alike: dict[int, int | None] = {}
    slip, near = 0, _SLIP
    for number in numbers:
        frame = pattern[number * _FRAME : (number + 1) * _FRAME]
        if Sound(frame).level_dbfs() < _SILENT_DBFS + 15:
            continue
        at = offset + slip + number * _FRAME
        first, last = max(0, at - near), min(len(sound), at + _FRAME + near)
        alike[number] = None
        near = min(near + _SLIP, _MOST_SLIP)
        if last - first < _FRAME:
            continue
        window = sound[first:last]
        place, score = _best(frame, window, _spectrum(window))
        if score > _ALIKE:
            alike[number] = first + place
            slip, near = slip + first + place - at, _SLIP
    return alike


def _spectrum(sound: np.ndarray) -> np.ndarray:
    return np.fft.rfft(sound, 1 << (len(sound) + _PIECE).bit_length())


def _best(piece: np.ndarray, sound: np.ndarray, spectrum: np.ndarray) -> tuple[int, float]:
    """Where in a sound a piece is found best, and how alike it is there: 1 exactly, about 0 not at all."""
    piece = piece[:_PIECE]
    places = len(sound) - len(piece) + 1
    if places <= 0:
        return 0, 0.0
    size = 2 * (len(spectrum) - 1)
    products = np.fft.irfft(spectrum * np.conj(np.fft.rfft(piece, size)), size)[:places]
    sums = np.concatenate(([0.0], np.cumsum(sound.astype("float64") ** 2)))
    powers = sums[len(piece) :] - sums[: -len(piece)]
    quiet = len(piece) * 10 ** (_SILENT_DBFS / 10)
    scale = np.sqrt(np.maximum(powers, quiet) * max(quiet, float(np.sum(piece.astype("float64") ** 2))))
    scores = products / scale
    at = int(np.argmax(scores))
    return at, float(scores[at])


@lru_cache(maxsize=2)
def _music(folder: str) -> list[tuple[np.ndarray, np.ndarray]]:
    sounds = [Sound.of(path).part(0, _MUSIC_S).samples for path in sorted(Path(folder).glob("*.wav"))]
    assert sounds, folder
    return [(sound, _spectrum(sound)) for sound in sounds]


def longest_hole(spans: Iterable[Span]) -> float:
    """The longest silence between two stretches."""
    ordered = sorted(spans, key=lambda span: span.start)
    return max((b.start - a.end for a, b in pairwise(ordered)), default=0.0)
