"""A presented call that nobody takes: what the agent did about it, and where the call goes."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import StartMusic, StopRinging
from engine.core.events import RingFailed
from engine.core.floor import waiting
from engine.core.floor.entities import Agent, Call
from engine.core.floor.journey import come_back, wait_again
from engine.core.floor.presentation import count, let_others_go, make_first, others_of, ring
from engine.core.floor.state import FloorState
from engine.core.floor.wrap_up import end_wrap_up, settle
from engine.core.plan import REASON_BUSY, REASON_REJECTED, REASON_RONA, RING_NET_MS
from engine.core.records import Millis
from engine.core.states import AgentState, AgentStatus, CallState, RingFailure

# How a presentation ends in vain, in the words of `CountPresented`; and busy, which counts as rejected: many
# phones say busy when their user presses "reject".
RONA = "rona"
REJECTED = "rejected"
_UNREACHABLE = "unreachable"
ABANDONED = "abandoned"
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


def _drop(floor: FloorState, call: Call, agent: Agent) -> None:
    """One of several is not rung any more; the others are."""
    if call.ringing and not floor.seat_of(agent).auto:
        floor.emit(StopRinging(call_id=call.id, seat_id=agent.seat_id))
    if agent.seat_id == call.record.seat_id:
        make_first(floor, call, others_of(floor, call)[0])
    del call.others[agent.seat_id]


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
    rung = [*([agent] if agent is not None else []), *others_of(floor, call)]
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
    agent, others, was_ringing = floor.agent_of(call), others_of(floor, call), call.ringing
    floor.cancel_timer(f"ring:{call.id}")
    call.ringing, call.rung, call.others = False, "", {}
    for rung in (agent, *others):
        if rung is not None:
            release(floor, call, rung, because, now)
    call.record = replace(call.record, staff_number=call.talked[0], seat_id=call.talked[1])
    go_back(floor, call, _NOTICES[because], now, silent=was_ringing)


def go_back(floor: FloorState, call: Call, why: str, now: Millis, *, silent: bool) -> None:
    """Where a call goes that was presented, or handed over, in vain; `silent`: its music was taken away.

    One that came out of the flow goes on in it; one out of a queue, to its old place; one that somebody
    handed over, to that person; one that this person does not take either, into its queue.
    """
    sender = _sender_of(floor, call)
    if call.connecting:
        come_back(floor, call, now)
    elif call.id in floor.places:
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
        ring(floor, call, sender, now)
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
    let_others_go(floor, call, now)
