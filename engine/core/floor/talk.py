"""From the agent's answer to the end of the wrap-up."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import HangUpSeat, StoreCall
from engine.core.events import CallHeld, CallRetrieved
from engine.core.floor import shares
from engine.core.floor.entities import Agent, Call
from engine.core.floor.state import FloorState
from engine.core.floor.wrap_up import begin_wrap_up
from engine.core.records import Millis
from engine.core.states import CallState, EndedBy

# A customer and an agent have to do with each other.
IN_TALK = (CallState.TALKING, CallState.HOLDING, CallState.CONSULTING, CallState.CONFERENCE)
# How long a second order to move legs is refused, unless the first one is done before.
_ORDER_MS = 3_000


def ordered(call: Call, now: Millis) -> None:
    """Legs are being moved."""
    call.order_until = now + _ORDER_MS


def held(floor: FloorState, event: CallHeld, now: Millis) -> Call | None:
    """The customer hears music now; returns the call if that changed anything."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return None
    if not floor.move_call(call, CallTrigger.HELD, now):
        return None
    call.order_until = 0
    shares.turn(call, call.record.seat_id, shares.HOLD, now)
    agent = floor.agent_of(call)
    if agent is not None:
        floor.move_agent(agent, AgentTrigger.HELD, now)
    return call


def hold_without_agent(floor: FloorState, call: Call, now: Millis) -> None:
    """The agent was gone before the hold that was ordered: the customer hears music all the same."""
    floor.move_call(call, CallTrigger.HELD, now)
    shares.turn(call, call.record.seat_id, shares.HOLD, now)


def retrieved(floor: FloorState, event: CallRetrieved, now: Millis) -> None:
    """Agent and customer hear each other again."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    call.order_until = 0
    together(floor, call, now)


def together(floor: FloorState, call: Call, now: Millis) -> None:
    """The customer is off hold, whatever ended it."""
    if not floor.move_call(call, CallTrigger.RETRIEVED, now):
        return
    shares.turn(call, call.record.seat_id, shares.TALK, now)
    agent = floor.agent_of(call)
    if agent is not None:
        floor.move_agent(agent, AgentTrigger.RETRIEVED, now)


def hang_up(floor: FloorState, call: Call) -> None:
    """The agent ends the talk; the phone's hang-up follows as a fact."""
    ended_by_agent(call)
    floor.emit(HangUpSeat(call_id=call.id, seat_id=call.record.seat_id))


def take_over(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """Another agent, whose phone is with the customer already, has the call from now on."""
    seat_id = call.record.seat_id
    end_talk(floor, call, now)
    floor.emit(HangUpSeat(call_id=call.id, seat_id=seat_id))
    agent.call_id = call.id
    call.legs.add(agent.seat_id)
    how, staff_number = shares.TAKEN_OVER, agent.staff_number
    shares.begin(call, agent.seat_id, now, staff_number=staff_number, how=how, owner=True)
    call.record = replace(
        call.record,
        staff_number=staff_number,
        seat_id=agent.seat_id,
        transfers=call.record.transfers + 1,
    )
    floor.move_agent(agent, AgentTrigger.HANDED_OVER, now)
    floor.move_call(call, CallTrigger.HANDED_OVER, now)
    floor.emit(StoreCall(record=call.record))


def ended_by_agent(call: Call) -> None:
    """Write down whose wish the end of the call is, unless that is known."""
    if call.record.ended_by is EndedBy.UNKNOWN:
        call.record = replace(call.record, ended_by=EndedBy.AGENT)


def end_talk(floor: FloorState, call: Call, now: Millis) -> None:
    """Who has the call is out of it: close the times, and begin the wrap-up."""
    call.talked = (call.record.staff_number, call.record.seat_id)
    call.order_until = 0
    shares.end(floor, call, call.record.seat_id, now)
    agent = floor.agent_of(call)
    if agent is not None:
        agent.muted = False
        floor.move_agent(agent, AgentTrigger.TALK_ENDED, now)
        begin_wrap_up(floor, call, agent, now)
