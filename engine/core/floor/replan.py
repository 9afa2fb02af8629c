"""A new plan while calls are up: nothing is dropped, and what is taken out finishes what it has.

- A seat that is gone stays until the agent at it logs out, or for the talk that its phone is in.
- Whoever waits in a queue that is gone waits on in the first queue, before those who came later.
- A call is finished in the flow in which it began. Figures of today are kept.
- Limits of waiting that run already run on; everything else goes by the new rules at once.
"""

from dataclasses import replace

from engine.core.floor import waiting
from engine.core.floor.entities import Call, DayCounter
from engine.core.floor.ordered import QueueLine
from engine.core.floor.state import FloorState
from engine.core.plan import Plan
from engine.core.records import Millis
from engine.core.states import CallState

_WAITING = (CallState.QUEUED, CallState.PRESENTED, CallState.UNATTENDED)


def replan(floor: FloorState, plan: Plan, now: Millis) -> None:
    """Go by another plan from now on."""
    _use(floor, plan)
    for staff_number in list(floor.sticky):
        waiting.let_go(floor, staff_number, now)
    _move_out_of_old_queues(floor, now)
    for queue_id, line in floor.waiting.items():
        for call_id in list(line):
            line.set_lane(call_id, floor.lane_of(floor.calls[call_id]))
        floor.touch_queue(queue_id)
    for call in floor.calls.values():
        _renew_timers(floor, call, now)
        floor.touch_call(call)
    for timer_id in [name for name in floor.timers if name.startswith("relax:")]:
        floor.cancel_timer(timer_id)  # set anew by the next decision
    floor.set_timer("midnight", floor.plan.next_midnight(now))
    floor.staff_left = True
    floor.touch_switch()


def _use(floor: FloorState, plan: Plan) -> None:
    in_use = {leg for call in floor.calls.values() for leg in call.legs} | floor.agent_on_seat.keys()
    in_use |= {call.third.route.leg for call in floor.calls.values() if call.third is not None}
    kept = {
        seat_id: replace(seat, retired=True)
        for seat_id, seat in floor.plan.seats.items()
        if seat_id not in plan.seats and seat_id in in_use
    }
    floor.use_plan(replace(plan, seats={**plan.seats, **kept}))
    floor.reachable = {seat_id: floor.reachable.get(seat_id, False) for seat_id in floor.plan.seats}
    for queue_id in plan.queues:
        floor.waiting.setdefault(queue_id, QueueLine())
        floor.day.setdefault(queue_id, DayCounter())
    for agent in floor.agents.values():
        floor.index(agent)
        floor.touch_agent(agent.staff_number)


def _move_out_of_old_queues(floor: FloorState, now: Millis) -> None:
    gone = floor.waiting.keys() - floor.plan.queues.keys()
    first = floor.plan.first_queue
    for call in floor.calls.values():
        if call.record.queue_id not in gone or call.state not in _WAITING:
            continue
        if call.state is CallState.QUEUED:
            waiting.change_queue(floor, call, first, now)
        else:
            waiting.count_elsewhere(floor, call, first)
    for queue_id in gone:
        del floor.waiting[queue_id]
        floor.touch_queue(queue_id)


def _renew_timers(floor: FloorState, call: Call, now: Millis) -> None:
    """What repeats while a caller waits, or comes only by some rules."""
    if call.state not in (CallState.QUEUED, CallState.PRESENTED) or f"wait:{call.id}" not in floor.timers:
        return
    queue = floor.plan.queues[call.record.queue_id]
    for name, wanted, after in (
        ("announce", queue.announce_every_ms, queue.announce_first_ms),
        ("overflow", queue.overflow, queue.overflow_ms),
    ):
        timer_id = f"{name}:{call.id}"
        if not wanted:
            floor.cancel_timer(timer_id)
        elif timer_id not in floor.timers:
            floor.set_timer(timer_id, now + after)
