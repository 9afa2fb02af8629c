"""What looks like an outage is kept until somebody decides; confirming merges, announces, and calls back."""

import sqlite3
from dataclasses import replace

import pytest

from db.errors import Invalid, NotFound, Refused, Stale
from db.notices import end_notice, list_notices
from db.ticket_lists import show_ticket
from db.ticket_outages import (
    confirm_outage,
    dismiss_outage,
    dismissed_numbers,
    fault_reports,
    open_suspects,
    suggest_outages,
)
from db.ticket_rows import ticket_by_number
from db.tickets import MAX_BATCH
from engine.core.tickets.states import Deed, TicketState
from engine.core.tickets.suspects import Group, suspects
from tests.db.ticket_cut import NOTICE
from tests.db.ticket_world import (
    AGENT,
    BOSS,
    HOUR,
    LI,
    RULES,
    T0,
    WANG,
    closed,
    customer,
    done,
    made,
    replied,
)

MINUTE = 60_000


def told(conn: sqlite3.Connection, count: int = 3, **fields: object) -> list[str]:
    """Faults of one area, a minute apart."""
    common = {"line": "tv", "area": "城东", **fields}
    return [made(conn, now=T0 + n * MINUTE, phone=f"1390000100{n}", **common).number for n in range(count)]


def suspected(conn: sqlite3.Connection, **fields: object) -> tuple[int, list[str]]:
    numbers = told(conn, **fields)  # type: ignore[arg-type]
    group = Group(line="tv", area="城东", node="", numbers=tuple(numbers), since=T0, at=T0 + 2 * MINUTE)
    (suspect_id,) = suggest_outages(conn, [group], T0 + HOUR)
    return suspect_id, numbers


