"""What a caller heard, packet by packet: which file, which part of it, and where it stuttered.

Asterisk cuts a file into packets of 20 ms from its beginning and encodes each the same way every time. So a
packet says exactly which 20 ms of which file it is, and a hole is not a matter of opinion.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.crowd import Packet

_SAMPLES = 160
_RATE = 8000
_PACKET_MS = 20.0
_QUIET = 64  # of 32767: an A-law sample as near to nothing as a silent file has it
_LOUD = 328  # -40 dBFS


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of a file."""

    file: str
    number: int


@dataclass(slots=True)
class Hearing:
    """One stretch of one file as a caller heard it. Times are Unix times in ns."""

    file: str  # its name without suffix
    first: int  # frame with which it began
    last: int
    began_at: int
    ended_at: int
    loud_at: int = 0  # its first packet with sound in it
    left_out: int = 0  # frames of it that never came
    hole_ms: float = 0.0  # the longest that its next packet let wait, beyond its turn
    whole: bool = False  # to its last frame with sound


class SoundBook:
    """The files that can be heard, by each 20 ms of them."""

    def __init__(self) -> None:
        self._files: dict[str, list[bytes]] = {}
        self._ends: dict[str, int] = {}  # the last frame with sound in it
        self._by_sound: dict[bytes, list[Frame]] = {}

    def add(self, paths: Iterable[Path]) -> None:
        """Learn files; those that are known already are passed over."""
        for path in paths:
            if path.stem not in self._files:
                self._learn(path)

    def _learn(self, path: Path) -> None:
        frames = self._files[path.stem] = frames_of(path)
        self._ends[path.stem] = max(
            (number for number, frame in enumerate(frames) if is_loud(frame)), default=len(frames) - 1
        )
        for number, frame in enumerate(frames):
            if not is_quiet(frame):
                self._by_sound.setdefault(frame, []).append(Frame(path.stem, number))

    def frame(self, file: str, number: int) -> bytes:
        """20 ms of a file as a packet has them."""
        return self._files[file][number]

    def is_next(self, hearing: Hearing, payload: bytes) -> bool:
        """Whether a file goes on with these samples."""
        frames = self._files[hearing.file]
        number = hearing.last + 1
        return number < len(frames) and frames[number] == payload

    def find(self, payload: bytes, hearing: Hearing | None) -> Frame | None:
        """Where these samples are; further on in the file that is being heard, if they are there."""
        frames = self._by_sound.get(payload, ())
        for frame in frames:
            if hearing is not None and frame.file == hearing.file and frame.number > hearing.last:
                return frame
        return frames[0] if frames else None

    def is_end(self, hearing: Hearing) -> bool:
        """Whether the last of the file's sound was heard."""
        return hearing.last >= self._ends[hearing.file]


class Ear:
    """One caller's ear: give it packets; `heard` is what they were."""

    def __init__(self, book: SoundBook) -> None:
        self._book = book
        self.heard: list[Hearing] = []
        self.loud: list[int] = []  # when each packet with sound came
        self.strange = 0  # packets with sound that are in no file
        self._now: Hearing | None = None

    def take(self, packet: Packet) -> None:
        """One packet."""
        if is_loud(packet.payload):
            self.loud.append(packet.at)
        now = self._now
        if now is not None and self._book.is_next(now, packet.payload):
            self._goes_on(now, now.last + 1, packet)
            return
        if is_quiet(packet.payload):
            return  # if the sentence goes on after it, it was a hole
        frame = self._book.find(packet.payload, now)
        if frame is None:
            self.strange += 1
            self._now = None
        elif now is not None and frame.file == now.file and frame.number > now.last:
            now.left_out += frame.number - now.last - 1
            self._goes_on(now, frame.number, packet)
        else:
            self._now = Hearing(frame.file, frame.number, frame.number, packet.at, packet.at)
            self.heard.append(self._now)
            self._mark(self._now, packet)

    def _goes_on(self, now: Hearing, number: int, packet: Packet) -> None:
        now.hole_ms = max(now.hole_ms, (packet.at - now.ended_at) / 1e6 - _PACKET_MS)
        now.last, now.ended_at = number, packet.at
        self._mark(now, packet)

    def _mark(self, now: Hearing, packet: Packet) -> None:
        if not now.loud_at and is_loud(packet.payload):
            now.loud_at = packet.at
        now.whole = now.whole or self._book.is_end(now)


def frames_of(path: Path) -> list[bytes]:
    """A file as Asterisk sends it: 20 ms a packet, in A-law. Raises OSError and soundfile's errors."""
    samples, rate = soundfile.read(path, dtype="int16")
    assert rate == _RATE, path
    whole = len(samples) // _SAMPLES * _SAMPLES
    coded = _ENCODE[samples[:whole].astype(np.uint16)].tobytes()
    return [coded[start : start + _SAMPLES] for start in range(0, whole, _SAMPLES)]


def spoken_frames(path: Path) -> list[bytes]:
    """Those of a file that are more than the noise of a line."""
    return [frame for frame in frames_of(path) if is_loud(frame)]


def is_loud(payload: bytes) -> bool:
    """Whether 20 ms are more than the noise of a line."""
    return bool(np.abs(_DECODE[np.frombuffer(payload, dtype=np.uint8)]).max(initial=0) > _LOUD)


def is_quiet(payload: bytes) -> bool:
    """Whether 20 ms say nothing about where they come from."""
    return bool(np.abs(_DECODE[np.frombuffer(payload, dtype=np.uint8)]).max(initial=0) <= _QUIET)


def _alaw(sample: int) -> int:
    """As Asterisk's main/alaw.c codes a sample: in steps of eight, each coded as its last one."""
    sample |= 7
    mask, size = (0xD5, sample) if sample >= 0 else (0x55, -sample)
    segment = max(0, size.bit_length() - 8)
    return (segment << 4 | size >> (segment + 3 if segment else 4) & 0x0F) ^ mask


def _linear(code: int) -> int:
    """The middle of what an A-law code stands for (ITU-T G.711)."""
    code ^= 0x55
    size, segment = (code & 0x0F) << 4, code >> 4 & 7
    size += 8 if segment == 0 else 0x108
    return (size << max(0, segment - 1)) * (1 if code & 0x80 else -1)


_ENCODE = np.array(
    [_alaw(value - 65536 if value > 32767 else value) for value in range(65536)], dtype=np.uint8
)
_DECODE = np.array([_linear(code) for code in range(256)], dtype=np.int32)
