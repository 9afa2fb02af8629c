"""Call meets agent: who gets which call, ringing, answer, and what follows when nobody answers."""

from collections.abc import Sequence
from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import CountPresented, HangUpSeat, RingSeat, StartMusic, StopRinging, StoreCall
from engine.core.events import RingFailed, SeatAnswered, SeatRang
from engine.core.floor import shares, tally, waiting
from engine.core.floor.entities import Agent, Call
from engine.core.floor.journey import wait_again
from engine.core.floor.state import FloorState
from engine.core.floor.wrap_up import end_wrap_up, settle
from engine.core.plan import (
    AUTO_ANSWER_MS,
    HANDED_OVER_RING_MS,
    REASON_BUSY,
    REASON_REJECTED,
    REASON_RONA,
    RING_NET_MS,
)
from engine.core.prompts import pieces_for_agent_number
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
_NOTICES = {
    RONA: str(RingFailure.NO_ANSWER),
    REJECTED: str(RingFailure.REJECTED),
    _BUSY: str(RingFailure.BUSY),
    _UNREACHABLE: str(RingFailure.UNREACHABLE),
}
_FAILURES = {
    RingFailure.REJECTED: REJECTED,
    RingFailure.BUSY: _BUSY,
    RingFailure.UNREACHABLE: _UNREACHABLE,
}


def present(floor: FloorState, call: Call, agent: Agent, now: Millis, others: Sequence[Agent] = ()) -> None:
    """Give a waiting call to an agent who is free; with `others` to all of them, and the first one has it."""
    waiting.take(floor, call)
    for rung in (agent, *others):
        rung.call_id = call.id
        floor.move_agent(rung, AgentTrigger.RESERVED, now)
    _ring(floor, call, agent, now, others)


def present_handed_over(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """Give a call that was handed over to the agent who is reserved for it."""
    _ring(floor, call, agent, now)


def ring_ms_of(floor: FloorState, call: Call) -> Millis:
    """How long an agent may let this call ring."""
    queue = floor.plan.queues.get(call.record.queue_id)
    return queue.ring_ms if queue is not None else HANDED_OVER_RING_MS


def _ring(floor: FloorState, call: Call, agent: Agent, now: Millis, others: Sequence[Agent] = ()) -> None:
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
            )
        )


def _announcement(floor: FloorState, call: Call, agent: Agent) -> tuple[str, ...]:
    """Who will speak; of several phones nobody knows before which one it is."""
    queue = floor.plan.queues.get(call.record.queue_id)
    wanted = queue is not None and queue.announce_agent
    return tuple(pieces_for_agent_number(agent.staff_number)) if wanted else ()


def dial_auto(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """F4 at a seat whose phone answers by itself: of several the first one has the call."""
    _make_first(floor, call, agent)
    for seat_id in call.others:
        if call.ringing and not floor.plan.seats[seat_id].auto:
            floor.emit(StopRinging(call_id=call.id, seat_id=seat_id))
    _let_others_go(floor, call, now)
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
        )
    )


def _make_first(floor: FloorState, call: Call, agent: Agent) -> None:
    """Of several who are rung this one is to have the call."""
    if agent.seat_id in call.others:
        del call.others[agent.seat_id]
        call.others[call.record.seat_id] = call.record.staff_number
        call.record = replace(call.record, staff_number=agent.staff_number, seat_id=agent.seat_id)
        floor.touch_call(call)


def _let_others_go(floor: FloorState, call: Call, now: Millis) -> None:
    """Somebody else was faster, which is nobody's fault: they keep their place among the idle."""
    for other in _others(floor, call):
        other.call_id = ""
        other.present_until = 0
        floor.move_agent(other, AgentTrigger.RING_ENDED, now)
        settle(floor, other, now)
    call.others = {}


def _others(floor: FloorState, call: Call) -> list[Agent]:
    return [floor.agents[staff_number] for staff_number in call.others.values()]


