"""The one view of a customer: its parts, what is open, and one line of all contacts."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.calls import save_note
from db.cards import card_for_customer, card_for_number
from db.connection import open_writer, transaction
from db.customer_file import customer_file
from db.customer_maybe import assign_number, proposals
from db.customer_merge import merge_customers
from db.customer_parts import (
    accounts_of,
    addresses_of,
    devices_of,
    persons_of,
    remove_part,
    save_account,
    save_address,
    save_device,
    save_person,
    tag_customer,
)
from db.customer_recurring import recurring
from db.customer_timeline import timeline
from db.customers import get_customer, save_customer
from db.errors import Invalid, NotFound
from db.recordings import store_recording
from db.search import search
from db.users import add_user
from engine.core.customers.records import (
    Account,
    Address,
    ContactKind,
    Device,
    DeviceKind,
    Line,
    MatterKind,
    Person,
    Stage,
)
from engine.core.records import CallNote, Customer, User
from engine.core.states import Outcome
from tests.db.customer_world import DAY, NOW, a_call, a_customer, a_recording, a_ticket, furnish


def test_a_customer_with_everything(conn: sqlite3.Connection) -> None:
    customer = a_customer(conn, packages=("高清包",), tags=("楼长",))
    furnish(conn, customer, NOW - DAY)
    file = customer_file(conn, customer.id, now=NOW)
    assert file.customer.tags == ("楼长",)
    assert [(one.name, one.relation) for one in file.persons] == [("李四妹", "妻子")]
    assert [one.words for one in file.addresses] == ["柳林乡幸福小区501"]
    assert [(one.line, one.since) for one in file.accounts] == [("broadband", "2019-05-01"), ("tv", "")]
    assert file.accounts[0].address_id == file.addresses[0].id
    assert file.devices[0].account_id == file.accounts[0].id
    assert [(one.name, one.until) for one in file.packages] == [("高清包", "2027-01-01")]
    assert file.bills[0].month == "2026-01"
    assert [(one.amount_fen, one.what) for one in file.payments] == [(-500, "体育包")]
    assert [one.kind for one in file.open] == [MatterKind.TICKET, MatterKind.CALLBACK, MatterKind.REMARK]
    assert file.stage is Stage.OLD
    assert (file.recurring.calls_30, file.recurring.tickets_90) == (1, 1)
    by_hand = save_customer(conn, replace(file.customer, stage="new"))
    assert customer_file(conn, by_hand.id, now=NOW).stage_by_hand
    with pytest.raises(NotFound):
        customer_file(conn, 999, now=NOW)


def test_open_matters_come_by_when_they_are_due(conn: sqlite3.Connection) -> None:
    customer = a_customer(conn)
    late = a_ticket(conn, customer.id, NOW - DAY, resolve_by=NOW - 5)
    a_ticket(conn, customer.id, NOW, state="closed", replied_at=1, closed_at=NOW)
    soon = a_ticket(conn, customer.id, NOW - 2 * DAY, resolve_by=NOW - 9, expected_at=NOW + DAY)
    whenever = a_ticket(conn, customer.id, NOW)
    call = a_call(conn, customer.id, NOW, note="没有信号", unsolved=True)
    file = customer_file(conn, customer.id, now=NOW)
    assert [one.id for one in file.open] == [late, soon, whenever, call]
    save_note(conn, call, "1001", CallNote(note="好了", customer_id=customer.id), NOW)
    assert [one.id for one in customer_file(conn, customer.id, now=NOW).open] == [late, soon, whenever]


def test_the_stage_comes_of_contracts_marks_and_complaints(conn: sqlite3.Connection) -> None:
    stranger = a_customer(conn)
    assert customer_file(conn, stranger.id, now=NOW).stage is Stage.POTENTIAL
    buyer = a_customer(conn, packages=("高清包",))
    a_call(conn, buyer.id, NOW - 400 * DAY)
    assert customer_file(conn, buyer.id, now=NOW).stage is Stage.KEPT
    a_ticket(conn, buyer.id, NOW - DAY, type="complaint")
    assert customer_file(conn, buyer.id, now=NOW).stage is Stage.NEW


def test_one_line_of_all_contacts_newest_first(conn: sqlite3.Connection) -> None:
    add_user(conn, User(staff_number="1001", name="李敏"), "hash")
    customer, twin = a_customer(conn), a_customer(conn, "张三")
    furnish(conn, customer, NOW)
    call = a_call(conn, customer.id, NOW + DAY, note="查询余额")
    store_recording(conn, a_recording(call))
    a_call(conn, customer.id, NOW + 2 * DAY, outcome=Outcome.IVR_EXIT, staff_number="")
    a_ticket(
        conn, customer.id, NOW + 60, state="closed", replied_at=1, closed_at=NOW + 3 * DAY, reply="修好了"
    )
    merge_customers(conn, customer.id, twin.id, who="1001", at=NOW + 4 * DAY)
    contacts, more = timeline(conn, customer.id)
    assert more == ""
    assert [(one.kind, one.at - NOW) for one in contacts] == [
        (ContactKind.MERGE, 4 * DAY),
        (ContactKind.TICKET_CLOSED, 3 * DAY),
        (ContactKind.IVR, 2 * DAY),
        (ContactKind.CALL, DAY),
        (ContactKind.TICKET, 60),
        (ContactKind.OUTAGE, 40),
        (ContactKind.CALLBACK, 30),
        (ContactKind.PAYMENT, 20),
        (ContactKind.TICKET, 10),
        (ContactKind.SURVEY, 5),
        (ContactKind.CALL, 0),
    ]
    told, closed, _, recorded, *_ = contacts
    assert (told.text, told.staff_name) == ("张三", "李敏")
    assert closed.text == "修好了"
    assert (recorded.text, recorded.recording, recorded.value) == ("查询余额", True, 60_000)
    assert contacts[-1].open


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    connection = open_writer(tmp_path_factory.mktemp("lines") / "lines.db")
    yield connection
    connection.close()


@settings(max_examples=40, deadline=None)
@given(data=st.data(), limit=st.integers(1, 7))
def test_page_by_page_is_the_same_as_at_once(
    lines: sqlite3.Connection, data: st.DataObject, limit: int
) -> None:
    conn = lines
    conn.execute("SAVEPOINT example")
    customer = a_customer(conn)
    for _ in range(data.draw(st.integers(0, 12))):
        at = NOW + data.draw(st.integers(0, 2))  # many at one instant
        kind = data.draw(st.sampled_from(["call", "ivr", "ticket", "payment", "all"]))
        if kind == "call":
            a_call(conn, customer.id, at)
        elif kind == "ivr":
            a_call(conn, customer.id, at, outcome=Outcome.IVR_EXIT)
        elif kind == "ticket":
            a_ticket(conn, customer.id, at, state="closed", replied_at=1, closed_at=at)
        elif kind == "payment":
            conn.execute(
                "INSERT INTO payments (key, kind, customer_id, customer_number, amount_fen, balance_fen,"
                " what, call_id, cli, at) VALUES (hex(randomblob(9)), 'order', ?, '', -1, 0, '', '', '', ?)",
                (customer.id, at),
            )
        elif not persons_of(conn, customer.id):
            furnish(conn, customer, at)
    whole, end = timeline(conn, customer.id, limit=200)
    assert end == ""
    pages = []
    page, more = timeline(conn, customer.id, limit=limit)
    while True:
        pages += page
        if not more:
            break
        assert len(page) == limit
        page, more = timeline(conn, customer.id, before=more, limit=limit)
    assert tuple(pages) == whole
    conn.execute("ROLLBACK TO example")


@pytest.mark.parametrize("before", ["x", "1:nothing:2", "y:call:c", "1:payment:c"])
def test_a_place_that_is_none_is_refused(conn: sqlite3.Connection, before: str) -> None:
    with pytest.raises(Invalid):
        timeline(conn, 1, before=before)


# Parts


def test_parts_are_added_changed_and_removed(conn: sqlite3.Connection) -> None:
    customer = a_customer(conn)
    person = save_person(conn, customer.id, Person(name="李四", phones=("8881234", " ")), area_code="0931")
    assert person.phones == ("09318881234",)
    changed = replace(person, relation="会计", phones=("13700000009", "09318881234"))
    assert save_person(conn, customer.id, changed) == changed
    assert persons_of(conn, customer.id) == (changed,)
    rows = conn.execute("SELECT original FROM person_phones ORDER BY position").fetchall()
    assert rows == [("13700000009",), ("8881234",)]
    place = save_address(conn, customer.id, Address(county="青石县", town="柳林乡"))
    account = save_account(conn, customer.id, Account(line=Line.CABLE, number="YX1", address_id=place.id))
    device = save_device(conn, customer.id, Device(kind=DeviceKind.BOX, number="BOX1", account_id=account.id))
    assert addresses_of(conn, customer.id) == (place,)
    assert accounts_of(conn, customer.id) == (account,)
    assert devices_of(conn, customer.id) == (device,)
    remove_part(conn, customer.id, "address", place.id)
    assert accounts_of(conn, customer.id) == (replace(account, address_id=0),)
    remove_part(conn, customer.id, "person", person.id)
    assert conn.execute("SELECT count(*) FROM person_phones").fetchone() == (0,)


def test_parts_that_cannot_be_are_refused(conn: sqlite3.Connection) -> None:
    customer, other = a_customer(conn), a_customer(conn)
    place = save_address(conn, other.id, Address(text="东街"))
    for wrong in (
        lambda: save_person(conn, customer.id, Person(name=" ")),
        lambda: save_person(conn, customer.id, Person(name="李四", phones=("无",))),
        lambda: save_address(conn, customer.id, Address(area="城关")),
        lambda: save_account(conn, customer.id, Account(line=Line.TV, since="2026-13-01")),
        lambda: save_device(conn, customer.id, Device(kind=DeviceKind.CARD)),
        lambda: tag_customer(conn, customer.id, ("长" * 21,), ()),
        lambda: save_customer(conn, replace(customer, importance="king")),
        lambda: save_customer(conn, replace(customer, stage="king")),
    ):
        with pytest.raises(Invalid):
            wrong()
    for missing in (
        lambda: save_address(conn, customer.id, replace(place, text="西街")),
        lambda: save_account(conn, customer.id, Account(line=Line.TV, address_id=place.id)),
        lambda: remove_part(conn, customer.id, "address", place.id),
        lambda: save_person(conn, 999, Person(name="李四")),
    ):
        with pytest.raises(NotFound):
            missing()
    for number in range(50):
        save_address(conn, customer.id, Address(text=f"{number}号"))
    with pytest.raises(Invalid, match="too_many"):
        save_address(conn, customer.id, Address(text="51号"))


def test_tags_are_put_on_and_taken_off(conn: sqlite3.Connection) -> None:
    customer = a_customer(conn, tags=("楼长",))
    assert tag_customer(conn, customer.id, ("团购", " 欠费 "), ("楼长",)).tags == ("团购", "欠费")


def test_a_person_calls_and_the_customer_pops_up(conn: sqlite3.Connection) -> None:
    customer = a_customer(conn)
    save_person(conn, customer.id, Person(name="李四妹", relation="妻子", phones=("13700000000",)))
    card = card_for_number(conn, "13700000000")
    assert card.customer == get_customer(conn, customer.id)
    assert card.person == "李四妹 妻子"
    assert card_for_number(conn, customer.phones[0]).person == ""


# Search by everything


def test_everything_in_a_file_finds_its_customer(conn: sqlite3.Connection) -> None:
    customer = a_customer(conn, "张华山", tags=("楼长",))
    other = a_customer(conn, "王五", address="西街")
    furnish(conn, customer)
    file = customer_file(conn, customer.id, now=NOW)
    ticket = next(one.id for one in file.open if one.kind is MatterKind.TICKET)
    person = file.persons[0]
    for typed in (
        "李四妹", "四妹", "lsm", "lisimei", person.phones[0], person.phones[0][-4:], person.phones[0][:6],
        "幸福小区", "柳林乡 张华", "OLT-7", "楼长", ticket, file.devices[0].number,
        *(one.number for one in file.accounts), file.accounts[0].number[:3],
    ):  # fmt: skip
        assert [one.id for one in search(conn, typed)] == [customer.id], typed
    remove_part(conn, customer.id, "person", person.id)
    remove_part(conn, customer.id, "address", file.addresses[0].id)
    for typed in ("李四妹", "lsm", person.phones[0], "幸福小区"):
        assert search(conn, typed) == [], typed
    assert [one.id for one in search(conn, "西街")] == [other.id]


def test_of_many_who_fit_the_likeliest_come_first(conn: sqlite3.Connection) -> None:
    people = [a_customer(conn, "王伟", address="东街") for _ in range(6)]
    a_call(conn, people[5].id, NOW - DAY)
    save_customer(conn, replace(people[3], importance="vip"))
    a_ticket(conn, people[4].id, NOW - 300 * DAY)
    found = [one.id for one in search(conn, "王伟", now=NOW)]
    assert found[:3] == [people[4].id, people[3].id, people[5].id]
    assert [one.id for one in search(conn, "东街", 2, now=NOW)] == found[:2]


def test_who_called_lately_is_found_among_thousands(conn: sqlite3.Connection) -> None:
    names = ("王一", "王二", "王三")
    with transaction(conn):
        people = [a_customer(conn, names[n % 3], address=f"东街{n}号") for n in range(450)]
    last = save_customer(conn, replace(people[-1], name="王中王", address="东街深巷"))
    a_call(conn, last.id, NOW)
    for typed in ("王", "w", "东街"):
        assert search(conn, typed, 5, now=NOW)[0].id == last.id, typed


# Numbers that nobody has


def test_whose_a_number_may_be(conn: sqlite3.Connection) -> None:
    caller, named, there, nobody = (a_customer(conn, name) for name in ("甲子", "张华山", "乙丑", "丙寅"))
    save_customer(conn, replace(there, address="柳林乡石门口村"))
    a_call(conn, caller.id, NOW - DAY, cli="13600000000")
    found = proposals(conn, "136 0000 0000", name="张华", address="石门口", now=NOW)
    assert [(one.customer.id, one.reasons) for one in found] == [
        (caller.id, ("called",)),
        (named.id, ("name",)),
        (there.id, ("address",)),
    ]
    a_ticket(conn, nobody.id, NOW, phone="13600000000")
    found = proposals(conn, "13600000000", now=NOW, limit=1)
    assert [one.customer.id for one in found] == [caller.id]
    assert proposals(conn, "13511111111", now=NOW) == ()


def test_a_number_is_assigned_with_the_calls_that_came_from_it(conn: sqlite3.Connection) -> None:
    customer = a_customer(conn)
    a_call(conn, 0, NOW, cli="09318880000")
    a_ticket(conn, 0, NOW, phone="09318880000")
    assert assign_number(conn, customer.id, "8880000", area_code="0931") == 1
    assert get_customer(conn, customer.id).phones[-1] == "09318880000"
    file = customer_file(conn, customer.id, now=NOW)
    assert {one.kind for one in file.contacts} == {ContactKind.CALL, ContactKind.TICKET}
    assert assign_number(conn, customer.id, "8880000", area_code="0931") == 0
    person = save_person(conn, customer.id, Person(name="李四"))
    assign_number(conn, customer.id, "13700000000", person_id=person.id)
    assign_number(conn, customer.id, "13700000000", person_id=person.id)
    assert persons_of(conn, customer.id)[0].phones == ("13700000000",)
    with pytest.raises(NotFound):
        assign_number(conn, customer.id, "13700000000", person_id=99)
    with pytest.raises(Invalid):
        assign_number(conn, customer.id, "无")


def test_a_number_of_one_who_was_merged_is_the_other_ones(conn: sqlite3.Connection) -> None:
    keep, gone = a_customer(conn), a_customer(conn)
    person = save_person(conn, gone.id, Person(name="李四"))
    merge_customers(conn, keep.id, gone.id, who="8001", at=NOW)
    call = a_call(conn, 0, NOW, cli=gone.phones[0])
    assert assign_number(conn, gone.id, gone.phones[0]) == 1  # a number that is there already
    assert conn.execute("SELECT customer_id FROM calls WHERE call_id = ?", (call,)).fetchone() == (keep.id,)
    assign_number(conn, gone.id, "13700000000", person_id=person.id)
    assert persons_of(conn, keep.id)[0].phones == ("13700000000",)


def test_what_recurs_is_counted(conn: sqlite3.Connection) -> None:
    customer = a_customer(conn)
    for days in (1, 5, 29, 31):
        a_call(conn, customer.id, NOW - days * DAY)
    a_call(conn, 0, NOW - DAY, cli="13600000000")
    for days, line in ((1, "tv"), (40, "tv"), (89, "broadband"), (91, "tv")):
        a_ticket(conn, customer.id, NOW - days * DAY, line=line)
    a_ticket(conn, customer.id, NOW - DAY, type="consult")
    a_ticket(conn, customer.id, NOW - DAY, state="cancelled")
    found = recurring(conn, customer.id, "13600000000", NOW)
    assert (found.calls_30, found.tickets_90, found.faults_90) == (4, 4, (("tv", 2),))
    assert recurring(conn, 0, "13600000000", NOW).calls_30 == 1
    assert card_for_customer(conn, customer.id, now=NOW).recurring.calls_30 == 3
    assert card_for_customer(conn, customer.id).recurring.calls_30 == 0


def test_what_came_from_an_own_number_before_anybody_wrote_down_who_it_was(conn: sqlite3.Connection) -> None:
    customer, other = a_customer(conn), a_customer(conn)
    save_person(conn, customer.id, Person(name="李四", phones=("13700000000",)))
    call = a_call(conn, 0, NOW, cli=customer.phones[0])
    ticket = a_ticket(conn, 0, NOW + 1, phone="13700000000")
    file = customer_file(conn, customer.id, now=NOW + 2)
    assert [one.id for one in file.contacts] == [ticket, call]
    assert [one.id for one in file.open] == [ticket]
    assert (file.recurring.calls_30, file.recurring.tickets_90) == (1, 1)
    assert customer_file(conn, other.id, now=NOW).contacts == ()


def test_an_unknown_caller_has_no_customer(conn: sqlite3.Connection) -> None:
    assert search(conn, "无此人") == []
    assert card_for_number(conn, "13500000000").customer is None
    assert save_customer(conn, Customer(name="新")).stage == ""
