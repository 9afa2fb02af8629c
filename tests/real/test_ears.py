"""Music and tones: a note as high as a tone is music, with a hole in it, too, and a tone is none."""

import wave
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from tests.real import scene
from tests.real.scene import MUSIC, TONES, who_is_heard
from tests.support.centre import Whole
from tests.support.heard import RATE, Sound

NOTES = (330, 620, 440, 620, 550, 392, 620, 494)
NOTE_S = 0.3
NOBODY = cast(Whole, None)  # who would say where the music is


@pytest.fixture
def music(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sound:
    """A tune with overtones and a little noise, as the one piece of waiting music."""
    random = np.random.default_rng(7)
    times = np.arange(round(NOTE_S * RATE)) / RATE
    fade = np.exp(-2 * times)
    tune = [
        fade * sum(np.sin(2 * np.pi * hz * over * times) / over**1.5 for over in (1, 2, 3))
        for hz in NOTES * 6
    ]
    samples = (0.2 * np.concatenate(tune) + random.normal(0, 0.002, len(times) * len(tune))).astype("float32")
    with wave.open(str(tmp_path / "tune.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    monkeypatch.setattr(scene, "music_folder", lambda whole: tmp_path)
    return Sound(samples)


@pytest.mark.parametrize("seconds", [0.35, 0.55])
@pytest.mark.parametrize("hole_s", [0.0, 0.04, 0.1])
def test_music_is_music_on_every_note(music: Sound, seconds: float, hole_s: float) -> None:
    for start in np.arange(0.2, 2.6, 0.1):
        piece = music.part(start, start + seconds).samples.copy()
        middle = len(piece) // 2
        piece[middle : middle + round(hole_s * RATE)] = 0
        assert who_is_heard(NOBODY, Sound(piece)) == MUSIC, start


@pytest.mark.parametrize("party", TONES)
def test_a_tone_is_its_party_with_a_hole_and_with_another_tone(music: Sound, party: str) -> None:
    times = np.arange(round(0.55 * RATE)) / RATE
    tone = (0.3 * np.sin(2 * np.pi * TONES[party] * times)).astype("float32")
    other = next(name for name in TONES if name != party)
    both = tone + (0.3 * np.sin(2 * np.pi * TONES[other] * times)).astype("float32")
    broken = tone.copy()
    broken[1000:1480] = 0
    assert who_is_heard(NOBODY, Sound(tone)) == {party}
    assert who_is_heard(NOBODY, Sound(broken)) == {party}
    assert who_is_heard(NOBODY, Sound(both)) == {party, other}


def test_music_under_a_tone_is_no_music(music: Sound) -> None:
    piece = music.part(0.2, 0.75).samples
    times = np.arange(len(piece)) / RATE
    mixed = (piece + 0.3 * np.sin(2 * np.pi * TONES["seat2"] * times)).astype("float32")
    assert who_is_heard(NOBODY, Sound(mixed)) != MUSIC


def test_a_prompt_is_found_from_its_beginning_whatever_was_lost_in_the_middle() -> None:
    random = np.random.default_rng(3)
    spoken = (0.1 * random.normal(0, 1, 6 * RATE)).astype("float32")
    before, lost = np.zeros(RATE, "float32"), round(0.15 * RATE)
    heard = np.concatenate((before, spoken[: 2 * RATE], spoken[2 * RATE + lost :], before))
    match = Sound(heard).find_sound(Sound(spoken))
    assert match is not None
    assert match.start == pytest.approx(1, abs=0.01)
    assert match.end == pytest.approx(1 + 6 - 0.15, abs=0.1)
    assert match.share > 0.9
