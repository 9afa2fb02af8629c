"""Walks a caller through a flow: from what happened to what is to be done next.

Rules:
- A key pressed early ends a prompt with `barge_in`, skips the ones that follow, and counts for the next menu.
  A prompt without `barge_in` is heard whole, and keys pressed before its end are forgotten (as in VoiceXML).
- A menu counts silence and wrong keys together; after `tries` the caller goes to `exhausted`.
- A caller who passes more than `max_nodes` nodes, or goes round in circles where nothing is said, is lost:
  once to the flow's `on_error`, the second time a word of regret and the end of the call.
- An outcome that does not fit the node, which only a mistake of ours can send, counts as lost too.
"""

from dataclasses import dataclass, replace

from engine.core.ivr.nodes import (
    DTMF_KEYS,
    BranchNode,
    Flow,
    IvrFacts,
    MenuNode,
    MessageNode,
    PlayNode,
    QueueNode,
)
from engine.core.states import QueueExit

ERROR_PROMPT = "technical_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Say prompts, then await up to `max_digits` keys for `timeout_ms` each. Answered by `played`.

    A key of `barge_in` ends the prompts. `timeout_ms` 0 awaits nothing after the prompts; with `max_digits` 0
    keys do not matter at all.
    """

    prompts: tuple[str, ...]
    barge_in: str = ""
    max_digits: int = 0
    timeout_ms: int = 0
    terminator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Put the call into a queue. Answered by `queue_left`, unless an agent takes it."""

    queue_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeMessage:
    """Say prompts, then record until hash, silence or the limit. Answered by `message_taken`."""

    prompts: tuple[str, ...]
    max_seconds: int
    silence_seconds: int
    min_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HangUp:
    """End the call."""


IvrAction = Play | Offer | TakeMessage | HangUp


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IvrPosition:
    """Where a caller is in a flow. `path` is every node passed, the present one last."""

    node: str
    tries: int  # how often the node's prompts were said
    path: tuple[str, ...]
    nodes_left: int  # until the caller counts as lost
    lost: bool = False  # was sent to `on_error` once
    leaving: bool = False  # the call ends after what is being said

    def __repr__(self) -> str:
        marks = " lost" * self.lost + " leaving" * self.leaving
        return f"<Ivr {' > '.join(self.path)} try {self.tries}{marks}>"


Step = tuple[IvrPosition, IvrAction]


def begin(flow: Flow, facts: IvrFacts) -> Step:
    """The first step of a call."""
    outside = IvrPosition(node="", tries=0, path=(), nodes_left=flow.max_nodes)
    return _go(flow, outside, flow.start, "", facts)


def played(flow: Flow, position: IvrPosition, digits: str, facts: IvrFacts) -> Step:
    """The prompts ended, by themselves or by the keys `digits` (empty: none was pressed)."""
    if position.leaving:
        return position, HangUp()
    match flow.nodes[position.node]:
        case PlayNode() as node:
            return _go(flow, position, node.next, digits if node.barge_in else "", facts)
        case MenuNode() as node if digits and digits[0] in node.keys:
            return _go(flow, position, node.keys[digits[0]], digits[1:], facts)
        case MenuNode() as node if position.tries < node.tries:
            return _ask_again(position, node, node.wrong_key if digits else node.no_input)
        case MenuNode() as node:
            return _go(flow, position, node.exhausted, "", facts)
        case _:
            return _lose(flow, position, facts)


def message_taken(flow: Flow, position: IvrPosition, length_ms: int, facts: IvrFacts) -> Step:
    """The caller's voice message ended; `length_ms` 0: nothing was said."""
    if position.leaving:
        return position, HangUp()
    match flow.nodes[position.node]:
        case MessageNode() as node if length_ms >= node.min_ms:
            return _go(flow, position, node.next, "", facts)
        case MessageNode() as node if position.tries < node.tries:
            return replace(position, tries=position.tries + 1), _take_message(node, node.too_short)
        case MessageNode() as node:
            return _go(flow, position, node.exhausted, "", facts)
        case _:
            return _lose(flow, position, facts)


def queue_left(flow: Flow, position: IvrPosition, queue_exit: QueueExit, facts: IvrFacts) -> Step:
    """The call left its queue without an agent."""
    if position.leaving:
        return position, HangUp()
    match flow.nodes[position.node]:
        case QueueNode() as node:
            return _go(flow, position, node.exits[queue_exit], "", facts)
        case _:
            return _lose(flow, position, facts)


def _go(flow: Flow, position: IvrPosition, target: str, keys: str, facts: IvrFacts) -> Step:
    """Walk from node to node until there is something to do; `keys` are those pressed early."""
    passed: set[str] = set()  # nodes passed since the last thing that the caller did
    while position.nodes_left > 0 and target not in passed:
        position = _enter(position, target)
        passed.add(target)
        match flow.nodes[target]:
            case BranchNode() as node:
                target = node.targets[facts.answer(node.on)]
            case PlayNode(barge_in=True) as node if keys:
                target = node.next
            case PlayNode() as node:
                return position, _play(node.prompts, barge_in=node.barge_in)
            case MenuNode(barge_in=True) as node if keys and keys[0] in node.keys:
                target, keys = node.keys[keys[0]], keys[1:]
                passed.clear()
            case MenuNode() as node:
                early = node.wrong_key if keys and node.barge_in else ""
                return _ask_again(position, node, early)
            case QueueNode() as node:
                return position, Offer(queue_id=node.queue)
            case MessageNode() as node:
                return replace(position, tries=1), _take_message(node, "")
            case node:
                last_word = _play(node.prompts, barge_in=False) if node.prompts else HangUp()
                return replace(position, leaving=True), last_word
    return _lose(flow, position, facts)


def _enter(position: IvrPosition, target: str) -> IvrPosition:
    return replace(
        position, node=target, tries=0, path=(*position.path, target), nodes_left=position.nodes_left - 1
    )


def _lose(flow: Flow, position: IvrPosition, facts: IvrFacts) -> Step:
    if position.lost or not flow.on_error:
        return replace(position, leaving=True), _play((ERROR_PROMPT,), barge_in=False)
    again = replace(position, lost=True, nodes_left=flow.max_nodes)
    return _go(flow, again, flow.on_error, "", facts)


def _play(prompts: tuple[str, ...], *, barge_in: bool) -> Play:
    return Play(prompts=prompts, barge_in=DTMF_KEYS if barge_in else "", max_digits=1 if barge_in else 0)


def _ask_again(position: IvrPosition, node: MenuNode, before: str) -> Step:
    """Say a menu, after a word on what was wrong the last time."""
    action = Play(
        prompts=(before, *node.prompts) if before else node.prompts,
        barge_in=DTMF_KEYS if node.barge_in else "",
        max_digits=1,
        timeout_ms=node.timeout_ms,
    )
    return replace(position, tries=position.tries + 1), action


def _take_message(node: MessageNode, before: str) -> TakeMessage:
    return TakeMessage(
        prompts=(before, *node.prompts) if before else node.prompts,
        max_seconds=node.max_seconds,
        silence_seconds=node.silence_seconds,
        min_ms=node.min_ms,
    )
