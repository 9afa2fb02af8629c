"""Figures of today, counted when the thing happened.

Definitions: offered = entered a queue; answered = an agent took the call; abandoned = the customer hung up
after being offered and before being answered; service level = answered within the threshold, divided by
offered calls that have ended their wait, short abandons left out (vocabulary, section 8).

A call counts for the day on which it was offered, and in the queue in which it was last, as in its record:
so offered = answered + abandoned + other exits + still waiting, at any moment.
"""

from engine.core.floor.entities import AgentCounter, Call, DayCounter
from engine.core.floor.state import FloorState
from engine.core.records import CallPart, CallRecord, Millis
from engine.core.states import Outcome


def _counter(floor: FloorState, record: CallRecord) -> DayCounter | None:
    """Where a call counts; None: it never was in a queue, or was offered yesterday."""
    if not record.queue_id or record.offered_at < floor.day_since:
        return None
    floor.touch_queue(record.queue_id)
    return floor.day[record.queue_id]


def call_offered(floor: FloorState, call: Call) -> None:
    """A call entered a queue; one that was answered before is counted with that."""
    counter = _counter(floor, call.record)
    if counter is not None:
        counter.offered += 1
        if call.record.answered_at:
            _add_handling(floor, counter, call, 1)


def call_moved_on(floor: FloorState, call: Call) -> None:
    """A call that was in a queue enters another one, and counts there instead."""
    counter = _counter(floor, call.record)
    if counter is not None:
        counter.offered -= 1
        counter.offered_ended -= call.queue_exit is not None and not call.record.answered_at
        if call.record.answered_at:
            _add_handling(floor, counter, call, -1)


def _add_handling(floor: FloorState, counter: DayCounter, call: Call, sign: int) -> None:
    record = call.record
    counter.answered += sign
    counter.offered_ended += sign
    counter.wait_ms += sign * record.wait_ms
    counter.answered_within += sign * _in_time(floor, record)
    counter.talk_ms += sign * record.talk_ms
    counter.handled_ms += sign * (record.talk_ms + record.hold_ms + record.wrap_up_ms)
    counter.handled += sign * call.handled


def _in_time(floor: FloorState, record: CallRecord) -> bool:
    queue = floor.plan.queues.get(record.queue_id)
    return queue is not None and record.wait_ms <= queue.service_level_ms


def call_answered(floor: FloorState, call: Call) -> None:
    """An agent took the call."""
    record = call.record
    counter = _counter(floor, record)
    if counter is not None:
        counter.answered += 1
        counter.offered_ended += call.queue_exit is None  # else the wait had ended when it left the queue
        counter.wait_ms += record.wait_ms
        counter.answered_within += _in_time(floor, record)


def wait_ended(floor: FloorState, call: Call) -> None:
    """A wait ended without an agent: the customer hung up, or went on in the menu."""
    counter = _counter(floor, call.record)
    if counter is not None:
        counter.offered_ended += 1
        counter.abandoned += call.record.outcome is Outcome.ABANDONED
        counter.short_abandoned += call.record.short_abandon


def talk_ended(floor: FloorState, call: Call, talk_ms: Millis, hold_ms: Millis) -> None:
    """Somebody who had the call is out of it but for the wrap-up."""
    counter = _counter(floor, call.record)
    if counter is not None:
        counter.talk_ms += talk_ms
        counter.handled_ms += talk_ms + hold_ms
        counter.handled += not call.handled
    call.handled = True


def worked(floor: FloorState, part: CallPart) -> None:
    """An agent is out of a call; with whom the agent spoke does not matter to the agent's own figures."""
    own = floor.counter_of(part.staff_number)
    own.talk_ms += part.talk_ms + part.consult_ms
    own.hold_ms += part.hold_ms


def wrap_up_ended(floor: FloorState, call: Call, staff_number: str, spent: Millis) -> None:
    """An agent's wrap-up is over; its disposition counts."""
    counter = _counter(floor, call.record)
    if counter is not None:
        counter.handled_ms += spent
    own = floor.counter_of(staff_number)
    own.wrap_up_ms += spent
    if call.note.disposition:
        own.by_disposition[call.note.disposition] = own.by_disposition.get(call.note.disposition, 0) + 1


def presented(floor: FloorState, staff_number: str, ended: str) -> None:
    """A presentation ended in one of the ways of `CountPresented`."""
    own = floor.counter_of(staff_number)
    own.presented += 1
    own.answered += ended == "answered"
    own.rona += ended == "rona"
    own.rejected += ended == "rejected"


def new_day(floor: FloorState, now: Millis) -> None:
    """Midnight of the site: all figures begin anew; whoever waits now has been offered yesterday."""
    floor.day_since = floor.agent_days_since = now
    floor.day = {queue_id: DayCounter() for queue_id in floor.plan.queues}
    for queue_id in floor.day:
        floor.touch_queue(queue_id)
    floor.agent_day = {staff_number: AgentCounter() for staff_number in floor.agents}
    for agent in floor.agents.values():
        floor.index(agent)
        floor.touch_agent(agent.staff_number)
    floor.set_timer("midnight", floor.plan.next_midnight(now))
