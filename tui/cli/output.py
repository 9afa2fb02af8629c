"""What commands print: tables measured in cells, JSON for programs, progress on standard error."""

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from rich.cells import cell_len

from tui.widgets.cells import fit, fit_right, safe

GAP = "  "
NARROWEST = 8  # cells that a column keeps when the terminal is too narrow
BAR = 30  # cells of the progress bar


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; numbers stand on the right."""

    heading: str
    right: bool = False


def print_json(value: Any) -> None:
    """One JSON value, indented, Chinese as it is."""
    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], empty: str) -> None:
    """Rows under headings. A terminal gets as much as fits; a file or pipe gets everything."""
    if not rows:
        print(empty)
        return
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    print("\n".join(table_lines(columns, rows, limit)))


def table_lines(columns: Sequence[Column], rows: Sequence[Sequence[str]], limit: int = 0) -> list[str]:
    """The lines of a table of at most `limit` cells; 0: as wide as it is."""
    texts = [[column.heading for column in columns], *([safe(text) for text in row] for row in rows)]
    widths = [max(cell_len(text) for text in column) for column in zip(*texts, strict=True)]
    if limit:
        widths = _narrowed(widths, limit)
    texts.insert(1, ["-" * width for width in widths])
    return [_line(columns, row, widths) for row in texts]


def _narrowed(widths: list[int], limit: int) -> list[int]:
    """Take from the widest column until the line fits."""
    narrowed = list(widths)
    while sum(narrowed) + len(GAP) * (len(narrowed) - 1) > limit and max(narrowed) > NARROWEST:
        narrowed[narrowed.index(max(narrowed))] -= 1
    return narrowed


def _line(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        fit_right(text, width) if column.right else fit(text, width)
        for column, text, width in zip(columns, row, widths, strict=True)
    )
    return GAP.join(cells).rstrip()


def print_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Names and values, one pair a line; values without content are left out."""
    shown = [(name, safe(value)) for name, value in facts if value]
    width = max((cell_len(name) for name, _ in shown), default=0)
    for name, value in shown:
        print(f"{fit(name, width)}{GAP}{value}".rstrip())


def print_heading(text: str) -> None:
    print(f"\n{text}")


def warn(text: str) -> None:
    print(text, file=sys.stderr)


class Progress:
    """A bar on standard error, only where a person looks at it."""

    def __init__(self, label: str, total: int) -> None:
        self._label = label
        self._total = max(total, 1)
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> "Progress":
        self.show(0)
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            print(file=sys.stderr)

    def show(self, done: int) -> None:
        """So much of the total is done."""
        if not self._shown:
            return
        share = min(done / self._total, 1.0)
        bar = ("#" * int(share * BAR)).ljust(BAR, ".")
        print(f"\r{self._label} [{bar}] {share:4.0%}", end="", file=sys.stderr, flush=True)
