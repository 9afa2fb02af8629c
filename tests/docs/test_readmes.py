"""The two READMEs say the same: sections, pictures, commands, places."""

import re

import pytest

from tests.docs.documents import ROOT, Document
from tests.docs.generate import PARTS

ENGLISH, CHINESE = Document.read("README.md"), Document.read("README.zh-CN.md")
LONGEST = 310  # lines: what a person still reads


def test_they_have_the_same_sections() -> None:
    assert [depth for depth, _ in ENGLISH.headings()] == [depth for depth, _ in CHINESE.headings()]


def test_they_show_the_same_commands() -> None:
    assert _commands(ENGLISH) == _commands(CHINESE)


def _commands(document: Document) -> list[str]:
    """Without what the reader fills in."""
    return [re.sub(r"<[^>]+>", "<>", line).replace("服务器地址", "server") for line in document.shell_lines()]


def test_they_name_the_same_things() -> None:
    english, chinese = _things(ENGLISH), _things(CHINESE)
    assert english ^ chinese == set()


def _things(document: Document) -> set[str]:
    """Names of keys, files and settings in the text, apart from the made tables."""
    text = document.with_parts(dict.fromkeys(PARTS[document.name], ""))
    words = Document(document.name, text).code_words()
    return {re.sub(r" (?:NAME|用户名)$", "", word).replace("…", "...") for word in words}


def test_they_point_to_the_same_files() -> None:
    assert _targets(ENGLISH) == _targets(CHINESE)


def _targets(document: Document) -> set[str]:
    """Files that are linked, each of two languages as one."""
    own = {"README.md"}
    return {target.replace(".zh-CN", "") for target in document.links() if "#" not in target} - own


@pytest.mark.parametrize("document", [ENGLISH, CHINESE], ids=lambda document: document.name)
def test_they_can_be_read_in_one_go(document: Document) -> None:
    assert len(document.text.splitlines()) <= LONGEST


def test_the_picture_comes_from_nowhere_else() -> None:
    picture = (ROOT / "docs" / "agent-console.svg").read_text(encoding="utf-8")
    assert "@font-face" not in picture
    assert "https://fonts" not in picture
    assert {*"张华山"} <= {*picture}
