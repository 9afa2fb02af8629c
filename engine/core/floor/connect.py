"""A flow hands its caller to somebody: rung at once if free, and if nobody answers the flow goes on."""

from engine.core import requests as ask
from engine.core.floor import helpers, targets
from engine.core.floor.entities import Call, Route
from engine.core.floor.forward import forward
from engine.core.floor.presentation import present_handed_over
from engine.core.floor.state import FloorState
from engine.core.ivr.actions import Connect
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import TargetKind


def begin(floor: FloorState, call: Call, action: Connect, now: Millis) -> bool:
    """Ring whom the flow names; False when that cannot be, because nobody is free or may be called."""
    route = _route(floor, action) if floor.switch_up else None
    if route is None:
        return False
    call.connecting = True
    helpers.reserve(floor, call, route, now)
    agent = helpers.of_route(floor, route)
    if agent is not None:
        present_handed_over(floor, call, agent, now)
    else:
        forward(floor, call, route, now)
    return True


def _route(floor: FloorState, action: Connect) -> Route | None:
    """Whom to ring. An agent on break is rung by colleagues, but not by a flow."""
    kind = TargetKind.AGENT if action.agent else TargetKind.NUMBER
    route = targets.person(floor, None, ask.Target(kind=kind, value=action.agent or action.number))
    if isinstance(route, Refusal):
        return None
    agent = helpers.of_route(floor, route)
    return route if agent is None or agent.available else None
