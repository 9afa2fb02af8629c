"""The self-test of the voice finds a voice that is silent, of another language, or not there."""

from dataclasses import replace

import pytest

from engine.adapters.speech.self_test import VoiceFault, try_voices
from engine.adapters.speech.voices import PROMPT_VOICES

ZH = PROMPT_VOICES["zh"]


def test_both_languages_are_as_they_should() -> None:
    findings = list(try_voices())
    assert [finding.language for finding in findings] == ["zh", "en"]
    assert [finding.fault for finding in findings] == [None, None], findings
    assert all("-19 dBFS" in finding.text for finding in findings)


@pytest.mark.parametrize("name", ["en-us", "no-such-voice"])
def test_a_voice_of_another_language_or_none_is_found(name: str) -> None:
    (finding,) = try_voices({"zh": replace(ZH, name=name)})
    assert finding.fault is VoiceFault.BROKEN
    assert "requirements.lock" in finding.remedy


def test_chinese_read_as_english_is_heard_too() -> None:
    """A voice that proves itself as English, and is given Chinese."""
    (finding,) = try_voices({"zh": replace(ZH, name="en-us", language="en")})
    assert finding.fault is VoiceFault.WRONG_LANGUAGE, finding


@pytest.mark.parametrize("rate", [80, 300])
def test_the_rate_of_the_site_is_no_other_language(rate: int) -> None:
    (finding,) = try_voices({"zh": replace(ZH, rate=rate)})
    assert finding.fault is None, finding
