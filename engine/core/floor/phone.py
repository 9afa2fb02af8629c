"""What an agent does with the phone by keys: answer, reject, hang up, hold and retrieve."""

from engine.core.effects import (
    AskPhoneToAnswer,
    HangUpCall,
    HangUpSeat,
    HoldCall,
    RetrieveCall,
    StopRinging,
)
from engine.core.floor import callback_turn, consult, outbound, presentation, talk, unanswered
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState, CallState, RefusalCode

_PRESENTED = (AgentState.RESERVED, AgentState.RINGING)
_SPEAKING = (
    AgentState.DIALLING,
    AgentState.TALKING,
    AgentState.HOLDING,
    AgentState.CONSULTING,
    AgentState.CONFERENCE,
)


def answer(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """F4: an auto-answering phone is dialled now; a ringing one is asked to pick itself up."""
    call = floor.call_of(agent)
    if call is None or agent.state not in _PRESENTED or call.ring_ended_because:
        return Refusal(code=RefusalCode.NOT_PRESENTED)
    if not floor.switch_up:
        return Refusal(code=RefusalCode.SWITCH_DOWN)
    if call.is_reserved:
        callback_turn.confirm(floor, call)
    elif not floor.seat_of(agent).auto:
        floor.emit(AskPhoneToAnswer(seat_id=agent.seat_id))
    elif call.state is CallState.PRESENTED and (not call.ringing or call.others):
        presentation.dial_auto(floor, call, agent, now)
    return None


def reject(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """F8 while presented."""
    call = floor.call_of(agent)
    if call is None or agent.state not in _PRESENTED:
        return Refusal(code=RefusalCode.NOT_PRESENTED)
    if call.is_reserved:
        callback_turn.reject(floor, call, now)
    elif call.callee == agent.staff_number:  # whose leg stands for the customer's
        floor.emit(HangUpCall(call_id=call.id))
    elif call.state is not CallState.PRESENTED:
        floor.emit(StopRinging(call_id=call.id, seat_id=agent.seat_id))
    elif not call.ring_ended_because:
        unanswered.reject(floor, call, agent, now)
    return None


def hang_up(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """F8 in a talk: what is heard ends."""
    call = floor.call_of(agent)
    if call is None or agent.state not in _SPEAKING:
        return Refusal(code=RefusalCode.NO_CALL)
    if not floor.switch_up:
        return Refusal(code=RefusalCode.SWITCH_DOWN)
    if call.callee == agent.staff_number:
        talk.ended_by_agent(call)
        floor.emit(HangUpCall(call_id=call.id))
    elif floor.agent_of(call) is not agent:
        floor.emit(HangUpSeat(call_id=call.id, seat_id=agent.seat_id))
    elif call.state is CallState.DIALLING:
        outbound.give_up(floor, call, now)
    elif call.third is not None:
        consult.hang_up(floor, call, now)
    else:
        consult.drop_pending(floor, call, now)
        talk.hang_up(floor, call)
    return None


def hold(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """F5 in a talk."""
    call = consult.own_call(floor, agent, now, CallState.TALKING)
    if isinstance(call, Refusal):
        return call
    consult.drop_pending(floor, call, now)
    talk.ordered(call, now)
    floor.emit(HoldCall(call_id=call.id, seat_id=agent.seat_id, music=floor.music_of(call)))
    return None


def retrieve(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """F4 or F5 while holding."""
    call = consult.own_call(floor, agent, now, CallState.HOLDING, code=RefusalCode.NOT_HOLDING)
    if isinstance(call, Refusal):
        return call
    talk.ordered(call, now)
    floor.emit(RetrieveCall(call_id=call.id, seat_id=agent.seat_id))
    return None
