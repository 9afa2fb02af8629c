"""What a practice caller does, step by step, and what became of the call."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Say:
    """Speak a sound file of the callers' folder, named without suffix."""

    sound: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Keep silent for some seconds; the line's own noise is heard."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Press:
    """Press keys."""

    keys: str


@dataclass(frozen=True, slots=True)
class AwaitAgent:
    """Wait for a person, at most so many seconds; then the caller gives up and hangs up."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Listen:
    """Stay until the centre hangs up, at most so many seconds."""

    seconds: float


Step = Say | Pause | Press | AwaitAgent | Listen


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A caller: the number that is shown (empty: withheld) and the steps, after which the caller hangs up."""

    cli: str
    steps: tuple[Step, ...]


@dataclass(slots=True, kw_only=True)
class PlacedCall:
    """A call as the exchange saw it. Times are UTC milliseconds, 0 for what never happened."""

    token: str
    script: Script
    line_id: str
    placed_at: int
    answered_at: int = 0
    ended_at: int = 0
    steps_done: int = 0
    hung_up_by_caller: bool = False
    agent_came: bool = False
    gave_up: bool = False  # no agent came in time
    heard: Path | None = None  # what the caller heard
    failure: str = ""  # why the call was never answered, or the script broke
    spoken: list[tuple[int, str]] = field(default_factory=list)  # when each sound began

    @property
    def length_ms(self) -> int:
        """From the answer to the end."""
        return self.ended_at - self.answered_at if self.answered_at else 0
