"""Messages: who sees which, what is unread, and that nothing is lost or read twice."""

import sqlite3

import pytest

from db.errors import NotFound
from db.messages import mark_read, post_message, recent_messages, unread_messages
from db.users import add_user, disable_user
from engine.core.records import User

DAY = 86_400_000
NOW = 20_000 * DAY


@pytest.fixture
def people(conn: sqlite3.Connection) -> sqlite3.Connection:
    for number, name in (("8001", "李秀英"), ("8002", "欧阳春花"), ("8801", "王班长")):
        add_user(conn, User(staff_number=number, name=name), "hash")
    return conn


def texts(conn: sqlite3.Connection, me: str, since: int = NOW - DAY, limit: int = 50) -> list[str]:
    return [message.text for message in unread_messages(conn, me, limit, since)]


def test_a_message_has_the_names_of_both(people: sqlite3.Connection) -> None:
    sent = post_message(people, "8001", "8801", "一行字", NOW)
    assert (sent.sender_name, sent.to_name, sent.at, sent.read) == ("李秀英", "王班长", NOW, False)
    assert texts(people, "8801") == ["一行字"]
    assert texts(people, "8001") == texts(people, "8002") == []


def test_read_is_read_once_and_up_to_there(people: sqlite3.Connection) -> None:
    first = post_message(people, "8001", "8801", "one", NOW)
    post_message(people, "8001", "8801", "two", NOW + 1)
    assert mark_read(people, "8801", first.id, NOW + 2) == 1
    assert mark_read(people, "8801", first.id, NOW + 3) == 0
    assert texts(people, "8801") == ["two"]
    assert mark_read(people, "8002", 10**9, NOW) == 0, "what is not to them nobody reads"
    mine = recent_messages(people, "8001", 50, NOW - DAY)
    assert [(message.text, message.read) for message in mine] == [("one", True), ("two", False)]


def test_an_announcement_is_for_all_but_its_author_and_for_a_day(people: sqlite3.Connection) -> None:
    post_message(people, "8801", "", "yesterday", NOW - 2 * DAY)
    new = post_message(people, "8801", "", "today", NOW)
    assert texts(people, "8001") == texts(people, "8002") == ["today"]
    assert texts(people, "8801") == []
    mark_read(people, "8001", new.id, NOW + 1)
    assert (texts(people, "8001"), texts(people, "8002")) == ([], ["today"])
    seen = recent_messages(people, "8002", 50, NOW - DAY)
    assert [(message.text, message.read) for message in seen] == [("yesterday", True), ("today", False)]


def test_a_message_to_somebody_waits_for_ever(people: sqlite3.Connection) -> None:
    post_message(people, "8001", "8002", "old", NOW - 300 * DAY)
    assert texts(people, "8002") == ["old"]


def test_lists_are_cut_at_the_right_end(people: sqlite3.Connection) -> None:
    for number in range(5):
        post_message(people, "8001", "8002", str(number), NOW + number)
    assert texts(people, "8002", limit=2) == ["0", "1"]
    assert [message.text for message in recent_messages(people, "8002", 2, NOW)] == ["3", "4"]


@pytest.mark.parametrize("to", ["8999", "8002", "' OR 1=1 --", "\ud800"])
def test_nothing_is_kept_for_who_cannot_read_it(people: sqlite3.Connection, to: str) -> None:
    disable_user(people, "8002")
    with pytest.raises(NotFound):
        post_message(people, "8001", to, "x", NOW)
    assert recent_messages(people, "8001", 50, 0) == []


def test_who_is_no_user_any_more_still_wrote(people: sqlite3.Connection) -> None:
    sent = post_message(people, "uid0", "8001", "from the command line", NOW)
    assert (sent.sender, sent.sender_name) == ("uid0", "")
