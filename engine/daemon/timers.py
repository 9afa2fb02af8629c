"""Timers of the floor on the event loop."""

import asyncio
from collections.abc import Callable

from engine.core.records import Millis
from engine.daemon.clock import Clock

# The loop's own clock runs on without the wall clock: long waits are looked at again this often.
_LONGEST_S = 600.0


class Timers:
    """Calls `fire(timer_id)` when a timer is due."""

    def __init__(self, clock: Clock, fire: Callable[[str], None]) -> None:
        self._clock = clock
        self._fire = fire
        self._handles: dict[str, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        return len(self._handles)

    def set(self, timer_id: str, at: Millis) -> None:
        """Start or move a timer."""
        self.cancel(timer_id)
        delay = min(_LONGEST_S, max(0.0, (at - self._clock.now()) / 1000))
        loop = asyncio.get_running_loop()
        self._handles[timer_id] = loop.call_later(delay, self._due, timer_id, at)

    def cancel(self, timer_id: str) -> None:
        """Stop a timer if it runs."""
        handle = self._handles.pop(timer_id, None)
        if handle is not None:
            handle.cancel()

    def cancel_all(self) -> None:
        """The engine stops."""
        for timer_id in list(self._handles):
            self.cancel(timer_id)

    def _due(self, timer_id: str, at: Millis) -> None:
        del self._handles[timer_id]
        if self._clock.now() < at:
            self.set(timer_id, at)
        else:
            self._fire(timer_id)