def _drop(floor: FloorState, call: Call, agent: Agent) -> None:
    """One of several is not rung any more; the others are."""
    if call.ringing and not floor.seat_of(agent).auto:
        floor.emit(StopRinging(call_id=call.id, seat_id=agent.seat_id))
    if agent.seat_id == call.record.seat_id:
        _make_first(floor, call, _others(floor, call)[0])
    del call.others[agent.seat_id]


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


def ring_too_long(floor: FloorState, call_id: str, now: Millis) -> None:
    """Nobody took the presented call in time; or its phone was to be stopped, and nothing came of it."""
    call = floor.calls[call_id]
    if call.ring_ended_because:
        _take_back(floor, call, call.ring_ended_because, now)
    else:
        stop_presenting(floor, call, RONA, now)


def reject(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """The agent does not want the presented call."""
    if call.others:
        _drop(floor, call, agent)
        release(floor, call, agent, REJECTED, now)
    else:
        stop_presenting(floor, call, REJECTED, now)


def stop_presenting(floor: FloorState, call: Call, because: str, now: Millis) -> None:
    """Take a presented call back.

    A phone that rings is stopped first: it may be picked up just now, and then that is what happened.
    """
    call.ring_ended_because = because
    if call.ringing:
        for seat_id in (call.record.seat_id, *call.others):
            if not floor.plan.seats[seat_id].auto or seat_id == call.rung:
                floor.emit(StopRinging(call_id=call.id, seat_id=seat_id))
        floor.set_timer(f"ring:{call.id}", now + RING_NET_MS)
    else:
        _take_back(floor, call, because, now)


def take_agent_away(floor: FloorState, agent: Agent, now: Millis) -> None:
    """The agent picked up another call: what was presented goes back, and is counted as not reached."""
    call = floor.call_of(agent)
    if call is None or call.state is not CallState.PRESENTED:
        return
    count(floor, call, agent, _UNREACHABLE, now)
    agent.call_id = ""
    agent.present_until = 0
    if call.others:
        _drop(floor, call, agent)
    else:
        stop_presenting(floor, call, _UNREACHABLE, now)


def ring_failed(floor: FloorState, event: RingFailed, now: Millis) -> None:
    """The phone was not picked up: back to the old place in the queue."""
    call = floor.calls.get(event.call_id)
    mine = call is not None and event.seat_id in (call.record.seat_id, call.rung)
    if call is None or call.state is not CallState.PRESENTED or not mine:
        floor.ignored += 1
        return
    asked = call.ring_ended_because
    if event.failure is RingFailure.CANCELLED and not asked:
        call.ringing = False  # the caller gave up: that comes as a fact of its own, and is no agent's fault
        return
    call.record = replace(call.record, agent_cause=event.cause)
    because = asked or _FAILURES.get(event.failure, RONA)
    if asked or not _consoles_go_on(floor, call, because, now):
        _take_back(floor, call, because, now)


def _consoles_go_on(floor: FloorState, call: Call, because: str, now: Millis) -> bool:
    """The phones that rang are out, but the call is shown at seats whose phones wait for F4."""
    agent = floor.agent_of(call)
    rung = [*([agent] if agent is not None else []), *_others(floor, call)]
    phones = [one for one in rung if not floor.seat_of(one).auto]
    if not call.rung or floor.plan.seats[call.rung].auto or len(phones) == len(rung):
        return False
    call.ringing, call.rung = False, ""
    for one in phones:
        _drop(floor, call, one)
        release(floor, call, one, because, now)
    begin_music(floor, call)
    return True


def begin_music(floor: FloorState, call: Call) -> None:
    """Dialling took the place of the music."""
    keys = floor.callback_key(call)
    floor.emit(StartMusic(call_id=call.id, music=floor.music_of(call), keys=keys))


def _take_back(floor: FloorState, call: Call, because: str, now: Millis) -> None:
    floor.move_call(call, CallTrigger.RETURNED, now)
    agent, others, was_ringing = floor.agent_of(call), _others(floor, call), call.ringing
    floor.cancel_timer(f"ring:{call.id}")
    call.ringing, call.rung, call.others = False, "", {}
    for rung in (agent, *others):
        if rung is not None:
            release(floor, call, rung, because, now)
    call.record = replace(call.record, staff_number=call.talked[0], seat_id=call.talked[1])
    go_back(floor, call, _NOTICES[because], now, silent=was_ringing)


def go_back(floor: FloorState, call: Call, why: str, now: Millis, *, silent: bool) -> None:
    """Where a call goes that was presented, or handed over, in vain; `silent`: its music was taken away.

    One that came out of a queue goes to its old place; one that somebody handed over, to that person; one
    that this person does not take either, into its queue.
    """
    sender = _sender_of(floor, call)
    if call.id in floor.places:
        waiting.put_back(floor, call)
        if silent:
            begin_music(floor, call)
    elif sender is not None:
        call.sender = ""
        if sender.state is AgentState.WRAP_UP:
            end_wrap_up(floor, sender, now)
        floor.emit(StartMusic(call_id=call.id, music=floor.music_of(call)))
        sender.call_id = call.id
        floor.move_agent(sender, AgentTrigger.RESERVED, now)
        _ring(floor, call, sender, now)
        sender.notice = why
    else:
        wait_again(floor, call, "", now)


def _sender_of(floor: FloorState, call: Call) -> Agent | None:
    """Who handed the call over and can be given it back: a wrap-up ends for it."""
    agent = floor.agents.get(call.sender)
    if agent is None or not floor.reachable[agent.seat_id] or not floor.switch_up:
        return None
    return agent if agent.state in (AgentState.IDLE, AgentState.WRAP_UP) else None


def release(floor: FloorState, call: Call, agent: Agent, because: str, now: Millis) -> None:
    """Free an agent from a presentation; who did not answer gets no further call before saying so."""
    count(floor, call, agent, _COUNTED_AS.get(because, because), now)
    agent.call_id = ""
    agent.present_until = 0
    if because == _UNREACHABLE:
        floor.reachable[agent.seat_id] = False
    elif because != ABANDONED and agent.status is AgentStatus.READY:
        reason = _BREAK_REASONS.get(because, REASON_RONA)
        floor.set_status(agent, AgentStatus.BREAK, reason, now)
    floor.move_agent(agent, AgentTrigger.RING_ENDED, now)
    settle(floor, agent, now)


def customer_left_while_presented(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """The caller gave up while an agent was rung; the agent keeps the place among the idle."""
    call.ringing, call.rung = False, ""
    release(floor, call, agent, ABANDONED, now)
    _let_others_go(floor, call, now)


def seat_answered(floor: FloorState, event: SeatAnswered, now: Millis) -> None:
    """Agent and customer hear each other."""
    call = floor.calls.get(event.call_id)
    if call is None:
        floor.ignored += 1
        return
    presented = call.state is CallState.PRESENTED
    if presented and event.seat_id in call.others:
        _make_first(floor, call, floor.agents[call.others[event.seat_id]])
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
    _let_others_go(floor, call, now)
    call.legs.add(agent.seat_id)
    for name in ("ring", "wait", "announce", "overflow"):
        floor.cancel_timer(f"{name}:{call.id}")
    again = bool(call.record.answered_at)
    how = shares.ANSWERED if queued else shares.TRANSFERRED
    shares.begin(call, agent.seat_id, now, staff_number=agent.staff_number, how=how, owner=True)
    handed_over = call.talked[0] not in ("", agent.staff_number)
    call.record = replace(call.record, agent_cause=0, transfers=call.record.transfers + handed_over)
    call.sender = ""
    agent.present_until = 0
    agent.answered_at = now
    floor.move_agent(agent, AgentTrigger.ANSWERED, now)
    count(floor, call, agent, ANSWERED, now)
    if not again:
        call.record = replace(call.record, answered_at=now, wait_ms=now - call.record.offered_at)
        tally.call_answered(floor, call)
        floor.touch_queue(call.record.queue_id)
    floor.emit(StoreCall(record=call.record))


def answered_in_vain(floor: FloorState, event: SeatAnswered) -> None:
    """A phone was picked up after the floor had given the call away: two agents may not have one caller."""
    floor.ignored += 1
    floor.emit(HangUpSeat(call_id=event.call_id, seat_id=event.seat_id))


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
