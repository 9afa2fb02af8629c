"""Cases of an older version become tickets: with number, history, voice messages, and the answers given."""

import sqlite3
from pathlib import Path

import pytest

from db.connection import open_writer
from db.migrations import migrate
from db.ticket_calls import count_unsettled, own_tickets, report_ticket
from db.ticket_lists import list_tickets, show_ticket
from db.ticket_query import TicketFilter
from db.tickets import tick_due
from engine.core.tickets.records import CUSTOMER, NewTicket
from engine.core.tickets.states import Deed, Escalation, TicketState
from tests.db.ticket_world import AGENT, DAY_MS, LI, RULES, T0, WANG, done, made

USERS = (("1001", "agent", 0), ("9000", "supervisor", 1), ("9002", "admin", 0), ("9003", "supervisor", 0))
CASES = (
    # number, kind, line, fault, state, customer, cli, technician, score, done_at
    ("261117001", "fault", "tv", "no_signal", "new", 1, LI, "", 0, 0),
    ("261117002", "fault", "tv", "card", "dispatched", 1, LI, "王师傅", 0, 0),
    ("261117003", "fault", "box", "remote", "done", 1, LI, "王师傅", 4, T0),
    ("261117004", "complaint", "", "", "cancelled", None, WANG, "", 0, T0 - 5),
    ("261117005", "report", "", "", "done", 1, LI, "", 0, T0 + 7),
)
STEPS = (
    (1, 10, CUSTOMER, "reported", "c1"),
    (2, 10, CUSTOMER, "reported", "c2"),
    (2, 20, "8001", "technician", "王师傅"),
    (2, 20, "8001", "state", "dispatched"),
    (2, 30, CUSTOMER, "again", "c3"),
    (2, 40, "8001", "expected", str(T0 + DAY_MS)),
    (2, 50, "8001", "remark", "带梯子"),
    (3, 10, CUSTOMER, "reported", ""),
    (3, 20, "8001", "state", "dispatched"),
    (3, T0, "8001", "state", "done"),
    (3, T0 + 1, CUSTOMER, "rated", "4"),
    (4, 10, CUSTOMER, "reported", ""),
    (4, T0 - 5, CUSTOMER, "state", "cancelled"),
    (5, 10, CUSTOMER, "reported", ""),
    (5, 20, "8001", "state", "done"),
    (5, 30, "8001", "state", "new"),
    (5, T0 + 7, "8001", "state", "done"),
)


def old_database(path: Path, *, with_people: bool = True) -> None:
    conn = sqlite3.connect(path, isolation_level=None)
    migrate(conn, stop_before="0012_people")
    conn.execute("INSERT INTO customers (id, name, address, area) VALUES (1, '李秀英', '东街3号', '城东')")
    conn.execute("INSERT INTO phones VALUES (?, 1, ?, 0)", (LI, LI))
    for staff, role, disabled in USERS if with_people else ():
        conn.execute(
            "INSERT INTO users (staff_number, name, role, pin_hash, disabled) VALUES (?, ?, ?, '', ?)",
            (staff, staff, role, disabled),
        )
    for n, (number, kind, line, fault, state, whose, cli, technician, score, done_at) in enumerate(CASES, 1):
        conn.execute(
            "INSERT INTO cases VALUES (?, ?, '261117', ?, ?, ?, ?, ?, ?, ?, 'c1', ?, ?, ?, ?, ?, ?, 3)",
            (
                *(n, number, n, kind, line, fault, state, whose, cli),
                *(T0 - DAY_MS, T0 + DAY_MS, technician, score, done_at, T0),
            ),
        )
    conn.executemany("INSERT INTO case_steps (case_id, at, who, deed, detail) VALUES (?, ?, ?, ?, ?)", STEPS)
    conn.execute("INSERT INTO case_recordings VALUES (1, 'c1-1.wav', 5, 4000, 64044, 'ab', '')")
    conn.execute("INSERT INTO case_answers VALUES ('c1:1', 'already', '261117001')")
    conn.close()


@pytest.fixture
def migrated(tmp_path: Path) -> sqlite3.Connection:
    old_database(tmp_path / "old.db")
    return open_writer(tmp_path / "old.db")


