"""Sounds joined to one file: the silence at their ends is cut off, a pause is what was asked for."""

from pathlib import Path

import numpy as np
import pytest

from engine.adapters.speech import sound
from engine.adapters.speech.joining import BadPiece, Piece, join

SILENCE = np.zeros(sound.SAMPLE_RATE // 4, dtype=np.float32)


def piece(path: Path) -> Path:
    """A fifth of a second of tone between two quarters of a second of silence."""
    path.write_bytes(sound.encode(np.concatenate((SILENCE, sound.tone(500, 200), SILENCE))))
    return path


def test_no_silence_is_left_between_pieces(tmp_path: Path) -> None:
    path = piece(tmp_path / "a.wav")
    target = tmp_path / "joined.wav"
    size = join([Piece(path), Piece(path, pause_ms=300), Piece(path)], target)
    assert target.stat().st_size == size
    assert sound.measure(target).seconds == pytest.approx(3 * 0.2 + 0.3 + 0.4, abs=0.08)


def test_a_silent_piece_adds_nothing(tmp_path: Path) -> None:
    silent = tmp_path / "silent.wav"
    silent.write_bytes(sound.encode(SILENCE))
    join([Piece(silent), Piece(piece(tmp_path / "a.wav"))], tmp_path / "joined.wav")
    assert sound.measure(tmp_path / "joined.wav").seconds == pytest.approx(0.6, abs=0.05)


@pytest.mark.parametrize("data", [b"", b"RIFF", b"no sound at all"])
def test_what_is_no_sound_is_refused_and_nothing_is_written(tmp_path: Path, data: bytes) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_bytes(data)
    with pytest.raises(BadPiece):
        join([Piece(bad)], tmp_path / "joined.wav")
    assert not (tmp_path / "joined.wav").exists()
