"""The one clock of the engine."""

import time

from engine.core.records import Millis


class Clock:
    """UTC milliseconds that never go back, so that no duration is negative after a correction of time."""

    def __init__(self) -> None:
        self._last: Millis = 0

    def now(self) -> Millis:
        """The present instant."""
        self._last = max(self._last, time.time_ns() // 1_000_000)
        return self._last
