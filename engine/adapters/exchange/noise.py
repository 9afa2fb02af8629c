"""What a line sounds like when nobody speaks: a caller's telephone never sends nothing."""

import os
import random
import wave
from array import array
from pathlib import Path

HUSH = "hush"
_SECONDS = 20
_RATE = 8000
_PEAK = 40  # of 32767: about -64 dBFS


def write_hush(path: Path) -> None:
    """Write some seconds of faint noise, once."""
    if path.exists():
        return
    source = random.Random(1)
    samples = array("h", (source.randint(-_PEAK, _PEAK) for _ in range(_SECONDS * _RATE)))
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    with wave.open(str(partial), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(samples.tobytes())
    os.replace(partial, path)
