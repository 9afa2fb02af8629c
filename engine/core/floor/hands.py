"""Raised hands: an agent asks for help, until somebody answers or the talk is over."""

from engine.core import requests as ask
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState


def raise_hand(floor: FloorState, agent: Agent, request: ask.RaiseHand, now: Millis) -> Refusal | None:
    """Ask for help, or no more."""
    if not request.on:
        lower(floor, agent.staff_number)
    elif not agent.hand_since:
        agent.hand_since = now
        floor.hands[agent.staff_number] = agent.call_id if agent.state is not AgentState.WRAP_UP else ""
        floor.touch_agent(agent.staff_number)
    return None


def lower(floor: FloorState, staff_number: str) -> None:
    """The agent has been helped, or needs no help any more."""
    if floor.hands.pop(staff_number, None) is not None:
        agent = floor.agents.get(staff_number)
        if agent is not None:
            agent.hand_since = 0
            floor.touch_agent(staff_number)


def follow(floor: FloorState) -> None:
    """After each step: a hand that was raised in a talk goes down with the end of it."""
    for staff_number, call_id in list(floor.hands.items()):
        agent = floor.agents.get(staff_number)
        if agent is None or (call_id and (agent.call_id != call_id or agent.state is AgentState.WRAP_UP)):
            lower(floor, staff_number)
