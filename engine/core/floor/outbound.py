"""Calls that an agent begins: to an outside number, or to another seat."""

from dataclasses import replace

from engine.core import requests as ask
from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import (
    FinishRecording,
    HangUpCall,
    HangUpSeat,
    LookUpCustomer,
    PlaceCall,
    StopRinging,
    StoreCall,
)
from engine.core.events import CustomerAnswered, CustomerFailed, CustomerLegEnded
from engine.core.floor import callback, helpers, shares, talk, targets
from engine.core.floor.ending import await_loose_ends, forget_ended
from engine.core.floor.entities import Agent, Call, Route
from engine.core.floor.journey import OUTSIDE_THE_FLOW
from engine.core.floor.state import FloorState
from engine.core.floor.wrap_up import settle
from engine.core.plan import HANDED_OVER_RING_MS, RING_NET_MS
from engine.core.records import CallRecord, Millis
from engine.core.requests import Refusal
from engine.core.states import (
    AgentState,
    CallState,
    Direction,
    EndedBy,
    Outcome,
    RefusalCode,
    RingFailure,
    TargetKind,
)

_OUTCOMES = {
    RingFailure.NO_ANSWER: Outcome.NO_ANSWER,
    RingFailure.BUSY: Outcome.BUSY,
    RingFailure.REJECTED: Outcome.BUSY,
    RingFailure.UNREACHABLE: Outcome.UNREACHABLE,
    RingFailure.CANCELLED: Outcome.CANCELLED,
}


def dial(floor: FloorState, agent: Agent, request: ask.Dial, now: Millis) -> Refusal | None:
    """F3: call a number or an extension; allowed when nothing else goes on, on break too."""
    if agent.state is AgentState.UNREACHABLE:
        return Refusal(code=RefusalCode.NO_PHONE)
    if agent.state is not AgentState.IDLE or request.call_id in floor.calls:
        return Refusal(code=RefusalCode.IN_CALL)
    if not floor.switch_up:
        return Refusal(code=RefusalCode.SWITCH_DOWN)
    target = ask.Target(kind=TargetKind.NUMBER, value=request.number)
    route = targets.person(floor, agent, target)
    if isinstance(route, Refusal):
        return route
    if callback.being_called(floor, request.number):
        return Refusal(code=RefusalCode.CALLBACK_TAKEN)
    begin(floor, agent, request, route, now)
    return None


def begin(floor: FloorState, agent: Agent, request: ask.Dial, route: Route, now: Millis) -> Call:
    """Call whom the route leads to."""
    call = _new_call(floor, agent, request, route, now)
    agent.call_id = call.id
    floor.move_agent(agent, AgentTrigger.DIALLED, now)
    call.callee = route.staff_number
    helpers.reserve(floor, call, route, now)
    floor.touch_switch()
    floor.emit(StoreCall(record=call.record))
    if route.kind is TargetKind.NUMBER:
        floor.emit(LookUpCustomer(call_id=call.id, cli=request.number))
    _place(floor, call, agent, route, now)
    return call


def _new_call(floor: FloorState, agent: Agent, request: ask.Dial, route: Route, now: Millis) -> Call:
    outside = route.kind is TargetKind.NUMBER
    record = CallRecord(
        call_id=request.call_id,
        line_id=route.line_id,
        cli=request.number,
        cli_raw=request.number,
        customer_id=request.customer_id,
        accepted_at=now,
        staff_number=agent.staff_number,
        seat_id=agent.seat_id,
        direction=Direction.OUTBOUND if outside else Direction.INTERNAL,
    )
    call = Call(record=record, state=CallState.DIALLING, state_since=now, position=OUTSIDE_THE_FLOW)
    floor.calls[call.id] = call
    floor.touch_call(call)
    return call


def _place(floor: FloorState, call: Call, agent: Agent, route: Route, now: Millis) -> None:
    inside = route.kind is not TargetKind.NUMBER
    ring_ms = HANDED_OVER_RING_MS if inside else floor.plan.dialling.ring_ms
    floor.set_timer(f"dial:{call.id}", now + HANDED_OVER_RING_MS + ring_ms + RING_NET_MS)
    floor.emit(
        PlaceCall(
            call_id=call.id,
            seat_id=agent.seat_id,
            auto=floor.seat_of(agent).auto,
            number=route.dialled or call.record.cli,
            line_id=route.line_id,
            to_seat_id=route.leg if inside else "",
            to_auto=inside and floor.plan.seats[route.leg].auto,
            ring_ms=ring_ms,
        )
    )


def own_phone_answered(floor: FloorState, call: Call) -> None:
    """The agent's phone is up; it dials now."""
    call.legs.add(call.record.seat_id)
    call.dialled = True


def callee_of(floor: FloorState, call: Call) -> Agent | None:
    """The colleague whom an internal call is for."""
    return floor.agents.get(call.callee)


