"""Handing a call over without speaking first; what nobody takes comes back."""

from dataclasses import replace

from engine.core import requests as ask
from engine.core.effects import HangUpSeat, HoldCall
from engine.core.events import CallHeld
from engine.core.floor import consult, helpers, talk, targets, telling
from engine.core.floor.entities import Agent, Call, Route, Told
from engine.core.floor.forward import forward
from engine.core.floor.journey import send_to, wait_again
from engine.core.floor.presentation import present_handed_over
from engine.core.floor.state import FloorState
from engine.core.floor.unanswered import go_back
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import CallState, Direction, RefusalCode, RingFailure, TargetKind

# How long a hold may take before what waited for it is given up.
_HOLD_MS = 10_000


def transfer(floor: FloorState, agent: Agent, request: ask.Transfer, now: Millis) -> Refusal | None:
    """F6: agent, queue, extension, outside number, place of the flow, or survey."""
    call = _to_hand_over(floor, agent, now)
    if isinstance(call, Refusal):
        return call
    route = targets.place(floor, agent, call, request.target)
    if isinstance(route, Refusal):
        return route
    after_hold(floor, call, route, now)
    return None


def consult_with(floor: FloorState, agent: Agent, request: ask.Consult, now: Millis) -> Refusal | None:
    """Speak to a third party while the customer hears music."""
    call = _to_hand_over(floor, agent, now)
    if isinstance(call, Refusal):
        return call
    route = targets.person(floor, agent, request.target)
    if isinstance(route, Refusal):
        return route
    after_hold(floor, call, replace(route, consulting=True), now)
    return None


def tell(floor: FloorState, agent: Agent, request: ask.TellCustomer, now: Millis) -> Refusal | None:
    """Let the customer hear something on hold; `telling` brings the two together again."""
    call = _to_hand_over(floor, agent, now)
    if isinstance(call, Refusal):
        return call
    told = Told(prompts=request.prompts, values=request.values, language=request.language)
    after_hold(floor, call, Route(kind=TargetKind.NODE, told=told), now)
    return None


def _to_hand_over(floor: FloorState, agent: Agent, now: Millis) -> Call | Refusal:
    """A customer's call that the agent has; a colleague who was called is nobody to hand over."""
    call = consult.own_call(floor, agent, now, CallState.TALKING, CallState.HOLDING)
    if isinstance(call, Call) and call.record.direction is Direction.INTERNAL:
        return Refusal(code=RefusalCode.NOT_TALKING)
    return call


def after_hold(floor: FloorState, call: Call, route: Route, now: Millis) -> None:
    """Go on with a route when the customer hears music; one whose hold never came is given up for it."""
    consult.drop_pending(floor, call, now)
    call.pending = route
    helpers.reserve(floor, call, route, now)
    if call.state is CallState.HOLDING:
        go_on(floor, call, now)
        return
    talk.ordered(call, now)
    floor.set_timer(f"pending:{call.id}", now + _HOLD_MS)
    floor.emit(HoldCall(call_id=call.id, seat_id=call.record.seat_id, music=floor.music_of(call)))


def held(floor: FloorState, event: CallHeld, now: Millis) -> None:
    """The customer hears music: whatever waited for it is done."""
    call = talk.held(floor, event, now)
    if call is not None and call.pending is not None:
        go_on(floor, call, now)


def go_on(floor: FloorState, call: Call, now: Millis) -> None:
    """Hand the held call over, or dial whom the agent wants to speak to."""
    route, call.pending = call.pending, None
    assert route is not None
    floor.cancel_timer(f"pending:{call.id}")
    if route.consulting:
        consult.dial(floor, call, route, now)
        return
    if route.told is not None:
        telling.begin(floor, call, route.told)
        return
    call.sender = call.record.staff_number
    seat_id = call.record.seat_id
    talk.end_talk(floor, call, now)
    if seat_id in call.legs:
        floor.emit(HangUpSeat(call_id=call.id, seat_id=seat_id))
    _hand_over(floor, call, route, now)


def _hand_over(floor: FloorState, call: Call, route: Route, now: Millis) -> None:
    match route.kind:
        case TargetKind.QUEUE:
            wait_again(floor, call, route.value, now)
        case TargetKind.NODE | TargetKind.SURVEY:
            send_to(floor, call, route.value, now)
        case TargetKind.AGENT:
            _present(floor, call, route, now)
        case _:
            forward(floor, call, route, now)


def _present(floor: FloorState, call: Call, route: Route, now: Millis) -> None:
    agent = helpers.of_route(floor, route)
    if agent is None:  # picked up another call meanwhile
        go_back(floor, call, RingFailure.BUSY, now, silent=False)
    else:
        present_handed_over(floor, call, agent, now)


def held_too_late(floor: FloorState, call_id: str, now: Millis) -> None:
    """Nobody said what became of the hold: whoever is reserved is not kept for ever."""
    call = floor.calls[call_id]
    consult.drop_pending(floor, call, now)
    floor.owner(call).notice = RefusalCode.TOO_LATE
