"""Sound as Asterisk plays it: 8 kHz, one channel, 16 bit, levelled, without silence at the ends."""

import io
import wave
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr  # type: ignore[import-untyped]

Samples = np.ndarray[Any, np.dtype[np.float32]]

SAMPLE_RATE = 8_000
LEVEL_DBFS = -19.0
"""RMS of the parts where somebody speaks; the level of a well set telephone line."""

_PEAK = 10 ** (-1.5 / 20)
_KNEE = 0.7
_FRAME = SAMPLE_RATE // 100
_SILENT_DBFS = -50.0
_TRIM_BELOW_LOUDEST_DB = 40.0
_ACTIVE_BELOW_LOUDEST_DB = 25.0
_LONGEST_RECORDING_S = 600
_CLIPPED_RUN = 4
_SILENT_PEAK = 0.001
_FAINT_DBFS = -46.0
"""Made as loud as the others, what is quieter would be hiss and hum."""
_LONGEST_TAKE_S, _SHORTEST_TAKE_S = 120, 0.15
_FULL_SCALE = 0.979
"""The loudest value of a telephone line."""
_CUT_OFF_S, _CUT_OFF_PEAKS = 0.0003, 5


class TakeFault(StrEnum):
    """Why a recording is of no use."""

    NOT_SOUND = "not_sound"
    EMPTY = "empty"
    TOO_LOUD = "too_loud"
    TOO_QUIET = "too_quiet"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"


class BadRecording(ValueError):
    """A recording that cannot be used; the text says why, `code` in a word."""

    def __init__(self, text: str, code: TakeFault | None = None) -> None:
        super().__init__(text)
        self.code = code or TakeFault.NOT_SOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A finished sound, and of a take what it sounded like before."""

    samples: Samples
    level_dbfs: float = 0.0
    trimmed_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What a finished file sounds like, in figures."""

    seconds: float
    active_dbfs: float
    clipped: bool


def read_recording(path: str) -> tuple[Samples, int]:
    """All of a human recording as one channel, and its rate. Raises BadRecording."""
    try:
        with soundfile.SoundFile(path) as file:
            if file.frames > _LONGEST_RECORDING_S * file.samplerate:
                raise BadRecording(f"longer than {_LONGEST_RECORDING_S} s", TakeFault.TOO_LONG)
            samples, rate = file.read(dtype="float32", always_2d=True), file.samplerate
    except (soundfile.LibsndfileError, OSError, RuntimeError) as error:
        raise BadRecording(str(error)) from None
    if not len(samples) or not np.isfinite(samples).all():
        raise BadRecording("holds no sound", TakeFault.EMPTY)
    return samples.mean(axis=1), rate


def take(path: str, *, least_seconds: float, lead_ms: int, trail_ms: int) -> Taken:
    """A recording that somebody brings, checked and finished. Raises BadRecording with its code."""
    samples, rate = read_recording(path)
    seconds = len(samples) / rate
    if len(samples) < rate // 100 or np.abs(samples).max() < _SILENT_PEAK:
        raise BadRecording(f"{seconds:.1f} s", TakeFault.EMPTY)
    if _is_clipped(samples, rate):
        raise BadRecording(f"{20 * np.log10(np.abs(samples).max()):.1f} dBFS", TakeFault.TOO_LOUD)
    level = _active_dbfs(samples - samples.mean(), rate // 100)
    if level < _FAINT_DBFS:
        raise BadRecording(f"{level:.0f} dBFS", TakeFault.TOO_QUIET)
    finished = finish(samples, rate, lead_ms=lead_ms, trail_ms=trail_ms)
    length = len(finished) / SAMPLE_RATE
    if length > _LONGEST_TAKE_S:
        raise BadRecording(f"{length:.0f} s", TakeFault.TOO_LONG)
    if length < max(least_seconds, _SHORTEST_TAKE_S):
        raise BadRecording(f"{length:.1f} s", TakeFault.TOO_SHORT)
    return Taken(samples=finished, level_dbfs=level, trimmed_seconds=max(0.0, seconds - length))


def finish(samples: Samples, rate: int, *, lead_ms: int, trail_ms: int) -> Samples:
    """Convert, trim to the given silence at the ends, and level. Raises BadRecording for silence."""
    resampled = soxr.resample(samples - samples.mean(), rate, SAMPLE_RATE, quality="HQ")
    trimmed = _trim(resampled, lead_ms * SAMPLE_RATE // 1000, trail_ms * SAMPLE_RATE // 1000)
    return _limit(trimmed * 10 ** ((LEVEL_DBFS - _active_dbfs(trimmed)) / 20))


def tone(tone_hz: int, milliseconds: int) -> Samples:
    """A sine tone at the level of the prompts, with soft ends."""
    count = SAMPLE_RATE * milliseconds // 1000
    wave_form = np.sin(2 * np.pi * tone_hz / SAMPLE_RATE * np.arange(count, dtype=np.float32))
    ramp = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.01 * SAMPLE_RATE))
    loudness = 10 ** (LEVEL_DBFS / 20) * np.sqrt(2)
    return np.asarray(wave_form * ramp * loudness, dtype=np.float32)