def callee_rang(floor: FloorState, callee: Agent, now: Millis) -> None:
    """The colleague's phone rings."""
    floor.move_agent(callee, AgentTrigger.RING_STARTED, now)


def let_callee_go(floor: FloorState, call: Call, now: Millis) -> None:
    """An internal call is over for the colleague who was called."""
    callee = callee_of(floor, call)
    call.callee = ""
    if callee is not None:
        shares.end(floor, call, callee.seat_id, now)
        helpers.free(floor, callee, now)


def customer_answered(floor: FloorState, event: CustomerAnswered, now: Millis) -> None:
    """The called number was picked up."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is not CallState.DIALLING:
        floor.ignored += 1
        return
    floor.cancel_timer(f"dial:{call.id}")
    seat_id = call.record.seat_id
    call.legs.add(seat_id)
    call.record = replace(call.record, answered_at=now)
    floor.move_call(call, CallTrigger.ANSWERED, now)
    own = call.record.staff_number
    shares.begin(call, seat_id, now, staff_number=own, how=shares.DIALLED, owner=True)
    agent, callee = floor.agent_of(call), callee_of(floor, call)
    for person in (agent, callee):
        if person is not None:
            person.present_until = 0
            floor.move_agent(person, AgentTrigger.ANSWERED, now)
    if callee is not None:
        shares.begin(call, callee.seat_id, now, staff_number=callee.staff_number, how=shares.ANSWERED)
    floor.emit(StoreCall(record=call.record))


def customer_failed(floor: FloorState, event: CustomerFailed, now: Millis) -> None:
    """The called number was not picked up."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is not CallState.DIALLING:
        floor.ignored += 1
        return
    _over(floor, call, event.failure, now, cause=event.cause)


def customer_left(floor: FloorState, call: Call, event: CustomerLegEnded, now: Millis) -> None:
    """The called phone stopped ringing without a word about why."""
    _over(floor, call, RingFailure.NO_ANSWER, now, cause=event.cause)


def own_phone_failed(floor: FloorState, call: Call, failure: RingFailure, now: Millis) -> None:
    """The agent's own phone was not picked up: nobody was called."""
    _over(floor, call, RingFailure.CANCELLED, now, notice=failure)


def own_phone_left(floor: FloorState, call: Call, now: Millis) -> None:
    """The agent put the phone down before anybody answered."""
    talk.ended_by_agent(call)
    _over(floor, call, RingFailure.CANCELLED, now, notice="")


def too_long(floor: FloorState, call_id: str, now: Millis) -> None:
    """Nobody said what became of the dialling."""
    _over(floor, floor.calls[call_id], RingFailure.NO_ANSWER, now)


def give_up(floor: FloorState, call: Call, now: Millis) -> None:
    """F8 while it rings; the phone's hang-up follows as a fact."""
    talk.ended_by_agent(call)
    seat_id = call.record.seat_id
    if seat_id in call.legs:
        floor.emit(HangUpSeat(call_id=call.id, seat_id=seat_id))
    else:
        floor.emit(StopRinging(call_id=call.id, seat_id=seat_id))
    floor.set_timer(f"dial:{call.id}", now + RING_NET_MS)


def _over(
    floor: FloorState,
    call: Call,
    failure: RingFailure,
    now: Millis,
    *,
    cause: int = 0,
    notice: str | None = None,
) -> None:
    """Nobody was reached: the agent is free again, without a wrap-up."""
    agent, seat_id = floor.owner(call), call.record.seat_id
    by_agent = call.record.ended_by is EndedBy.AGENT
    call.record = replace(
        call.record,
        ended_at=now,
        customer_cause=cause,
        outcome=Outcome.CANCELLED if by_agent else _OUTCOMES[failure],
        ended_by=EndedBy.AGENT if by_agent else EndedBy.SYSTEM,
    )
    floor.cancel_timer(f"dial:{call.id}")
    floor.move_call(call, CallTrigger.FAILED, now)
    floor.touch_switch()
    if seat_id in call.legs:
        floor.emit(HangUpSeat(call_id=call.id, seat_id=seat_id))
        floor.emit(FinishRecording(call_id=call.id, accepted_at=call.record.accepted_at, ended_at=now))
    else:
        floor.emit(StopRinging(call_id=call.id, seat_id=seat_id))
    floor.emit(HangUpCall(call_id=call.id))
    floor.emit(StoreCall(record=call.record))
    let_callee_go(floor, call, now)
    agent.notice = "" if by_agent else failure if notice is None else notice
    agent.call_id = ""
    floor.move_agent(agent, AgentTrigger.DIAL_ENDED, now)
    settle(floor, agent, now)
    await_loose_ends(floor, call, now)
    forget_ended(floor, call)
