"""What happens in a walk, line by line, and what a walk waits for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.ivr.values import Value

# How a wait may end, beside the queue exits: an agent answers; an agent answers and hangs up, and the caller
# is asked for a mark; the caller would rather be called back.
ANSWERED = "answered"
SURVEY = "survey"
CALLBACK = "callback"
# How a transfer may end, beside `ANSWERED`.
NOT_CONNECTED = "failed"


class Expects(StrEnum):
    """What the next line of a walk may be."""

    KEYS = "keys"  # keys of the telephone; an empty line presses none
    QUEUE = "queue"  # how the wait ends: see `queue_lines`
    MESSAGE = "message"  # length of the voice message in seconds; an empty line says nothing
    SERVICE = "service"  # the outcome; an empty line is the good one
    TRANSFER = "transfer"  # answered (an empty line) or failed
    NOTHING = "nothing"  # the walk is over


class LineKind(StrEnum):
    """What one line of a walk's protocol tells."""

    SAID = "said"  # name: prompt, text: its words, values: those that it says
    PRESSED = "pressed"  # text: keys, empty for none; stars for secret ones
    ASKED = "asked"  # name: service, values: arguments
    OUTCOME = "outcome"  # name: service, text: outcome, values: what it gave
    QUEUED = "queued"  # name: queue
    QUEUE_LEFT = "queue_left"  # name: queue exit
    ANSWERED = "answered"  # by an agent
    TRANSFERRED = "transferred"  # name: agent or number
    NOT_CONNECTED = "not_connected"  # nobody took the transferred call
    RECORDING = "recording"  # the voice message begins
    RECORDED = "recorded"  # text: seconds
    CALLBACK_ASKED = "callback_asked"  # by a key during the wait
    BOOKED = "booked"  # text: the number that will be called back
    TALK_ENDED = "talk_ended"  # the agent hung up, the caller is still there
    MARKED = "marked"  # text: the mark
    HUNG_UP = "hung_up"  # by the flow


@dataclass(frozen=True, slots=True)
class WalkLine:
    """One thing that happened in a walk."""

    kind: LineKind
    name: str = ""
    text: str = ""
    values: Mapping[str, Value] = field(default_factory=dict)
    spoken: str = ""  # of what is said with values: as the voice says it


class WalkError(ValueError):
    """A line that cannot be given here; `allowed` says what can."""

    def __init__(self, line: str, expects: Expects, allowed: str) -> None:
        super().__init__(f"{line!r} is not possible here; give {allowed}")
        self.expects = expects
        self.allowed = allowed
