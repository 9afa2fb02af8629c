"""External lines: which of them are free."""

from collections import Counter

from engine.core.floor.state import FloorState
from engine.core.states import CallState


def free_channels(floor: FloorState) -> dict[str, int]:
    """How many more calls each line can carry; a call that is being prepared has its line already."""
    busy = Counter(call.record.line_id for call in floor.calls.values() if call.state is not CallState.ENDED)
    return {line.id: line.channels - busy[line.id] for line in floor.plan.lines.values()}


def free_line(floor: FloorState, keep: int) -> str | None:
    """A line for one more call, the freest one, if `keep` channels stay free beside it; None: none."""
    free = free_channels(floor)
    if sum(channels for channels in free.values() if channels > 0) <= keep:
        return None
    return max(free, key=lambda line_id: free[line_id])
