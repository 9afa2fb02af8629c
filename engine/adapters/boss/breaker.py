"""A circuit breaker: who does not answer is left alone for a while, and callers are told at once.

closed     all questions pass; so many failures in a row open it
open       none passes until its time is over; then one does, and it is half_open
half_open  none but that one passes; when it succeeds: closed, when it fails: open for the same time again

An answer that comes late, from a question of before it opened, changes nothing but in `closed`.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class BreakerState(StrEnum):
    """How the other side is treated."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(slots=True, kw_only=True)
class Breaker:
    """Time is an argument: seconds of any clock that does not go back."""

    failures: int
    seconds: float
    state: BreakerState = field(default=BreakerState.CLOSED, init=False)
    _failed: int = field(default=0, init=False)
    _opened_at: float = field(default=0.0, init=False)
    _probe: int = field(default=0, init=False)
    _questions: int = field(default=0, init=False)

    def __repr__(self) -> str:
        return f"<Breaker {self.state}: {self._failed} of {self.failures} failed>"

    def admit(self, now: float) -> int:
        """A number for a question that may pass, to be given back with its end; 0: it may not."""
        if self.state is BreakerState.OPEN and now - self._opened_at >= self.seconds:
            self.state = BreakerState.HALF_OPEN
            self._probe = 0
        if self.state is BreakerState.OPEN or (self.state is BreakerState.HALF_OPEN and self._probe):
            return 0
        self._questions += 1
        if self.state is BreakerState.HALF_OPEN:
            self._probe = self._questions
        return self._questions

    def succeeded(self, question: int) -> None:
        """It was answered, with whatever: the other side is there."""
        if self.state is BreakerState.CLOSED or question == self._probe:
            self.state = BreakerState.CLOSED
            self._failed, self._probe = 0, 0

    def failed(self, question: int, now: float) -> None:
        """It was not answered, or not so that anybody could read it."""
        if self.state is BreakerState.CLOSED:
            self._failed += 1
        if question == self._probe or (self.state is BreakerState.CLOSED and self._failed >= self.failures):
            self.state = BreakerState.OPEN
            self._opened_at, self._probe, self._failed = now, 0, 0

    def given_up(self, question: int) -> None:
        """Nobody waits for its end any more; another one may try in its place."""
        if question == self._probe:
            self._probe = 0
