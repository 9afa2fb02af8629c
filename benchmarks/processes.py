"""What processes have used, as the kernel counts it in /proc (proc(5))."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_MIB = 1024 * 1024


def family(pid: int) -> Iterator[int]:
    """A process and all its living descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            children = (task / "children").read_text(encoding="ascii").split()
        except (FileNotFoundError, ProcessLookupError):  # a thread that has ended meanwhile
            continue
        for child in children:
            yield from family(int(child))


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its living descendants, and those that have ended."""
    return sum(sum(_times(member)) for member in family(pid)) / _TICKS


def own_cpu_seconds(pid: int) -> float:
    """User and system time of a process alone."""
    return sum(_times(pid)[:2]) / _TICKS


def _times(pid: int) -> list[int]:
    """utime, stime, cutime, cstime in ticks."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return [int(field) for field in fields[11:15]]


def resident_mb(pid: int) -> float:
    """Resident memory of one process in MB of 1,048,576 bytes, shared libraries included."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / _MIB
    raise ProcessLookupError(pid)
