"""What supervisors do: be in a talk, take it over, end it, move callers, set agents' status."""

from engine.core import requests as ask
from engine.core.events import SpyBegan, SpyEnded
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import RefusalCode


def listen(floor: FloorState, request: ask.Listen, now: Millis) -> Refusal | None:
    """Be in an agent's talk, or change how."""
    return Refusal(code=RefusalCode.NO_PHONE)


def stop_listening(floor: FloorState, request: ask.StopListening, now: Millis) -> Refusal | None:
    """Leave the talk."""
    return Refusal(code=RefusalCode.NOT_LISTENING)


def take_over(floor: FloorState, request: ask.TakeOver, now: Millis) -> Refusal | None:
    """Replace the agent in the talk."""
    return Refusal(code=RefusalCode.NO_PHONE)


def force_release(floor: FloorState, request: ask.ForceRelease, now: Millis) -> Refusal | None:
    """End a call that is up."""
    return Refusal(code=RefusalCode.NO_CALL)


def force_status(floor: FloorState, request: ask.ForceStatus, now: Millis) -> Refusal | None:
    """Set an agent's status."""
    return Refusal(code=RefusalCode.NOT_LOGGED_IN)


def pick(floor: FloorState, request: ask.PickCall, now: Millis) -> Refusal | None:
    """Present a waiting caller to one agent."""
    return Refusal(code=RefusalCode.NOT_WAITING)


def move(floor: FloorState, request: ask.MoveCall, now: Millis) -> Refusal | None:
    """Move a waiting caller up, or to another queue."""
    return Refusal(code=RefusalCode.NOT_WAITING)


def raise_hand(floor: FloorState, agent: Agent, request: ask.RaiseHand, now: Millis) -> Refusal | None:
    """Ask for help, or no more."""
    return Refusal(code=RefusalCode.NOT_LOGGED_IN)


def spy_began(floor: FloorState, event: SpyBegan, now: Millis) -> None:
    """The supervisor is in the talk."""
    floor.ignored += 1


def spy_ended(floor: FloorState, event: SpyEnded, now: Millis) -> None:
    """The supervisor is out of the talk."""
    floor.ignored += 1
