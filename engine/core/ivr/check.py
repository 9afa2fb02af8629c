"""Judges a flow before callers meet it: what is missing, what leads nowhere, who never finds a human."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from engine.core.ivr.check_ways import bad_ways, roots_of
from engine.core.ivr.exits import prompts_of
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.given import ROWS, SAMPLES, fields_of, given_at, needs_of, stored_in, unmet
from engine.core.ivr.interpreter import ERROR_PROMPT
from engine.core.ivr.links import Links, hears_zero
from engine.core.ivr.nodes import CallbackNode, Flow, MenuNode, Node, QueueNode, SurveyNode
from engine.core.ivr.problems import FlowError, FlowProblem, ProblemCode, Severity, nearest_name
from engine.core.ivr.service_nodes import EntryNode, ListNode, ServiceNode
from engine.core.ivr.services import SERVICES, Identified
from engine.core.voice.spoken_values import can_be_said
from engine.core.voice.template import Slot

Languages = Mapping[str, Collection[str]]  # language -> prompts that it has
Places = Mapping[str, Collection[Slot]]  # prompt -> places for values

_MISSING = {"zh": ProblemCode.NO_CHINESE, "en": ProblemCode.NO_ENGLISH}
_UNMET = {
    Identified.NUMBER: ProblemCode.NOT_KNOWN_BY_NUMBER,
    Identified.PASSWORD: ProblemCode.NOT_KNOWN_BY_PASSWORD,
}


def check_raw(
    raw: Mapping[str, Any],
    known_queues: Collection[str],
    known_prompts: Collection[str],
    prompt_values: Mapping[str, frozenset[str]] | None = None,
    languages: Languages | None = None,
    places: Places | None = None,
) -> list[FlowProblem]:
    """All problems of an already parsed file, whether it can be read or not."""
    try:
        flow = parse_flow(raw, prompt_values)
    except FlowError as error:
        return list(error.problems)
    return check_flow(flow, known_queues, known_prompts, languages, places)


def check_flow(
    flow: Flow,
    known_queues: Collection[str],
    known_prompts: Collection[str],
    languages: Languages | None = None,
    places: Places | None = None,
) -> list[FlowProblem]:
    """All problems of a readable flow, errors first, each in the order of the file.

    `languages`: the prompts that exist in each of them; left out, all that are known exist in all. `places`:
    those of each prompt.
    """
    links = Links(flow)
    found = [
        *_unknown_names(flow, known_queues, known_prompts, languages or {}),
        *_silent_nodes(flow),
        *_values(flow, links),
        *_wrong_places(flow, places or {}),
        *_open_secrets(flow),
        *bad_ways(flow, links),
        *_no_operator(flow),
    ]
    return sorted(found, key=lambda problem: problem.severity is not Severity.ERROR)


def _unknown_names(
    flow: Flow, known_queues: Collection[str], known_prompts: Collection[str], languages: Languages
) -> Iterator[FlowProblem]:
    for node_id, node in flow.nodes.items():
        if isinstance(node, QueueNode | CallbackNode) and _unknown_queue(node, known_queues):
            near = nearest_name(node.queue, known_queues)
            yield FlowProblem(
                code=ProblemCode.UNKNOWN_QUEUE, node=node_id, key="queue", value=node.queue, nearest=near
            )
        for key, prompt in prompts_of(node):
            yield from _bad_prompt(node_id, key, prompt, known_prompts, languages)
    yield from _bad_prompt("", "on_error", ERROR_PROMPT, known_prompts, languages)


def _unknown_queue(node: QueueNode | CallbackNode, known_queues: Collection[str]) -> bool:
    """A callback needs no queue of its own."""
    return node.queue not in known_queues and (bool(node.queue) or isinstance(node, QueueNode))


def _bad_prompt(
    node_id: str, key: str, prompt: str, known_prompts: Collection[str], languages: Languages
) -> Iterator[FlowProblem]:
    if prompt not in known_prompts:
        near = nearest_name(prompt, known_prompts)
        yield FlowProblem(code=ProblemCode.UNKNOWN_PROMPT, node=node_id, key=key, value=prompt, nearest=near)
        return
    for language, there in languages.items():
        if prompt not in there:
            yield FlowProblem(code=_MISSING[language], node=node_id, key=key, value=prompt)


def _silent_nodes(flow: Flow) -> Iterator[FlowProblem]:
    """Nodes that do not say what went wrong, or which key does what."""
    for node_id, node in flow.nodes.items():
        if isinstance(node, ListNode) and not node.hint:
            yield FlowProblem(code=ProblemCode.NO_HINT, node=node_id, key="hint")
        if not isinstance(node, MenuNode | SurveyNode | EntryNode) or node.tries == 1:
            continue
        key, wrong = ("wrong", node.wrong) if isinstance(node, EntryNode) else ("wrong_key", node.wrong_key)
        if not wrong:
            yield FlowProblem(code=ProblemCode.NO_WRONG_KEY_PROMPT, node=node_id, key=key)
        if not node.no_input:
            yield FlowProblem(code=ProblemCode.NO_INPUT_PROMPT, node=node_id, key="no_input")


def _values(flow: Flow, links: Links) -> Iterator[FlowProblem]:
    roots = tuple(node_id for key, node_id in roots_of(flow, links) if key not in ("start", "operator"))
    given = given_at(flow, links, roots)
    for node_id, node in flow.nodes.items():
        here = given.get(node_id)
        if here is None:
            continue
        yield from _bad_values(flow, node_id, node, here)
        if isinstance(node, ServiceNode) and (needs := unmet(node, here)):
            yield FlowProblem(code=_UNMET[needs], node=node_id, value=node.service)


def _bad_values(flow: Flow, node_id: str, node: Node, here: frozenset[str]) -> Iterator[FlowProblem]:
    for need in needs_of(flow, node):
        near = ""
        if need.rows and not fields_of(need.name):
            code = ProblemCode.NOT_ROWS
        elif not need.rows and need.name in ROWS:
            code = ProblemCode.ROWS_NOT_PLAIN
        elif need.name not in here:
            code, near = ProblemCode.UNKNOWN_VALUE, nearest_name(need.name, here)
        else:
            continue
        yield FlowProblem(code=code, node=node_id, key=need.key, value=need.name, nearest=near)


def _wrong_places(flow: Flow, places: Places) -> Iterator[FlowProblem]:
    """Places that can say none of the samples of their value; what callers key in is digits anyway."""
    kept = stored_in(flow)
    for node_id, node in flow.nodes.items():
        for key, prompt in prompts_of(node):
            for slot in sorted(places.get(prompt, ()), key=lambda slot: slot.name):
                samples = SAMPLES.get(slot.name, ())
                if samples and slot.name not in kept and not any(can_be_said(slot, one) for one in samples):
                    written = f"{{{slot.name}:{slot.kind}}}"
                    yield FlowProblem(code=ProblemCode.WRONG_PLACE, node=node_id, key=key, value=written)


def _open_secrets(flow: Flow) -> Iterator[FlowProblem]:
    """Entries whose keys a service wants as a secret, and that everybody would see."""
    services = [node for node in flow.nodes.values() if isinstance(node, ServiceNode)]
    wanted = {
        node.arguments[argument].name: node.service
        for node in services
        for argument in SERVICES[node.service].secret
        if argument in node.arguments
    }
    for node_id, node in flow.nodes.items():
        if isinstance(node, EntryNode) and not node.secret and node.store in wanted:
            yield FlowProblem(
                code=ProblemCode.OPEN_SECRET, node=node_id, key="secret", value=wanted[node.store]
            )


def _no_operator(flow: Flow) -> Iterator[FlowProblem]:
    if not flow.operator and any(map(hears_zero, flow.nodes.values())):
        yield FlowProblem(code=ProblemCode.NO_OPERATOR)
