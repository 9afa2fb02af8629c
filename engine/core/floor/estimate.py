"""What a waiting caller is told: the place, and how long it will take.

The place counts everybody who goes first, in the line or at home for a call back: callers of the own queue,
and those of other queues as far as the same agents serve them. The wait is that place times the mean handling
time, shared by these agents: a plain estimate, but with few agents nothing finer holds.
"""

from engine.core.floor.entities import Call
from engine.core.floor.state import FloorState
from engine.core.records import Millis

# Until enough calls of today are known, a call is taken to last this long (talk and wrap-up).
_TYPICAL_HANDLING_MS = 180_000
_CALLS_FOR_AN_ESTIMATE = 5


def place_of(floor: FloorState, call: Call) -> tuple[int, Millis]:
    """The place of a waiting call, 1 is the next, and the wait to be expected."""
    queue_id, lane = call.record.queue_id, floor.lane_of(call)
    staff = [floor.skills_of(agent) for agent in floor.agents.values() if agent.counts_for_callers]
    staff = [skills for skills in staff if skills.level(queue_id, lane)]
    agents = max(1, len(staff))
    key = floor.waiting[queue_id].place(call.id).key
    first = 0.0
    for other_id, line in floor.waiting.items():
        ahead = line.before(key) + floor.wishes.before(other_id, key[0])
        first += ahead * sum(other_id in skills.levels for skills in staff) / agents
    place = 1 + round(first)
    return place, place * _handling_ms(floor, queue_id) // agents


def _handling_ms(floor: FloorState, queue_id: str) -> Millis:
    counter = floor.day[queue_id]
    known = counter.handled >= _CALLS_FOR_AN_ESTIMATE
    return counter.handled_ms // counter.handled if known else _TYPICAL_HANDLING_MS
