"""Facts of legs, sorted by whose leg it is: the customer's, the agent's who has the call, a third one's."""

from dataclasses import replace

from engine.core.call_machine import CallTrigger
from engine.core.effects import HangUpCall, HangUpSeat, StoreCall
from engine.core.events import CustomerLegEnded, RingFailed, SeatAnswered, SeatLegEnded, SeatRang
from engine.core.floor import (
    consult,
    ending,
    journey,
    outbound,
    parties,
    presentation,
    survey,
    talk,
    transfer,
    unanswered,
)
from engine.core.floor.entities import Call, Party
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import CallState, Direction, EndedBy

# How a leg ends that somebody has put down. Any other cause: the phone, or its network, has failed.
_PUT_DOWN = (0, 16, 31)


def _third(call: Call | None, seat_id: str) -> Party | None:
    """The third party, if this leg is its."""
    third = call.third if call is not None else None
    return third if third is not None and third.route.leg == seat_id else None


def _own_dialling(call: Call | None, seat_id: str) -> Call | None:
    """The call, if it is being dialled from this seat."""
    dialling = call is not None and call.state is CallState.DIALLING and call.record.seat_id == seat_id
    return call if dialling else None


def rang(floor: FloorState, event: SeatRang, now: Millis) -> None:
    """A phone rings."""
    call = floor.calls.get(event.call_id)
    third = _third(call, event.seat_id)
    callee = outbound.callee_of(floor, call) if call is not None else None
    if third is not None:
        parties.rang(floor, third, now)
    elif callee is not None and callee.seat_id == event.seat_id:
        outbound.callee_rang(floor, callee, now)
    else:
        presentation.seat_rang(floor, event, now)


def answered(floor: FloorState, event: SeatAnswered, now: Millis) -> None:
    """A phone was picked up."""
    call = floor.calls.get(event.call_id)
    third, dialling = _third(call, event.seat_id), _own_dialling(call, event.seat_id)
    if call is not None and third is not None:
        parties.answered(floor, call, third, event, now)
    elif dialling is not None:
        outbound.own_phone_answered(floor, dialling)
    else:
        presentation.seat_answered(floor, event, now)


def ring_failed(floor: FloorState, event: RingFailed, now: Millis) -> None:
    """A phone was not picked up."""
    call = floor.calls.get(event.call_id)
    third, dialling = _third(call, event.seat_id), _own_dialling(call, event.seat_id)
    if call is not None and third is not None:
        if third.answered:
            floor.ignored += 1
        else:
            parties.failed(floor, call, event, now)
    elif dialling is not None:
        outbound.own_phone_failed(floor, dialling, event.failure, now)
    else:
        unanswered.ring_failed(floor, event, now)


def seat_left(floor: FloorState, event: SeatLegEnded, now: Millis) -> None:
    """The leg of an agent or of a third party is gone."""
    call = floor.calls.get(event.call_id)
    if call is None or event.seat_id not in call.legs:
        floor.ignored += 1
        return
    call.legs.discard(event.seat_id)
    third = _third(call, event.seat_id)
    if third is not None:
        parties.left(floor, call, third, now)
    elif event.seat_id == call.record.seat_id:
        call.record = replace(call.record, agent_cause=event.cause)
        if call.state is CallState.DIALLING:
            outbound.own_phone_left(floor, call, now)
            return
        _owner_left(floor, call, event.cause, now)
    floor.emit(StoreCall(record=call.record))
    ending.forget_ended(floor, call)


def _owner_left(floor: FloorState, call: Call, cause: int, now: Millis) -> None:
    """Who has the call is out of it. A customer who was not put down on purpose is kept."""
    third = call.third
    if call.state not in talk.IN_TALK:
        return
    if call.pending is not None and not call.pending.needs_agent:
        talk.hold_without_agent(floor, call, now)
        transfer.go_on(floor, call, now)
    elif call.state is CallState.CONFERENCE and third is not None:
        consult.hand_over(floor, call, third, now)
    elif _means_the_end(call, cause):
        consult.drop_pending(floor, call, now)
        talk.ended_by_agent(call)
        parties.let_go(floor, call, now)
        node_id = survey.node_after_talk(floor, call)
        talk.end_talk(floor, call, now)
        if node_id:
            journey.send_to(floor, call, node_id, now)
        else:
            floor.move_call(call, CallTrigger.AGENT_LEFT, now)
            floor.emit(HangUpCall(call_id=call.id))
    else:
        consult.drop_pending(floor, call, now)
        parties.let_go(floor, call, now)
        talk.end_talk(floor, call, now)
        journey.wait_again(floor, call, "", now)


def _means_the_end(call: Call, cause: int) -> bool:
    """Putting the phone down ends a talk; but who does so while the customer hears music forgot somebody."""
    if call.record.ended_by is EndedBy.AGENT or call.record.direction is Direction.INTERNAL:
        return True
    return call.state is CallState.TALKING and cause in _PUT_DOWN


def customer_left(floor: FloorState, event: CustomerLegEnded, now: Millis) -> None:
    """The talk's times close before the call's, and everybody in it is freed."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is CallState.ENDED:
        floor.ignored += 1
        return
    if call.state is CallState.DIALLING:
        outbound.customer_left(floor, call, event, now)
        return
    agent, before = floor.agent_of(call), call.state
    consult.drop_pending(floor, call, now)
    if before in (CallState.CONSULTING, CallState.CONFERENCE):
        floor.emit(HangUpSeat(call_id=call.id, seat_id=call.record.seat_id))
    parties.let_go(floor, call, now)
    outbound.let_callee_go(floor, call, now)
    if before in talk.IN_TALK:
        talk.end_talk(floor, call, now)
    ending.customer_left(floor, call, event, now)
    if before is CallState.PRESENTED and agent is not None:
        unanswered.customer_left_while_presented(floor, call, agent, now)
    ending.forget_ended(floor, call)
