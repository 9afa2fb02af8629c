"""Handing a call over without speaking first; what nobody takes comes back."""

from engine.core import requests as ask
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import RefusalCode


def transfer(floor: FloorState, agent: Agent, request: ask.Transfer, now: Millis) -> Refusal | None:
    """F6: agent, queue, extension, outside number, place of the flow, or survey."""
    return Refusal(code=RefusalCode.NOT_TALKING)
