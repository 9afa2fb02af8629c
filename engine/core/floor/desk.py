"""What agents ask for. A refused request changes nothing."""

from collections.abc import Callable
from typing import Any

from engine.core import requests as ask
from engine.core.agent_machine import AgentTrigger
from engine.core.floor import (
    breaks,
    callback_follow,
    consult,
    hands,
    journey,
    keys,
    outbound,
    phone,
    spying,
    supervision,
    transfer,
    wrap_up,
)
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.plan import REASON_CONSOLE, REASON_START, REASON_SUPERVISING
from engine.core.records import Millis
from engine.core.requests import Refusal, Request
from engine.core.states import AgentState, AgentStatus, RefusalCode

_PHONE_FREE = (AgentState.IDLE, AgentState.UNREACHABLE, AgentState.WRAP_UP)
_IN_CALL = frozenset(AgentState) - {*_PHONE_FREE, AgentState.MONITORING}


def log_in(floor: FloorState, request: ask.LogIn, now: Millis) -> Refusal | None:
    """Take a seat; who is there already comes back to the same call."""
    seat = floor.plan.seats.get(request.seat_id)
    holder = floor.agent_on_seat.get(request.seat_id)
    if seat is None or (seat.retired and holder != request.staff_number):
        return Refusal(code=RefusalCode.UNKNOWN_SEAT, detail=request.seat_id)
    if holder not in (None, request.staff_number):
        return Refusal(code=RefusalCode.SEAT_TAKEN, detail=str(holder))
    agent = floor.agents.get(request.staff_number)
    if agent is None:
        _new_agent(floor, request, now)
        return None
    _want_seat(floor, agent, request.seat_id)
    _supervise(floor, agent, request.supervises, now)
    console_attached(floor, agent.staff_number)
    return None


def _want_seat(floor: FloorState, agent: Agent, seat_id: str) -> None:
    """Another seat is taken at once, but its phone only when what goes on at the old one is over."""
    if agent.next_seat_id not in ("", seat_id):
        del floor.agent_on_seat[agent.next_seat_id]
    floor.agent_on_seat[seat_id] = agent.staff_number
    agent.next_seat_id = "" if seat_id == agent.seat_id else seat_id
    if agent.next_seat_id:
        floor.moving.add(agent.staff_number)
    else:
        floor.moving.discard(agent.staff_number)
    floor.touch_agent(agent.staff_number)


def _supervise(floor: FloorState, agent: Agent, supervises: bool, now: Millis) -> None:
    """Who comes back as a supervisor, or as an agent: the break of one is not that of the other."""
    if agent.supervises is not supervises:
        agent.supervises = supervises
        floor.staff_left = True
        floor.touch_agent(agent.staff_number)
        if agent.status is AgentStatus.BREAK:
            floor.set_status(agent, AgentStatus.BREAK, _first_reason(supervises), now)


def _first_reason(supervises: bool) -> str:
    return REASON_SUPERVISING if supervises else REASON_START


def _new_agent(floor: FloorState, request: ask.LogIn, now: Millis) -> None:
    agent = Agent(
        staff_number=request.staff_number,
        name=request.name,
        seat_id=request.seat_id,
        status=AgentStatus.BREAK,
        status_since=now,
        reason=_first_reason(request.supervises),
        supervises=request.supervises,
        state_since=now,
        idle_since=now,
    )
    floor.agents[agent.staff_number] = agent
    floor.agent_on_seat[agent.seat_id] = agent.staff_number
    floor.counter_of(agent.staff_number)
    floor.touch_agent(agent.staff_number)
    floor.remember(agent, AgentStatus.LOGGED_OUT, AgentState.IDLE, now)
    wrap_up.settle(floor, agent, now)


def follow(floor: FloorState, now: Millis) -> None:
    """After each step.

    Who logged in at another seat moves as soon as the phone of the old one is free. Waiting callers whom
    nobody could serve any more are sent to the voice message.
    """
    for staff_number in list(floor.moving):
        agent = floor.agents[staff_number]
        if agent.state in _PHONE_FREE:
            _move_seat(floor, agent, now)
    if floor.staff_left:
        floor.staff_left = False
        journey.leave_unstaffed(floor, now)


