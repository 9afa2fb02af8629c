"""What becomes of waiting callers as time passes, and as agents come and go."""

from engine.core.effects import Announce
from engine.core.floor import estimate, waiting
from engine.core.floor.journey import leave_queue
from engine.core.floor.state import FloorState
from engine.core.records import Millis
from engine.core.states import CallState, QueueExit
from engine.core.voice.pieces import pieces_for_position

# Said after the place in the queue, where a key of the caller asks for a call back.
_CALLBACK_HINT = "callback_hint"


def leave_unstaffed(floor: FloorState, now: Millis) -> None:
    """Nobody waits for agents who are not there: somebody logged out, or is to do something else."""
    staffed: dict[tuple[str, str], bool] = {}
    for queue_id, line in floor.waiting.items():
        for call_id in list(line):
            call = floor.calls[call_id]
            lane = floor.lane_of(call)
            if (queue_id, lane) not in staffed:
                staffed[queue_id, lane] = waiting.staffed(floor, queue_id, lane)
            if not staffed[queue_id, lane]:
                leave_queue(floor, call, QueueExit.NO_AGENTS, now)


def wait_too_long(floor: FloorState, call_id: str, now: Millis) -> None:
    """The longest wait of the queue is over; a call that is just being presented gets its chance."""
    call = floor.calls[call_id]
    if call.state is CallState.QUEUED:
        leave_queue(floor, call, QueueExit.TIMEOUT, now)
    else:
        floor.set_timer(f"wait:{call_id}", now + floor.plan.queues[call.record.queue_id].ring_ms)


def announce_position(floor: FloorState, call_id: str, now: Millis) -> None:
    """Tell a waiting caller the place and the expected wait."""
    call = floor.calls[call_id]
    queue = floor.plan.queues[call.record.queue_id]
    if call.state is CallState.QUEUED:
        place, expected_ms = estimate.place_of(floor, call)
        language = call.position.language
        prompts = pieces_for_position(place, expected_ms // 1000, language or floor.plan.language)
        prompts += [queue.announcement] if queue.announcement else []
        prompts += [_CALLBACK_HINT] if floor.callback_key(call) else []
        floor.emit(Announce(call_id=call.id, prompts=tuple(prompts), music=queue.music, language=language))
    floor.set_timer(f"announce:{call.id}", now + queue.announce_every_ms)
