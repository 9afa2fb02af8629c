"""Lists, counts and searches of tickets agree with looking at every ticket, and walk an index."""

import re
import sqlite3
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.calls import store_call
from db.connection import open_writer, transaction
from db.errors import NotFound
from db.ticket_figures import aging, counts
from db.ticket_lists import list_tickets, show_ticket, similar
from db.ticket_query import DUE, NEWEST, OFFICE, TicketFilter, visible
from db.ticket_rows import COLUMNS, ticket_of
from engine.core.records import CallRecord
from engine.core.states import Role
from engine.core.tickets.records import Actor, Ticket
from engine.core.tickets.states import OPEN_STATES, Deed, TicketState
from tests.db.ticket_world import (
    AGENT,
    BOSS,
    DAY_MS,
    EAST,
    HANG,
    HOUR,
    LAN,
    LI,
    NOWHERE,
    OTHER,
    RULES,
    T0,
    WANG,
    WEST,
    closed,
    customer,
    done,
    made,
    replied,
)

NOW, MIDNIGHT = T0 + 4 * HOUR, T0 + 8 * HOUR
ACTORS = (AGENT, OTHER, BOSS, EAST, WEST, NOWHERE)
VIEWS = ("", "mine", "department", "today", "overdue", "unverified", "to_reply", "to_follow_up")
NAME = ("李秀英", "王小明", "")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """Some tickets in every state, of two agents, two stations and two customers; they are looked at only."""
    conn = open_writer(tmp_path_factory.mktemp("office") / "fourseat.db")
    with transaction(conn):
        _fill(conn)
    yield conn
    conn.close()


