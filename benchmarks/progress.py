"""What the benchmark is doing, one line a step, on standard error."""

import sys
import time

_started = time.monotonic()


def say(text: str) -> None:
    """Print a step with the seconds since the start."""
    print(f"[{time.monotonic() - _started:4.0f} s] {text}", file=sys.stderr, flush=True)
