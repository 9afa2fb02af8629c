"""Sentences that were spoken once, on disk: found again at once, the least used thrown away first."""

import contextlib
import logging
import os
import time
from pathlib import Path

log = logging.getLogger(__name__)

_HEADER = 44
_MAY_BE_PLAYING_S = 120.0


class SentenceCache:
    """Files `<folder>/<language>/<key>.wav`, together no larger than `limit_bytes`.

    A file's time of change is that of its last use, so that the order outlives the engine. Files are written
    whole or not at all by whoever makes them; what a crash left behind is removed at the start.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self._folder = folder
        self.limit_bytes = limit_bytes
        self._sizes: dict[Path, int] = {}  # the least recently used first
        self.size_bytes = 0
        self.hits = self.misses = 0

    def __repr__(self) -> str:
        files, uses = len(self._sizes), self.hits + self.misses
        return f"<SentenceCache {files} files, {self.size_bytes} bytes, {self.hits} of {uses} found>"

    def load(self) -> None:
        """Learn what is there. Blocks for a moment."""
        found = []
        for path in self._folder.glob("*/*"):
            with contextlib.suppress(OSError):
                facts = path.stat()
                if path.suffix == ".wav" and not path.name.startswith(".") and facts.st_size > _HEADER:
                    found.append((facts.st_mtime, path, facts.st_size))
                else:
                    path.unlink()
        self._sizes = {path: size for _, path, size in sorted(found)}
        self.size_bytes = sum(self._sizes.values())

    def place(self, language: str, key: str) -> Path:
        """Where the file of this key is, or is to be."""
        return self._folder / language / f"{key}.wav"

    def find(self, path: Path) -> bool:
        """Whether the file is there; it counts as used."""
        size = self._sizes.pop(path, 0)
        try:
            os.utime(path)
        except OSError:
            self.size_bytes -= size
            self.misses += 1
            return False
        self.hits += 1
        self._sizes[path] = size
        if not size:
            self._measure(path)
        return True

    def add(self, path: Path) -> None:
        """A file was made; others go if there is no room for it."""
        self.size_bytes -= self._sizes.pop(path, 0)
        self._measure(path)
        self._make_room()

    def make_folders(self, languages: tuple[str, ...]) -> None:
        """The folders that the files are written into."""
        for language in languages:
            (self._folder / language).mkdir(parents=True, exist_ok=True)

    def _measure(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            self._sizes[path] = path.stat().st_size
            self.size_bytes += self._sizes[path]

    def _make_room(self) -> None:
        now = time.time()
        for path in list(self._sizes):
            if self.size_bytes <= self.limit_bytes:
                return
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime < _MAY_BE_PLAYING_S:
                    return
                path.unlink()
            self.size_bytes -= self._sizes.pop(path)
