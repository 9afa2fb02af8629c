"""The voice menu while it runs: which texts answer callers, its versions, and how another one takes over.

What runs is a version kept in the database. The files on the disk are what staff edit; they hold from
`ivr apply` on, or from the next start of the engine. A version that goes live later keeps its own copy, so
that the files may be edited meanwhile. Files on the disk that cannot be used never keep the engine from
starting when a version ran before.
"""

import logging
from collections.abc import Mapping
from pathlib import Path

from db.flow_versions import activate, digest_of, find_version, keep_version, list_scheduled, live_version
from db.store import Store
from engine.config import Config
from engine.core.ivr.problems import FlowError
from engine.core.voice.catalogue import Catalogue
from engine.daemon.clock import Clock
from engine.daemon.flow_texts import Texts, flow_of, read_texts
from engine.daemon.plan import flow_files
from engine.daemon.site_text import write_whole

log = logging.getLogger(__name__)

NOBODY = "engine"  # who made a version that nobody asked for


class LiveFlows:
    """The texts that answer callers, by the flow's file, and the number of the version that each is."""

    def __init__(self, home: Path, store: Store, clock: Clock) -> None:
        self.texts: dict[str, Texts] = {}
        self.versions: dict[str, int] = {}
        self._home = home
        self._store = store
        self._clock = clock

    def __repr__(self) -> str:
        return f"<LiveFlows {self.versions}>"

    def begin(self, config: Config, catalogue: Catalogue) -> None:
        """What answers callers when the engine starts. Blocks. Raises OSError and FlowError."""
        queues = [queue.id for queue in config.queues]
        for file in flow_files(config):
            self._begin(file, queues, catalogue)

    def _begin(self, file: str, queues: list[str], catalogue: Catalogue) -> None:
        live = self._store.read(live_version, file).result()
        try:
            texts: Texts = read_texts(self._home / file)
            flow_of(texts, queues, catalogue)
        except (OSError, FlowError) as error:
            if live is None:
                raise
            log.error("%s cannot be used, version %d goes on: %s", file, live.id, error)
            texts = live.files
        if live is not None and self._goes_live_later(file, digest_of(texts)):
            texts = live.files
        if live is not None and digest_of(texts) == live.digest:
            self.take(file, live.files, live.id)
            return
        version = self.keep(file, texts, who=NOBODY, note="")
        self.note_live(file, version, who=NOBODY, why="started")
        self.take(file, texts, version)

    def _goes_live_later(self, file: str, digest: str) -> bool:
        waiting = self._store.read(list_scheduled, waiting=True).result()
        versions = [
            self._store.read(find_version, file, one.version).result() for one in waiting if one.flow == file
        ]
        return any(version.digest == digest for version in versions)

    def on_disk(self, file: str) -> Texts:
        """The files as they are now. Raises OSError or FlowError."""
        return read_texts(self._home / file)

    def with_new(self, config: Config) -> dict[str, Texts]:
        """What runs, and the flows of a new configuration that do not run yet. Raises as `on_disk`."""
        new = [file for file in flow_files(config) if file not in self.texts]
        return {**self.texts, **{file: self.on_disk(file) for file in new}}

    def adopt(self, texts: Mapping[str, Texts]) -> None:
        """Flows that a new configuration brought. Blocks."""
        for file in [file for file in texts if file not in self.texts]:
            version = self.keep(file, texts[file], who=NOBODY, note="")
            self.note_live(file, version, who=NOBODY, why="started")
            self.take(file, texts[file], version)

    def keep(self, file: str, texts: Texts, *, who: str, note: str) -> int:
        """Keep texts as a version; its number. Blocks."""
        now = self._clock.now()
        return self._store.submit(keep_version, file, texts, who=who, note=note, at=now).result().id

    def note_live(self, file: str, version: int, *, who: str, why: str) -> None:
        """Write down that a version answers callers now. Blocks."""
        now = self._clock.now()
        self._store.submit(activate, file, version, who=who, why=why, at=now).result()

    def write(self, file: str, texts: Texts) -> None:
        """Put a version's texts on the disk; what stood there becomes a version first. Blocks."""
        try:
            edited = self.on_disk(file)
        except (OSError, FlowError):
            edited = {}
        if edited and digest_of(edited) != digest_of(self.texts.get(file, {})):
            self.keep(file, edited, who=NOBODY, note="")
        folder = (self._home / file).parent
        for name, text in texts.items():
            path = folder / name
            if not path.exists():
                path.touch()
            write_whole(path, text)

    def take(self, file: str, texts: Texts, version: int) -> None:
        """From now on these texts answer callers."""
        self.texts[file], self.versions[file] = texts, version
