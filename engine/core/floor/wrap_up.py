"""After a talk: the wrap-up, and what an agent does next."""

from engine.core.agent_machine import AgentTrigger
from engine.core.effects import StoreCall
from engine.core.floor import shares
from engine.core.floor.ending import forget_ended
from engine.core.floor.entities import Agent, Call
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import AgentState, Direction


def begin_wrap_up(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """The talk is over; without wrap-up time so is the work on it."""
    wrap_up_ms = _wrap_up_ms(floor, call)
    call.wrapping.add(agent.staff_number)
    if wrap_up_ms == 0:
        end_wrap_up(floor, agent, now)
        return
    agent.wrap_up_until, agent.wrap_up_extended = now + wrap_up_ms, False
    floor.set_timer(f"wrap:{agent.staff_number}", agent.wrap_up_until)


def _wrap_up_ms(floor: FloorState, call: Call) -> Millis:
    """By the queue; a call that the centre began has the time of the first queue."""
    queue = floor.plan.queues.get(call.record.queue_id)
    if queue is None and call.record.direction is Direction.OUTBOUND:
        queue = floor.plan.first_queue
    return queue.wrap_up_ms if queue is not None else 0


def end_wrap_up(floor: FloorState, agent: Agent, now: Millis) -> None:
    """The after-call work is done, or its time is over."""
    floor.cancel_timer(f"wrap:{agent.staff_number}")
    call = floor.calls[agent.call_id]
    agent.call_id = ""
    agent.wrap_up_until = 0
    agent.notice = ""
    call.wrapping.discard(agent.staff_number)
    shares.wrapped_up(floor, call, agent.staff_number, now - agent.state_since)
    floor.emit(StoreCall(record=call.record))
    forget_ended(floor, call)
    floor.move_agent(agent, AgentTrigger.WRAP_UP_ENDED, now)
    settle(floor, agent, now)


def settle(floor: FloorState, agent: Agent, now: Millis) -> None:
    """An agent who has become idle: the wish for afterwards comes true, and the phone may have gone."""
    if agent.state is AgentState.IDLE and agent.next_status is not None:
        wish, reason = agent.next_status, agent.next_reason
        agent.next_status, agent.next_reason = None, ""
        floor.set_status(agent, wish, reason, now)
    if agent.state is AgentState.IDLE and not floor.reachable[agent.seat_id]:
        floor.move_agent(agent, AgentTrigger.PHONE_LOST, now)
