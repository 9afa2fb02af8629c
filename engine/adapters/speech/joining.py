"""Puts sounds together to one file, without the silence that each has at its ends.

Only the standard library: this is done in the engine, where the audio libraries would be too large.
"""

import io
import sys
import wave
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.speech.files import write_whole

_RATE = 8_000
_FRAME = _RATE // 100
_QUIET = 160  # of 32,768: what is quieter is the silence around a sound, -46 dBFS
_LEAD_MS, _TRAIL_MS = 5, 10
_LAST_MS = 400


@dataclass(frozen=True, slots=True)
class Piece:
    """One sound, and the pause after it."""

    path: Path
    pause_ms: int = 0


def join(pieces: Sequence[Piece], target: Path) -> int:
    """Write one file with all the sounds; returns its size. Raises OSError, or BadPiece. Blocks."""
    joined = array("h")
    for piece in pieces:
        joined += _trimmed(_read(piece.path))
        joined += _silence(piece.pause_ms)
    joined += _silence(_LAST_MS)
    data = _encoded(joined)
    write_whole(target, data)
    return len(data)


class BadPiece(ValueError):
    """A sound that is not as Asterisk plays it."""


def _read(path: Path) -> "array[int]":
    try:
        with wave.open(str(path)) as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (_RATE, 1, 2):
                raise BadPiece(f"{path} is not 8 kHz, mono, 16 bit")
            samples = array("h", file.readframes(file.getnframes()))
    except (EOFError, wave.Error, ValueError) as error:
        raise BadPiece(f"{path}: {error}") from None
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _trimmed(samples: "array[int]") -> "array[int]":
    """The sound with little before and after it; nothing of one that is silent."""
    count = len(samples) // _FRAME
    loud = (frame for frame in range(count) if _is_loud(samples, frame))
    first = next(loud, None)
    if first is None:
        return array("h")
    last = next(frame for frame in range(count - 1, first - 1, -1) if _is_loud(samples, frame))
    start = max(0, first * _FRAME - _LEAD_MS * _RATE // 1000)
    return samples[start : (last + 1) * _FRAME + _TRAIL_MS * _RATE // 1000]


def _is_loud(samples: "array[int]", frame: int) -> bool:
    part = samples[frame * _FRAME : (frame + 1) * _FRAME]
    return max(part) > _QUIET or min(part) < -_QUIET


def _silence(milliseconds: int) -> "array[int]":
    return array("h", bytes(2 * _RATE * milliseconds // 1000))


def _encoded(samples: "array[int]") -> bytes:
    buffer = io.BytesIO()
    if sys.byteorder == "big":
        samples.byteswap()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()
