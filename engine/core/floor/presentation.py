"""Call meets agent: who gets which call, ringing, answer, and what follows when nobody answers."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import CountPresented, RingSeat, StopRinging, StoreCall
from engine.core.events import RingFailed, SeatAnswered, SeatRang
from engine.core.floor import tally
from engine.core.floor.entities import Agent, Call
from engine.core.floor.state import FloorState
from engine.core.plan import AUTO_ANSWER_MS, REASON_BUSY, REASON_REJECTED, RING_NET_MS
from engine.core.records import Millis
from engine.core.states import AgentState, AgentStatus, CallState, RingFailure

_RONA = "rona"
_REJECTED = "rejected"
_UNREACHABLE = "unreachable"
_ABANDONED = "abandoned"
_ANSWERED = "answered"


def assign(floor: FloorState, now: Millis) -> None:
    """Give waiting calls to free agents: the longest waiting call to the longest idle agent."""
    while floor.switch_up:
        call_id, staff_number = _next_waiting(floor), floor.idle.first()
        if call_id is None or staff_number is None:
            return
        _present(floor, floor.calls[call_id], floor.agents[staff_number], now)


def _next_waiting(floor: FloorState) -> str | None:
    """Over all queues, since every agent serves every queue."""
    heads = [(line.oldest(), line.first()) for line in floor.waiting.values() if len(line)]
    return min(heads, key=lambda head: head[0])[1] if heads else None


def _present(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    queue = floor.plan.queues[call.record.queue_id]
    seat = floor.seat_of(agent)
    place = floor.waiting[queue.id].remove(call.id)
    if place is not None:
        floor.places[call.id] = place
    call.ring_ended_because = ""
    call.record = replace(
        call.record,
        staff_number=agent.staff_number,
        seat_id=seat.id,
        presented_at=now,
        presented_count=call.record.presented_count + 1,
    )
    agent.call_id = call.id
    agent.present_until = now + queue.ring_ms
    floor.move_agent(agent, AgentTrigger.RESERVED, now)
    floor.move_call(call, CallTrigger.PRESENTED, now)
    floor.touch_queue(queue.id)
    floor.set_timer(f"ring:{call.id}", agent.present_until)
    if seat.auto:
        floor.move_agent(agent, AgentTrigger.RING_STARTED, now)
    else:
        call.ringing = True
        ring_ms = queue.ring_ms + RING_NET_MS
        floor.emit(RingSeat(call_id=call.id, seat_id=seat.id, auto=False, ring_ms=ring_ms, music=queue.music))


def dial_auto(floor: FloorState, call: Call, agent: Agent) -> None:
    """F4 at a seat whose phone answers by itself."""
    floor.cancel_timer(f"ring:{call.id}")
    call.ringing = True
    floor.emit(
        RingSeat(
            call_id=call.id,
            seat_id=agent.seat_id,
            auto=True,
            ring_ms=AUTO_ANSWER_MS,
            music=floor.plan.queues[call.record.queue_id].music,
        )
    )


def seat_rang(floor: FloorState, event: SeatRang, now: Millis) -> None:
    """The phone rings."""
    call = floor.calls.get(event.call_id)
    agent = floor.agent_of(call) if call is not None else None
    if agent is None or agent.seat_id != event.seat_id:
        floor.ignored += 1
        return
    floor.move_agent(agent, AgentTrigger.RING_STARTED, now)


def ring_too_long(floor: FloorState, call_id: str, now: Millis) -> None:
    """Nobody took the presented call in time."""
    call = floor.calls.get(call_id)
    if call is not None and call.state is CallState.PRESENTED:
        stop_presenting(floor, call, _RONA, now)


def reject(floor: FloorState, call: Call, now: Millis) -> None:
    """The agent does not want the presented call."""
    floor.cancel_timer(f"ring:{call.id}")
    stop_presenting(floor, call, _REJECTED, now)


def stop_presenting(floor: FloorState, call: Call, because: str, now: Millis) -> None:
    """Take a presented call back. A phone that rings is stopped first: it may be picked up just now,

    and then that is what happened."""
    call.ring_ended_because = because
    if call.ringing:
        floor.emit(StopRinging(call_id=call.id, seat_id=call.record.seat_id))
    else:
        _return_to_queue(floor, call, because, now)


def ring_failed(floor: FloorState, event: RingFailed, now: Millis) -> None:
    """The phone was not picked up: back to the old place in the queue."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is not CallState.PRESENTED or call.record.seat_id != event.seat_id:
        floor.ignored += 1
        return
    call.ringing = False
    floor.cancel_timer(f"ring:{call.id}")
    call.record = replace(call.record, agent_cause=event.cause)
    _return_to_queue(floor, call, call.ring_ended_because or _why(event.failure), now)


