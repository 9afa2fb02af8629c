"""The prompts of a site: the catalogue, the sound files, and how they come to be."""

import asyncio
import tomllib
import wave
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from engine.adapters.speech.build import build_prompts, voice_of
from engine.adapters.speech.recordings import Recordings
from engine.adapters.speech.state import SoundState, sound_states
from engine.config import Config
from engine.core.ivr.problems import FlowError
from engine.core.voice.catalogue import LANGUAGES, Catalogue, CatalogueError, Prompt, parse_catalogue
from engine.daemon.flow_texts import read_texts
from engine.daemon.paths import SitePaths
from engine.daemon.plan import flow_files
from engine.wire.prompts import PromptInfo

Progress = Callable[[int, int, str], None]
_BREATH_S = 0.002


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did; `problems` are sentences."""

    built: int
    kept: int
    problems: list[str]


def catalogue_of(paths: SitePaths) -> Catalogue:
    """The site's catalogue. Raises OSError or CatalogueError."""
    path = paths.home / "voice_prompts" / "prompts.toml"
    text = path.read_text(encoding="utf-8")
    try:
        return _parsed(text)
    except CatalogueError:
        return parse_catalogue(text, str(path))  # raises again, and says which file


_parsed = lru_cache(maxsize=1)(parse_catalogue)  # a start asks for the same text several times


def recordings_of(config: Config, paths: SitePaths) -> Recordings:
    """What people have recorded for the site."""
    return Recordings(own=paths.prompts / "human", given=paths.home / config.speech.human)


def languages_of(config: Config, paths: SitePaths) -> list[str]:
    """What callers can come to hear: the site's language, and those that a flow changes to."""
    chosen: set[str] = {config.site.language}
    for file in flow_files(config):
        try:
            texts = read_texts(paths.home / file)
        except (OSError, FlowError):
            continue
        for text in texts.values():
            chosen |= _languages_set(text)
    return [language for language in LANGUAGES if language in chosen]


def _languages_set(text: str) -> set[str]:
    """The languages to which the `set` nodes of a flow file change; none of one that cannot be read."""
    try:
        nodes = tomllib.loads(text).get("nodes", {})
    except tomllib.TOMLDecodeError:
        return set()
    kinds = [node for node in nodes.values() if isinstance(node, dict) and node.get("kind") == "set"]
    values = [node.get("values") for node in kinds]
    return {str(value.get("language", "")) for value in values if isinstance(value, dict)}


def sound_of(catalogue: Catalogue, language: str, sound_id: str) -> Prompt | None:
    """The prompt, or the fixed part of one, that has this id and a sound of its own in the language."""
    return next((prompt for prompt in catalogue.sounds(language) if prompt.prompt_id == sound_id), None)


def build(
    config: Config,
    paths: SitePaths,
    language: str,
    *,
    force: bool = False,
    progress: Progress = lambda done, total, name: None,
) -> Built:
    """Make what is missing or changed. Blocks for some seconds. Raises SpeechError."""
    if force:
        (paths.prompts / language / "manifest.json").unlink(missing_ok=True)  # calls go on playing
    report = build_prompts(
        catalogue_of(paths),
        language,
        paths.prompts,
        recordings_of(config, paths),
        site_name=config.site.name,
        rate=config.speech.rate,
        progress=progress,
    )
    return Built(len(report.made), len(report.kept), [str(problem) for problem in report.problems])


def states_of(config: Config, paths: SitePaths, language: str) -> Iterator[SoundState]:
    """What each sound of a language is. All of them take some tenths of a second."""
    return sound_states(
        catalogue_of(paths),
        voice_of(language, config.speech.rate),
        paths.prompts,
        recordings_of(config, paths),
        site_name=config.site.name,
    )


def describe(config: Config, paths: SitePaths, languages: Iterable[str]) -> list[PromptInfo]:
    """Every prompt with its text, file, source and length, in these languages."""
    return [
        PromptInfo(
            id=state.prompt.prompt_id,
            text=state.prompt.text(language, site_name=config.site.name),
            path=str(state.path),
            source=state.source,
            seconds=_seconds(state.path),
            language=language,
            number=state.prompt.number,
            stale=state.stale,
            recorded_text=state.recorded_text,
        )
        for language in languages
        for state in states_of(config, paths, language)
    ]


async def unready(config: Config, paths: SitePaths) -> dict[str, tuple[int, int]]:
    """Of each language in which something is to be done, how many sounds are missing and how many stale.

    Callers wait for nothing meanwhile: a thread would keep the interpreter from those who press keys.
    """
    found = {}
    for language in await asyncio.to_thread(languages_of, config, paths):
        missing = stale = 0
        for state in states_of(config, paths, language):
            missing += state.source == "missing"
            stale += state.stale
            await asyncio.sleep(_BREATH_S)
        if missing or stale:
            found[language] = (missing, stale)
    return found


def _seconds(path: Path) -> float:
    try:
        with wave.open(str(path)) as sound:
            return float(round(sound.getnframes() / sound.getframerate(), 2))
    except (OSError, EOFError, wave.Error):
        return 0.0
