"""The ways through a flow: who gets where, with how many keys and in how many seconds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.ivr.exits import exits_of, prompts_of
from engine.core.ivr.nodes import (
    BranchNode,
    CallbackNode,
    Flow,
    HangUpNode,
    MenuNode,
    MessageNode,
    Node,
    PlayNode,
    QueueNode,
    SurveyNode,
)
from engine.core.states import QueueExit

Targets = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Way:
    """One step of a caller from node to node, and what it costs."""

    target: str
    keys: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WayToHuman:
    """The longest way from the start to a queue, for callers who hear everything to its end.

    Steps that lead back into a circle are left out: who goes round can make any way longer. `unmeasured` are
    the prompts on the way whose length is not known; they count as 0 seconds.
    """

    most_keys: int
    longest_seconds: float
    unmeasured: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """A depth-first walk: nodes in the order in which they were done, and the steps that close a circle."""

    done: tuple[str, ...]
    back: tuple[tuple[str, str], ...]


def walk_depth_first(roots: Iterable[str], targets: Targets) -> Walked:
    """Visit all that can be reached from `roots`; written as a loop, because a flow may be long."""
    done: dict[str, None] = {}
    open_nodes: set[str] = set()
    back: dict[tuple[str, str], None] = {}
    for root in roots:
        stack = [(root, iter(tuple(targets(root))))] if root not in done else []
        open_nodes.update(node for node, _ in stack)
        while stack:
            node, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                stack.pop()
                open_nodes.discard(node)
                done[node] = None
            elif target in open_nodes:
                back[node, target] = None
            elif target not in done:
                stack.append((target, iter(tuple(targets(target)))))
                open_nodes.add(target)
    return Walked(tuple(done), tuple(back))


def all_targets(flow: Flow) -> Targets:
    """Every node that may follow a node."""
    return lambda node_id: (way.target for way in exits_of(flow.nodes[node_id]))


def silent_targets(flow: Flow) -> Targets:
    """The nodes that may follow without a key, a word or a long wait: where a silent caller is led."""
    return lambda node_id: _silent_exits(flow.nodes[node_id])


def _silent_exits(node: Node) -> tuple[str, ...]:
    match node:
        case MenuNode() | MessageNode():
            return (node.exhausted,)
        case CallbackNode():
            return (node.cancelled or node.next,)
        case QueueNode():
            return tuple(target for reason, target in node.exits.items() if reason is not QueueExit.TIMEOUT)
        case _:
            return tuple(way.target for way in exits_of(node))


def nodes_with_an_end(flow: Flow) -> frozenset[str]:
    """The nodes from which an agent's queue or the end of the call can be reached."""
    leading_to: dict[str, list[str]] = {node_id: [] for node_id in flow.nodes}
    for node_id, node in flow.nodes.items():
        for way in exits_of(node):
            leading_to[way.target].append(node_id)
    ends = [node_id for node_id, node in flow.nodes.items() if isinstance(node, QueueNode | HangUpNode)]
    return frozenset(walk_depth_first(ends, lambda node_id: leading_to[node_id]).done)


def way_to_human(flow: Flow, prompt_seconds: Mapping[str, float]) -> WayToHuman | None:
    """The most keys and the most seconds between the start and any queue; None where no way leads to one."""

    def ways(node_id: str) -> tuple[Way, ...]:
        return _ways_of(flow.nodes[node_id], prompt_seconds)

    walked = walk_depth_first([flow.start], lambda node_id: (way.target for way in ways(node_id)))
    most: dict[str, int] = {}
    longest: dict[str, float] = {}
    for node_id in walked.done:  # all that follow a node come before it, but for the steps back
        forward = [
            way for way in ways(node_id) if way.target in most and (node_id, way.target) not in walked.back
        ]
        if isinstance(flow.nodes[node_id], QueueNode):
            most[node_id], longest[node_id] = 0, 0.0
        elif forward:
            most[node_id] = max(way.keys + most[way.target] for way in forward)
            longest[node_id] = max(way.seconds + longest[way.target] for way in forward)
    if flow.start not in most:
        return None
    used = {prompt for node_id in most for _, prompt in prompts_of(flow.nodes[node_id])}
    return WayToHuman(
        most_keys=most[flow.start],
        longest_seconds=longest[flow.start],
        unmeasured=tuple(sorted(used - set(prompt_seconds))),
    )


Length = Callable[..., float]  # of prompts, in seconds


def _ways_of(node: Node, prompt_seconds: Mapping[str, float]) -> tuple[Way, ...]:
    """The steps of a caller who hears everything; a queue is where the way to a human ends."""

    def length(*prompts: str) -> float:
        return sum(prompt_seconds.get(prompt, 0.0) for prompt in prompts)

    ways = _WAYS.get(type(node))
    return ways(node, length) if ways is not None else ()


def _ways_of_menu(node: MenuNode, length: Length) -> tuple[Way, ...]:
    said = length(*node.prompts)
    asked_in_vain = node.tries * (said + node.timeout_ms / 1_000) + (node.tries - 1) * length(node.no_input)
    by_key = (Way(target, 1, said) for target in node.keys.values())
    return (*by_key, Way(node.exhausted, 0, asked_in_vain))


def _ways_of_message(node: MessageNode, length: Length) -> tuple[Way, ...]:
    taken = length(*node.prompts) + node.max_seconds
    in_vain = node.tries * (length(*node.prompts) + node.silence_seconds)
    return (
        Way(node.next, 0, taken),
        Way(node.exhausted, 0, in_vain + (node.tries - 1) * length(node.too_short)),
    )


def _ways_of_callback(node: CallbackNode, length: Length) -> tuple[Way, ...]:
    once = length(*node.prompts)
    asked = length(node.number_is, node.confirm)
    in_vain = once + node.tries * (asked + node.timeout_ms / 1_000)
    return (
        Way(node.next, 1, once + asked + length(node.booked)),
        Way(node.cancelled or node.next, 0, in_vain),
    )


def _ways_of_survey(node: SurveyNode, length: Length) -> tuple[Way, ...]:
    said = length(*node.prompts)
    in_vain = node.tries * (said + node.timeout_ms / 1_000) + (node.tries - 1) * length(node.no_input)
    return (Way(node.next, 1, said + length(node.thanks)), Way(node.next, 0, in_vain))


_WAYS: Mapping[type[Node], Callable[[Any, Length], tuple[Way, ...]]] = {
    PlayNode: lambda node, length: (Way(node.next, 0, length(*node.prompts)),),
    MenuNode: _ways_of_menu,
    BranchNode: lambda node, length: tuple(Way(target, 0, 0.0) for target in node.targets.values()),
    MessageNode: _ways_of_message,
    CallbackNode: _ways_of_callback,
    SurveyNode: _ways_of_survey,
}
