"""Files of tickets in a backup: a folder beside it, with what is new since the last time added.

A file's name is the SHA-256 of what is in it, so a copy proves itself, and one that is there needs no other.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from db.errors import Unusable

_NAME = re.compile(r"[0-9a-f]{64}")


def files_beside(backup: Path) -> Path:
    """Where a backup has the files of tickets."""
    return backup.with_name(f"{backup.name}.attachments")


def copy_files(source: Path, target: Path) -> int:
    """Copy what the target has not got yet; returns how many files it has then. Raises Unusable.

    Nothing is ever removed, and what is arriving at the source is left out.
    """
    count = 0
    try:
        for path in _files(source):
            copy = target / path.name[:2] / path.name
            if not copy.exists() or copy.stat().st_size != path.stat().st_size:
                copy.parent.mkdir(parents=True, exist_ok=True)
                _copy(path, copy)
            count += 1
    except OSError as error:
        raise Unusable("cannot_copy", str(target), str(error)) from error
    return count


def _files(folder: Path) -> Iterator[Path]:
    for part in sorted(folder.glob("[0-9a-f][0-9a-f]")):
        yield from sorted(path for path in part.iterdir() if _NAME.fullmatch(path.name))


def _copy(source: Path, target: Path) -> None:
    """One file, which appears when it is whole and has been read back."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        shutil.copyfile(source, partial)
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
            if hashlib.file_digest(file, "sha256").hexdigest() != target.name:
                raise Unusable("damaged", str(source))
        os.replace(partial, target)
    finally:
        partial.unlink(missing_ok=True)
