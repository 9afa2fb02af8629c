"""CSV and TSV as spreadsheets and old systems write them: encoding and separator are found out."""

import csv
from pathlib import Path
from typing import IO

from engine.adapters.sources.errors import SourceTrouble
from engine.adapters.sources.tables import Rows, by_heading
from engine.core.encodings import NotText, encoding_of

SEPARATORS = (",", "\t", ";", "|")
_BLOCK = 1_048_576
_LONGEST_CELL = 100_000


class CsvFile:
    """A text table with headings in its first line. Raises SourceTrouble when it is none."""

    def __init__(self, path: Path) -> None:
        self._encoding = _encoding_of(path)
        self.total = path.stat().st_size
        self._file: IO[str] = path.open(encoding=self._encoding, newline="")
        head = self._file.readline()
        self._separator = max(SEPARATORS, key=head.count)
        self._file.seek(0)
        csv.field_size_limit(_LONGEST_CELL)
        self._reader = csv.reader(self._file, delimiter=self._separator)
        self.headings = [heading.strip() for heading in next(self._reader, [])]
        if not any(self.headings):
            self._file.close()
            raise SourceTrouble("no_headings")

    @property
    def position(self) -> int:
        return self._file.buffer.tell()  # type: ignore[attr-defined,no-any-return]

    def rows(self) -> Rows:
        """The rows below the headings; empty lines are passed over."""
        line = self._reader.line_num
        try:
            for cells in self._reader:
                line += 1
                if any(cells):
                    yield line, by_heading(self.headings, cells)
                line = self._reader.line_num
        except csv.Error as error:
            raise SourceTrouble("damaged", f"{line + 1}: {error}") from None

    def close(self) -> None:
        self._file.close()


def _encoding_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return encoding_of(iter(lambda: file.read(_BLOCK), b""))
    except NotText as error:
        raise (
            SourceTrouble("bad_line", str(error.line)) if error.line else SourceTrouble("encoding")
        ) from None
