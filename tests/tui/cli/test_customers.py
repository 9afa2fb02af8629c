"""Importing customers: encodings, separators, line numbers, mapping, bad rows."""

import csv
from pathlib import Path

import pytest

from engine.wire.methods import MAX_IMPORT_ROWS
from tests.support.stage import Stage
from tests.tui.cli.conftest import Command
from tui.cli.customer_file import BATCH_CHARACTERS, CustomerFile
from tui.cli.errors import CliError

TEXT = "姓名,电话,地址\n张华山,13893812345,城关镇\n迪丽拜尔·买买提,13993800002,新城镇\n"


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str, found: str) -> None:
    text = TEXT.replace("·", "") if encoding == "gbk" else TEXT
    file = CustomerFile(write(tmp_path / "a.csv", text, encoding))
    (batch,) = file.batches()
    assert file.encoding == found
    assert file.columns == ["姓名", "电话", "地址"]
    assert batch.rows[0] == ["张华山", "13893812345", "城关镇"]


def test_one_wrong_byte_far_down_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXT + "王,1,x\n" * 300_000)
    path.write_bytes(path.read_bytes() + b"\xff\xff\n")
    with pytest.raises(CliError, match=r"300004.*(neither UTF-8 nor GB18030|既不是)"):
        CustomerFile(path)


