"""The clocks of tickets: looked at when one has something to do, and now and then whatever was planned."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Iterable

from db.errors import DbError
from engine.core.records import Millis
from engine.core.tickets.records import Ticket, TicketStep
from engine.daemon.clock import Clock

log = logging.getLogger(__name__)

LONGEST_S = 30.0  # a clock that was set, or a change that nobody told of, is noticed after so long
_AGAIN_S = 5.0  # after a database that could not be written
_MOST_ROUNDS = 200

Ticked = tuple[Ticket, tuple[TicketStep, ...]]


class TicketClock:
    """`tick` lets go on what is due, a part at a time; `next_due` says when something will be (0: never)."""

    def __init__(
        self,
        clock: Clock,
        tick: Callable[[Millis], Awaitable[list[Ticked]]],
        next_due: Callable[[], Awaitable[Millis]],
        tell: Callable[[list[Ticked]], None],
    ) -> None:
        self._clock = clock
        self._tick = tick
        self._next_due = next_due
        self._tell = tell
        self._planned: Millis = 0
        self._sooner = asyncio.Event()
        self._troubled = False

    async def run(self) -> None:
        """Look for ever. After whatever trouble it is tried again; nothing is lost, only late."""
        while True:
            wait_s = await self._look()
            try:
                async with asyncio.timeout(wait_s):
                    await self._sooner.wait()
            except TimeoutError:
                pass
            self._sooner.clear()

    def changed(self, tickets: Iterable[Ticket]) -> None:
        """One of these may be due before the next look."""
        if any(0 < ticket.next_clock_at < self._planned for ticket in tickets):
            self._sooner.set()

    async def _look(self) -> float:
        """Let go on what is due; returns for how long nothing is."""
        try:
            for _ in range(_MOST_ROUNDS):
                ticked = await self._tick(self._clock.now())
                if not ticked:
                    break
                self._tell(ticked)
            due = await self._next_due()
        except Exception as error:  # a fault of ours too: without clocks nobody would hear of what is late
            if not self._troubled:
                ours = not isinstance(error, (DbError, sqlite3.Error))
                log.error("tickets: the clocks stand, and are tried again: %s", error, exc_info=ours)
            self._troubled = True
            return _AGAIN_S
        self._troubled = False
        now = self._clock.now()
        wait_s = min(LONGEST_S, max(0.0, (due - now) / 1000)) if due else LONGEST_S
        self._planned = now + int(wait_s * 1000)
        return max(wait_s, 0.01)
