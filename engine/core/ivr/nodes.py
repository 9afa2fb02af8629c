"""What a flow is made of: one frozen record a kind of node.

A node says something, decides something or hands the caller on, and names the nodes that may follow.
A new kind needs its record and its word here or in `service_nodes`, its exits in `exits`, its keys in
`readers` or `service_readers`, its steps in the tables of `interpreter`, and its ways in `ways`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.core.ivr.service_nodes import (
    CallNode,
    EntryNode,
    ListNode,
    ReturnNode,
    ServiceNode,
    SetNode,
    SwitchNode,
    TransferNode,
)
from engine.core.numbers import callback_number
from engine.core.states import QueueExit

DTMF_KEYS = "0123456789*#"
OPERATOR_KEY = "0"


class BranchOn(StrEnum):
    """The questions that a branch may ask; `ANSWERS` has what can come out."""

    HOURS = "hours"
    AGENTS = "agents"
    HOLIDAY = "holiday"
    LANGUAGE = "language"  # in which the caller is spoken to


ANSWERS: Mapping[BranchOn, tuple[str, str]] = {
    BranchOn.HOURS: ("open", "closed"),
    BranchOn.AGENTS: ("present", "none"),
    BranchOn.HOLIDAY: ("holiday", "workday"),
    BranchOn.LANGUAGE: ("en", "zh"),
}


class Booking(StrEnum):
    """What became of the wish to be called back."""

    BOOKED = "booked"
    ALREADY = "already"  # this number keeps its older place
    REFUSED = "refused"  # this number may not be called


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrFacts:
    """What a flow may ask of the world at the moment of a step.

    `holiday`: a day on which offices are closed all over the country. `cli` is the caller's number.
    `language` is the site's, for callers who have chosen none. `callback_number` makes of a number the one
    that would be called back; empty: it may not be called.
    """

    open: bool
    agents_present: bool
    holiday: bool = False
    cli: str = ""
    language: str = "zh"
    callback_number: Callable[[str], str] = callback_number

    def answer(self, question: BranchOn, chosen_language: str = "") -> str:
        """The answer in the words of the flow file: which exit of a branch is taken."""
        yes, no = ANSWERS[question]
        answers = {
            BranchOn.HOURS: self.open,
            BranchOn.AGENTS: self.agents_present,
            BranchOn.HOLIDAY: self.holiday,
            BranchOn.LANGUAGE: (chosen_language or self.language) == yes,
        }
        return yes if answers[question] else no


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


Node = (
    PlayNode
    | MenuNode
    | BranchNode
    | QueueNode
    | MessageNode
    | CallbackNode
    | SurveyNode
    | HangUpNode
    | EntryNode
    | ServiceNode
    | ListNode
    | SwitchNode
    | SetNode
    | CallNode
    | ReturnNode
    | TransferNode
)

KINDS: Mapping[type[Node], str] = {
    PlayNode: "play",
    MenuNode: "menu",
    BranchNode: "branch",
    QueueNode: "queue",
    MessageNode: "message",
    CallbackNode: "callback",
    SurveyNode: "survey",
    HangUpNode: "hangup",
    EntryNode: "entry",
    ServiceNode: "service",
    ListNode: "list",
    SwitchNode: "switch",
    SetNode: "set",
    CallNode: "call",
    ReturnNode: "return",
    TransferNode: "transfer",
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
