"""Files of tickets: once under a name, found by a piece of it, seen by those who see the ticket."""

import sqlite3
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.connection import transaction
from db.errors import Invalid, NotFound, Refused
from db.ticket_files import attach, attachments_of, find_attachments, get_attachment, hashes, in_a_ticket
from db.ticket_lists import show_ticket
from engine.core.tickets.records import Attachment, Ticket
from engine.core.tickets.states import Deed
from tests.db.ticket_world import AGENT, BOSS, EAST, HANG, NOWHERE, RULES, T0, VOICE, WEST, done, made

SCAN = Attachment(ticket="", name="合同 扫描件.PDF", kind="PDF", size=9_000, sha256="cd" * 32, at=0, who="")


def kept(conn: sqlite3.Connection, ticket: Ticket, now: int = T0, **fields: object) -> Attachment:
    file = replace(SCAN, ticket=ticket.number, **fields)  # type: ignore[arg-type]
    return attach(conn, file, AGENT, RULES, now)[0]


def test_a_file_is_in_the_history_with_who_and_when(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    file, after = attach(conn, replace(SCAN, ticket=ticket.number), AGENT, RULES, T0 + 5)
    assert (file.kind, file.who, file.at, after.version) == ("pdf", HANG, T0 + 5, 2)
    shown = show_ticket(conn, ticket.number, AGENT)
    assert shown.attachments == [file] == [get_attachment(conn, file.id, AGENT)]
    assert (shown.steps[-1].deed, shown.steps[-1].text) == (Deed.ATTACH, SCAN.name)


def test_the_same_file_is_there_once(conn: sqlite3.Connection) -> None:
    ticket, other = made(conn), made(conn)
    first = kept(conn, ticket)
    assert kept(conn, ticket, T0 + 9) == first
    assert show_ticket(conn, ticket.number, AGENT).ticket.version == 2
    assert kept(conn, ticket, name="另一名.pdf").id != first.id
    assert kept(conn, ticket, sha256="ef" * 32).id != first.id
    assert kept(conn, other).id != first.id
    assert hashes(conn) == {"cd" * 32, "ef" * 32}
    assert [hashes(conn, part) for part in ("cd", "ce", "ef")] == [{"cd" * 32}, set(), {"ef" * 32}]


def test_what_cannot_be_attached(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    for name in ("", " \x00", "长" * 201):
        with pytest.raises(Invalid, match="name"):
            kept(conn, ticket, name=name)
    with pytest.raises(NotFound):
        kept(conn, replace(ticket, number="999"))
    with pytest.raises(Refused):
        attach(conn, replace(SCAN, ticket=ticket.number), WEST, RULES, T0)
    assert attachments_of(conn, ticket) == []


def test_files_are_found_by_a_piece_of_their_name(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    scan = kept(conn, ticket)
    photo = kept(conn, ticket, T0 + 10, name="IMG_0042.jpg", kind="jpg")

    def found(**wanted: object) -> list[int]:
        return [file.id for file in find_attachments(conn, AGENT, **wanted)]  # type: ignore[arg-type]

    assert found() == [photo.id, scan.id]
    assert found(text="扫描") == found(text="合同扫描件.pdf") == [scan.id]
    assert found(text="ｉｍｇ 0042") == [photo.id]
    assert found(text="没有") == []
    assert found(since=T0 + 1) == [photo.id]
    assert found(until=T0 + 1) == [scan.id]
    assert found(limit=1) == [photo.id]
    assert found(before_id=photo.id) == [scan.id]
    assert found(limit=-1) == []


def test_a_station_sees_files_of_its_own_tickets(conn: sqlite3.Connection) -> None:
    ticket = made(conn, area="城东")
    file = kept(conn, ticket)
    done(conn, ticket, Deed.DISPATCH, BOSS)
    assert get_attachment(conn, file.id, EAST) == file
    assert find_attachments(conn, EAST) == [file]
    for actor in (WEST, NOWHERE):
        assert find_attachments(conn, actor) == []
        with pytest.raises(NotFound):
            get_attachment(conn, file.id, actor)


def test_a_voice_message_is_known_by_its_name(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    kept(conn, ticket, name=VOICE.name, kind="wav")
    assert in_a_ticket(conn, VOICE.name)
    assert not in_a_ticket(conn, "c1-2.wav")
    assert not in_a_ticket(conn, "\ud800")


@settings(max_examples=60, deadline=None)
@given(name=st.text(max_size=250), kind=st.text(max_size=40), number=st.integers(-(10**25), 10**25))
def test_no_name_is_an_error(name: str, kind: str, number: int) -> None:
    conn = _SCRATCH[0]
    conn.execute("BEGIN")
    try:
        file = kept(conn, made(conn), name=name, kind=kind)
    except Invalid:
        pass
    else:
        assert get_attachment(conn, file.id, AGENT) == file
        assert file in find_attachments(conn, AGENT, text=file.name[:20])
    finally:
        conn.execute("ROLLBACK")
    with pytest.raises(NotFound):
        get_attachment(conn, number, AGENT)
    assert find_attachments(conn, AGENT, text=name, since=number, until=number, before_id=number) == []


_SCRATCH: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True)
def _scratch(conn: sqlite3.Connection) -> None:
    _SCRATCH[:] = [conn]


def test_many_files_do_not_make_a_search_slow(conn: sqlite3.Connection) -> None:
    """It goes through the newest first and stops when it has enough."""
    ticket = made(conn)
    with transaction(conn):
        for n in range(300):
            kept(conn, ticket, name=f"照片{n}.jpg")
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    conn.set_progress_handler(count, 100)
    assert len(find_attachments(conn, AGENT, text="照片", limit=2)) == 2
    conn.set_progress_handler(None, 0)
    assert steps < 5
