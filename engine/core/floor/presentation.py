"""Call meets agent: whose phone rings, and who answers."""

from collections.abc import Sequence
from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import CountPresented, HangUpSeat, RingSeat, StopRinging, StoreCall
from engine.core.events import SeatAnswered, SeatRang
from engine.core.floor import shares, tally, waiting
from engine.core.floor.entities import Agent, Call
from engine.core.floor.state import FloorState
from engine.core.floor.wrap_up import settle
from engine.core.plan import AUTO_ANSWER_MS, HANDED_OVER_RING_MS, RING_NET_MS
from engine.core.records import Millis
from engine.core.states import CallState
from engine.core.voice.pieces import pieces_for_agent_number

# How a presentation ends well; `unanswered` has the other words of `CountPresented`.
ANSWERED = "answered"


def present(floor: FloorState, call: Call, agent: Agent, now: Millis, others: Sequence[Agent] = ()) -> None:
    """Give a waiting call to an agent who is free; with `others` to all of them, and the first one has it."""
    waiting.take(floor, call)
    for rung in (agent, *others):
        rung.call_id = call.id
        floor.move_agent(rung, AgentTrigger.RESERVED, now)
    ring(floor, call, agent, now, others)


def present_handed_over(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """Give a call that was handed over to the agent who is reserved for it."""
    ring(floor, call, agent, now)


def ring_ms_of(floor: FloorState, call: Call) -> Millis:
    """How long an agent may let this call ring."""
    queue = floor.plan.queues.get(call.record.queue_id)
    return queue.ring_ms if queue is not None else HANDED_OVER_RING_MS


def ring(floor: FloorState, call: Call, agent: Agent, now: Millis, others: Sequence[Agent] = ()) -> None:
    """Give the call to these agents, and ring those whose phones do not wait for F4."""
    ring_ms = ring_ms_of(floor, call)
    call.ring_ended_because = ""
    call.others = {other.seat_id: other.staff_number for other in others}
    call.record = replace(
        call.record,
        staff_number=agent.staff_number,
        seat_id=agent.seat_id,
        presented_at=now,
        presented_count=call.record.presented_count + 1,
    )
    phones = []
    for rung in (agent, *others):
        rung.present_until = now + ring_ms
        if floor.seat_of(rung).auto:
            floor.move_agent(rung, AgentTrigger.RING_STARTED, now)
        else:
            phones.append(rung.seat_id)
    floor.move_call(call, CallTrigger.PRESENTED, now)
    floor.touch_agent(agent.staff_number)
    floor.set_timer(f"ring:{call.id}", agent.present_until)
    if phones:
        call.ringing, call.rung = True, phones[0]
        floor.emit(
            RingSeat(
                call_id=call.id,
                seat_id=phones[0],
                others=tuple(phones[1:]),
                auto=False,
                ring_ms=ring_ms + RING_NET_MS,
                music=floor.music_of(call),
                announce=() if others else _announcement(floor, call, agent),
                language=call.position.language,
            )
        )


def _announcement(floor: FloorState, call: Call, agent: Agent) -> tuple[str, ...]:
    """Who will speak; of several phones nobody knows before which one it is."""
    queue = floor.plan.queues.get(call.record.queue_id)
    wanted = queue is not None and queue.announce_agent
    return tuple(pieces_for_agent_number(agent.staff_number)) if wanted else ()


def dial_auto(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """F4 at a seat whose phone answers by itself: of several the first one has the call."""
    make_first(floor, call, agent)
    for seat_id in call.others:
        if call.ringing and not floor.plan.seats[seat_id].auto:
            floor.emit(StopRinging(call_id=call.id, seat_id=seat_id))
    let_others_go(floor, call, now)
    call.ringing, call.rung = True, agent.seat_id
    agent.present_until = now + AUTO_ANSWER_MS
    floor.set_timer(f"ring:{call.id}", agent.present_until + RING_NET_MS)
    floor.touch_agent(agent.staff_number)
    floor.emit(
        RingSeat(
            call_id=call.id,
            seat_id=agent.seat_id,
            auto=True,
            ring_ms=AUTO_ANSWER_MS,
            music=floor.music_of(call),
            announce=_announcement(floor, call, agent),
            language=call.position.language,
        )
    )


def make_first(floor: FloorState, call: Call, agent: Agent) -> None:
    """Of several who are rung this one is to have the call."""
    if agent.seat_id in call.others:
        del call.others[agent.seat_id]
        call.others[call.record.seat_id] = call.record.staff_number
        call.record = replace(call.record, staff_number=agent.staff_number, seat_id=agent.seat_id)
        floor.touch_call(call)


def let_others_go(floor: FloorState, call: Call, now: Millis) -> None:
    """Somebody else was faster, which is nobody's fault: they keep their place among the idle."""
    for other in others_of(floor, call):
        other.call_id = ""
        other.present_until = 0
        floor.move_agent(other, AgentTrigger.RING_ENDED, now)
        settle(floor, other, now)
    call.others = {}


def others_of(floor: FloorState, call: Call) -> list[Agent]:
    return [floor.agents[staff_number] for staff_number in call.others.values()]


def seat_rang(floor: FloorState, event: SeatRang, now: Millis) -> None:
    """The phone rings."""
    call = floor.calls.get(event.call_id)
    agent = floor.agent_of(call) if call is not None else None
    if call is not None and event.seat_id in call.others:
        agent = floor.agents[call.others[event.seat_id]]
    if agent is None or agent.seat_id != event.seat_id:
        floor.ignored += 1
        return
    floor.move_agent(agent, AgentTrigger.RING_STARTED, now)


def seat_answered(floor: FloorState, event: SeatAnswered, now: Millis) -> None:
    """Agent and customer hear each other."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    presented = call.state is CallState.PRESENTED
    if presented and event.seat_id in call.others:
        make_first(floor, call, floor.agents[call.others[event.seat_id]])
    agent = floor.agent_of(call) if presented else None
    if agent is not None and agent.seat_id == event.seat_id:
        _answered(floor, call, agent, now)
    elif event.seat_id in call.legs:
        floor.ignored += 1
    else:
        answered_in_vain(floor, event)


def _answered(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    floor.move_call(call, CallTrigger.ANSWERED, now)
    queued = floor.places.pop(call.id, None) is not None
    call.ringing, call.rung = False, ""
    let_others_go(floor, call, now)
    call.legs.add(agent.seat_id)
    for name in ("ring", "wait", "announce", "overflow"):
        floor.cancel_timer(f"{name}:{call.id}")
    again = bool(call.record.answered_at)
    how = shares.ANSWERED if queued else shares.TRANSFERRED
    shares.begin(call, agent.seat_id, now, staff_number=agent.staff_number, how=how, owner=True)
    handed_over = call.talked[0] not in ("", agent.staff_number)
    call.record = replace(call.record, agent_cause=0, transfers=call.record.transfers + handed_over)
    call.sender, call.connecting = "", False
    agent.present_until = 0
    agent.answered_at = now
    floor.move_agent(agent, AgentTrigger.ANSWERED, now)
    count(floor, call, agent, ANSWERED, now)
    if not again:
        offered_at = call.record.offered_at or call.record.presented_at  # a flow may pass the queues by
        call.record = replace(call.record, offered_at=offered_at, answered_at=now, wait_ms=now - offered_at)
        tally.call_answered(floor, call)
        floor.touch_queue(call.record.queue_id)
    floor.emit(StoreCall(record=call.record))


def answered_in_vain(floor: FloorState, event: SeatAnswered) -> None:
    """A phone was picked up after the floor had given the call away: two agents may not have one caller."""
    floor.ignored += 1
    floor.emit(HangUpSeat(call_id=event.call_id, seat_id=event.seat_id))


def count(floor: FloorState, call: Call, agent: Agent, ended: str, now: Millis) -> None:
    """A presentation is over: in today's figures, and on record."""
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
