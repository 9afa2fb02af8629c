"""Figures of today, counted when the thing happened.

Definitions: offered = entered a queue; answered = an agent took the call; abandoned = the customer hung up
after being offered and before being answered; service level = answered within the threshold, divided by
offered calls that have ended their wait, short abandons left out (vocabulary, section 8).
"""

from engine.core.floor.entities import AgentCounter, Call, DayCounter
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import Outcome


def call_offered(floor: FloorState, call: Call) -> None:
    """A call entered its queue."""
    floor.day[call.record.queue_id].offered += 1


def call_answered(floor: FloorState, call: Call) -> None:
    """An agent took the call."""
    record = call.record
    counter = floor.day[record.queue_id]
    counter.answered += 1
    counter.offered_ended += 1
    counter.wait_ms += record.wait_ms
    if record.wait_ms <= floor.plan.queues[record.queue_id].service_level_ms:
        counter.answered_within += 1
    floor.counter_of(record.staff_number).answered += 1


def call_ended(floor: FloorState, call: Call) -> None:
    """The customer is gone: waits that ended without an agent are counted now."""
    record = call.record
    if not record.queue_id or record.answered_at:
        return
    counter = floor.day[record.queue_id]
    counter.offered_ended += 1
    if record.outcome is Outcome.ABANDONED:
        counter.abandoned += 1
        counter.short_abandoned += record.short_abandon
    floor.touch_queue(record.queue_id)


def talk_ended(floor: FloorState, call: Call) -> None:
    """The agent's part is over but for the wrap-up."""
    record = call.record
    if record.queue_id:
        counter = floor.day[record.queue_id]
        counter.talk_ms += record.talk_ms
        counter.handled_ms += record.talk_ms + record.hold_ms
        counter.handled += 1
        floor.touch_queue(record.queue_id)
    own = floor.counter_of(record.staff_number)
    own.talk_ms += record.talk_ms
    own.hold_ms += record.hold_ms


def wrap_up_ended(floor: FloorState, call: Call) -> None:
    """The wrap-up is over; its disposition counts."""
    record = call.record
    if record.queue_id:
        floor.day[record.queue_id].handled_ms += record.wrap_up_ms
    own = floor.counter_of(record.staff_number)
    own.wrap_up_ms += record.wrap_up_ms
    if call.note.disposition:
        own.by_disposition[call.note.disposition] = own.by_disposition.get(call.note.disposition, 0) + 1


def presented(floor: FloorState, staff_number: str, ended: str) -> None:
    """A presentation ended in one of the ways of `CountPresented`."""
    own = floor.counter_of(staff_number)
    own.presented += 1
    own.rona += ended == "rona"
    own.rejected += ended == "rejected"


def new_day(floor: FloorState, now: Millis) -> None:
    """Midnight of the site: all figures begin anew; whoever waits now has been offered yesterday."""
    for queue_id in floor.day:
        floor.day[queue_id] = DayCounter()
        floor.touch_queue(queue_id)
    floor.agent_day = {staff_number: AgentCounter() for staff_number in floor.agents}
    for staff_number in floor.agents:
        floor.touch_agent(staff_number)
    floor.set_timer("midnight", floor.plan.next_midnight(now))
