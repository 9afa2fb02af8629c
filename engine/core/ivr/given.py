"""Which values a caller may have at each node, by all ways that lead there, and which ones nodes need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.ivr.exits import prompts_of
from engine.core.ivr.links import Links
from engine.core.ivr.nodes import Flow, MessageNode, Node
from engine.core.ivr.service_nodes import (
    CallNode,
    EntryNode,
    ListNode,
    ServiceNode,
    SetNode,
    SwitchNode,
    TransferNode,
)
from engine.core.ivr.services import IDENTIFIED, SERVICES, Identified
from engine.core.ivr.values import LANGUAGE, Plain, reference

Names = frozenset[str]

ROWS = frozenset(name for service in SERVICES.values() for name in service.rows)
"""Values that are rows: nothing can be said of them but row by row."""


def _samples() -> dict[str, tuple[Plain, ...]]:
    found: dict[str, tuple[Plain, ...]] = {}
    for service in SERVICES.values():
        for values in service.answers.values():
            for name, value in values.items():
                rows = value if isinstance(value, tuple) else ({name: value},)
                for field, one in (pair for row in rows for pair in row.items()):
                    found[field] = (*found.get(field, ()), one)
    return found


SAMPLES = _samples()
"""What services give as a value or as a field of a row, by its name."""


@dataclass(frozen=True, slots=True)
class Need:
    """A value that a node works with, and the key of the flow file that names it."""

    key: str
    name: str
    rows: bool = False  # has to be rows


def fields_of(items: str) -> Names:
    """What the rows of a value have."""
    return frozenset(field for service in SERVICES.values() for field in service.rows.get(items, ()))


def level(identified: str) -> str:
    """A name for being known to such a degree, which no value can have."""
    return f"{IDENTIFIED}={identified}"


def given_at(flow: Flow, links: Links, roots: tuple[str, ...]) -> Mapping[str, Names]:
    """By node that can be reached: the values that some way to it gives.

    Who comes by another root than the start (lost, after a talk, sent by an agent) may have any value.
    """
    every = frozenset(
        name for node in flow.nodes.values() for names in _gives(node).values() for name in names
    )
    given: dict[str, Names] = {flow.start: frozenset({LANGUAGE})} | dict.fromkeys(roots, every | {LANGUAGE})
    back_to = _back_to(flow, links)
    waiting = list(given)
    while waiting:
        node_id = waiting.pop()
        gives = _gives(flow.nodes[node_id])
        for key, target in (
            *((way.key, way.target) for way in links.ways(node_id)),
            *(("", target) for target in back_to.get(node_id, ())),
        ):
            more = given[node_id] | gives.get(key, frozenset()) | given.get(target, frozenset())
            if more != given.get(target):
                given[target] = more
                waiting.append(target)
    return given


def _back_to(flow: Flow, links: Links) -> Mapping[str, tuple[str, ...]]:
    """By return: where the calls go on that it may end."""
    back: dict[str, tuple[str, ...]] = {}
    for call, returns in links.returns().items():
        node = flow.nodes[call]
        assert isinstance(node, CallNode)
        for name in returns:
            back[name] = (*back.get(name, ()), node.next)
    return back


def _gives(node: Node) -> Mapping[str, Names]:
    """What each way out of a node adds."""
    match node:
        case EntryNode():
            return {"next": frozenset({node.store})}
        case MessageNode() if node.store:
            return {"next": frozenset({node.store})}
        case SetNode():
            return {"next": frozenset(node.values)}
        case ListNode():
            return {"chosen": fields_of(node.items)}
        case ServiceNode():
            return {f"outcomes.{outcome}": _results(node.service, outcome) for outcome in node.outcomes}
        case _:
            return {}


def _results(service: str, outcome: str) -> Names:
    values = SERVICES[service].answers.get(outcome, {})
    known = {level(str(values[IDENTIFIED]))} if IDENTIFIED in values else set()
    return frozenset(values) | known


def needs_of(flow: Flow, node: Node) -> Iterator[Need]:
    """The values that a node names, each once a key; not those that it has from itself."""
    own = _own(node)
    for key, prompt in dict.fromkeys(prompts_of(node)):
        for name in sorted(flow.prompt_values.get(prompt, frozenset()) - own):
            yield Need(key, name)
    match node:
        case SwitchNode():
            yield Need("on", node.on)
        case ListNode():
            yield Need("items", node.items, rows=True)
        case ServiceNode():
            for argument, given in node.arguments.items():
                if given.name:
                    yield Need(f"with.{argument}", given.name)
        case TransferNode():
            for key, written in (("agent", node.agent), ("number", node.number)):
                if name := reference(written):
                    yield Need(key, name)
        case _:
            pass


def _own(node: Node) -> Names:
    match node:
        case EntryNode():
            return frozenset({node.store})
        case ListNode():
            return fields_of(node.items)
        case _:
            return frozenset()


def stored_in(flow: Flow) -> Names:
    """The values that the flow itself keeps, whatever a service gives under the same name."""
    kinds = (EntryNode, MessageNode, SetNode)
    nodes = (node for node in flow.nodes.values() if isinstance(node, kinds))
    return frozenset(name for node in nodes for names in _gives(node).values() for name in names)


def unmet(node: ServiceNode, given: Names) -> Identified:
    """How surely a caller must be known for the service, and cannot be here; empty: there is a way."""
    needs = SERVICES[node.service].needs
    enough = {Identified.PASSWORD} if needs is Identified.PASSWORD else set(Identified) - {Identified.NO}
    met = needs is Identified.NO or any(level(found) in given for found in enough)
    return Identified.NO if met else needs
