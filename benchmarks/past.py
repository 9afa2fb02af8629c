"""What customers have told and what is known of them: 200,000 tickets, and files with everything in them."""

import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from db import ticket_search
from db.connection import transaction
from db.customer_parts import save_account, save_address, save_device, save_person, tag_customer
from db.ticket_rows import add_steps, insert_ticket
from engine.core.customers.records import Account, Address, Device, DeviceKind, Line, Person
from engine.core.tickets.records import Ticket, TicketStep
from engine.core.tickets.states import OPEN_STATES, Deed, TicketState

STAFF = ("8001", "8002", "8003", "8004")
DEPARTMENTS = ("repair", "business", "east", *(f"station{number}" for number in range(1, 18)))
OPEN_SHARE = 0.01
FIRST = 1_001  # those before are other parts' callers, about whom nothing is to be open

_SEED = 3
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_DAYS = 1_100  # three years
_TEXTS = (
    ("fault", "no_signal", "tv", "机顶盒开机无信号，指示灯不亮"),
    ("fault", "no_signal", "tv", "整栋楼没有信号，邻居也一样"),
    ("fault", "slow", "broadband", "宽带晚上经常掉线，网速很慢"),
    ("fault", "no_signal", "broadband", "光猫红灯闪烁，上不了网"),
    ("fault", "picture", "tv", "画面马赛克，体育频道卡顿"),
    ("complaint", "service", "", "装机师傅迟到两小时，要求道歉"),
    ("complaint", "fees", "", "认为多扣了一个月收视费，要求核对"),
    ("suggestion", "programme", "", "希望增加戏曲频道"),
    ("order", "move", "broadband", "移机到新居，约周末上门"),
    ("report", "cable", "", "路口光缆被车挂断，垂在路上"),
    ("consult", "fees", "", "询问停机保号的资费"),
)
_RESULTS = ("更换机顶盒后恢复", "重做水晶头，测试正常", "网络侧重启，用户确认恢复", "已上门解释，用户满意")
_OPEN = tuple(sorted(OPEN_STATES))


