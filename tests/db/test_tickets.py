"""Tickets: made once, numbered without a hole, changed with a version, merged, and late in time."""

import sqlite3
import threading
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.connection import transaction
from db.errors import Duplicate, Invalid, NotFound, Refused, Stale
from db.store import Store
from db.ticket_lists import list_tickets, show_ticket
from db.ticket_query import TicketFilter
from db.ticket_rows import find_ticket, ticket_by_number
from db.ticket_search import pieces_of
from db.tickets import act_on, batch_act, create_ticket, next_clock, tick_due
from engine.core.tickets.records import SYSTEM, Act, NewTicket
from engine.core.tickets.states import Deed, Escalation, TicketState
from tests.db.ticket_world import (
    AGENT,
    BOSS,
    DAY,
    DAY_MS,
    EAST,
    HANG,
    HOUR,
    LAN,
    LI,
    OTHER,
    RULES,
    T0,
    WEST,
    closed,
    customer,
    done,
    made,
    replied,
)

NEW = NewTicket(key="k", type="fault", text="电视没有信号", phone=LI)


def everything(conn: sqlite3.Connection) -> list[tuple[Any, ...]]:
    tables = ("tickets", "ticket_steps", "ticket_answers", "ticket_files")
    return [row for table in tables for row in conn.execute(f"SELECT * FROM {table}")]


# Made once, numbered


def test_a_ticket_is_read_as_it_was_made(conn: sqlite3.Connection) -> None:
    new = NewTicket(
        key="k",
        type="consult",
        title="资费",
        text="问两行\n第二行",
        fields={"topic": "宽带"},
        priority=1,
        contact="李 先生",
        phone="0931-888 1234",
        area="城东",
        node="N7",
        call_id="c1",
    )
    ticket, is_new = create_ticket(conn, new, AGENT, RULES, T0, DAY)
    assert is_new
    assert ticket == ticket_by_number(conn, f"{DAY}001")
    assert (ticket.owner, ticket.creator, ticket.version) == (HANG, HANG, 1)
    assert (ticket.text, ticket.phone, ticket.fields) == ("问两行\n第二行", "09318881234", {"topic": "宽带"})
    shown = show_ticket(conn, ticket.number, AGENT)
    assert [(step.deed, step.who, step.at) for step in shown.steps] == [(Deed.CREATED, HANG, T0)]


def test_the_same_key_makes_one_ticket(conn: sqlite3.Connection) -> None:
    first, _ = create_ticket(conn, NEW, AGENT, RULES, T0, DAY)
    again, is_new = create_ticket(conn, NewTicket(key="k", type="report"), OTHER, RULES, T0 + 1, "261119")
    assert (again, is_new) == (first, False)
    assert len(list_tickets(conn, TicketFilter(), AGENT)) == 1


def test_numbers_count_the_day(conn: sqlite3.Connection) -> None:
    assert [made(conn).number for _ in range(2)] == [f"{DAY}001", f"{DAY}002"]
    other_day, _ = create_ticket(conn, NEW, AGENT, RULES, T0, "261119")
    assert other_day.number == "261119001"
    conn.execute("UPDATE tickets SET count = 999, number = '261118999' WHERE count = 2")
    assert made(conn).number == "2611181000"


