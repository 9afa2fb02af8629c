"""What practice callers and the practice agent say: read from a text file, spoken into sound files."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AGENT = "agent"
_PARTS = ("opening", "detail", "thanks")

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Topic:
    """Why somebody calls: the keys to a person, those of self-service, and the names of the sounds."""

    key: str
    alone: str
    opening: str
    detail: str
    thanks: str


def topics(home: Path) -> list[Topic]:
    """All topics of the practice file. Raises OSError, tomllib.TOMLDecodeError."""
    return [
        Topic(item["key"], item["alone"], *(f"{part}_{number}" for part in _PARTS))
        for number, item in enumerate(_read(home)["topics"])
    ]


def build(home: Path, folder: Path, language: str, progress: Progress) -> None:
    """Make the sound files that are missing or changed. Blocks for a moment. Raises SpeechError, OSError."""
    from engine.adapters.speech.build import speak_to_folder  # audio libraries: only when they are needed
    from engine.adapters.speech.voices import CALLER_VOICES, PROMPT_VOICES

    voices = CALLER_VOICES[language]
    practice = _read(home)
    utterances = {AGENT: (practice["agent"][language], PROMPT_VOICES[language])}
    for number, item in enumerate(practice["topics"]):
        for part in _PARTS:
            utterances[f"{part}_{number}"] = (item[part][language], voices[number % len(voices)])
    speak_to_folder(folder, utterances, language=language, progress=progress)


def _read(home: Path) -> dict[str, Any]:
    return tomllib.loads((home / "voice_prompts" / "practice.toml").read_text(encoding="utf-8"))
