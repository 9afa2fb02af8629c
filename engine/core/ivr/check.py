"""Judges a flow before callers meet it: what is missing, what leads nowhere, who never finds a human."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.ivr.exits import exits_of, node_prompts, prompts_of
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.interpreter import ERROR_PROMPT
from engine.core.ivr.nodes import (
    KINDS,
    CallbackNode,
    Flow,
    MenuNode,
    QueueNode,
    SurveyNode,
)
from engine.core.ivr.problems import FlowError, FlowProblem, ProblemCode, Severity, nearest_name
from engine.core.ivr.ways import all_targets, nodes_with_an_end, silent_targets, walk_depth_first


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


def check_raw(
    raw: Mapping[str, Any], known_queues: Collection[str], known_prompts: Collection[str]
) -> list[FlowProblem]:
    """All problems of an already parsed file, whether it can be read or not."""
    try:
        flow = parse_flow(raw)
    except FlowError as error:
        return list(error.problems)
    return check_flow(flow, known_queues, known_prompts)


def check_flow(
    flow: Flow, known_queues: Collection[str], known_prompts: Collection[str]
) -> list[FlowProblem]:
    """All problems of a readable flow, errors first, each in the order of the file."""
    found = [
        *_unknown_names(flow, known_queues, known_prompts),
        *_silent_menus(flow),
        *_bad_ways(flow),
    ]
    return sorted(found, key=lambda problem: problem.severity is not Severity.ERROR)


def describe(flow: Flow) -> tuple[TreeRow, ...]:
    """The flow as the rows of a tree; unreachable nodes are left out."""
    rows: list[TreeRow] = []
    drawn: set[str] = set()
    waiting = [(0, key, node_id) for key, node_id in reversed(_roots(flow))]
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
            waiting.extend((depth + 1, way.key, way.target) for way in reversed(exits_of(node)))
    return tuple(rows)


def _unknown_names(
    flow: Flow, known_queues: Collection[str], known_prompts: Collection[str]
) -> Iterator[FlowProblem]:
    for node_id, node in flow.nodes.items():
        if isinstance(node, QueueNode | CallbackNode) and _unknown_queue(node, known_queues):
            near = nearest_name(node.queue, known_queues)
            yield FlowProblem(
                code=ProblemCode.UNKNOWN_QUEUE, node=node_id, key="queue", value=node.queue, nearest=near
            )
        for key, prompt in prompts_of(node):
            if prompt not in known_prompts:
                yield _unknown_prompt(node_id, key, prompt, known_prompts)
    if ERROR_PROMPT not in known_prompts:
        yield _unknown_prompt("", "on_error", ERROR_PROMPT, known_prompts)


def _unknown_queue(node: QueueNode | CallbackNode, known_queues: Collection[str]) -> bool:
    """A callback needs no queue of its own."""
    return node.queue not in known_queues and (bool(node.queue) or isinstance(node, QueueNode))


def _roots(flow: Flow) -> list[tuple[str, str]]:
    """Where callers come into the flow: by the call, when lost, after a talk, or sent by an agent."""
    roots = [("start", flow.start)] + ([("on_error", flow.on_error)] if flow.on_error else [])
    roots += [("survey", node_id) for node_id, node in flow.nodes.items() if isinstance(node, SurveyNode)]
    reached = _reached(flow, roots)
    return roots + [("title", node_id) for node_id in flow.titles if node_id not in reached]


def _reached(flow: Flow, roots: Iterable[tuple[str, str]]) -> frozenset[str]:
    return frozenset(walk_depth_first((node_id for _, node_id in roots), all_targets(flow)).done)


def _unknown_prompt(node_id: str, key: str, prompt: str, known_prompts: Collection[str]) -> FlowProblem:
    near = nearest_name(prompt, known_prompts)
    return FlowProblem(code=ProblemCode.UNKNOWN_PROMPT, node=node_id, key=key, value=prompt, nearest=near)


def _silent_menus(flow: Flow) -> Iterator[FlowProblem]:
    for node_id, node in flow.nodes.items():
        if isinstance(node, MenuNode | SurveyNode) and node.tries > 1:
            if not node.wrong_key:
                yield FlowProblem(code=ProblemCode.NO_WRONG_KEY_PROMPT, node=node_id, key="wrong_key")
            if not node.no_input:
                yield FlowProblem(code=ProblemCode.NO_INPUT_PROMPT, node=node_id, key="no_input")


def _bad_ways(flow: Flow) -> Iterator[FlowProblem]:
    from_start = walk_depth_first([flow.start], all_targets(flow)).done
    reached = _reached(flow, _roots(flow))
    with_an_end = nodes_with_an_end(flow)
    circles = dict(walk_depth_first(flow.nodes, silent_targets(flow)).back)
    for node_id in flow.nodes:
        if node_id not in reached:
            yield FlowProblem(code=ProblemCode.UNREACHABLE, node=node_id)
        elif node_id not in with_an_end:
            yield FlowProblem(code=ProblemCode.LOOP_WITHOUT_EXIT, node=node_id)
        elif node_id in circles:
            key = _last_key(flow, node_id, circles[node_id])
            yield FlowProblem(code=ProblemCode.SILENT_LOOP, node=node_id, key=key)
    if not any(isinstance(flow.nodes[node_id], QueueNode) for node_id in from_start):
        yield FlowProblem(code=ProblemCode.NO_HUMAN)


def _last_key(flow: Flow, node_id: str, target: str) -> str:
    """The exit that leads from a node to a target; of several the last, which is the one without a key."""
    return next(way.key for way in reversed(exits_of(flow.nodes[node_id])) if way.target == target)
