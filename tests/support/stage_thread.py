"""The stage in a thread of its own, for commands, which run their own event loop."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.stage import Stage


@contextmanager
def stage_in_thread(folder: Path, *, local_admin: bool = True) -> Iterator[Stage]:
    """A stage that serves until the block ends. Change its state only while no command runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        stage = asyncio.run_coroutine_threadsafe(_start(folder, local_admin), loop).result(5)
        try:
            yield stage
        finally:
            asyncio.run_coroutine_threadsafe(stage.stop(), loop).result(5)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(folder: Path, local_admin: bool) -> Stage:
    stage = Stage(folder, local_admin=local_admin)
    await stage.start()
    return stage
