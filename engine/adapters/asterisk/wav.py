"""The WAV files that Asterisk writes, mono, 8 kHz, 16 bit, while it may not have closed them yet."""

import os
from pathlib import Path

_BYTES_A_MS = 16
_HEADER = 44
_LENGTH = slice(40, 44)


def wav_length_ms(path: str) -> int:
    """Length by the size of the file, which is right before it is closed too; 0 if it is missing."""
    try:
        return max(0, os.path.getsize(path) - _HEADER) // _BYTES_A_MS
    except OSError:
        return 0


def is_closed(path: Path) -> bool:
    """Whether all of it is there: Asterisk keeps up to two seconds back, and writes the length at the end."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER)
            size = os.fstat(file.fileno()).st_size
    except OSError:
        return False
    length = int.from_bytes(head[_LENGTH], "little")
    return 0 < length == size - _HEADER