def _fill(conn: sqlite3.Connection) -> None:
    li, wang = customer(conn), customer(conn, "王小明", WANG, "城西")
    for n in range(40):
        common: dict[str, Any] = {
            "type": "complaint" if n % 5 == 0 else "fault",
            "category": "" if n % 5 == 0 else ("tv", "net")[n % 2],
            "customer_id": (li, wang, 0)[n % 3],
            "area": ("城东", "城西")[n % 2],
            "node": ("N1", "", "N2")[n % 3],
            "phone": (LI, WANG, "13900000003")[n % 3],
            "text": ("电视 没有信号", "网速慢 城东", "遥控器失灵")[n % 3],
        }
        ticket = made(conn, AGENT if n % 2 else OTHER, T0 + (n // 2) * HOUR // 3, **common)
        for step in _LIVES[n % len(_LIVES)]:
            step(conn, ticket)


def _sent(conn: sqlite3.Connection, ticket: Ticket) -> None:
    done(conn, ticket, Deed.DISPATCH, BOSS, T0 + 9, target="east" if ticket.area == "城东" else "west")


def _assigned(conn: sqlite3.Connection, ticket: Ticket) -> None:
    done(conn, ticket, Deed.ASSIGN, BOSS, T0 + 9, target="5001" if ticket.area == "城东" else "5002")


def _returned(conn: sqlite3.Connection, ticket: Ticket) -> None:
    done(conn, ticket, Deed.RETURN, BOSS, T0 + 9, text="好了")


def _waiting(conn: sqlite3.Connection, ticket: Ticket) -> None:
    done(conn, ticket, Deed.SUSPEND, BOSS, T0 + 9, text="等客户", code="customer")


def _cancelled(conn: sqlite3.Connection, ticket: Ticket) -> None:
    done(conn, ticket, Deed.CANCEL, BOSS, T0 + 9, text="不要了")


def _closed(conn: sqlite3.Connection, ticket: Ticket) -> None:
    replied(conn, ticket, T0 + 9)
    if ticket.type == "complaint":
        done(conn, ticket, Deed.FOLLOW_UP, AGENT, T0 + 9)
    done(conn, ticket, Deed.CLOSE, BOSS, T0 + 9)


_LIVES: tuple[tuple[Callable[[sqlite3.Connection, Ticket], object], ...], ...] = (
    (),
    (_sent,),
    (_sent, _assigned, _returned),
    (replied,),
    (_closed,),
    (_cancelled,),
    (_sent, _assigned),
    (_waiting,),
)


# What the lists have to give, looked at one by one


def all_tickets(conn: sqlite3.Connection) -> list[tuple[Ticket, bool, int]]:
    """Every ticket, whether it wants a follow-up, and when its first clock runs out."""
    rows = conn.execute(f"SELECT {COLUMNS}, t.follow_up FROM tickets t").fetchall()
    return [(ticket_of(row), bool(row[-1]), due_by(ticket_of(row))) for row in rows]


def due_by(ticket: Ticket) -> int:
    running = []
    if ticket.state in OPEN_STATES and not ticket.replied_at:
        if not ticket.responded_at and ticket.respond_left_ms < 0:
            running.append(ticket.respond_by)
        if ticket.resolve_left_ms < 0:
            running.append(ticket.resolve_by)
    return min(running, default=9_000_000_000_000_000)


def wanted_by(one: TicketFilter, actor: Actor, ticket: Ticket, follow_up: bool, due: int) -> bool:
    of_view = {
        "": True,
        "mine": ticket.owner == actor.staff_number,
        "department": ticket.department == actor.department,
        "today": due < one.midnight
        and (ticket.owner == actor.staff_number or ticket.department == actor.department),
        "overdue": due < one.now,
        "unverified": ticket.state is TicketState.NEW,
        "to_reply": ticket.state is TicketState.RETURNED,
        "to_follow_up": ticket.state is TicketState.REPLIED and follow_up,
    }[one.view]
    states: Collection[TicketState] = () if one.everything else one.states
    of_state = ticket.state in (states or (TicketState if one.everything else OPEN_STATES))
    of_state = of_state and (not one.view or ticket.state in OPEN_STATES)
    department = "" if one.department == OFFICE else one.department or ticket.department
    equal = all(
        getattr(one, name) in ("", getattr(ticket, name))
        for name in ("type", "category", "owner", "technician", "area", "node", "phone")
    )
    whose = not one.customer_id or ticket.customer_id == one.customer_id
    in_time = ticket.created_at >= one.since and (not one.until or ticket.created_at < one.until)
    mine = actor.role is not Role.STATION or one.technician == HANG or ticket.department == actor.department
    sent = one.technician == actor.staff_number
    return (
        visible(ticket, actor)
        and (mine or sent)
        and of_view
        and of_state
        and ticket.department == department
        and equal
        and whose
        and in_time
    )


FILTERS = st.builds(
    TicketFilter,
    view=st.sampled_from(VIEWS),
    states=st.just(()) | st.lists(st.sampled_from(list(TicketState)), max_size=3, unique=True).map(tuple),
    everything=st.booleans(),
    type=st.sampled_from(["", "", "fault", "complaint"]),
    category=st.sampled_from(["", "", "", "tv"]),
    department=st.sampled_from(["", "", "", "east", OFFICE]),
    owner=st.sampled_from(["", "", "", HANG, LAN]),
    technician=st.sampled_from(["", "", "", "5001"]),
    area=st.sampled_from(["", "", "", "城东"]),
    node=st.sampled_from(["", "", "", "N1"]),
    customer_id=st.sampled_from([0, 0, 0, 1, 99]),
    phone=st.sampled_from(["", "", "", LI]),
    since=st.sampled_from([0, 0, T0 + HOUR]),
    until=st.sampled_from([0, 0, T0 + 2 * HOUR]),
    order=st.sampled_from([NEWEST, DUE]),
    limit=st.just(1000),
    now=st.just(NOW),
    midnight=st.just(MIDNIGHT),
)
SAME_DATABASE = settings(max_examples=150, deadline=None)


@SAME_DATABASE
@given(one=FILTERS, actor=st.sampled_from(ACTORS), page=st.sampled_from([1000, 3]))
def test_a_list_has_what_looking_at_each_one_gives(
    office: sqlite3.Connection, one: TicketFilter, actor: Actor, page: int
) -> None:
    expected = [found for found in all_tickets(office) if wanted_by(one, actor, *found)]
    open_only = all(ticket.state in OPEN_STATES for ticket, _, _ in expected)
    seen = pages(office, replace(one, limit=page), actor)
    by_due = one.order == DUE and (bool(one.view) or (not one.everything and is_open(one)))
    if by_due:
        assert open_only
        expected.sort(key=lambda found: (found[2], found[0].id))
    else:
        expected.sort(key=lambda found: (-found[0].created_at, -found[0].id))
    assert [ticket.number for ticket in seen] == [ticket.number for ticket, _, _ in expected]


def is_open(one: TicketFilter) -> bool:
    return all(state in OPEN_STATES for state in one.states)


def pages(conn: sqlite3.Connection, one: TicketFilter, actor: Actor) -> list[Ticket]:
    """The whole list, asked for page by page."""
    seen: list[Ticket] = []
    while True:
        page = list_tickets(conn, replace(one, before_id=seen[-1].id if seen else 0), actor)
        seen += [ticket for ticket, _ in page]
        if len(page) < one.limit:
            return seen


@pytest.mark.parametrize("actor", ACTORS)
def test_counts_are_those_of_the_lists(office: sqlite3.Connection, actor: Actor) -> None:
    found = counts(office, actor, NOW, MIDNIGHT)
    for view in VIEWS[1:]:
        listed = list_tickets(office, TicketFilter(view=view, now=NOW, midnight=MIDNIGHT), actor)
        assert getattr(found, view) == len(listed), view
    if actor is AGENT:
        assert min(found.mine, found.department, found.overdue, found.to_reply, found.to_follow_up) > 0


# By which way


QUERIES = [
    TicketFilter(view=view, order=order, now=NOW, midnight=MIDNIGHT)
    for view in VIEWS
    for order in (NEWEST, DUE)
] + [
    TicketFilter(**{"everything": True, **fields})  # type: ignore[arg-type]
    for fields in (
        {},
        {"before_id": 5},
        {"type": "fault"},
        {"category": "tv"},
        {"department": "east"},
        {"owner": HANG},
        {"technician": "5001"},
        {"area": "城东", "type": "fault"},
        {"node": "N1"},
        {"phone": LI},
        {"since": T0, "until": T0 + HOUR},
        {"states": (TicketState.CLOSED,), "everything": False},
        {"states": (TicketState.CLOSED, TicketState.NEW), "everything": False, "before_id": 5},
        {"states": (TicketState.NEW, TicketState.RETURNED), "everything": False, "order": DUE},
        {"customer_id": 1},
        {"text": "信号"},
        {"text": "信号", "until": T0 + HOUR, "before_id": 9},
    )
]


@pytest.mark.parametrize("actor", [AGENT, EAST])
@pytest.mark.parametrize("one", QUERIES, ids=lambda one: repr(one)[13:60])
def test_no_list_looks_at_every_ticket(office: sqlite3.Connection, one: TicketFilter, actor: Actor) -> None:
    plan = plan_of(office, lambda: list_tickets(office, one, actor))
    assert not re.search(r"SCAN (t|o|tickets)\b(?! USING INDEX| USING COVERING INDEX)", plan), plan
    if not one.customer_id and not (one.view == "today" and one.order == NEWEST):
        assert "TEMP B-TREE FOR ORDER BY" not in plan, plan


def test_no_figure_looks_at_every_ticket(office: sqlite3.Connection) -> None:
    plan = plan_of(
        office, lambda: (counts(office, AGENT, NOW, MIDNIGHT), counts(office, EAST, NOW, MIDNIGHT))
    )
    assert len(re.findall(r"SEARCH t USING INDEX tickets_open\w+ \(", plan)) == 14
    assert "SCAN" not in plan.replace("SCAN CONSTANT ROW", "")
    plan = plan_of(office, lambda: aging(office, NOW, T0))
    assert not re.search(r"SCAN t(?! USING INDEX tickets_open)", plan), plan
    plan = plan_of(office, lambda: similar(office, now=NOW, customer_id=1, phone=LI, type_id="fault"))
    assert "SCAN t" not in plan, plan


def plan_of(conn: sqlite3.Connection, work: Callable[[], object]) -> str:
    """The plans of all statements that some work executes."""
    statements: list[str] = []
    conn.set_trace_callback(statements.append)
    work()
    conn.set_trace_callback(None)
    selects = [text for text in statements if text.lstrip().startswith("SELECT")]
    assert selects
    rows = [row for text in selects for row in conn.execute(f"EXPLAIN QUERY PLAN {text}")]
    return "\n".join(str(row[3]) for row in rows)


# What people of a station see


def test_a_station_sees_its_own_and_where_its_people_were_sent(conn: sqlite3.Connection) -> None:
    own, other, past = (made(conn, area=area) for area in ("城东", "城西", "城东"))
    for ticket in (own, other, past):
        _sent(conn, ticket)
    _assigned(conn, past)
    _returned(conn, past)
    everything = TicketFilter(everything=True)
    assert [ticket.number for ticket, _ in list_tickets(conn, everything, EAST)] == [own.number]
    sent = replace(everything, technician="5001")
    assert [ticket.number for ticket, _ in list_tickets(conn, sent, EAST)] == [past.number]
    assert show_ticket(conn, past.number, EAST).ticket.number == past.number
    for actor in (WEST, NOWHERE):
        with pytest.raises(NotFound):
            show_ticket(conn, own.number, actor)
    assert list_tickets(conn, replace(everything, department="west"), EAST) == []
    assert list_tickets(conn, replace(everything, text="001"), EAST)[0][0].number == own.number


# Search by two characters


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("雪花", True),
        ("花点 东街", True),
        ("点雪", False),
        ("ＡＢ１２", True),
        ("ab12", True),
        ("李秀英", True),
        ("秀英 12号", True),
        ("接头", True),
        ("0001", True),
        ("139000", True),
        ("139 0000 0001", True),
        ("13900000002", False),
        ("001", True),
        ("18001", True),
        ("261118001", True),
        ("19001", False),
        ("雪", False),
        ('"*(', False),
        ("\ud800\x00", False),
        ("雪" * 5000, False),
    ],
)
def test_two_characters_are_enough(street: sqlite3.Connection, typed: str, found: bool) -> None:
    tickets = [ticket for ticket, _ in list_tickets(street, TicketFilter(text=typed), AGENT)]
    assert [ticket.title for ticket in tickets] == (["AB12 机顶盒"] if found else [])


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A ticket to be found, and another one; they are looked at only."""
    conn = open_writer(tmp_path_factory.mktemp("street") / "fourseat.db")
    text = {"title": "AB12 机顶盒", "text": "满屏雪花点", "address": "东街12号", "contact": "李秀英"}
    ticket = made(conn, phone=LI, area="城东", **text)
    _sent(conn, ticket)
    done(conn, ticket, Deed.RETURN, BOSS, text="更换接头")
    made(conn, text="别的事情", phone="13911119999")
    yield conn
    conn.close()


def test_a_search_goes_with_the_other_filters(office: sqlite3.Connection) -> None:
    def found(**fields: Any) -> list[tuple[str, TicketState]]:
        rows = list_tickets(office, TicketFilter(text="信号", **fields), AGENT)
        return [(ticket.number, ticket.state) for ticket, _ in rows]

    assert all(state in OPEN_STATES for _, state in found())
    assert len(found(everything=True)) == 14 > len(found()) > 0
    assert {state for _, state in found(states=(TicketState.CLOSED,))} == {TicketState.CLOSED}
    assert found(everything=True, owner=LAN) == found(everything=True)[1::2]
    by_due = [ticket for ticket, _ in list_tickets(office, TicketFilter(text="信号", order=DUE), AGENT)]
    assert by_due == sorted(by_due, key=lambda ticket: (due_by(ticket), ticket.id))
    for order in (NEWEST, DUE):
        whole = TicketFilter(text="信号", order=order)
        assert pages(office, replace(whole, limit=2), AGENT) == pages(office, whole, AGENT)
    before = found(everything=True, until=T0 + HOUR)
    assert before == [one for one in found(everything=True) if one in before]
    assert {number for number, _ in before} == {"261118001", "261118004"}


def test_what_is_no_longer_said_is_not_found(conn: sqlite3.Connection) -> None:
    ticket = made(conn, text="满屏雪花点")
    done(conn, ticket, Deed.EDIT, fields={"text": "已改成别的"})
    for typed, count in (("雪花", 0), ("改成", 1)):
        assert len(list_tickets(conn, TicketFilter(text=typed), AGENT)) == count
    closed(conn, ticket)
    assert list_tickets(conn, TicketFilter(text="改成"), AGENT) == []
    assert len(list_tickets(conn, TicketFilter(text="改成", everything=True), AGENT)) == 1


@settings(max_examples=60, deadline=None)
@given(typed=st.text(max_size=80), number=st.integers(-(10**25), 10**25))
def test_no_question_is_an_error(office: sqlite3.Connection, typed: str, number: int) -> None:
    one = TicketFilter(text=typed, before_id=number, since=number, until=number, limit=number)
    list_tickets(office, one, AGENT)
    fields = dict.fromkeys(("type", "category", "department", "owner", "area", "node", "phone"), typed)
    list_tickets(office, TicketFilter(customer_id=number, **fields), AGENT)  # type: ignore[arg-type]
    similar(office, now=T0, customer_id=number, phone=typed, type_id=typed, category=typed)


# The same matter


def test_the_same_matter_is_proposed_and_what_recurs_is_counted(conn: sqlite3.Connection) -> None:
    li = customer(conn)
    old = made(conn, customer_id=li, category="tv", created_at=T0 - 100 * DAY_MS)
    settled = made(conn, customer_id=li, category="tv", created_at=T0 - 80 * DAY_MS)
    closed(conn, settled)
    made(conn, customer_id=li, category="net")
    made(conn, type="complaint", phone=LI)  # when nobody knew who it was
    made(conn, phone=WANG, category="tv")
    for n, days in enumerate((1, 29, 31)):
        at = T0 - days * DAY_MS
        store_call(conn, CallRecord(call_id=f"c{n}", cli=LI, customer_id=li, accepted_at=at, ended_at=at))

    same = similar(conn, now=T0, customer_id=li, type_id="fault", category="tv")
    assert [(ticket.number, name) for ticket, name in same.open] == [(old.number, "李秀英")]
    assert (same.calls_30, same.tickets_90, same.same_matter_90) == (2, 3, 1)
    whatever = similar(conn, now=T0, customer_id=li)
    assert (len(whatever.open), whatever.same_matter_90) == (3, 3)
    by_phone = similar(conn, now=T0, phone=LI, type_id="fault")
    assert (len(by_phone.open), by_phone.calls_30, by_phone.tickets_90) == (2, 2, 3)
    assert similar(conn, now=T0).open == []


# By age


def test_open_tickets_by_department_and_age(conn: sqlite3.Connection) -> None:
    for days in (0, 2, 5, 9):
        _sent(conn, made(conn, area="城东", created_at=T0 - days * DAY_MS))
    made(conn)
    closed(conn, made(conn), T0)
    gone = made(conn, area="城西")
    _sent(conn, gone)
    _returned(conn, gone)
    closed(conn, gone, T0)
    lines = aging(conn, T0 + 1, T0 - HOUR)
    assert [
        (line.department, line.open, line.under_1_day, line.under_3_days, line.under_7_days, line.older)
        for line in lines
    ] == [("", 1, 1, 0, 0, 0), ("east", 4, 1, 1, 1, 1), ("west", 0, 0, 0, 0, 0)]
    assert [(line.overdue, line.escalated, line.closed_today) for line in lines] == [
        (0, 0, 1),
        (3, 0, 0),
        (0, 0, 1),
    ]
    assert aging(conn, T0, T0 + 1)[-1].department == "east"


def test_there_are_rules_for_every_type_here() -> None:
    assert RULES.book.types["complaint"].follow_up
