"""What a flow is made of: one frozen record a kind of node.

A node says something, decides something or hands the caller on, and names the nodes that may follow.
A new kind needs its record and exits here, its keys in `flow.py`, its steps in the tables of
`interpreter.py`, and its ways in `ways.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.core.numbers import callback_number
from engine.core.states import QueueExit

DTMF_KEYS = "0123456789*#"


class BranchOn(StrEnum):
    """The questions that a branch may ask; `ANSWERS` has what can come out."""

    HOURS = "hours"
    AGENTS = "agents"


ANSWERS: Mapping[BranchOn, tuple[str, str]] = {
    BranchOn.HOURS: ("open", "closed"),
    BranchOn.AGENTS: ("present", "none"),
}


class Booking(StrEnum):
    """What became of the wish to be called back."""

    BOOKED = "booked"
    ALREADY = "already"  # this number keeps its older place
    REFUSED = "refused"  # this number may not be called


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrFacts:
    """What a flow may ask of the world at the moment of a step.

    `cli` is the caller's number. `callback_number` makes of a number the one that would be called back;
    empty: it may not be called.
    """

    open: bool
    agents_present: bool
    holiday: bool = False
    cli: str = ""
    callback_number: Callable[[str], str] = callback_number

    def answer(self, question: BranchOn) -> str:
        """The answer in the words of the flow file: which exit of a branch is taken."""
        yes, no = ANSWERS[question]
        return yes if (self.open if question is BranchOn.HOURS else self.agents_present) else no


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayNode:
    """Says its prompts. With `barge_in` a key ends them and counts for the menu that follows."""

    prompts: tuple[str, ...]
    next: str
    barge_in: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuNode:
    """Says its prompts and awaits one key, `tries` times in all; who gets nowhere goes to `exhausted`."""

    prompts: tuple[str, ...]
    keys: Mapping[str, str]
    exhausted: str
    timeout_ms: int = 5_000
    tries: int = 3
    barge_in: bool = True
    wrong_key: str = ""  # prompt; empty says nothing
    no_input: str = ""  # prompt; empty says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchNode:
    """Says nothing: goes where the answer to its question leads."""

    on: BranchOn
    targets: Mapping[str, str]  # answer -> node


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNode:
    """Offers the call to a queue; `exits` is where it goes on when no agent takes it.

    With `callback` a caller who presses `callback_key` while waiting goes to that node.
    """

    queue: str
    exits: Mapping[QueueExit, str]
    callback: str = ""
    callback_key: str = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNode:
    """Takes a voice message. One shorter than `min_ms` is asked for again, `tries` times in all.

    With `store` it is not the message of the call but a part of what the caller tells on the way: the name of
    its file is kept as that value.
    """

    prompts: tuple[str, ...]
    next: str
    exhausted: str
    too_short: str = ""  # prompt; empty says nothing
    tries: int = 2
    max_seconds: int = 180
    silence_seconds: int = 5
    min_ms: int = 2_000
    store: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackNode:
    """Keeps the caller's place and promises a call back.

    Who wants none, or gets nowhere, goes on waiting; who was not waiting goes to `cancelled` (empty: `next`).
    `queue` is for callers who have not been in one. `prompts` are said once, the others with each question.
    """

    next: str
    cancelled: str = ""
    prompts: tuple[str, ...] = ()
    queue: str = ""
    timeout_ms: int = 5_000
    tries: int = 6
    number_is: str = "callback_number_is"  # before the number, digit by digit
    confirm: str = "callback_confirm"  # after it: which key does what
    enter_number: str = "callback_enter_number"
    wrong_key: str = "wrong_key"
    refused: str = "callback_refused"
    booked: str = "callback_booked"
    already: str = "callback_already"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyNode:
    """Asks for a mark of 1 to 5 for the talk that has ended; whatever comes, the caller goes to `next`."""

    prompts: tuple[str, ...]
    next: str
    timeout_ms: int = 5_000
    tries: int = 2
    wrong_key: str = ""  # prompt; empty says nothing
    no_input: str = ""  # prompt; empty says nothing
    thanks: str = ""  # prompt; empty says nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpNode:
    """The end of the call, after a last word."""

    prompts: tuple[str, ...] = ()


Node = PlayNode | MenuNode | BranchNode | QueueNode | MessageNode | CallbackNode | SurveyNode | HangUpNode

KINDS: Mapping[type[Node], str] = {
    PlayNode: "play",
    MenuNode: "menu",
    BranchNode: "branch",
    QueueNode: "queue",
    MessageNode: "message",
    CallbackNode: "callback",
    SurveyNode: "survey",
    HangUpNode: "hangup",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The name under which agents find a node, to send a customer there."""

    zh: str
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A whole voice menu. Every node that a parsed flow names as a target exists, and those with a title."""

    start: str
    nodes: Mapping[str, Node]
    titles: Mapping[str, Title] = field(default_factory=dict)
    on_error: str = ""  # node for callers who got lost; empty: a word of regret and hang up
    operator: str = ""  # node for callers who press 0 where it means nothing else; empty: it means nothing
    prompt_values: Mapping[str, frozenset[str]] = field(default_factory=dict)  # prompt -> values that it says
    max_nodes: int = 100  # nodes a call may pass until it counts as lost

    def __repr__(self) -> str:
        return f"<Flow {len(self.nodes)} nodes from {self.start}>"


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a node: the key of the flow file that names it, and where it leads."""

    key: str
    target: str


