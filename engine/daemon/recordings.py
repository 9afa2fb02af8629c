"""From what Asterisk wrote to the finished recording of a call."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from db.recordings import store_recording
from db.store import Store
from engine.adapters.asterisk.wav import is_closed
from engine.adapters.recorder import Joined, JoinFailed, Recorder, WorkerLost
from engine.core.records import Millis, RecordingInfo
from engine.daemon.paths import SitePaths, recording_name

log = logging.getLogger(__name__)

# Asterisk closes its files shortly after the hang-up; those of one that died never are, but stop growing.
_SETTLE_S = 0.25
_SETTLE_CHECKS = 40
_STILL_CHECKS = 8
_MISSING_CHECKS = 4


class RecordingDesk:
    """Finishes recordings one after another; what cannot be finished is kept and said."""

    def __init__(self, paths: SitePaths, store: Store, done: Callable[[RecordingInfo], None]) -> None:
        self._paths = paths
        self._store = store
        self._done = done
        self._recorder = Recorder()
        self.settle_s = _SETTLE_S
        self._tasks: set[asyncio.Task[None]] = set()
        self._finishing: set[str] = set()

    @property
    def open(self) -> int:
        """Recordings that are not finished yet."""
        return len(self._tasks)

    def finish(self, call_id: str, accepted_at: Millis, ended_at: Millis) -> None:
        """Make a call's recording final; returns at once. What is asked for twice is done once."""
        if call_id not in self._finishing:
            self._finishing.add(call_id)
            self._spawn(self._finish(call_id, accepted_at, ended_at))

    async def _join(self, sides: list[Path], target: Path) -> Joined:
        """A worker that died gets one successor: the raw files are still there."""
        paths = (str(sides[0]), str(sides[1]), str(target))
        try:
            return await self._recorder.join(*paths)
        except WorkerLost as error:
            log.warning("%s is joined again: %s", target.stem, error)
            return await self._recorder.join(*paths)

    def keep_message(self, call_id: str, accepted_at: Millis, file: str, length_ms: int) -> None:
        """Enter a voice message among the recordings, as Asterisk wrote it; returns at once."""
        self._spawn(self._keep_message(call_id, accepted_at, file, length_ms))

    async def _keep_message(self, call_id: str, accepted_at: Millis, file: str, length_ms: int) -> None:
        path = self._paths.messages / file
        try:
            await _settled([path], self.settle_s)
            size, digest = await asyncio.to_thread(_measured, path)
        except OSError as error:
            log.error("call=%s voice message cannot be read: %s", call_id, error)
            return
        info = RecordingInfo(
            call_id=call_id,
            path=str(path.relative_to(self._paths.recordings)),
            kind="message",
            started_at=accepted_at,
            length_ms=length_ms,
            codec="wav",
            size=size,
            sha256=digest,
        )
        self._store.post(store_recording, info)

    def discard_message(self, call_id: str, file: str) -> None:
        """Delete what a caller left that holds nothing; returns at once."""
        self._spawn(self._discard_message(call_id, file))

    async def _discard_message(self, call_id: str, file: str) -> None:
        try:
            await asyncio.to_thread((self._paths.messages / file).unlink, missing_ok=True)
        except OSError as error:
            log.warning("call=%s %s cannot be deleted: %s", call_id, file, error)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def drain(self, seconds: float) -> None:
        """Wait for the recordings that are being finished."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)

    async def close(self) -> None:
        """Stop; what is not finished is found again at the next start."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._recorder.close()

    def left_over(self) -> list[str]:
        """Ids of calls whose raw files lie there, of calls that are up too."""
        return sorted({file.name.rsplit("-", 1)[0] for file in self._paths.raw.glob("*-in.wav")})

    async def _finish(self, call_id: str, accepted_at: Millis, ended_at: Millis) -> None:
        name = recording_name(call_id, accepted_at)
        sides = [self._paths.raw / f"{call_id}-{side}.wav" for side in ("in", "out")]
        info = RecordingInfo(call_id=call_id, path=name, started_at=accepted_at)
        try:
            await _settled(sides, self.settle_s)
            if not any(side.exists() for side in sides):
                raise JoinFailed("Asterisk wrote no recording")
            target = self._paths.recordings / name
            info = _described(info, await self._join(sides, target))
            for side in sides:
                side.unlink(missing_ok=True)
        except (JoinFailed, OSError) as error:
            log.error("call=%s recording cannot be finished: %s", call_id, error)
            info = RecordingInfo(call_id=call_id, started_at=accepted_at, error=str(error))
        finally:
            self._finishing.discard(call_id)
        self._store.post(store_recording, info)
        self._done(info)


def _described(info: RecordingInfo, joined: Joined) -> RecordingInfo:
    return RecordingInfo(
        call_id=info.call_id,
        path=info.path,
        started_at=info.started_at,
        length_ms=joined.length_ms,
        codec=joined.codec,
        size=joined.size,
        sha256=joined.sha256,
        customer_rms_dbfs=joined.customer_rms_dbfs,
        agent_rms_dbfs=joined.agent_rms_dbfs,
    )


def _measured(path: Path) -> tuple[int, str]:
    data = path.read_bytes()
    return len(data), hashlib.sha256(data).hexdigest()


async def _settled(files: list[Path], seconds: float) -> None:
    """Return when the files are closed or have stopped growing, which is looked at every so many seconds."""
    before: list[int] = []
    still = 0
    for check in range(_SETTLE_CHECKS):
        sizes = [file.stat().st_size if file.exists() else -1 for file in files]
        if max(sizes) < 0 and check >= _MISSING_CHECKS:
            return
        still = still + 1 if sizes == before and max(sizes) > 0 else 0
        if still >= _STILL_CHECKS or all(is_closed(file) for file in files):
            return
        if still and all(is_closed(file) for file, size in zip(files, sizes, strict=True) if size >= 0):
            return  # the other one is never written
        before = sizes
        await asyncio.sleep(seconds)
