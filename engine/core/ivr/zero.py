"""The 0 by which callers ask for a person, wherever it means nothing else.

A menu with a 0 of its own, a callback and a survey keep its meaning. What says nothing passes it on, and so
does a prompt that a key cuts short: whatever follows takes it, also what has to be heard whole. A queue and a
transfer are where a person is.
"""

from engine.core.ivr import entry
from engine.core.ivr.actions import IvrPosition
from engine.core.ivr.nodes import (
    OPERATOR_KEY,
    Flow,
    HangUpNode,
    MenuNode,
    MessageNode,
    Node,
    PlayNode,
)
from engine.core.ivr.service_nodes import EntryNode, ListNode

_TAKE_EARLY_ZERO = (ListNode, MessageNode, HangUpNode)


def operator_of(flow: Flow, node_id: str) -> str:
    """Where 0 leads from a node, if it takes 0 at all; empty: the flow has no operator, or this is it."""
    return flow.operator if node_id != flow.operator else ""


def takes_zero(node: Node) -> bool:
    """Whether 0 leads from here to the operator, pressed at the node or while it speaks."""
    match node:
        case MenuNode():
            return OPERATOR_KEY not in node.keys
        case PlayNode():
            return node.barge_in
        case _:
            return isinstance(node, EntryNode | ListNode | MessageNode)


def asks_for_person(position: IvrPosition, node: Node, digits: str) -> bool:
    """Whether keys that answer a node ask for the operator."""
    match node:
        case EntryNode():
            return entry.asks_for_person(position, node, digits)
        case PlayNode():
            return False
        case _:
            return takes_zero(node) and digits[:1] == OPERATOR_KEY


def asks_for_person_early(node: Node, keys: str) -> bool:
    """Whether keys that were pressed before the caller came to a node ask for the operator."""
    match node:
        case EntryNode():
            return entry.asks_for_person_early(node, keys)
        case MenuNode():
            return takes_zero(node) and keys[:1] == OPERATOR_KEY
        case PlayNode():
            return not node.barge_in and keys[:1] == OPERATOR_KEY
        case _:
            return isinstance(node, _TAKE_EARLY_ZERO) and keys[:1] == OPERATOR_KEY
