"""A site with two stations, its people and types, and tickets with all but the matter filled in."""

import sqlite3
from typing import Any
from zoneinfo import ZoneInfo

from db.customers import save_customer
from db.tickets import act_on, create_ticket
from engine.core.hours import DayKind, OpeningHours
from engine.core.records import Customer
from engine.core.sla import WorkingTime
from engine.core.states import Role
from engine.core.tickets.records import Act, Actor, Attachment, NewTicket, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed, TicketKind
from engine.core.tickets.types import (
    Category,
    Department,
    Limit,
    Route,
    Sla,
    TicketBook,
    TicketField,
    TicketType,
    Words,
)

T0, HOUR, DAY_MS = 1_795_000_000_000, 3_600_000, 86_400_000
DAY = "261118"
LI, WANG = "13900000001", "13900000002"
HANG, LAN = "8001", "8002"  # agents
BOSS = Actor(staff_number="9001", role=Role.SUPERVISOR)
AGENT = Actor(staff_number=HANG, role=Role.AGENT)
OTHER = Actor(staff_number=LAN, role=Role.AGENT)
EAST = Actor(staff_number="5001", role=Role.STATION, department="east")
WEST = Actor(staff_number="5002", role=Role.STATION, department="west")
NOWHERE = Actor(staff_number="5003", role=Role.STATION)

_SLA = Sla(respond=Limit(minutes=120), resolve=Limit(minutes=480))


def _type(kind: TicketKind, **fields: Any) -> TicketType:
    return TicketType(id=kind, kind=kind, words=Words(kind), sla=_SLA, **fields)


BOOK = TicketBook(
    types={
        kind.id: kind
        for kind in (
            _type(TicketKind.CONSULT, fields=(TicketField(id="topic", words=Words("事项")),)),
            _type(
                TicketKind.FAULT,
                categories=(
                    Category(id="tv", words=Words("电视"), line="tv", fault="no_signal"),
                    Category(id="net", words=Words("宽带"), line="broadband", fault="slow"),
                ),
                route=Route(by_area=True),
            ),
            _type(TicketKind.COMPLAINT, follow_up=True),
            _type(TicketKind.SUGGESTION),
            _type(TicketKind.REPORT),
        )
    },
    departments={
        "east": Department(id="east", words=Words("城东站"), station=True, areas=("城东",)),
        "west": Department(id="west", words=Words("城西站"), station=True, areas=("城西",)),
    },
)
_ALWAYS = OpeningHours(weekly=(((0, 1440),),) * 7)
RULES = Rules(
    book=BOOK,
    working=WorkingTime(_ALWAYS, ZoneInfo("Asia/Shanghai"), lambda day: DayKind.ORDINARY),
    people={actor.staff_number: actor for actor in (BOSS, AGENT, OTHER, EAST, WEST)},
)
VOICE = Attachment(
    ticket="", name="c1-1.wav", kind="wav", size=64_044, sha256="ab" * 32, at=T0, who="", length_ms=4_000
)
_made = iter(range(1, 10**9))


def customer(conn: sqlite3.Connection, name: str = "李秀英", number: str = LI, area: str = "城东") -> int:
    return save_customer(conn, Customer(name=name, phones=(number,), address=f"{area}街3号楼", area=area)).id


def made(conn: sqlite3.Connection, actor: Actor = AGENT, now: int = T0, **fields: Any) -> Ticket:
    """A ticket with a key of its own."""
    new = NewTicket(**{"key": f"k{next(_made)}", "type": "fault", **fields})
    return create_ticket(conn, new, actor, RULES, now, DAY)[0]


def done(
    conn: sqlite3.Connection,
    ticket: Ticket | str,
    deed: Deed,
    actor: Actor = AGENT,
    now: int = T0,
    **act: Any,
) -> Ticket:
    number = ticket if isinstance(ticket, str) else ticket.number
    return act_on(conn, number, Act(deed=deed, **act), actor, RULES, now)


def replied(conn: sqlite3.Connection, ticket: Ticket | str, now: int = T0) -> Ticket:
    return done(conn, ticket, Deed.REPLY, now=now, text="已修复")


def closed(conn: sqlite3.Connection, ticket: Ticket | str, now: int = T0) -> Ticket:
    replied(conn, ticket, now)
    return done(conn, ticket, Deed.CLOSE, BOSS, now)
