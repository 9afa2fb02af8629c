"""Which node may follow which: for all that may happen, and for a caller who presses nothing.

A call leads to its node, and beyond it where that comes back; a return leads nowhere by itself. So a part of
the flow that is called from two places does not seem to lead from the one to the other.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from engine.core.ivr.exits import Exit, exits_of
from engine.core.ivr.nodes import (
    CallbackNode,
    Flow,
    HangUpNode,
    MenuNode,
    MessageNode,
    Node,
    PlayNode,
    QueueNode,
)
from engine.core.ivr.service_nodes import CallNode, EntryNode, ReturnNode, ServiceNode, TransferNode
from engine.core.ivr.services import FAILED
from engine.core.ivr.zero import operator_of, takes_zero
from engine.core.states import QueueExit

Ways = Callable[[str], tuple[Exit, ...]]  # of a node, by its name


@dataclass(frozen=True, slots=True)
class Walked:
    """A depth-first walk: nodes in the order in which they were done, and the steps that close a circle."""

    done: tuple[str, ...]
    back: tuple[tuple[str, str], ...]


def walk_depth_first(roots: Iterable[str], targets: Callable[[str], Iterable[str]]) -> Walked:
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


def reached(roots: Iterable[str], ways: Ways) -> frozenset[str]:
    """All nodes to which the ways lead from `roots`, these among them."""
    return frozenset(walk_depth_first(roots, lambda node_id: (way.target for way in ways(node_id))).done)


class Links:
    """The ways of one flow. `returning` are the calls that may come back."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self._calls = {node_id: node for node_id, node in flow.nodes.items() if isinstance(node, CallNode)}
        self.returning = self._coming_back(self._all)
        self._silently = self._coming_back(lambda node_id: _silent_exits(flow.nodes[node_id]))

    def __repr__(self) -> str:
        return f"<Links of {self.flow!r}, {len(self._calls)} calls>"

    def _coming_back(self, ways: Ways) -> frozenset[str]:
        """The calls from which these ways lead to a return; those inside them have to come back first.

        Searched from the returns backwards, so that long flows are checked as quickly as short ones.
        """
        leading_to: dict[str, list[str]] = {node_id: [] for node_id in self.flow.nodes}
        for node_id in self.flow.nodes:
            call = self._calls.get(node_id)
            targets = (call.node, call.next) if call else (way.target for way in ways(node_id))
            for target in targets:
                leading_to[target].append(node_id)
        coming: set[str] = set()
        waiting = [node_id for node_id, node in self.flow.nodes.items() if isinstance(node, ReturnNode)]
        while waiting:
            node_id = waiting.pop()
            call = self._calls.get(node_id)
            if node_id not in coming and (call is None or coming.issuperset((call.node, call.next))):
                coming.add(node_id)
                waiting += leading_to[node_id]
        return frozenset(node_id for node_id, node in self._calls.items() if node.node in coming)

    def _all(self, node_id: str) -> tuple[Exit, ...]:
        """Its own exits, and the operator where the node itself takes the 0."""
        node = self.flow.nodes[node_id]
        operator = operator_of(self.flow, node_id) if hears_zero(node) else ""
        return (*exits_of(node), Exit("operator", operator)) if operator else exits_of(node)

    def ways(self, node_id: str) -> tuple[Exit, ...]:
        """All that may follow a node, the operator too."""
        if node_id in self._calls and node_id not in self.returning:
            return (Exit("node", self._calls[node_id].node),)
        return self._all(node_id)

    def level_ways(self, node_id: str) -> tuple[Exit, ...]:
        """What may follow a node without a return to come: a called part is passed over."""
        if node_id in self._calls:
            return (Exit("next", self._calls[node_id].next),) if node_id in self.returning else ()
        return self._all(node_id)

    def silent_ways(self, node_id: str) -> tuple[Exit, ...]:
        """Where a caller is led who does nothing: without a key, a word or a long wait."""
        if node_id in self._calls and node_id not in self._silently:
            return (Exit("node", self._calls[node_id].node),)
        return _silent_exits(self.flow.nodes[node_id])

    def returns(self) -> Mapping[str, frozenset[str]]:
        """By call: the returns that may end it."""
        return {
            call: frozenset(
                name
                for name in reached([node.node], self.level_ways)
                if isinstance(self.flow.nodes[name], ReturnNode)
            )
            for call, node in self._calls.items()
        }

    def with_an_end(self) -> frozenset[str]:
        """The nodes from which a person or the end of the call can be reached."""
        leading_to: dict[str, list[str]] = {node_id: [] for node_id in self.flow.nodes}
        for node_id in self.flow.nodes:
            for way in self.ways(node_id):
                leading_to[way.target].append(node_id)
        for call, returns in self.returns().items():
            for name in returns:
                leading_to[self._calls[call].next].append(name)
        ends = [node_id for node_id, node in self.flow.nodes.items() if is_end(node)]
        return frozenset(walk_depth_first(ends, lambda node_id: leading_to[node_id]).done)


def is_human(node: Node) -> bool:
    """Whether a person is to be found here."""
    return isinstance(node, QueueNode | TransferNode)


def is_end(node: Node) -> bool:
    """Whether the flow may end here."""
    return is_human(node) or isinstance(node, HangUpNode)


def hears_zero(node: Node) -> bool:
    """Whether 0 leads to the operator from here; pressed during a plain prompt it goes on to what follows."""
    return takes_zero(node) and not isinstance(node, PlayNode)


def failed_way(node: ServiceNode) -> str:
    """Where the flow goes on when the service does not answer."""
    return node.outcomes[FAILED]


def _silent_exits(node: Node) -> tuple[Exit, ...]:
    match node:
        case MenuNode() | MessageNode() | EntryNode():
            return (Exit("exhausted", node.exhausted),)
        case CallbackNode():
            return (Exit("cancelled", node.cancelled) if node.cancelled else Exit("next", node.next),)
        case QueueNode():
            return tuple(
                Exit(f"on_{reason}", target)
                for reason, target in node.exits.items()
                if reason is not QueueExit.TIMEOUT
            )
        case _:
            return tuple(way for way in exits_of(node) if way.key != "chosen")
