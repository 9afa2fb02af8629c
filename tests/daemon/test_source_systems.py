"""Cable, digital television and broadband, each in a system of its own, on one customer's screen."""

import csv
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from db.connection import open_reader
from db.customer_file import customer_file
from db.customer_parts import accounts_of, save_account
from db.search import search
from engine.config.sources import Source
from engine.core.customers.records import CustomerFile
from engine.daemon.sources.desk import SourceDesk
from tests.adapters.sources.files import write_dbf
from tests.daemon.test_source_desk import look, running
from tui.agent.customer_words import origin_words
from tui.cli.source_words import row_words
from tui.words import use_language

CABLE = (
    "户号",
    "户名",
    "电话",
    "证件号",
    "联系人",
    "联系人电话",
    "乡镇",
    "小区",
    "楼号",
    "单元",
    "房号",
    "节点",
)
HOTEL = ("20000001", "华山宾馆", "0938-8123456", "91620102MA1", "张经理", "13893812345", "城关镇", "东关小区",
         "3", "2", "501", "G12")  # fmt: skip
OTHER = ("20000002", "李四", "13893800002", "", "", "", "", "", "", "", "", "")
DIGITAL = [("户号", "C", 10), ("户名", "C", 20), ("智能卡", "C", 10), ("副卡", "C", 10), ("机顶盒", "C", 10),
           ("状态", "C", 10), ("套餐", "C", 20)]  # fmt: skip
BROADBAND = """
    SELECT zh AS 宽带账号, hh AS 户号, hm AS 户名, zt AS 宽带状态, tc AS 宽带套餐, gm AS 光猫, xh AS 光猫型号
    FROM yh
"""

SOURCES = (
    Source(id="cable", name="营业系统", enabled=False, line="cable", priority=10),
    Source(id="digital", name="数字电视", enabled=False, line="tv", priority=20),
    Source(
        id="net", name="宽带系统", kind="sqlite", query=BROADBAND, key="宽带账号", priority=30
    ),
)  # fmt: skip


def write_cable(folder: Path) -> str:
    path = folder / "cable.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([CABLE, HOTEL, OTHER])
    return str(path)


def write_digital(folder: Path, *, state: str = "正常", box: str = "STB77") -> str:
    cells = ("20000001", "华山宾馆", "8538001", "8538002", box, state, "高清包")
    rows = [[cell.encode("gbk") for cell in cells]]
    return str(write_dbf(folder / "digital.dbf", DIGITAL, rows))


def write_broadband(folder: Path, *rows: tuple[str, ...]) -> None:
    with closing(sqlite3.connect(folder / "net.db")) as conn, conn:
        conn.execute("DROP TABLE IF EXISTS yh")
        conn.execute("CREATE TABLE yh (zh, hh, hm, zt, tc, gm, xh)")
        conn.executemany("INSERT INTO yh VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


NET_1 = ("KD001", "20000001", "华山宾馆", "开通", "宽带100M", "HG-1", "HG8245")
NET_2 = ("KD002", "20000001", "华山宾馆", "欠费停机", "宽带50M", "HG-2", "")


def hotel(desk: SourceDesk) -> CustomerFile:
    with closing(open_reader(desk.paths.database)) as conn:
        (customer,) = search(conn, "华山宾馆")
        return customer_file(conn, customer.id, now=1)


def accounts(file: CustomerFile) -> list[tuple[str, str, str, str]]:
    return [(one.line, one.number, one.state, origin_words(file, "account", one.id)) for one in file.accounts]


ALL = [
    ("cable", "20000001", "active", "cable"),
    ("tv", "20000001", "active", "digital"),
    ("broadband", "KD001", "active", "net"),
    ("broadband", "KD002", "arrears", "net"),
]


@pytest.mark.asyncio
async def test_three_systems_are_one_file_and_one_of_them_changes(tmp_path: Path) -> None:
    use_language("en")
    cable, digital = write_cable(tmp_path), write_digital(tmp_path)
    write_broadband(tmp_path, NET_1, NET_2)
    sources = (*SOURCES[:2], msgspec.structs.replace(SOURCES[2], place=str(tmp_path / "net.db")))
    async with running(tmp_path, *sources) as desk:
        first = await look(desk, "cable", check=True, file=cable)
        assert ("accounts", "", "cable 20000001 active") in first.differences[0].changes
        assert ("persons", "", "张经理 13893812345") in first.differences[0].changes
        await look(desk, "cable", file=cable)
        await look(desk, "digital", file=digital)
        checked = await look(desk, "net", check=True)
        told = [
            [(field, row_words(field, after)) for field, _, after in one.changes]
            for one in checked.differences
        ]
        assert ("accounts", "Broadband line KD001 works 宽带100M") in told[0]
        assert ("devices", "Modem HG-1 HG8245") in told[0]
        taken = await look(desk, "net")
        assert (taken.changed, taken.added, taken.aside, taken.bad) == (2, 0, 0, 0)
        file = hotel(desk)
        assert accounts(file) == ALL
        assert [(one.kind, one.number) for one in file.devices] == [
            ("card", "8538002"), ("box", "STB77"), ("modem", "HG-1"), ("modem", "HG-2"),
        ]  # fmt: skip
        lines = {one.id: one.line for one in file.accounts}
        assert [lines[one.account_id] for one in file.devices] == ["tv", "tv", "broadband", "broadband"]
        assert file.customer.packages == ("高清包", "宽带100M", "宽带50M")
        assert (file.customer.id_number, file.customer.card_number) == ("91620102MA1", "8538001")
        assert [(one.name, one.phones) for one in file.persons] == [("张经理", ("13893812345",))]
        assert [(one.words, one.node) for one in file.addresses] == [(file.customer.address, "G12")]
        with closing(open_reader(desk.paths.database)) as conn:
            for text in ("KD002", "STB77", "8538002", "张经理", "13893812345", "东关小区"):
                assert [one.id for one in search(conn, text)] == [file.customer.id], text

        # The office writes something, and one system changes.
        def edit(conn: sqlite3.Connection) -> None:
            one = accounts_of(conn, file.customer.id)[2]
            save_account(conn, file.customer.id, replace(one, remark="前台有路由器"))

        desk.store.submit(edit).result()
        again = await look(desk, "net")
        assert (again.read, again.changed, again.unchanged) == (2, 0, 2)
        write_broadband(tmp_path, (*NET_1[:3], "报停", "宽带200M", "HG-9", ""))
        await look(desk, "net")
        file = hotel(desk)
        assert accounts(file) == [
            *ALL[:2],
            ("broadband", "KD001", "stopped", "net"),
            ("broadband", "KD002", "arrears", "net, no longer there"),
        ]
        assert file.accounts[2].remark == "前台有路由器"
        assert [one.number for one in file.devices] == ["8538002", "STB77", "HG-2", "HG-9"]
        assert file.customer.packages == ("高清包", "宽带50M", "宽带200M")