def test_each_case_is_a_ticket_of_the_same_number(migrated: sqlite3.Connection) -> None:
    tickets = [ticket for ticket, _ in list_tickets(migrated, TicketFilter(everything=True), AGENT)][::-1]
    assert [(t.number, t.type, t.line, t.fault, t.state, t.phone) for t in tickets] == [
        ("261117001", "fault", "tv", "no_signal", TicketState.NEW, LI),
        ("261117002", "fault", "tv", "card", TicketState.DISPATCHED, LI),
        ("261117003", "fault", "box", "remote", TicketState.CLOSED, LI),
        ("261117004", "complaint", "", "", TicketState.CANCELLED, WANG),
        ("261117005", "report", "", "", TicketState.CLOSED, LI),
    ]
    assert {ticket.owner for ticket in tickets} == {"9003"}  # the first supervisor who may log in
    assert [t.technician for t in tickets] == ["", "王师傅", "王师傅", "", ""]
    assert [(t.satisfied, t.closed_at) for t in tickets] == [
        (0, 0),
        (0, 0),
        (4, T0),
        (0, T0 - 5),
        (0, T0 + 7),
    ]
    assert all(t.reply and t.replied_at == t.closed_at for t in tickets if t.state is TicketState.CLOSED)
    assert (tickets[0].contact, tickets[0].area, tickets[3].contact) == ("李秀英", "城东", "")
    assert {t.version for t in tickets} == {3}
    migrated.close()


def test_nothing_is_left_of_the_cases_but_what_they_said(migrated: sqlite3.Connection) -> None:
    shown = show_ticket(migrated, "261117001", AGENT)
    assert [(f.name, f.length_ms, f.size, f.sha256) for f in shown.attachments] == [
        ("c1-1.wav", 4000, 64044, "ab")
    ]
    told_again = NewTicket(key="c1:1", type="fault", phone=LI)
    assert report_ticket(migrated, told_again, None, RULES, T0, "261118")[0] == "already"
    assert made(migrated).number == "261118001"
    tables = {name for (name,) in migrated.execute("SELECT name FROM sqlite_master")}
    assert not {name for name in tables if name.startswith("case")}
    assert {"callbacks", "notices", "outage_watchers"} <= tables
    migrated.close()


def test_their_history_goes_on(migrated: sqlite3.Connection) -> None:
    def history(number: str) -> list[tuple[object, ...]]:
        steps = show_ticket(migrated, number, AGENT).steps
        return [(s.at, s.who, s.deed, s.state, s.text or s.target or s.code) for s in steps]

    new, sent = TicketState.NEW, TicketState.DISPATCHED
    assert history("261117002") == [
        (10, CUSTOMER, Deed.CREATED, new, "c2"),
        (20, "8001", Deed.ASSIGN, new, "王师傅"),
        (20, "8001", Deed.DISPATCH, sent, ""),
        (30, CUSTOMER, Deed.AGAIN, sent, "c3"),
        (40, "8001", Deed.EXPECT, sent, str(T0 + DAY_MS)),
        (50, "8001", Deed.REMARK, sent, "带梯子"),
    ]
    assert [step[1:4] for step in history("261117003")] == [
        (CUSTOMER, Deed.CREATED, new),
        ("8001", Deed.DISPATCH, sent),
        ("8001", Deed.REPLY, TicketState.REPLIED),
        ("8001", Deed.CLOSE, TicketState.CLOSED),
        (CUSTOMER, Deed.RATE, TicketState.CLOSED),
    ]
    assert [step[2] for step in history("261117005")] == [
        Deed.CREATED,
        Deed.REPLY,
        Deed.CLOSE,
        Deed.REOPEN,
        Deed.REPLY,
        Deed.CLOSE,
    ]
    assert done(migrated, "261117001", Deed.REPLY, text="好了").version == 4
    migrated.close()


def test_what_was_open_is_late_when_it_was_promised(migrated: sqlite3.Connection) -> None:
    late = tick_due(migrated, RULES, T0 + DAY_MS)
    assert [(ticket.number, ticket.escalation) for ticket, _ in late] == [
        ("261117001", Escalation.SUPERVISOR),
        ("261117002", Escalation.SUPERVISOR),
    ]
    assert count_unsettled(migrated, 1) == 2
    assert [t.number for t in own_tickets(migrated, 1, T0)] == ["261117002", "261117001", "261117005"]
    migrated.close()


def test_what_was_migrated_is_found_and_stays_in_step(migrated: sqlite3.Connection) -> None:
    def found(text: str) -> list[str]:
        wanted = TicketFilter(text=text, everything=True)
        return [ticket.number for ticket, _ in list_tickets(migrated, wanted, AGENT)]

    assert found("东街") == ["261117005", "261117003", "261117002", "261117001"]
    assert found(WANG[-4:]) == ["261117004"]
    done(migrated, "261117001", Deed.EDIT, fields={"address": "西街"})
    assert found("西街") == ["261117001"]
    migrated.execute("INSERT INTO ticket_search (ticket_search) VALUES ('integrity-check')")
    migrated.close()


def test_without_anybody_who_works_there(tmp_path: Path) -> None:
    old_database(tmp_path / "old.db", with_people=False)
    conn = open_writer(tmp_path / "old.db")
    assert show_ticket(conn, "261117001", AGENT).ticket.owner == "0"
    conn.close()
