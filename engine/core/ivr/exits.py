"""Where a node leads, and what it says: for whoever looks at a flow as a whole."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.ivr.nodes import (
    BranchNode,
    CallbackNode,
    HangUpNode,
    MenuNode,
    MessageNode,
    Node,
    PlayNode,
    QueueNode,
    SurveyNode,
)
from engine.core.ivr.service_nodes import (
    CallNode,
    EntryNode,
    ListNode,
    ReturnNode,
    ServiceNode,
    SetNode,
    SwitchNode,
    TransferNode,
)


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a node: the key of the flow file that names it, and where it leads."""

    key: str
    target: str


def _exits_of_menu(node: MenuNode) -> tuple[Exit, ...]:
    keys = tuple(Exit(f"keys.{key}", target) for key, target in node.keys.items())
    return (*keys, Exit("exhausted", node.exhausted))


def _exits_of_queue(node: QueueNode) -> tuple[Exit, ...]:
    left = tuple(Exit(f"on_{exit_}", target) for exit_, target in node.exits.items())
    return (*left, Exit("callback", node.callback)) if node.callback else left


def _exits_of_callback(node: CallbackNode) -> tuple[Exit, ...]:
    cancelled = (Exit("cancelled", node.cancelled),) if node.cancelled else ()
    return (Exit("next", node.next), *cancelled)


def _exits_of_service(node: ServiceNode) -> tuple[Exit, ...]:
    return tuple(Exit(f"outcomes.{outcome}", target) for outcome, target in node.outcomes.items())


def _exits_of_list(node: ListNode) -> tuple[Exit, ...]:
    chosen = (Exit("chosen", node.chosen),) if node.chosen else ()
    return (Exit("next", node.next), *chosen)


def _exits_of_switch(node: SwitchNode) -> tuple[Exit, ...]:
    cases = tuple(Exit(f"cases.{case}", target) for case, target in node.cases.items())
    return (*cases, Exit("otherwise", node.otherwise))


_EXITS: Mapping[type[Node], Callable[[Any], tuple[Exit, ...]]] = {
    PlayNode: lambda node: (Exit("next", node.next),),
    MenuNode: _exits_of_menu,
    BranchNode: lambda node: tuple(Exit(answer, target) for answer, target in node.targets.items()),
    QueueNode: _exits_of_queue,
    MessageNode: lambda node: (Exit("next", node.next), Exit("exhausted", node.exhausted)),
    CallbackNode: _exits_of_callback,
    SurveyNode: lambda node: (Exit("next", node.next),),
    HangUpNode: lambda node: (),
    EntryNode: lambda node: (Exit("next", node.next), Exit("exhausted", node.exhausted)),
    ServiceNode: _exits_of_service,
    ListNode: _exits_of_list,
    SwitchNode: _exits_of_switch,
    SetNode: lambda node: (Exit("next", node.next),),
    CallNode: lambda node: (Exit("node", node.node), Exit("next", node.next)),
    ReturnNode: lambda node: (),
    TransferNode: lambda node: (Exit("failed", node.failed),),
}

# Keys that name one prompt, of whatever kind of node.
_SINGLE_PROMPTS = (
    "hint",
    "wrong_key",
    "wrong",
    "no_input",
    "too_short",
    "thanks",
    "number_is",
    "confirm",
    "enter_number",
    "refused",
    "booked",
    "already",
)


def exits_of(node: Node) -> tuple[Exit, ...]:
    """All ways out of a node, in the order of the flow file; a hang-up and a return name none."""
    return _EXITS[type(node)](node)


def prompts_of(node: Node) -> tuple[tuple[str, str], ...]:
    """All prompts of a node as (key of the flow file, prompt id)."""
    found = [("prompts", prompt) for prompt in node_prompts(node)]
    for key in _SINGLE_PROMPTS:
        prompt = getattr(node, key, "")
        if prompt:
            found.append((key, prompt))
    return tuple(found)


def node_prompts(node: Node) -> tuple[str, ...]:
    """What a node says first; nothing for the silent ones."""
    prompts: tuple[str, ...] = getattr(node, "prompts", ())
    return prompts
