"""Who gets which call.

Callers: the order of `waiting`, over all queues; of each queue and lane only the first one is looked at,
since whoever stands behind may have no agent whom the first one may not have.

Agents: the best skill level first, then the strategy of the queue. A caller may have an agent of level 1; of
level 2 after `relax_ms` of waiting (what is given ahead counts as waiting), of level 3 after twice that, and
so on; of any level at once where `relax_ms` is 0. Who waits for one certain agent is served when it is both
the caller's turn and that agent is free.
"""

from typing import NamedTuple

from engine.core.floor import callback_turn, waiting
from engine.core.floor.ordered import Key
from engine.core.floor.presentation import present
from engine.core.floor.state import FloorState
from engine.core.plan import QueuePlan
from engine.core.records import Millis
from engine.core.states import Strategy


class _Next(NamedTuple):
    """The first caller of a lane, or of those who wait for one agent."""

    key: Key
    call_id: str
    queue_id: str
    lane: str
    staff_number: str  # who it has to be; empty: anybody
    callback_id: int = 0  # no caller, but one who is to be called back


def assign(floor: FloorState, now: Millis) -> None:
    """Give waiting calls to free agents until one of both runs out."""
    while floor.unready:
        waiting.let_go(floor, floor.unready.pop(), now)
    while floor.switch_up and len(floor.idle) and _give_one(floor, now):
        pass
    if floor.relaxing:
        _await_relaxation(floor, now)


def _give_one(floor: FloorState, now: Millis) -> bool:
    wishes = [
        _Next(key, "", queue_id, "", "", wish) for key, queue_id, wish in callback_turn.firsts(floor, now)
    ]
    for first in sorted([*wishes, *_firsts(floor)]):
        agents = [floor.agents[staff_number] for staff_number in _who(floor, first, now)]
        if not agents:
            continue
        if first.callback_id:
            callback_turn.present(floor, first.callback_id, agents[0], now)
        else:
            present(floor, floor.calls[first.call_id], agents[0], now, agents[1:])
        return True
    return False


def _who(floor: FloorState, first: _Next, now: Millis) -> list[str]:
    """Who is to have this caller: nobody now, one agent, or all at once."""
    if first.staff_number:
        return [first.staff_number]
    queue = floor.plan.queues[first.queue_id]
    worst = _worst_level(queue, first.key, now)
    if queue.strategy is Strategy.RING_ALL and not first.callback_id:
        return floor.idle.all_best(queue.id, first.lane, worst)
    best = floor.idle.best(queue.id, first.lane, queue.strategy, worst)
    return [] if best is None else [best]


def _firsts(floor: FloorState) -> list[_Next]:
    firsts = [
        _Next(key, call_id, queue_id, lane, "")
        for queue_id, line in floor.waiting.items()
        for lane, key, call_id in line.lanes()
    ]
    for staff_number in floor.idle.among(floor.sticky):
        key, call_id = floor.sticky[staff_number].head()
        firsts.append(_Next(key, call_id, floor.calls[call_id].record.queue_id, "", staff_number))
    return firsts


def _worst_level(queue: QueuePlan, key: Key, now: Millis) -> int | None:
    """The worst level that a caller may have by now; None: any."""
    return 1 + max(0, now - key[0]) // queue.relax_ms if queue.relax_ms else None


def _await_relaxation(floor: FloorState, now: Millis) -> None:
    """Where a free agent is only kept for better skilled work, wake up when that ends."""
    for queue_id in floor.relaxing:
        queue = floor.plan.queues[queue_id]
        due = [
            key[0] + (level - 1) * queue.relax_ms
            for lane, key, _ in floor.waiting[queue_id].lanes()
            if (level := floor.idle.best_level(queue_id, lane))
        ]
        timer_id = f"relax:{queue_id}"
        if not due or not floor.switch_up:
            floor.cancel_timer(timer_id)
        elif floor.timers.get(timer_id) != min(due):
            floor.set_timer(timer_id, min(due))
