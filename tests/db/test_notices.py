"""Announcements and outages: whom they concern, when, and who wants to know that it is over."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from db.customers import save_customer
from db.errors import Invalid, NotFound, Stale
from db.notices import (
    add_notice,
    change_notice,
    concerning,
    end_notice,
    ended_with_watchers,
    get_notice,
    list_notices,
    mark_told,
    watch_outage,
)
from db.store import Store
from engine.core.notices import Notice, NoticeChange, NoticeKind, Watcher
from engine.core.records import Customer

T0, HOUR = 1_795_000_000_000, 3_600_000
OUTAGE = Notice(
    kind=NoticeKind.OUTAGE, areas=("城东",), from_at=T0, until_at=T0 + 10 * HOUR, text="光缆抢修", by="8801"
)
NOTICE = Notice(kind=NoticeKind.NOTICE, from_at=T0, until_at=T0 + 10 * HOUR, text="国庆放假安排")
LI = Watcher(number="13900000001", call_id="c1")


@pytest.fixture
def li(conn: sqlite3.Connection) -> int:
    customer = Customer(
        name="李秀英", area="城东 A区", address="人民路 12 号，3-2-1", phones=("13900000001",)
    )
    return save_customer(conn, customer).id


def told(conn: sqlite3.Connection, customer_id: int, **wanted: Any) -> list[str]:
    wanted = {"kind": NoticeKind.OUTAGE, "now": T0 + 1, **wanted}
    return [notice.text for notice in concerning(conn, customer_id=customer_id, **wanted)]


# Whom it concerns


@pytest.mark.parametrize(
    ("areas", "concerned"),
    [
        ((), True),
        (("城东",), True),
        (("城东A区",), True),
        (("城东 a 区",), True),
        (("人民路",), True),
        (("人民路12号",), True),
        (("城西",), False),
        (("城西", "人民路"), True),
        (("A区人民路",), False),  # the end of the area and the beginning of the address
        (("%",), None),
        (("城",), None),
        (("12号",), True),
        (("2号",), False),  # nor is building 3 part of building 13
        (("人民路1",), False),
        (("人民路12",), True),
        (("路12号321",), True),
        (("城.*",), None),
        (("城_西",), False),
        (("李秀英",), False),
    ],
)
def test_an_area_is_part_of_area_or_address(
    conn: sqlite3.Connection, li: int, areas: tuple[str, ...], concerned: bool | None
) -> None:
    notice = replace(OUTAGE, areas=areas)
    if concerned is None:  # would be found in every address
        with pytest.raises(Invalid, match="no_place"):
            add_notice(conn, notice)
        return
    add_notice(conn, notice)
    assert told(conn, li) == (["光缆抢修"] if concerned else [])


@pytest.mark.parametrize("customer_id", [0, 4711])
def test_who_is_not_known_hears_what_is_for_everybody(conn: sqlite3.Connection, customer_id: int) -> None:
    add_notice(conn, OUTAGE)
    add_notice(conn, replace(OUTAGE, areas=(), text="全县停播"))
    assert told(conn, customer_id) == ["全县停播"]


def test_a_customer_without_an_address_is_in_no_area(conn: sqlite3.Connection) -> None:
    customer_id = save_customer(conn, Customer(name="张")).id
    add_notice(conn, OUTAGE)
    assert told(conn, customer_id) == []


@pytest.mark.parametrize(
    ("at", "is_told"), [(-1, False), (0, True), (10 * HOUR - 1, True), (10 * HOUR, False)]
)
def test_it_is_told_in_its_time(conn: sqlite3.Connection, li: int, at: int, is_told: bool) -> None:
    add_notice(conn, OUTAGE)
    assert told(conn, li, now=T0 + at) == ["光缆抢修"] * is_told


def test_without_an_end_it_is_told_until_it_is_ended(conn: sqlite3.Connection, li: int) -> None:
    notice = add_notice(conn, replace(NOTICE, until_at=0))
    much_later = T0 + 999 * HOUR
    assert told(conn, li, kind=NoticeKind.NOTICE, now=much_later) == ["国庆放假安排"]
    end_notice(conn, notice.id, much_later)
    assert told(conn, li, kind=NoticeKind.NOTICE, now=much_later) == []


def test_the_three_newest_and_the_kinds_apart(conn: sqlite3.Connection, li: int) -> None:
    add_notice(conn, OUTAGE)
    for n in range(5):
        add_notice(conn, replace(NOTICE, text=f"通知{n}", from_at=T0 - n))
    assert told(conn, li, kind=NoticeKind.NOTICE) == ["通知0", "通知1", "通知2"]
    assert told(conn, li) == ["光缆抢修"]


@pytest.mark.parametrize(
    ("line", "asked", "is_told"),
    [("", "tv", True), ("tv", "", True), ("tv", "tv", True), ("tv", "broadband", False)],
)
def test_an_outage_of_one_line(
    conn: sqlite3.Connection, li: int, line: str, asked: str, is_told: bool
) -> None:
    add_notice(conn, replace(OUTAGE, line=line))
    assert told(conn, li, line=asked) == ["光缆抢修"] * is_told


# What is kept


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"text": "", "kind": NoticeKind.NOTICE}, "required text"),
        ({"text": "\x00 \n", "kind": NoticeKind.NOTICE}, "required text"),
        ({"text": "长" * 301}, "too_long text"),
        ({"text": "", "text_en": "English only"}, "required text"),
        ({"areas": ("长" * 61,)}, "too_long area"),
        ({"areas": tuple(f"村{n}" for n in range(51))}, "too_many area"),
        ({"areas": ("，。",)}, "no_place area"),
        ({"line": "telegraph"}, "unknown_line line"),
        ({"until_at": 0}, "required until"),
        ({"until_at": T0}, "too_early until"),
    ],
)
def test_what_is_no_notice_is_refused(conn: sqlite3.Connection, values: dict[str, Any], code: str) -> None:
    with pytest.raises(Invalid, match=code):
        add_notice(conn, replace(OUTAGE, **values))
    assert list_notices(conn, now=T0, everything=True) == []


def test_it_is_kept_as_it_was_said(conn: sqlite3.Connection) -> None:
    kept = add_notice(conn, replace(OUTAGE, areas=(" 城东 ", "", "城东", "人民路"), text_en="Cable repair"))
    assert kept.areas == ("城东", "人民路")
    assert get_notice(conn, kept.id) == kept


def test_an_outage_needs_no_words(conn: sqlite3.Connection, li: int) -> None:
    add_notice(conn, replace(OUTAGE, text=""))
    assert told(conn, li) == [""]


def test_a_change_is_a_change_of_what_is_given(conn: sqlite3.Connection) -> None:
    kept = add_notice(conn, OUTAGE)
    watch_outage(conn, kept.id, LI, T0)
    changed, waiting = change_notice(conn, kept.id, NoticeChange(until_at=T0 + 12 * HOUR))
    assert changed == replace(kept, until_at=T0 + 12 * HOUR) == get_notice(conn, kept.id)
    assert waiting == 1
    assert change_notice(conn, kept.id, NoticeChange(areas=()))[0].areas == ()
    with pytest.raises(Invalid):
        change_notice(conn, kept.id, NoticeChange(until_at=T0 - 1))
    with pytest.raises(NotFound):
        change_notice(conn, 99, NoticeChange())


def test_what_is_over_is_not_changed(conn: sqlite3.Connection) -> None:
    kept = add_notice(conn, OUTAGE)
    end_notice(conn, kept.id, T0 + HOUR)
    with pytest.raises(Stale):
        change_notice(conn, kept.id, NoticeChange(text="又坏了"))


def test_ids_are_not_given_twice(conn: sqlite3.Connection) -> None:
    first = add_notice(conn, OUTAGE)
    conn.execute("DELETE FROM notices")
    assert add_notice(conn, OUTAGE).id > first.id


# Who wants to know when it is over


def test_each_number_is_put_down_once(conn: sqlite3.Connection, li: int) -> None:
    outage = add_notice(conn, OUTAGE).id
    assert watch_outage(conn, outage, replace(LI, customer_id=li), T0) == "done"
    assert watch_outage(conn, outage, LI, T0 + 1) == "done"  # the same call asks twice
    assert watch_outage(conn, outage, replace(LI, call_id="c2"), T0 + 2) == "already"
    assert watch_outage(conn, outage, Watcher(number="13900000002"), T0 + 3) == "done"
    notice, watchers = end_notice(conn, outage, T0 + 4)
    assert notice.ended_at == T0 + 4
    assert watchers == [replace(LI, customer_id=li), Watcher(number="13900000002")]
    assert watch_outage(conn, outage, Watcher(number="13900000003"), T0 + 5) == "gone"


def test_nobody_waits_for_the_end_of_a_notice(conn: sqlite3.Connection) -> None:
    assert watch_outage(conn, add_notice(conn, NOTICE).id, LI, T0) == "gone"
    assert watch_outage(conn, 4711, LI, T0) == "gone"


def test_one_that_lasts_longer_than_was_thought_can_be_waited_for(conn: sqlite3.Connection) -> None:
    outage = add_notice(conn, OUTAGE).id
    late = T0 + 11 * HOUR
    assert watch_outage(conn, outage, LI, late) == "done"
    assert [(notice.id, waiting) for notice, waiting in list_notices(conn, now=late)] == [(outage, 1)]


def test_who_is_not_handed_over_yet_is_remembered(conn: sqlite3.Connection) -> None:
    outage = add_notice(conn, OUTAGE).id
    for number in ("13900000001", "13900000002"):
        watch_outage(conn, outage, Watcher(number=number), T0)
    assert ended_with_watchers(conn) == []
    end_notice(conn, outage, T0 + 1)
    mark_told(conn, outage, ["13900000001"], T0 + 1)
    assert ended_with_watchers(conn) == [outage]
    notice, watchers = end_notice(conn, outage, T0 + 99)
    assert (notice.ended_at, watchers) == (T0 + 1, [Watcher(number="13900000002")])
    mark_told(conn, outage, ["13900000002"], T0 + 1)
    assert ended_with_watchers(conn) == []


def test_whoever_joins_before_the_end_is_told(store: Store) -> None:
    outage = store.submit(add_notice, OUTAGE).result().id
    joins = [store.submit(watch_outage, outage, Watcher(number=f"139{n:08d}"), T0) for n in range(20)]
    ended = store.submit(end_notice, outage, T0)
    joins += [store.submit(watch_outage, outage, Watcher(number=f"138{n:08d}"), T0) for n in range(20)]
    outcomes = [future.result() for future in joins]
    assert outcomes.count("done") == len(ended.result()[1]) == 20
    assert outcomes.count("gone") == 20


# Lists


def test_what_is_told_now_or_later_is_listed(conn: sqlite3.Connection) -> None:
    over = add_notice(conn, NOTICE)
    later = add_notice(conn, replace(NOTICE, from_at=T0 + 20 * HOUR, until_at=T0 + 30 * HOUR))
    outage = add_notice(conn, OUTAGE)
    ended = add_notice(conn, OUTAGE)
    end_notice(conn, ended.id, T0)
    now = T0 + 11 * HOUR
    assert [notice.id for notice, _ in list_notices(conn, now=now)] == [outage.id, later.id]
    everything = [notice.id for notice, _ in list_notices(conn, now=now, everything=True)]
    assert everything == [ended.id, outage.id, later.id, over.id]
    assert len(list_notices(conn, now=now, everything=True, limit=2)) == 2
