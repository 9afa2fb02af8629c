"""What every source looks like once it is open: headings, and rows of text."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

Cells = Mapping[str, str | None]
Rows = Iterator[tuple[int, Cells]]


class Table(Protocol):
    """An open source. `total` and `position` measure the progress in the same unit; `total` 0: unknown."""

    headings: list[str]
    total: int

    @property
    def position(self) -> int:
        """How much has been read."""

    def rows(self) -> Rows:
        """Line numbers (or row numbers, from 1) and the cells by heading. Raises SourceTrouble."""

    def close(self) -> None:
        """Let go of the file."""


def by_heading(headings: Sequence[str], cells: Sequence[str]) -> Cells:
    """The cells of a row; a row with more cells than there are headings has one under None."""
    row: dict[str, str | None] = dict(zip(headings, cells, strict=False))
    if len(cells) > len(headings) and any(cells[len(headings) :]):
        row[None] = ""  # type: ignore[index]  # as csv.DictReader marks it
    return row


def text_of(value: Any) -> str:
    """A value of a spreadsheet, a database or JSON as people would write it into a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return (
            value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ", "seconds")
        )
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | tuple):
        return "、".join(text for text in map(text_of, value) if text)
    return str(value)


def _number(value: float) -> str:
    """Whole numbers without a point. One so large that its last digits are lost keeps its E+17."""
    if abs(value) >= 1e15:
        return f"{value:E}"
    return str(int(value)) if value.is_integer() else repr(round(value, 6))
