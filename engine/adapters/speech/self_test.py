"""Does the voice speak as it should? A sentence in each language is spoken and looked at."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from engine.adapters.speech import sound
from engine.adapters.speech.errors import VOICE_REMEDY
from engine.adapters.speech.pool import Pool
from engine.adapters.speech.sources import Job, Reply, Utterance, Voice
from engine.adapters.speech.voices import PROMPT_VOICES

# Ten words each. An English voice says "Chinese letter" for each Chinese one, which takes far longer.
_SAMPLES = {
    "zh": ("一二三四五六七八九十", 1.2, 4.5),
    "en": ("one two three four five six seven eight nine ten", 1.5, 6.0),
}
_RATE_OF_BOUNDS = 165
_LEVEL_TOLERANCE_DB = 1.5
_JOB_S = 30.0


class VoiceFault(StrEnum):
    """What is wrong with a voice."""

    BROKEN = "broken"
    SILENT = "silent"
    WRONG_LANGUAGE = "wrong_language"
    WRONG_LEVEL = "wrong_level"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceFinding:
    """What a language sounded like; `fault` and `remedy` are empty when all is well."""

    language: str
    text: str
    fault: VoiceFault | None = None
    remedy: str = ""


def try_voices(voices: Mapping[str, Voice] = PROMPT_VOICES) -> Iterator[VoiceFinding]:
    """Speak a sentence in each language, and look at it. Blocks for about a second."""
    with tempfile.TemporaryDirectory() as folder, Pool(1, job_seconds=_JOB_S) as pool:
        jobs = [
            Job(
                name=language,
                source=Utterance(text=_SAMPLES[language][0], voice=voice),
                target=Path(folder) / f"{language}.wav",
            )
            for language, voice in voices.items()
        ]
        with contextlib.closing(pool.run(jobs)) as outcomes:
            for job, reply in outcomes:
                yield _finding(job.name, voices[job.name], reply, job.target)


def _finding(language: str, voice: Voice, reply: Reply, target: Path) -> VoiceFinding:
    if reply.error:
        fault = VoiceFault.SILENT if reply.error == "no_sound" else VoiceFault.BROKEN
        return _bad(language, fault, f"the voice for {language} is of no use: {reply.detail}")
    measures = sound.measure(target)
    _, shortest, longest = _SAMPLES[language]
    seconds = measures.seconds * voice.rate / _RATE_OF_BOUNDS
    heard = f"{measures.seconds:.1f} s at {measures.active_dbfs:.0f} dBFS"
    if sound.is_silent(measures):
        return _bad(language, VoiceFault.SILENT, f"the voice for {language} is silent ({heard})")
    if not shortest <= seconds <= longest:
        text = f"the voice for {language} reads another language: {heard}"
        return _bad(language, VoiceFault.WRONG_LANGUAGE, text)
    if abs(measures.active_dbfs - sound.LEVEL_DBFS) > _LEVEL_TOLERANCE_DB or measures.clipped:
        return _bad(language, VoiceFault.WRONG_LEVEL, f"the voice for {language} has a wrong level: {heard}")
    return VoiceFinding(language=language, text=f"speaks {language}: {heard}")


def _bad(language: str, fault: VoiceFault, text: str) -> VoiceFinding:
    return VoiceFinding(language=language, text=text, fault=fault, remedy=VOICE_REMEDY)
