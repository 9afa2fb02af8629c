"""The folder that keeps what was fetched, with a lock for one set-up at a time."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.provision.errors import DiskFull, ProvisionError
from engine.provision.progress import Progress

CLONE = Path(__file__).resolve().parents[2]


def cache_folder() -> Path:
    """$FOURSEAT_CACHE, else $XDG_CACHE_HOME/fourseat, else ~/.cache/fourseat, else .cache in the clone."""
    chosen = os.environ.get("FOURSEAT_CACHE")
    if chosen:
        folder = Path(chosen).absolute()
        if not _writable(folder):
            raise ProvisionError(
                f"FOURSEAT_CACHE={chosen} cannot be written.",
                "Choose a folder that you may write, or unset it.",
            )
        return folder
    for folder in _usual_folders():
        if _writable(folder):
            return folder
    raise ProvisionError(
        f"No folder for downloads can be written: {', '.join(map(str, _usual_folders()))}.",
        "Set FOURSEAT_CACHE to a folder that you may write.",
    )


def _usual_folders() -> list[Path]:
    xdg = os.environ.get("XDG_CACHE_HOME", "")
    folders = [Path(xdg) / "fourseat"] if os.path.isabs(xdg) else []
    home = os.path.expanduser("~")
    if os.path.isabs(home):
        folders.append(Path(home) / ".cache" / "fourseat")
    return [*folders, CLONE / ".cache"]


def _writable(folder: Path) -> bool:
    """Try it: access rights alone say nothing about a read-only or full file system."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@contextmanager
def setup_lock(folder: Path, progress: Progress, name: str = "setup.lock") -> Iterator[None]:
    """Hold the folder's lock; a second set-up waits and says so. The kernel frees it when its holder dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / name, "a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            progress(
                f"Another set-up is at work (process {lock.read().strip() or '?'}); waiting for it", None
            )
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        lock.truncate()
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def require_space(folder: Path, needed_mb: int, what: str) -> None:
    """Refuse to begin what cannot end for want of room."""
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < needed_mb:
        raise disk_full(folder, f"{what} needs {needed_mb} MB, {free_mb} MB are free")


def disk_full(folder: Path, detail: str) -> DiskFull:
    return DiskFull(
        f"Not enough room in {folder}: {detail}.",
        "Free some room, or set FOURSEAT_CACHE to a folder on a larger disk, and run it again: "
        "what was fetched is kept.",
    )


def is_disk_full(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)
