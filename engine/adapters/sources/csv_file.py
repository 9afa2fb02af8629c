"""CSV and TSV as spreadsheets and old systems write them: encoding and separator are found out."""

import codecs
import csv
from pathlib import Path
from typing import IO

from engine.adapters.sources.errors import SourceTrouble
from engine.adapters.sources.tables import Rows, by_heading

ENCODINGS = ("utf-8-sig", "gb18030")
SEPARATORS = (",", "\t", ";", "|")
BLOCK = 1_048_576
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
    """The encoding in which the whole file makes sense."""
    with path.open("rb") as file:
        start = file.read(4)
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if wide else ENCODINGS:
        if _fits(path, encoding):
            return encoding
    raise SourceTrouble("encoding")


def _fits(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                if b"\x00" in block and encoding in ENCODINGS:  # a spreadsheet's own format, or damage
                    return False
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
