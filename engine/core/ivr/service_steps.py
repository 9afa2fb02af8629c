"""Nodes that ask a service, look at values, keep them, walk elsewhere and back, and hand the caller on.

Keys that were pressed early pass through all that say nothing. A value that is not there when it is asked for
takes the caller where a service that has failed would.
"""

from dataclasses import replace

from engine.core.ivr.actions import NOWHERE, Ask, Connect, IvrPosition, Onward, Turn
from engine.core.ivr.nodes import DTMF_KEYS, IvrFacts
from engine.core.ivr.service_nodes import (
    Argument,
    CallNode,
    ReturnNode,
    ServiceNode,
    SetNode,
    SwitchNode,
    TransferNode,
)
from engine.core.ivr.services import FAILED, SERVICES
from engine.core.ivr.values import Plain, Values, reference

MOST_CALLS = 10  # within each other

Answer = tuple[str, Values]


# When a caller comes to a node; `keys` are those pressed early


def arrive_service(position: IvrPosition, node: ServiceNode, keys: str, facts: IvrFacts) -> Turn:
    """The keys wait in the position for the answer."""
    arguments = {name: _resolve(argument, position.values) for name, argument in node.arguments.items()}
    optional = SERVICES[node.service].optional
    if any(value is None and name not in optional for name, value in arguments.items()):
        return Onward(node.outcomes[FAILED], keys)
    known = {name: value for name, value in arguments.items() if value is not None}
    return replace(position, entered=keys), Ask(service=node.service, arguments=known)


def arrive_switch(position: IvrPosition, node: SwitchNode, keys: str, facts: IvrFacts) -> Turn:
    value = _plain(position.values, node.on)
    return Onward(node.cases.get(str(value), node.otherwise) if value is not None else node.otherwise, keys)


def arrive_set(position: IvrPosition, node: SetNode, keys: str, facts: IvrFacts) -> Turn:
    return Onward(node.next, keys, values={**position.values, **node.values})


def arrive_call(position: IvrPosition, node: CallNode, keys: str, facts: IvrFacts) -> Turn:
    if len(position.calls) >= MOST_CALLS:
        return Onward(NOWHERE, keys)
    return Onward(node.node, keys, calls=(*position.calls, node.next))


def arrive_return(position: IvrPosition, node: ReturnNode, keys: str, facts: IvrFacts) -> Turn:
    if not position.calls:
        return Onward(NOWHERE, keys)
    return Onward(position.calls[-1], keys, calls=position.calls[:-1])


def arrive_transfer(position: IvrPosition, node: TransferNode, keys: str, facts: IvrFacts) -> Turn:
    agent, number = _dialled(node.agent, position.values), _dialled(node.number, position.values)
    return (position, Connect(agent=agent, number=number)) if agent or number else Onward(node.failed, keys)


# When an answer comes


def answered(position: IvrPosition, node: ServiceNode, answer: Answer, facts: IvrFacts) -> Turn:
    """An outcome that the node has no way for counts as a failure."""
    outcome, values = answer
    target = node.outcomes.get(outcome, node.outcomes[FAILED])
    return Onward(target, position.entered, values={**position.values, **values})


def not_connected(position: IvrPosition, node: TransferNode, _: None, facts: IvrFacts) -> Turn:
    return Onward(node.failed)


def _resolve(argument: Argument, values: Values) -> Plain | None:
    return _plain(values, argument.name) if argument.name else argument.literal


def _plain(values: Values, name: str) -> Plain | None:
    """A value that is one thing; None where it is missing, or is a list."""
    value = values.get(name)
    return None if isinstance(value, tuple) else value


def _dialled(written: str, values: Values) -> str:
    """What can be dialled of what the file says, or of the value that it names; empty: nothing."""
    name = reference(written)
    digits = str(_plain(values, name) or "") if name else written
    return digits if all(key in DTMF_KEYS for key in digits) else ""
