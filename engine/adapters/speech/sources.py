"""Where the sound of a file comes from: a text and a voice, a human recording, or a tone."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

SOUND_VERSION = 2
"""Raised when the conversion changes, so that every file is made again."""

_RATE_OF_LEAST = 165
_LEAST_SECONDS_PER_HAN, _LEAST_SECONDS_PER_LETTER = 0.08, 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """A voice of espeak-ng: `name` may carry a variant (`+f2`), `rate` is words a minute, `pitch` 0 to 99."""

    name: str
    language: str
    rate: int = 165
    pitch: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """A text, already normalised, to be spoken by a voice."""

    text: str
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanRecording:
    """A file that a person recorded; `digest` makes a changed recording known."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """A plain tone, such as the one before a voice message."""

    tone_hz: int
    milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A file that somebody brings as a recording: it is looked at before it is used.

    `least_seconds` is the shortest time in which its text can be spoken.
    """

    path: str
    least_seconds: float = 0.0


Source = Utterance | HumanRecording | Tone | Take


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file that a worker has to make from a source."""

    name: str
    source: Source
    target: Path

    def to_line(self) -> str:
        """The job as the line of JSON that a worker reads."""
        return json.dumps(
            {
                "kind": type(self.source).__name__,
                "source": asdict(self.source),
                "target": str(self.target),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A worker's answer: the size of the file, or an error code with its detail.

    Of a take also its length, its level before it was made as loud as all others, and what was cut off it.
    """

    size: int = 0
    seconds: float = 0.0
    level_dbfs: float = 0.0
    trimmed_seconds: float = 0.0
    error: str = ""
    detail: str = field(default="")


def read_job(line: str) -> tuple[Source, str]:
    """The source and the target of a job's line."""
    raw = json.loads(line)
    values = raw["source"]
    match raw["kind"]:
        case "Utterance":
            return Utterance(text=values["text"], voice=Voice(**values["voice"])), raw["target"]
        case "HumanRecording":
            return HumanRecording(**values), raw["target"]
        case "Take":
            return Take(**values), raw["target"]
        case "Tone":
            return Tone(**values), raw["target"]
        case kind:
            raise ValueError(f"unknown kind of source: {kind}")


def key_of(source: Source) -> str:
    """A digest that changes whenever the sound would."""
    described = [SOUND_VERSION, type(source).__name__, asdict(source)]
    if isinstance(source, HumanRecording):
        described[2] = source.digest
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:32]


def least_seconds(text: str, rate: int) -> float:
    """The shortest time in which the text can be spoken; anything below is a fault."""
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    letters = sum(character.isascii() and character.isalpha() for character in text)
    return (han * _LEAST_SECONDS_PER_HAN + letters * _LEAST_SECONDS_PER_LETTER) * _RATE_OF_LEAST / rate