def test_fifty_at_once_have_fifty_numbers_without_a_hole(store: Store) -> None:
    futures: list[Future[Any]] = []
    start = threading.Barrier(50)

    def console(n: int) -> None:
        new = NewTicket(key=f"k{n}", type="fault")
        start.wait()
        futures.extend(store.submit(create_ticket, new, AGENT, RULES, T0, DAY) for _ in range(2))

    threads = [threading.Thread(target=console, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made_ones = [future.result() for future in futures]
    assert sorted({ticket.number for ticket, _ in made_ones}) == [f"{DAY}{n:03d}" for n in range(1, 51)]
    assert sum(is_new for _, is_new in made_ones) == 50


def test_one_that_is_refused_leaves_no_hole(store: Store) -> None:
    with pytest.raises(Refused) as refusal:
        store.submit(create_ticket, NewTicket(key="k", type="wish"), AGENT, RULES, T0, DAY).result()
    assert (refusal.value.code, refusal.value.detail) == ("bad_field", "type")
    ticket, is_new = store.submit(create_ticket, NEW, AGENT, RULES, T0, DAY).result()
    assert (ticket.number, is_new) == (f"{DAY}001", True)  # and the key was not used up


def test_place_and_person_come_from_the_customer(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    ticket = made(conn, customer_id=li)
    assert (ticket.contact, ticket.phone, ticket.address, ticket.area) == (
        "李秀英",
        LI,
        "城东街3号楼",
        "城东",
    )
    said = made(conn, customer_id=li, contact="她儿子", phone="13911112222", address="别处", area="城西")
    assert (said.contact, said.phone, said.address, said.area) == ("她儿子", "13911112222", "别处", "城西")
    assert made(conn, customer_id=999).customer_id == 0


def test_a_customer_who_is_removed_leaves_the_ticket(conn: sqlite3.Connection) -> None:
    ticket = made(conn, customer_id=customer(conn))
    conn.execute("DELETE FROM customers")
    assert ticket_by_number(conn, ticket.number).customer_id == 0
    assert done(conn, ticket, Deed.REMARK, text="还在").contact == "李秀英"


def test_a_paper_form_is_entered_once_with_its_own_times(conn: sqlite3.Connection) -> None:
    first = made(conn, from_paper="261121-017-4", created_at=T0 - DAY_MS)
    assert first.created_at == T0 - DAY_MS
    with pytest.raises(Duplicate) as refusal:
        made(conn, from_paper="261121-017-4")
    assert (refusal.value.field, refusal.value.detail) == ("from_paper", first.number)


# Changed with a version


def test_the_loser_hears_who_was_first(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    done(conn, ticket, Deed.REMARK, OTHER, T0 + 5, text="我来", version=1)
    with pytest.raises(Stale) as refusal:
        done(conn, ticket, Deed.REPLY, text="好了", version=1)
    assert refusal.value.detail == f"{ticket.number} 2 {LAN} {T0 + 5}"
    assert done(conn, ticket, Deed.REPLY, text="好了", version=2).version == 3
    assert done(conn, ticket, Deed.REMARK, text="不看版本").version == 4


def test_a_stranger_does_not_even_hear_that_it_has_changed(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    done(conn, ticket, Deed.REMARK, text="改过")
    with pytest.raises(Refused, match="not_allowed"):
        done(conn, ticket, Deed.REMARK, WEST, text="偷看", version=1)


def test_each_deed_is_in_the_history_with_who_and_why(conn: sqlite3.Connection) -> None:
    ticket = made(conn, area="城东")
    done(conn, ticket, Deed.DISPATCH, now=T0 + 1)
    done(conn, ticket, Deed.ACCEPT, EAST, T0 + 2)
    done(conn, ticket, Deed.RETURN, EAST, T0 + 3, text="换了接头")
    done(conn, ticket, Deed.REPLY, now=T0 + 4, text="已修好")
    after = done(conn, ticket, Deed.CLOSE, now=T0 + 5)
    assert after == ticket_by_number(conn, ticket.number)
    assert (after.state, after.closed_at, after.version) == (TicketState.CLOSED, T0 + 5, 6)
    steps = show_ticket(conn, ticket.number, AGENT).steps
    assert [(s.deed, s.who, s.at, s.state, s.department, s.text) for s in steps[1:]] == [
        (Deed.DISPATCH, HANG, T0 + 1, TicketState.DISPATCHED, "east", ""),
        (Deed.ACCEPT, "5001", T0 + 2, TicketState.ACCEPTED, "east", ""),
        (Deed.RETURN, "5001", T0 + 3, TicketState.RETURNED, "", "换了接头"),
        (Deed.REPLY, HANG, T0 + 4, TicketState.REPLIED, "", "已修好"),
        (Deed.CLOSE, HANG, T0 + 5, TicketState.CLOSED, "", ""),
    ]


def test_what_is_refused_changes_nothing(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    before = everything(conn)
    for act in (Act(deed=Deed.CLOSE), Act(deed=Deed.REPLY), Act(deed=Deed.OWN, target=LAN)):
        with pytest.raises(Refused):
            act_on(conn, ticket.number, act, AGENT, RULES, T0)
    assert everything(conn) == before


def test_a_ticket_is_given_to_a_customer_who_is_there(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    li = customer(conn)
    assert done(conn, ticket, Deed.EDIT, fields={"customer_id": str(li)}).customer_id == li
    with pytest.raises(Refused, match="customer_id"):
        done(conn, ticket, Deed.EDIT, fields={"customer_id": "999"})
    assert done(conn, ticket, Deed.EDIT, fields={"customer_id": "0"}).customer_id == 0


@pytest.mark.parametrize("number", ["", "1", "\x00", "九", "\ud800", "' OR 1=1 --", "9" * 5000])
def test_a_ticket_that_is_not_there(conn: sqlite3.Connection, number: str) -> None:
    made(conn)
    with pytest.raises(NotFound):
        done(conn, number, Deed.REMARK, text="x")
    assert find_ticket(conn, number) is None


def test_history_cannot_be_changed_and_tickets_stay(conn: sqlite3.Connection) -> None:
    made(conn)
    conn.execute("PRAGMA recursive_triggers = OFF")  # as in anybody's sqlite3 shell
    again = "INSERT OR REPLACE INTO ticket_steps SELECT * FROM ticket_steps"
    for statement in ("UPDATE ticket_steps SET at = 2", "DELETE FROM ticket_steps", again):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            conn.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="kept"):
        conn.execute("DELETE FROM tickets")


# Merged and taken apart again


def test_both_tickets_tell_of_a_merging(conn: sqlite3.Connection) -> None:
    main, part = made(conn), made(conn, contact="王五", phone="13900000009")
    merged = done(conn, part, Deed.MERGE, now=T0 + 1, target=main.number, text="同一故障", version=1)
    assert (merged.state, merged.merged_into) == (TicketState.CANCELLED, main.number)
    shown = show_ticket(conn, main.number, AGENT)
    assert shown.merged == [part.number]
    assert (shown.ticket.repeats, shown.ticket.version) == (1, 2)
    assert (shown.steps[-1].deed, shown.steps[-1].target) == (Deed.AGAIN, part.number)
    assert "王五" in shown.steps[-1].text

    apart = done(conn, part, Deed.UNMERGE, now=T0 + 2, text="不是")
    assert (apart.state, apart.merged_into) == (TicketState.VERIFIED, "")
    shown = show_ticket(conn, main.number, AGENT)
    assert shown.merged == []
    assert (shown.steps[-1].deed, shown.steps[-1].target, shown.steps[-1].who) == (
        Deed.UNMERGE,
        part.number,
        HANG,
    )
    assert show_ticket(conn, part.number, AGENT).steps[-1].target == main.number


def test_what_cannot_have_the_matter(conn: sqlite3.Connection) -> None:
    ticket, settled, part, main = made(conn), made(conn), made(conn), made(conn)
    closed(conn, settled)
    done(conn, part, Deed.MERGE, target=main.number)
    before = everything(conn)
    for target in (ticket.number, settled.number, part.number, "999", "", "\ud800"):
        with pytest.raises(Refused, match="bad_target"):
            done(conn, ticket, Deed.MERGE, target=target)
    with pytest.raises(Refused, match="bad_target"):
        done(conn, main, Deed.MERGE, target=ticket.number)  # has another one's matter
    assert everything(conn) == before


# Many at once


def test_a_batch_does_what_can_be_done(conn: sqlite3.Connection) -> None:
    numbers = [made(conn, area="城东").number for _ in range(3)]
    replied(conn, numbers[1])
    done_ones, refused = batch_act(
        conn, [*numbers, numbers[0], "999"], Act(deed=Deed.DISPATCH, target="east"), AGENT, RULES, T0
    )
    assert [ticket.number for ticket in done_ones] == [numbers[0], numbers[2]]
    assert refused == {numbers[1]: "illegal:replied:follow_up,close,reopen", "999": "not_found"}
    with pytest.raises(Invalid, match="too_many"):
        batch_act(conn, ["1"] * 501, Act(deed=Deed.CLOSE), AGENT, RULES, T0)


# Clocks


def test_clocks_go_up_the_ladder_without_making_a_text_stale(conn: sqlite3.Connection) -> None:
    ticket = made(conn)
    assert next_clock(conn) == T0 + 90 * 60_000
    assert tick_due(conn, RULES, T0 + HOUR) == []
    ((warned, steps),) = tick_due(conn, RULES, T0 + 100 * 60_000)
    assert (warned.escalation, [step.who for step in steps]) == (Escalation.WARNED, [SYSTEM])
    assert tick_due(conn, RULES, T0 + 100 * 60_000) == []
    ((late, _),) = tick_due(conn, RULES, T0 + 30 * DAY_MS)
    assert late.escalation is Escalation.LEADER
    assert late == ticket_by_number(conn, ticket.number)
    assert next_clock(conn) == 0
    assert done(conn, ticket, Deed.REPLY, text="好了", version=1).version == 2


def test_what_waits_until_an_instant_goes_on_by_itself(conn: sqlite3.Connection) -> None:
    ticket = done(conn, made(conn), Deed.SUSPEND, text="出差", code="customer", at=T0 + 3 * DAY_MS)
    assert (next_clock(conn), ticket.resume_at) == (T0 + 3 * DAY_MS, T0 + 3 * DAY_MS)
    assert tick_due(conn, RULES, T0 + 2 * DAY_MS) == []
    ((after, steps),) = tick_due(conn, RULES, T0 + 3 * DAY_MS)
    assert [(step.who, step.deed) for step in steps] == [(SYSTEM, Deed.RESUME)]
    assert after == ticket_by_number(conn, ticket.number)
    assert (after.state, after.resume_at, next_clock(conn)) == (TicketState.NEW, 0, after.next_clock_at)
    assert after.next_clock_at > T0 + 3 * DAY_MS


def test_more_clocks_than_one_look_takes(conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("db.tickets.MAX_DUE", 20)
    with transaction(conn):
        for _ in range(25):
            made(conn)
    late = T0 + 30 * DAY_MS
    assert [len(tick_due(conn, RULES, late)) for _ in range(3)] == [20, 5, 0]


# Bad input


ANYTHING = st.text(st.characters(), max_size=200) | st.just("\x00\ud800") | st.just("长" * 5000)
NUMBERS = st.integers(-(10**30), 10**30) | st.sampled_from([0, 1, T0])


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_bad_input_is_refused_or_stored_whole(data: st.DataObject) -> None:
    conn = _SCRATCH[0]
    texts = ("category", "title", "text", "line", "contact", "phone", "address", "area", "call_id", "owner")
    fields: dict[str, Any] = {name: data.draw(st.just("") | ANYTHING, name) for name in texts}
    numbers = {name: data.draw(st.just(0) | NUMBERS) for name in ("customer_id", "priority", "created_at")}
    new = NewTicket(
        key=data.draw(ANYTHING), type="consult", fields=data.draw(st.just({}) | _FIELDS), **fields, **numbers
    )
    before = everything(conn)
    conn.execute("BEGIN")
    try:
        ticket, is_new = create_ticket(conn, new, AGENT, RULES, T0, DAY)
    except (Invalid, Refused):
        assert everything(conn) == before
    else:
        assert ticket == ticket_by_number(conn, ticket.number)
        found = list_tickets(conn, TicketFilter(everything=True, limit=1), AGENT)
        assert found or not is_new
    finally:
        conn.execute("ROLLBACK")


_FIELDS = st.dictionaries(st.just("topic") | ANYTHING, ANYTHING, max_size=3)
_SCRATCH: list[sqlite3.Connection] = []


@pytest.fixture(autouse=True)
def _scratch(conn: sqlite3.Connection) -> Any:
    _SCRATCH[:] = [conn]
    yield
    _SCRATCH.clear()


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_bad_deed_is_refused_or_done_whole(data: st.DataObject) -> None:
    conn = _SCRATCH[0]
    conn.execute("BEGIN")
    try:
        number = made(conn).number
        before = everything(conn)
        act = Act(
            deed=data.draw(st.sampled_from(list(Deed))),
            text=data.draw(ANYTHING),
            target=data.draw(ANYTHING | st.just("east")),
            code=data.draw(ANYTHING | st.just("customer")),
            score=data.draw(NUMBERS),
            at=data.draw(NUMBERS),
            fields=data.draw(
                _FIELDS | st.dictionaries(st.sampled_from(["phone", "title", "text"]), ANYTHING)
            ),
            version=data.draw(st.just(0) | NUMBERS),
        )
        try:
            after = act_on(conn, number, act, BOSS, RULES, T0)
        except (Invalid, Refused, Stale):
            assert everything(conn) == before
        else:
            assert after == ticket_by_number(conn, number)
            assert after.version == 2
            _search_is_in_step(conn)
    finally:
        conn.execute("ROLLBACK")


def _search_is_in_step(conn: sqlite3.Connection) -> None:
    conn.execute("INSERT INTO ticket_search (ticket_search) VALUES ('integrity-check')")
    for ticket, _ in list_tickets(conn, TicketFilter(everything=True), AGENT):
        for piece in pieces_of(ticket).split():
            rows = conn.execute(
                "SELECT rowid FROM ticket_search WHERE ticket_search MATCH ?", (f'"{piece}"',)
            )
            assert ticket.id in {rowid for (rowid,) in rows}
