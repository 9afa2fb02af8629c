"""Is this what was said? Sounds are compared by correlation, so that level and delay do not matter."""

from pathlib import Path

import numpy as np
import soundfile

_PIECE = 8000  # one second: longer pieces drift apart where a frame was lost


def likeness(said: Path, heard: Path, channel: int = 0) -> float:
    """How well a second of speech is found again somewhere in a recording: 1 exactly, about 0 not at all."""
    pattern, _ = soundfile.read(said, dtype="float32")
    sound = soundfile.read(heard, dtype="float32", always_2d=True)[0][:, channel]
    best = 0.0
    for start in range(0, max(1, len(pattern) - _PIECE), _PIECE // 2):
        best = max(best, _found(pattern[start : start + _PIECE], sound))
    return best


def _found(piece: np.ndarray, sound: np.ndarray) -> float:
    size = 1 << (len(sound) + len(piece)).bit_length()
    products = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    sums = np.concatenate(([0.0], np.cumsum(sound.astype("float64") ** 2)))
    places = len(sound) - len(piece)
    if places <= 0:
        return 0.0
    powers = sums[len(piece) : len(piece) + places] - sums[:places]
    scale = np.sqrt(np.maximum(powers, 1e-6) * float(np.sum(piece.astype("float64") ** 2)))
    return float(np.max(products[:places] / scale))
