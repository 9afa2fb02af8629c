"""A wish whose turn has come: an agent is reserved, and calls the customer.

The agent's console shows who is to be called. At a seat whose phone answers by itself F4 begins the call, any
other phone rings at once. No phone of a customer is dialled before it is on disk that it is going to be, and
none over the last free line.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from engine.core import requests as ask
from engine.core.agent_machine import AgentTrigger
from engine.core.dialling import free_line, to_dial
from engine.core.effects import OUTSIDE, LookUpCustomer, StoreCallback
from engine.core.events import CallbackStored
from engine.core.floor import outbound, unanswered
from engine.core.floor.entities import Agent, Call, Route
from engine.core.floor.journey import OUTSIDE_THE_FLOW
from engine.core.floor.ordered import Key
from engine.core.floor.state import FloorState
from engine.core.plan import REASON_REJECTED, REASON_RONA, LinePlan, QueuePlan
from engine.core.records import CallbackRecord, CallRecord, Millis
from engine.core.states import AgentStatus, CallbackState, CallState, Direction, EndedBy, TargetKind


def firsts(floor: FloorState, now: Millis) -> list[tuple[Key, str, int]]:
    """Of each queue the place, the queue and the id of the first wish, if that one may be called now."""
    heads = floor.wishes.heads()
    if not heads or floor.plan.callback.next_allowed(now) > now:
        return []
    busy = floor.lines_busy()
    free = [wish for wish in heads if _line_for(floor, wish.number, busy) is not None]
    return [((wish.place, 0), _queue_of(floor, wish).id, wish.id) for wish in free]


def _line_for(floor: FloorState, number: str, busy: Mapping[str, int]) -> LinePlan | None:
    return free_line(number, floor.plan.dialling, floor.plan.lines, busy, spare=True)


def _queue_of(floor: FloorState, wish: CallbackRecord) -> QueuePlan:
    """The queue may have been taken out of the configuration since."""
    return floor.plan.queues.get(wish.queue_id) or floor.plan.first_queue


def present(floor: FloorState, callback_id: int, agent: Agent, now: Millis) -> None:
    """Reserve an agent, and a line, for the wish whose turn it is."""
    wish = floor.wishes.get(callback_id)
    assert wish is not None
    line = _line_for(floor, wish.number, floor.lines_busy())
    assert line is not None
    queue = _queue_of(floor, wish)
    record = CallRecord(
        call_id=f"{datetime.fromtimestamp(now // 1000, UTC):%Y%m%d-%H%M%S}-b{wish.id}t{wish.tries + 1}",
        line_id=line.id,
        cli=wish.number,
        customer_id=wish.customer_id,
        accepted_at=now,
        queue_id=queue.id,
        presented_at=now,
        presented_count=1,
        staff_number=agent.staff_number,
        seat_id=agent.seat_id,
        direction=Direction.OUTBOUND,
    )
    call = Call(
        record=record,
        state=CallState.PRESENTED,
        state_since=now,
        position=OUTSIDE_THE_FLOW,
        callback_id=wish.id,
    )
    floor.calls[call.id] = call
    floor.wishes.put(
        replace(wish, state=CallbackState.CALLING, attempt=call.id, staff_number=agent.staff_number)
    )
    floor.wishes.bind(call.id, wish)
    agent.call_id = call.id
    agent.present_until = now + queue.ring_ms
    floor.move_agent(agent, AgentTrigger.RESERVED, now)
    floor.touch_call(call)
    floor.touch_switch()
    floor.emit(LookUpCustomer(call_id=call.id, cli=wish.number))
    floor.set_timer(f"callback:{call.id}", agent.present_until)
    if floor.seat_of(agent).auto:
        floor.move_agent(agent, AgentTrigger.RING_STARTED, now)
    else:
        confirm(floor, call)


def confirm(floor: FloorState, call: Call) -> None:
    """The agent is ready for it: as soon as that is on disk, the customer is called."""
    wish = floor.wishes.of_call(call.id)
    if wish is not None and not call.ringing:
        call.ringing = True
        wish = replace(wish, tries=wish.tries + 1)
        floor.wishes.put(wish)
        floor.emit(StoreCallback(record=wish, confirm=True))


def stored(floor: FloorState, event: CallbackStored, now: Millis) -> None:
    """It is on disk, or cannot be: then nobody is called now."""
    call = floor.calls.get(event.call_id)
    agent = floor.agent_of(call) if call is not None and call.is_reserved else None
    if call is None or agent is None:
        floor.ignored += 1
        return
    route = _route(floor, call) if event.safe and floor.switch_up else None
    if route is None:
        pause_ms = 0 if event.safe else floor.plan.callback.pause_ms
        _take_back(floor, call, unanswered.ABANDONED, now, next_try_at=now + pause_ms)
    else:
        _begin(floor, call, agent, route, now)


def _route(floor: FloorState, call: Call) -> Route | None:
    """Over which line the customer is called; a caller may have taken the one that was kept for it."""
    busy = dict(floor.lines_busy())
    busy[call.record.line_id] -= 1
    number = call.record.cli
    line = _line_for(floor, number, busy)
    if line is None:
        return None
    dialled = to_dial(number, floor.plan.dialling, line)
    return Route(kind=TargetKind.NUMBER, leg=OUTSIDE, number=number, line_id=line.id, dialled=dialled)


def _begin(floor: FloorState, reserved: Call, agent: Agent, route: Route, now: Millis) -> None:
    """From here on it is a call like any other that an agent begins."""
    record = reserved.record
    _forget(floor, reserved)
    agent.present_until = 0
    floor.move_agent(agent, AgentTrigger.RING_ENDED, now)
    dial = ask.Dial(
        staff_number=agent.staff_number,
        call_id=record.call_id,
        number=record.cli,
        customer_id=record.customer_id,
    )
    call = outbound.begin(floor, agent, dial, route, now)
    call.callback_id, call.card, call.note = reserved.callback_id, reserved.card, reserved.note


def not_begun(floor: FloorState, call: Call, now: Millis) -> None:
    """The agent did not pick up, or put down, the own phone: no further call before saying so."""
    agent = floor.agents.get(call.record.staff_number)
    if agent is not None and agent.status is AgentStatus.READY:
        asked = call.record.ended_by is EndedBy.AGENT
        reason = REASON_REJECTED if asked else REASON_RONA
        floor.set_status(agent, AgentStatus.BREAK, reason, now)


def ring_too_long(floor: FloorState, call_id: str, now: Millis) -> None:
    """The agent did not begin the call in time."""
    _take_back(floor, floor.calls[call_id], unanswered.RONA, now)


def reject(floor: FloorState, call: Call, now: Millis) -> None:
    """The agent does not want to call this customer."""
    _take_back(floor, call, unanswered.REJECTED, now)


def agent_taken_away(floor: FloorState, call: Call, now: Millis) -> None:
    """The agent picked up another call."""
    _take_back(floor, call, unanswered.ABANDONED, now)


def withdraw(floor: FloorState, wish: CallbackRecord, now: Millis) -> CallbackRecord:
    """The customer need not be called now: an agent who has not begun to is free again."""
    call = floor.calls.get(wish.attempt)
    if wish.state is not CallbackState.CALLING or call is None or not call.is_reserved:
        return wish
    _take_back(floor, call, unanswered.ABANDONED, now)
    return floor.wishes.get(wish.id) or wish


def _take_back(floor: FloorState, call: Call, because: str, now: Millis, next_try_at: Millis = 0) -> None:
    """Back to the old place; nobody was called."""
    agent, wish = floor.agent_of(call), floor.wishes.of_call(call.id)
    assert agent is not None
    assert wish is not None
    _forget(floor, call)
    floor.wishes.release(call.id)
    wish = replace(
        wish,
        state=CallbackState.PAUSED if next_try_at > now else CallbackState.WAITING,
        tries=wish.tries - call.ringing,
        next_try_at=next_try_at,
        staff_number="",
        attempt="",
    )
    floor.wishes.put(wish)
    floor.emit(StoreCallback(record=wish))
    unanswered.release(floor, call, agent, because, now)


def _forget(floor: FloorState, call: Call) -> None:
    """It was a call that was going to be; the true one has the same id."""
    del floor.calls[call.id]
    floor.cancel_timer(f"callback:{call.id}")
    floor.touch_call(call)
    floor.touch_switch()
