"""Whatever a document names, exists: files, anchors, modules, folders."""

import importlib.util
import re

import pytest

from tests.docs.documents import DOCUMENTS, ROOT, Document, anchor_of

_TOP = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
_FILE = re.compile(r"^(?:\.?/)?[\w.*<>{}/-]+$")
_MODULE = re.compile(r"^(?:engine|db|tui|tests|benchmarks)(?:\.\w+)+$")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    document = Document.read(name)
    for target in document.links():
        if target.startswith(("https://", "http://")):
            continue
        path, _, anchor = target.partition("#")
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.exists(), target
        if anchor:
            other = Document.read(str(file.resolve().relative_to(ROOT)))
            assert anchor in other.anchors(), target


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_and_folders_that_are_named_exist(name: str) -> None:
    named = [word for word in Document.read(name).code_words() if _is_path_of_ours(word)]
    missing = [word for word in named if not list(ROOT.glob(word.rstrip("/")))]
    assert not missing


@pytest.mark.parametrize("name", DOCUMENTS)
def test_modules_that_are_named_can_be_imported(name: str) -> None:
    text = Document.read(name).text
    words = {word for word in re.findall(r"[\w.]+", text) if _MODULE.match(word.rstrip("."))}
    missing = [word for word in words if not _is_module_or_its_name(word.rstrip("."))]
    assert not missing


def _is_path_of_ours(word: str) -> bool:
    first = word.split("/")[0]
    return bool(_FILE.match(word)) and "/" in word and first in _TOP


def _is_module_or_its_name(word: str) -> bool:
    """`db.journal`, or `db.journal.verify`, which is something in it; `engine.sock` is another file."""
    if word.endswith((".sock", ".py")):
        return True
    module, _, last = word.rpartition(".")
    if importlib.util.find_spec(word.split(".")[0]) is None:
        return False
    try:
        if importlib.util.find_spec(word) is not None:
            return True
    except ModuleNotFoundError:
        pass
    try:
        return hasattr(importlib.import_module(module), last)
    except ModuleNotFoundError:
        return False


def test_anchors_are_made_as_viewers_make_them() -> None:
    assert anchor_of("The room for a new ...") == "the-room-for-a-new-"
    assert anchor_of("第一个真实电话") == "第一个真实电话"
    assert anchor_of("How `it` works, really!") == "how-it-works-really"
