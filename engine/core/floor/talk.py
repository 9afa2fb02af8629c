"""From the agent's answer to the end of the wrap-up."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import HangUpCall, HangUpSeat, StoreCall
from engine.core.events import CallHeld, CallRetrieved, SeatLegEnded
from engine.core.floor import tally
from engine.core.floor.entities import AGENT_LEG, Agent, Call
from engine.core.floor.journey import forget_ended, tie_up
from engine.core.floor.presentation import settle
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import CallState, EndedBy


def held(floor: FloorState, event: CallHeld, now: Millis) -> None:
    """The customer hears music now."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    if not floor.move_call(call, CallTrigger.HELD, now):
        return
    call.held_since = now
    agent = floor.agent_of(call)
    if agent is not None:
        floor.move_agent(agent, AgentTrigger.HELD, now)


def retrieved(floor: FloorState, event: CallRetrieved, now: Millis) -> None:
    """Agent and customer hear each other again."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    if not floor.move_call(call, CallTrigger.RETRIEVED, now):
        return
    _end_hold(call, now)
    agent = floor.agent_of(call)
    if agent is not None:
        floor.move_agent(agent, AgentTrigger.RETRIEVED, now)


def hang_up(floor: FloorState, call: Call) -> None:
    """The agent ends the talk; the phone's hang-up follows as a fact."""
    if call.record.ended_by is EndedBy.UNKNOWN:
        call.record = replace(call.record, ended_by=EndedBy.AGENT)
    floor.emit(HangUpSeat(call_id=call.id, seat_id=call.record.seat_id))


def seat_left(floor: FloorState, event: SeatLegEnded, now: Millis) -> None:
    """The agent's leg is gone: nobody is left who talks to the customer."""
    call = floor.calls.get(event.call_id)
    if call is None or call.record.seat_id != event.seat_id or AGENT_LEG not in call.loose_ends:
        floor.ignored += 1
        return
    call.record = replace(call.record, agent_cause=event.cause)
    if call.state is not CallState.ENDED:
        if call.record.ended_by is EndedBy.UNKNOWN:
            call.record = replace(call.record, ended_by=EndedBy.AGENT)
        end_talk(floor, call, now)
        floor.move_call(call, CallTrigger.AGENT_LEFT, now)
        floor.emit(HangUpCall(call_id=call.id))
    floor.emit(StoreCall(record=call.record))
    tie_up(floor, call, AGENT_LEG)


def end_talk(floor: FloorState, call: Call, now: Millis) -> None:
    """Close the times of the talk and send the agent into wrap-up."""
    if call.state is CallState.HOLDING:
        _end_hold(call, now)
    total = now - call.record.answered_at
    call.record = replace(call.record, talk_ms=max(0, total - call.record.hold_ms))
    tally.talk_ended(floor, call)
    agent = floor.agent_of(call)
    if agent is not None:
        floor.move_agent(agent, AgentTrigger.TALK_ENDED, now)
        _begin_wrap_up(floor, call, agent, now)


def _end_hold(call: Call, now: Millis) -> None:
    call.record = replace(call.record, hold_ms=call.record.hold_ms + now - call.held_since)
    call.held_since = 0


def _begin_wrap_up(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    queue = floor.plan.queues.get(call.record.queue_id)
    call.wrapping_up = True
    if queue is None or queue.wrap_up_ms == 0:
        end_wrap_up(floor, agent, now)
        return
    agent.wrap_up_until = now + queue.wrap_up_ms
    floor.set_timer(f"wrap:{agent.staff_number}", agent.wrap_up_until)


def end_wrap_up(floor: FloorState, agent: Agent, now: Millis) -> None:
    """The after-call work is done, or its time is over."""
    floor.cancel_timer(f"wrap:{agent.staff_number}")
    call = floor.calls[agent.call_id]
    agent.call_id = ""
    agent.wrap_up_until = 0
    call.record = replace(call.record, wrap_up_ms=now - agent.state_since)
    call.wrapping_up = False
    tally.wrap_up_ended(floor, call)
    floor.emit(StoreCall(record=call.record))
    forget_ended(floor, call)
    floor.move_agent(agent, AgentTrigger.WRAP_UP_ENDED, now)
    settle(floor, agent, now)
