"""A folder of sound files, with a manifest of what each was made from: only what changed is made again."""

import contextlib
import fcntl
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.speech.errors import FOLDER_REMEDY, FolderUnusable, Problem, ProblemCode, speech_error
from engine.adapters.speech.files import write_whole
from engine.adapters.speech.pool import Pool, default_workers
from engine.adapters.speech.sources import HumanRecording, Job, Reply, Source, key_of

Progress = Callable[[int, int, str], None]
"""Called with how many files are done, of how many, and the id of the last. It may raise to stop the work."""

_MANIFEST = "manifest.json"
_FATAL = ("voice_broken", "not_written")


@dataclass(slots=True, kw_only=True)
class BuildReport:
    """What a build did; `human` are the ids that a person speaks, made now or before."""

    language: str
    total: int
    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    human: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0

    def __repr__(self) -> str:
        return (
            f"<BuildReport {self.language}: {self.total} prompts, {len(self.made)} made, "
            f"{len(self.kept)} kept, {len(self.human)} human, {len(self.problems)} problems, "
            f"{self.seconds:.1f} s>"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One file that is wanted, and its sources, the best one first."""

    name: str
    sources: tuple[Source, ...]


def render_folder(
    folder: Path, wishes: Sequence[Wish], *, language: str, progress: Progress, workers: int | None = None
) -> BuildReport:
    """Make what is missing or changed, remove what is no longer wanted. Raises SpeechError."""
    started = time.monotonic()
    report = BuildReport(language=language, total=len(wishes))
    with _exclusive(folder), Pool(workers or default_workers()) as pool:
        _Renderer(folder, pool, report, progress).render(wishes)
    report.seconds = time.monotonic() - started
    return report


class _Renderer:
    """One pass over a folder, and the manifest while it lasts."""

    def __init__(self, folder: Path, pool: Pool, report: BuildReport, progress: Progress) -> None:
        self._folder = folder
        self._pool = pool
        self._report = report
        self._progress = progress
        self._manifest = read_manifest(folder)

    def render(self, wishes: Sequence[Wish]) -> None:
        """Go through the wishes, then through those whose best source was of no use, and so on."""
        self._forget_all_but({wish.name for wish in wishes})
        needed = self._needed(wishes)
        total, done = len(needed), 0
        while needed:
            by_name = {wish.name: wish for wish in needed}
            disappointed = []
            with contextlib.closing(self._pool.run([self._job(wish) for wish in needed])) as outcomes:
                for job, reply in outcomes:
                    wish = by_name[job.name]
                    if not self._settle(job, reply) and len(wish.sources) > 1:
                        disappointed.append(Wish(name=wish.name, sources=wish.sources[1:]))
                        continue
                    done += 1
                    self._progress(done, total, job.name)
            needed = self._needed(disappointed)

    def _needed(self, wishes: Sequence[Wish]) -> list[Wish]:
        """The wishes whose file is not there as it should be; the others are reported as kept."""
        needed = []
        for wish in wishes:
            if self._manifest.get(wish.name) != self._entry(wish.name, key_of(wish.sources[0])):
                needed.append(wish)
                continue
            self._report.kept.append(wish.name)
            self._note_human(wish.name, wish.sources[0])
        return needed

    def _settle(self, job: Job, reply: Reply) -> bool:
        """Take note of one reply; False where this source was of no use."""
        if reply.error in _FATAL or (reply.error == "died" and not self._report.made):
            raise speech_error(reply)
        if not reply.error:
            self._remember(job, reply.size)
            self._report.made.append(job.name)
            self._note_human(job.name, job.source)
            return True
        code, detail = ProblemCode.NOT_SPOKEN, reply.detail
        if isinstance(job.source, HumanRecording):
            code, detail = ProblemCode.CORRUPT_RECORDING, f"{job.source.path}: {reply.detail}"
        self._report.problems.append(
            Problem(code=code, prompt_id=job.name, language=self._report.language, detail=detail)
        )
        return False

    def _note_human(self, name: str, source: Source) -> None:
        if isinstance(source, HumanRecording):
            self._report.human.append(name)

    def _job(self, wish: Wish) -> Job:
        return Job(name=wish.name, source=wish.sources[0], target=self._path(wish.name).absolute())

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.wav"

    def _entry(self, name: str, key: str) -> dict[str, str | int]:
        """What the manifest says of the file as it is now, if it was made from this source."""
        try:
            return {"key": key, "size": self._path(name).stat().st_size}
        except OSError:
            return {}

    def _remember(self, job: Job, size: int) -> None:
        self._manifest[job.name] = {"key": key_of(job.source), "size": size}
        _write_manifest(self._folder, self._manifest)

    def _forget_all_but(self, names: set[str]) -> None:
        gone = [name for name in self._manifest if name not in names]
        for name in gone:
            self._path(name).unlink(missing_ok=True)
            del self._manifest[name]
        if gone:
            _write_manifest(self._folder, self._manifest)


@contextlib.contextmanager
def _exclusive(folder: Path) -> Iterator[None]:
    """One build at a time in a folder; a second one waits and then finds the work done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".lock").open("w")
    except OSError as error:
        raise FolderUnusable(
            f"The folder {folder} cannot be used: {error.strerror}.", FOLDER_REMEDY
        ) from None
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def read_manifest(folder: Path) -> dict[str, dict[str, str | int]]:
    """The manifest; an empty one where it is missing or spoilt, so that everything is made again."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return manifest if isinstance(manifest, dict) else {}


def _write_manifest(folder: Path, manifest: dict[str, dict[str, str | int]]) -> None:
    try:
        write_whole(folder / _MANIFEST, json.dumps(manifest).encode())
    except OSError as error:
        raise FolderUnusable(
            f"{folder / _MANIFEST} cannot be written: {error.strerror}.", FOLDER_REMEDY
        ) from None
