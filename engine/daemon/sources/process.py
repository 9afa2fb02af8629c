"""The engine's side of the source worker: one process a look, ended with it."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, AsyncIterator

import msgspec

from engine.daemon.sources.messages import Job, Piece

_LONGEST_PIECE = 2_500_000  # bytes; the worker waits when the engine is twice as far behind

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Piece)


class WorkerEnded(Exception):
    """The worker ended before its work."""


@contextlib.asynccontextmanager
async def pieces_of(job: Job) -> AsyncIterator[AsyncGenerator[Piece, None]]:
    """Start a worker and hear what it says; leaving the block ends it, whatever it is doing."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "engine.daemon.sources.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LONGEST_PIECE,
    )
    try:
        assert process.stdin is not None
        process.stdin.write(_encoder.encode(job) + b"\n")
        process.stdin.close()
        async with contextlib.aclosing(_read(process)) as pieces:
            yield pieces
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        transport = process._transport  # type: ignore[attr-defined]  # its pipes are closed by nobody else
        transport.close()


async def _read(process: asyncio.subprocess.Process) -> AsyncGenerator[Piece, None]:
    assert process.stdout is not None
    while line := await process.stdout.readline():
        piece = _decoder.decode(line)
        yield piece
        if piece.end or piece.trouble:
            return
    raise WorkerEnded
