"""The end of a call: how it came out, and the facts that are still to come."""

from dataclasses import replace

from engine.core.call_machine import CallTrigger
from engine.core.effects import FinishRecording, StoreCall
from engine.core.events import CustomerLegEnded
from engine.core.floor import questions, spoken, tally, waiting
from engine.core.floor.entities import ANSWER, MESSAGE, Call
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import CallState, Direction, EndedBy, Outcome

# How long the cause of the agent's leg or the length of a message may come after the customer's hang-up.
_LOOSE_ENDS_MS = 10_000

_WAITING = (CallState.QUEUED, CallState.PRESENTED, CallState.UNATTENDED)


def customer_left(floor: FloorState, call: Call, event: CustomerLegEnded, now: Millis) -> None:
    """The customer's leg is gone: the call is over."""
    forget_waiting(floor, call)
    if spoken.is_awaited(call):
        call.loose_ends.add(ANSWER)
    questions.forget(floor, call)
    record = replace(call.record, ended_at=now, customer_cause=event.cause, outcome=outcome_of(call))
    if record.ended_by is EndedBy.UNKNOWN:
        heard = EndedBy.UNKNOWN if event.unheard else EndedBy.CUSTOMER
        record = replace(record, ended_by=EndedBy.SYSTEM if call.state is CallState.CLOSING else heard)
    call.record = record
    waiting_still = call.state in _WAITING or call.asks_callback
    if waiting_still and record.queue_id and not record.answered_at and call.queue_exit is None:
        end_wait(floor, call, now)
        waiting.gave_up(floor, call, now)
    floor.move_call(call, CallTrigger.CUSTOMER_LEFT, now)
    floor.touch_switch()
    if not call.loose_ends & {ANSWER, MESSAGE}:
        spoken.settle(floor, call, now)
    floor.emit(StoreCall(record=call.record))
    floor.emit(FinishRecording(call_id=call.id, accepted_at=call.record.accepted_at, ended_at=now))
    await_loose_ends(floor, call, now)


def end_wait(floor: FloorState, call: Call, now: Millis) -> None:
    """Nobody answered: in the queue or, without the engine, in the ring of all seats."""
    if call.record.answered_at:
        return  # this wait came after a talk: the figures are about the first one
    wait_ms = now - call.record.offered_at
    short = wait_ms < floor.plan.queues[call.record.queue_id].short_abandon_ms
    abandoned = call.record.outcome is Outcome.ABANDONED
    call.record = replace(call.record, wait_ms=wait_ms, short_abandon=abandoned and short)
    tally.wait_ended(floor, call)


def await_loose_ends(floor: FloorState, call: Call, now: Millis) -> None:
    """An ended call is kept for its last facts, but not for ever."""
    if call.loose_ends or call.legs:
        floor.set_timer(f"loose:{call.id}", now + _LOOSE_ENDS_MS)


def all_told(floor: FloorState, call: Call, end: str, now: Millis) -> None:
    """What the caller said in the end has come, or what became of it: the call's row is complete."""
    spoken.settle(floor, call, now)
    floor.emit(StoreCall(record=call.record))
    call.loose_ends.discard(end)
    forget_ended(floor, call)


def loose_too_long(floor: FloorState, call_id: str, now: Millis) -> None:
    """The last facts of an ended call are not coming."""
    call = floor.calls[call_id]
    if call.spoken:
        spoken.settle(floor, call, now)
        floor.emit(StoreCall(record=call.record))
    call.loose_ends.clear()
    call.legs.clear()
    forget_ended(floor, call)


def forget_ended(floor: FloorState, call: Call) -> None:
    """Drop a call that is over, wrapped up and of which nothing more is to come."""
    if call.state is CallState.ENDED and not (call.wrapping or call.loose_ends or call.legs):
        del floor.calls[call.id]
        floor.cancel_timer(f"loose:{call.id}")
        floor.touch_call(call)


def forget_waiting(floor: FloorState, call: Call) -> None:
    """Out of the queue for good: no place, no timers."""
    waiting.forget(floor, call)
    for name in ("wait", "announce", "ring", "overflow"):
        floor.cancel_timer(f"{name}:{call.id}")


def outcome_of(call: Call) -> Outcome:
    """The one outcome of a call, from the strongest fact to the weakest."""
    record = call.record
    if record.answered_at:
        return Outcome.ANSWERED
    if record.message_ms:
        return Outcome.VOICEMAIL
    if call.booked:
        return Outcome.CALLBACK
    if call.queue_exit is not None:
        return Outcome(call.queue_exit)
    if record.direction is not Direction.INBOUND:
        return Outcome.NO_ANSWER
    if record.offered_at or call.state is CallState.UNATTENDED:
        return Outcome.ABANDONED
    return Outcome.CLOSED if call.closed else Outcome.IVR_EXIT
