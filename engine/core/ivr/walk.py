"""A caller made of text: walks a flow by typed lines, for `fourseat ivr try` and for tests."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.core.ivr import interpreter
from engine.core.ivr.actions import Book, GiveMark, IvrAction, IvrPosition, Offer, Play, Step, TakeMessage
from engine.core.ivr.nodes import DTMF_KEYS, Booking, Flow, IvrFacts
from engine.core.states import QueueExit

# How a wait may end, beside the queue exits: an agent answers; an agent answers and hangs up, and the caller
# is asked for a mark; the caller would rather be called back.
ANSWERED = "answered"
SURVEY = "survey"
CALLBACK = "callback"


class Expects(StrEnum):
    """What the next line of a walk may be."""

    KEYS = "keys"  # keys of the telephone; an empty line presses none
    QUEUE = "queue"  # how the wait ends: see `queue_lines`
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
        self._booked: set[str] = set()
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

    def queue_lines(self) -> tuple[str, ...]:
        """What may be given for the end of a wait here; an empty line is the first of them."""
        survey = (SURVEY,) if interpreter.survey_node(self._flow) else ()
        callback = (CALLBACK,) if interpreter.callback_key(self._flow, self.position) else ()
        return (ANSWERED, *QueueExit, *callback, *survey)

    def _leave_queue(self, line: str) -> None:
        line = line or ANSWERED
        if line not in self.queue_lines():
            raise WalkError(line, self.expects, ", ".join(self.queue_lines()))
        if line == CALLBACK:
            self._note(LineKind.CALLBACK_ASKED)
            self._go(interpreter.callback_asked(self._flow, self.position, self.facts))
        elif line in list(QueueExit):
            self._note(LineKind.QUEUE_LEFT, name=line)
            self._go(interpreter.queue_left(self._flow, self.position, QueueExit(line), self.facts))
        else:
            self._talk(line)

    def _talk(self, line: str) -> None:
        self._note(LineKind.ANSWERED)
        if line == SURVEY:
            self._note(LineKind.TALK_ENDED)
            node_id = interpreter.survey_node(self._flow)
            self._go(interpreter.go_to(self._flow, self.position, node_id, self.facts))
        else:
            self._talking = True

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
        while (following := self._follows()) is not None:
            self.position, self.action = following
            self._tell(self.action)

    def _follows(self) -> Step | None:
        """The step after an action that needs nothing from the caller."""
        match self.action:
            case Play(max_digits=0):
                return interpreter.played(self._flow, self.position, "", self.facts)
            case Book(number=number):
                booking = Booking.ALREADY if number in self._booked else Booking.BOOKED
                self._booked.add(number)
                return interpreter.booked(self._flow, self.position, booking, self.facts)
            case GiveMark():
                return interpreter.marked(self._flow, self.position, self.facts)
            case _:
                return None

    def _tell(self, action: IvrAction) -> None:
        match action:
            case Play():
                self._say(action.prompts)
            case Offer():
                self._note(LineKind.QUEUED, name=action.queue_id)
            case TakeMessage():
                self._say(action.prompts)
                self._note(LineKind.RECORDING)
            case Book():
                self._note(LineKind.BOOKED, text=action.number)
            case GiveMark():
                self._note(LineKind.MARKED, text=str(action.score))
            case _:
                self._note(LineKind.HUNG_UP)

    def _say(self, prompts: tuple[str, ...]) -> None:
        for prompt in prompts:
            self._note(LineKind.SAID, name=prompt, text=self._texts.get(prompt, f"[{prompt}]"))

    def _note(self, kind: LineKind, *, name: str = "", text: str = "") -> None:
        self.lines.append(WalkLine(kind, name, text))
