"""Customer lists as they come from billing systems and spreadsheets."""

import csv
import io
import sqlite3
from collections.abc import Iterator

import pytest

from db.connection import transaction
from db.customers import count_customers, save_customer
from db.errors import Invalid
from db.import_columns import columns_of, detected_field
from db.import_customers import MAX_BAD_ROWS, BadRow, CustomerImport, ImportReport, Row
from db.import_rows import fen
from db.search import search
from engine.core.records import Customer

LIST = """\
客户编号,姓名,联系电话,手机,安装地址,片区,智能卡号,套餐,账户余额(元),是否VIP,备注
00012345,张华山,0931-8881234,139 1234 5678,东街,城关,8270000000000001,基本、体育,-128.50,是,"先打,再上门"
00012346,李建国,8881235,,北川乡,,8270000000000002,基本包,"1,200",否,
"""


def rows_of(text: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(text))
    for cells in reader:
        yield reader.line_num, cells


def take(conn: sqlite3.Connection, text: str, *, dry_run: bool = False, **chosen: str) -> ImportReport:
    headings = next(csv.reader(io.StringIO(text)))
    importer = CustomerImport(columns_of(headings, chosen), area_code="0931", dry_run=dry_run)
    importer.take(conn, rows_of(text))
    return importer.report


def test_a_list_with_usual_headings_is_taken_over(conn: sqlite3.Connection) -> None:
    report = take(conn, LIST)
    assert (report.rows, report.inserted, report.bad) == (2, 2, 0)
    assert search(conn, "00012345") == [
        Customer(
            id=1,
            name="张华山",
            customer_number="00012345",
            phones=("09318881234", "13912345678"),
            address="东街",
            area="城关",
            card_number="8270000000000001",
            packages=("基本", "体育"),
            balance_fen=-12_850,
            vip=True,
            importance="vip",
            remark="先打,再上门",
        )
    ]
    second = search(conn, "李建国")[0]
    assert (second.phones, second.balance_fen, second.vip) == (("09318881235",), 120_000, False)


def test_taken_over_again_nothing_changes(conn: sqlite3.Connection) -> None:
    take(conn, LIST)
    before = conn.total_changes
    report = take(conn, LIST)
    assert (report.inserted, report.updated, report.unchanged) == (0, 0, 2)
    assert conn.total_changes == before


def test_an_update_overwrites_filled_cells_adds_phones_and_keeps_the_rest(conn: sqlite3.Connection) -> None:
    take(conn, LIST)
    report = take(conn, "客户编号,姓名,电话,备注,余额\n00012345,张华山(新),13700000000,,0\n")
    assert (report.inserted, report.updated) == (0, 1)
    changed = search(conn, "00012345")[0]
    assert changed.name == "张华山(新)"
    assert changed.phones == ("09318881234", "13912345678", "13700000000")
    assert (changed.remark, changed.balance_fen, changed.address) == ("先打,再上门", 0, "东街")


def test_the_card_then_the_phone_say_who_is_meant(conn: sqlite3.Connection) -> None:
    take(conn, LIST)
    assert take(conn, "姓名,卡号\n张甲,8270000000000001\n").updated == 1
    assert take(conn, "姓名,电话\n张乙,139 1234-5678\n").updated == 1
    assert take(conn, "姓名,电话\n张丙,13800000000\n").inserted == 1
    assert search(conn, "00012345")[0].name == "张乙"
    save_customer(conn, Customer(name="同号", phones=("13912345678",)))
    report = take(conn, "姓名,电话\n张丁,13912345678\n")
    assert report.bad_rows == [BadRow(line=2, field="phones", reason="ambiguous", value="13912345678")]


BAD = """\
客户编号,姓名,电话,卡号,余额,vip,备注
1,,13912345678,,,,
2,张二,电话不详,,,,
3,张三,,,12元五角,,
4,张四,,,,也许,
5,张五,1.39123E+10,,,,
6,张六,,8.27E+15,,,
7,{long},,,,,
8,张八,,C1,,,
9,张九,,C1,,,
,张十,,,,,
11,张十一,,,0.001,,
12,张十二,13900000012,,5,1,{note},太多
13,张十三,13900000013,,5,1,好
"""
BAD_ROWS = [
    (2, "name", "required"),
    (3, "phones", "bad_number"),
    (4, "balance", "bad_money"),
    (5, "vip", "bad_flag"),
    (6, "phones", "spreadsheet_number"),
    (7, "card_number", "spreadsheet_number"),
    (8, "name", "too_long"),
    (10, "card_number", "duplicate"),
    (11, "customer_number", "required"),
    (12, "balance", "bad_money"),
    (13, "row", "too_many_cells"),
]


