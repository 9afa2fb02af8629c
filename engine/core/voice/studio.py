"""Recording prompts by telephone: what is asked, and what follows. Who speaks and records stands elsewhere.

    staff number -> PIN -> number of a prompt -> what it is now -> record -> hear it: 1 keep, 2 again, 3 drop
                             ^________________________________________________________________________|

The number is the prompt's own; `*1` behind it means the first of its fixed parts, a 0 before it English.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_MOST_MISTAKES = 3
_CHOICE = re.compile(r"(0?)([1-9][0-9]{0,3})(?:\*([1-9][0-9]?))?")


class Step(StrEnum):
    """Where the one who records is."""

    STAFF_NUMBER = "staff_number"
    PIN = "pin"
    NUMBER = "number"
    BEFORE = "before"
    RECORDING = "recording"
    REVIEW = "review"
    END = "end"


class Outcome(StrEnum):
    """What came of a step."""

    DONE = "done"
    NOTHING = "nothing"
    WRONG = "wrong"
    LOCKED = "locked"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN = "unknown"
    PARTS = "parts"
    SKIPPED = "skipped"
    TOO_QUIET = "too_quiet"
    TOO_LOUD = "too_loud"
    TOO_SHORT = "too_short"
    USELESS = "useless"
    AGAIN = "again"
    DROPPED = "dropped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Question:
    """What is said at a step, and which keys are awaited: up to `most`, or until #; none after the words
    where it does not wait."""

    prompt: str
    most: int
    waits: bool = True


QUESTIONS = {
    Step.STAFF_NUMBER: Question("studio_staff_number", 12),
    Step.PIN: Question("studio_pin", 13),
    Step.NUMBER: Question("studio_number", 9),
    Step.BEFORE: Question("studio_record", 1, waits=False),
    Step.REVIEW: Question("studio_review", 1),
}
"""While recording nothing is said."""

_BAD_TAKES = {
    Outcome.TOO_QUIET: ("studio_too_quiet", Step.RECORDING),
    Outcome.TOO_LOUD: ("studio_too_loud", Step.RECORDING),
    Outcome.TOO_SHORT: ("studio_too_short", Step.RECORDING),
    Outcome.USELESS: ("studio_useless", Step.RECORDING),
}
NEXT: dict[Step, dict[Outcome, tuple[str, Step]]] = {
    Step.STAFF_NUMBER: {
        Outcome.DONE: ("", Step.PIN),
        Outcome.NOTHING: ("no_input", Step.STAFF_NUMBER),
    },
    Step.PIN: {
        Outcome.DONE: ("", Step.NUMBER),
        Outcome.NOTHING: ("no_input", Step.STAFF_NUMBER),
        Outcome.WRONG: ("studio_wrong", Step.STAFF_NUMBER),
        Outcome.LOCKED: ("studio_locked", Step.END),
        Outcome.NOT_ALLOWED: ("studio_not_allowed", Step.END),
    },
    Step.NUMBER: {
        Outcome.DONE: ("", Step.BEFORE),
        Outcome.NOTHING: ("goodbye", Step.END),
        Outcome.UNKNOWN: ("studio_unknown", Step.NUMBER),
        Outcome.PARTS: ("studio_parts", Step.NUMBER),
    },
    Step.BEFORE: {
        Outcome.DONE: ("", Step.RECORDING),
        Outcome.SKIPPED: ("", Step.NUMBER),
    },
    Step.RECORDING: {Outcome.DONE: ("", Step.REVIEW), **_BAD_TAKES},
    Step.REVIEW: {
        Outcome.DONE: ("studio_kept", Step.NUMBER),
        Outcome.AGAIN: ("", Step.RECORDING),
        Outcome.DROPPED: ("studio_dropped", Step.NUMBER),
        Outcome.NOTHING: ("studio_dropped", Step.NUMBER),
        Outcome.FAILED: ("studio_failed", Step.NUMBER),
    },
}
"""What is said next, if anything, and the step that follows."""

REVIEW_KEYS = {"1": Outcome.DONE, "2": Outcome.AGAIN, "3": Outcome.DROPPED}
_MISTAKES = frozenset({Outcome.NOTHING, Outcome.WRONG, Outcome.UNKNOWN, Outcome.PARTS, *_BAD_TAKES})


class Dialogue:
    """One visit; the third mistake without anything done in between ends it."""

    def __init__(self) -> None:
        self.step = Step.STAFF_NUMBER
        self._mistakes = 0

    def __repr__(self) -> str:
        return f"<Dialogue {self.step}, {self._mistakes} mistakes>"

    def take(self, outcome: Outcome) -> str:
        """Go on; the prompt that is said on the way, or an empty text."""
        before = self.step
        said, self.step = NEXT[before][outcome]
        if outcome in _MISTAKES:
            self._mistakes += 1
        elif before is not Step.STAFF_NUMBER:  # which says nothing before the PIN fits
            self._mistakes = 0
        if self._mistakes >= _MOST_MISTAKES:
            self.step = Step.END
        return said


@dataclass(frozen=True, slots=True)
class Choice:
    """Which sound somebody has keyed in; `part` 0: the whole prompt."""

    number: int
    part: int
    language: str


def read_choice(keys: str) -> Choice | None:
    """What the keys mean; None if nothing."""
    match = _CHOICE.fullmatch(keys)
    if match is None:
        return None
    return Choice(int(match[2]), int(match[3] or 0), "en" if match[1] else "zh")
