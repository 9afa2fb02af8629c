"""Supervisors in agents' talks: listening, whispering, barging in, and taking the call over.

A spying begins when the supervisor's phone is rung, and ends when that phone is out of the talk. Whatever
takes the agent out of the talk ends it too: `follow` looks after each step.
"""

from engine.core import requests as ask
from engine.core.agent_machine import AgentTrigger
from engine.core.effects import GiveToSpy, HangUpSeat, Spy, StopSpying, StoreSpying
from engine.core.events import SpyBegan, SpyEnded, TransferDone
from engine.core.floor import hands, talk
from engine.core.floor.entities import Agent, Spying
from engine.core.floor.state import FloorState
from engine.core.floor.wrap_up import settle
from engine.core.plan import RING_NET_MS
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState, CallState, RefusalCode, SpyMode

IN_TALK = (AgentState.TALKING, AgentState.HOLDING, AgentState.CONSULTING, AgentState.CONFERENCE)
_TAKEN_FROM = (CallState.TALKING, CallState.HOLDING)
_RING_MS = 20_000


def listen(floor: FloorState, request: ask.Listen, now: Millis) -> Refusal | None:
    """Be in an agent's talk, or change how; in another agent's talk: go over to this one."""
    own, refusal = _own_phone(floor, request.staff_number)
    if own is None:
        return refusal
    agent = floor.agents.get(request.agent)
    if agent is None:
        return Refusal(code=RefusalCode.NOT_LOGGED_IN, detail=request.agent)
    if agent is own:
        return Refusal(code=RefusalCode.TARGET_IS_SELF)
    if agent.state not in IN_TALK:
        return Refusal(code=RefusalCode.NOT_TALKING, detail=agent.staff_number)
    spying = floor.spies.get(own.seat_id)
    if spying is not None and (spying.ending or spying.taking):
        return Refusal(code=RefusalCode.TOO_LATE)
    if spying is not None and spying.agent == agent.staff_number:
        _change_mode(floor, spying, request.mode)
        return None
    if spying is not None:
        _close(floor, spying, now)
    else:
        floor.move_agent(own, AgentTrigger.MONITOR_BEGAN, now)
    _begin(floor, own, agent, request.mode, now)
    return None


def _own_phone(floor: FloorState, staff_number: str) -> tuple[Agent | None, Refusal | None]:
    """The supervisor at a seat, whose phone can be used for listening now; or why there is none."""
    own = floor.agents.get(staff_number)
    if own is None or own.state is AgentState.UNREACHABLE:
        return None, Refusal(code=RefusalCode.NO_PHONE)
    if not floor.switch_up:
        return None, Refusal(code=RefusalCode.SWITCH_DOWN)
    if own.state not in (AgentState.IDLE, AgentState.MONITORING):
        return None, Refusal(code=RefusalCode.IN_CALL)
    return own, None


def _begin(floor: FloorState, own: Agent, agent: Agent, mode: SpyMode, now: Millis) -> None:
    seat = floor.seat_of(own)
    spying = Spying(
        staff_number=own.staff_number,
        seat_id=seat.id,
        agent=agent.staff_number,
        agent_seat_id=agent.seat_id,
        call_id=agent.call_id,
        mode=mode,
    )
    floor.spies[seat.id] = spying
    own.notice = ""
    floor.touch_agent(own.staff_number)
    _order(floor, spying)
    floor.set_timer(f"spy:{seat.id}", now + _RING_MS + RING_NET_MS)


def _order(floor: FloorState, spying: Spying) -> None:
    floor.emit(
        Spy(
            spy_seat_id=spying.seat_id,
            seat_id=spying.agent_seat_id,
            mode=spying.mode,
            auto=floor.plan.seats[spying.seat_id].auto,
            ring_ms=_RING_MS,
        )
    )


