"""The phone that is timed by packet knows sound from silence."""

import math

from benchmarks.sounding_phone import alaw, is_loud


def test_a_tone_is_loud_and_silence_is_not() -> None:
    tone = bytes(alaw(0.3 * math.sin(2 * math.pi * 620 * n / 8000)) for n in range(160))
    noise = bytes(alaw(0.0005 * (-1) ** n) for n in range(160))
    assert is_loud(tone)
    assert not is_loud(noise)
    assert not is_loud(bytes([0xD5]) * 160)
    assert not is_loud(b"")


def test_a_law_is_that_of_the_standard() -> None:
    assert alaw(0.0) == 0xD5
    assert alaw(1.0) == 0xAA
    assert alaw(-1.0) == 0x2A