def _exits_of_menu(node: MenuNode) -> tuple[Exit, ...]:
    keys = tuple(Exit(f"keys.{key}", target) for key, target in node.keys.items())
    return (*keys, Exit("exhausted", node.exhausted))


def _exits_of_queue(node: QueueNode) -> tuple[Exit, ...]:
    left = tuple(Exit(f"on_{exit_}", target) for exit_, target in node.exits.items())
    return (*left, Exit("callback", node.callback)) if node.callback else left


def _exits_of_callback(node: CallbackNode) -> tuple[Exit, ...]:
    cancelled = (Exit("cancelled", node.cancelled),) if node.cancelled else ()
    return (Exit("next", node.next), *cancelled)


_EXITS: Mapping[type[Node], Callable[[Any], tuple[Exit, ...]]] = {
    PlayNode: lambda node: (Exit("next", node.next),),
    MenuNode: _exits_of_menu,
    BranchNode: lambda node: tuple(Exit(answer, target) for answer, target in node.targets.items()),
    QueueNode: _exits_of_queue,
    MessageNode: lambda node: (Exit("next", node.next), Exit("exhausted", node.exhausted)),
    CallbackNode: _exits_of_callback,
    SurveyNode: lambda node: (Exit("next", node.next),),
    HangUpNode: lambda node: (),
}
# Keys that name one prompt, of whatever kind of node.
_SINGLE_PROMPTS = (
    "wrong_key",
    "no_input",
    "too_short",
    "thanks",
    "number_is",
    "confirm",
    "enter_number",
    "refused",
    "booked",
    "already",
)


def exits_of(node: Node) -> tuple[Exit, ...]:
    """All ways out of a node, in the order of the flow file; a hang-up has none."""
    return _EXITS[type(node)](node)


def prompts_of(node: Node) -> tuple[tuple[str, str], ...]:
    """All prompts of a node as (key of the flow file, prompt id)."""
    found = [("prompts", prompt) for prompt in node_prompts(node)]
    for key in _SINGLE_PROMPTS:
        prompt = getattr(node, key, "")
        if prompt:
            found.append((key, prompt))
    return tuple(found)


def node_prompts(node: Node) -> tuple[str, ...]:
    """What a node says first; nothing for the silent ones."""
    prompts: tuple[str, ...] = getattr(node, "prompts", ())
    return prompts