def _change_mode(floor: FloorState, spying: Spying, mode: SpyMode) -> None:
    """A phone that still rings gets its mode when it is picked up."""
    if spying.mode is mode:
        return
    spying.mode = mode
    floor.touch_agent(spying.staff_number)
    if spying.began_at:
        _order(floor, spying)


def stop_listening(floor: FloorState, request: ask.StopListening, now: Millis) -> Refusal | None:
    """Leave the talk; while the phone still rings: let it be."""
    spying = spying_of(floor, request.staff_number)
    if spying is None:
        return Refusal(code=RefusalCode.NOT_LISTENING)
    _stop(floor, spying, now)
    return None


def spying_of(floor: FloorState, staff_number: str) -> Spying | None:
    """Whose talk this supervisor is in."""
    own = floor.agents.get(staff_number)
    return floor.spies.get(own.seat_id) if own is not None else None


def _stop(floor: FloorState, spying: Spying, now: Millis) -> None:
    """The phone is told to hang up; it is out when it says so, or after a while all the same."""
    if not spying.ending:
        spying.ending = True
        floor.emit(StopSpying(spy_seat_id=spying.seat_id))
        floor.set_timer(f"spy:{spying.seat_id}", now + RING_NET_MS)


def take_over(floor: FloorState, request: ask.TakeOver, now: Millis) -> Refusal | None:
    """Replace the agent in the talk; who does not listen yet, listens first."""
    agent = floor.agents.get(request.agent)
    call = floor.call_of(agent) if agent is not None and agent.state in IN_TALK else None
    if call is not None and call.state not in _TAKEN_FROM:  # what is no talk at all is refused by `listen`
        return Refusal(code=RefusalCode.TARGET_BUSY, detail=request.agent)
    if call is not None and call.order_until > now:
        return Refusal(code=RefusalCode.TOO_LATE, detail=request.agent)
    spying = spying_of(floor, request.staff_number)
    mode = spying.mode if spying is not None and spying.agent == request.agent else SpyMode.LISTEN
    refusal = listen(
        floor, ask.Listen(staff_number=request.staff_number, agent=request.agent, mode=mode), now
    )
    if refusal is not None:
        return refusal
    spying = floor.spies[floor.agents[request.staff_number].seat_id]
    spying.taking = True
    if spying.began_at:
        _give(floor, spying, now)
    return None


def _give(floor: FloorState, spying: Spying, now: Millis) -> None:
    """The agent may have begun something else while the supervisor's phone rang: then nothing is taken."""
    call = floor.calls[spying.call_id]
    if call.state not in _TAKEN_FROM or call.order_until > now:
        spying.taking = False
        floor.agents[spying.staff_number].notice = RefusalCode.TARGET_BUSY
        return
    talk.ordered(call, now)
    floor.emit(GiveToSpy(call_id=spying.call_id, seat_id=spying.agent_seat_id, spy_seat_id=spying.seat_id))
    floor.set_timer(f"spy:{spying.seat_id}", now + RING_NET_MS)


def began(floor: FloorState, event: SpyBegan, now: Millis) -> None:
    """The supervisor is in the talk, or in it in another way."""
    spying = floor.spies.get(event.spy_seat_id)
    if spying is None:  # picked up after it was given up
        floor.ignored += 1
        floor.emit(StopSpying(spy_seat_id=event.spy_seat_id))
        return
    if spying.ending or spying.agent_seat_id != event.seat_id:
        floor.ignored += 1
        return
    if event.mode not in spying.modes[-1:]:
        spying.modes.append(event.mode)
    floor.touch_agent(spying.staff_number)
    if spying.began_at:
        return
    spying.began_at = now
    floor.cancel_timer(f"spy:{spying.seat_id}")
    hands.lower(floor, spying.agent)
    if spying.taking:
        _give(floor, spying, now)
    elif spying.mode is not event.mode:
        _order(floor, spying)


