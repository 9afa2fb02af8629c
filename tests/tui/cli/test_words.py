"""The commands' words: each has its Chinese."""

import ast
from collections.abc import Iterator
from pathlib import Path

import tui.cli
from tui.words import read_catalogue

FOLDER = Path(tui.cli.__file__).parent


def words_in_code() -> Iterator[str]:
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tr", "mark"):
                argument = node.args[0]
                if isinstance(argument, ast.Constant):
                    yield argument.value


def test_nothing_is_left_untranslated() -> None:
    chinese = read_catalogue("zh")
    assert sorted(set(words_in_code()) - chinese.keys()) == []
