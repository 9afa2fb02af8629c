"""What supervisors do to calls: end them, give a waiting one to somebody, move it to another place."""

from dataclasses import replace

from engine.core import requests as ask
from engine.core.effects import HangUpCall
from engine.core.floor import outbound, presentation, waiting
from engine.core.floor.entities import Call
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState, AgentStatus, CallState, EndedBy, RefusalCode


def force_release(floor: FloorState, request: ask.ForceRelease, now: Millis) -> Refusal | None:
    """End a call that is up, wherever it is."""
    call = floor.calls.get(request.call_id)
    if call is None or call.state is CallState.ENDED or call.is_reserved:
        return Refusal(code=RefusalCode.NO_CALL, detail=request.call_id)
    if not floor.switch_up:
        return Refusal(code=RefusalCode.SWITCH_DOWN)
    if call.state is CallState.DIALLING:
        outbound.give_up(floor, call, now)
        return None
    if call.record.ended_by is EndedBy.UNKNOWN:
        call.record = replace(call.record, ended_by=EndedBy.SYSTEM)
    floor.emit(HangUpCall(call_id=call.id))
    return None


def pick(floor: FloorState, request: ask.PickCall, now: Millis) -> Refusal | None:
    """Present a waiting caller to one agent; an own phone that answers by itself is dialled at once."""
    call = _waiting(floor, request.call_id)
    if call is None:
        return Refusal(code=RefusalCode.NOT_WAITING, detail=request.call_id)
    for_oneself = request.agent == request.staff_number
    agent = floor.agents.get(request.agent)
    if agent is None:
        code = RefusalCode.NO_PHONE if for_oneself else RefusalCode.NOT_LOGGED_IN
        return Refusal(code=code, detail=request.agent)
    if not floor.switch_up:
        return Refusal(code=RefusalCode.SWITCH_DOWN)
    if agent.state is AgentState.UNREACHABLE:
        return Refusal(code=RefusalCode.NO_PHONE, detail=request.agent)
    wanted = for_oneself or agent.status is AgentStatus.READY
    if agent.state is not AgentState.IDLE or not wanted:
        return Refusal(code=RefusalCode.TARGET_BUSY, detail=request.agent)
    presentation.present(floor, call, agent, now)
    if for_oneself and floor.seat_of(agent).auto:
        presentation.dial_auto(floor, call, agent, now)
    return None


def move(floor: FloorState, request: ask.MoveCall, now: Millis) -> Refusal | None:
    """Move a waiting caller to the front, or to another queue at the old time."""
    call = _waiting(floor, request.call_id)
    if call is None:
        return Refusal(code=RefusalCode.NOT_WAITING, detail=request.call_id)
    queue = floor.plan.queues.get(request.queue_id or call.record.queue_id)
    if queue is None:
        return Refusal(code=RefusalCode.UNKNOWN_TARGET, detail=request.queue_id)
    if queue.id == call.record.queue_id:
        waiting.move_up(floor, call)
    else:
        waiting.change_queue(floor, call, queue, now)
    return None


def _waiting(floor: FloorState, call_id: str) -> Call | None:
    call = floor.calls.get(call_id)
    return call if call is not None and call.state is CallState.QUEUED else None
