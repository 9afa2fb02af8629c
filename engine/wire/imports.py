"""What every import of a list answers."""

from engine.wire.base import Result

MAX_IMPORT_ROWS = 500  # keeps other writes waiting for less than a tenth of a second


class BadRow(Result):
    line: int
    field: str
    reason: str


class ImportResult(Result):
    mapping: dict[str, str]
    unmapped: list[str]
    read: int
    added: int
    updated: int
    unchanged: int
    bad: list[BadRow]  # of this batch
