"""A small office for tests: types, departments, people, working time; and tickets told in a line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from engine.core.sla import WorkingTime
from engine.core.states import Role
from engine.core.tickets.create import create
from engine.core.tickets.decide import decide
from engine.core.tickets.records import Act, Actor, Decided, NewTicket, Refusal, Ticket, TicketStep
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed, Refused, TicketKind, TicketState
from engine.core.tickets.tick import tick
from engine.core.tickets.types import (
    Category,
    Department,
    FieldKind,
    Limit,
    Route,
    Sla,
    TicketBook,
    TicketField,
    TicketType,
    Words,
)
from tests.core.slow_clock import MINUTE, SHANGHAI, Site

HOUR = 60 * MINUTE
DAY = 24 * HOUR

SITE = Site(
    weekly=(((510, 720), (840, 1050)),) * 5 + ((), ()),
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    make_up=frozenset({date(2026, 10, 10)}),
)

FAULT = TicketType(
    id="fault",
    kind=TicketKind.FAULT,
    words=Words("故障", "fault"),
    categories=(
        Category(id="tv_no_signal", words=Words("无信号"), line="tv", fault="no_signal"),
        Category(id="slow", words=Words("网速慢"), line="broadband", fault="slow"),
    ),
    causes=(("cable", Words("线路")), ("box", Words("机顶盒"))),
    sla=Sla(respond=Limit(minutes=120), resolve=Limit(minutes=24 * 60, working=False)),
    route=Route(department="repair", by_area=True, automatic=True),
    follow_up=True,
    checklist=(("measured", Words("测电平")), ("signed", Words("签字"))),
)
COMPLAINT = TicketType(
    id="complaint",
    kind=TicketKind.COMPLAINT,
    words=Words("投诉", "complaint"),
    categories=(Category(id="attitude", words=Words("态度")),),
    fields=(
        TicketField(id="about", words=Words("对象"), required=True),
        TicketField(id="refund", words=Words("退款"), kind=FieldKind.MONEY),
    ),
    sla=Sla(respond=Limit(days=2), resolve=Limit(days=5), leader_after=Limit(days=1)),
    route=Route(verify=True),
)
CONSULT = TicketType(
    id="consult",
    kind=TicketKind.CONSULT,
    words=Words("咨询", "question"),
    sla=Sla(respond=Limit(minutes=240), resolve=Limit(days=1)),
)
VERIFIED_ORDER = TicketType(
    id="order",
    kind=TicketKind.ORDER,
    words=Words("业务", "order"),
    sla=Sla(respond=Limit(days=1), resolve=Limit(days=3), supervisor_after=Limit(minutes=60)),
    route=Route(department="repair", automatic=True, verify=True),
    follow_up=True,
)
TYPES = (FAULT, COMPLAINT, CONSULT, VERIFIED_ORDER)


def person(number: str, role: Role, department: str = "") -> Actor:
    return Actor(staff_number=number, role=role, department=department)


WANG = person("8001", Role.AGENT)
LI = person("8002", Role.AGENT)
CHIEF = person("7001", Role.SUPERVISOR)
ADMIN = person("6001", Role.ADMIN)
EAST = person("5001", Role.STATION, "east")
WEST = person("5002", Role.STATION, "west")
REPAIR = person("5003", Role.STATION, "repair")  # leads the station in the east
HALL = person("8003", Role.AGENT, "repair")
PEOPLE = {one.staff_number: one for one in (WANG, LI, CHIEF, ADMIN, EAST, WEST, REPAIR, HALL)}

DEPARTMENTS = (
    Department(id="repair", words=Words("维修部")),
    Department(id="east", words=Words("东站"), station=True, areas=("东山",), leader="5003", parent="repair"),
    Department(id="west", words=Words("西站"), station=True, areas=("西川",)),
)


def rules(
    *types: TicketType,
    working: WorkingTime | None = None,
    people: Mapping[str, Actor] = PEOPLE,
    owner: str = "",
) -> Rules:
    book = TicketBook(
        types={one.id: one for one in types or TYPES},
        departments={one.id: one for one in DEPARTMENTS},
        owner=owner,
    )
    return Rules(book=book, working=working or SITE.working(), people=people)


RULES = rules()


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp()) * 1_000


MONDAY = instant("2026-11-23 09:00")


def told(new: NewTicket | None = None, actor: Actor = WANG, now: int = MONDAY, **values: Any) -> Decided:
    """A ticket that was taken."""
    made = create(new or NewTicket(key="k", **values), actor, RULES, "261123001", now)
    assert isinstance(made, Decided), made
    return made


def complaint(**values: Any) -> Ticket:
    return told(type="complaint", fields={"about": "营业厅"}, **values).ticket


def in_state(state: TicketState, **values: Any) -> Ticket:
    """A complaint that has come so far, by the shortest way."""
    ways: dict[TicketState, tuple[Deed, ...]] = {
        TicketState.NEW: (),
        TicketState.VERIFIED: (Deed.VERIFY,),
        TicketState.DISPATCHED: (Deed.VERIFY, Deed.DISPATCH),
        TicketState.ACCEPTED: (Deed.VERIFY, Deed.DISPATCH, Deed.ACCEPT),
        TicketState.ON_SITE: (Deed.VERIFY, Deed.DISPATCH, Deed.ACCEPT, Deed.ARRIVE),
        TicketState.RETURNED: (Deed.VERIFY, Deed.DISPATCH, Deed.RETURN),
        TicketState.REPLIED: (Deed.VERIFY, Deed.REPLY),
        TicketState.FOLLOWED_UP: (Deed.VERIFY, Deed.REPLY, Deed.FOLLOW_UP),
        TicketState.CLOSED: (Deed.VERIFY, Deed.REPLY, Deed.CLOSE),
        TicketState.SUSPENDED: (Deed.VERIFY, Deed.SUSPEND),
        TicketState.CANCELLED: (Deed.CANCEL,),
    }
    ticket = complaint(**values)
    for deed in ways[state]:
        ticket = done(ticket, deed, text="因为", target="east" if deed is Deed.DISPATCH else "")
    assert ticket.state is state
    return ticket


def decided(ticket: Ticket, deed: Deed, actor: Actor = CHIEF, now: int = MONDAY, **values: Any) -> Decided:
    made = decide(ticket, Act(deed=deed, **values), actor, RULES, now)
    assert isinstance(made, Decided), made
    return made


def done(ticket: Ticket, deed: Deed, actor: Actor = CHIEF, now: int = MONDAY, **values: Any) -> Ticket:
    return decided(ticket, deed, actor, now, **values).ticket


def step_of(ticket: Ticket, deed: Deed, actor: Actor = CHIEF, **values: Any) -> TicketStep:
    (step,) = decided(ticket, deed, actor, **values).steps
    return step


def refused(ticket: Ticket, deed: Deed, actor: Actor = CHIEF, **values: Any) -> tuple[Refused, str]:
    made = decide(ticket, Act(deed=deed, **values), actor, RULES, MONDAY)
    assert isinstance(made, Refusal), made
    return made.code, made.detail


def clock_story(ticket: Ticket, until: int) -> list[tuple[int, str, str]]:
    """All that the clocks tell until an instant: when, what, and which clock."""
    story = []
    while 0 < ticket.next_clock_at <= until:
        made = tick(ticket, RULES, ticket.next_clock_at)
        assert made is not None
        assert made.ticket.next_clock_at != ticket.next_clock_at
        story += [(step.at, step.code, step.target) for step in made.steps]
        ticket = made.ticket
    return story


def without_version(ticket: Ticket) -> Ticket:
    return replace(ticket, version=0, changed_at=0)
