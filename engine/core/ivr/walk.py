"""A caller made of text: walks a flow by typed lines, for `fourseat ivr try` and for scripted walks."""

from collections.abc import Mapping
from datetime import date

from engine.core.ivr import interpreter
from engine.core.ivr.actions import (
    Ask,
    Book,
    Connect,
    GiveMark,
    IvrAction,
    IvrPosition,
    Offer,
    Play,
    Step,
    TakeMessage,
)
from engine.core.ivr.nodes import DTMF_KEYS, Booking, Flow, IvrFacts
from engine.core.ivr.services import SERVICES
from engine.core.ivr.values import Value, Values, keyed, secret_token
from engine.core.ivr.walk_lines import (
    ANSWERED,
    CALLBACK,
    NOT_CONNECTED,
    SURVEY,
    Expects,
    LineKind,
    WalkError,
    WalkLine,
)
from engine.core.ivr.walk_words import Texts, words_of
from engine.core.states import QueueExit

__all__ = ["ANSWERED", "CALLBACK", "SURVEY", "Expects", "IvrWalk", "LineKind", "WalkError", "WalkLine"]


A_DAY = date(2026, 11, 20)  # around which the sample answers of services lie


class IvrWalk:
    """One call through a flow.

    `texts` has the words of the prompts by language, `today` is the day that values are told for; `lines`
    keeps all that happened, and `secrets` what was keyed in secretly, by its token.
    """

    def __init__(self, flow: Flow, facts: IvrFacts, texts: Texts, *, today: date = A_DAY) -> None:
        self.facts = facts
        self.lines: list[WalkLine] = []
        self.secrets: dict[str, str] = {}
        self._flow = flow
        self._texts = texts
        self._today = today
        self._ahead = ""  # keys pressed that nothing has taken yet
        self._talking = False
        self._messages = 0
        self._booked: set[str] = set()
        self.position: IvrPosition
        self.action: IvrAction
        self._go(interpreter.begin(flow, facts))

    def __repr__(self) -> str:
        return f"<IvrWalk {self.expects} at {self.position!r}>"

    @property
    def expects(self) -> Expects:
        """What `answer` wants next."""
        if self._talking:
            return Expects.NOTHING
        match self.action:
            case Play():
                return Expects.KEYS
            case Offer():
                return Expects.QUEUE
            case TakeMessage():
                return Expects.MESSAGE
            case Ask():
                return Expects.SERVICE
            case Connect():
                return Expects.TRANSFER
            case _:
                return Expects.NOTHING

    @property
    def language(self) -> str:
        """The one in which the caller is spoken to."""
        return self.position.language or self.facts.language

    def answer(self, line: str) -> tuple[WalkLine, ...]:
        """Give the next line; what it means depends on `expects`. Raises WalkError."""
        before = len(self.lines)
        match self.expects:
            case Expects.KEYS:
                self._press(line)
            case Expects.QUEUE:
                self._leave_queue(line)
            case Expects.MESSAGE:
                self._speak(line)
            case Expects.SERVICE:
                self._take_outcome(line)
            case Expects.TRANSFER:
                self._end_transfer(line)
            case _:
                raise WalkError(line, self.expects, "nothing: the call is over")
        return tuple(self.lines[before:])

    # Keys

    def _press(self, keys: str) -> None:
        if any(key not in DTMF_KEYS for key in keys):
            raise WalkError(keys, self.expects, f"keys of {DTMF_KEYS}, or an empty line")
        self._ahead = keys
        assert isinstance(self.action, Play)
        self._take(self.action)
        self._feed()

    def _feed(self) -> None:
        """Give the keys left to what follows, one prompt after the other, as a switch does.

        Those pressed before the end of a prompt that is to be heard whole are forgotten.
        """
        while self._ahead and isinstance(self.action, Play) and self.action.barge_in:
            self._take(self.action)
        if not isinstance(self.action, Ask):
            self._ahead = ""

    def _take(self, action: Play) -> None:
        self._go(interpreter.played(self._flow, self.position, self._taken(action), self.facts))

    def _taken(self, action: Play) -> str:
        """What of the keys pressed this prompt takes; of secret ones the token."""
        end = self._ahead.find(action.terminator) + 1 if action.terminator else 0
        taken = self._ahead[: min(end or action.max_digits, action.max_digits)]
        self._ahead = self._ahead[len(taken) :]
        counted = keyed(taken)
        if not action.secret or counted in ("", "0"):
            self._note(LineKind.PRESSED, text=taken)
            return taken
        self._note(LineKind.PRESSED, text="*" * len(counted))
        token = secret_token(len(self.secrets) + 1, len(counted))
        self.secrets[token] = counted
        return token

    @property
    def in_passing(self) -> bool:
        """Whether something is said after which no key is awaited."""
        return isinstance(self.action, Play) and self.action.timeout_ms == 0

    def listen(self) -> None:
        """Hear to the end what is said in passing."""
        self._go(interpreter.played(self._flow, self.position, "", self.facts))

    # Services and transfers

    def outcomes(self) -> tuple[str, ...]:
        """What may come out of the service that is asked now; an empty line is the first of them."""
        assert isinstance(self.action, Ask)
        return SERVICES[self.action.service].outcomes

    def answer_service(self, outcome: str, values: Values) -> tuple[WalkLine, ...]:
        """Have the service that is asked now answer with these very values."""
        assert isinstance(self.action, Ask)
        before = len(self.lines)
        self._note(LineKind.OUTCOME, name=self.action.service, text=outcome, values=values)
        self._go(interpreter.service_answered(self._flow, self.position, outcome, values, self.facts))
        self._feed()
        return tuple(self.lines[before:])

    def _take_outcome(self, line: str) -> None:
        """The sample answer of an outcome."""
        assert isinstance(self.action, Ask)
        outcome = line or self.outcomes()[0]
        if outcome not in self.outcomes():
            raise WalkError(line, self.expects, ", ".join(self.outcomes()))
        self.answer_service(outcome, sample(self.action.service, outcome))

    def _end_transfer(self, line: str) -> None:
        if line in ("", ANSWERED):
            self._talk(ANSWERED)
        elif line == NOT_CONNECTED:
            self._note(LineKind.NOT_CONNECTED)
            self._go(interpreter.not_connected(self._flow, self.position, self.facts))
        else:
            raise WalkError(line, self.expects, f"{ANSWERED}, {NOT_CONNECTED}")

    # Queues and messages

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
        self._messages += length_ms > 0
        file = f"message-{self._messages}" if length_ms else ""
        self._go(interpreter.message_taken(self._flow, self.position, length_ms, self.facts, file))

    # From step to step

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
                self._ahead = ""
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
            case Ask():
                self._note(LineKind.ASKED, name=action.service, values=action.arguments)
            case Connect():
                self._note(LineKind.TRANSFERRED, name=action.agent or action.number)
            case Book():
                self._note(LineKind.BOOKED, text=action.number)
            case GiveMark():
                self._note(LineKind.MARKED, text=str(action.score))
            case _:
                self._note(LineKind.HUNG_UP)

    def _say(self, prompts: tuple[str, ...]) -> None:
        texts = self._texts.get(self.language, {})
        for prompt in prompts:
            text = texts.get(prompt, f"[{prompt}]")
            said = words_of(text, self.position.values, self.language, self._today)
            self.lines.append(WalkLine(LineKind.SAID, prompt, said.text, said.values, said.spoken))

    def _note(
        self, kind: LineKind, *, name: str = "", text: str = "", values: Mapping[str, Value] | None = None
    ) -> None:
        self.lines.append(WalkLine(kind, name, text, dict(values or {})))


def sample(service: str, outcome: str) -> Values:
    """What a service gives in the samples; nothing when it fails or does not know who is calling."""
    return SERVICES[service].answers.get(outcome, {})
