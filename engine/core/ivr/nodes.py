"""What a flow is made of: one frozen record a kind of node.

A node says something, decides something or hands the caller on, and names the nodes that may follow.
A new kind needs its record and exits here, its keys in `flow.py`, its step in `interpreter.py`, its ways in
`ways.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrFacts:
    """What a flow may ask of the world at the moment of a step."""

    open: bool
    agents_present: bool

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
    """Offers the call to a queue; `exits` is where it goes on when no agent takes it."""

    queue: str
    exits: Mapping[QueueExit, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageNode:
    """Takes a voice message. One shorter than `min_ms` is asked for again, `tries` times in all."""

    prompts: tuple[str, ...]
    next: str
    exhausted: str
    too_short: str = ""  # prompt; empty says nothing
    tries: int = 2
    max_seconds: int = 180
    silence_seconds: int = 5
    min_ms: int = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUpNode:
    """The end of the call, after a last word."""

    prompts: tuple[str, ...] = ()


Node = PlayNode | MenuNode | BranchNode | QueueNode | MessageNode | HangUpNode

KINDS: Mapping[type[Node], str] = {
    PlayNode: "play",
    MenuNode: "menu",
    BranchNode: "branch",
    QueueNode: "queue",
    MessageNode: "message",
    HangUpNode: "hangup",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A whole voice menu. Every target that a parsed flow names exists in `nodes`."""

    start: str
    nodes: Mapping[str, Node]
    on_error: str = ""  # node for callers who got lost; empty: a word of regret and hang up
    max_nodes: int = 100  # nodes a call may pass until it counts as lost

    def __repr__(self) -> str:
        return f"<Flow {len(self.nodes)} nodes from {self.start}>"


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a node: the key of the flow file that names it, and where it leads."""

    key: str
    target: str


def exits_of(node: Node) -> tuple[Exit, ...]:
    """All ways out of a node, in the order of the flow file; a hang-up has none."""
    match node:
        case PlayNode():
            return (Exit("next", node.next),)
        case MenuNode():
            keys = tuple(Exit(f"keys.{key}", target) for key, target in node.keys.items())
            return (*keys, Exit("exhausted", node.exhausted))
        case BranchNode():
            return tuple(Exit(answer, target) for answer, target in node.targets.items())
        case QueueNode():
            return tuple(Exit(f"on_{exit_}", target) for exit_, target in node.exits.items())
        case MessageNode():
            return (Exit("next", node.next), Exit("exhausted", node.exhausted))
        case _:
            return ()


def prompts_of(node: Node) -> tuple[tuple[str, str], ...]:
    """All prompts of a node as (key of the flow file, prompt id)."""
    found = [("prompts", prompt) for prompt in getattr(node, "prompts", ())]
    for key in ("wrong_key", "no_input", "too_short"):
        prompt = getattr(node, key, "")
        if prompt:
            found.append((key, prompt))
    return tuple(found)
