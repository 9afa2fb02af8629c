"""Speaks while a caller waits: a warm worker that may die, hang or be late, and never keeps a call.

A sentence is asked for with a deadline. What is not there in time is still made, for the next caller. A
worker that hangs is killed, and one that failed is replaced after a while that grows.
"""

import asyncio
import contextlib
import json
import logging
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.adapters.speech.pool import IMPORT_FOLDER, WORKER_COMMAND
from engine.adapters.speech.sources import Job, Reply, Source

log = logging.getLogger(__name__)

LIVE_COMMAND = (*WORKER_COMMAND, "--live")
_FIRST_JOB_S = 15.0  # loads the synthesiser
_JOB_S = 3.0
_USUAL_JOB_S = 0.03
_IDLE_S = 300.0  # without work for so long, the worker is ended: its memory is of use to others
_BACK_OFF_S = (1.0, 2.0, 5.0, 15.0, 60.0)
_MOST_WAITING = 64  # sentences; who comes later is served from pieces at once
_WORTH_NO_WORKER = ("voice_broken", "not_written")


@dataclass(slots=True, eq=False)
class _Wish:
    """One sound that is wanted, and how many callers wait for it."""

    target: Path
    job: Job
    done: asyncio.Future[bool]
    waiting: int = 0
    taken: bool = False


@dataclass(slots=True)
class LiveSpeaker:
    """Workers that are started when they are woken, and end when nothing has been wanted for long."""

    command: Sequence[str] = LIVE_COMMAND
    workers: int = 1
    job_seconds: float = _JOB_S
    idle_seconds: float = _IDLE_S
    back_off: Sequence[float] = _BACK_OFF_S
    _wishes: dict[Path, _Wish] = field(init=False, default_factory=dict)
    _work: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    _serving: set[asyncio.Task[None]] = field(init=False, default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(init=False, default_factory=set)  # and those that are ending
    _job_took: float = field(init=False, default=_USUAL_JOB_S)
    _failures: int = field(init=False, default=0)
    _not_before: float = field(init=False, default=0.0)
    _awake_until: float = field(init=False, default=0.0)
    _closed: bool = field(init=False, default=False)

    def __repr__(self) -> str:
        wanted, failures = len(self._wishes), self._failures
        return f"<LiveSpeaker {len(self._serving)} workers, {wanted} wanted, {failures} failures>"

    def wake(self) -> None:
        """A caller is there: sentences may be wanted soon."""
        loop = asyncio.get_running_loop()
        self._awake_until = loop.time() + self.idle_seconds
        if self._closed or loop.time() < self._not_before:
            return
        while len(self._serving) < self.workers:
            task = loop.create_task(self._serve(), name="live-speech")
            self._serving.add(task)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def say(self, source: Source, target: Path, seconds: float) -> bool:
        """Make the sound; whether it was there in time. Never raises, nor waits for what must be late."""
        ahead = sum(1 for wish in self._wishes.values() if wish.waiting)
        wish = self._wish(source, target)
        if wish is None or ahead * self._job_took > seconds * self.workers:
            return False
        wish.waiting += 1
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(wish.done)
        except TimeoutError:
            return False
        finally:
            wish.waiting -= 1

    def prepare(self, source: Source, target: Path) -> None:
        """Make the sound when no caller waits for another."""
        self._wish(source, target)

    async def settled(self) -> None:
        """Wait until nothing is wanted any more."""
        while self._wishes:
            await asyncio.wait([wish.done for wish in self._wishes.values()])

    async def close(self) -> None:
        """End the workers; whoever waits is told that there is no sound."""
        self._closed = True
        for task in list(self._serving):  # one that is ending its worker already is waited for
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for wish in list(self._wishes.values()):
            self._settle(wish, False)

    def _wish(self, source: Source, target: Path) -> _Wish | None:
        self.wake()
        wish = self._wishes.get(target)
        if wish is not None:
            return wish
        if not self._serving or len(self._wishes) >= _MOST_WAITING:
            return None
        job = Job(name=target.stem, source=source, target=target.absolute())
        wish = _Wish(target, job, asyncio.get_running_loop().create_future())
        self._wishes[target] = wish
        self._work.set()
        return wish

    def _settle(self, wish: _Wish, made: bool) -> None:
        self._wishes.pop(wish.target, None)
        if not wish.done.done():
            wish.done.set_result(made)

    async def _serve(self) -> None:
        """One worker process from its start to its end."""
        worker: _Worker | None = None
        try:
            worker = await _Worker.start(self.command)
            await worker.ready(_FIRST_JOB_S)
            while (wish := await self._next()) is not None:
                await self._do(worker, wish)
        except (_Useless, OSError) as error:
            self._failed(error)
        finally:
            self._leave()
            if worker is not None:
                await worker.end()

    def _leave(self) -> None:
        """This worker takes nothing more; where it was the only one, nobody waits any longer."""
        task = asyncio.current_task()
        assert task is not None
        self._serving.discard(task)
        if not self._serving:
            for wish in list(self._wishes.values()):
                self._settle(wish, False)

    async def _do(self, worker: "_Worker", wish: _Wish) -> None:
        wish.taken, made = True, False
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            reply = await worker.ask(wish.job, self.job_seconds)
            self._job_took += (loop.time() - began - self._job_took) / 8
            made = not reply.error
        finally:
            self._settle(wish, made)
        if reply.error in _WORTH_NO_WORKER:
            raise _Useless(f"{reply.error}: {reply.detail}")
        if reply.error:
            log.warning("a sentence cannot be spoken: %s", reply.detail)
        self._failures = 0

    async def _next(self) -> _Wish | None:
        """The next wish, those first for which somebody waits; None when it has been quiet for long."""
        loop = asyncio.get_running_loop()
        while True:
            free = [wish for wish in self._wishes.values() if not wish.taken]
            if free:
                return next((wish for wish in free if wish.waiting), free[0])
            if loop.time() >= self._awake_until:
                return None
            self._work.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._awake_until):
                    await self._work.wait()

    def _failed(self, error: Exception) -> None:
        """Wait with the next worker, longer each time, and let nobody wait meanwhile."""
        loop = asyncio.get_running_loop()
        pause = self.back_off[min(self._failures, len(self.back_off) - 1)]
        self._failures += 1
        self._not_before = loop.time() + pause
        log.warning("the speech worker is of no use for %.0f s: %s", pause, error)


class _Useless(Exception):
    """The worker has ended, hangs, or cannot speak."""


@dataclass(frozen=True, slots=True)
class _Worker:
    """The process, and a job and its reply as lines of text."""

    process: Process

    @classmethod
    async def start(cls, command: Sequence[str]) -> "_Worker":
        return cls(
            await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, cwd=IMPORT_FOLDER
            )
        )

    async def ready(self, seconds: float) -> None:
        """Wait until it has loaded what it speaks with."""
        await self._line(seconds)

    async def ask(self, job: Job, seconds: float) -> Reply:
        """What it made of a job. Raises _Useless."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(job.to_line().encode() + b"\n")
            await self.process.stdin.drain()
        except ConnectionError as error:
            raise _Useless(str(error)) from None
        return Reply(**json.loads(await self._line(seconds)))

    async def end(self) -> None:
        """Kill it: a job that it has under way is written whole or not at all."""
        assert self.process.stdin is not None
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.stdin.close()
        await self.process.wait()

    async def _line(self, seconds: float) -> bytes:
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(seconds):
                line = await self.process.stdout.readline()
        except TimeoutError:
            raise _Useless(f"no answer for {seconds:.0f} s") from None
        if not line.endswith(b"\n"):
            raise _Useless("it has ended")
        return line
