"""What the benchmark makes of packets: which file they are of, what is left out, what comes late."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from benchmarks.crowd import Packet
from benchmarks.hearing import Ear, SoundBook, is_loud, is_quiet

RATE = 8000
FRAME = 160
MS = 1_000_000


@pytest.fixture
def book(tmp_path: Path) -> SoundBook:
    """Two files of noise, half a second each, with silence in the middle of the first."""
    chance = np.random.default_rng(1)
    book = SoundBook()
    for name in ("menu", "balance"):
        samples = chance.integers(-9000, 9000, RATE // 2).astype("int16")
        if name == "menu":
            samples[10 * FRAME : 13 * FRAME] = 0
        soundfile.write(tmp_path / f"{name}.wav", samples, RATE, subtype="PCM_16")
    book.add(sorted(tmp_path.glob("*.wav")))
    return book


def hear(book: SoundBook, *packets: tuple[str, int, int]) -> Ear:
    """Packets of (file, 20 ms of it, time in ms)."""
    ear = Ear(book)
    for file, number, at in packets:
        ear.take(Packet(at * MS, 0, book.frame(file, number)))
    return ear


def in_time(file: str, first: int, last: int, since: int = 0) -> list[tuple[str, int, int]]:
    return [(file, number, since + 20 * (number - first)) for number in range(first, last)]


def test_a_file_that_is_heard_whole(book: SoundBook) -> None:
    ear = hear(book, *in_time("menu", 0, 25))
    (heard,) = ear.heard
    assert (heard.file, heard.first, heard.last, heard.whole) == ("menu", 0, 24, True)
    assert (heard.left_out, heard.hole_ms, ear.strange) == (0, 0.0, 0)


def test_one_that_a_key_ended_and_the_one_that_follows(book: SoundBook) -> None:
    ear = hear(book, *in_time("menu", 0, 5), *in_time("balance", 0, 25, since=130))
    first, second = ear.heard
    assert (first.file, first.last, first.whole) == ("menu", 4, False)
    assert (second.file, second.began_at, second.loud_at, second.whole) == (
        "balance",
        130 * MS,
        130 * MS,
        True,
    )


def test_packets_that_are_left_out_are_counted(book: SoundBook) -> None:
    (heard,) = hear(book, *in_time("balance", 0, 5), *in_time("balance", 8, 25, since=100)).heard
    assert (heard.left_out, heard.whole) == (3, True)


def test_a_packet_that_lets_wait_is_a_hole(book: SoundBook) -> None:
    (heard,) = hear(book, *in_time("balance", 0, 5), *in_time("balance", 5, 25, since=175)).heard
    assert (heard.left_out, heard.hole_ms) == (0, 75.0)


def test_sound_that_is_in_no_file_is_strange(book: SoundBook) -> None:
    ear = Ear(book)
    ear.take(Packet(0, 0, bytes(range(FRAME))))
    assert (ear.strange, ear.heard) == (1, [])


def test_silence_is_coded_as_asterisk_does(book: SoundBook) -> None:
    assert book.frame("menu", 11) == b"\xd5" * FRAME
    assert is_quiet(book.frame("menu", 11))
    assert is_loud(book.frame("menu", 1))
