"""What the figures were measured on."""

import os
import platform
from pathlib import Path


def describe(asterisk_version: str) -> list[str]:
    """One line for each thing that a figure depends on."""
    return [
        f"{os.cpu_count()} cores, {_cpu_model()}",
        f"{_memory_gb():.0f} GB memory",
        f"{_system()}, Linux {platform.release()}",
        f"Python {platform.python_version()}, Asterisk {asterisk_version}",
        f"load average at the start: {os.getloadavg()[0]:.2f}",
    ]


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3


def _system() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return "Linux"
