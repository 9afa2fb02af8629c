"""Who calls, what for, and how each call is to end: the plan of the practice calls."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.adapters.exchange import AwaitAgent, Listen, Pause, Press, Say, Script, Step
from engine.core.states import EndedBy, Outcome
from engine.daemon.demo.site import CUSTOMERS
from engine.daemon.demo.voices import Topic

_WITHHELD = ""


class Fate(StrEnum):
    """How a practice call ends."""

    CUSTOMER_HANGS_UP = "customer_hangs_up"
    AGENT_HANGS_UP = "agent_hangs_up"
    ABANDONS = "abandons"
    LEAVES_GREETING = "leaves_greeting"
    LEAVES_MENU = "leaves_menu"
    WRONG_KEY = "wrong_key"
    SERVES_SELF = "serves_self"


OUTCOMES = {
    Fate.CUSTOMER_HANGS_UP: (Outcome.ANSWERED, EndedBy.CUSTOMER),
    Fate.AGENT_HANGS_UP: (Outcome.ANSWERED, EndedBy.AGENT),
    Fate.ABANDONS: (Outcome.ABANDONED, EndedBy.CUSTOMER),
    Fate.LEAVES_GREETING: (Outcome.IVR_EXIT, EndedBy.CUSTOMER),
    Fate.LEAVES_MENU: (Outcome.IVR_EXIT, EndedBy.CUSTOMER),
    Fate.WRONG_KEY: (Outcome.IVR_EXIT, EndedBy.CUSTOMER),
    Fate.SERVES_SELF: (Outcome.IVR_EXIT, EndedBy.CUSTOMER),
}

# Of ten calls of a test run: enough talks, and every other fate.
_MIX = (
    Fate.CUSTOMER_HANGS_UP,
    Fate.AGENT_HANGS_UP,
    Fate.ABANDONS,
    Fate.LEAVES_GREETING,
    Fate.CUSTOMER_HANGS_UP,
    Fate.AGENT_HANGS_UP,
    Fate.WRONG_KEY,
    Fate.CUSTOMER_HANGS_UP,
    Fate.SERVES_SELF,
    Fate.LEAVES_MENU,
)
# Of practice calls in front of a person: nearly all want to talk.
_DAILY = {
    Fate.CUSTOMER_HANGS_UP: 14,
    Fate.AGENT_HANGS_UP: 3,
    Fate.ABANDONS: 1,
    Fate.LEAVES_GREETING: 1,
    Fate.LEAVES_MENU: 1,
    Fate.WRONG_KEY: 1,
    Fate.SERVES_SELF: 4,
}


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One practice call before it is placed."""

    fate: Fate
    script: Script

    @property
    def outcome(self) -> Outcome:
        """How the engine has to record it."""
        return OUTCOMES[self.fate][0]

    @property
    def ended_by(self) -> EndedBy:
        """Whose hang-up has to be on record."""
        return OUTCOMES[self.fate][1]


def short_calls(count: int, topics: Sequence[Topic], seed: int) -> list[PlannedCall]:
    """Calls of some seconds each, of every fate, no two from the same number: a run that is checked."""
    source = random.Random(seed)
    fates = [_MIX[number % len(_MIX)] for number in range(count)]
    source.shuffle(fates)
    numbers = _numbers(count, source)
    return [
        PlannedCall(fate, Script(cli=cli, steps=_short_steps(fate, source.choice(topics), source)))
        for fate, cli in zip(fates, numbers, strict=True)
    ]


def daily_calls(topics: Sequence[Topic], seed: int) -> Iterator[PlannedCall]:
    """Calls without end, as a person at a console meets them."""
    source = random.Random(seed)
    fates, weights = list(_DAILY), list(_DAILY.values())
    while True:
        fate = source.choices(fates, weights)[0]
        cli = source.choice(_numbers(8, source))
        yield PlannedCall(fate, Script(cli=cli, steps=_daily_steps(fate, source.choice(topics), source)))


def _numbers(count: int, source: random.Random) -> list[str]:
    """Of eight callers seven are customers and one is unknown; one of all withholds the number."""
    known = source.sample(range(1, CUSTOMERS + 1), min(count, CUSTOMERS))
    numbers = [f"1390000{number:04}" for number in known]
    numbers += [f"1370000{number:04}" for number in range(count - len(numbers))]
    for place in range(3, count, 8):
        numbers[place] = f"1380000{source.randrange(1000, 9999) // 8 * 8 + place % 8:04}"
    if count > 5:
        numbers[5] = _WITHHELD
    assert len(set(numbers)) == count
    return numbers


def _short_steps(fate: Fate, topic: Topic, source: random.Random) -> tuple[Step, ...]:
    opening: tuple[Step, ...] = (Say(topic.opening), Pause(0.3))
    into_queue = (*opening, Press(topic.key))
    match fate:
        case Fate.CUSTOMER_HANGS_UP:
            talk = (Say(topic.detail), Say(topic.thanks), Pause(0.2))
            return (*into_queue, AwaitAgent(45), Pause(0.5), *talk)
        case Fate.AGENT_HANGS_UP:
            return (*into_queue, AwaitAgent(45), Pause(0.5), Say(topic.detail), Listen(30))
        case Fate.ABANDONS:
            return (*into_queue, Pause(source.uniform(3.0, 4.5)))
        case Fate.LEAVES_GREETING:
            return (*opening, Pause(source.uniform(0.2, 1.0)))
        case Fate.LEAVES_MENU:
            return (*opening, Pause(4.0))
        case Fate.WRONG_KEY:
            return (*opening, Press("8"), Pause(2.5))
        case Fate.SERVES_SELF:
            return (*opening, Press(topic.alone), Pause(4.0))


def _daily_steps(fate: Fate, topic: Topic, source: random.Random) -> tuple[Step, ...]:
    opening: tuple[Step, ...] = (Say(topic.opening), Pause(source.uniform(1, 5)))
    into_queue = (*opening, Press(topic.key))
    patience = AwaitAgent(source.uniform(45, 120))
    match fate:
        case Fate.CUSTOMER_HANGS_UP:
            talk = (Pause(3), Say(topic.detail), Pause(source.uniform(8, 30)), Say(topic.thanks), Pause(1))
            return (*into_queue, patience, *talk)
        case Fate.AGENT_HANGS_UP:
            return (*into_queue, patience, Pause(3), Say(topic.detail), Listen(120))
        case Fate.ABANDONS:
            return (*into_queue, Pause(source.uniform(5, 20)))
        case Fate.LEAVES_GREETING:
            return opening
        case Fate.LEAVES_MENU:
            return (*opening, Pause(source.uniform(8, 15)))
        case Fate.WRONG_KEY:
            return (*opening, Press("8"), Pause(8), Press("*"), Pause(4))
        case Fate.SERVES_SELF:
            return (*opening, Press(topic.alone), Pause(source.uniform(12, 30)))
