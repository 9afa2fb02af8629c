"""Makes the sound files of the catalogue, and of any other text that must be spoken."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from engine.adapters.speech.errors import speech_error
from engine.adapters.speech.folder import BuildReport, Progress, Wish, render_folder
from engine.adapters.speech.pool import Pool
from engine.adapters.speech.recordings import Recordings
from engine.adapters.speech.sources import Job, Source, Tone, Utterance, Voice
from engine.adapters.speech.voices import PROMPT_VOICES
from engine.core.voice import chinese_text, english
from engine.core.voice.catalogue import Catalogue, Prompt

_HAN = re.compile(r"[\u4e00-\u9fff]+")  # names, for the worker to put into pinyin


def build_prompts(
    catalogue: Catalogue,
    language: str,
    target_folder: Path,
    recordings: Recordings,
    *,
    site_name: str,
    rate: int,
    progress: Progress,
    workers: int | None = None,
) -> BuildReport:
    """Make `<target_folder>/<language>/<id>.wav` of every prompt that is missing or changed. Blocks.

    A human recording wins over synthesis; what a new one says is noted.
    `rate` is words a minute. Raises SpeechError; a fault of one prompt is a Problem in the report instead.
    """
    voice = voice_of(language, rate)
    prompts = list(catalogue.sounds(language))
    wishes = [
        Wish(name=prompt.prompt_id, sources=_sources(prompt, voice, recordings, site_name))
        for prompt in prompts
    ]
    report = render_folder(
        target_folder / language, wishes, language=language, progress=progress, workers=workers
    )
    texts = {prompt.prompt_id: prompt.text(language, site_name=site_name) for prompt in prompts}
    recordings.note(language, {name: texts[name] for name in report.human})
    return report


def voice_of(language: str, rate: int) -> Voice:
    """The voice of the prompts, at a rate in words a minute."""
    return replace(PROMPT_VOICES[language], rate=rate)


def source_of(prompt: Prompt, voice: Voice, site_name: str) -> Utterance | Tone:
    """What a prompt is synthesised from."""
    if prompt.tone_hz:
        return Tone(tone_hz=prompt.tone_hz, milliseconds=prompt.milliseconds)
    return utterance(prompt.text(voice.language, site_name=site_name), voice)


def speak_to_folder(
    folder: Path,
    utterances: Mapping[str, tuple[str, Voice]],
    *,
    language: str,
    progress: Progress = lambda done, total, name: None,
    workers: int | None = None,
) -> BuildReport:
    """Make `<folder>/<name>.wav` of every text with its voice; what is already there is kept. Blocks.

    The folder belongs to this call: files of earlier calls whose names are gone are removed.
    """
    wishes = [
        Wish(name=name, sources=(utterance(text, voice),)) for name, (text, voice) in utterances.items()
    ]
    return render_folder(folder, wishes, language=language, progress=progress, workers=workers)


def speak_to_file(text: str, path: Path, language: str, *, voice: Voice | None = None) -> None:
    """Speak one text into a WAV file, by the voice of the prompts unless another is given. Blocks.

    Raises SpeechError. Each call starts a worker process; for many texts use `speak_to_folder`.
    """
    source = utterance(text, voice or PROMPT_VOICES[language])
    job = Job(name=path.stem, source=source, target=path.absolute())
    with Pool(1) as pool, contextlib.closing(pool.run([job])) as outcomes:
        reply = next(outcomes)[1]
    if reply.error:
        raise speech_error(reply)


def prompt_path(target_folder: Path, language: str, prompt_id: str) -> Path:
    """Where the sound file of a prompt is."""
    return target_folder / language / f"{prompt_id}.wav"


def _sources(prompt: Prompt, voice: Voice, recordings: Recordings, site_name: str) -> tuple[Source, ...]:
    made = source_of(prompt, voice, site_name)
    human = recordings.source(voice.language, prompt.prompt_id)
    return (human, made) if human else (made,)


def utterance(text: str, voice: Voice) -> Utterance:
    """A text as the voice reads it rightly."""
    if voice.language == "zh":
        return Utterance(text=chinese_text.normalise(text), voice=voice)
    return Utterance(text=_HAN.sub(r"【\g<0>】", english.normalise(text)), voice=voice)
