"""The guides say the same in both languages: sections, commands, keys."""

import re

import pytest

from tests.docs.documents import DOCUMENTS, Document
from tests.docs.test_commands import words_of

GUIDES = [name for name in DOCUMENTS if name.endswith(".zh-CN.md") and name != "README.zh-CN.md"]


@pytest.mark.parametrize("chinese", GUIDES)
def test_a_guide_has_the_same_sections(chinese: str) -> None:
    assert _depths(_english(chinese)) == _depths(Document.read(chinese))


@pytest.mark.parametrize("chinese", GUIDES)
def test_a_guide_shows_the_same_commands(chinese: str) -> None:
    assert _commands(_english(chinese)) == _commands(Document.read(chinese))


@pytest.mark.parametrize("chinese", GUIDES)
def test_a_guide_has_the_same_tables(chinese: str) -> None:
    assert _rows(_english(chinese)) == _rows(Document.read(chinese))


def _english(chinese: str) -> Document:
    return Document.read(chinese.replace(".zh-CN", ""))


def _depths(document: Document) -> list[int]:
    return [depth for depth, _ in document.headings()]


def _commands(document: Document) -> list[list[str]]:
    """Programs, groups, commands and options; names and sentences are in the language of the guide."""
    lines = [words_of(line) for line in document.shell_lines()]
    return [words[:3] + [word for word in words[3:] if word.startswith("--")] for words in lines]


def _rows(document: Document) -> list[list[str]]:
    """The keys and values in the first cell of each row."""
    cells = re.findall(r"^\| ([^|]+) \|", document.prose, re.MULTILINE)
    return [re.findall(r"`([^`]+)`", cell) for cell in cells if "`" in cell]
