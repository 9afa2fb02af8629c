"""The third one of a call: picks up, cannot be reached, goes."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import HangUpCall, HangUpSeat, RetrieveCall, StopRinging, StoreCall
from engine.core.events import RingFailed, SeatAnswered
from engine.core.floor import helpers, shares, talk
from engine.core.floor.entities import Call, Party
from engine.core.floor.state import FloorState
from engine.core.floor.unanswered import go_back
from engine.core.records import Millis
from engine.core.states import CallState, RingFailure


def rang(floor: FloorState, party: Party, now: Millis) -> None:
    """The phone of the third party rings."""
    agent = helpers.of_route(floor, party.route)
    if agent is not None:
        floor.move_agent(agent, AgentTrigger.RING_STARTED, now)


def answered(floor: FloorState, call: Call, party: Party, event: SeatAnswered, now: Millis) -> None:
    """The third party picked up."""
    if party.answered:
        floor.ignored += 1
        return
    party.answered, party.since = True, now
    call.legs.add(event.seat_id)
    floor.cancel_timer(f"party:{call.id}")
    route, forwarded = party.route, call.state is CallState.FORWARDED
    shares.begin(
        call,
        route.leg,
        now,
        staff_number=route.staff_number,
        how=shares.TRANSFERRED if forwarded else shares.CONSULTED,
        doing=shares.TALK if forwarded else shares.CONSULT,
        party="" if route.staff_number else route.number,
    )
    agent = helpers.of_route(floor, route)
    if agent is not None:
        agent.present_until = 0
        floor.move_agent(agent, AgentTrigger.ANSWERED, now)
    if forwarded:
        call.sender, call.connecting = "", False
        call.record = replace(call.record, transfers=call.record.transfers + 1)
        floor.emit(StoreCall(record=call.record))
    if party.leaving:  # picked up in the moment when the agent gave up
        floor.emit(HangUpSeat(call_id=call.id, seat_id=route.leg))
    floor.touch_call(call)


def failed(floor: FloorState, call: Call, event: RingFailed, now: Millis) -> None:
    """The third party was not reached."""
    _not_reached(floor, call, event.failure, now)


def too_long(floor: FloorState, call_id: str, now: Millis) -> None:
    """Nobody said what became of the dialling: it is given up."""
    call = floor.calls[call_id]
    assert call.third is not None
    floor.emit(StopRinging(call_id=call.id, seat_id=call.third.route.leg))
    _not_reached(floor, call, RingFailure.NO_ANSWER, now)


def _not_reached(floor: FloorState, call: Call, failure: RingFailure, now: Millis) -> None:
    party, call.third = call.third, None
    assert party is not None
    floor.cancel_timer(f"party:{call.id}")
    helpers.free_route(floor, party.route, now)
    if call.state is CallState.FORWARDED:
        go_back(floor, call, failure, now, silent=True)
        return
    if not party.leaving:
        floor.owner(call).notice = failure
    _back_to_customer(floor, call, party, now)


def left(floor: FloorState, call: Call, party: Party, now: Millis) -> None:
    """The third party, who was up, is gone."""
    call.third = None
    shares.end(floor, call, party.route.leg, now)
    helpers.free_route(floor, party.route, now)
    if call.state is CallState.FORWARDED:
        talk.ended_by_agent(call)
        floor.move_call(call, CallTrigger.AGENT_LEFT, now)
        floor.emit(HangUpCall(call_id=call.id))
    else:
        _back_to_customer(floor, call, party, now)


def _back_to_customer(floor: FloorState, call: Call, party: Party, now: Millis) -> None:
    """The agent is alone with the customer again, who may still hear music."""
    call.order_until = 0
    in_conference = call.state is CallState.CONFERENCE
    floor.move_call(call, CallTrigger.PARTY_LEFT, now)
    floor.move_agent(floor.owner(call), AgentTrigger.PARTY_LEFT, now)
    if in_conference:
        return
    if not party.active:
        talk.together(floor, call, now)
        return
    shares.turn(call, call.record.seat_id, shares.HOLD, now)
    if party.leaving:
        talk.ordered(call, now)
        floor.emit(RetrieveCall(call_id=call.id, seat_id=call.record.seat_id))


def let_go(floor: FloorState, call: Call, now: Millis) -> None:
    """Send the third party away: the call does not need it any more."""
    party, call.third = call.third, None
    if party is None:
        return
    floor.cancel_timer(f"party:{call.id}")
    leg = party.route.leg
    if party.answered:
        shares.end(floor, call, leg, now)
        floor.emit(HangUpSeat(call_id=call.id, seat_id=leg))
    else:
        floor.emit(StopRinging(call_id=call.id, seat_id=leg))
    helpers.free_route(floor, party.route, now)
