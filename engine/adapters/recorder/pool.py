"""The engine's side of the recording worker: started when needed, ended when idle."""

import asyncio
import contextlib
import os
import sys
from dataclasses import dataclass

import msgspec

_IDLE_S = 30.0
_JOB_TIMEOUT_S = 120.0


class JoinFailed(Exception):
    """A recording could not be made; the text says why."""


class WorkerLost(JoinFailed):
    """The worker ended or did not answer; the files may be good."""


class Joined(msgspec.Struct, frozen=True):
    """What a finished recording is. Levels are RMS over the whole call in dBFS, -99 for silence."""

    length_ms: int
    size: int
    sha256: str
    codec: str
    customer_rms_dbfs: float
    agent_rms_dbfs: float


@dataclass(frozen=True, slots=True)
class _Job:
    customer: str
    agent: str
    target: str


class Recorder:
    """Joins one recording at a time in a worker process."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def join(self, customer: str, agent: str, target: str) -> Joined:
        """Make the stereo file `target` of two mono files. Raises JoinFailed."""
        async with self._lock:
            if self._idle is not None:
                self._idle.cancel()
            try:
                async with asyncio.timeout(_JOB_TIMEOUT_S):
                    return await self._ask(_Job(customer, agent, target))
            except (OSError, TimeoutError) as error:
                await self._end()
                raise WorkerLost(f"recording worker: {error or type(error).__name__}") from error
            finally:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(_IDLE_S, self._close_input)

    async def _ask(self, job: _Job) -> Joined:
        process = await self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        await process.stdin.drain()
        line = await process.stdout.readline()
        if not line:
            await self._end()
            raise WorkerLost("recording worker ended")
        answer = msgspec.json.decode(line)
        if "error" in answer:
            raise JoinFailed(answer["error"])
        return msgspec.convert(answer, Joined)

    async def _running(self) -> asyncio.subprocess.Process:
        process = self._process
        if process is not None and process.returncode is None and not _is_closing(process):
            return process
        await self._end()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "engine.adapters.recorder.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )
        return self._process

    def _close_input(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(2):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def close(self) -> None:
        """End the worker."""
        if self._idle is not None:
            self._idle.cancel()
        await self._end()


def _is_closing(process: asyncio.subprocess.Process) -> bool:
    return process.stdin is None or process.stdin.is_closing()
