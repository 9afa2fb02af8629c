"""Places in the queues: who stands where, who is preferred, and who waits for one certain agent.

Priority is waiting time that a caller is given ahead, in milliseconds:

    ahead = `vip_ms` of the queue, if the customer is important
          + `priority_ms` of the number that was dialled
          + the wait so far, if the same number hung up in a queue less than `recaller_ms` ago

Callers are served in the order of (first offered - ahead), over all queues. So nobody is overtaken for ever:
who has waited for longer than all that can be given ahead goes before everybody who comes now. Figures and
limits go by the true wait.
"""

from dataclasses import replace

from engine.core.effects import StartMusic, StoreCall
from engine.core.floor import tally
from engine.core.floor.entities import Agent, Call
from engine.core.floor.ordered import OrderedIds, Place
from engine.core.floor.state import FloorState
from engine.core.plan import QueuePlan
from engine.core.records import Millis
from engine.core.states import AgentStatus, CallbackKind, CallState

# How long the agent of a customer's last call is still the one who knows the case.
_KNOWS_FOR_MS = 86_400_000


def join(floor: FloorState, call: Call, now: Millis) -> None:
    """Put a call into the line of its queue, at the place that its first offer and its priority give it."""
    queue = floor.plan.queues[call.record.queue_id]
    _take_up_again(floor, call, queue)
    instant = call.waits_since - _ahead_ms(floor, call, queue)
    floor.waiting[queue.id].add(call.id, instant, call.waits_since, floor.lane_of(call))
    _stick(floor, call, queue, now)
    if queue.overflow:
        floor.set_timer(f"overflow:{call.id}", now + queue.overflow_ms)
    floor.touch_queue(queue.id)


def _ahead_ms(floor: FloorState, call: Call, queue: QueuePlan) -> Millis:
    customer = call.card.customer if call.card is not None else None
    vip = queue.vip_ms if customer is not None and customer.vip else 0
    number = floor.plan.numbers.get(call.record.did)
    before = max(call.waited_before_ms, _kept_ms(floor, call))
    return vip + before + (number.priority_ms if number is not None else 0)


def _kept_ms(floor: FloorState, call: Call) -> Millis:
    """A caller whose number keeps a place in the queue for a call back takes that place."""
    wish = floor.wishes.of_number(floor.plan.callback.number(call.record.cli))
    if wish is None or wish.kind is not CallbackKind.CALLBACK:
        return 0
    return max(0, call.record.offered_at - wish.place)


def _take_up_again(floor: FloorState, call: Call, queue: QueuePlan) -> None:
    """Who hung up a moment ago keeps the time waited so far, once."""
    left = floor.gave_up.get(call.record.cli)
    if left is not None and call.record.accepted_at - left[0] < queue.recaller_ms:
        call.waited_before_ms = left[1]
        del floor.gave_up[call.record.cli]


def gave_up(floor: FloorState, call: Call, now: Millis) -> None:
    """A caller hung up in the queue; whose number is known may come back."""
    longest = max(queue.recaller_ms for queue in floor.plan.queues.values())
    if not longest or not call.record.cli:
        return
    for cli, (left_at, _) in list(floor.gave_up.items()):  # the oldest first
        if now - left_at < longest:
            break
        del floor.gave_up[cli]
    floor.gave_up.pop(call.record.cli, None)
    floor.gave_up[call.record.cli] = (now, call.record.wait_ms + call.waited_before_ms)


def customer_known(floor: FloorState, call: Call, now: Millis) -> None:
    """The look-up ended while the call waits: it may move up, never back."""
    queue, line = floor.plan.queues[call.record.queue_id], floor.waiting[call.record.queue_id]
    instant = call.waits_since - _ahead_ms(floor, call, queue)
    if instant < line.place(call.id).key[0]:
        leave(floor, call)
        line.add(call.id, instant, call.waits_since, floor.lane_of(call))
        floor.touch_queue(queue.id)
    _stick(floor, call, queue, now)


def _stick(floor: FloorState, call: Call, queue: QueuePlan, now: Millis) -> None:
    """Let a caller wait a little for the agent who knows the case. That says who, never when."""
    until = call.waits_since + queue.sticky_ms
    if call.sticks_to or now >= until:
        return
    agent = _who_knows(floor, call, queue, now)
    if agent is not None:
        line = floor.waiting[queue.id]
        line.set_lane(call.id, None)
        call.sticks_to = agent.staff_number
        waiting = floor.sticky.setdefault(agent.staff_number, OrderedIds())
        waiting.put_back(call.id, line.place(call.id).key)
        floor.set_timer(f"sticky:{call.id}", until)


def _who_knows(floor: FloorState, call: Call, queue: QueuePlan, now: Millis) -> Agent | None:
    """Who wrote the open remark, else who had the customer's last call."""
    if call.card is None:
        return None
    recent = [past for past in call.card.past_calls if now - past.at <= _KNOWS_FOR_MS]
    for past in (*call.card.open_remarks, *recent):
        agent = floor.agents.get(past.staff_number)
        if (
            agent is not None
            and agent.status is AgentStatus.READY
            and floor.skills_of(agent).level(queue.id, floor.lane_of(call))
        ):
            return agent
    return None


