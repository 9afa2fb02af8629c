"""Long lists are written in short turns, between which calls and the writes of others come first."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from db.store import Store

T = TypeVar("T")
OutOfTime = Callable[[], bool]

# So long a turn may hold up other writes.
TURN_S = 0.012
# Behind each turn the disk and the other writes have so much of its time for themselves,
PAUSE_SHARE = 0.1
# and the loop as much as it was late to come back to the turn before: then it is busy with calls.
LONGEST_PAUSE_S = 0.05


class Turns:
    """One after another; the next one is handed over when the one before is on disk."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._late_s = 0.0

    async def write(self, function: Callable[..., T], *args: Any) -> T:
        """`function(conn, *args, out_of_time)` does as much as there is time for in one transaction."""
        began = time.monotonic()
        future: Future[T] = self._store.submit(_in_time, function, args)
        result = await asyncio.wrap_future(future)
        ended = time.monotonic()
        pause = min((ended - began) * PAUSE_SHARE + self._late_s, LONGEST_PAUSE_S)
        await asyncio.sleep(pause)
        self._late_s = max(0.0, time.monotonic() - ended - pause)
        return result


def _in_time(conn: sqlite3.Connection, function: Callable[..., T], args: tuple[Any, ...]) -> T:
    until = time.monotonic() + TURN_S
    return function(conn, *args, lambda: time.monotonic() > until)
