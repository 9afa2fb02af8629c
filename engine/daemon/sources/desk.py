"""Looks at each source when it is time, one after another, and writes what is new between other writes."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from db.errors import Closed
from db.source_runs import SourceRun, begin_run, cut_off_runs, end_run, last_runs
from db.store import Store
from engine.config import Config
from engine.config.sources import Source
from engine.core.records import Millis
from engine.daemon.clock import Clock
from engine.daemon.paths import SitePaths
from engine.daemon.sources.folder import DONE, FAILED, DropFolder, Found, found_file
from engine.daemon.sources.following import NOT_THE_FILE, Follower
from engine.daemon.sources.look import Look
from engine.daemon.sources.messages import Job
from engine.daemon.sources.names import put_names_in
from engine.daemon.sources.report import report_words

LOOK_EVERY_S = 5.0
MINUTE_MS = 60_000

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Wanted:
    """Somebody asks for a look. `file`: this one, instead of those in the folder."""

    check: bool = False
    file: str = ""
    differences: int = 20


@dataclass(slots=True)
class SourceDesk:
    """All sources of the site. `looks` has the newest look at each since the engine started."""

    config: Config
    paths: SitePaths
    store: Store
    clock: Clock
    looks: dict[str, Look] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)  # of folders that cannot be read
    _folders: dict[Path, DropFolder] = field(default_factory=dict)
    _wanted: dict[str, Wanted] = field(default_factory=dict)
    _last_start: dict[str, Millis] = field(default_factory=dict)
    _bell: asyncio.Event = field(default_factory=asyncio.Event)
    _at_work: str = ""  # the source that is being visited
    _follower: Follower | None = None  # of the newest look

    async def run(self) -> None:
        """Look after the sources until cancelled."""
        await put_names_in(self.store, self.paths.database)  # of a look that an end of the engine has cut off
        await self._resume()
        while True:
            self._bell.clear()
            for source in list(self.config.sources):
                try:
                    await self._visit(source)
                except Closed:
                    return
                except Exception:  # a fault in one source must not keep the others from being read
                    log.exception("source=%s failed", source.id)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._bell.wait()

    def reconfigure(self, config: Config) -> None:
        """Go on with other sources; a look that goes on keeps to its own."""
        self.config = config
        self._bell.set()

    def source(self, source_id: str) -> Source | None:
        """The source of an id."""
        return next((one for one in self.config.sources if one.id == source_id), None)

    def want(self, source_id: str, wanted: Wanted) -> bool:
        """Have a source looked at as soon as possible; False: it is being looked at, or waits for it."""
        if source_id in self._wanted or self._is_running(source_id):
            return False
        self._wanted[source_id] = wanted
        self._bell.set()
        return True

    def is_busy(self, source_id: str) -> bool:
        """Whether a look goes on, or has been asked for."""
        return source_id in self._wanted or self._at_work == source_id

    def is_waiting(self, source_id: str) -> bool:
        """Whether a look has been asked for that has not begun."""
        return self.is_busy(source_id) and not self._is_running(source_id)

    def stop(self, source_id: str) -> bool:
        """End the look that goes on; what was taken over stays. False: there is none."""
        if self._wanted.pop(source_id, None) is not None:
            return True
        if not self._is_running(source_id):
            return False
        assert self._follower is not None
        self._follower.stop()
        return True

    def _is_running(self, source_id: str) -> bool:
        look = self.looks.get(source_id)
        return look is not None and look.state == "running"

    def next_at(self, source: Source, last: SourceRun | None) -> Millis:
        """When a source is looked at by itself, 0: when a file arrives, or never."""
        if not source.enabled or not source.every_minutes or source.kind == "folder":
            return 0
        began = max(self._last_start.get(source.id, 0), last.started_at if last is not None else 0)
        return max(began + source.every_minutes * MINUTE_MS, self.clock.now())

    def folder_of(self, source: Source) -> Path:
        """Where the files of a source are put; relative names count from the data folder."""
        return self.paths.data / (source.place or f"sources/{source.id}")

    async def _resume(self) -> None:
        """Runs that an end of the engine has cut off go on; what they took over already is passed over."""
        for run in await self._read(cut_off_runs):
            source = self.source(run.source)
            there = run.what == "" or await asyncio.to_thread(os.path.exists, run.what)
            if source is None or not there:
                await self._write(
                    end_run,
                    run.id,
                    "stopped",
                    self.clock.now(),
                    rows=run.rows,
                    bad=run.bad,
                    trouble="restarted",
                )
            else:
                log.info("source=%s goes on after a restart", run.source)
                self._wanted[run.source] = Wanted(file=run.what)
        for source in self.config.sources:
            last = await self._read(last_runs, source.id)
            self._last_start[source.id] = last[0].started_at if last else 0

    async def _visit(self, source: Source) -> None:
        self._at_work = source.id
        try:
            await self._visit_one(source, self._wanted.pop(source.id, None))
        finally:
            self._at_work = ""

    async def _visit_one(self, source: Source, wanted: Wanted | None) -> None:
        if source.kind == "folder":
            await self._visit_folder(source, wanted)
            return
        due = self._last_start.get(source.id, 0) + source.every_minutes * MINUTE_MS <= self.clock.now()
        if wanted is not None or (source.enabled and source.every_minutes and due):
            await self._look(source, wanted or Wanted(), None)

    async def _visit_folder(self, source: Source, wanted: Wanted | None) -> None:
        folder = self._folders.setdefault(self.folder_of(source), DropFolder(self.folder_of(source)))
        try:
            if wanted is not None and wanted.file:
                found = await asyncio.to_thread(found_file, Path(wanted.file))
                await self._look(source, wanted, found, folder)
                return
            ready = await asyncio.to_thread(folder.ready, self.clock.now())
            self.troubles.pop(source.id, None)
            if wanted is not None:
                newest = await asyncio.to_thread(folder.newest)
                await self._look(source, wanted, newest, folder)
            elif source.enabled:
                for found in ready:
                    await self._look(source, Wanted(), found, folder)
        except OSError as error:
            if wanted is not None:
                self._fail(source, wanted, "unreadable", f"{error.filename}: {error.strerror}")
            self.troubles[source.id] = error.strerror or str(error)

    def _fail(self, source: Source, wanted: Wanted, trouble: str, detail: str) -> None:
        """A look that somebody asked for and that cannot begin."""
        now = self.clock.now()
        self.looks[source.id] = Look(
            source=source, check=wanted.check, what=wanted.file, started_at=now, ended_at=now, as_of=now,
            state="failed", trouble=trouble, detail=detail,
        )  # fmt: skip

    async def _look(
        self, source: Source, wanted: Wanted, found: Found | None, folder: DropFolder | None = None
    ) -> None:
        if folder is not None and found is None:
            self._fail(source, wanted, "no_file", str(folder.path))
            return
        now = self.clock.now()
        what = str(found.path) if found is not None else ""
        as_of = min(found.changed_at, now) if found is not None else now
        look = Look(source=source, check=wanted.check, what=what, started_at=now, as_of=as_of)
        self.looks[source.id] = look
        self._follower = follower = Follower(self.store, look, self._job(look, wanted.differences))
        run_id = 0
        if not wanted.check:
            self._last_start[source.id] = now
            run = await self._write(begin_run, source.id, what, as_of, now)
            run_id = run.id
            look.go_on_from(run)
        log.info("source=%s %s begins %s", source.id, "check" if look.check else "run", what)
        state = await follower.follow(run_id)
        if not wanted.check:
            await put_names_in(self.store, self.paths.database)
        await follower.finish(state, self.clock.now())
        if found is None or folder is None or look.check or look.state == "stopped":
            return
        if found.path.parent == folder.path:
            await self._put_away(look, folder, found)

    def _job(self, look: Look, differences: int) -> Job:
        source = look.source
        if source.kind == "sqlite":
            source = msgspec.structs.replace(source, place=str(self.paths.home / source.place))
        return Job(
            source=source,
            all_sources=list(self.config.sources),
            database=str(self.paths.database),
            folder=str(self.paths.data),
            file=look.what,
            as_of=look.as_of,
            now=look.started_at,
            area_code=self.config.site.area_code,
            check=look.check,
            differences=differences,
        )

    async def _put_away(self, look: Look, folder: DropFolder, found: Found) -> None:
        if look.trouble in NOT_THE_FILE:
            folder.leave(found)
            return
        place = DONE if look.state == "done" else FAILED
        wanted = place == FAILED or look.bad or look.aside or look.trouble or look.balances_kept
        report = report_words(look) if wanted else ""
        zone = ZoneInfo(self.config.site.timezone)
        try:
            await asyncio.to_thread(folder.put_away, found, place, look.ended_at, zone, report)
        except OSError as error:
            log.error("source=%s file cannot be put away: %s", look.source.id, error)
            self.troubles[look.source.id] = error.strerror or str(error)

    async def _read(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.wrap_future(self.store.read(function, *args))

    async def _write(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Have the writer do something. A cancelled look does not leave half of it undone."""
        future: Future[T] = self.store.submit(function, *args, **kwargs)
        return await asyncio.wrap_future(future)
