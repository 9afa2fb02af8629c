"""A third party: consultation, alternating, attended transfer, conference."""

from engine.core import requests as ask
from engine.core.events import ConferenceBegan, LegsAlternated, OrderFailed, SeatMuted, TransferDone
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import RefusalCode


def consult(floor: FloorState, agent: Agent, request: ask.Consult, now: Millis) -> Refusal | None:
    """Speak to a third party while the customer hears music."""
    return Refusal(code=RefusalCode.NOT_TALKING)


def alternate(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Speak to the other one."""
    return Refusal(code=RefusalCode.NOT_CONSULTING)


def complete(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Join customer and third party, and leave."""
    return Refusal(code=RefusalCode.NOT_CONSULTING)


def cancel(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Let the third party go; back to the customer."""
    return Refusal(code=RefusalCode.NOT_CONSULTING)


def conference(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Join all three."""
    return Refusal(code=RefusalCode.NOT_CONSULTING)


def send_digits(floor: FloorState, agent: Agent, request: ask.SendDigits, now: Millis) -> Refusal | None:
    """Press keys for the one who is spoken to."""
    return Refusal(code=RefusalCode.NOT_TALKING)


def mute(floor: FloorState, agent: Agent, request: ask.Mute, now: Millis) -> Refusal | None:
    """Whether the own microphone is off."""
    return Refusal(code=RefusalCode.NOT_TALKING)


def legs_alternated(floor: FloorState, event: LegsAlternated, now: Millis) -> None:
    """The agent speaks to the other one now."""
    floor.ignored += 1


def transfer_done(floor: FloorState, event: TransferDone, now: Millis) -> None:
    """Customer and third party hear each other."""
    floor.ignored += 1


def conference_began(floor: FloorState, event: ConferenceBegan, now: Millis) -> None:
    """All three hear each other."""
    floor.ignored += 1


def order_failed(floor: FloorState, event: OrderFailed, now: Millis) -> None:
    """A change of parties was not done."""
    floor.ignored += 1


def seat_muted(floor: FloorState, event: SeatMuted, now: Millis) -> None:
    """The microphone is off, or on again."""
    floor.ignored += 1