def add_tickets(conn: sqlite3.Connection, customers: int, count: int, now: int) -> None:
    """Tickets of three years, evenly; the newest of them are open, a tenth of those late."""
    rng = random.Random(_SEED)
    people = _people(conn, customers, min(count, customers), rng)
    a_day = count // _DAYS + 1
    still_open = int(count * OPEN_SHARE)
    steps: list[tuple[int, tuple[TicketStep, ...]]] = []
    for serial in range(count):
        days_ago, place = divmod(count - 1 - serial, a_day)
        created = now - 2 * _HOUR_MS - days_ago * _DAY_MS - place * (8 * _HOUR_MS // a_day)
        day = f"{datetime.fromtimestamp(created / 1000, UTC):%y%m%d}"
        ticket = _ticket(rng, people[serial % len(people)], f"{day}{a_day - place:04d}", created)
        ticket = _still_open(rng, ticket, now) if serial >= count - still_open else ticket
        ticket_id = insert_ticket(conn, ticket, day, serial + 1, follow_up=ticket.type == "complaint")
        steps.append((ticket_id, _steps(ticket)))
    # One table after the other: a row of another one makes the full-text search write out what it has.
    for ticket_id, its_steps in steps:
        add_steps(conn, ticket_id, its_steps)
    ticket_search.rebuild(conn)


def furnish(conn: sqlite3.Connection, customer_id: int, now: int) -> None:
    """Everything that can hang on a customer hangs on this one."""
    wife = Person(
        name="李四妹", relation="妻子", phones=(f"137{customer_id:08}",), id_number="620102198001011234"
    )
    save_person(conn, customer_id, wife)
    place = save_address(
        conn,
        customer_id,
        Address(town="柳林乡", community="幸福小区", building="3", room="501", node="OLT-7"),
    )
    for line in (Line.TV, Line.BROADBAND):
        account = Account(line=line, number=f"{line}{customer_id}", address_id=place.id, since="2021-05-01")
        known = save_account(conn, customer_id, account)
        box = Device(kind=DeviceKind.BOX, number=f"B{line}{customer_id}", account_id=known.id)
        save_device(conn, customer_id, box)
    tag_customer(conn, customer_id, ("老用户", "先打电话"), ())
    conn.executemany(
        "INSERT OR REPLACE INTO bills VALUES (?, ?, '数字电视基本收视费', 2600, 0)",
        [(customer_id, f"2026-{month:02}") for month in range(1, 13)],
    )
    conn.executemany(
        "INSERT INTO payments (key, kind, customer_id, customer_number, amount_fen, balance_fen, what,"
        " call_id, cli, at) VALUES (?, 'order', ?, '', -2600, 0, '影视剧场包', '', '', ?)",
        [(f"p{customer_id}-{month}", customer_id, now - 30 * month * _DAY_MS) for month in range(12)],
    )


def furnished(customers: int, count: int) -> list[int]:
    """Ids of those whose files have everything, spread evenly; they have tickets, too."""
    step = max(1, (customers - FIRST) // count)
    return [FIRST + step * place for place in range(count) if FIRST + step * place <= customers]


def add_files(conn: sqlite3.Connection, customers: int, count: int, now: int) -> None:
    """Furnish so many customers."""
    for chunk in _chunks(furnished(customers, count), 200):
        with transaction(conn):
            for customer_id in chunk:
                furnish(conn, customer_id, now)


def _chunks(ids: list[int], size: int) -> Iterator[list[int]]:
    return (ids[at : at + size] for at in range(0, len(ids), size))


def _people(
    conn: sqlite3.Connection, customers: int, count: int, rng: random.Random
) -> list[tuple[int, str, str, str, str]]:
    """Id, name, phone, address, area of those who have told something; first those with whole files."""
    ids = dict.fromkeys([*furnished(customers, count // 2), *rng.sample(range(1, customers + 1), count)])
    found = []
    for customer_id in [one for one in ids if one >= FIRST or customers < FIRST][:count]:
        row = conn.execute(
            "SELECT id, name, (SELECT number FROM phones WHERE customer_id = c.id ORDER BY position LIMIT 1),"
            " address, area FROM customers c WHERE id = ?",
            (customer_id,),
        ).fetchone()
        found.append(row)
    return found


def _ticket(rng: random.Random, who: tuple[int, str, str, str, str], number: str, at: int) -> Ticket:
    customer_id, name, phone, address, area = who
    kind, category, line, text = _TEXTS[int(rng.random() * len(_TEXTS))]
    return Ticket(
        number=number,
        type=kind,
        category=category,
        line=line,
        text=text,
        state=TicketState.CLOSED,
        customer_id=customer_id,
        contact=name[:40],
        phone=phone,
        address=address,
        area=area,
        owner=STAFF[int(rng.random() * len(STAFF))],
        creator=STAFF[0],
        result=_RESULTS[int(rng.random() * len(_RESULTS))],
        reply="已告知用户",
        satisfied=5,
        created_at=at,
        responded_at=at + _HOUR_MS,
        returned_at=at + 5 * _HOUR_MS,
        replied_at=at + 6 * _HOUR_MS,
        closed_at=at + 7 * _HOUR_MS,
        respond_by=at + 8 * _HOUR_MS,
        resolve_by=at + 24 * _HOUR_MS,
        changed_at=at + 7 * _HOUR_MS,
        version=5,
    )


def _still_open(rng: random.Random, ticket: Ticket, now: int) -> Ticket:
    state = TicketState(_OPEN[int(rng.random() * len(_OPEN))])
    late = rng.random() < 0.1
    values = {name: getattr(ticket, name) for name in _SAME}
    answered = state in (TicketState.REPLIED, TicketState.FOLLOWED_UP)
    return Ticket(
        **values,
        state=state,
        resume_to=TicketState.DISPATCHED if state is TicketState.SUSPENDED else None,
        department="" if state is TicketState.NEW else DEPARTMENTS[int(rng.random() * len(DEPARTMENTS))],
        responded_at=ticket.responded_at,
        replied_at=ticket.replied_at if answered else 0,
        respond_by=ticket.respond_by,
        resolve_by=now + (-_HOUR_MS if late else int(rng.random() * 72) * _HOUR_MS),
        changed_at=ticket.responded_at,
        version=3,
    )


_SAME = (
    "number", "type", "category", "line", "text", "customer_id", "contact", "phone", "address", "area",
    "owner", "creator", "created_at",
)  # fmt: skip


def _steps(ticket: Ticket) -> tuple[TicketStep, ...]:
    deeds = [(Deed.CREATED, TicketState.NEW, ticket.created_at)]
    if ticket.state is TicketState.CLOSED:
        deeds += [
            (Deed.DISPATCH, TicketState.DISPATCHED, ticket.responded_at),
            (Deed.RETURN, TicketState.RETURNED, ticket.returned_at),
            (Deed.REPLY, TicketState.REPLIED, ticket.replied_at),
            (Deed.CLOSE, TicketState.CLOSED, ticket.closed_at),
        ]
    return tuple(
        TicketStep(at=at, who=ticket.owner, deed=deed, state=state, department="")
        for deed, state, at in deeds
    )


def now_ms() -> int:
    """UTC milliseconds."""
    return time.time_ns() // 1_000_000
