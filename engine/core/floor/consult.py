"""A third party: consultation, alternating, attended transfer, conference."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import (
    AlternateLegs,
    BeginConference,
    DialParty,
    HangUpCall,
    HangUpSeat,
    JoinParty,
    StopRinging,
    StoreCall,
)
from engine.core.events import ConferenceBegan, LegsAlternated, OrderFailed, TransferDone
from engine.core.floor import forward, helpers, shares, spying, talk
from engine.core.floor.entities import Agent, Call, Party, Route
from engine.core.floor.presentation import ring_ms_of
from engine.core.floor.state import FloorState
from engine.core.plan import RING_NET_MS
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState, CallState, RefusalCode, RingFailure, TargetKind


def own_call(
    floor: FloorState,
    agent: Agent,
    now: Millis,
    *states: CallState,
    code: RefusalCode = RefusalCode.NOT_TALKING,
) -> Call | Refusal:
    """The call that this agent has, in one of these states, if its legs can be moved now."""
    call = floor.call_of(agent)
    if call is None or call.state not in states or floor.agent_of(call) is not agent:
        return Refusal(code=code)
    if not floor.switch_up:
        return Refusal(code=RefusalCode.SWITCH_DOWN)
    if now < call.order_until:
        return Refusal(code=RefusalCode.TOO_LATE)
    return call


def _consulted(floor: FloorState, agent: Agent, now: Millis) -> tuple[Call, Party] | Refusal:
    """The call and its third party, who is up."""
    call = own_call(floor, agent, now, CallState.CONSULTING, code=RefusalCode.NOT_CONSULTING)
    if isinstance(call, Refusal):
        return call
    if call.third is None or not call.third.answered or call.third.leaving:
        return Refusal(code=RefusalCode.NOT_CONSULTING)
    return call, call.third


def dial(floor: FloorState, call: Call, route: Route, now: Millis) -> None:
    """The customer hears music: now the third party is dialled from the agent's phone."""
    owner, other = floor.owner(call), helpers.of_route(floor, route)
    if route.kind is TargetKind.AGENT and other is None:  # picked up another call meanwhile
        owner.notice = RingFailure.BUSY
        floor.touch_agent(owner.staff_number)
        return
    outside = route.kind is TargetKind.NUMBER
    ring_ms = floor.plan.dialling.ring_ms if outside else ring_ms_of(floor, call)
    floor.move_call(call, CallTrigger.CONSULTED, now)
    floor.move_agent(owner, AgentTrigger.CONSULTED, now)
    shares.turn(call, call.record.seat_id, shares.CONSULT, now)
    forward.ring(floor, call, route, ring_ms, now)
    floor.emit(
        DialParty(
            call_id=call.id,
            seat_id=call.record.seat_id,
            party=route.leg,
            auto=not outside and floor.plan.seats[route.leg].auto,
            number=route.dialled,
            line_id=route.line_id,
            ring_ms=ring_ms,
        )
    )


