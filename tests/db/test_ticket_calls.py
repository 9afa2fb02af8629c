"""Callers by keys: told twice, the same matter, whose it is, remarks, marks, cancelling."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from db.errors import Refused
from db.ticket_calls import (
    MOST_OF_ONE,
    REMEMBERED_MS,
    cancel_ticket,
    count_unsettled,
    own_tickets,
    rate_ticket,
    remark_by_voice,
    report_ticket,
)
from db.ticket_lists import list_tickets, show_ticket
from db.ticket_query import TicketFilter
from db.ticket_rows import ticket_by_number
from engine.core.tickets.records import CUSTOMER, NewTicket
from engine.core.tickets.states import Deed, TicketState
from tests.db.ticket_world import (
    AGENT,
    BOSS,
    DAY,
    LI,
    RULES,
    T0,
    VOICE,
    WANG,
    closed,
    customer,
    done,
    made,
    replied,
)

NEW = NewTicket(key="c1:1", type="fault", line="tv", fault="no_signal", phone=LI, call_id="c1")


def told(conn: sqlite3.Connection, *, now: int = T0, **fields: Any) -> tuple[str, str]:
    outcome, ticket = report_ticket(conn, replace(NEW, **fields), None, RULES, now, DAY)
    return outcome, ticket.number


def reported(conn: sqlite3.Connection, **fields: Any) -> str:
    outcome, number = told(conn, **fields)
    assert outcome == "done"
    return number


def rated(conn: sqlite3.Connection, key: str, number: str, whose: int, score: int, now: int = T0) -> str:
    return rate_ticket(conn, key, number, whose, score, RULES, now)


def cancelled(conn: sqlite3.Connection, key: str, number: str, whose: int, now: int = T0) -> str:
    return cancel_ticket(conn, key, number, whose, RULES, now)


def remarked(conn: sqlite3.Connection, key: str, number: str, whose: int, **voice: Any) -> str:
    return remark_by_voice(conn, key, number, whose, replace(VOICE, **voice), RULES, T0)


# Told


def test_what_is_told_by_keys_has_category_owner_and_the_voice(conn: sqlite3.Connection) -> None:
    outcome, ticket = report_ticket(conn, NEW, VOICE, RULES, T0, DAY)
    assert (outcome, ticket.category, ticket.owner, ticket.creator) == ("done", "tv", "9001", CUSTOMER)
    shown = show_ticket(conn, ticket.number, AGENT)
    assert [step.who for step in shown.steps] == [CUSTOMER]
    assert shown.attachments == [replace(VOICE, id=shown.attachments[0].id, ticket=ticket.number)]


def test_the_same_question_has_the_same_answer(conn: sqlite3.Connection) -> None:
    assert told(conn) == told(conn, fault="freezing")
    assert len(list_tickets(conn, TicketFilter(), AGENT)) == 1


def test_an_open_ticket_of_the_same_matter_is_known(conn: sqlite3.Connection) -> None:
    number = reported(conn)
    again = replace(NEW, key="c2:1", call_id="c2")
    outcome, ticket = report_ticket(conn, again, VOICE, RULES, T0, DAY)
    assert (outcome, ticket.number, ticket.repeats) == ("already", number, 1)
    assert told(conn, key="c2:1") == ("already", number)
    shown = show_ticket(conn, number, AGENT)
    assert [(step.deed, step.target) for step in shown.steps[1:]] == [(Deed.AGAIN, "c2")]
    assert [file.name for file in shown.attachments] == [VOICE.name]


@pytest.mark.parametrize(
    "other", [{"fault": "freezing"}, {"line": "broadband"}, {"phone": WANG}, {"type": "complaint"}]
)
def test_another_matter_is_another_ticket(conn: sqlite3.Connection, other: dict[str, Any]) -> None:
    first = reported(conn)
    assert told(conn, key="k2", **other)[0] == "done"
    replied(conn, first)
    assert told(conn, key="k3")[0] == "done"  # the old one is settled


def test_callers_without_a_number_are_not_taken_for_one(conn: sqlite3.Connection) -> None:
    assert reported(conn, phone="anonymous") != reported(conn, phone="", key="k2")


def test_a_shared_line_keeps_its_customers_apart(conn: sqlite3.Connection) -> None:
    li, zhang = customer(conn, "李秀英", LI), customer(conn, "张华山", LI)
    assert reported(conn, customer_id=li) != reported(conn, customer_id=zhang, key="k2")
    assert told(conn, key="k3", customer_id=li, phone=WANG)[0] == "already"


def test_told_before_anybody_knew_who_it_was(conn: sqlite3.Connection) -> None:
    number = reported(conn)
    li = customer(conn)
    assert told(conn, key="k2", customer_id=li, phone=WANG) == ("already", number)
    assert [ticket.number for ticket in own_tickets(conn, li, T0)] == [number]
    assert count_unsettled(conn, li) == 1


def test_a_type_that_the_site_has_not_is_refused(conn: sqlite3.Connection) -> None:
    with pytest.raises(Refused):
        told(conn, type="wish")
    assert told(conn)[0] == "done"


# Whose it is


def test_own_tickets_are_open_ones_and_those_to_be_rated(conn: sqlite3.Connection) -> None:
    li, wang = customer(conn), customer(conn, "王", WANG)
    faults = ("no_signal", "freezing", "card", "no_sound", "other")
    numbers = [reported(conn, key=fault, fault=fault, customer_id=li) for fault in faults]
    reported(conn, key="wang", customer_id=wang, phone=WANG)
    replied(conn, numbers[0])
    closed(conn, numbers[1], T0 - REMEMBERED_MS)  # too long ago
    closed(conn, numbers[2])
    assert rated(conn, "r", numbers[2], li, 5) == "done"  # has its mark
    found = own_tickets(conn, li, T0 + 1)
    assert [ticket.number for ticket in found] == [numbers[4], numbers[3], numbers[0]]
    assert count_unsettled(conn, li) == 2
    assert own_tickets(conn, 99, T0) == own_tickets(conn, 10**30, T0) == []


def test_nobody_has_to_listen_to_more_than_a_few(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    for _ in range(20):
        made(conn, customer_id=li)
    assert len(own_tickets(conn, li, T0)) == MOST_OF_ONE


@pytest.mark.parametrize("number", [f"{DAY}001", f"{DAY}999", "", "' OR 1=1 --", "9" * 5000, "\ud800"])
def test_the_ticket_of_somebody_else_is_gone(conn: sqlite3.Connection, number: str) -> None:
    reported(conn, customer_id=customer(conn))
    wang = customer(conn, "王", WANG)
    assert cancelled(conn, "a", number, wang) == "gone"
    assert rated(conn, "b", number, wang, 3) == "gone"
    assert remarked(conn, "c", number, wang) == "gone"
    assert ticket_by_number(conn, f"{DAY}001").version == 1


def test_what_was_settled_long_ago_is_gone(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    replied(conn, number)
    late = T0 + REMEMBERED_MS
    assert rated(conn, "a", number, li, 5, late + 1) == "gone"
    assert rated(conn, "c", number, li, 5, late) == "done"


# What callers do


def test_a_spoken_remark_is_added_once(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    for _ in range(2):
        assert remarked(conn, "r1", number, li) == "done"
    assert remarked(conn, "r2", number, li, name="c9-1.wav", sha256="", error="missing") == "done"
    shown = show_ticket(conn, number, AGENT)
    assert [(one.name, one.error) for one in shown.attachments] == [("c1-1.wav", ""), ("c9-1.wav", "missing")]
    assert [step.text for step in shown.steps[1:]] == ["c1-1.wav", "c9-1.wav"]


@pytest.mark.parametrize("score", [0, 6, -1, 10**30])
def test_a_mark_that_is_none_is_refused(conn: sqlite3.Connection, score: int) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    replied(conn, number)
    assert rated(conn, "a", number, li, score) == "refused"
    assert ticket_by_number(conn, number).satisfied == 0


def test_only_what_is_settled_gets_a_mark(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    assert rated(conn, "a", number, li, 5) == "refused"
    closed(conn, number)
    assert rated(conn, "a", number, li, 5) == "refused"  # the same question as before
    assert rated(conn, "b", number, li, 4) == "done"
    assert rated(conn, "b", number, li, 1) == "done"
    assert ticket_by_number(conn, number).satisfied == 4


def test_cancelling(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    number = reported(conn, customer_id=li)
    assert [cancelled(conn, key, number, li, T0 + 5) for key in ("a", "a", "b")] == ["done"] * 3
    ticket = ticket_by_number(conn, number)
    assert (ticket.state, ticket.closed_at, ticket.version) == (TicketState.CANCELLED, T0 + 5, 2)
    other = reported(conn, key="k9", customer_id=li)
    replied(conn, other)
    assert cancelled(conn, "c", other, li) == "refused"


def test_what_was_merged_stands_as_the_one_that_has_the_matter(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    main = made(conn, area="城东").number
    number = reported(conn, customer_id=li)
    done(conn, number, Deed.MERGE, BOSS, target=main, text="片区故障")
    done(conn, main, Deed.DISPATCH)
    assert [(t.number, t.state) for t in own_tickets(conn, li, T0)] == [(number, TicketState.DISPATCHED)]
    assert count_unsettled(conn, li) == 1
    assert told(conn, key="k2", customer_id=li) == ("already", main)
    assert remarked(conn, "r", number, li) == "done"
    assert [file.name for file in show_ticket(conn, main, AGENT).attachments] == [VOICE.name]
    assert cancelled(conn, "c", number, li) == "refused"  # it is not this customer's alone
    assert rated(conn, "d", number, li, 5) == "refused"
    done(conn, main, Deed.RETURN, BOSS, text="好了")
    replied(conn, main)
    assert [(t.number, t.state) for t in own_tickets(conn, li, T0)] == [(number, TicketState.REPLIED)]
    assert rated(conn, "e", number, li, 5) == "done"
    assert own_tickets(conn, li, T0) == []
