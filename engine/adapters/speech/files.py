"""Writes files whole or not at all."""

from pathlib import Path


def write_whole(target: Path, data: bytes) -> None:
    """Write the file under another name first, so that a kill or a full disk never leaves half of it."""
    part = target.with_name(f".{target.name}.part")
    try:
        part.write_bytes(data)
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
