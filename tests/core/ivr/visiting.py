"""A visit step by step, by what the interpreter is told: `Visit(flow).told("1").says("menu")`."""

import tomllib
from collections.abc import Mapping
from typing import Any, Self

from engine.core.ivr import interpreter
from engine.core.ivr.actions import Ask, Connect, IvrAction, Offer, Play, TakeMessage
from engine.core.ivr.flow import parse_flow
from engine.core.ivr.nodes import DTMF_KEYS, Flow, IvrFacts
from engine.core.ivr.values import Value

ENDS = """
[nodes.end]
kind = "hangup"
[nodes.lost]
kind = "hangup"
prompts = ["lost"]
[nodes.person]
kind = "queue"
queue = "general"
on_timeout = "end"
on_full = "end"
on_no_agents = "end"
on_closed = "end"
"""


def flow_with(nodes: str, *, top: str = 'operator = "person"\non_error = "lost"', start: str = "a") -> Flow:
    """A flow of some nodes, and of `end`, `lost` and `person`, which is the operator."""
    return parse_flow(tomllib.loads(f'start = "{start}"\n{top}\n{nodes}\n{ENDS}'))


class Visit:
    """Gives the interpreter answers, and asserts what it wants next; every step returns the visit."""

    def __init__(self, flow: Flow, values: Mapping[str, Value] | None = None, **facts: Any) -> None:
        self.flow = flow
        self.facts = IvrFacts(**({"open": True, "agents_present": True} | facts))
        self.position, self.action = interpreter.begin(flow, self.facts)
        if values is not None:
            self.position = self._with(values)
            self.position, self.action = interpreter.go_to(flow, self.position, flow.start, self.facts)

    def _with(self, values: Mapping[str, Value]) -> interpreter.IvrPosition:
        return interpreter.IvrPosition(node="", tries=0, path=(), nodes_left=0, values=values)

    def told(self, *digits: str) -> Self:
        """One answer after the other to what is played; nothing: no key was pressed."""
        for pressed in digits or ("",):
            self._step(interpreter.played(self.flow, self.position, pressed, self.facts))
        return self

    def answered(self, outcome: str, **values: Value) -> Self:
        return self._step(interpreter.service_answered(self.flow, self.position, outcome, values, self.facts))

    def recorded(self, length_ms: int, file: str = "") -> Self:
        return self._step(interpreter.message_taken(self.flow, self.position, length_ms, self.facts, file))

    def not_connected(self) -> Self:
        return self._step(interpreter.not_connected(self.flow, self.position, self.facts))

    def sent_to(self, node: str) -> Self:
        return self._step(interpreter.go_to(self.flow, self.position, node, self.facts))

    def says(self, *prompts: str) -> Self:
        assert isinstance(self.action, Play), self
        assert self.action.prompts == prompts
        return self

    def records(self, *prompts: str, part: bool = False) -> Self:
        assert isinstance(self.action, TakeMessage), self
        assert (self.action.prompts, self.action.part) == (prompts, part)
        return self

    def asks(self, service: str, **arguments: str | int) -> Self:
        assert self.action == Ask(service=service, arguments=arguments), self
        return self

    def awaits(self, most: int, *, secret: bool = False, terminator: str = "#") -> Self:
        """Keys for an entry."""
        assert isinstance(self.action, Play), self
        action = self.action
        assert (action.barge_in, action.max_digits) == (DTMF_KEYS, most)
        assert (action.terminator, action.secret) == (terminator, secret)
        return self

    def is_with_a_person(self) -> Self:
        return self.is_asked_for(Offer(queue_id="general"))

    def is_handed_to(self, **whom: str) -> Self:
        return self.is_asked_for(Connect(**whom))

    def is_over(self) -> Self:
        return self.is_asked_for(interpreter.HangUp())

    def is_asked_for(self, action: IvrAction) -> Self:
        assert self.action == action, self
        return self

    def knows(self, **values: Value) -> Self:
        """These values, and no others."""
        assert self.position.values == values
        return self

    def passed(self, *nodes: str) -> Self:
        assert self.position.path == nodes
        return self

    def _step(self, step: interpreter.Step) -> Self:
        self.position, self.action = step
        return self

    def __repr__(self) -> str:
        return f"<Visit {self.action} at {self.position}>"
