"""How long the machine stood still: what is recorded in real time lacks that much, and it is nobody's fault.

A virtual machine is stopped by its host now and then. A thread that sleeps for moments sees it.
"""

import threading
import time

_LOOK_S = 0.01
_LATE_S = 0.02  # a packet of sound; less is work of others

_stalls: list[tuple[float, float]] = []  # when each was over (Unix time), and for how long
_watching = threading.Lock()


def _watch() -> None:
    before = time.monotonic()
    while True:
        time.sleep(_LOOK_S)
        now = time.monotonic()
        late = now - before - _LOOK_S
        if late > _LATE_S:
            _stalls.append((time.time(), late))
        before = now


def watch() -> None:
    """Look from now on, until the process ends."""
    if _watching.acquire(blocking=False):
        threading.Thread(target=_watch, name="stalls", daemon=True).start()


def stood_still_ms(since: float) -> float:
    """For how long since an instant (UTC ms)."""
    return sum(late for over, late in list(_stalls) if over * 1000 >= since) * 1000


def longest_stall_ms(since: float) -> float:
    """The longest time that it stood still at once, since an instant (UTC ms)."""
    return max((late for over, late in list(_stalls) if over * 1000 >= since), default=0.0) * 1000
