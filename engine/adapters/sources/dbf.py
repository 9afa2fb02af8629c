"""DBF tables of dBASE, FoxPro and Visual FoxPro, read only.

A reader of our own, since nothing is ever written: a header, rows of fixed width, a dozen types of fields.
Memo fields lie in a second file and stay empty.
"""

import datetime
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.adapters.sources.errors import SourceTrouble
from engine.adapters.sources.tables import Rows, by_heading

_HEADER = struct.Struct("<BBBBIHH")
_HEADER_BYTES = 32
_FIELD_BYTES = 32
_LANGUAGE_AT = 29
_END_OF_FIELDS = 0x0D
_END_OF_FILE = 0x1A
_DELETED = ord("*")
_AT_ONCE = 500  # rows
_SAMPLE = 2_000  # rows that tell the encoding
_JULIAN_DAY_0 = 1_721_425  # the Julian day before 0001-01-01
_ENCODINGS = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "cp950", 0x78: "cp950"}


@dataclass(frozen=True, slots=True)
class _Field:
    kind: str
    start: int
    length: int


class DbfFile:
    """One table. Raises SourceTrouble when it is none, or when it ends before its last row."""

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("rb")
        try:
            self._read_header(path.stat().st_size)
        except BaseException:
            self._file.close()
            raise
        self._read = 0

    def _read_header(self, size: int) -> None:
        head = self._file.read(_HEADER_BYTES)
        if len(head) < _HEADER_BYTES:
            raise SourceTrouble("damaged", "no header")
        _, _, _, _, self.total, self._rows_at, self._row_bytes = _HEADER.unpack(head[: _HEADER.size])
        fields = self._file.read(max(0, self._rows_at - _HEADER_BYTES))
        self._fields = list(_fields(fields))
        if not self._fields or self._fields[-1].start + self._fields[-1].length > self._row_bytes:
            raise SourceTrouble("damaged", "fields do not fit")
        if self._rows_at + self.total * self._row_bytes > size:
            raise SourceTrouble("damaged", f"ends before row {self.total}")
        self._encoding = self._encoding_of(head[_LANGUAGE_AT])
        self.headings = [self._text(name) for name in self._names(fields)]

    def _names(self, fields: bytes) -> list[bytes]:
        return [
            fields[index * _FIELD_BYTES : index * _FIELD_BYTES + 11].partition(b"\0")[0]
            for index in range(len(self._fields))
        ]

    def _encoding_of(self, language: int) -> str:
        """The header's word for it counts for Chinese code pages only: others are written by mistake."""
        if language in _ENCODINGS:
            return _ENCODINGS[language]
        self._file.seek(self._rows_at)
        sample = self._file.read(self._row_bytes * min(self.total, _SAMPLE))
        texts = [
            sample[row + field.start : row + field.start + field.length].rstrip(b"\0 ")
            for row in range(0, len(sample), self._row_bytes)
            for field in self._fields
            if field.kind == "C"
        ]
        return next((one for one in ("utf-8", "gb18030") if _mostly(texts, one)), "gb18030")

    @property
    def position(self) -> int:
        return self._read

    def rows(self) -> Rows:
        """The rows that are not deleted, by their number in the table."""
        self._file.seek(self._rows_at)
        while self._read < self.total:
            count = min(_AT_ONCE, self.total - self._read)
            block = self._file.read(count * self._row_bytes)
            if len(block) < count * self._row_bytes:
                raise SourceTrouble("damaged", f"ends before row {self._read + count}")
            for index in range(count):
                row = block[index * self._row_bytes : (index + 1) * self._row_bytes]
                self._read += 1
                if row[0] != _DELETED and row[0] != _END_OF_FILE:
                    cells = [self._cell(row, field) for field in self._fields]
                    yield self._read, by_heading(self.headings, cells)

    def close(self) -> None:
        self._file.close()

    def _cell(self, row: bytes, field: _Field) -> str:
        raw = row[field.start : field.start + field.length]
        match field.kind:
            case "C":
                return self._text(raw)
            case "N" | "F":
                return _ascii(raw)
            case "D":
                return _date(_ascii(raw))
            case "L":
                return {"Y": "true", "T": "true", "N": "false", "F": "false"}.get(_ascii(raw).upper(), "")
            case "I" | "+" if field.length == 4:
                return str(struct.unpack("<i", raw)[0])
            case "B" | "O" if field.length == 8:
                return repr(round(struct.unpack("<d", raw)[0], 6))
            case "Y" if field.length == 8:
                return f"{struct.unpack('<q', raw)[0] / 10_000:.4f}"
            case "T" | "@" if field.length == 8:
                return _moment(*struct.unpack("<ii", raw))
            case _:
                return ""

    def _text(self, raw: bytes) -> str:
        """Text of a field; a character that was cut in half by the field's width is left out."""
        raw = raw.partition(b"\0")[0].rstrip()
        for cut in range(4):
            try:
                return raw[: len(raw) - cut].decode(self._encoding).strip()
            except UnicodeDecodeError:
                continue
        return raw.decode(self._encoding, "replace").strip()


def _fields(block: bytes) -> Iterator[_Field]:
    start = 1  # behind the mark of deleted rows
    for at in range(0, len(block) - _FIELD_BYTES + 1, _FIELD_BYTES):
        if block[at] == _END_OF_FIELDS:
            return
        kind, length = chr(block[at + 11]), block[at + 16]
        if kind == "C":
            length += block[at + 17] << 8  # long texts of FoxPro use the place of the decimals
        yield _Field(kind, start, length)
        start += length


def _mostly(texts: list[bytes], encoding: str) -> bool:
    """Whether nearly all texts make sense: some are cut in the middle of a character."""
    bad = 0
    for text in texts:
        try:
            text.decode(encoding)
        except UnicodeDecodeError:
            bad += 1
    return bad * 20 <= len(texts)


def _ascii(raw: bytes) -> str:
    return raw.decode("ascii", "replace").strip("\0 ")


def _date(text: str) -> str:
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) == 8 and text.isdigit() else text


def _moment(julian: int, milliseconds: int) -> str:
    days = julian - _JULIAN_DAY_0
    if not 0 < days < datetime.date.max.toordinal() or not 0 <= milliseconds < 86_400_000:
        return ""
    day = datetime.datetime.fromordinal(days) + datetime.timedelta(milliseconds=milliseconds)
    return day.isoformat(" ", "seconds")
