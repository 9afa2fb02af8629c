"""Where an agent can hand a call: what the list of targets of the console is made from."""

import msgspec

from engine.core.states import TargetKind
from engine.core.views import AgentView
from engine.wire.base import A, Method, Nothing, Result


class TargetInfo(Result):
    """A place that a call can be handed to; `kind` and `value` are those of `TargetParams`.

    `keys`: pinyin and initials of the name. `agent`: who it is, for agents. `waiting`: callers of a queue.
    """

    kind: TargetKind
    value: str
    name: str
    name_en: str = ""
    keys: list[str] = msgspec.field(default_factory=list)
    agent: AgentView | None = None
    waiting: int = 0
    reachable: bool = True  # the phone of an extension


class Targets(Result):
    targets: list[TargetInfo]


TARGET_METHODS: tuple[Method, ...] = (
    Method("agent.targets", Nothing, Targets, A, "Where a call can be handed to, with who is free now."),
)
