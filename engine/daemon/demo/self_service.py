"""What the customers of the practice site find when they serve themselves.

Customer n calls from 1390000 and n in four digits. All but every fifth have the password `PASSWORD`; recharge
card n has the number `card_number(n)` and the secret `card_secret(n)`; the last card has expired.
"""

import calendar
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.billing_identities import set_password
from db.billing_import import list_import
from db.customers import customers_by_id
from db.notices import add_notice
from db.ticket_calls import report_ticket
from db.tickets import act_on
from engine.core.notices import Notice, NoticeKind
from engine.core.records import Customer, Millis
from engine.core.states import Role
from engine.core.tickets.heard import Heard
from engine.core.tickets.records import Act, Actor, NewTicket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed, TicketKind
from engine.core.tickets.types import TicketType
from engine.daemon.tickets.book import with_people

PASSWORD = "739164"
CARDS = 20
BILLED_MONTHS = 3
_HOUR_MS = 3_600_000
_WITHOUT_PASSWORD = 5  # every so manyth customer
_WORTH = ("50.00", "100.00", "30.00", "200.00")
# name, price, months, whether callers may order it
_OFFERS = (
    ("数字电视基本包", "26.00", "1", "否"),
    ("宽带100M", "50.00", "1", "否"),
    ("宽带300M", "80.00", "1", "否"),
    ("体育高清包", "20.00", "1", "是"),
    ("影视剧场包", "25.00", "1", "是"),
    ("少儿教育包", "15.00", "1", "是"),
    ("戏曲频道包年", "100.00", "12", "是"),
)
_PRICES = {name: price for name, price, _, _ in _OFFERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """For whom the data are made, and when."""

    customers: int
    now: Millis
    zone: ZoneInfo
    card_key: bytes
    password_hash: str
    rules: Rules

    @property
    def today(self) -> datetime:
        """The present instant on the site's clock."""
        return datetime.fromtimestamp(self.now / 1000, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Past:
    """Something that a customer told some hours ago, and how far it is."""

    customer: int
    hours_ago: int
    kind: TicketKind = TicketKind.FAULT
    line: str = ""
    fault: str = ""
    state: Heard = Heard.DISPATCHED


_PAST = (
    _Past(customer=2, hours_ago=30, line="tv", fault="no_signal"),
    _Past(customer=3, hours_ago=75, line="broadband", fault="unstable", state=Heard.DONE),
    _Past(customer=4, hours_ago=2, kind=TicketKind.SUGGESTION, state=Heard.NEW),
    _Past(customer=6, hours_ago=20, kind=TicketKind.COMPLAINT, state=Heard.NEW),
    _Past(customer=12, hours_ago=50, line="box", fault="remote"),
)
_SUPERVISOR = Actor(staff_number="8801", role=Role.SUPERVISOR)
_TECHNICIANS = ("王师傅", "李师傅", "张师傅")


def card_number(number: int) -> str:
    """The number of recharge card 1, 2 .."""
    return f"85310001{number:08}"


def card_secret(number: int) -> str:
    """What stands below the field that is scratched free."""
    return f"{number * 7919 % 100_000_000:08}"


def fill_self_service(conn: sqlite3.Connection, county: County) -> None:
    """Passwords, bills, offers, recharge cards, tickets, an outage and a notice."""
    county = replace(county, rules=with_people(conn, county.rules))
    customers = customers_by_id(conn, range(1, county.customers + 1))
    for customer in customers:
        if customer.id % _WITHOUT_PASSWORD:
            set_password(conn, customer.id, county.password_hash, county.now, forget_tries=False)
    _take_over(conn, county, "offers", ("name", "price", "months", "on_sale"), _OFFERS)
    _take_over(
        conn,
        county,
        "bills",
        ("customer_number", "month", "item", "amount"),
        tuple(_bills(customers, county.today.date())),
    )
    cards = ("number", "secret", "amount", "expires")
    _take_over(conn, county, "cards", cards, tuple(_cards(county.today.date())))
    for number, past in enumerate(_PAST):
        _tell(conn, county, number, past)
    for notice in _notices(county):
        add_notice(conn, notice)


def _take_over(
    conn: sqlite3.Connection,
    county: County,
    kind: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> None:
    """By the same way as the lists of a real site."""
    taking = list_import(
        kind, {column: column for column in columns}, dry_run=False, card_key=county.card_key
    )
    report = taking.take(conn, enumerate((dict(zip(columns, row, strict=True)) for row in rows), 1))
    assert not report.bad, report.bad_rows


def _bills(customers: Sequence[Customer], today: date) -> Iterator[tuple[str, str, str, str]]:
    """What each one was charged for in the last months, the newest last."""
    for months_ago in range(BILLED_MONTHS, 0, -1):
        year, month = divmod(today.year * 12 + today.month - 1 - months_ago, 12)
        for customer in customers:
            for package in customer.packages:
                yield customer.customer_number, f"{year}-{month + 1:02}", package, _PRICES[package]


def _cards(today: date) -> Iterator[tuple[str, str, str, str]]:
    in_a_year = date(today.year + 1, today.month, calendar.monthrange(today.year + 1, today.month)[1])
    for number in range(1, CARDS + 1):
        end = in_a_year if number < CARDS else today - timedelta(days=30)
        yield card_number(number), card_secret(number), _WORTH[number % len(_WORTH)], end.isoformat()


def _tell(conn: sqlite3.Connection, county: County, number: int, past: _Past) -> None:
    at = county.now - past.hours_ago * _HOUR_MS
    day = f"{datetime.fromtimestamp(at / 1000, county.zone):%y%m%d}"
    customer = customers_by_id(conn, [past.customer])[0]
    new = NewTicket(
        key=f"demo-ticket-{number}",
        type=past.kind,
        line=past.line,
        fault=past.fault,
        customer_id=customer.id,
        phone=customer.phones[0],
    )
    _, ticket = report_ticket(conn, new, None, county.rules, at, day)
    for act in _deeds(county.rules.type_of(ticket), number, past.state):
        at += _HOUR_MS // 2
        act_on(conn, ticket.number, act, _SUPERVISOR, county.rules, at)


def _deeds(kind: TicketType, number: int, state: Heard) -> Iterator[Act]:
    """What brings a ticket that was dispatched by itself so far."""
    if state is Heard.NEW:
        return
    yield Act(deed=Deed.ACCEPT)
    yield Act(deed=Deed.ASSIGN, target=_TECHNICIANS[number % len(_TECHNICIANS)])
    if state is Heard.DONE:
        for point, _ in kind.checklist:
            yield Act(deed=Deed.CHECK, target=point)
        cause = kind.causes[0][0] if kind.causes else ""
        yield Act(deed=Deed.RETURN, code=cause, text="更换接头,信号正常")
        yield Act(deed=Deed.REPLY, text="故障已修复,请留意使用情况")


def _notices(county: County) -> tuple[Notice, ...]:
    """An outage and an announcement, each for one town: most callers hear neither."""
    in_the_evening = county.today.replace(minute=0, second=0, microsecond=0) + timedelta(hours=6)
    return (
        Notice(
            kind=NoticeKind.OUTAGE,
            areas=("大湾乡",),
            from_at=county.now - _HOUR_MS,
            until_at=int(in_the_evening.timestamp() * 1000),
            text="大湾乡光缆被施工挖断,正在抢修",
            text_en="the cable to Dawan was cut by building work and is being repaired",
            by="8801",
            at=county.now,
        ),
        Notice(
            kind=NoticeKind.NOTICE,
            areas=("双塔镇",),
            from_at=county.now - _HOUR_MS,
            until_at=county.now + 7 * 24 * _HOUR_MS,
            text="双塔镇营业点本周六上午停电,请到县城营业厅办理。",
            text_en="The Shuangta office has no power on Saturday morning. Please come to the one in town.",
            by="8801",
            at=county.now,
        ),
    )
