"""After a restart: who was there, and which calls went on without the engine."""

from dataclasses import replace

from engine.core.agent_machine import AgentTrigger
from engine.core.call_machine import CallTrigger
from engine.core.effects import LookUpCustomer, StoreCall
from engine.core.events import CallAdopted, LineReachable, SeatAnswered, SeatReachable, SwitchDown
from engine.core.floor import callback_turn, helpers, presentation, shares, tally, unanswered, wrap_up
from engine.core.floor.entities import Agent, AgentCounter, Call, DayCounter
from engine.core.floor.state import FloorState
from engine.core.ivr.interpreter import IvrPosition
from engine.core.plan import REASON_SUPERVISING
from engine.core.records import AgentDay, AgentMemory, CallRecord, Millis
from engine.core.states import AgentState, AgentStatus, CallState, Direction, Outcome


def remember_agent(floor: FloorState, memory: AgentMemory, now: Millis) -> None:
    """An agent who was logged in when the engine stopped; the console comes back by itself."""
    if memory.status is AgentStatus.LOGGED_OUT or memory.seat_id not in floor.plan.seats:
        return
    if memory.seat_id in floor.agent_on_seat or memory.staff_number in floor.agents:
        return
    agent = Agent(
        staff_number=memory.staff_number,
        name=memory.name,
        seat_id=memory.seat_id,
        status=memory.status,
        reason=memory.reason,
        status_since=memory.since,
        state_since=now,
        idle_since=now,
        console_attached=False,
        supervises=memory.reason == REASON_SUPERVISING,
    )
    floor.agents[agent.staff_number] = agent
    floor.agent_on_seat[agent.seat_id] = agent.staff_number
    floor.touch_agent(agent.staff_number)
    floor.set_timer(f"console:{agent.staff_number}", now + floor.plan.console_grace_ms)
    wrap_up.settle(floor, agent, now)


def remember_day(floor: FloorState, queues: dict[str, DayCounter], agents: list[AgentDay]) -> None:
    """The figures of today so far."""
    floor.day.update({queue_id: queues[queue_id] for queue_id in floor.day if queue_id in queues})
    for day in agents:
        floor.agent_day[day.staff_number] = AgentCounter(
            presented=day.presented,
            answered=day.answered,
            rona=day.rona,
            rejected=day.rejected,
            talk_ms=day.talk_ms,
            hold_ms=day.hold_ms,
            wrap_up_ms=day.wrap_up_ms,
            break_ms=day.break_ms,
            logged_in_ms=day.logged_in_ms,
            by_disposition=dict(day.by_disposition),
        )


def adopt_call(floor: FloorState, event: CallAdopted, now: Millis) -> None:
    """A call that is up without us: shown as it is, until it ends or somebody answers it."""
    call = floor.calls.get(event.call_id)
    if call is None:
        call = _take_over(floor, event, now)
    elif call.state is not CallState.UNATTENDED:
        floor.ignored += 1
        return
    if event.state is CallState.TALKING:
        adopt_talk(floor, call, event.seat_id, event.answered_at or now, now)


def _take_over(floor: FloorState, event: CallAdopted, now: Millis) -> Call:
    record = event.stored or CallRecord(
        call_id=event.call_id,
        line_id=event.line_id,
        did=event.did,
        cli=event.cli,
        cli_raw=event.cli_raw,
        accepted_at=event.accepted_at,
        direction=event.direction,
    )
    record = replace(record, unattended=True)
    if record.queue_id not in floor.plan.queues:
        record = replace(record, queue_id="")
    if not record.answered_at:  # whoever was being rung is not any more
        record = replace(record, staff_number="", seat_id="")
    outside = IvrPosition(node="", tries=0, path=record.ivr_path, nodes_left=0)
    call = Call(record=record, state=CallState.UNATTENDED, state_since=now, position=outside)
    # What was asked and told before the restart must not be taken for what comes from now on: neither an
    # answer, nor a recording, whose file would be written over.
    call.questions = call.parts_told = now
    floor.calls[call.id] = call
    floor.touch_call(call)
    floor.touch_switch()
    floor.emit(StoreCall(record=call.record))
    floor.emit(LookUpCustomer(call_id=call.id, cli=call.record.cli))
    return call


