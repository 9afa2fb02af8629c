"""Files of tickets: they arrive in pieces, and are kept once by what is in them.

A file is `<data>/attachments/<first two digits>/<SHA-256>`, and as old as it was last brought. What arrives
is in `incoming` beside them, and is removed when the engine starts: nobody was told that it is kept.
"""

import errno
import hashlib
import os
import shutil
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from engine.daemon.tickets import file_kinds

PIECE = 524_288
"""Bytes of a piece, at most."""

_INCOMING = "incoming"
_DIGITS = 64  # of a SHA-256
_MOST_NAME = 120
_MOST_ARRIVING = 60  # files of all clients together
_LEAST_FREE = 300 * 1_048_576  # bytes of the disk that are for calls, recordings and the database


class Unfit(ValueError):
    """A file that is not taken; `code` says why.

    bad_name, kind, empty, too_large, content, piece, too_many (that are coming now).
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is on the disk."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site takes."""

    kinds: frozenset[str]
    most_bytes: int

    def kind_of(self, name: str) -> str:
        """The extension of a file's name. Raises Unfit."""
        clean = name.strip()
        hidden = not clean or clean.startswith(".") or len(clean) > _MOST_NAME
        if hidden or any(sign in "/\\" or not sign.isprintable() for sign in clean):
            raise Unfit("bad_name", f"a file's name has 1 to {_MOST_NAME} signs and no folder: {name[:40]!r}")
        kind = clean.rpartition(".")[2].lower() if "." in clean else ""
        if kind not in self.kinds:
            allowed = ", ".join(sorted(self.kinds))
            raise Unfit("kind", f"files of the kind {kind[:20]!r} are not taken; those are: {allowed}")
        return kind


@dataclass(slots=True)
class Arriving:
    """A file of which not all pieces are there yet. Everything blocks."""

    kind: str
    most_bytes: int
    path: Path
    size: int = 0
    _file: BinaryIO = field(init=False)

    def __post_init__(self) -> None:
        self._file = self.path.open("wb")

    def add(self, data: bytes) -> None:
        """The next piece. Raises Unfit, OSError."""
        if len(data) > PIECE:
            raise Unfit("piece", f"a piece has at most {PIECE} bytes")
        if self.size + len(data) > self.most_bytes:
            raise Unfit("too_large", f"a file has at most {self.most_bytes // 1_048_576} MB")
        self._file.write(data)
        self.size += len(data)

    def close(self) -> None:
        """Nothing more comes; what came is on the disk afterwards. Raises Unfit, OSError."""
        if not self.size:
            raise Unfit("empty", "there is nothing in this file")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if not file_kinds.fits(self.path, self.kind):
            raise Unfit("content", f"what is in this file is not what its name says: {self.kind}")

    def discard(self) -> None:
        """It does not come."""
        self._file.close()
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class AttachmentFolder:
    """All files of tickets. Everything blocks."""

    root: Path
    _keeping: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def clear(self) -> None:
        """Forget what was arriving when the engine stopped."""
        shutil.rmtree(self.root / _INCOMING, ignore_errors=True)

    def begin(self, kind: str, most_bytes: int) -> Arriving:
        """A place for a file that is about to come. Raises Unfit, OSError.

        What is never finished may not fill the disk, which the database needs too.
        """
        incoming = self.root / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        if len(os.listdir(incoming)) >= _MOST_ARRIVING:
            raise Unfit("too_many", f"{_MOST_ARRIVING} files are coming already; try again later")
        if shutil.disk_usage(incoming).free < _LEAST_FREE + most_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        handle, name = tempfile.mkstemp(dir=incoming)
        os.close(handle)
        return Arriving(kind, most_bytes, Path(name))

    def keep(self, arriving: Arriving) -> Kept:
        """Give a whole file its place; the same content has one. Raises Unfit, OSError."""
        try:
            arriving.close()
            with arriving.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            target = self.path_of(digest)
            with self._keeping:
                if target.exists():
                    os.utime(target)
                else:
                    target.parent.mkdir(exist_ok=True)
                    os.replace(arriving.path, target)
            # Also what another one has put there a moment ago: only then it is kept.
            _sync_folders(target.parent, self.root, self.root.parent)
        finally:
            arriving.discard()
        return Kept(digest, arriving.size)

    def parts(self) -> list[str]:
        """The first two digits of what is kept."""
        return sorted(path.name for path in self.root.glob("[0-9a-f][0-9a-f]"))

    def kept_before(self, part: str, instant: float) -> set[str]:
        """The hashes in a part that were last brought before an instant (seconds). Raises OSError."""
        with os.scandir(self.root / part) as entries:
            return {
                one.name
                for one in entries
                if len(one.name) == _DIGITS and one.is_file() and one.stat().st_mtime < instant
            }

    def remove(self, sha256: str, instant: float) -> bool:
        """Remove a file, unless it was brought again since an instant (seconds). Raises OSError."""
        path = self.path_of(sha256)
        with self._keeping:
            if path.stat().st_mtime >= instant:
                return False
            path.unlink()
        return True

    def path_of(self, sha256: str) -> Path:
        """Where a content is, or would be."""
        return self.root / sha256[:2] / sha256


def read_piece(path: Path, offset: int) -> bytes:
    """A piece of a file; nothing at its end. Raises OSError."""
    with path.open("rb") as file:
        file.seek(max(0, offset))
        return file.read(PIECE)


def _sync_folders(*folders: Path) -> None:
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
