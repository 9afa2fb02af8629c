"""The ways through a flow: who gets where, with how many keys and in how many seconds."""

import heapq
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.ivr.exits import node_prompts
from engine.core.ivr.links import Links, hears_zero, is_human, walk_depth_first
from engine.core.ivr.nodes import (
    BranchNode,
    CallbackNode,
    Flow,
    MenuNode,
    MessageNode,
    Node,
    PlayNode,
    SurveyNode,
)
from engine.core.ivr.service_nodes import (
    CallNode,
    EntryNode,
    ListNode,
    ReturnNode,
    ServiceNode,
    SetNode,
    SwitchNode,
)
from engine.core.ivr.zero import operator_of

SERVICE_SECONDS = 8.0  # until a service counts as failed
ROWS = 5  # of a list, where a way leads through one


@dataclass(frozen=True, slots=True)
class Way:
    """One step of a caller from node to node: what it costs who hears everything, and who hurries."""

    target: str
    keys: int
    seconds: float
    fewest_keys: int
    fewest_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far it is from the start to something.

    Most and longest are for callers who hear everything to its end, shortest for those who press at once. Of
    the longest ways steps that lead back into a circle are left out: who goes round can make any way longer.
    """

    most_keys: int
    fewest_keys: int
    longest_seconds: float
    shortest_seconds: float


def way_to_human(flow: Flow, seconds: Mapping[str, float]) -> Reach | None:
    """The ways to a queue or a transfer; None where none leads to one. `seconds` are those of prompts."""
    return Ways(flow, seconds).reach([name for name, node in flow.nodes.items() if is_human(node)])


def ways_to_services(flow: Flow, seconds: Mapping[str, float]) -> dict[str, Reach]:
    """The ways to each service that can be reached, in the order of the flow."""
    ways = Ways(flow, seconds)
    asked: dict[str, list[str]] = {}
    for node_id, node in flow.nodes.items():
        if isinstance(node, ServiceNode):
            asked.setdefault(node.service, []).append(node_id)
    found = {service: ways.reach(node_ids) for service, node_ids in asked.items()}
    return {service: reach for service, reach in found.items() if reach is not None}


class Ways:
    """The steps of one flow with their costs. A part that is called costs its longest way to a return."""

    def __init__(self, flow: Flow, seconds: Mapping[str, float]) -> None:
        self._flow = flow
        self._seconds = seconds
        self._links = Links(flow)
        self._called: dict[str, Reach | None] = {}

    def __repr__(self) -> str:
        return f"<Ways of {self._flow!r}>"

    def reach(self, goals: Iterable[str]) -> Reach | None:
        """From the start to the nearest and the farthest of these nodes; None where no way leads to one."""
        return self._reach(self._flow.start, frozenset(goals), self._steps)

    def _steps(self, node_id: str) -> tuple[Way, ...]:
        node = self._flow.nodes[node_id]
        if not isinstance(node, CallNode):
            return ways_of(self._flow, node_id, self._seconds)
        passed = self._passed(node_id, node)
        return (Way(node.node, 0, 0.0, 0, 0.0), *passed)

    def _level_steps(self, node_id: str) -> tuple[Way, ...]:
        node = self._flow.nodes[node_id]
        if isinstance(node, CallNode):
            return self._passed(node_id, node)
        return ways_of(self._flow, node_id, self._seconds)

    def _passed(self, node_id: str, node: CallNode) -> tuple[Way, ...]:
        """The step over a call, which costs what happens in it. One that calls itself costs nothing again."""
        if node_id not in self._links.returning:
            return ()
        if node.node not in self._called:
            self._called[node.node] = None
            returns = frozenset(
                name for name, other in self._flow.nodes.items() if isinstance(other, ReturnNode)
            )
            self._called[node.node] = self._reach(node.node, returns, self._level_steps)
        cost = self._called[node.node]
        if cost is None:
            return (Way(node.next, 0, 0.0, 0, 0.0),)
        return (
            Way(node.next, cost.most_keys, cost.longest_seconds, cost.fewest_keys, cost.shortest_seconds),
        )

    def _reach(
        self, start: str, goals: frozenset[str], steps: Callable[[str], tuple[Way, ...]]
    ) -> Reach | None:
        walked = walk_depth_first([start], lambda name: (way.target for way in steps(name)))
        back = set(walked.back)
        most: dict[str, int] = {}
        longest: dict[str, float] = {}
        for node_id in walked.done:  # all that follow a node come before it, but for the steps back
            forward = [
                way for way in steps(node_id) if way.target in most and (node_id, way.target) not in back
            ]
            if node_id in goals:
                most[node_id], longest[node_id] = 0, 0.0
            elif forward:
                most[node_id] = max(way.keys + most[way.target] for way in forward)
                longest[node_id] = max(way.seconds + longest[way.target] for way in forward)
        if start not in most:
            return None
        return Reach(
            most_keys=most[start],
            longest_seconds=longest[start],
            fewest_keys=round(_nearest(start, goals, steps, lambda way: way.fewest_keys)),
            shortest_seconds=_nearest(start, goals, steps, lambda way: way.fewest_seconds),
        )


def _nearest(
    start: str,
    goals: frozenset[str],
    steps: Callable[[str], tuple[Way, ...]],
    cost_of: Callable[[Way], float],
) -> float:
    """The least cost from the start to one of the goals, one of which can be reached."""
    waiting: list[tuple[float, str]] = [(0.0, start)]
    done: set[str] = set()
    while True:
        cost, node_id = heapq.heappop(waiting)
        if node_id in goals:
            return cost
        if node_id not in done:
            done.add(node_id)
            for way in steps(node_id):
                heapq.heappush(waiting, (cost + cost_of(way), way.target))


def ways_of(flow: Flow, node_id: str, seconds: Mapping[str, float]) -> tuple[Way, ...]:
    """The steps from a node, 0 for the operator among them; a queue or a transfer is where they end."""
    node = flow.nodes[node_id]
    length = Length(seconds)
    find = _WAYS.get(type(node))
    ways: tuple[Way, ...] = find(node, length) if find is not None else ()
    operator = operator_of(flow, node_id) if hears_zero(node) else ""
    if operator:
        ways = (*ways, Way(operator, 1, length(*node_prompts(node)), 1, 0.0))
    return ways


@dataclass(frozen=True, slots=True)
class Length:
    """How long prompts are, in seconds; one whose length nobody knows counts as 0."""

    seconds: Mapping[str, float]

    def __call__(self, *prompts: str) -> float:
        return sum(self.seconds.get(prompt, 0.0) for prompt in prompts)


def _at_once(target: str, seconds: float, *, barge_in: bool = False, keys: int = 0) -> Way:
    """A step that costs nothing for who presses at once, where that is possible."""
    return Way(target, keys, seconds, keys, 0.0 if barge_in else seconds)


def _asked_in_vain(node: MenuNode | EntryNode | SurveyNode, length: Length) -> float:
    said = length(*node.prompts)
    return node.tries * (said + node.timeout_ms / 1_000) + (node.tries - 1) * length(node.no_input)


def _ways_of_menu(node: MenuNode, length: Length) -> tuple[Way, ...]:
    said = length(*node.prompts)
    by_key = (_at_once(target, said, barge_in=node.barge_in, keys=1) for target in node.keys.values())
    return (*by_key, _at_once(node.exhausted, _asked_in_vain(node, length)))


def _ways_of_entry(node: EntryNode, length: Length) -> tuple[Way, ...]:
    """The keys of the number, the terminator where it ends a short one, and the key that confirms."""
    confirming, ended = int(bool(node.confirm)), int(bool(node.terminator))
    said = length(*node.prompts, *filter(None, (node.confirm,)))
    fewest = min(node.shortest + ended, node.longest)
    return (
        Way(node.next, node.longest + confirming, said, fewest + confirming, 0.0),
        _at_once(node.exhausted, _asked_in_vain(node, length)),
    )


def _ways_of_message(node: MessageNode, length: Length) -> tuple[Way, ...]:
    said = length(*node.prompts)
    in_vain = node.tries * (said + node.silence_seconds) + (node.tries - 1) * length(node.too_short)
    return (
        Way(node.next, 0, said + node.max_seconds, 0, node.min_ms / 1_000),
        _at_once(node.exhausted, in_vain),
    )


def _ways_of_callback(node: CallbackNode, length: Length) -> tuple[Way, ...]:
    once = length(*node.prompts)
    asked = length(node.number_is, node.confirm)
    in_vain = once + node.tries * (asked + node.timeout_ms / 1_000)
    return (
        Way(node.next, 1, once + asked + length(node.booked), 1, once + length(node.booked)),
        _at_once(node.cancelled or node.next, in_vain),
    )


def _ways_of_survey(node: SurveyNode, length: Length) -> tuple[Way, ...]:
    said, thanked = length(*node.prompts), length(node.thanks)
    in_vain = _asked_in_vain(node, length)
    return (Way(node.next, 1, said + thanked, 1, thanked), _at_once(node.next, in_vain))


def _ways_of_service(node: ServiceNode, length: Length) -> tuple[Way, ...]:
    return tuple(Way(target, 0, SERVICE_SECONDS, 0, 0.0) for target in node.outcomes.values())


def _ways_of_list(node: ListNode, length: Length) -> tuple[Way, ...]:
    """Heard to the end of `ROWS` rows; a key at the first one leaves or chooses."""
    heard = ROWS * (length(*node.prompts) + node.pause_ms / 1_000) + length(node.hint)
    chosen = (Way(node.chosen, 1, heard, 1, 0.0),) if node.chosen else ()
    return (Way(node.next, 0, heard, 0, 0.0), *chosen)


def _free(*targets: str) -> tuple[Way, ...]:
    return tuple(Way(target, 0, 0.0, 0, 0.0) for target in targets)


_WAYS: Mapping[type[Node], Callable[[Any, Length], tuple[Way, ...]]] = {
    PlayNode: lambda node, length: (_at_once(node.next, length(*node.prompts), barge_in=node.barge_in),),
    MenuNode: _ways_of_menu,
    BranchNode: lambda node, length: _free(*node.targets.values()),
    MessageNode: _ways_of_message,
    CallbackNode: _ways_of_callback,
    SurveyNode: _ways_of_survey,
    EntryNode: _ways_of_entry,
    ServiceNode: _ways_of_service,
    ListNode: _ways_of_list,
    SwitchNode: lambda node, length: _free(*node.cases.values(), node.otherwise),
    SetNode: lambda node, length: _free(node.next),
}
