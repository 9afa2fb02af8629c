"""A drop folder: which files are ready, and where they go afterwards."""

import os
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from engine.adapters.sources import SUFFIXES
from engine.core.records import Millis

DONE, FAILED = "done", "failed"
_QUIET_MS = 4_000  # a file that has not grown for so long is complete


@dataclass(frozen=True, slots=True)
class Found:
    """A file as it was last seen."""

    path: Path
    size: int
    changed_at: Millis


@dataclass(slots=True)
class DropFolder:
    """A folder where files are put. A file that still grows is left alone, and so is one that failed."""

    path: Path
    _seen: dict[Path, Found] = field(default_factory=dict)
    _left: dict[Path, Found] = field(default_factory=dict)  # not looked at again

    def ready(self, now: Millis) -> list[Found]:
        """The files that are complete, the oldest first. Raises OSError."""
        self.path.mkdir(parents=True, exist_ok=True)
        present = {found.path: found for found in self._files()}
        ready = [
            found
            for path, found in present.items()
            if self._seen.get(path) == found
            and now - found.changed_at >= _QUIET_MS
            and self._left.get(path) != found
        ]
        self._seen = present
        return sorted(ready, key=lambda found: (found.changed_at, found.path.name))

    def newest(self) -> Found | None:
        """The file that was put there last, complete or not. Raises OSError."""
        return max(self._files(), key=lambda found: found.changed_at, default=None)

    def leave(self, found: Found) -> None:
        """Let a file lie that could not be taken over by no fault of its own, until it is another one."""
        self._left[found.path] = found

    def put_away(self, found: Found, folder: str, now: Millis, zone: tzinfo, report: str) -> None:
        """Move a file to done/ or failed/, with its report beside it. Raises OSError."""
        self._left[found.path] = found
        target = self.path / folder
        target.mkdir(exist_ok=True)
        stamp = datetime.fromtimestamp(now / 1000, zone).strftime("%Y%m%d-%H%M%S")
        place = target / f"{stamp}-{found.path.name}"
        count = 1
        while place.exists():
            count += 1
            place = target / f"{stamp}-{count}-{found.path.name}"
        if report:
            place.with_name(f"{place.name}.report.txt").write_text(report, encoding="utf-8-sig")
        os.replace(found.path, place)
        del self._left[found.path]

    def _files(self) -> list[Found]:
        found = []
        with os.scandir(self.path) as entries:
            for entry in entries:
                name = entry.name.lower()
                # Hidden ones are what copying programs write until they are done.
                if name.endswith(SUFFIXES) and not name.startswith((".", "~$")) and entry.is_file():
                    state = entry.stat()
                    found.append(Found(Path(entry.path), state.st_size, int(state.st_mtime * 1000)))
        return found


def found_file(path: Path) -> Found:
    """A file that somebody names. Raises OSError."""
    state = path.stat()
    return Found(path, state.st_size, int(state.st_mtime * 1000))
