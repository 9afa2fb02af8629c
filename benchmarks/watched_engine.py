"""The engine as `fourseatd run --attach` runs it, with a watch on its loop: how long is nobody served?

`python -m benchmarks.watched_engine CONFIG REPORT`; SIGUSR1 writes what was seen since the last time.
"""

import asyncio
import cProfile
import gc
import json
import os
import signal
import sys
from pathlib import Path

from benchmarks.figures import percentile
from engine.daemon.cli.common import log_to_stderr, read_config
from engine.daemon.memory import give_back_large_blocks
from engine.daemon.secrets import load_secrets
from engine.daemon.service import Service
from engine.daemon.service import run as run_service

_EVERY_S = 0.005
_PROFILE = "FOURSEAT_BENCH_PROFILE"  # a file for cProfile's figures


class LoopWatch:
    """By how much a timer of 5 ms comes late."""

    def __init__(self) -> None:
        self._late_ms: list[float] = []

    async def run(self) -> None:
        """Look at the clock. Never ends."""
        clock = asyncio.get_running_loop().time
        while True:
            due = clock() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            self._late_ms.append((clock() - due) * 1000)

    def seen(self) -> dict[str, float]:
        """What was seen; from now on anew."""
        late, self._late_ms = self._late_ms, []
        return {"p99_ms": percentile(late, 0.99), "max_ms": max(late)} if late else {}

    def write(self, report: Path) -> None:
        """The same into a file."""
        part = report.with_suffix(".part")
        part.write_text(json.dumps(self.seen()), encoding="ascii")
        os.replace(part, report)


async def _run(service: Service, report: Path) -> None:
    watch = LoopWatch()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, watch.write, report)
    watching = asyncio.ensure_future(watch.run())
    try:
        await run_service(service)
    finally:
        watching.cancel()


def main() -> None:
    """As the command does it."""
    config, report = map(Path, sys.argv[1:])
    log_to_stderr(False)
    give_back_large_blocks()
    settings, paths = read_config(config)
    service = Service(settings, config.resolve(), paths, load_secrets(paths.secrets, settings))
    gc.freeze()
    profile = cProfile.Profile() if _PROFILE in os.environ else None
    if profile is not None:
        profile.enable()
    asyncio.run(_run(service, report))
    if profile is not None:
        profile.disable()
        profile.dump_stats(os.environ[_PROFILE])


if __name__ == "__main__":
    main()