def sticky_over(floor: FloorState, call_id: str, now: Millis) -> None:
    """The agent who knows the case was not free in time: anybody may have the caller."""
    call = floor.calls[call_id]
    _unstick(floor, call)
    floor.waiting[call.record.queue_id].set_lane(call.id, floor.lane_of(call))


def let_go(floor: FloorState, staff_number: str, now: Millis) -> None:
    """An agent does not want calls any more: nobody waits for that one."""
    for call_id in list(floor.sticky.get(staff_number, ())):
        sticky_over(floor, call_id, now)


def _unstick(floor: FloorState, call: Call) -> None:
    if call.sticks_to:
        waiting = floor.sticky[call.sticks_to]
        waiting.take(call.id)
        if not len(waiting):
            del floor.sticky[call.sticks_to]
        call.sticks_to = ""
        floor.cancel_timer(f"sticky:{call.id}")


def leave(floor: FloorState, call: Call) -> Place:
    """Out of the line; returns the place."""
    _unstick(floor, call)
    floor.touch_queue(call.record.queue_id)
    return floor.waiting[call.record.queue_id].take(call.id)


def forget(floor: FloorState, call: Call) -> None:
    """Out of the queue for good, if the call is or was in one."""
    _unstick(floor, call)
    floor.places.pop(call.id, None)
    line = floor.waiting.get(call.record.queue_id)
    if line is not None:
        line.remove(call.id)
        floor.touch_queue(call.record.queue_id)


def take(floor: FloorState, call: Call) -> None:
    """Out of the line to be presented; the place is kept."""
    floor.places[call.id] = leave(floor, call)


def put_back(floor: FloorState, call: Call) -> None:
    """Back at the old place, for anybody."""
    place = floor.places.pop(call.id)
    floor.waiting[call.record.queue_id].put_back(call.id, place._replace(lane=floor.lane_of(call)))
    floor.touch_queue(call.record.queue_id)


def move_up(floor: FloorState, call: Call) -> None:
    """Before all others of the queue, and for anybody."""
    _unstick(floor, call)
    line = floor.waiting[call.record.queue_id]
    line.set_lane(call.id, floor.lane_of(call))
    line.move_up(call.id)
    floor.touch_queue(call.record.queue_id)


def change_queue(floor: FloorState, call: Call, queue: QueuePlan, now: Millis) -> None:
    """A waiting call goes on waiting in another queue, before those who came later, and counts there."""
    leave(floor, call)
    floor.cancel_timer(f"overflow:{call.id}")
    count_elsewhere(floor, call, queue)
    join(floor, call, now)
    begin_waiting(floor, call, queue, now)


def count_elsewhere(floor: FloorState, call: Call, queue: QueuePlan) -> None:
    """A call belongs to another queue from now on."""
    tally.call_moved_on(floor, call)
    call.record = replace(call.record, queue_id=queue.id)
    tally.call_offered(floor, call)
    floor.touch_call(call)
    floor.emit(StoreCall(record=call.record))


def begin_waiting(floor: FloorState, call: Call, queue: QueuePlan, now: Millis) -> None:
    """What a caller hears in this queue, and for how long at most."""
    floor.emit(StartMusic(call_id=call.id, music=queue.music, keys=floor.callback_key(call)))
    floor.set_timer(f"wait:{call.id}", now + queue.max_wait_ms)
    if queue.announce_every_ms:
        floor.set_timer(f"announce:{call.id}", now + queue.announce_first_ms)
    else:
        floor.cancel_timer(f"announce:{call.id}")


def overflow(floor: FloorState, call_id: str, now: Millis) -> None:
    """The caller has waited long enough here; where nobody could be served either, it is tried again."""
    call = floor.calls[call_id]
    queue = floor.plan.queues[call.record.queue_id]
    target = floor.plan.queues[queue.overflow]
    if call.state is CallState.QUEUED and takes(floor, call, target, now):
        change_queue(floor, call, target, now)
    else:
        floor.set_timer(f"overflow:{call_id}", now + max(queue.overflow_ms, queue.ring_ms))


def takes(floor: FloorState, call: Call, queue: QueuePlan, now: Millis) -> bool:
    """Whether a queue is open, has room, and somebody is there who serves this caller."""
    room = len(floor.waiting[queue.id]) < queue.max_waiting
    return room and floor.plan.queue_is_open(queue, now) and staffed(floor, queue.id, floor.lane_of(call))


def staffed(floor: FloorState, queue_id: str, lane: str) -> bool:
    """Whether somebody is logged in, on break or not, who serves this lane of the queue."""
    return any(
        floor.skills_of(agent).level(queue_id, lane)
        for agent in floor.agents.values()
        if agent.counts_for_callers
    )
