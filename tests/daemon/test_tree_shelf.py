"""Diagnoses as they are read from a site's folder."""

import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.core.knowledge.trees_reader import read_tree
from engine.daemon.knowledge.trees import FOLDER, TreeShelf

SHIPPED = Path(__file__).parents[2] / FOLDER


def test_two_who_ask_at_once_both_get_the_trees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FOLDER).mkdir()
    shutil.copy(SHIPPED / "tv.toml", tmp_path / FOLDER)
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*values: Any) -> Any:
        begun.set()
        assert go_on.wait(10)
        return read_tree(*values)

    monkeypatch.setattr("engine.daemon.knowledge.trees.read_tree", slowly)
    shelf = TreeShelf()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(shelf.read, tmp_path)
        assert begun.wait(10)
        second = threads.submit(shelf.read, tmp_path)
        threading.Timer(0.05, go_on.set).start()
        assert [tree.id for tree in second.result(10)[0]] == [tree.id for tree in first.result(10)[0]]
        assert len(first.result()[0]) == 1


def test_a_file_that_is_nested_without_end_is_a_problem_and_no_more(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "deep.toml").write_text(f"x = {'[' * 20_000}")
    trees, problems = TreeShelf().read(tmp_path)
    assert (trees, [one.file for one in problems]) == ([], ["deep.toml"])
