"""Reads a customer file as spreadsheets write it: encoding and separator are found out, lines are counted."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.wire.methods import MAX_IMPORT_ROWS
from tui.cli.errors import CliError
from tui.cli.table_files import broken_line, encoding_of_file
from tui.words import tr

SEPARATORS = (",", "\t", ";")
BATCH_CHARACTERS = 150_000  # keeps a request below the socket's line limit in every script


@dataclass(slots=True)
class Batch:
    """Rows of consecutive lines; `first_line` counts from 1, as editors do. `position` is in bytes."""

    first_line: int
    rows: list[list[str]]
    position: int


class CustomerFile:
    """A CSV or TSV file with headings in its first line. Raises CliError when it is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = encoding_of_file(path)
        self.size = path.stat().st_size
        with self._open() as file:
            head = file.readline()
        self.separator = max(SEPARATORS, key=head.count)
        self.columns = [heading.strip() for heading in next(csv.reader([head], delimiter=self.separator), [])]
        if not any(self.columns):
            raise CliError(
                tr("{file} has no headings in its first line", file=path),
                tr("save the table as CSV with its headings"),
            )

    def batches(self) -> Iterator[Batch]:
        """All rows below the headings; empty lines are passed over."""
        with self._open() as file:
            reader = csv.reader(file, delimiter=self.separator)
            batch = Batch(0, [], 0)
            characters = 0
            line = 0
            for row in self._rows(reader):
                first_line, line = line + 1, reader.line_num
                if first_line == 1 or not any(row):
                    continue
                together = batch.first_line + len(batch.rows) == first_line
                full = len(batch.rows) >= MAX_IMPORT_ROWS or characters > BATCH_CHARACTERS
                if batch.rows and (full or not together):
                    yield batch
                    batch, characters = Batch(0, [], 0), 0
                if not batch.rows:
                    batch.first_line = first_line
                batch.rows.append(row)
                batch.position = file.buffer.tell()  # type: ignore[attr-defined]
                characters += sum(map(len, row))
            if batch.rows:
                yield batch

    def _rows(self, reader: Iterator[list[str]]) -> Iterator[list[str]]:
        try:
            yield from reader
        except csv.Error as error:
            raise broken_line(self.path, getattr(reader, "line_num", 0), error) from None

    def _open(self) -> IO[str]:
        return self.path.open(encoding=self.encoding, newline="")
