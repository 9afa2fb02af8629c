"""Colleagues who are rung for a call that is another's: reserved, and free again."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.floor.entities import Agent, Call, Route
from engine.core.floor.state import FloorState
from engine.core.floor.wrap_up import settle
from engine.core.records import Millis
from engine.core.states import AgentState


def reserve(floor: FloorState, call: Call, route: Route, now: Millis) -> None:
    """The agent of a route is about to be rung, and gets no other call; its line is taken."""
    _touch_line(floor, route)
    agent = floor.agents.get(route.staff_number)
    if agent is not None:
        agent.call_id = call.id
        floor.move_agent(agent, AgentTrigger.RESERVED, now)


def _touch_line(floor: FloorState, route: Route) -> None:
    if route.line_id:
        floor.touch_switch()


def of_route(floor: FloorState, route: Route) -> Agent | None:
    """The agent who is reserved for a route, rung, or in the talk."""
    return floor.agents.get(route.staff_number)


def free(floor: FloorState, agent: Agent, now: Millis) -> None:
    """A colleague does something else again; there is no wrap-up of a call that was another's."""
    agent.call_id = ""
    agent.present_until = 0
    agent.muted = False
    if agent.state in (AgentState.RESERVED, AgentState.RINGING):
        floor.move_agent(agent, AgentTrigger.RING_ENDED, now)
    else:
        floor.move_agent(agent, AgentTrigger.TALK_ENDED, now)
        floor.move_agent(agent, AgentTrigger.WRAP_UP_ENDED, now)
    settle(floor, agent, now)


def free_route(floor: FloorState, route: Route, now: Millis) -> None:
    """Whoever is reserved for a route is not wanted any more, and its line is free."""
    _touch_line(floor, route)
    agent = of_route(floor, route)
    if agent is not None:
        free(floor, agent, now)


def take_away(floor: FloorState, agent: Agent) -> None:
    """The agent picked up another call: whatever wanted this one goes on without."""
    call = floor.calls[agent.call_id]
    staff_number = agent.staff_number
    if call.callee == staff_number:
        call.callee = ""
    if call.pending is not None and call.pending.staff_number == staff_number:
        call.pending = replace(call.pending, staff_number="")
    if call.third is not None and call.third.route.staff_number == staff_number:
        call.third.route = replace(call.third.route, staff_number="")
    agent.call_id = ""
    agent.present_until = 0
    floor.touch_call(call)