def test_reports_are_what_the_detector_takes(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    first = made(conn, now=T0, line="tv", area="城东", node="N1", phone=LI)
    second = made(conn, now=T0 + 1, line="tv", customer_id=li)
    settled = made(conn, now=T0 + 2)
    replied(conn, settled)
    made(conn, now=T0 + 3, type="complaint")
    reports = fault_reports(conn, {"fault"}, T0)
    assert [(one.number, one.line, one.area, one.node, one.at, one.customer) for one in reports] == [
        (first.number, "tv", "城东", "N1", T0, LI),
        (second.number, "tv", "城东", "", T0 + 1, str(li)),
    ]
    assert [one.number for one in fault_reports(conn, {"fault"}, T0 + 1)] == [second.number]
    assert fault_reports(conn, (), 0) == []
    (group,) = suspects(reports, 2, 60, T0 + 1)
    assert suggest_outages(conn, [group], T0 + 1) == [1]


def test_a_suggestion_stays_until_somebody_decides(conn: sqlite3.Connection) -> None:
    suspect_id, numbers = suspected(conn)
    (one,) = open_suspects(conn)
    assert (one.id, one.group.area, one.group.numbers) == (suspect_id, "城东", tuple(numbers))
    later = made(conn, now=T0 + 9 * MINUTE, line="tv", area="城东").number
    grown = replace(one.group, numbers=(numbers[-1], later), since=T0 + MINUTE, at=T0 + 9 * MINUTE)
    assert suggest_outages(conn, [grown], T0 + HOUR) == []
    (one,) = open_suspects(conn)
    assert (one.group.numbers, one.group.since) == ((*numbers, later), T0)
    closed(conn, numbers[0])
    assert open_suspects(conn)[0].group.numbers == (*numbers[1:], later)
    for number in (*numbers[1:], later):
        closed(conn, number)
    assert open_suspects(conn) == []


def test_a_wider_one_takes_the_place_of_its_parts(conn: sqlite3.Connection) -> None:
    numbers = told(conn, 4)
    node = Group(line="tv", area="城东", node="N1", numbers=tuple(numbers[:2]), since=T0, at=T0)
    other = replace(node, line="broadband")
    suggest_outages(conn, [node, other], T0)
    area = replace(node, node="", numbers=tuple(numbers))
    assert len(suggest_outages(conn, [area], T0)) == 1
    assert [(one.group.line, one.group.node) for one in open_suspects(conn)] == [
        ("broadband", "N1"),
        ("tv", ""),
    ]


def test_what_is_none_is_remembered(conn: sqlite3.Connection) -> None:
    suspect_id, numbers = suspected(conn)
    dismiss_outage(conn, suspect_id, "9001", T0 + HOUR)
    assert open_suspects(conn) == []
    assert dismissed_numbers(conn, T0) == set(numbers)
    assert dismissed_numbers(conn, T0 + HOUR + 1) == set()
    with pytest.raises(Stale, match="dismissed 9001"):
        dismiss_outage(conn, suspect_id, "9001", T0 + HOUR)
    with pytest.raises(Stale):
        confirm_outage(conn, suspect_id, NOTICE, BOSS, RULES, T0)
    for missing in (99, -1, 10**30):
        with pytest.raises(NotFound):
            dismiss_outage(conn, missing, "9001", T0)


def test_confirming_merges_announces_and_calls_back(conn: sqlite3.Connection) -> None:
    suspect_id, numbers = suspected(conn)
    no_number = made(conn, now=T0 + 3 * MINUTE, line="tv", area="城东").number
    (one,) = open_suspects(conn)
    suggest_outages(conn, [replace(one.group, numbers=(no_number,))], T0)
    outage = confirm_outage(conn, suspect_id, NOTICE, BOSS, RULES, T0 + HOUR)

    assert (outage.main, outage.watchers) == (numbers[0], 3)
    assert [ticket.number for ticket in outage.merged] == [*numbers[1:], no_number]
    assert show_ticket(conn, outage.main, AGENT).merged == [*numbers[1:], no_number]
    tickets = [ticket_by_number(conn, number) for number in (*numbers, no_number)]
    assert {ticket.outage_id for ticket in tickets} == {outage.notice.id}
    assert [ticket.state for ticket in tickets[1:]] == [TicketState.CANCELLED] * 3
    assert [ticket.number for ticket in outage.merged if ticket.outage_id != outage.notice.id] == []
    ((notice, waiting),) = list_notices(conn, now=T0)
    assert (notice.text, waiting) == ("城东检修", 3)
    _, watchers = end_notice(conn, notice.id, T0 + 2 * HOUR)
    assert [watcher.number for watcher in watchers] == ["13900001000", "13900001001", "13900001002"]
    assert open_suspects(conn) == []
    assert [one.outage_id for one in fault_reports(conn, {"fault"}, T0)] == [notice.id]


def test_what_was_settled_meanwhile_is_left_alone(conn: sqlite3.Connection) -> None:
    suspect_id, numbers = suspected(conn)
    replied(conn, numbers[0])
    with_others = made(conn, now=T0 + HOUR, line="tv", area="城东").number
    done(conn, numbers[2], Deed.MERGE, target=with_others)
    outage = confirm_outage(conn, suspect_id, NOTICE, BOSS, RULES, T0 + HOUR)
    assert (outage.main, outage.merged) == (numbers[1], [])
    assert ticket_by_number(conn, numbers[0]).outage_id == 0


def test_an_outage_of_nothing_is_none(conn: sqlite3.Connection) -> None:
    suspect_id, numbers = suspected(conn)
    with pytest.raises(Invalid, match="until"):
        confirm_outage(conn, suspect_id, replace(NOTICE, until_at=0), BOSS, RULES, T0)
    for number in numbers:
        closed(conn, number)
    with pytest.raises(Refused):
        confirm_outage(conn, suspect_id, NOTICE, BOSS, RULES, T0)
    assert list_notices(conn, now=T0) == []


def test_a_whole_town(conn: sqlite3.Connection) -> None:
    conn.execute("BEGIN")
    numbers = [made(conn, line="tv", area="城东", phone=WANG).number for _ in range(MAX_BATCH + 2)]
    group = Group(line="tv", area="城东", node="", numbers=tuple(numbers), since=T0, at=T0)
    (suspect_id,) = suggest_outages(conn, [group], T0)
    outage = confirm_outage(conn, suspect_id, NOTICE, BOSS, RULES, T0)
    assert (len(outage.merged), outage.watchers) == (MAX_BATCH + 1, 1)
    conn.execute("COMMIT")