@pytest.mark.parametrize("content", [b"PK\x03\x04\x14\x00\x06\x00", b"", b"\n\n"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(CliError):
        CustomerFile(tmp_path / "a.xlsx")


@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_the_separator_is_found_out(tmp_path: Path, separator: str) -> None:
    file = CustomerFile(write(tmp_path / "a.csv", TEXT.replace(",", separator)))
    assert file.columns == ["姓名", "电话", "地址"]


def test_rows_know_their_lines_across_empty_lines_and_long_cells(tmp_path: Path) -> None:
    text = '姓名,地址\n甲,a\n\n乙,"两\n行"\n丙,c\n'
    batches = list(CustomerFile(write(tmp_path / "a.csv", text)).batches())
    numbered = [(batch.first_line + n, row[0]) for batch in batches for n, row in enumerate(batch.rows)]
    assert numbered == [(2, "甲"), (4, "乙"), (6, "丙")]


def test_batches_stay_below_the_sockets_limit(tmp_path: Path) -> None:
    many = CustomerFile(write(tmp_path / "a.csv", "姓名\n" + "张\n" * 1_234))
    assert [len(batch.rows) for batch in many.batches()] == [MAX_IMPORT_ROWS, MAX_IMPORT_ROWS, 234]
    long = CustomerFile(write(tmp_path / "b.csv", "姓名\n" + ("张" * 100_000 + "\n") * 5))
    sizes = [sum(len(cell) for row in batch.rows for cell in row) for batch in long.batches()]
    assert sum(sizes) == 500_000
    assert max(sizes) <= BATCH_CHARACTERS + 100_000


def test_an_unclosed_quotation_mark_is_named(tmp_path: Path) -> None:
    file = CustomerFile(write(tmp_path / "a.csv", "姓名,地址\n甲,a\n" + '乙,"' + "x" * 140_000))
    with pytest.raises(CliError, match=r"a\.csv") as error:
        list(file.batches())
    assert error.value.remedy


def test_an_import_is_reported(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    outcome = fourseat("customers", "import", str(write(tmp_path / "用户.csv", TEXT, "gb18030")))
    assert outcome.code == 0
    assert "gb18030" in outcome.out
    assert outcome.out.splitlines()[-5:] == [
        "读入行数  2",
        "新增      2",
        "更新      0",
        "未变      0",
        "有问题    0",
    ]
    assert [batch.last for batch in stage.import_batches] == [False, True]
    assert len({batch.import_id for batch in stage.import_batches}) == 1
    assert not any(batch.dry_run for batch in stage.import_batches)


def test_a_dry_run_says_so_to_the_engine_and_the_user(
    stage: Stage, fourseat: Command, tmp_path: Path
) -> None:
    outcome = fourseat("customers", "import", str(write(tmp_path / "a.csv", TEXT)), "--dry-run")
    assert outcome.code == 0
    assert "试运行:没有改动任何资料" in outcome.out
    assert all(batch.dry_run for batch in stage.import_batches)


def test_bad_rows_are_listed_and_written_to_be_corrected(
    stage: Stage, fourseat: Command, tmp_path: Path
) -> None:
    text = TEXT + "\n,13100000000,无名\n李四,1,城关镇,多一列\n"
    bad = tmp_path / "错误行.csv"
    outcome = fourseat("customers", "import", str(write(tmp_path / "a.csv", text)), "--bad-rows", str(bad))
    assert outcome.code == 1
    assert [line.split() for line in outcome.out.splitlines()[-3:-1]] == [
        ["5", "姓名", "没有填写"],
        ["6", "整行", "单元格比列名多"],
    ]
    with bad.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["姓名", "电话", "地址", "行号", "字段", "原因"],
        ["", "13100000000", "无名", "5", "姓名", "没有填写"],
        ["李四", "1", "城关镇", "多一列", "6", "整行", "单元格比列名多"],
    ]


def test_the_json_report_has_every_bad_row(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    text = "姓名,电话\n" + ",1\n" * 50
    outcome = fourseat("customers", "import", str(write(tmp_path / "a.csv", text)), "--json")
    assert outcome.code == 1
    assert [row["line"] for row in outcome.json["bad"]] == list(range(2, 52))
    assert outcome.json["rows"]["51"] == ["", "1"]


def test_columns_can_be_mapped(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "户主,联系方式\n张三,13100000000\n")
    refused = fourseat("customers", "import", str(path))
    assert refused.code == 1
    assert "姓名:没有填写" in refused.err
    mapped = fourseat("customers", "import", str(path), "--map", "户主=name", "--map", "联系方式=phones")
    assert mapped.code == 0
    assert stage.import_batches[-1].mapping == {"户主": "name", "联系方式": "phones"}
    fourseat("customers", "import", str(path), "--map", "户主=name", "--map", "联系方式=")
    assert stage.import_batches[-1].mapping == {"户主": "name", "联系方式": ""}


@pytest.mark.parametrize("mapping", ["户名=name", "姓名=nickname", "姓名", "=name", "="])
def test_a_mapping_that_cannot_be_is_wrong_usage(
    stage: Stage, fourseat: Command, tmp_path: Path, mapping: str
) -> None:
    outcome = fourseat("customers", "import", str(write(tmp_path / "a.csv", TEXT)), "--map", mapping)
    assert outcome.code == 2
    assert stage.import_batches == []


def test_a_missing_file_is_named(stage: Stage, fourseat: Command, tmp_path: Path) -> None:
    outcome = fourseat("customers", "import", str(tmp_path / "nicht.csv"))
    assert outcome.code == 1
    assert "nicht.csv" in outcome.err


@pytest.mark.parametrize("command", [("show",), ("show", "--full"), ("timeline",)])
def test_an_unknown_customer(stage: Stage, fourseat: Command, command: tuple[str, ...]) -> None:
    outcome = fourseat("customers", *command, "99")
    assert (outcome.code, outcome.out) == (1, "")
    assert "没有这个客户:99" in outcome.err
    assert "fourseat customers search" in outcome.err
    assert "there is no customer 99" in fourseat("customers", *command, "99", lang="en_US.UTF-8").err


@pytest.mark.parametrize("command", [("show",), ("show", "--full"), ("timeline",)])
def test_a_customer_by_any_number(stage: Stage, fourseat: Command, command: tuple[str, ...]) -> None:
    by_id = fourseat("customers", *command, "1", "--json")
    customer = stage.customers[1]
    assert customer.customer_number
    assert customer.card_number
    for number in (customer.customer_number, customer.card_number, customer.phones[1]):
        assert fourseat("customers", *command, number, "--json") == by_id


def test_a_number_that_several_share(stage: Stage, fourseat: Command) -> None:
    outcome = fourseat("customers", "show", "13893812345")
    assert (outcome.code, outcome.out) == (1, "")
    assert "1 (张华山), 3 (李四)" in outcome.err