def alternate(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Speak to the other one."""
    found = _consulted(floor, agent, now)
    if isinstance(found, Refusal):
        return found
    call, party = found
    talk.ordered(call, now)
    floor.emit(
        AlternateLegs(
            call_id=call.id,
            seat_id=agent.seat_id,
            party=party.route.leg,
            to_customer=party.active,
            music=floor.music_of(call),
        )
    )
    return None


def complete(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Join customer and third party, and leave."""
    found = _consulted(floor, agent, now)
    if isinstance(found, Refusal):
        return found
    call, party = found
    talk.ordered(call, now)
    floor.emit(JoinParty(call_id=call.id, seat_id=agent.seat_id, party=party.route.leg))
    return None


def conference(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Join all three."""
    found = _consulted(floor, agent, now)
    if isinstance(found, Refusal):
        return found
    call, party = found
    talk.ordered(call, now)
    floor.emit(BeginConference(call_id=call.id, seat_id=agent.seat_id, party=party.route.leg))
    return None


def cancel(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Let the third party go; back to the customer. In a conference: the two others go on."""
    states = (CallState.CONSULTING, CallState.CONFERENCE)
    call = own_call(floor, agent, now, *states, code=RefusalCode.NOT_CONSULTING)
    if isinstance(call, Refusal):
        return call
    assert call.third is not None
    dismiss(floor, call, call.third, now)
    return None


def dismiss(floor: FloorState, call: Call, party: Party, now: Millis) -> None:
    """Tell the third party's phone to go; told again it does no harm."""
    party.leaving = True
    if party.answered:
        floor.emit(HangUpSeat(call_id=call.id, seat_id=party.route.leg))
    else:
        floor.emit(StopRinging(call_id=call.id, seat_id=party.route.leg))
        floor.set_timer(f"party:{call.id}", now + RING_NET_MS)


def hang_up(floor: FloorState, call: Call, now: Millis) -> None:
    """F8 with a third party: the talk that is heard ends. A conference goes on without the agent."""
    party = call.third
    assert party is not None
    if call.state is CallState.CONFERENCE:
        floor.emit(HangUpSeat(call_id=call.id, seat_id=call.record.seat_id))
    elif party.active:
        dismiss(floor, call, party, now)
    else:
        talk.ended_by_agent(call)
        floor.emit(HangUpCall(call_id=call.id))


def drop_pending(floor: FloorState, call: Call, now: Millis) -> None:
    """What waited for the hold is not done."""
    route, call.pending = call.pending, None
    if route is not None:
        floor.cancel_timer(f"pending:{call.id}")
        helpers.free_route(floor, route, now)
        floor.touch_call(call)


def legs_alternated(floor: FloorState, event: LegsAlternated, now: Millis) -> None:
    """The agent speaks to the other one now."""
    call = floor.calls.get(event.call_id)
    party = _party_of(call, CallState.CONSULTING)
    if call is None or party is None or party.active is not event.to_customer:
        floor.ignored += 1
        return
    call.order_until = 0
    party.active = not event.to_customer
    shares.turn(call, call.record.seat_id, shares.CONSULT if party.active else shares.TALK, now)
    shares.turn(call, party.route.leg, shares.CONSULT if party.active else shares.HOLD, now)
    floor.touch_call(call)


def conference_began(floor: FloorState, event: ConferenceBegan, now: Millis) -> None:
    """All three hear each other."""
    call = floor.calls.get(event.call_id)
    party = _party_of(call, CallState.CONSULTING)
    if call is None or party is None:
        floor.ignored += 1
        return
    call.order_until = 0
    party.active = False
    floor.move_call(call, CallTrigger.CONFERENCE_BEGAN, now)
    for agent in (floor.agent_of(call), helpers.of_route(floor, party.route)):
        if agent is not None:
            floor.move_agent(agent, AgentTrigger.CONFERENCE_BEGAN, now)
    shares.turn(call, call.record.seat_id, shares.TALK, now)
    shares.turn(call, party.route.leg, shares.TALK, now)


def transfer_done(floor: FloorState, event: TransferDone, now: Millis) -> None:
    """Customer and third party, or supervisor, hear each other; the agent goes."""
    if spying.taken(floor, event, now):
        return
    call = floor.calls.get(event.call_id)
    party = _party_of(call, CallState.CONSULTING)
    if call is None or party is None or party.route.leg != event.party:
        floor.ignored += 1
        return
    seat_id = call.record.seat_id
    hand_over(floor, call, party, now)
    floor.emit(HangUpSeat(call_id=call.id, seat_id=seat_id))


def hand_over(floor: FloorState, call: Call, party: Party, now: Millis) -> None:
    """The third party has the customer now; of the centre nobody does, if it is no agent."""
    talk.end_talk(floor, call, now)
    call.record = replace(call.record, transfers=call.record.transfers + 1)
    party.active = False
    agent = helpers.of_route(floor, party.route)
    if agent is None:
        shares.turn(call, party.route.leg, shares.TALK, now)
        floor.move_call(call, CallTrigger.FORWARDED, now)
    else:
        call.third = None
        shares.own(call, party.route.leg, now)
        call.record = replace(call.record, staff_number=agent.staff_number, seat_id=agent.seat_id)
        floor.move_call(call, CallTrigger.HANDED_OVER, now)
        if agent.state is AgentState.CONFERENCE:
            floor.move_agent(agent, AgentTrigger.HANDED_OVER, now)
    floor.emit(StoreCall(record=call.record))


def order_failed(floor: FloorState, event: OrderFailed, now: Millis) -> None:
    """A change of parties was not done: all is as it was before."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    call.order_until = 0
    spying.give_failed(floor, call.id)
    drop_pending(floor, call, now)


def _party_of(call: Call | None, state: CallState) -> Party | None:
    """The third party who is up, in a call of this state."""
    if call is None or call.state is not state or call.third is None or not call.third.answered:
        return None
    return call.third
