"""Looks at the finished sound files: what is missing, and what would not be heard as it should."""

from pathlib import Path

from engine.adapters.speech import sound
from engine.adapters.speech.build import prompt_path
from engine.adapters.speech.errors import Problem, ProblemCode
from engine.adapters.speech.sources import least_seconds
from engine.core.voice.catalogue import Catalogue, Prompt

_FASTEST_RATE = 300


def check_prompts(catalogue: Catalogue, language: str, target_folder: Path) -> list[Problem]:
    """What is wrong with the sound files of a language; nothing where all is well."""
    problems = []
    for prompt in catalogue.sounds(language):
        path = prompt_path(target_folder, language, prompt.prompt_id)
        for code, detail in _faults(prompt, language, path):
            problems.append(Problem(code=code, prompt_id=prompt.prompt_id, language=language, detail=detail))
    return problems


def _faults(prompt: Prompt, language: str, path: Path) -> list[tuple[ProblemCode, str]]:
    if not path.exists():
        return [(ProblemCode.MISSING, str(path))]
    try:
        measures = sound.measure(path)
    except sound.BadRecording as error:
        return [(ProblemCode.WRONG_FORMAT, str(error))]
    if sound.is_silent(measures):
        return [(ProblemCode.SILENT, f"{measures.active_dbfs:.0f} dBFS")]
    faults = []
    if measures.clipped:
        faults.append((ProblemCode.CLIPPED, str(path)))
    least = least_seconds(prompt.text(language, site_name=""), _FASTEST_RATE)
    if measures.seconds < least:
        faults.append((ProblemCode.TOO_SHORT, f"{measures.seconds:.2f} s, at least {least:.2f} s expected"))
    return faults
