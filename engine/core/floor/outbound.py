"""Calls that an agent begins: to an outside number, or to another seat."""

from engine.core import requests as ask
from engine.core.events import CustomerAnswered, CustomerFailed
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import RefusalCode


def dial(floor: FloorState, agent: Agent, request: ask.Dial, now: Millis) -> Refusal | None:
    """F3: call a number or an extension."""
    return Refusal(code=RefusalCode.NUMBER_FORBIDDEN)


def customer_answered(floor: FloorState, event: CustomerAnswered, now: Millis) -> None:
    """The called number was picked up."""
    floor.ignored += 1


def customer_failed(floor: FloorState, event: CustomerFailed, now: Millis) -> None:
    """The called number was not picked up."""
    floor.ignored += 1
