"""What can go wrong while speech is made, each with what a person can do about it.

SpeechError              nothing more can be done: problem + remedy
├── VoiceBroken          the synthesiser or its voice speaks no proper Chinese or English
├── FolderUnusable       the folder of the prompts cannot be written: rights, full disk
└── SpeechFailed         a single text could not be spoken, after retries

Problem                  one prompt is not as it should be; the others are not touched by it
"""

from dataclasses import dataclass
from enum import StrEnum

from engine.adapters.speech.sources import Reply


class SpeechError(Exception):
    """Speech cannot be made: `problem` says what happened, `remedy` what the person can do."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n{remedy}")
        self.problem = problem
        self.remedy = remedy


class VoiceBroken(SpeechError):
    pass


class FolderUnusable(SpeechError):
    pass


class SpeechFailed(SpeechError):
    pass


VOICE_REMEDY = (
    "Install the pinned packages again, pyttsx3 and espeakng-loader: `pip install -r requirements.lock`. "
    "Human recordings work without them."
)
FOLDER_REMEDY = "Free some space, or give this user the right to write there, and run it again."


def speech_error(reply: Reply) -> SpeechError:
    """The error to raise for a worker's reply that ends all work."""
    match reply.error:
        case "voice_broken" | "died":
            return VoiceBroken(f"The synthesiser is of no use: {reply.detail}.", VOICE_REMEDY)
        case "not_written":
            return FolderUnusable(f"A sound file cannot be written: {reply.detail}.", FOLDER_REMEDY)
        case _:
            return SpeechFailed(
                f"A text could not be spoken: {reply.detail}.", "Try it again, or change the text."
            )


class ProblemCode(StrEnum):
    """What is wrong with one prompt."""

    MISSING = "missing"
    WRONG_FORMAT = "wrong_format"
    SILENT = "silent"
    CLIPPED = "clipped"
    TOO_SHORT = "too_short"
    CORRUPT_RECORDING = "corrupt_recording"
    NOT_SPOKEN = "not_spoken"


_MAKE_AGAIN = "Delete the file and run `fourseat prompts build`"
_REMEDIES = {
    ProblemCode.MISSING: "Run `fourseat prompts build`.",
    ProblemCode.WRONG_FORMAT: f"{_MAKE_AGAIN}.",
    ProblemCode.SILENT: f"{_MAKE_AGAIN}; a human recording: record it again.",
    ProblemCode.CLIPPED: "Record it again at a lower level, then run `fourseat prompts build`.",
    ProblemCode.TOO_SHORT: f"{_MAKE_AGAIN}; a human recording: record all of it.",
    ProblemCode.CORRUPT_RECORDING: "Save the recording as WAV or FLAC and copy it again; until then the "
    "synthesised voice is used.",
    ProblemCode.NOT_SPOKEN: "Run `fourseat prompts build` again; if it stays, change the text or record it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One prompt that is missing or bad. `detail` is a file name, a figure or a library's message."""

    code: ProblemCode
    prompt_id: str
    language: str
    detail: str = ""

    @property
    def remedy(self) -> str:
        """What a person can do about it."""
        return _REMEDIES[self.code]

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.language}/{self.prompt_id}: {self.code.replace('_', ' ')}{detail}. {self.remedy}"
