"""A flow on a plane: every node once, in layers, and nothing on top of another thing."""

from itertools import pairwise

from calling import flow_of, main_flow
from hypothesis import given, settings
from hypothesis import strategies as st
from random_flows import flows

from engine.core.ivr.check_ways import roots_of
from engine.core.ivr.graph import GraphNode, GraphWay, cut, graph_of, tops_of
from engine.core.ivr.links import Links, reached
from engine.core.ivr.nodes import Flow

SMALL = """
start = "menu"
on_error = "agent"
[nodes.menu]
kind = "menu"
prompts = ["menu"]
keys = { 1 = "more", 2 = "more", 0 = "agent" }
exhausted = "menu"
[nodes.more]
kind = "play"
prompts = ["more"]
next = "bye"
[nodes.bye]
kind = "hangup"
[nodes.agent]
kind = "queue"
queue = "general"
on_timeout = "menu"
on_full = "bye"
on_no_agents = "bye"
on_closed = "bye"
"""


def test_a_node_is_drawn_beside_the_first_that_leads_to_it() -> None:
    assert graph_of(flow_of(SMALL)) == (
        GraphNode(
            "menu",
            0,
            "start",
            (
                GraphWay(("keys.1", "keys.2"), "more", True),
                GraphWay(("keys.0",), "agent", False),
                GraphWay(("exhausted",), "menu", False),
            ),
        ),
        GraphNode("more", 1, "", (GraphWay(("next",), "bye", True),)),
        GraphNode("bye", 2, "", ()),
        GraphNode(
            "agent",
            0,
            "on_error",
            (
                GraphWay(("on_timeout",), "menu", False),
                GraphWay(("on_full", "on_no_agents", "on_closed"), "bye", False),
            ),
        ),
    )


def test_a_part_is_drawn_from_any_node_and_cut_at_any_depth() -> None:
    part = graph_of(flow_of(SMALL), "more")
    assert [node.node for node in part] == ["more", "bye"]
    assert cut(part, 1) == (GraphNode("more", 0, "", (GraphWay(("next",), "bye", False),)),)
    assert cut(part, 2) == part


def test_a_node_sinks_to_the_first_that_it_leads_to() -> None:
    nodes = graph_of(flow_of(SMALL))
    tops = tops_of(nodes, {"menu": 90.0, "more": 30.0, "bye": 20.0, "agent": 70.0}, 10)
    assert tops == {"menu": 0, "more": 0, "bye": 0, "agent": 100}


def pictures(flow: Flow, heights: list[float]) -> tuple[tuple[GraphNode, ...], dict[str, float]]:
    nodes = graph_of(flow)
    return nodes, {node.node: heights[number % len(heights)] for number, node in enumerate(nodes)}


@settings(deadline=None)
@given(flows(), st.lists(st.floats(10, 200), min_size=1, max_size=5))
def test_nothing_touches_anything_and_no_lines_cross(flow: Flow, heights: list[float]) -> None:
    nodes, sizes = pictures(flow, heights)
    tops = tops_of(nodes, sizes, 10)
    assert tops == tops_of(graph_of(flow), sizes, 10)
    links = Links(flow)
    roots = [node_id for _, node_id in roots_of(flow, links)]
    there = {
        node_id
        for node_id in reached(roots, lambda name: tuple(w for w in links.ways(name) if w.key != "operator"))
    }
    assert {node.node for node in nodes} == there
    assert len(nodes) == len(there)
    layers = [[node for node in nodes if node.layer == layer] for layer in range(len(nodes))]
    for layer, following in zip(layers, [*layers[1:], []], strict=True):
        for upper, lower in pairwise(layer):
            assert tops[upper.node] + sizes[upper.node] + 10 <= tops[lower.node] + 1e-6
        drawn = [way.target for node in layer for way in node.ways if way.drawn]
        assert drawn == [node.node for node in following]


def test_the_picture_of_a_flow_is_always_the_same() -> None:
    assert graph_of(main_flow()) == graph_of(main_flow())
