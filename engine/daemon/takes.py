"""A recording that somebody brings, as a file or by telephone, becomes what callers hear, or is refused."""

import contextlib
import uuid
from dataclasses import dataclass
from pathlib import Path

from engine.adapters.speech.pool import Pool
from engine.adapters.speech.sources import Job, Reply, Take, least_seconds
from engine.config import Config
from engine.core.voice.catalogue import Prompt
from engine.daemon.paths import SitePaths
from engine.daemon.prompts import catalogue_of, recordings_of, sound_of

UPLOADS = "uploads"
_FASTEST_RATE = 300  # words a minute: nobody speaks faster
_SECONDS = 60.0


class TakeRefused(Exception):
    """The recording is of no use; nothing was replaced. `code` says why, `detail` has a figure or name."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code.replace('_', ' ')}: {detail}" if detail else code.replace("_", " "))
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A take as callers would hear it, still beside the recording that it is to replace."""

    prompt: Prompt
    language: str
    text: str
    path: Path
    reply: Reply

    def drop(self) -> None:
        """It is not kept."""
        self.path.unlink(missing_ok=True)


def uploads_of(paths: SitePaths) -> Path:
    """The folder of what is on its way; it is there afterwards. Raises OSError."""
    folder = paths.prompts / UPLOADS
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def prompt_to_record(config: Config, paths: SitePaths, language: str, sound_id: str) -> tuple[Prompt, str]:
    """The prompt with its text. Raises TakeRefused where there is none that could be recorded."""
    catalogue = catalogue_of(paths)
    prompt = sound_of(catalogue, language, sound_id)
    if prompt is not None:
        return prompt, prompt.text(language, site_name=config.site.name)
    whole = catalogue.get(sound_id)
    if whole is None:
        raise TakeRefused("no_prompt", sound_id)
    raise TakeRefused("has_values", " ".join(part.prompt_id for part in whole.fixed_parts()))


def finish_take(config: Config, paths: SitePaths, language: str, sound_id: str, file: Path) -> Finished:
    """Look at the file and make of it what callers would hear. Blocks. Raises TakeRefused or OSError."""
    prompt, text = prompt_to_record(config, paths, language, sound_id)
    target = uploads_of(paths) / f"{uuid.uuid4().hex}.wav"
    take = Take(path=str(file), least_seconds=least_seconds(text, _FASTEST_RATE))
    job = Job(name=sound_id, source=take, target=target)
    with Pool(1, job_seconds=_SECONDS) as pool, contextlib.closing(pool.run([job])) as outcomes:
        reply = next(outcomes)[1]
    if reply.error:
        raise TakeRefused("not_sound" if reply.error == "died" else reply.error, reply.detail)
    return Finished(prompt=prompt, language=language, text=text, path=target, reply=reply)


def keep_take(config: Config, paths: SitePaths, finished: Finished) -> None:
    """From now on it is the prompt's recording; `build` makes it heard. Raises OSError."""
    recordings = recordings_of(config, paths)
    data = finished.path.read_bytes()
    recordings.keep(finished.language, finished.prompt.prompt_id, data, finished.text)
    finished.drop()