def encode(samples: Samples) -> bytes:
    """The bytes of a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(np.round(samples * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def read_raw_wav(data: bytes) -> tuple[Samples, int]:
    """Samples and rate of a 16-bit one-channel WAV; no samples where there is none."""
    try:
        with wave.open(io.BytesIO(data)) as file:
            frames, rate = file.readframes(file.getnframes()), file.getframerate()
    except (EOFError, wave.Error):
        return np.zeros(0, dtype=np.float32), SAMPLE_RATE
    return _floats(np.frombuffer(frames, dtype="<i2")), rate


def measure(path: Path) -> Measures:
    """Measure a finished file. Raises BadRecording where it is not what Asterisk plays as it is."""
    try:
        with wave.open(str(path)) as file:
            shape = (file.getframerate(), file.getnchannels(), file.getsampwidth())
            frames = file.readframes(file.getnframes())
    except (EOFError, wave.Error, OSError) as error:
        raise BadRecording(str(error) or "cut short") from None
    if shape != (SAMPLE_RATE, 1, 2):
        raise BadRecording("{} Hz, {} channels, {} bytes a sample".format(*shape))
    integers = np.frombuffer(frames[: len(frames) // 2 * 2], dtype="<i2")
    samples = _floats(integers)
    return Measures(
        seconds=len(samples) / SAMPLE_RATE,
        active_dbfs=_active_dbfs(samples) if len(samples) >= _FRAME else -120.0,
        clipped=_longest_run(np.abs(integers.astype(np.int32)) >= 32767) >= _CLIPPED_RUN,
    )


def is_silent(measures: Measures) -> bool:
    """Whether nothing can be heard."""
    return measures.active_dbfs < _SILENT_DBFS


def _floats(integers: np.ndarray[Any, np.dtype[np.int16]]) -> Samples:
    return np.asarray(integers / np.float32(32768), dtype=np.float32)


def _levels_db(samples: Samples, frame: int = _FRAME) -> Samples:
    """The level of each 10 ms, in dBFS."""
    count = len(samples) // frame
    energy = (samples[: count * frame].reshape(count, frame) ** 2).mean(axis=1)
    return np.asarray(10 * np.log10(energy + 1e-12), dtype=np.float32)


def _active_dbfs(samples: Samples, frame: int = _FRAME) -> float:
    levels = _levels_db(samples, frame)
    active = levels[levels > levels.max() - _ACTIVE_BELOW_LOUDEST_DB]
    return float(10 * np.log10((10 ** (active / 10)).mean()))


def _trim(samples: Samples, lead: int, trail: int) -> Samples:
    levels = _levels_db(samples)
    if not len(levels) or levels.max() < _SILENT_DBFS:
        raise BadRecording("silent", TakeFault.EMPTY)
    loud = np.flatnonzero(levels > levels.max() - _TRIM_BELOW_LOUDEST_DB)
    first, last = int(loud[0]) * _FRAME, (int(loud[-1]) + 1) * _FRAME
    kept = samples[max(0, first - lead) : last + trail]
    missing_lead = max(0, lead - first)
    missing_trail = max(0, last + trail - len(samples))
    return np.pad(kept, (missing_lead, missing_trail))


def _limit(samples: Samples) -> Samples:
    """Bend what is above the knee, so that no peak is cut off hard."""
    loud = np.abs(samples)
    bent = _KNEE + (_PEAK - _KNEE) * np.tanh((loud - _KNEE) / (_PEAK - _KNEE))
    return np.asarray(np.where(loud > _KNEE, np.sign(samples) * bent, samples), dtype=np.float32)


def _is_clipped(samples: Samples, rate: int) -> bool:
    """Whether peaks are cut off flat, time and again: the loudest value stays for a while."""
    loud = np.abs(samples)
    flat = loud >= max(_FULL_SCALE, 0.995 * float(loud.max()))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flat, [False])).astype(np.int8)))
    runs = edges[1::2] - edges[::2]
    return int((runs >= max(3, _CUT_OFF_S * rate)).sum()) >= _CUT_OFF_PEAKS


def _longest_run(flags: np.ndarray[Any, np.dtype[np.bool_]]) -> int:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8)))
    return int((edges[1::2] - edges[::2]).max()) if len(edges) else 0