def answered_unattended(floor: FloorState, event: SeatAnswered, now: Millis) -> bool:
    """A phone was picked up for a call that rings all seats by itself; False for any other call."""
    call = floor.calls.get(event.call_id)
    if call is None or call.state is not CallState.UNATTENDED:
        return False
    adopt_talk(floor, call, event.seat_id, now, now)
    return True


def adopt_talk(floor: FloorState, call: Call, seat_id: str, answered_at: Millis, now: Millis) -> None:
    """A talk that began without the engine's doing: who sits at the seat has it."""
    before = call.record
    former = before.staff_number if before.seat_id == seat_id else ""
    staff_number = floor.agent_on_seat.get(seat_id, former)
    first_at = before.answered_at or answered_at
    inbound = before.direction is Direction.INBOUND
    offered_at = before.offered_at or (first_at if inbound else 0)
    call.record = replace(
        before,
        staff_number=staff_number,
        seat_id=seat_id,
        offered_at=offered_at,
        answered_at=first_at,
        wait_ms=max(0, first_at - offered_at) if offered_at else 0,
        outcome=Outcome.ANSWERED,
    )
    began_at = answered_at if before.transfers else first_at + before.talk_ms + before.hold_ms
    how = shares.ANSWERED if inbound else shares.DIALLED
    shares.begin(call, seat_id, min(began_at, now), staff_number=staff_number, how=how, owner=True)
    call.legs.add(seat_id)
    floor.move_call(call, CallTrigger.ANSWERED, now)
    agent = floor.agents.get(staff_number)
    if agent is not None:
        _give_talk(floor, call, agent, now)
    if not before.answered_at:
        count = before.presented_count + 1
        call.record = replace(call.record, presented_at=answered_at, presented_count=count)
        tally.call_answered(floor, call)
        if agent is not None:
            presentation.count(floor, call, agent, presentation.ANSWERED, now)
    floor.emit(StoreCall(record=call.record))


def _give_talk(floor: FloorState, call: Call, agent: Agent, now: Millis) -> None:
    """The talk goes before what the agent did; but who talks already keeps the first call."""
    if agent.state is AgentState.WRAP_UP:
        wrap_up.end_wrap_up(floor, agent, now)
    presented = floor.call_of(agent)
    if presented is not None and presented.is_reserved:
        callback_turn.agent_taken_away(floor, presented, now)
    unanswered.take_agent_away(floor, agent, now)
    if agent.state in (AgentState.RESERVED, AgentState.RINGING) and agent.call_id:
        helpers.take_away(floor, agent)
    if not agent.call_id:
        agent.call_id = call.id
    floor.move_agent(agent, AgentTrigger.TALK_ADOPTED, now)


def seat_reachable(floor: FloorState, event: SeatReachable, now: Millis) -> None:
    """A phone came or went."""
    if event.seat_id not in floor.reachable or floor.reachable[event.seat_id] == event.reachable:
        floor.ignored += 1
        return
    floor.reachable[event.seat_id] = event.reachable
    staff_number = floor.agent_on_seat.get(event.seat_id)
    if staff_number is not None:
        trigger = AgentTrigger.PHONE_FOUND if event.reachable else AgentTrigger.PHONE_LOST
        floor.move_agent(floor.agents[staff_number], trigger, now)
        floor.touch_agent(staff_number)


def line_reachable(floor: FloorState, event: LineReachable) -> None:
    """A line came or went; one of which nothing was said is taken to be there."""
    if floor.lines_reachable.get(event.line_id, True) == event.reachable:
        floor.ignored += 1
        return
    floor.lines_reachable[event.line_id] = event.reachable
    floor.touch_switch()


def switch_up(floor: FloorState, now: Millis) -> None:
    """Asterisk can be used again."""
    if not floor.switch_up:
        floor.switch_up, floor.switch_since, floor.switch_reason = True, now, ""
        _touch_all(floor)


def switch_down(floor: FloorState, event: SwitchDown, now: Millis) -> None:
    """Asterisk cannot be used: nothing is presented until it is back; calls are kept as they are."""
    if floor.switch_up:
        floor.switch_since = now
    floor.switch_up, floor.switch_reason = False, event.reason
    _touch_all(floor)


def _touch_all(floor: FloorState) -> None:
    floor.touch_switch()
    for staff_number in floor.agents:
        floor.touch_agent(staff_number)
