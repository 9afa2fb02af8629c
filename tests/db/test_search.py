"""The search box finds what people type, and stays in step with the customers."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.connection import open_writer, transaction
from db.customer_merge import merge_customers
from db.customers import delete_customer, save_customer
from db.demo_people import people
from db.pinyin import pinyin_keys
from db.search import customers_of_key, search
from db.text import search_form
from engine.core.records import Customer

HUASHAN = Customer(
    name="张华山",
    customer_number="00012345",
    phones=("13912345678", "09318881234"),
    address="城关镇东街 12号",
    area="城关片区",
    card_number="8270000000000001",
)
OTHERS = (
    Customer(name="李建国", phones=("13700001111",), address="北川乡红星村3社", customer_number="00099999"),
    Customer(name="单小平", phones=("13700002222",), address="河口镇中山路5号"),
    Customer(name="曾国强", phones=("13700003333",)),
    Customer(name="解珍", phones=("13700004444",)),
    Customer(name="吕布", phones=("13700005555",)),
    Customer(name="张华", phones=("13700006666",), address="华山路7号"),
    Customer(name="欧阳娜娜", phones=("13700007777",)),
    Customer(name="万俟宁", phones=("13700008888",)),
    Customer(name="𠮷野家𠀀", phones=("13700009999",)),
    Customer(name="某某县城关镇东关社区居民委员会老年活动中心二楼电视收看室（原文化站）"),
    Customer(name="华山张华", address="街东"),
    Customer(name="KTV阳光", address="Ｎｏ．８ 新华路"),
)


@pytest.fixture
def county(conn: sqlite3.Connection) -> sqlite3.Connection:
    for customer in (HUASHAN, *OTHERS):
        save_customer(conn, customer)
    return conn


def names(conn: sqlite3.Connection, text: str, limit: int = 20) -> list[str]:
    return [customer.name for customer in search(conn, text, limit)]


@pytest.mark.parametrize(
    ("key", "whose"),
    [
        ("1", ["张华山"]),
        (" 1 ", ["张华山"]),
        ("00012345", ["张华山"]),
        ("8270000000000001", ["张华山"]),
        ("0931-8881234", ["张华山", "张华岭"]),  # a line that two share
        ("8881234", ["张华山", "张华岭"]),
        ("2", ["李建国"]),
        ("00099999", ["李建国"]),
        ("0009999", []),  # whole numbers only
        ("5678", []),
        ("张华山", []),
        ("", []),
        ("0", []),
        ("-1", []),
        ("9" * 40, []),
    ],
)
def test_whose_id_or_number_exactly_it_is(county: sqlite3.Connection, key: str, whose: list[str]) -> None:
    save_customer(county, Customer(name="张华岭", phones=("09318881234",)))
    found = customers_of_key(county, key, area_code="0931")
    assert [customer.name for customer in found] == whose


def test_the_id_of_one_who_was_merged_is_the_other_ones(county: sqlite3.Connection) -> None:
    merge_customers(county, 1, 2, who="8001", at=1, reason="")
    for key in ("1", "2", "00099999", "13700001111"):
        assert [customer.name for customer in customers_of_key(county, key)] == ["张华山"], key


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("13912345678", "张华山"),
        ("+86 139 1234 5678", "张华山"),
        ("0931-8881234", "张华山"),
        ("5678", "张华山"),
        ("1234567", "张华山"),
        ("139123", "张华山"),
        ("00012345", "张华山"),
        ("000123", "张华山"),
        ("8270000000000001", "张华山"),
        ("张华山", "张华山"),
        ("张 华山", "张华山"),
        ("zhs", "张华山"),
        ("ZHS", "张华山"),
        ("zhanghuashan", "张华山"),
        ("zhanghuash", "张华山"),
        ("zhang hua shan", "张华山"),
        ("东街", "张华山"),
        ("东街12号", "张华山"),
        ("张 东街", "张华山"),
        ("sxp", "单小平"),
        ("dxp", "单小平"),
        ("shanxiaoping", "单小平"),
        ("zgq", "曾国强"),
        ("zengguoqiang", "曾国强"),
        ("xiezhen", "解珍"),
        ("lvbu", "吕布"),
        ("lubu", "吕布"),
        ("moqi", "万俟宁"),
        ("欧阳", "欧阳娜娜"),
        ("娜娜", "欧阳娜娜"),
        ("oynn", "欧阳娜娜"),
        ("平", "单小平"),
        ("𠮷野", "𠮷野家𠀀"),
        ("家𠀀", "𠮷野家𠀀"),
        ("ktv", "KTV阳光"),
        ("no8", "KTV阳光"),
        ("原文化站", OTHERS[9].name),
        ("红星村3社", "李建国"),
    ],
)
def test_what_is_typed_finds_the_customer_first(county: sqlite3.Connection, typed: str, first: str) -> None:
    assert names(county, typed)[:1] == [first]


def test_equal_comes_before_beginning_before_piece(county: sqlite3.Connection) -> None:
    assert names(county, "张华") == ["张华", "张华山", "华山张华"]
    assert names(county, "华山") == ["华山张华", "张华山", "张华"]  # in the name, then in the address
    assert names(county, "张华山") == ["张华山"]  # the pieces 张华 and 华山 alone are not enough


def test_one_character_finds_surnames_first_then_any_place_of_the_name(county: sqlite3.Connection) -> None:
    save_customer(county, Customer(name="国海"))
    assert names(county, "国") == ["国海", "李建国", "曾国强"]


@pytest.mark.parametrize(
    "typed", ["", " ", "张建", "东街红星", "zzz", "777", "东街12街", "山张华山", "12345678901", "李 东街"]
)
def test_what_fits_nobody_finds_nobody(county: sqlite3.Connection, typed: str) -> None:
    assert names(county, typed) == []


RUBBISH = [
    "'; DROP TABLE customers; --",
    '" OR "1"="1',
    "张* OR 李*",
    "NEAR(张 华, 2)",
    "pieces:张",
    "{pieces}:张 -李",
    "^张 + 华",
    "%",
    "_",
    "张\x00华",
    "\x00",
    "\ud800张",
    "\udfff",
    "）（",
    '"',
    '""""',
    "a" * 1_000_000,
    "张" * 1_000_000,
    "1" * 1_000_000,
    "张 " * 100_000,
    "".join(chr(0x4E00 + i) for i in range(20_000)),
    "﷽" * 1000,
    "\U0010ffff",
    "🎉🎉",
]


