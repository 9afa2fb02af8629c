"""Shows a set-up's progress: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

Progress = Callable[[str, float | None], None]
"""Called with what is being done, and the done share 0.0-1.0 where it is known."""


class Reporter:
    """A Progress for a person: on a terminal a line is redrawn, elsewhere each quarter is a line."""

    WIDTH = 24

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._phase = ""
        self._quarter = -1
        self._drawn_at = 0.0

    def __call__(self, what: str, share: float | None) -> None:
        if what != self._phase:
            self.finish()
            self._phase, self._quarter, self._drawn_at = what, -1, 0.0
        if self._live:
            self._draw(what, share)
        else:
            self._log(what, share)

    def finish(self) -> None:
        """End the line that is being redrawn."""
        if self._live and self._phase:
            self._stream.write("\n")
            self._stream.flush()
        self._phase = ""

    def _draw(self, what: str, share: float | None) -> None:
        now = time.monotonic()
        if now - self._drawn_at < 0.1 and share not in (None, 1.0):
            return
        self._drawn_at = now
        bar = ""
        if share is not None:
            full = round(share * self.WIDTH)
            bar = f" [{'#' * full}{'-' * (self.WIDTH - full)}] {share:4.0%}"
        self._stream.write(f"\r{what}{bar}\x1b[K")
        self._stream.flush()

    def _log(self, what: str, share: float | None) -> None:
        quarter = -1 if share is None else int(share * 4)
        if self._quarter >= 0 and quarter <= self._quarter:
            return
        if self._quarter < 0 and self._drawn_at:
            return
        self._quarter, self._drawn_at = max(quarter, 0), time.monotonic()
        self._stream.write(f"{what}{'' if share is None else f' {share:.0%}'}\n")
        self._stream.flush()
