"""Runs a scripted walk through a flow, and says at which step it went another way.

Rules:
- What needs nothing from the caller goes on by itself: services answer, what is said in passing ends. A key
  that a step presses cuts short what is said in passing.
- Prompts heard since the last deed are compared only where a step has `hears`; then none may be left over.
- A service that no step names answers as the walk says, else well. One that changes something must be named.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.core.ivr.nodes import Flow, IvrFacts
from engine.core.ivr.script import ANY, Action, Deed, Question, Reply, Script, Wish
from engine.core.ivr.services import SERVICES
from engine.core.ivr.values import Plain, is_secret
from engine.core.ivr.walk import IvrWalk, sample
from engine.core.ivr.walk_lines import Expects, LineKind, WalkError, WalkLine
from engine.core.ivr.walk_words import Texts


class Miss(StrEnum):
    """How a walk went another way."""

    NOT_POSSIBLE = "not_possible"  # the deed cannot be done here; `found`: what can
    NOT_HEARD = "not_heard"
    ALSO_HEARD = "also_heard"  # after all that was wanted
    NOT_ASKED = "not_asked"
    ALSO_ASKED = "also_asked"  # a service that changes something, and no step names it
    OTHER = "other"  # `found` instead of `wanted`


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """At which step (from 1) of the walk which wish failed, and `lines`: all since the last deed."""

    step: int
    miss: Miss
    what: str
    wanted: str
    found: str
    lines: tuple[WalkLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A walk that was run; without `failure` all went as written."""

    name: str
    steps: int
    path: tuple[str, ...]
    services: tuple[str, ...]
    failure: Failure | None


def run_script(script: Script, flow: Flow, texts: Texts) -> Outcome:
    """Walk the flow as the script says, up to its end or to the first thing that is otherwise."""
    run = _Run(script, flow, texts)
    failure = run.run()
    asked = tuple(line.name for line in run.walk.lines if line.kind is LineKind.ASKED)
    return Outcome(
        name=script.name,
        steps=len(script.steps),
        path=run.walk.position.path,
        services=asked,
        failure=failure,
    )


class _Missed(Exception):
    """Ends a run: the wish that failed."""

    def __init__(self, miss: Miss, what: str, wanted: str = "", found: str = "") -> None:
        super().__init__(miss)
        self.miss, self.what, self.wanted, self.found = miss, what, wanted, found


_EFFECTS: Mapping[Wish, LineKind] = {
    Wish.WAITS_IN: LineKind.QUEUED,
    Wish.RECORDS: LineKind.RECORDING,
    Wish.TRANSFERRED: LineKind.TRANSFERRED,
    Wish.BOOKED: LineKind.BOOKED,
    Wish.MARKED: LineKind.MARKED,
    Wish.ENDS: LineKind.HUNG_UP,
}
_DEEDS: Mapping[Deed, Expects] = {
    Deed.PRESSES: Expects.KEYS,
    Deed.SPEAKS: Expects.MESSAGE,
    Deed.QUEUE_ENDS: Expects.QUEUE,
    Deed.TRANSFER_ENDS: Expects.TRANSFER,
}