@pytest.mark.parametrize("typed", RUBBISH, ids=range(len(RUBBISH)))
def test_rubbish_in_the_search_box_is_only_text(county: sqlite3.Connection, typed: str) -> None:
    before = county.execute("SELECT count(*) FROM customers").fetchone()
    assert len(names(county, typed)) <= 3
    assert county.execute("SELECT count(*) FROM customers").fetchone() == before


def test_a_changed_customer_is_found_by_the_new_words_only(county: sqlite3.Connection) -> None:
    customer = search(county, "13912345678")[0]
    changed = replace(
        customer,
        name="赵云龙",
        phones=("13811112222",),
        address="柳林乡西街",
        customer_number="77",
        card_number="",
    )
    save_customer(county, changed)
    for typed in ("张华山", "zhs", "zhanghuashan", "东街", "5678", "00012345", "8270", "13912345678"):
        assert "赵云龙" not in names(county, typed), typed
    for typed in ("赵云龙", "zyl", "西街", "1222", "77", "13811112222"):
        assert names(county, typed) == ["赵云龙"], typed


def test_a_deleted_customer_leaves_nothing_behind(conn: sqlite3.Connection) -> None:
    stored = [save_customer(conn, customer) for customer in (HUASHAN, *OTHERS)]
    for customer in stored:
        delete_customer(conn, customer.id)
    for customer in stored:
        for typed in (
            customer.name,
            customer.name[:2],
            *pinyin_keys(search_form(customer.name)),
            *customer.phones,
        ):
            assert search(conn, typed) == []
    assert conn.execute("SELECT count(*) FROM name_keys").fetchone() == (0,)
    pieces = conn.execute("SELECT count(*) FROM customer_search WHERE customer_search MATCH 'n* OR a* OR d*'")
    assert pieces.fetchone() == (0,)


def test_the_limit_is_kept_and_nobody_comes_twice(conn: sqlite3.Connection) -> None:
    with transaction(conn):
        for customer in people(800, 3):
            save_customer(conn, replace(customer, id=0))
    for typed in ("东街", "王", "w", "1390", "0000", "片区", "号楼"):
        found = [customer.id for customer in search(conn, typed, 20)]
        assert len(found) == len(set(found)) == 20, typed
    assert len(search(conn, "王", 3)) == 3


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> tuple[sqlite3.Connection, list[Customer]]:
    path: Path = tmp_path_factory.mktemp("crowd") / "crowd.db"
    connection = open_writer(path)
    with transaction(connection):
        customers = [save_customer(connection, replace(customer, id=0)) for customer in people(400, 11)]
    yield connection, customers
    connection.close()


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_piece_of_a_customer_finds_the_customer(
    crowd: tuple[sqlite3.Connection, list[Customer]], data: st.DataObject
) -> None:
    conn, customers = crowd
    customer = data.draw(st.sampled_from(customers))
    text, least = data.draw(
        st.sampled_from(
            [(customer.name, 1), (customer.address, 2), (customer.area, 2), (customer.phones[0], 4)]
        )
    )
    start = data.draw(st.integers(0, len(text) - least))
    end = data.draw(st.integers(start + least, min(len(text), start + 16)))
    typed = text[start:end]
    found = search(conn, typed, 500)
    assert customer.id in {other.id for other in found}
    for other in found:
        everything = search_form(
            "|".join((other.name, other.address, other.area, *other.phones, other.customer_number))
            + "|".join((other.card_number, *pinyin_keys(search_form(other.name))))
        )
        assert search_form(typed) in everything
