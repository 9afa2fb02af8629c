"""Prompts over the socket: what there is, making it, and recordings that people bring."""

from typing import Literal

from engine.wire.base import Done, Method, Params, Result, S, X

PIECE_BYTES = 32_768
"""A file travels in pieces of so many bytes, in Base64."""
MOST_BYTES = 40_000_000
"""No recording of a prompt is larger: two minutes of studio quality."""

Language = Literal["zh", "en"]


class PromptInfo(Result):
    """One prompt in one language. `number` is what staff key in to record it; 0: it has none."""

    id: str
    text: str
    path: str
    source: str  # human | synthesised | missing
    seconds: float
    language: str = "zh"
    number: int = 0
    stale: bool = False  # the text is another one than when it was recorded or made
    recorded_text: str = ""  # of a stale recording: what it says, where that is known


class PromptsParams(Params):
    language: Literal["", "zh", "en"] = ""  # empty: all languages that callers can come to hear


class Prompts(Result):
    prompts: list[PromptInfo]


class BuildPromptsParams(Params):
    language: Literal["", "zh", "en"] = ""  # empty: all languages that callers can come to hear
    force: bool = False


class BuiltPrompts(Result):
    built: int
    kept: int
    problems: list[str]


class ImportPromptParams(Params):
    """A piece of a sound file, in order; with the `last` one it becomes the prompt's recording."""

    upload_id: str
    prompt_id: str
    language: Language
    data: str  # Base64
    last: bool = False


class ImportedPrompt(Result):
    """The recording as callers hear it; `level_dbfs`: its level before it was made as loud as the others."""

    seconds: float = 0.0
    level_dbfs: float = 0.0
    trimmed_seconds: float = 0.0


class PromptParams(Params):
    prompt_id: str
    language: Language


class ReadPromptParams(Params):
    prompt_id: str
    language: Language
    offset: int = 0


class PromptPiece(Result):
    """Base64 bytes of a prompt's sound from `offset`; empty at its end."""

    data: str
    size: int


PROMPT_METHODS = (
    Method("prompts.list", PromptsParams, Prompts, S, "All prompts and where each comes from."),
    Method("prompts.build", BuildPromptsParams, BuiltPrompts, X, "Synthesise what is missing."),
    Method("prompts.import", ImportPromptParams, ImportedPrompt, X, "A recording in pieces; audited."),
    Method("prompts.remove", PromptParams, Done, X, "Back to the synthesised voice; audited."),
    Method("prompts.read", ReadPromptParams, PromptPiece, S, "Bytes of a prompt's sound."),
)
