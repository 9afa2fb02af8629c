"""What is wrong with the ways of a flow: nodes that nobody reaches, circles, calls and returns that miss."""

from collections.abc import Iterator

from engine.core.ivr.exits import Exit
from engine.core.ivr.links import Links, failed_way, is_human, reached, walk_depth_first
from engine.core.ivr.nodes import Flow, SurveyNode
from engine.core.ivr.problems import FlowProblem, ProblemCode
from engine.core.ivr.service_nodes import CallNode, ReturnNode, ServiceNode
from engine.core.ivr.services import FAILED


def roots_of(flow: Flow, links: Links) -> list[tuple[str, str]]:
    """Where callers come into the flow: by the call, when lost, after a talk, or sent by an agent."""
    roots = [("start", flow.start)] + ([("on_error", flow.on_error)] if flow.on_error else [])
    roots += [("operator", flow.operator)] if flow.operator else []
    roots += [("survey", node_id) for node_id, node in flow.nodes.items() if isinstance(node, SurveyNode)]
    so_far = reached((node_id for _, node_id in roots), links.ways)
    return roots + [("title", node_id) for node_id in flow.titles if node_id not in so_far]


def bad_ways(flow: Flow, links: Links) -> Iterator[FlowProblem]:
    """What callers cannot reach, cannot leave, or go round in."""
    roots = [node_id for _, node_id in roots_of(flow, links)]
    there = reached(roots, links.ways)
    with_an_end = links.with_an_end()
    loops = _service_loops(flow, links)
    circles = _circles(flow, links, loops)
    for node_id in flow.nodes:
        if node_id not in there:
            yield FlowProblem(code=ProblemCode.UNREACHABLE, node=node_id)
        elif node_id not in with_an_end:
            yield FlowProblem(code=ProblemCode.LOOP_WITHOUT_EXIT, node=node_id)
        elif node_id in loops:
            yield FlowProblem(code=ProblemCode.SERVICE_LOOP, node=node_id, key=f"outcomes.{FAILED}")
        elif node_id in circles:
            yield FlowProblem(code=ProblemCode.SILENT_LOOP, node=node_id, key=circles[node_id])
    yield from _bad_calls(flow, links, there, roots)
    from_start = reached([flow.start], links.ways)
    if not any(is_human(flow.nodes[node_id]) for node_id in from_start):
        yield FlowProblem(code=ProblemCode.NO_HUMAN)


def _service_loops(flow: Flow, links: Links) -> frozenset[str]:
    """Services that are asked again by themselves as long as they do not answer."""
    return frozenset(
        node_id
        for node_id, node in flow.nodes.items()
        if isinstance(node, ServiceNode)
        and node_id in reached([failed_way(node)], lambda name: _while_failing(links, name))
    )


def _while_failing(links: Links, node_id: str) -> tuple[Exit, ...]:
    """Where a caller is led who does nothing, while no service answers."""
    node = links.flow.nodes[node_id]
    if isinstance(node, ServiceNode):
        return (Exit(f"outcomes.{FAILED}", failed_way(node)),)
    return links.silent_ways(node_id)


def _circles(flow: Flow, links: Links, loops: frozenset[str]) -> dict[str, str]:
    """By node: the key that closes a circle of a caller who does nothing; not those of service loops."""

    def ways(node_id: str) -> tuple[Exit, ...]:
        found = links.silent_ways(node_id)
        return tuple(way for way in found if way.key != f"outcomes.{FAILED}") if node_id in loops else found

    walked = walk_depth_first(flow.nodes, lambda node_id: (way.target for way in ways(node_id)))
    return {
        node_id: next(way.key for way in reversed(ways(node_id)) if way.target == target)
        for node_id, target in walked.back
    }


def _bad_calls(flow: Flow, links: Links, there: frozenset[str], roots: list[str]) -> Iterator[FlowProblem]:
    lost = reached(roots, links.level_ways)
    for node_id, node in flow.nodes.items():
        if isinstance(node, CallNode) and node_id in there and node_id not in links.returning:
            yield FlowProblem(code=ProblemCode.CALL_WITHOUT_RETURN, node=node_id, value=node.node)
        if isinstance(node, ReturnNode) and node_id in lost:
            yield FlowProblem(code=ProblemCode.RETURN_WITHOUT_CALL, node=node_id)
