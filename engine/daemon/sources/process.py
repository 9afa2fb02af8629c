"""The engine's side of the source worker: one process a job, ended with it."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import msgspec

from engine.daemon.sources.messages import Job, NamesJob, Piece

# Bytes; twice as much waits here at most while the engine is behind, then the worker waits.
_LONGEST_PIECE = 1_000_000
# So long it may say nothing: a whole system is fetched before the first word. Then it hangs.
SILENT_S = 1_800.0

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Piece)


class WorkerEnded(Exception):
    """The worker ended before its work."""


class WorkerSilent(Exception):
    """The worker has said nothing for too long."""


class Worker:
    """A worker at its job."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def next_piece(self) -> Piece:
        """What it says next. Raises WorkerEnded, WorkerSilent."""
        assert self._process.stdout is not None
        try:
            async with asyncio.timeout(SILENT_S):
                line = await self._process.stdout.readline()
        except TimeoutError:
            raise WorkerSilent from None
        if not line:
            raise WorkerEnded
        return _decoder.decode(line)

    def kill(self) -> None:
        """End it now, whatever it is doing: who hears it gets WorkerEnded."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


@contextlib.asynccontextmanager
async def worker_of(job: Job | NamesJob) -> AsyncIterator[Worker]:
    """Start a worker; leaving the block ends it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.daemon.sources.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_PIECE,
    )
    worker = Worker(process)
    try:
        assert process.stdin is not None
        process.stdin.write(_encoder.encode(job) + b"\n")
        process.stdin.close()
        yield worker
    finally:
        worker.kill()
        await process.wait()
        transport = process._transport  # type: ignore[attr-defined]  # its pipes are closed by nobody else
        transport.close()
