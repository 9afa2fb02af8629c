"""A flow drawn as a tree: rows for the terminal, in the order of the file."""

from dataclasses import dataclass

from engine.core.ivr.check_ways import roots_of
from engine.core.ivr.exits import node_prompts
from engine.core.ivr.links import Links
from engine.core.ivr.nodes import KINDS, Flow, QueueNode


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """One line of a flow drawn as a tree. `again`: the node was drawn above, with all that follows it."""

    depth: int
    key: str  # the exit that leads here; for a root how callers come to it
    node: str
    kind: str
    prompts: tuple[str, ...]
    queue: str
    again: bool


def describe(flow: Flow) -> tuple[TreeRow, ...]:
    """The flow as the rows of a tree; unreachable nodes are left out.

    0 for the operator, which leads to the same node from everywhere, is not drawn at each node.
    """
    links = Links(flow)
    rows: list[TreeRow] = []
    drawn: set[str] = set()
    waiting = [(0, key, node_id) for key, node_id in reversed(roots_of(flow, links))]
    while waiting:
        depth, key, node_id = waiting.pop()
        node = flow.nodes[node_id]
        again = node_id in drawn
        drawn.add(node_id)
        rows.append(
            TreeRow(
                depth=depth,
                key=key,
                node=node_id,
                kind=KINDS[type(node)],
                prompts=node_prompts(node),
                queue=node.queue if isinstance(node, QueueNode) else "",
                again=again,
            )
        )
        if not again:
            ways = [way for way in links.ways(node_id) if way.key != "operator"]
            waiting.extend((depth + 1, way.key, way.target) for way in reversed(ways))
    return tuple(rows)
