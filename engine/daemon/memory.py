"""Memory that is free goes back to the system."""

import ctypes
import logging

log = logging.getLogger(__name__)

_M_MMAP_THRESHOLD = -3  # mallopt(3)
_LARGE_BYTES = 256 * 1024


def give_back_large_blocks() -> None:
    """Have glibc unmap large blocks when they are freed.

    Left alone it raises its threshold to the size of the first one, and keeps the 19 MiB of a PIN check once
    for each thread that made one. Other C libraries have no such setting, and no need of it.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    if not mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES):
        log.debug("mallopt refused the threshold for large blocks")
