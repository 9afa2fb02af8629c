"""Makes a PDF in a process of its own, whose memory (90 MB) is given back at once; and has it printed.

The font takes half a second to be read, which no call may wait for.
"""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path

from engine.adapters.paper.jobs import Job, to_line

_COMMAND = (sys.executable, "-m", "engine.adapters.paper.worker")
_IMPORT_FOLDER = Path(__file__).parents[3]
_MAKE_S = 60.0
_PRINT_S = 30.0
_PDF = b"%PDF-"


class PaperFailed(Exception):
    """There is no PDF; `str()` says why."""


class NotPrinted(Exception):
    """There is a PDF, but the print command has failed; `str()` says how."""


async def make_pdf(job: Job) -> bytes:
    """The sheets of a job. Raises PaperFailed."""
    code, made, said = await _run(_COMMAND, to_line(job).encode(), _MAKE_S, _IMPORT_FOLDER)
    if code != 0 or not made.startswith(_PDF):
        raise PaperFailed(said or f"the worker has ended with {code}")
    return made


async def print_pdf(command: Sequence[str], path: Path) -> None:
    """Have the site's own command print a file, whose path is its last argument. Raises NotPrinted."""
    try:
        code, _, said = await _run((*command, str(path)), b"", _PRINT_S, None)
    except PaperFailed as error:
        raise NotPrinted(str(error)) from None
    if code != 0:
        raise NotPrinted(said or f"{command[0]} has ended with {code}")


async def _run(
    command: Sequence[str], given: bytes, seconds: float, folder: Path | None
) -> tuple[int | None, bytes, str]:
    """Exit code, output, and the last line of what it complains of."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=folder
        )
    except OSError as error:
        raise PaperFailed(f"{command[0]}: {error.strerror}") from None
    try:
        async with asyncio.timeout(seconds):
            made, said = await process.communicate(given)
    except TimeoutError:
        raise PaperFailed(f"{command[0]}: no end after {seconds:.0f} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return process.returncode, made, lines[-1] if lines else ""
