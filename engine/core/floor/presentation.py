"""Call meets agent: who gets which call, ringing, answer, and what follows when nobody answers."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import CountPresented, HangUpSeat, RingSeat, StartMusic, StopRinging, StoreCall
from engine.core.events import RingFailed, SeatAnswered, SeatRang
from engine.core.floor import tally, waiting
from engine.core.floor.entities import AGENT_LEG, Agent, Call
from engine.core.floor.state import FloorState
from engine.core.plan import AUTO_ANSWER_MS, REASON_BUSY, REASON_REJECTED, REASON_RONA, RING_NET_MS
from engine.core.records import Millis
from engine.core.states import AgentState, AgentStatus, CallState, RingFailure

# How a presentation ends, in the words of `CountPresented`; and busy, which counts as rejected: many phones
# say busy when their user presses "reject".
RONA = "rona"
REJECTED = "rejected"
_UNREACHABLE = "unreachable"
ABANDONED = "abandoned"
ANSWERED = "answered"
_BUSY = "busy"
_COUNTED_AS = {_BUSY: REJECTED}
_BREAK_REASONS = {REJECTED: REASON_REJECTED, _BUSY: REASON_BUSY}
_FAILURES = {
    RingFailure.REJECTED: REJECTED,
    RingFailure.BUSY: _BUSY,
    RingFailure.UNREACHABLE: _UNREACHABLE,
}


def present(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """Give a waiting call to an agent who is free."""
    queue = floor.plan.queues[call.record.queue_id]
    seat = floor.seat_of(agent)
    waiting.take(floor, call)
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
    floor.set_timer(f"ring:{call.id}", agent.present_until)
    if seat.auto:
        floor.move_agent(agent, AgentTrigger.RING_STARTED, now)
    else:
        call.ringing = True
        ring_ms = queue.ring_ms + RING_NET_MS
        floor.emit(RingSeat(call_id=call.id, seat_id=seat.id, auto=False, ring_ms=ring_ms, music=queue.music))


def dial_auto(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """F4 at a seat whose phone answers by itself."""
    call.ringing = True
    agent.present_until = now + AUTO_ANSWER_MS
    floor.set_timer(f"ring:{call.id}", agent.present_until + RING_NET_MS)
    floor.touch_agent(agent.staff_number)
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
    """Nobody took the presented call in time; or its phone was to be stopped, and nothing came of it."""
    call = floor.calls[call_id]
    if call.ring_ended_because:
        _return_to_queue(floor, call, call.ring_ended_because, now)
    else:
        stop_presenting(floor, call, RONA, now)


def reject(floor: FloorState, call: Call, now: Millis) -> None:
    """The agent does not want the presented call."""
    stop_presenting(floor, call, REJECTED, now)


def stop_presenting(floor: FloorState, call: Call, because: str, now: Millis) -> None:
    """Take a presented call back.

    A phone that rings is stopped first: it may be picked up just now, and then that is what happened.
    """
    call.ring_ended_because = because
    if call.ringing:
        floor.emit(StopRinging(call_id=call.id, seat_id=call.record.seat_id))
        floor.set_timer(f"ring:{call.id}", now + RING_NET_MS)
    else:
        _return_to_queue(floor, call, because, now)


def take_agent_away(floor: FloorState, agent: Agent, now: Millis) -> None:
    """The agent picked up another call: what was presented goes back, and is counted as not reached."""
    call = floor.call_of(agent)
    if call is None or call.state is not CallState.PRESENTED:
        return
    count(floor, call, agent, _UNREACHABLE, now)
    agent.call_id = ""
    agent.present_until = 0
    stop_presenting(floor, call, _UNREACHABLE, now)


def ring_failed(floor: FloorState, event: RingFailed, now: Millis) -> None:
    """The phone was not picked up: back to the old place in the queue."""
    call = floor.calls.get(event.call_id)
    if call is None or call.record.seat_id != event.seat_id:
        floor.ignored += 1
        return
    asked = call.ring_ended_because
    if event.failure is RingFailure.CANCELLED and call.state is CallState.PRESENTED and not asked:
        call.ringing = False  # the caller gave up: that comes as a fact of its own, and is no agent's fault
        return
    if call.state is CallState.PRESENTED:
        call.record = replace(call.record, agent_cause=event.cause)
    _return_to_queue(floor, call, asked or _FAILURES.get(event.failure, RONA), now)


def _return_to_queue(floor: FloorState, call: Call, because: str, now: Millis) -> None:
    if not floor.move_call(call, CallTrigger.RETURNED, now):
        return
    agent = floor.agent_of(call)
    queue = floor.plan.queues[call.record.queue_id]
    floor.cancel_timer(f"ring:{call.id}")
    waiting.put_back(floor, call)
    if call.ringing:  # dialling took the place of the music
        floor.emit(StartMusic(call_id=call.id, music=queue.music, keys=floor.callback_key(call)))
    call.ringing = False
    if agent is not None:
        release(floor, call, agent, because, now)
    call.record = replace(call.record, staff_number="", seat_id="")


def release(floor: FloorState, call: Call, agent: Agent, because: str, now: Millis) -> None:
    """Free an agent from a presentation; who did not answer gets no further call before saying so."""
    count(floor, call, agent, _COUNTED_AS.get(because, because), now)
    agent.call_id = ""
    agent.present_until = 0
    if because == _UNREACHABLE:
        floor.reachable[agent.seat_id] = False
    elif because != ABANDONED:
        reason = _BREAK_REASONS.get(because, REASON_RONA)
        floor.set_status(agent, AgentStatus.BREAK, reason, now)
    floor.move_agent(agent, AgentTrigger.RING_ENDED, now)
    settle(floor, agent, now)


def customer_left_while_presented(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """The caller gave up while an agent was rung; the agent keeps the place among the idle."""
    call.ringing = False
    release(floor, call, agent, ABANDONED, now)


def seat_answered(floor: FloorState, event: SeatAnswered, now: Millis) -> None:
    """Agent and customer hear each other."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    agent = floor.agent_of(call)
    if call.record.seat_id != event.seat_id or (call.state is CallState.PRESENTED and agent is None):
        _answered_in_vain(floor, event)
        return
    if not floor.move_call(call, CallTrigger.ANSWERED, now) or agent is None:
        return
    call.ringing = False
    call.loose_ends.add(AGENT_LEG)
    del floor.places[call.id]
    for name in ("ring", "wait", "announce", "overflow"):
        floor.cancel_timer(f"{name}:{call.id}")
    call.record = replace(call.record, answered_at=now, wait_ms=now - call.record.offered_at, agent_cause=0)
    agent.present_until = 0
    agent.answered_at = now
    floor.move_agent(agent, AgentTrigger.ANSWERED, now)
    count(floor, call, agent, ANSWERED, now)
    tally.call_answered(floor, call)
    floor.touch_queue(call.record.queue_id)
    floor.emit(StoreCall(record=call.record))


def _answered_in_vain(floor: FloorState, event: SeatAnswered) -> None:
    """A phone was picked up after the floor had given the call away: two agents may not have one caller."""
    floor.ignored += 1
    floor.emit(HangUpSeat(call_id=event.call_id, seat_id=event.seat_id))


def settle(floor: FloorState, agent: Agent, now: Millis) -> None:
    """An agent who has become idle: the wish for afterwards comes true, and the phone may have gone."""
    if agent.state is AgentState.IDLE and agent.next_status is not None:
        wish, reason = agent.next_status, agent.next_reason
        agent.next_status, agent.next_reason = None, ""
        floor.set_status(agent, wish, reason, now)
    if agent.state is AgentState.IDLE and not floor.reachable[agent.seat_id]:
        floor.move_agent(agent, AgentTrigger.PHONE_LOST, now)


def count(floor: FloorState, call: Call, agent: Agent, ended: str, now: Millis) -> None:
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
