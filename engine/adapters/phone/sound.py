"""A phone's microphone and ear: PCM of 16 bit, one channel, 8,000 samples a second."""

import bisect
import math
import time
import wave
from pathlib import Path
from typing import Protocol

SAMPLE_RATE = 8000
SAMPLE_BYTES = 2
SECOND = SAMPLE_RATE * SAMPLE_BYTES
"""Bytes of one second."""


class WrongSound(ValueError):
    """A file that a phone cannot play."""


class CallAudio(Protocol):
    """What is used of a baresip call's audio."""

    def write(self, pcm: bytes) -> int: ...

    def read(self, max_bytes: int) -> bytes: ...


class Microphone:
    """Says a sound over and over again, from its beginning at each call; nothing without a sound."""

    def __init__(self, pcm: bytes = b"") -> None:
        self._pcm = pcm
        self._at = 0

    @classmethod
    def of_file(cls, path: Path | None) -> "Microphone":
        """The sound of a WAV file. Raises OSError, WrongSound."""
        return cls(read_wav(path) if path is not None else b"")

    def start(self) -> None:
        """Begin at the beginning."""
        self._at = 0

    def speak(self, audio: CallAudio, room: int) -> None:
        """Put at most `room` bytes of sound on the line."""
        while room > 0 and self._pcm:
            piece = self._pcm[self._at : self._at + room]
            taken = audio.write(piece)
            self._at = (self._at + taken) % len(self._pcm)
            room -= taken
            if taken < len(piece):
                return


def read_wav(path: Path) -> bytes:
    """The samples of a WAV file. Raises OSError, WrongSound."""
    try:
        with wave.open(str(path)) as file:
            form = (file.getnchannels(), file.getsampwidth(), file.getframerate())
            if form != (1, SAMPLE_BYTES, SAMPLE_RATE):
                raise WrongSound(f"{path}: one channel, 16 bit, {SAMPLE_RATE} Hz are needed, not {form}")
            return bytes(file.readframes(file.getnframes()))
    except (wave.Error, EOFError) as error:
        raise WrongSound(f"{path}: {error}") from None


class Ear:
    """Writes what is heard into a WAV file; without one it only counts.

    Where nothing is sent, nothing is written: `place` finds an instant in the file.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.began = _now()
        self._came: list[tuple[int, float]] = []
        self._file = None if path is None else wave.open(str(path), "wb")
        if self._file is not None:
            self._file.setnchannels(1)
            self._file.setsampwidth(SAMPLE_BYTES)
            self._file.setframerate(SAMPLE_RATE)
        self.heard_bytes = 0

    @property
    def seconds(self) -> float:
        """How much was heard."""
        return self.heard_bytes / SECOND

    def listen(self, audio: CallAudio) -> None:
        """Take what has come in."""
        while pcm := audio.read(SECOND):
            self.heard_bytes += len(pcm)
            if self._file is not None:
                self._file.writeframesraw(pcm)
                self._came.append((_now(), self.seconds))

    def place(self, instant: int) -> float:
        """How many seconds had been written at an instant (UTC ms)."""
        index = bisect.bisect_right(self._came, (instant, math.inf))
        return self._came[index - 1][1] if index else 0.0

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _now() -> int:
    return time.time_ns() // 1_000_000
