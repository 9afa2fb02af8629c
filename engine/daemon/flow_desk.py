"""What is asked about the voice menu's versions: apply, go back, schedule; and the clock for what is due."""

import asyncio
import difflib
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from db.errors import DbError, NotFound
from db.flow_versions import (
    FlowVersion,
    ScheduledFlow,
    digest_of,
    find_version,
    list_scheduled,
    schedule,
    settle_scheduled,
    version_before,
)
from engine.core.ivr.problems import FlowError
from engine.daemon.flow_texts import Texts
from engine.daemon.flows import LiveFlows
from engine.daemon.reconfigure import LiveConfiguration
from engine.wire.flows import FlowChanged
from engine.wire.messages import Fault, Reason

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0  # a scheduled version may be so late
T = TypeVar("T")


@dataclass(slots=True)
class FlowDesk:
    """Changes which texts answer callers. `live` has the plan, `flows` the texts."""

    live: LiveConfiguration
    flows: LiveFlows

    def file(self, wanted: str) -> str:
        """A flow that runs; empty: the one of [ivr]. Raises Fault."""
        file = wanted or self.live.running.ivr.flow
        if file not in self.flows.texts:
            raise Fault(Reason.NOT_FOUND, f"no flow {file}; there are {', '.join(self.flows.texts)}", "flow")
        return file

    def disk(self, file: str) -> Texts:
        """The files as they are. Raises Fault."""
        try:
            return self.flows.on_disk(file)
        except (OSError, FlowError) as error:
            raise Fault(Reason.INVALID, f"{file} cannot be read: {error}", "unreadable") from None

    async def texts_of(self, file: str, version: int) -> Texts:
        """The texts of a version. Raises Fault."""
        return (await self._version(file, version)).files

    async def apply(self, file: str, *, who: str, note: str, dry_run: bool) -> FlowChanged:
        """Have the files on the disk answer callers. Raises Fault."""
        texts = await asyncio.to_thread(self.disk, file)
        if digest_of(texts) == digest_of(self.flows.texts[file]):
            raise Fault(Reason.CONFLICT, "the files say what runs already", "nothing|flow|")

        def keep() -> None:
            version = self.flows.keep(file, texts, who=who, note=note)
            self.flows.note_live(file, version, who=who, why="applied")
            self.flows.take(file, texts, version)

        return await self._use(file, texts, None if dry_run else keep)

    async def roll_back(self, file: str, number: int, *, who: str, dry_run: bool) -> FlowChanged:
        """Have an older version answer callers; 0: the one before. Raises Fault."""
        version = await self._version(file, number) if number else await self._before(file)
        if version.digest == digest_of(self.flows.texts[file]):
            raise Fault(Reason.CONFLICT, f"version {version.id} runs already", "nothing|flow|")
        return await self._use(
            file, version.files, None if dry_run else self._keeping(version, who, "rolled_back")
        )

    async def plan_ahead(self, file: str, number: int, *, at: int, who: str, note: str) -> ScheduledFlow:
        """Have a version go live at an instant; 0: the files on the disk, kept now. Raises Fault."""
        if at <= self.live.engine.clock.now():
            raise Fault(Reason.INVALID, "too_early at", "at")
        if number:
            version = await self._version(file, number)
            await self.live.use_flow(file, version.files, None)
        else:
            texts = await asyncio.to_thread(self.disk, file)
            await self.live.use_flow(file, texts, None)
            number = await asyncio.to_thread(self.flows.keep, file, texts, who=who, note=note)
        return await _answered(self.live.engine.store.submit(schedule, file, number, who=who, due_at=at))

    async def run(self) -> None:
        """Carry out what is due, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.carry_out_due()
            except (Fault, DbError):
                log.exception("scheduled flows cannot be looked at")

    async def carry_out_due(self) -> None:
        """Have every version go live whose time has come; of several of one flow the last one stays."""
        store, now = self.live.engine.store, self.live.engine.clock.now()
        for one in await _answered(store.read(list_scheduled, waiting=True)):
            if one.due_at > now:
                continue
            state, detail = "done", ""
            try:
                version = await self._version(one.flow, one.version)
                if version.digest != digest_of(self.flows.texts.get(one.flow, {})):
                    await self._use(one.flow, version.files, self._keeping(version, one.who, "scheduled"))
                log.info("%s: version %d goes live, as %s planned", one.flow, one.version, one.who)
            except Fault as fault:
                state, detail = "failed", str(fault)
                log.error("%s: version %d cannot go live: %s", one.flow, one.version, str(fault))
            await _answered(store.submit(settle_scheduled, one.id, state, detail))

    def _keeping(self, version: FlowVersion, who: str, why: str) -> Callable[[], None]:
        def keep() -> None:
            self.flows.write(version.flow, version.files)
            self.flows.note_live(version.flow, version.id, who=who, why=why)
            self.flows.take(version.flow, version.files, version.id)

        return keep

    async def _use(self, file: str, texts: Texts, keep: Callable[[], None] | None) -> FlowChanged:
        diff = diff_lines(self.flows.texts.get(file, {}), texts)
        inside = sum(call.flow is not None for call in self.live.engine.floor.state.calls.values())
        await self.live.use_flow(file, texts, keep)
        return FlowChanged(flow=file, version=self.flows.versions.get(file, 0), diff=diff, callers=inside)

    async def _version(self, file: str, number: int) -> FlowVersion:
        try:
            return await _answered(self.live.engine.store.read(find_version, file, number))
        except NotFound:
            raise Fault(Reason.NOT_FOUND, f"{file} has no version {number}", "version") from None

    async def _before(self, file: str) -> FlowVersion:
        found = await _answered(self.live.engine.store.read(version_before, file))
        if found is None:
            raise Fault(Reason.NOT_FOUND, "there is no older version to go back to", "version")
        return found


def diff_lines(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """A unified diff over all files."""
    lines: list[str] = []
    for name in dict.fromkeys([*old, *new]):
        before, after = old.get(name, "").splitlines(), new.get(name, "").splitlines()
        lines += difflib.unified_diff(before, after, name, name, lineterm="", n=2)
    return lines


async def _answered(future: "Future[T]") -> T:
    return await asyncio.wrap_future(future)
