"""What people have recorded: where the files are, and which text each one says.

A recording says the text that its prompt had when it was made. That text is noted beside the recordings, so
that a text which has changed since can be told: nobody hears the difference but the callers.
"""

import contextlib
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.speech.files import write_whole
from engine.adapters.speech.sources import HumanRecording

HUMAN_SUFFIXES = (".wav", ".flac", ".ogg", ".mp3")
_NOTES = "texts.json"


@dataclass(frozen=True, slots=True)
class Recordings:
    """`own` is the folder that the engine writes into; it wins over `given`, into which people copy files."""

    own: Path
    given: Path

    def find(self, language: str, prompt_id: str) -> Path | None:
        """The recording of a prompt."""
        paths = (
            folder / language / f"{prompt_id}{suffix}"
            for folder in (self.own, self.given)
            for suffix in HUMAN_SUFFIXES
        )
        return next((path for path in paths if path.exists()), None)

    def source(self, language: str, prompt_id: str) -> HumanRecording | None:
        """The recording of a prompt, to be made into its sound."""
        path = self.find(language, prompt_id)
        return None if path is None else HumanRecording(path=str(path.absolute()), digest=digest_of(path))

    def ids(self, language: str) -> frozenset[str]:
        """The prompts that somebody has recorded."""
        return frozenset(
            path.stem
            for folder in (self.own, self.given)
            for path in _files(folder / language)
            if path.suffix in HUMAN_SUFFIXES
        )

    def keep(self, language: str, prompt_id: str, data: bytes, text: str) -> Path:
        """Put a finished WAV in place as the prompt's recording. Raises OSError."""
        path = self.own / language / f"{prompt_id}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
        self.note(language, {prompt_id: text}, anew=True)
        return path

    def remove(self, language: str, prompt_id: str) -> bool:
        """Take the engine's recording of a prompt away; False where there is none. Raises OSError."""
        path = self.own / language / f"{prompt_id}.wav"
        there = path.exists()
        path.unlink(missing_ok=True)
        return there

    def note(self, language: str, texts: dict[str, str], *, anew: bool = False) -> None:
        """Note what recordings say, if they are new or `anew`. Raises OSError."""
        notes = self._notes(language)
        before = dict(notes)
        for prompt_id, text in texts.items():
            source = self.source(language, prompt_id)
            if source is not None and (anew or notes.get(prompt_id, ["", ""])[0] != source.digest):
                notes[prompt_id] = [source.digest, text]
        if notes != before:
            path = self.own / language / _NOTES
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, json.dumps(notes, ensure_ascii=False, indent=0, sort_keys=True).encode())

    def texts(self, language: str) -> dict[str, str]:
        """What each recording says, as far as it is known."""
        return {prompt_id: text for prompt_id, (_, text) in self._notes(language).items()}

    def _notes(self, language: str) -> dict[str, list[str]]:
        try:
            notes = json.loads((self.own / language / _NOTES).read_text(encoding="utf-8"))
            return {str(name): [str(digest), str(text)] for name, (digest, text) in notes.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return {}


def digest_of(path: Path) -> str:
    """Makes a changed recording known; empty where it cannot be read, and the worker will say why."""
    with contextlib.suppress(OSError):
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return ""


def _files(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return ()
