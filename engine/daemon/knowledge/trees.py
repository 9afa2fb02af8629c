"""The diagnoses of a site: TOML files in its folder `knowledge`, read again when one has changed."""

import logging
import threading
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from engine.core.knowledge.trees import Tree
from engine.core.knowledge.trees_reader import TreeProblem, read_tree
from engine.core.tickets.types import Words

log = logging.getLogger(__name__)

FOLDER = "knowledge"
_Mark = tuple[int, int]  # of a file, which is another one when it was written


@dataclass(slots=True)
class TreeShelf:
    """What was read, by file name. A file that is broken leaves the tree that was in it before.

    One at a time reads: another one would find a file noted whose tree is not there yet.
    """

    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    _marks: dict[str, _Mark] = field(default_factory=dict)
    _trees: dict[str, Tree] = field(default_factory=dict)
    _problems: dict[str, list[TreeProblem]] = field(default_factory=dict)

    def read(self, home: Path) -> tuple[list[Tree], list[TreeProblem]]:
        """All trees by file name, and what is wrong with those that were not taken. Blocks."""
        with self._one_at_a_time:
            return self._read(home)

    def _read(self, home: Path) -> tuple[list[Tree], list[TreeProblem]]:
        files = {path.name: path for path in sorted((home / FOLDER).glob("*.toml"))}
        for gone in self._marks.keys() - files.keys():
            for held in (self._marks, self._trees, self._problems):
                held.pop(gone, None)
        for name, path in files.items():
            self._read_file(name, path)
        found = {tree.id: tree for tree in (self._trees[name] for name in files if name in self._trees)}
        return list(found.values()), [problem for name in files for problem in self._problems.get(name, [])]

    def _read_file(self, name: str, path: Path) -> None:
        try:
            state = path.stat()
            mark = state.st_mtime_ns, state.st_size
            if self._marks.get(name) == mark:
                return
            self._marks[name] = mark
            tree, problems = read_tree(name, tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError) as error:
            tree, problems = None, [TreeProblem(name, "", Words(str(error)))]
        self._problems[name] = problems
        for problem in problems:
            log.error("%s: %s: %s", problem.file, problem.place, problem.words.of("en"))
        if tree is not None:
            self._trees[name] = tree
