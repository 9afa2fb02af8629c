"""Accounts, devices, contacts and places of sources in a customer's file, beside what the office has put."""

import sqlite3
from dataclasses import replace

import pytest

from db import search_index
from db.connection import transaction
from db.customer_file import customer_file
from db.customer_merge import merge_customers, unmerge_customers
from db.customer_parts import remove_part, save_account, save_device, save_person
from db.customers import all_customers, get_customer, save_customer
from db.errors import Invalid
from db.import_columns import detected_field
from db.search import search
from db.source_parts import own_parts
from db.source_records import conflicts, mark_gone
from db.source_rows import SourceRow
from db.source_take import Became, mark_vanished, restore_field
from engine.core.customers.records import (
    Account,
    AccountState,
    CustomerFile,
    Device,
    DeviceKind,
    Line,
    Person,
)
from engine.core.records import Customer
from tests.db import source_world
from tests.db.source_world import became
from tests.support.source_rules import RULES

WANG = {
    "账号": "KD7", "户号": "1", "户名": "王家", "电话": "13893812345", "状态": "正常", "套餐名": "",
    "宽带套餐": "", "光猫": "HG-001", "光猫型号": "HG8245", "联系人": "王芳", "联系人电话": "13993810000",
    "乡镇": "城关镇", "小区": "东关小区", "楼号": "3", "单元": "2", "房号": "501", "节点": "G12",
    "证件号": "620102198001011234", "标签": "老人、缴费难", "客户等级": "单位",
}  # fmt: skip


def ready(source: str, cells: dict[str, str]) -> SourceRow:
    return source_world.ready(source, cells, line="broadband", key="账号")


def take(
    conn: sqlite3.Connection, source: str, cells: dict[str, str], line: str = "broadband", key: str = "账号"
) -> str:
    (one,) = became(source_world.take(conn, source, cells, line=line, key=key))
    return one


def file(conn: sqlite3.Connection, customer_id: int = 1) -> CustomerFile:
    return customer_file(conn, customer_id, now=2_000)


def accounts(conn: sqlite3.Connection) -> list[tuple[str, str, str]]:
    return [(one.line, one.number, one.state) for one in file(conn).accounts]


def test_a_row_brings_the_whole_file_along(conn: sqlite3.Connection) -> None:
    assert take(conn, "net", WANG) == Became.ADDED
    found = file(conn)
    customer = found.customer
    assert (customer.id_number, customer.tags, customer.importance) == (
        "620102198001011234",
        ("缴费难", "老人"),
        "enterprise",
    )
    assert (customer.address, customer.area) == ("城关镇东关小区3号楼2单元501", "城关镇")
    (place,), (account,), (device,), (person,) = found.addresses, found.accounts, found.devices, found.persons
    assert (place.words, place.community, place.building, place.node) == (
        customer.address,
        "东关小区",
        "3号楼",
        "G12",
    )
    assert (account.line, account.number, account.state, account.address_id) == (
        Line.BROADBAND,
        "KD7",
        AccountState.ACTIVE,
        place.id,
    )
    assert (device.kind, device.number, device.model, device.account_id) == (
        DeviceKind.MODEM,
        "HG-001",
        "HG8245",
        account.id,
    )
    assert (person.name, person.phones) == ("王芳", ("13993810000",))
    assert {(one.part, one.source, one.gone) for one in found.origins} == {
        (part, "net", False) for part in ("person", "address", "account", "device")
    }
    for text in ("KD7", "HG-0", "13993810000", "wf", "东关", "G12", "老人"):
        assert [one.id for one in search(conn, text)] == [1], text


def test_a_town_is_no_area_of_somebody_who_is_known(conn: sqlite3.Connection) -> None:
    take(conn, "tv", {"账号": "T1", "户号": "1", "户名": "王家", "片区": "城东片区"})
    assert (
        take(conn, "cable", {"账号": "C1", "户号": "1", "户名": "王家", "乡镇": "河滩镇"}) == Became.CHANGED
    )
    assert file(conn).customer.area == "城东片区"
    save_customer(conn, Customer(name="李家", customer_number="2", area="城西片区"))
    take(conn, "net", {**WANG, "户号": "2", "户名": "李家"})
    take(conn, "net", {**WANG, "户号": "2", "户名": "李家", "乡镇": "河滩镇"})
    assert file(conn, 2).customer.area == "城西片区"


