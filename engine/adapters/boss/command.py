"""Runs a program of the site without a shell: it ends in time, or is ended with all that it started."""

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import Mapping, Sequence

MAX_OUTPUT = 500  # bytes of what it says, for the log


class CommandFailed(Exception):
    """It could not be started, took too long, or ended with another code than 0; the text says which."""


async def run_command(command: Sequence[str], facts: Mapping[str, str], limit_s: float) -> None:
    """Run it with `facts` in its environment. Raises CommandFailed."""
    with tempfile.TemporaryFile() as output:  # a pipe would be kept open by what it leaves behind
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                env=os.environ | dict(facts),
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise CommandFailed(f"{command[0]}: {error}") from None
        try:
            async with asyncio.timeout(limit_s):
                code = await process.wait()
        except TimeoutError:
            raise CommandFailed(f"{command[0]} took more than {limit_s:g} s") from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        if code:
            output.seek(0)
            words = output.read(MAX_OUTPUT).decode("utf-8", "replace").strip()
            raise CommandFailed(f"{command[0]} ended with {code}: {words}")
