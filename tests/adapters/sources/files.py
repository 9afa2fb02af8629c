"""Real files of subscriber systems, made for a test."""

import csv
import struct
from collections.abc import Sequence
from pathlib import Path

HEADINGS = ("户号", "户名", "电话", "地址", "智能卡号", "余额")
ROWS = (
    ("20000001", "张华山", "13893812345、0938-8123456", "东街１号", "8538001", "128.50"),
    ("20000002", "欧阳春花", "13893812346", "西街2号", "8538002", "-20"),
    ("20000003", "李㐂", "", "", "", "0"),
)


def write_csv(path: Path, rows: Sequence[Sequence[str]] = ROWS, *, encoding: str = "gb18030") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([HEADINGS, *rows])
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[object]] = ROWS) -> Path:
    from openpyxl import Workbook  # a quarter of a second that whoever only collects does not need

    book = Workbook()
    book.active.append([])
    book.active.append(list(HEADINGS))
    for row in rows:
        book.active.append(list(row))
    book.create_sheet("说明").append(["无"])
    book.save(path)
    book.close()
    return path


def write_dbf(
    path: Path,
    fields: Sequence[tuple[str, str, int]],
    rows: Sequence[Sequence[bytes]],
    *,
    language: int = 0,
    deleted: frozenset[int] = frozenset(),
    encoding: str = "gbk",
) -> Path:
    """`fields`: name, type, width; `rows`: the bytes of each field."""
    width = 1 + sum(length for _, _, length in fields)
    header = struct.pack(
        "<BBBBIHH16xBB2x", 0x03, 126, 11, 22, len(rows), 33 + 32 * len(fields), width, 0, language
    )
    described = b"".join(
        name.encode(encoding).ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([length & 255, length >> 8])
        + bytes(14)
        for name, kind, length in fields
    )  # fmt: skip
    body = b"".join(
        (b"*" if number in deleted else b" ")
        + b"".join(cell.ljust(length)[:length] for cell, (_, _, length) in zip(row, fields, strict=True))
        for number, row in enumerate(rows)
    )
    path.write_bytes(header + described + b"\r" + body + b"\x1a")
    return path
