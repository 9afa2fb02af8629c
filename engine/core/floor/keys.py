"""What an agent does to the own phone in a talk: send digits, switch the microphone off."""

from engine.core import requests as ask
from engine.core.effects import MuteSeat, PressDigits
from engine.core.events import SeatMuted
from engine.core.floor.consult import own_call
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState, CallState, RefusalCode

_SPEAKING = (AgentState.TALKING, AgentState.CONSULTING, AgentState.CONFERENCE)
_WITH_PHONE = (*_SPEAKING, AgentState.HOLDING)


def send_digits(floor: FloorState, agent: Agent, request: ask.SendDigits, now: Millis) -> Refusal | None:
    """Press keys for the one who is spoken to."""
    states = (CallState.TALKING, CallState.CONSULTING, CallState.CONFERENCE)
    call = own_call(floor, agent, now, *states)
    if isinstance(call, Refusal):
        return call
    third = call.third
    party = third.route.leg if third is not None and third.active and third.answered else ""
    if call.state is CallState.CONSULTING and third is not None and third.active and not third.answered:
        return Refusal(code=RefusalCode.NOT_TALKING)
    floor.emit(PressDigits(call_id=call.id, digits=request.digits, party=party))
    return None


def mute(floor: FloorState, agent: Agent, request: ask.Mute, now: Millis) -> Refusal | None:
    """Whether the own microphone is off."""
    call = floor.call_of(agent)
    if call is None or agent.state not in _SPEAKING or agent.seat_id not in call.legs:
        return Refusal(code=RefusalCode.NOT_TALKING)
    if not floor.switch_up:
        return Refusal(code=RefusalCode.SWITCH_DOWN)
    floor.emit(MuteSeat(call_id=call.id, seat_id=agent.seat_id, on=request.on))
    return None


def seat_muted(floor: FloorState, event: SeatMuted, now: Millis) -> None:
    """The microphone is off, or on again."""
    agent = floor.agents.get(floor.agent_on_seat.get(event.seat_id, ""))
    if agent is None or agent.call_id != event.call_id or agent.state not in _WITH_PHONE:
        floor.ignored += 1
        return
    agent.muted = event.on
    floor.touch_agent(agent.staff_number)
