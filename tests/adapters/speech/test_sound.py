"""Conversion to what Asterisk plays: no aliases, right level, no silence at the ends, no clipping."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.speech import sound

RATE = 22_050


def sine(hertz: float, seconds: float = 1.0, peak: float = 0.3, rate: int = RATE) -> sound.Samples:
    return np.asarray(
        peak * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate), dtype=np.float32
    )


def silence(seconds: float) -> sound.Samples:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def test_what_lies_above_the_telephone_band_leaves_no_alias() -> None:
    """5 kHz would come back at 3 kHz."""
    finished = sound.finish(sine(1000) + sine(5000), RATE, lead_ms=0, trail_ms=0)
    spectrum = np.abs(np.fft.rfft(finished * np.hanning(len(finished))))
    hertz = np.fft.rfftfreq(len(finished), 1 / sound.SAMPLE_RATE)
    alias = spectrum[(hertz > 2900) & (hertz < 3100)].max()
    assert 20 * np.log10(alias / spectrum.max()) < -80


def test_silence_at_the_ends_is_cut_to_what_is_asked() -> None:
    voice = np.concatenate((silence(2), sine(500, 0.5), silence(3)))
    finished = sound.finish(voice, RATE, lead_ms=20, trail_ms=150)
    assert len(finished) / sound.SAMPLE_RATE == pytest.approx(0.67, abs=0.02)


def test_silence_is_added_where_there_is_none() -> None:
    finished = sound.finish(sine(500, 0.5), RATE, lead_ms=50, trail_ms=100)
    assert len(finished) / sound.SAMPLE_RATE == pytest.approx(0.65, abs=0.02)
    assert np.abs(finished[:300]).max() < 0.01


@settings(max_examples=25, deadline=None)
@given(st.floats(0.02, 0.99), st.floats(0.05, 3.0))
def test_loud_and_quiet_voices_come_to_one_level(peak: float, pause: float) -> None:
    """A long pause in the middle does not count: it is the speech that has the level."""
    voice = np.concatenate((sine(500, 0.5, peak), silence(pause), sine(700, 0.5, peak)))
    finished = sound.finish(voice, RATE, lead_ms=0, trail_ms=0)
    active = finished[: sound.SAMPLE_RATE // 2 - 100]
    assert 10 * np.log10((active**2).mean()) == pytest.approx(sound.LEVEL_DBFS, abs=0.5)


def test_a_peak_is_bent_and_not_cut_off(tmp_path: Path) -> None:
    voice = sine(500, 1.0, 0.05)
    voice[RATE // 2 : RATE // 2 + 50] = 0.95
    finished = sound.finish(voice, RATE, lead_ms=0, trail_ms=0)
    assert np.abs(finished).max() <= 10 ** (-1.5 / 20) + 1e-6
    (tmp_path / "a.wav").write_bytes(sound.encode(finished))
    assert not sound.measure(tmp_path / "a.wav").clipped


@pytest.mark.parametrize("samples", [silence(1.0), sine(500, 1.0, 0.001), sine(500, 0.001)])
def test_nothing_to_be_heard_is_refused(samples: sound.Samples) -> None:
    with pytest.raises(sound.BadRecording, match="silent"):
        sound.finish(samples, RATE, lead_ms=0, trail_ms=0)


def test_no_sound_at_all_is_read_as_no_samples() -> None:
    samples, _ = sound.read_raw_wav(b"")
    assert len(samples) == 0
    samples, _ = sound.read_raw_wav(b"RIFF")
    assert len(samples) == 0
