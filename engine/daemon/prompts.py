"""The prompts of a site: the catalogue, the sound files, and how they come to be."""

import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.speech.recordings import Recordings
from engine.config import Config
from engine.core.voice.catalogue import Catalogue, parse_catalogue
from engine.daemon.paths import SitePaths
from engine.wire.methods import PromptInfo

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did; `problems` are sentences."""

    built: int
    kept: int
    problems: list[str]


def catalogue_of(paths: SitePaths) -> Catalogue:
    """The site's catalogue. Raises OSError or CatalogueError."""
    path = paths.home / "voice_prompts" / "prompts.toml"
    return parse_catalogue(path.read_text(encoding="utf-8"), str(path))


def recordings_of(config: Config, paths: SitePaths) -> Recordings:
    """What people have recorded for the site."""
    return Recordings(own=paths.prompts / "human", given=paths.home / config.speech.human)


def build(
    config: Config,
    paths: SitePaths,
    language: str,
    *,
    force: bool = False,
    progress: Progress = lambda done, total, name: None,
) -> Built:
    """Make what is missing or changed. Blocks for some seconds. Raises SpeechError."""
    from engine.adapters.speech.build import build_prompts  # audio libraries: only when they are needed

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


def describe(config: Config, paths: SitePaths, language: str) -> list[PromptInfo]:
    """Every prompt with its text, file, source and length."""
    human = paths.home / config.speech.human / language
    infos = []
    for prompt in catalogue_of(paths).values():
        path = paths.prompts / language / f"{prompt.prompt_id}.wav"
        recorded = any(human.glob(f"{prompt.prompt_id}.*"))
        source = "missing" if not path.exists() else "human" if recorded else "synthesised"
        infos.append(
            PromptInfo(
                id=prompt.prompt_id,
                text=prompt.text(language, site_name=config.site.name),
                path=str(path),
                source=source,
                seconds=_seconds(path),
            )
        )
    return infos


def _seconds(path: Path) -> float:
    try:
        with wave.open(str(path)) as sound:
            return float(round(sound.getnframes() / sound.getframerate(), 2))
    except (OSError, EOFError, wave.Error):
        return 0.0