def test_a_new_customer_gets_the_town_as_area_once(conn: sqlite3.Connection) -> None:
    take(conn, "net", WANG)
    take(conn, "net", {**WANG, "乡镇": "河滩镇"})
    assert (file(conn).customer.area, file(conn).customer.address) == (
        "城关镇",
        "河滩镇东关小区3号楼2单元501",
    )
    take(conn, "tv", {"账号": "T1", "户号": "1", "户名": "王家", "片区": "城东片区"})
    assert file(conn).customer.area == "城东片区"
    assert "area" not in ready("net", WANG).body
    assert ready("bills", WANG).customer.area == ""


def test_what_was_put_in_can_be_taken_out_of_the_search_again(conn: sqlite3.Connection) -> None:
    cells = {**WANG, "联系人电话": "13993819999、13093810000"}
    take(conn, "net", cells)
    row = ready("net", cells)
    entry = search_index.entry_of(conn, get_customer(conn, 1))
    assert sorted(row.pieces.split()) == sorted(entry.pieces.split())
    assert set(row.names) == set(entry.keys)
    take(conn, "net", {**WANG, "联系人": "李强", "联系人电话": "", "小区": "西关小区"})
    for text in ("王芳", "13993819999", "东关"):
        assert search(conn, text) == [], text
    for text in ("lq", "西关"):
        assert [one.id for one in search(conn, text)] == [1], text


def test_the_same_again_changes_nothing_and_another_word_changes_the_row(conn: sqlite3.Connection) -> None:
    take(conn, "net", WANG)
    before = file(conn)
    assert take(conn, "net", WANG) == Became.UNCHANGED
    assert (
        take(conn, "net", {**WANG, "状态": "欠费停机", "光猫型号": "HG9", "宽带套餐": "100M"})
        == Became.CHANGED
    )
    after = file(conn)
    assert (after.accounts[0].id, after.accounts[0].state) == (before.accounts[0].id, AccountState.ARREARS)
    assert (after.devices[0].id, after.devices[0].model) == (before.devices[0].id, "HG9")
    assert after.customer.packages == ("100M",)
    take(conn, "net", {**WANG, "光猫": "HG-002"})
    (device,) = file(conn).devices
    assert (device.number, device.account_id) == ("HG-002", before.accounts[0].id)


def test_what_the_office_has_written_stays_and_can_be_given_back(conn: sqlite3.Connection) -> None:
    take(conn, "net", WANG)
    (account,) = file(conn).accounts
    save_account(conn, 1, replace(account, state=AccountState.STOPPED, remark="人在外地"))
    save_account(conn, 1, Account(line=Line.PRIVATE, number="ZX1"))
    remove_part(conn, 1, "person", file(conn).persons[0].id)
    assert own_parts(conn, 1) == ["persons", "accounts"]
    take(conn, "net", {**WANG, "状态": "欠费", "联系人电话": "13993811111"})
    assert accounts(conn) == [("broadband", "KD7", "stopped"), ("private", "ZX1", "active")]
    assert file(conn).persons == ()
    with transaction(conn):
        restore_field(conn, 1, "accounts", RULES)
        restore_field(conn, 1, "persons", RULES)
    assert accounts(conn) == [("broadband", "KD7", "arrears"), ("private", "ZX1", "active")]
    assert file(conn).accounts[0].remark == ""
    assert [one.phones for one in file(conn).persons] == [("13993811111",)]
    assert own_parts(conn, 1) == []
    assert [(one.id, one.part) for one in file(conn).origins if one.id == 2 and one.part == "account"] == []


