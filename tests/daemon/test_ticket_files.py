"""Files of tickets on the disk: what is taken, what is refused, and that the same content is kept once."""

import io
import os
import zipfile
from pathlib import Path

import pytest

from engine.daemon.tickets.attachments import PIECE, AttachmentFolder, Rules, Unfit, read_piece

RULES = Rules(
    frozenset({"pdf", "png", "jpg", "wav", "mp3", "flac", "txt", "csv", "docx", "xlsx", "tif"}), 3 * PIECE
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def _office(folder: str, *, more: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(more):
            archive.writestr(str(number), "")
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<w/>")
    return buffer.getvalue()


RIGHT = {
    "现场照片.PNG": PNG,
    "a.jpg": b"\xff\xd8\xff\xe0JFIF",
    "扫描.pdf": b"\n%PDF-1.7\n",
    "a.wav": b"RIFF\0\0\0\0WAVEfmt ",
    "a.mp3": b"ID3\x04",
    "b.mp3": b"\xff\xfb\x90\x00",
    "a.flac": b"fLaC",
    "a.tif": b"II*\0",
    "a.txt": "光缆".encode(),
    "b.txt": "光缆".encode("gb18030"),
    "c.txt": "光缆".encode("utf-16"),
    "a.csv": "号码,姓名\n".encode() * 40_000,
    "a.docx": _office("word"),
    "a.xlsx": _office("xl"),
}
WRONG = {
    "a.png": b"\xff\xd8\xff\xe0JFIF",
    "a.pdf": b"MZ\x90\0",
    "a.wav": b"RIFF\0\0\0\0AVI ",
    "a.mp3": b"\xff",
    "a.txt": b"\x7fELF\0\0",
    "b.txt": b"\xff\xff\xff\xff",
    "c.txt": b"\xff\xfea",
    "d.txt": b"a" * 5000 + b"\0",
    "a.docx": _office("xl"),
    "b.docx": b"PK\x03\x04 and no more",
    "c.docx": b"",  # a list that would take the memory; made when it is needed
}


@pytest.fixture
def folder(tmp_path: Path) -> AttachmentFolder:
    return AttachmentFolder(tmp_path / "attachments")


def bring(folder: AttachmentFolder, name: str, content: bytes) -> str:
    arriving = folder.begin(RULES.kind_of(name), RULES.most_bytes)
    for offset in range(0, len(content), PIECE):
        arriving.add(content[offset : offset + PIECE])
    return folder.keep(arriving).sha256


def incoming(folder: AttachmentFolder) -> list[Path]:
    return list((folder.root / "incoming").iterdir())


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_as_it_is_named_is_kept(folder: AttachmentFolder, name: str) -> None:
    content = RIGHT[name]
    path = folder.path_of(bring(folder, name, content))
    assert path.read_bytes() == content
    assert read_piece(path, 1) == content[1 : PIECE + 1]
    assert read_piece(path, len(content)) == b""
    assert incoming(folder) == []


@pytest.mark.parametrize("name", WRONG)
def test_what_is_not_as_it_is_named_is_refused_and_gone(folder: AttachmentFolder, name: str) -> None:
    content = WRONG[name] or _office("word", more=10_001)
    with pytest.raises(Unfit) as refusal:
        bring(folder, name, content)
    assert refusal.value.code == "content"
    assert incoming(folder) == []
    assert [path for path in folder.root.rglob("*") if path.is_file()] == []


def test_the_same_content_is_kept_once(folder: AttachmentFolder) -> None:
    assert bring(folder, "a.png", PNG) == bring(folder, "b.png", PNG)
    assert len([path for path in folder.root.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "bad_name"),
        ("../a.png", "bad_name"),
        ("a\\b.png", "bad_name"),
        (".png", "bad_name"),
        ("a\n.png", "bad_name"),
        ("长" * 200 + ".png", "bad_name"),
        ("\ud800.png", "bad_name"),
        ("a.exe", "kind"),
        ("png", "kind"),
        ("a.png.", "kind"),
    ],
)
def test_names_that_are_refused(name: str, code: str) -> None:
    with pytest.raises(Unfit) as refusal:
        RULES.kind_of(name)
    assert refusal.value.code == code


def test_too_much_and_nothing(folder: AttachmentFolder) -> None:
    arriving = folder.begin("txt", RULES.most_bytes)
    for _ in range(3):
        arriving.add(b"a" * PIECE)
    with pytest.raises(Unfit, match="at most"):
        arriving.add(b"a")
    with pytest.raises(Unfit, match="a piece"):
        arriving.add(b"a" * (PIECE + 1))
    arriving.discard()
    with pytest.raises(Unfit, match="nothing in"):
        folder.keep(folder.begin("txt", RULES.most_bytes))
    assert incoming(folder) == []


def test_what_was_arriving_when_the_engine_stopped_is_forgotten(folder: AttachmentFolder) -> None:
    kept = bring(folder, "a.png", PNG)
    arriving = folder.begin("png", RULES.most_bytes)
    arriving.add(PNG)
    folder.clear()
    assert folder.path_of(kept).exists()
    assert not (folder.root / "incoming").exists()
    arriving.discard()


def test_what_is_never_finished_does_not_fill_the_disk(
    folder: AttachmentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.daemon.tickets.attachments._MOST_ARRIVING", 2)
    arriving = [folder.begin("png", 100) for _ in range(2)]
    with pytest.raises(Unfit) as refusal:
        folder.begin("png", 100)
    assert refusal.value.code == "too_many"
    for one in arriving:
        one.discard()
    monkeypatch.setattr("engine.daemon.tickets.attachments._LEAST_FREE", 2**62)
    with pytest.raises(OSError, match="No space left"):
        folder.begin("png", 100)
    assert incoming(folder) == []


def test_what_is_brought_again_is_as_young_as_new(folder: AttachmentFolder) -> None:
    photo = bring(folder, "a.png", PNG)
    path = folder.path_of(photo)
    os.utime(path, (1_000, 1_000))
    path.with_name("note").touch()  # whatever else lies there is nobody's business here
    os.utime(path.with_name("note"), (1_000, 1_000))
    assert folder.parts() == [photo[:2]]
    assert folder.kept_before(photo[:2], 1_000) == set()
    assert folder.kept_before(photo[:2], 1_001) == {photo}
    bring(folder, "b.png", PNG)
    assert folder.kept_before(photo[:2], 1_001) == set()
    assert not folder.remove(photo, 1_001)
    assert path.exists()
    assert folder.remove(photo, path.stat().st_mtime + 1)
    assert not path.exists()