def ended(floor: FloorState, event: SpyEnded, now: Millis) -> None:
    """The supervisor's phone is out of the talk, or was never in."""
    spying = floor.spies.get(event.spy_seat_id)
    if spying is None:
        floor.ignored += 1
        return
    if event.failure is not None and not spying.ending:
        floor.agents[spying.staff_number].notice = event.failure
    _free(floor, spying, now)


def too_long(floor: FloorState, seat_id: str, now: Millis) -> None:
    """Asterisk does not say what became of an order: of taking over nothing did, else the phone is out."""
    spying = floor.spies[seat_id]
    if spying.taking and spying.began_at and not spying.ending:
        spying.taking = False
        return
    _end(floor, spying, now)


def taken(floor: FloorState, event: TransferDone, now: Millis) -> bool:
    """The customer is with the supervisor, who has the call now; False: it is about somebody else.

    A supervisor who comes into a call that is over meanwhile has it no more.
    """
    spying, call = floor.spies.get(event.party), floor.calls.get(event.call_id)
    if spying is None or spying.call_id != event.call_id:
        return False
    if call is not None and call.state in _TAKEN_FROM:
        _close(floor, spying, now)
        talk.take_over(floor, call, floor.agents[spying.staff_number], now)
    else:
        floor.emit(HangUpSeat(call_id=event.call_id, seat_id=event.party))
        _free(floor, spying, now)
    return True


def give_failed(floor: FloorState, call_id: str) -> None:
    """A take-over was not done: the supervisor is in the talk as before."""
    for spying in floor.spies.values():
        if spying.call_id == call_id and spying.taking and spying.began_at:
            spying.taking = False
            floor.cancel_timer(f"spy:{spying.seat_id}")


def takes_over(floor: FloorState, agent: Agent) -> bool:
    """Whether a customer is on the way to this supervisor's phone."""
    spying = floor.spies.get(agent.seat_id)
    return spying is not None and spying.taking


def leave(floor: FloorState, agent: Agent, now: Millis) -> None:
    """The supervisor logs out: nobody is there to listen."""
    spying = floor.spies.get(agent.seat_id)
    if spying is not None:
        _end(floor, spying, now)


def end_all(floor: FloorState, now: Millis) -> None:
    """How long each one listened is written down before the engine goes."""
    for spying in list(floor.spies.values()):
        _end(floor, spying, now)


def _end(floor: FloorState, spying: Spying, now: Millis) -> None:
    floor.emit(StopSpying(spy_seat_id=spying.seat_id))
    _free(floor, spying, now)


def follow(floor: FloorState, now: Millis) -> None:
    """After each step: who spies on an agent that is out of that talk, or has no phone any more, ends it."""
    for spying in floor.spies.values():
        agent = floor.agents.get(spying.agent)
        in_it = agent is not None and agent.call_id == spying.call_id and agent.state in IN_TALK
        if not in_it or not floor.reachable[spying.seat_id]:
            _stop(floor, spying, now)


def stop_unwatched(floor: FloorState, staff_number: str, now: Millis) -> None:
    """The supervisor's console has been gone for too long: nobody sees that somebody listens."""
    spying = spying_of(floor, staff_number)
    if spying is not None:
        _stop(floor, spying, now)


def _free(floor: FloorState, spying: Spying, now: Millis) -> None:
    """The supervisor does something else again."""
    _close(floor, spying, now)
    own = floor.agents[spying.staff_number]
    floor.move_agent(own, AgentTrigger.MONITOR_ENDED, now)
    settle(floor, own, now)


def _close(floor: FloorState, spying: Spying, now: Millis) -> None:
    """One spying is over; it is on record if anything could be heard."""
    del floor.spies[spying.seat_id]
    floor.cancel_timer(f"spy:{spying.seat_id}")
    floor.touch_agent(spying.staff_number)
    if spying.began_at:
        floor.emit(
            StoreSpying(
                staff_number=spying.staff_number,
                agent=spying.agent,
                call_id=spying.call_id,
                modes=tuple(spying.modes),
                began_at=spying.began_at,
                ended_at=now,
            )
        )
