"""The first sheet, or a named one, of an Excel workbook; rows are read one by one, never the whole sheet."""

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from engine.adapters.sources.errors import SourceTrouble
from engine.adapters.sources.tables import Rows, by_heading, text_of

_MOST_BYTES = 4_000_000_000  # unpacked: a small file can be made to unpack without end


class XlsxFile:
    """A sheet whose first row with content has the headings. Raises SourceTrouble."""

    def __init__(self, path: Path, sheet: str = "") -> None:
        from openpyxl import load_workbook  # a quarter of a second that other kinds do not need

        self._file: IO[bytes] = path.open("rb")
        try:
            with zipfile.ZipFile(self._file) as archive:
                if sum(info.file_size for info in archive.infolist()) > _MOST_BYTES:
                    raise SourceTrouble("too_large")
            self._book: Any = load_workbook(self._file, read_only=True, data_only=True, keep_links=False)
            self._begin(sheet)
        except SourceTrouble:
            self._file.close()
            raise
        except Exception as error:  # the library says in a dozen ways that a workbook is broken
            self._file.close()
            raise SourceTrouble("damaged", str(error)) from None

    def _begin(self, sheet: str) -> None:
        if sheet and sheet not in self._book.sheetnames:
            raise SourceTrouble("unreadable", f"{sheet}: {', '.join(self._book.sheetnames)}")
        table: Any = self._book[sheet] if sheet else self._book.worksheets[0]
        self.total = int(table.max_row or 0)
        self._line = 0
        self._values = table.iter_rows(values_only=True)
        self.headings: list[str] = []
        for cells in self._next_rows():
            if any(cells):
                self.headings = [text.strip() for text in cells]
                break
        if not self.headings:
            raise SourceTrouble("no_headings")

    @property
    def position(self) -> int:
        return self._line

    def rows(self) -> Rows:
        """The rows below the headings; empty ones are passed over."""
        for cells in self._next_rows():
            if any(cells):
                yield self._line, by_heading(self.headings, cells)

    def _next_rows(self) -> Iterator[list[str]]:
        try:
            for values in self._values:
                self._line += 1
                yield [text_of(value) for value in values]
        except Exception as error:  # as above
            raise SourceTrouble("damaged", f"{self._line + 1}: {error}") from None

    def close(self) -> None:
        self._book.close()
        self._file.close()