def _move_seat(floor: FloorState, agent: Agent, now: Millis) -> None:
    old_seat_id = agent.seat_id
    del floor.agent_on_seat[old_seat_id]
    agent.seat_id, agent.next_seat_id = agent.next_seat_id, ""
    floor.moving.discard(agent.staff_number)
    floor.remember(agent, agent.status, agent.state, now)
    floor.forget_seat(old_seat_id)
    floor.staff_left = True
    floor.index(agent)
    found = floor.reachable[agent.seat_id]
    trigger = AgentTrigger.PHONE_FOUND if found else AgentTrigger.PHONE_LOST
    floor.move_agent(agent, trigger, now)
    floor.touch_agent(agent.staff_number)


def log_out(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Leave the seat."""
    if agent.state in _IN_CALL or spying.takes_over(floor, agent):
        return Refusal(code=RefusalCode.IN_CALL)
    if agent.state is AgentState.WRAP_UP:
        agent.next_status = None
        wrap_up.end_wrap_up(floor, agent, now)
    spying.leave(floor, agent, now)
    floor.cancel_timer(f"console:{agent.staff_number}")
    floor.set_status(agent, AgentStatus.LOGGED_OUT, "", now)
    del floor.agents[agent.staff_number]
    for seat_id in (agent.seat_id, agent.next_seat_id):
        if floor.agent_on_seat.pop(seat_id, None) is not None:
            floor.forget_seat(seat_id)
    floor.moving.discard(agent.staff_number)
    return None


def go_ready(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """Want calls; in a call that is the wish for afterwards, a wrap-up ends."""
    if agent.state in _IN_CALL:
        _wish(floor, agent, AgentStatus.READY, "")
        return None
    agent.next_status = None
    floor.set_status(agent, AgentStatus.READY, "", now)
    if agent.state is AgentState.WRAP_UP:
        wrap_up.end_wrap_up(floor, agent, now)
    return None


def go_on_break(
    floor: FloorState, agent: Agent, reason: str, now: Millis, *, forced: bool = False
) -> Refusal | None:
    """Want no calls; in a call or a wrap-up it means afterwards."""
    may_supervise = agent.supervises and reason == REASON_SUPERVISING
    if reason not in floor.plan.break_reasons and not may_supervise:
        return Refusal(code=RefusalCode.UNKNOWN_REASON, detail=reason)
    if not forced and not may_supervise and breaks.too_many(floor, agent):
        return Refusal(code=RefusalCode.TOO_MANY_ON_BREAK, detail=str(floor.plan.max_on_break))
    if agent.state in _IN_CALL or agent.state is AgentState.WRAP_UP:
        _wish(floor, agent, AgentStatus.BREAK, reason)
    else:
        floor.set_status(agent, AgentStatus.BREAK, reason, now)
    return None


def _wish(floor: FloorState, agent: Agent, status: AgentStatus, reason: str) -> None:
    same = (agent.status, agent.reason) == (status, reason)
    agent.next_status, agent.next_reason = (None, "") if same else (status, reason)
    floor.touch_agent(agent.staff_number)


def finish_wrap_up(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """The after-call work is done."""
    if agent.state is not AgentState.WRAP_UP:
        return Refusal(code=RefusalCode.NOT_IN_WRAP_UP)
    wrap_up.end_wrap_up(floor, agent, now)
    return None


def extend_wrap_up(floor: FloorState, agent: Agent, now: Millis) -> Refusal | None:
    """A little more time for the after-call work, once."""
    if agent.state is not AgentState.WRAP_UP:
        return Refusal(code=RefusalCode.NOT_IN_WRAP_UP)
    extension_ms = breaks.wrap_up_extension_ms(floor, agent)
    if not extension_ms:
        return Refusal(code=RefusalCode.NOT_AGAIN)
    agent.wrap_up_extended = True
    agent.wrap_up_until += extension_ms
    floor.set_timer(f"wrap:{agent.staff_number}", agent.wrap_up_until)
    floor.touch_agent(agent.staff_number)
    return None


def force_status(floor: FloorState, request: ask.ForceStatus, now: Millis) -> Refusal | None:
    """A supervisor sets an agent's status, as the agent could."""
    agent = floor.agents.get(request.agent)
    if agent is None:
        return Refusal(code=RefusalCode.NOT_LOGGED_IN, detail=request.agent)
    if request.status is AgentStatus.READY:
        return go_ready(floor, agent, now)
    if request.status is AgentStatus.BREAK:
        return go_on_break(floor, agent, request.reason, now, forced=True)
    return log_out(floor, agent, now)


_BY_AGENT: dict[type, Callable[[FloorState, Agent, Millis], Refusal | None]] = {
    ask.LogOut: log_out,
    ask.GoReady: go_ready,
    ask.Answer: phone.answer,
    ask.Reject: phone.reject,
    ask.HangUp: phone.hang_up,
    ask.Hold: phone.hold,
    ask.Retrieve: phone.retrieve,
    ask.FinishWrapUp: finish_wrap_up,
    ask.ExtendWrapUp: extend_wrap_up,
    ask.Alternate: consult.alternate,
    ask.CompleteTransfer: consult.complete,
    ask.CancelConsult: consult.cancel,
    ask.Conference: consult.conference,
}
# Requests that say more than who asks.
_WITH_DETAILS: dict[type, Callable[[FloorState, Agent, Any, Millis], Refusal | None]] = {
    ask.GoOnBreak: lambda floor, agent, request, now: go_on_break(floor, agent, request.reason, now),
    ask.Dial: outbound.dial,
    ask.Transfer: transfer.transfer,
    ask.Consult: transfer.consult_with,
    ask.SendDigits: keys.send_digits,
    ask.Mute: keys.mute,
    ask.RaiseHand: hands.raise_hand,
    ask.TakeCallback: callback_follow.take,
}
# Requests of people who need no seat for it.
_BY_ANYBODY: dict[type, Callable[[FloorState, Any, Millis], Refusal | None]] = {
    ask.CloseCallback: callback_follow.close,
    ask.RetryCallback: callback_follow.retry,
}
_BY_SUPERVISOR: dict[type, Callable[[FloorState, Any, Millis], Refusal | None]] = {
    ask.Listen: spying.listen,
    ask.StopListening: spying.stop_listening,
    ask.TakeOver: spying.take_over,
    ask.ForceRelease: supervision.force_release,
    ask.ForceStatus: force_status,
    ask.PickCall: supervision.pick,
    ask.MoveCall: supervision.move,
}


def decide(floor: FloorState, request: Request, now: Millis) -> Refusal | None:
    """Do what is asked, or say why not."""
    if isinstance(request, ask.LogIn):
        return log_in(floor, request, now)
    if type(request) in _BY_SUPERVISOR:
        return _BY_SUPERVISOR[type(request)](floor, request, now)
    if type(request) in _BY_ANYBODY:
        return _BY_ANYBODY[type(request)](floor, request, now)
    agent = floor.agents.get(request.staff_number)
    if agent is None:
        return Refusal(code=RefusalCode.NOT_LOGGED_IN)
    if type(request) in _WITH_DETAILS:
        refusal = _WITH_DETAILS[type(request)](floor, agent, request, now)
    else:
        refusal = _BY_AGENT[type(request)](floor, agent, now)
    if refusal is None and agent.notice and not isinstance(request, ask.Answer):
        agent.notice = ""  # what came back is being dealt with
        floor.touch_agent(agent.staff_number)
    return refusal


def console_attached(floor: FloorState, staff_number: str) -> None:
    """The agent's console is there again."""
    agent = floor.agents.get(staff_number)
    if agent is None:
        floor.ignored += 1
        return
    floor.cancel_timer(f"console:{staff_number}")
    agent.console_attached = True
    if agent.next_reason == REASON_CONSOLE:
        agent.next_status, agent.next_reason = None, ""
    floor.touch_agent(staff_number)


def console_lost(floor: FloorState, staff_number: str, now: Millis) -> None:
    """The agent's console is gone; a short break of the line is forgiven."""
    agent = floor.agents.get(staff_number)
    if agent is None:
        floor.ignored += 1
        return
    agent.console_attached = False
    floor.touch_agent(staff_number)
    floor.set_timer(f"console:{staff_number}", now + floor.plan.console_grace_ms)


def console_gone_too_long(floor: FloorState, staff_number: str, now: Millis) -> None:
    """Nobody may be given calls that nobody sees."""
    agent = floor.agents[staff_number]
    spying.stop_unwatched(floor, staff_number, now)
    if agent.status is AgentStatus.BREAK:
        _wish(floor, agent, AgentStatus.BREAK, agent.reason)
    elif agent.state in (*_IN_CALL, AgentState.WRAP_UP):
        if agent.next_status is None:
            _wish(floor, agent, AgentStatus.BREAK, REASON_CONSOLE)
    else:
        floor.set_status(agent, AgentStatus.BREAK, REASON_CONSOLE, now)
