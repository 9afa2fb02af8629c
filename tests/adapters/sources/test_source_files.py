"""Files of a drop folder: encodings, DBF types, workbooks, and rubbish in each of them."""

import random
import struct
from contextlib import closing
from pathlib import Path

import pytest

from engine.adapters.sources import SourceTrouble, open_file
from tests.adapters.sources.files import HEADINGS, ROWS, write_csv, write_dbf, write_xlsx

Rows = list[tuple[int, list[str | None]]]


def read(path: Path, sheet: str = "") -> tuple[list[str], Rows]:
    with closing(open_file(path, sheet)) as table:
        rows = [(line, [cells.get(heading) for heading in table.headings]) for line, cells in table.rows()]
        assert table.position
        return table.headings, rows


def trouble_of(path: Path) -> str:
    with pytest.raises(SourceTrouble) as caught:
        read(path)
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_whatever_its_encoding(tmp_path: Path, encoding: str) -> None:
    headings, rows = read(write_csv(tmp_path / "用户.csv", encoding=encoding))
    assert headings == list(HEADINGS)
    assert rows == [(number, list(row)) for number, row in enumerate(ROWS, 2)]


def test_separators_empty_lines_and_cells_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes('户号\t户名\r\n\r\n1\t"甲\r\n乙"\r\n2\t丙\t丁\r\n'.encode())
    with closing(open_file(path)) as table:
        rows = [(line, dict(cells)) for line, cells in table.rows()]
    assert rows == [(3, {"户号": "1", "户名": "甲\r\n乙"}), (5, {"户号": "2", "户名": "丙", None: ""})]


def test_a_workbook_is_read_and_numbers_keep_their_digits(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "用户.xlsx", [(20000001, "张华山", 13893812345.0, None, 8.53e18, 128.5)])
    headings, rows = read(path)
    assert headings == list(HEADINGS)
    assert rows == [(3, ["20000001", "张华山", "13893812345", "", "8.530000E+18", "128.5"])]
    assert read(path, "说明")[0] == ["无"]
    with pytest.raises(SourceTrouble, match="无此表"):
        read(path, "无此表")


def test_a_dbf_table_is_read_with_all_its_types(tmp_path: Path) -> None:
    fields = [("户号", "C", 8), ("户名", "C", 7), ("余额", "N", 9), ("入网", "D", 8), ("VIP", "L", 1),
              ("次数", "I", 4), ("单价", "Y", 8), ("比例", "B", 8), ("时间", "T", 8),
              ("备忘", "M", 4)]  # fmt: skip
    name = "欧阳春花".encode("gbk")  # one byte wider than its field: cut in the middle
    row = [b"20000002", name, b"   -20.50", b"20261122", b"T", struct.pack("<i", -7),
           struct.pack("<q", 15_000), struct.pack("<d", 0.25), struct.pack("<ii", 2_461_367, 34_200_000),
           b"\x01\0\0\0"]  # fmt: skip
    blank = [b"20000003", b"", b"", b"", b"?", bytes(4), bytes(8), bytes(8), bytes(8), b""]
    path = write_dbf(tmp_path / "YH.DBF", fields, [row, row, blank], deleted=frozenset({1}))
    headings, rows = read(path)
    assert headings == [name for name, _, _ in fields]
    assert rows == [
        (1, ["20000002", "欧阳春", "-20.50", "2026-11-22", "true", "-7", "1.5000", "0.25",
             "2026-11-22 09:30:00", ""]),
        (3, ["20000003", "", "", "", "", "0", "0.0000", "0.0", "", ""]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "encoding"), [(0x4D, "gbk"), (0x03, "gbk"), (0, "utf-8"), (0x4F, "big5")]
)
def test_the_encoding_of_a_dbf_table_is_found_out(tmp_path: Path, language: int, encoding: str) -> None:
    rows = [["中山街道".encode(encoding)] for _ in range(30)]
    path = write_dbf(tmp_path / "a.dbf", [("NAME", "C", 20)], rows, language=language)
    assert read(path)[1][29] == (30, ["中山街道"])


def test_a_dbf_table_that_is_still_being_copied_is_not_taken(tmp_path: Path) -> None:
    path = write_dbf(tmp_path / "a.dbf", [("NAME", "C", 20)], [[b"x"]] * 50)
    path.write_bytes(path.read_bytes()[:-200])
    assert trouble_of(path) == "damaged"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "no_headings"),
        ("a.csv", b"\x81\xff" * 50, "bad_line"),
        ("a.csv", b"PK\x03\x04" + bytes(200), "encoding"),
        ("a.csv", "户号,户名\n1,".encode() + b'"' + b"x" * 200_000, "damaged"),
        ("a.xlsx", b"no zip at all", "damaged"),
        ("a.xlsx", b"PK\x05\x06" + bytes(18), "damaged"),
        ("a.dbf", b"\x03", "damaged"),
        ("a.dbf", bytes(500), "damaged"),
        ("a.doc", b"", "unknown_kind"),
    ],
    ids=lambda value: value[:12].decode("latin-1").strip() if isinstance(value, bytes) else value,
)
def test_rubbish_is_named(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert trouble_of(tmp_path / name) == code


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    assert trouble_of(tmp_path / "none.csv") == "unreadable"


@pytest.mark.parametrize("suffix", [".csv", ".dbf", ".xlsx"])
def test_whatever_is_broken_in_a_file_it_is_read_or_refused(tmp_path: Path, suffix: str) -> None:
    """Bytes are changed at random places: nothing else than SourceTrouble may come of it."""
    good = tmp_path / f"good{suffix}"
    match suffix:
        case ".csv":
            write_csv(good)
        case ".xlsx":
            write_xlsx(good)
        case _:
            write_dbf(good, [("NAME", "C", 20), ("N", "N", 8)], [[b"x", b"1"]] * 5)
    content = good.read_bytes()
    refused = 0
    for seed in range(60):
        chance = random.Random(seed)
        broken = bytearray(content)
        for _ in range(chance.randrange(1, 30)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        if chance.random() < 0.3:
            del broken[chance.randrange(len(broken)) :]
        path = tmp_path / f"broken{suffix}"
        path.write_bytes(broken)
        try:
            read_all(path)
        except SourceTrouble:
            refused += 1
    assert refused


def read_all(path: Path) -> None:
    with closing(open_file(path)) as table:
        for _ in table.rows():
            pass


def test_the_line_of_a_wrong_byte_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("户号,户名\n1,张华山\n2,".encode() + b"\xff\xff\n" + "3,王\n".encode())
    with pytest.raises(SourceTrouble) as failure:
        open_file(path)
    assert (failure.value.code, failure.value.detail) == ("bad_line", "3")
