"""What is in a file, looked at by its first bytes: what is named a photo must be one."""

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from engine.core.encodings import NotText, encoding_of

_HEAD = 4096
_ENTRY = b"PK\x01\x02"  # with which each entry of a ZIP file's list begins
_MOST_ENTRIES = 10_000  # a document has some dozens, or as many as it has pictures
_BLOCK = 65_536


def fits(path: Path, kind: str) -> bool:
    """Whether a file has what its extension says; a kind that is not known here has whatever it has."""
    look = _KINDS.get(kind)
    if look is None:
        return True
    with path.open("rb") as file:
        return look(path, file.read(_HEAD))


def _begins(*beginnings: bytes) -> Callable[[Path, bytes], bool]:
    return lambda path, head: head.startswith(beginnings)


def _pdf(path: Path, head: bytes) -> bool:
    return b"%PDF-" in head[:1024]  # readers allow something before it


def _wav(path: Path, head: bytes) -> bool:
    return head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE"


def _mp3(path: Path, head: bytes) -> bool:
    frame = len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 != 0
    return frame or head.startswith(b"ID3")


def _text(path: Path, head: bytes) -> bool:
    """Text as it is written in China."""
    try:
        with path.open("rb") as file:
            encoding_of(iter(lambda: file.read(_BLOCK), b""))
    except NotText:
        return False
    return True


def _office(folder: str) -> Callable[[Path, bytes], bool]:
    """A document of an office program: a ZIP file with this folder in it."""

    def look(path: Path, head: bytes) -> bool:
        if _entries(path) > _MOST_ENTRIES:
            return False
        try:
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
        return "[Content_Types].xml" in names and any(name.startswith(f"{folder}/") for name in names)

    return look


def _entries(path: Path) -> int:
    """How many entries a ZIP file may have: each takes half a kilobyte of memory once its list is read."""
    count, rest = 0, b""
    with path.open("rb") as file:
        while piece := file.read(1_048_576):
            count += (rest + piece).count(_ENTRY)
            rest = piece[1 - len(_ENTRY) :]
    return count


_JPEG = _begins(b"\xff\xd8\xff")
_TIFF = _begins(b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_KINDS: Mapping[str, Callable[[Path, bytes], bool]] = {
    "pdf": _pdf,
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "tif": _TIFF,
    "tiff": _TIFF,
    "gif": _begins(b"GIF87a", b"GIF89a"),
    "wav": _wav,
    "mp3": _mp3,
    "flac": _begins(b"fLaC", b"ID3"),
    "txt": _text,
    "csv": _text,
    "docx": _office("word"),
    "xlsx": _office("xl"),
}
