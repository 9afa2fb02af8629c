"""What a practice caller does, step by step, and what became of the call."""

from dataclasses import dataclass, field
from enum import StrEnum
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
class LineCall:
    """A call as the exchange saw it. Times are UTC milliseconds, 0 for what never happened."""

    line_id: str
    answered_at: int = 0
    ended_at: int = 0
    steps_done: int = 0
    hung_up_by_caller: bool = False
    gave_up: bool = False  # no agent came in time
    heard: Path | None = None  # what the person on the telephone heard
    heard_from: int = 0  # it had begun by then, and not before the answer
    failure: str = ""  # why the call was never answered, or the script broke
    spoken: list[tuple[int, str]] = field(default_factory=list)  # when each sound began
    keys: str = ""  # that the centre pressed while this person spoke

    @property
    def length_ms(self) -> int:
        """From the answer to the end."""
        return self.ended_at - self.answered_at if self.answered_at else 0


@dataclass(slots=True, kw_only=True)
class PlacedCall(LineCall):
    """A call to the centre."""

    token: str
    script: Script
    placed_at: int
    agent_came: bool = False


class Behaviour(StrEnum):
    """What a called telephone does."""

    ANSWERS = "answers"
    RINGS = "rings"
    BUSY = "busy"
    UNKNOWN = "unknown"  # there is no such number


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephone:
    """Somebody outside who can be called: rings for some seconds, then does the steps and hangs up."""

    behaviour: Behaviour = Behaviour.ANSWERS
    rings_seconds: float = 1.0
    steps: tuple[Step, ...] = (Listen(120),)


@dataclass(slots=True, kw_only=True)
class ReceivedCall(LineCall):
    """A call from the centre."""

    number: str
    cli: str  # that the centre shows
    came_at: int


def telephone_by_number(number: str) -> Telephone:
    """By the ending of its number: 486 is busy, 480 rings for ever, 404 does not exist, others answer."""
    for ending, behaviour in (
        ("486", Behaviour.BUSY),
        ("480", Behaviour.RINGS),
        ("404", Behaviour.UNKNOWN),
    ):
        if number.endswith(ending):
            return Telephone(behaviour=behaviour)
    return Telephone()