class _Run:
    """One walk under way. `_turn`: the first line since the last deed; `_read`: the first not compared."""

    def __init__(self, script: Script, flow: Flow, texts: Texts) -> None:
        self._script = script
        facts = IvrFacts(
            open=script.open,
            agents_present=script.agents,
            holiday=script.holiday,
            cli=script.cli,
            language=script.language,
        )
        self.walk = IvrWalk(flow, facts, texts, today=script.today)
        self._step = self._turn = self._read = 0
        self._listening = False  # a step of this turn has said what is to be heard

    def run(self) -> Failure | None:
        try:
            for number, step in enumerate(self._script.steps, 1):
                self._step = number
                for action in step:
                    self._act(action)
            while self.walk.expects is Expects.SERVICE:
                self._answer_unnamed()
            self._nothing_left()
        except _Missed as missed:
            return Failure(
                step=self._step,
                miss=missed.miss,
                what=missed.what,
                wanted=missed.wanted,
                found=missed.found,
                lines=tuple(self.walk.lines[self._turn :]),
            )
        return None

    def _act(self, action: Action) -> None:
        if isinstance(action.what, Deed):
            self._do(action.what, str(action.value))
        elif action.what is Wish.ASKS:
            self._asks(action.value)
        elif action.what is Wish.HEARS:
            self._hears([action.value] if isinstance(action.value, str) else action.value)
        else:
            self._comes_true(action.what, action.value)

    def _goes_on(self) -> bool:
        """Let happen what needs nothing from the caller: a service answers, what is said in passing ends."""
        if self.walk.expects is Expects.SERVICE:
            self._answer_unnamed()
        elif self.walk.in_passing:
            self.walk.listen()
        else:
            return False
        return True

    # Deeds

    def _do(self, deed: Deed, line: str) -> None:
        """A key may cut short what is said in passing; everything else comes after it."""
        while (
            self.walk.expects is not _DEEDS[deed] or (self.walk.in_passing and not line)
        ) and self._goes_on():
            pass
        self._nothing_left()
        before = len(self.walk.lines)
        try:
            if self.walk.expects is not _DEEDS[deed]:
                raise WalkError(line, self.walk.expects, "")
            self.walk.answer(line)
        except WalkError:
            raise _Missed(Miss.NOT_POSSIBLE, deed, line, self.walk.expects) from None
        self._turn = self._read = before
        self._listening = False

    # Services

    def _answer_unnamed(self) -> None:
        service = self.walk.lines[-1].name
        if SERVICES[service].changes and service not in self._script.replies:
            raise _Missed(Miss.ALSO_ASKED, Wish.ASKS, found=service)
        self._answer(service, self._script.replies.get(service, Reply()))

    def _answer(self, service: str, reply: Reply) -> None:
        outcome = reply.outcome or SERVICES[service].outcomes[0]
        self.walk.answer_service(outcome, {**sample(service, outcome), **reply.values})

    def _asks(self, question: Question) -> None:
        while self.walk.expects is not Expects.SERVICE or self.walk.lines[-1].name != question.service:
            if not self._goes_on():
                raise _Missed(Miss.NOT_ASKED, Wish.ASKS, question.service)
        self._nothing_left()
        asked = self.walk.lines[-1]
        self._read = len(self.walk.lines)
        for name, wanted in question.arguments.items():
            found = self._shown(asked.values.get(name, ""))
            if found != str(wanted):
                raise _Missed(Miss.OTHER, f"{question.service}.{name}", str(wanted), found)
        default = self._script.replies.get(question.service, Reply())
        self._answer(question.service, question.reply or default)

    def _shown(self, value: object) -> str:
        """A value as text; of a secret one what was keyed in, since whoever wrote the walk knows it."""
        text = str(value)
        return self.walk.secrets.get(text, text) if is_secret(text) else text

    # What is heard

    def _hears(self, wanted: Iterable[str]) -> None:
        self._listening = True
        skipping = False
        for prompt in wanted:
            if prompt == ANY:
                skipping = True
                continue
            self._next_said(prompt, skipping=skipping)
            skipping = False
        if skipping:
            self._read = len(self.walk.lines)

    def _next_said(self, prompt: str, *, skipping: bool) -> None:
        """Read on to the next prompt, which must be this one; services asked on the way answer."""
        while True:
            while self._read < len(self.walk.lines):
                line = self.walk.lines[self._read]
                self._read += 1
                if line.kind is not LineKind.SAID:
                    continue
                if line.name == prompt:
                    return
                if not skipping:
                    raise _Missed(Miss.NOT_HEARD, Wish.HEARS, prompt, line.name)
            if not self._goes_on():
                raise _Missed(Miss.NOT_HEARD, Wish.HEARS, prompt)

    def _nothing_left(self) -> None:
        rest = [line.name for line in self.walk.lines[self._read :] if line.kind is LineKind.SAID]
        if self._listening and rest:
            raise _Missed(Miss.ALSO_HEARD, Wish.HEARS, found=", ".join(rest))

    # Other wishes

    def _comes_true(self, wish: Wish, value: Any) -> None:
        """Now, or once what needs nothing from the caller has happened."""
        while True:
            try:
                return self._looks(wish, value)
            except _Missed:
                if not self._goes_on():
                    raise

    def _looks(self, wish: Wish, value: Any) -> None:
        if wish in _EFFECTS:
            found = self._effect(wish)
            wanted = wish if value is True else str(value)
            if found != wanted:
                raise _Missed(Miss.OTHER, wish, wanted, found)
        elif wish is Wish.TEXT:
            said = " ".join(line.text for line in self._said())
            spoken = " ".join(line.spoken for line in self._said())
            for words in [value] if isinstance(value, str) else value:
                if words not in said and words not in spoken:
                    raise _Missed(Miss.OTHER, wish, words, said)
        elif wish is Wish.AT:
            if self.walk.position.node != value:
                raise _Missed(Miss.OTHER, wish, value, self.walk.position.node)
        else:
            known = self._spoken() if wish is Wish.SPOKEN else self.walk.position.values
            self._same_values(wish, value, known)

    def _effect(self, wish: Wish) -> str:
        """What of this kind has come of the last deed; empty: nothing."""
        lines = (line for line in self.walk.lines[self._turn :] if line.kind is _EFFECTS[wish])
        line = next(lines, None)
        return "" if line is None else line.name or line.text or wish

    def _said(self) -> list[WalkLine]:
        return [line for line in self.walk.lines[self._turn :] if line.kind is LineKind.SAID]

    def _spoken(self) -> dict[str, object]:
        return {name: value for line in self._said() for name, value in line.values.items()}

    def _same_values(self, wish: Wish, wanted: Mapping[str, Plain], known: Mapping[str, Any]) -> None:
        for name, value in wanted.items():
            found = self._shown(known.get(name, ""))
            if found != str(value):
                raise _Missed(Miss.OTHER, f"{wish}.{name}", str(value), found)