def test_an_account_that_the_source_has_no_more_goes_but_not_what_the_office_wrote(
    conn: sqlite3.Connection,
) -> None:
    take(conn, "net", WANG)
    save_device(conn, 1, replace(file(conn).devices[0], model="自备"))
    take(conn, "net", {**WANG, "账号": "KD7", "光猫": "", "联系人": "", "联系人电话": ""})
    found = file(conn)
    assert [(one.number, one.model) for one in found.devices] == [("HG-001", "自备")]
    assert found.persons == ()
    assert {one.part for one in found.origins} == {"account", "address"}


def test_several_rows_of_a_customer_are_one_file(conn: sqlite3.Connection) -> None:
    rows = [("KD1", "宽带"), ("TV1", "互动电视"), ("X1", "专线")]
    for number, line in rows:
        take(conn, "net", {"账号": number, "业务类型": line, "户号": "1", "户名": "王家"}, line="")
    assert accounts(conn) == [
        ("broadband", "KD1", "active"),
        ("tv", "TV1", "active"),
        ("private", "X1", "active"),
    ]
    assert len(list(all_customers(conn))) == 1


def test_a_column_for_each_line(conn: sqlite3.Connection) -> None:
    cells = {
        "户号": "1", "户名": "王家", "宽带账号": "KD1", "宽带状态": "休眠", "数字电视账号": "TV1",
        "数字电视状态": "停机", "机顶盒": "B1、B2", "副卡": "86", "智能卡": "85", "智能卡2": "87",
    }  # fmt: skip
    take(conn, "net", cells, line="", key="户号")
    assert accounts(conn) == [("tv", "TV1", "stopped"), ("broadband", "KD1", "active")]
    found = file(conn)
    assert found.accounts[1].remark == "休眠"  # a word that nobody knows
    assert found.customer.card_number == "85"
    tv = found.accounts[0].id
    assert [(one.kind, one.number, one.account_id) for one in found.devices] == [
        ("card", "86", tv),
        ("card", "87", tv),
        ("box", "B1", tv),
        ("box", "B2", tv),
    ]


def test_a_second_card_is_a_device_and_leads_to_its_customer(conn: sqlite3.Connection) -> None:
    take(conn, "cable", {"户号": "1", "户名": "王家", "智能卡": "85"}, line="", key="户号")
    take(conn, "tv", {"户号": "1", "户名": "王家", "智能卡": "86"}, line="", key="智能卡")
    assert [one.number for one in file(conn).devices] == ["86"]
    assert take(conn, "net", {"账号": "KD1", "智能卡": "86", "户名": "王家"}) == Became.CHANGED
    assert [one.number for one in file(conn).accounts] == ["KD1"]
    take(conn, "tv", {"户号": "1", "户名": "王家", "智能卡": "85"}, line="", key="智能卡")
    assert len(list(all_customers(conn))) == 1


def test_two_systems_speak_of_one_account_and_differ(conn: sqlite3.Connection) -> None:
    cells = {"账号": "KD1", "户号": "1", "户名": "王家", "宽带套餐": "100M"}
    take(conn, "net", cells)
    take(conn, "tv", {**cells, "状态": "停机"})
    assert accounts(conn) == [("broadband", "KD1", "stopped")]
    take(conn, "tv", {**cells, "账号套餐": "200M"})
    take(conn, "net", {**cells, "账号套餐": "100M"})
    assert [(one.field, one.code, one.detail) for one in conflicts(conn)[0]] == [
        ("accounts", "differs", "net: 100M; tv: 200M")
    ]
    assert file(conn).accounts[0].remark == "200M"
    assert "accounts" not in ready("bills", cells).body


def test_what_has_vanished_is_marked_and_another_system_takes_over(conn: sqlite3.Connection) -> None:
    cells = {"账号": "KD1", "户号": "1", "户名": "王家"}
    take(conn, "cable", {**cells, "状态": "停机"})
    with transaction(conn):
        mark_gone(conn, [1], 5_000)
    assert [(one.source, one.gone) for one in file(conn).origins] == [("cable", True)]
    take(conn, "net", {**cells, "状态": "正常"})
    assert accounts(conn) == [("broadband", "KD1", "active")]
    assert [(one.source, one.gone) for one in file(conn).origins] == [("net", False)]
    take(conn, "cable", {**cells, "状态": "停机"})
    assert accounts(conn) == [("broadband", "KD1", "stopped")]
    with transaction(conn):
        assert mark_vanished(conn, [1], 6_000, RULES) == 1
    assert accounts(conn) == [("broadband", "KD1", "active")]