@pytest.mark.parametrize("dry_run", [True, False])
def test_each_bad_row_is_named_with_field_and_reason(conn: sqlite3.Connection, dry_run: bool) -> None:
    report = take(conn, BAD.format(long="长" * 1_000_00, note="x"), dry_run=dry_run)
    assert [(bad.line, bad.field, bad.reason) for bad in report.bad_rows] == BAD_ROWS
    assert (report.rows, report.inserted, report.bad) == (13, 2, 11)
    assert all(len(bad.value) <= 80 for bad in report.bad_rows)
    assert count_customers(conn) == (0 if dry_run else 2)


def test_a_dry_run_counts_what_a_real_run_does_and_changes_nothing(conn: sqlite3.Connection) -> None:
    take(conn, LIST)
    again = LIST.replace("张华山", "张花山") + "00099999,王五,,,,,,,,,\n" * 2
    before = conn.total_changes
    dry = take(conn, again, dry_run=True)
    assert conn.total_changes == before
    real = take(conn, again)
    assert (
        (dry.inserted, dry.updated + dry.unchanged)
        == (real.inserted, real.updated + real.unchanged)
        == (1, 3)
    )


def test_bad_rows_are_all_counted_but_not_all_kept(conn: sqlite3.Connection) -> None:
    report = take(conn, "姓名,电话\n" + ",1\n" * (MAX_BAD_ROWS + 5))
    assert (report.bad, len(report.bad_rows)) == (MAX_BAD_ROWS + 5, MAX_BAD_ROWS)


def test_batches_go_on_where_the_last_one_ended(conn: sqlite3.Connection) -> None:
    importer = CustomerImport({"n": "name", "p": "phones"})
    for batch in range(3):
        first = batch * 500
        with transaction(conn):
            rows = ((i, {"n": f"客户{i}", "p": f"139{i:08d}"}) for i in range(first, first + 500))
            importer.take(conn, rows)
    assert (importer.report.rows, importer.report.inserted) == (1500, 1500)
    assert [customer.name for customer in search(conn, "13900001499")] == ["客户1499"]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓名", "name"),
        (" 客户名称 ", "name"),
        ("Customer Name", "name"),
        ("客户编号", "customer_number"),
        ("Customer No.", "customer_number"),
        ("电话2", "phones"),
        ("联系电话（手机）", "phones"),
        ("智能卡号", "card_number"),
        ("欠费金额(元)", "arrears"),
        ("ＶＩＰ", "vip"),
        ("出生日期", ""),
        ("", ""),
    ],
)
def test_usual_headings_are_known(heading: str, field: str) -> None:
    assert detected_field(heading) == field


def test_chosen_columns_go_before_the_usual_ones() -> None:
    headings = ["用户", "姓名", "别的", "电话1", "电话2"]
    chosen = {"用户": "customer_number", "别的": "remark", "电话2": ""}
    assert columns_of(headings, chosen) == {
        "用户": "customer_number",
        "姓名": "name",
        "别的": "remark",
        "电话1": "phones",
    }


@pytest.mark.parametrize(
    ("headings", "chosen", "code", "field"),
    [
        (["姓名"], {"名字": "name"}, "unknown_column", "名字"),
        (["姓名"], {"姓名": "nmae"}, "unknown_field", "nmae"),
        (["姓名", "户名"], {}, "twice", "name"),
        (["电话"], {}, "required", "name"),
        ([], {}, "required", "name"),
    ],
)
def test_wrong_columns_are_refused(
    headings: list[str], chosen: dict[str, str], code: str, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        columns_of(headings, chosen)
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_arrears_are_a_negative_balance(conn: sqlite3.Connection) -> None:
    take(conn, "姓名,电话,欠费\n张三,13900000001,25.5\n李四,13900000002,0\n")
    assert [search(conn, name)[0].balance_fen for name in ("张三", "李四")] == [-2550, 0]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", 0),
        ("1,234.50", 123_450),
        ("-20", -2000),
        ("¥3.5元", 350),
        ("（12.00）", -1200),
        ("１２．３４", 1234),
    ],
)
def test_money_is_read_to_the_fen(text: str, amount: int) -> None:
    assert fen(text) == amount


@pytest.mark.parametrize("text", ["", "1.234", "12e3", "abc", "1.2.3", "--1", "9" * 40, "NaN", "inf", "٣"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="bad_money"):
        fen(text)


def test_identity_number_tags_and_importance_come_along(conn: sqlite3.Connection) -> None:
    text = "姓名,电话,身份证号,标签,客户等级\n张华山,13893812345,620102198001011234,老人、缴费难,政企\n"
    assert take(conn, text).inserted == 1
    (customer,) = search(conn, "张华山")
    assert (customer.id_number, customer.tags, customer.importance) == (
        "620102198001011234",
        ("缴费难", "老人"),
        "enterprise",
    )
    assert take(conn, text).unchanged == 1
