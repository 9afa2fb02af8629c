"""What each sound of a language is just now: recorded, synthesised or missing, and whether it is stale."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.speech.build import prompt_path, source_of
from engine.adapters.speech.folder import read_manifest
from engine.adapters.speech.recordings import Recordings
from engine.adapters.speech.sources import Voice, key_of
from engine.core.voice.catalogue import Catalogue, Prompt


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundState:
    """`stale`: it was made of, or recorded for, another text; `recorded_text` is that of a recording."""

    prompt: Prompt
    path: Path
    source: str
    stale: bool
    recorded_text: str = ""


def sound_states(
    catalogue: Catalogue, voice: Voice, target_folder: Path, recordings: Recordings, *, site_name: str
) -> Iterator[SoundState]:
    """All sounds of the voice's language. Blocks: each text is put into words anew."""
    language = voice.language
    manifest = read_manifest(target_folder / language)
    recorded_texts = recordings.texts(language)
    recorded = recordings.ids(language)
    for prompt in catalogue.sounds(language):
        path = prompt_path(target_folder, language, prompt.prompt_id)
        made_of = manifest.get(prompt.prompt_id, {}).get("key")
        human = prompt.prompt_id in recorded
        source = recordings.source(language, prompt.prompt_id) if human else None
        expected = key_of(source or source_of(prompt, voice, site_name))
        text = prompt.text(language, site_name=site_name)
        said = recorded_texts.get(prompt.prompt_id, text) if human else text
        yield SoundState(
            prompt=prompt,
            path=path,
            source="missing" if not path.exists() else "human" if human else "synthesised",
            stale=path.exists() and (made_of != expected or said != text),
            recorded_text=said if said != text else "",
        )
