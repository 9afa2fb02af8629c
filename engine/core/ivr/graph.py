"""A flow drawn on a plane: in layers by how many steps a node is from where callers come in.

Every node is drawn once, beside the first node that leads to it; all other ways to it only name it. So the
lines form trees, none of them crosses another one, and a node to which everything leads stays readable.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.core.ivr.check_ways import roots_of
from engine.core.ivr.links import Links
from engine.core.ivr.nodes import Flow


@dataclass(frozen=True, slots=True)
class GraphWay:
    """The exits of a node that lead to the same target; `drawn`: by a line into the next layer."""

    keys: tuple[str, ...]
    target: str
    drawn: bool


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node in its layer (from 0). `root`: how callers come here from outside; empty: they do not."""

    node: str
    layer: int
    root: str
    ways: tuple[GraphWay, ...]


def graph_of(flow: Flow, start: str = "") -> tuple[GraphNode, ...]:
    """All nodes that callers may reach, root by root and layer by layer, in the order of who leads to them.

    With `start` that node and all that follows it. 0 for the operator is not drawn as a way.
    """
    links = Links(flow)
    roots = [("", start)] if start else roots_of(flow, links)
    names = dict(reversed([(node_id, root) for root, node_id in roots]))
    layers: dict[str, int] = {}
    found: list[GraphNode] = []
    for _, first in roots:  # one after the other: what the start leads to is drawn there
        waiting = [first] if first not in layers else []
        layers.setdefault(first, 0)
        for node_id in waiting:  # grows while it is walked through
            ways = []
            for target, keys in _merged(links, node_id).items():
                drawn = target not in layers and target not in names
                if drawn:
                    layers[target] = layers[node_id] + 1
                    waiting.append(target)
                ways.append(GraphWay(tuple(keys), target, drawn))
            found.append(GraphNode(node_id, layers[node_id], names.get(node_id, ""), tuple(ways)))
    return tuple(found)


def _merged(links: Links, node_id: str) -> dict[str, list[str]]:
    """The keys of a node's exits by their targets."""
    merged: dict[str, list[str]] = {}
    for way in links.ways(node_id):
        if way.key != "operator":
            merged.setdefault(way.target, []).append(way.key)
    return merged


def cut(nodes: Sequence[GraphNode], depth: int) -> tuple[GraphNode, ...]:
    """The first `depth` layers; ways to what is deeper only name it."""
    return tuple(
        replace(node, ways=tuple(replace(way, drawn=False) for way in node.ways))
        if node.layer == depth - 1
        else node
        for node in nodes
        if node.layer < depth
    )


def tops_of(nodes: Sequence[GraphNode], heights: Mapping[str, float], gap: float) -> dict[str, float]:
    """Where each node begins from above, so that none of a layer touches another one.

    From the left every node goes as high as it may, but not above the one that leads to it; then from the
    right each sinks to the first one that it leads to, and those below it make room.
    """
    layers: dict[int, list[GraphNode]] = {}
    for node in nodes:
        layers.setdefault(node.layer, []).append(node)
    leads_here = {way.target: node.node for node in nodes for way in node.ways if way.drawn}
    tops: dict[str, float] = {}
    for layer in sorted(layers):
        free = 0.0
        for node in layers[layer]:
            tops[node.node] = max(free, tops.get(leads_here.get(node.node, ""), 0.0))
            free = tops[node.node] + heights[node.node] + gap
    for layer in sorted(layers, reverse=True):
        free = 0.0
        for node in layers[layer]:
            first = next((tops[way.target] for way in node.ways if way.drawn), 0.0)
            tops[node.node] = max(free, first, tops[node.node] if node.root else 0.0)
            free = tops[node.node] + heights[node.node] + gap
    return tops
