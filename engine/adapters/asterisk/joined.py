"""Prompts that are played as one: Asterisk takes a single file for what a caller hears before a talk."""

import hashlib
import logging
import os
import tempfile
import wave
from pathlib import Path

log = logging.getLogger(__name__)

FOLDER = "joined"


def joined_files(files: list[str]) -> str:
    """The path, without suffix, of a file with all these in it; empty if one of them cannot be read.

    Made once, and anew when a prompt has changed. Blocks.
    """
    sources = [Path(f"{file}.wav") for file in files]
    if len(sources) < 2:
        return files[0] if sources and sources[0].exists() else ""
    try:
        marks = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in sources]
        digest = hashlib.sha256(repr(marks).encode()).hexdigest()[:16]
        target = sources[0].parent.parent / FOLDER / f"{digest}.wav"
        if not target.exists():
            _write(sources, target)
    except (OSError, wave.Error, EOFError) as error:
        log.error("prompts %s cannot be joined: %s", " ".join(files), error)
        return ""
    return str(target.with_suffix(""))


def _write(sources: list[Path], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, partial = tempfile.mkstemp(dir=target.parent)
    try:
        with open(handle, "wb") as file, wave.open(file, "wb") as whole:
            for number, source in enumerate(sources):
                with wave.open(str(source)) as piece:
                    if number == 0:
                        whole.setparams(piece.getparams())
                    whole.writeframes(piece.readframes(piece.getnframes()))
        os.replace(partial, target)
    except BaseException:
        os.unlink(partial)
        raise
