"""config.toml on the disk: read as it is, and written whole or not at all."""

import hashlib
import os
import tempfile
from pathlib import Path


def digest(text: str) -> str:
    """Tells two texts apart."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_whole(path: Path, text: str) -> None:
    """Replace the file in one step, with the mode and the owner that it had. Raises OSError.

    A link stays a link. Text and name are on the disk before this returns: a power cut leaves the old file
    or the new one.
    """
    path = path.resolve()
    before = path.stat()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "w", encoding="utf-8", newline="") as file:
            os.fchmod(file.fileno(), before.st_mode & 0o7777)
            if os.geteuid() == 0:
                os.fchown(file.fileno(), before.st_uid, before.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_whole(path: Path) -> str:
    """The text with its own line ends. Raises OSError or UnicodeDecodeError."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()
