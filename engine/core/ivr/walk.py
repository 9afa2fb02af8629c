"""A caller made of text: walks a flow by typed lines, for `fourseat ivr try` and for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.core.ivr import interpreter
from engine.core.ivr.interpreter import IvrAction, IvrPosition, Offer, Play, Step, TakeMessage
from engine.core.ivr.nodes import DTMF_KEYS, Flow, IvrFacts
from engine.core.states import QueueExit

ANSWERED = "answered"


class Expects(StrEnum):
    """What the next line of a walk may be."""

    KEYS = "keys"  # keys of the telephone; an empty line presses none
    QUEUE = "queue"  # how the wait ends: `answered` (or an empty line), or the name of a queue exit
    MESSAGE = "message"  # length of the voice message in seconds; an empty line says nothing
    NOTHING = "nothing"  # the walk is over


class LineKind(StrEnum):
    """What one line of a walk's protocol tells."""

    SAID = "said"  # name: prompt, text: its words
    PRESSED = "pressed"  # text: keys, empty for none
    QUEUED = "queued"  # name: queue
    QUEUE_LEFT = "queue_left"  # name: queue exit
    ANSWERED = "answered"  # by an agent
    RECORDING = "recording"  # the voice message begins
    RECORDED = "recorded"  # text: seconds
    HUNG_UP = "hung_up"  # by the flow


@dataclass(frozen=True, slots=True)
class WalkLine:
    """One thing that happened in a walk."""

    kind: LineKind
    name: str = ""
    text: str = ""


class WalkError(ValueError):
    """A line that cannot be given here; `allowed` says what can."""

    def __init__(self, line: str, expects: Expects, allowed: str) -> None:
        super().__init__(f"{line!r} is not possible here; give {allowed}")
        self.expects = expects
        self.allowed = allowed


class IvrWalk:
    """One call through a flow. `texts` has the words of the prompts; `lines` keeps all that happened."""

    def __init__(self, flow: Flow, facts: IvrFacts, texts: Mapping[str, str]) -> None:
        self.facts = facts
        self.lines: list[WalkLine] = []
        self._flow = flow
        self._texts = texts
        self._talking = False
        self.position: IvrPosition
        self.action: IvrAction
        self._go(interpreter.begin(flow, facts))

    def __repr__(self) -> str:
        return f"<IvrWalk {self.expects} at {self.position!r}>"

    @property
    def expects(self) -> Expects:
        """What `answer` wants next."""
        match self.action:
            case Play():
                return Expects.KEYS
            case Offer() if not self._talking:
                return Expects.QUEUE
            case TakeMessage():
                return Expects.MESSAGE
            case _:
                return Expects.NOTHING

    def answer(self, line: str) -> tuple[WalkLine, ...]:
        """Give the caller's next line; what it means depends on `expects`. Raises WalkError."""
        before = len(self.lines)
        match self.expects:
            case Expects.KEYS:
                self._press(line)
            case Expects.QUEUE:
                self._leave_queue(line)
            case Expects.MESSAGE:
                self._speak(line)
            case _:
                raise WalkError(line, self.expects, "nothing: the call is over")
        return tuple(self.lines[before:])

    def _press(self, keys: str) -> None:
        if any(key not in DTMF_KEYS for key in keys):
            raise WalkError(keys, self.expects, f"keys of {DTMF_KEYS}, or an empty line")
        self._note(LineKind.PRESSED, text=keys)
        self._go(interpreter.played(self._flow, self.position, keys, self.facts))

    def _leave_queue(self, line: str) -> None:
        if line in ("", ANSWERED):
            self._talking = True
            self._note(LineKind.ANSWERED)
        elif line in list(QueueExit):
            self._note(LineKind.QUEUE_LEFT, name=line)
            self._go(interpreter.queue_left(self._flow, self.position, QueueExit(line), self.facts))
        else:
            raise WalkError(line, self.expects, ", ".join((ANSWERED, *QueueExit)))

    def _speak(self, line: str) -> None:
        if not ((line.isascii() and line.isdigit() and len(line) <= 6) or line == ""):
            raise WalkError(line, self.expects, "the length in seconds, or an empty line")
        self._note(LineKind.RECORDED, text=line or "0")
        length_ms = int(line or 0) * 1_000
        self._go(interpreter.message_taken(self._flow, self.position, length_ms, self.facts))

    def _go(self, step: Step) -> None:
        """Take a step, and the ones that follow without anything from the caller."""
        self.position, self.action = step
        self._tell(self.action)
        while isinstance(self.action, Play) and self.action.max_digits == 0:
            step = interpreter.played(self._flow, self.position, "", self.facts)
            self.position, self.action = step
            self._tell(self.action)

    def _tell(self, action: IvrAction) -> None:
        match action:
            case Play():
                self._say(action.prompts)
            case Offer():
                self._note(LineKind.QUEUED, name=action.queue_id)
            case TakeMessage():
                self._say(action.prompts)
                self._note(LineKind.RECORDING)
            case _:
                self._note(LineKind.HUNG_UP)

    def _say(self, prompts: tuple[str, ...]) -> None:
        for prompt in prompts:
            self._note(LineKind.SAID, name=prompt, text=self._texts.get(prompt, f"[{prompt}]"))

    def _note(self, kind: LineKind, *, name: str = "", text: str = "") -> None:
        self.lines.append(WalkLine(kind, name, text))