def _why(failure: RingFailure) -> str:
    return {
        RingFailure.REJECTED: _REJECTED,
        RingFailure.BUSY: REASON_BUSY,
        RingFailure.UNREACHABLE: _UNREACHABLE,
    }.get(failure, _RONA)


def _return_to_queue(floor: FloorState, call: Call, because: str, now: Millis) -> None:
    agent = floor.agent_of(call)
    queue_id = call.record.queue_id
    floor.move_call(call, CallTrigger.RETURNED, now)
    place = floor.places.pop(call.id, None)
    if place is not None:
        floor.waiting[queue_id].put_back(call.id, place)
    floor.touch_queue(queue_id)
    if agent is not None:
        _release(floor, call, agent, because, now)
    call.record = replace(call.record, staff_number="", seat_id="")


def _release(floor: FloorState, call: Call, agent: Agent, because: str, now: Millis) -> None:
    """Free an agent from a presentation; who did not answer gets no further call before saying so."""
    _count(floor, call, agent, because, now)
    agent.call_id = ""
    agent.present_until = 0
    if because == _UNREACHABLE:
        floor.reachable[agent.seat_id] = False
    elif because != _ABANDONED:
        reasons = {_REJECTED: REASON_REJECTED, REASON_BUSY: REASON_BUSY}
        floor.set_status(agent, AgentStatus.BREAK, reasons.get(because, floor.plan.rona_reason), now)
    floor.move_agent(agent, AgentTrigger.RING_ENDED, now)
    settle(floor, agent, now)


def customer_left_while_presented(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """The caller gave up while an agent was rung; the agent keeps the place among the idle."""
    call.ringing = False
    _release(floor, call, agent, _ABANDONED, now)


def seat_answered(floor: FloorState, event: SeatAnswered, now: Millis) -> None:
    """Agent and customer hear each other."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    agent = floor.agent_of(call)
    if not floor.move_call(call, CallTrigger.ANSWERED, now) or agent is None:
        return
    call.ringing = False
    floor.places.pop(call.id, None)
    for name in ("ring", "wait", "announce"):
        floor.cancel_timer(f"{name}:{call.id}")
    call.record = replace(call.record, answered_at=now, wait_ms=now - call.record.offered_at, agent_cause=0)
    agent.present_until = 0
    floor.move_agent(agent, AgentTrigger.ANSWERED, now)
    _count(floor, call, agent, _ANSWERED, now)
    tally.call_answered(floor, call)
    floor.touch_queue(call.record.queue_id)
    floor.emit(StoreCall(record=call.record))


def settle(floor: FloorState, agent: Agent, now: Millis) -> None:
    """An agent who has become idle: the wish for afterwards comes true, and the phone may have gone."""
    if agent.state is AgentState.IDLE and agent.next_status is not None:
        wish, reason = agent.next_status, agent.next_reason
        agent.next_status, agent.next_reason = None, ""
        floor.set_status(agent, wish, reason, now)
    if agent.state is AgentState.IDLE and not floor.reachable[agent.seat_id]:
        floor.move_agent(agent, AgentTrigger.PHONE_LOST, now)


def _count(floor: FloorState, call: Call, agent: Agent, ended: str, now: Millis) -> None:
    tally.presented(floor, agent.staff_number, ended)
    floor.emit(
        CountPresented(
            staff_number=agent.staff_number,
            call_id=call.id,
            presented_at=call.record.presented_at,
            ended=ended,
            at=now,
        )
    )
