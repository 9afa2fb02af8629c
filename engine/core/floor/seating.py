"""Who sits where: log-in, another seat, log-out."""

from engine.core import requests as ask
from engine.core.agent_machine import AgentTrigger
from engine.core.floor import console, patience, spying, wrap_up
from engine.core.floor.entities import Agent
from engine.core.floor.state import FloorState
from engine.core.floor.status import IN_CALL, PHONE_FREE
from engine.core.plan import REASON_START, REASON_SUPERVISING
from engine.core.records import Millis
from engine.core.requests import Refusal
from engine.core.states import AgentState, AgentStatus, RefusalCode


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
    console.attached(floor, agent.staff_number)
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
        if agent.state in PHONE_FREE:
            _move_seat(floor, agent, now)
    if floor.staff_left:
        floor.staff_left = False
        patience.leave_unstaffed(floor, now)


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
    if agent.state in IN_CALL or spying.takes_over(floor, agent):
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