def test_merged_files_and_unmerged_ones_keep_their_sources_rows(conn: sqlite3.Connection) -> None:
    take(conn, "net", {"账号": "KD1", "户号": "1", "户名": "王家"})
    take(conn, "net", {"账号": "KD2", "户号": "2", "户名": "王宅"})
    with transaction(conn):
        merge_id, _ = merge_customers(conn, 1, 2, who="9001", at=1)
    take(conn, "net", {"账号": "KD2", "户号": "2", "户名": "王宅", "状态": "停机"})
    assert accounts(conn) == [("broadband", "KD1", "active"), ("broadband", "KD2", "stopped")]
    with transaction(conn):
        unmerge_customers(conn, merge_id, who="9001", at=2)
    assert accounts(conn) == [("broadband", "KD1", "active")]
    assert [(one.number, one.state) for one in file(conn, 2).accounts] == [("KD2", "stopped")]


def test_a_file_is_never_endless(conn: sqlite3.Connection) -> None:
    take(conn, "cable", {"户号": "1", "户名": "王家"}, line="", key="户号")
    for number in range(49):
        save_device(conn, 1, Device(kind=DeviceKind.BOX, number=f"Z{number}"))
    take(conn, "tv", {"户号": "1", "户名": "王家", "机顶盒": "B1、B2"}, line="", key="户号")
    assert len(file(conn).devices) == 50
    assert [(one.field, one.code, one.detail) for one in conflicts(conn)[0]] == [
        ("devices", "invalid", "too_many")
    ]


def test_a_person_of_the_office_is_not_overwritten_by_the_contact_of_a_source(
    conn: sqlite3.Connection,
) -> None:
    take(conn, "cable", {"户号": "1", "户名": "王家"}, line="", key="户号")
    save_person(conn, 1, Person(name="王芳", relation="妻子"))
    take(conn, "net", {**WANG, "联系人关系": "户主"})
    (person,) = file(conn).persons
    assert (person.relation, person.phones) == ("妻子", ("13993810000",))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"宽带账号": "1.39E+10"}, "spreadsheet_number"),
        ({"证件号": "6.2E+17"}, "spreadsheet_number"),
        ({"机顶盒": "、".join(map(str, range(11)))}, "too_many"),
        ({"开户日期": "去年"}, "bad_date"),
        ({"客户等级": "三星"}, "unknown_word"),
        ({"联系人": "王芳", "联系人电话": "12"}, "bad_number"),
    ],
)
def test_cells_that_cannot_be_taken_are_named(cells: dict[str, str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        ready("net", {"账号": "KD1", "户名": "王家", **cells})
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["2020/1/5", "20200105", "2020年1月5日", "2020-01-05 10:00"])
def test_days_are_read_as_systems_write_them(conn: sqlite3.Connection, text: str) -> None:
    take(conn, "net", {"账号": "KD1", "户名": "王家", "开户日期": text})
    assert [one.since for one in file(conn).accounts] == ["2020-01-05"]


@pytest.mark.parametrize(
    ("heading", "field"),
    [("宽带账号", "broadband_account"), ("机顶盒号", "box"), ("光猫", "modem"), ("证件号", "id_number"),
     ("联系人", "contact"), ("乡镇", "town"), ("小区", "community"), ("楼号", "building"), ("单元", "unit"),
     ("房号", "room"), ("联系电话", "phones"), ("智能卡号", "card_number"), ("片区", "area")],
)  # fmt: skip
def test_the_usual_headings_are_known(heading: str, field: str) -> None:
    assert detected_field(heading, of_source=True) == field
