"""What is said of a file that Asterisk is still writing."""

import wave
from pathlib import Path

import pytest

from engine.adapters.asterisk.wav import is_closed, wav_length_ms


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A second of silence, closed."""
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(bytes(16_000))
    return path


def test_a_closed_file(file: Path) -> None:
    assert is_closed(file)
    assert wav_length_ms(str(file)) == 1000


def test_one_that_is_being_written(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:40] + bytes(4) + whole[44:8_044])
    assert not is_closed(file)
    assert wav_length_ms(str(file)) == 500


def test_one_that_goes_on_after_it_was_closed(file: Path) -> None:
    with file.open("ab") as out:
        out.write(bytes(1_600))
    assert not is_closed(file)
    assert wav_length_ms(str(file)) == 1100


@pytest.mark.parametrize("size", [0, 20, 44])
def test_hardly_anything(file: Path, size: int) -> None:
    file.write_bytes(file.read_bytes()[:size])
    assert not is_closed(file)
    assert wav_length_ms(str(file)) == 0


def test_none(tmp_path: Path) -> None:
    assert not is_closed(tmp_path / "none.wav")
    assert wav_length_ms(str(tmp_path / "none.wav")) == 0
