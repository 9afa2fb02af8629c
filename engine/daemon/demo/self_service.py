"""What the customers of the practice site find when they serve themselves.

Customer n calls from 1390000 and n in four digits. All but every fifth have the password `PASSWORD`; recharge
card n has the number `card_number(n)` and the secret `card_secret(n)`; the last card has expired.
"""

import calendar
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from db.billing_identities import set_password
from db.billing_import import list_import
from db.cases import report_case, update_case
from db.customers import customers_by_id
from db.notices import add_notice
from engine.core.cases import CaseChange, CaseKind, CaseState, NewCase
from engine.core.notices import Notice, NoticeKind
from engine.core.records import Customer, Millis

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

    @property
    def today(self) -> datetime:
        """The present instant on the site's clock."""
        return datetime.fromtimestamp(self.now / 1000, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PastCase:
    """Something that a customer told some hours ago."""

    customer: int
    hours_ago: int
    kind: CaseKind = CaseKind.FAULT
    line: str = ""
    fault: str = ""
    state: CaseState = CaseState.NEW


_CASES = (
    _PastCase(customer=2, hours_ago=30, line="tv", fault="no_signal", state=CaseState.DISPATCHED),
    _PastCase(customer=3, hours_ago=75, line="broadband", fault="unstable", state=CaseState.DONE),
    _PastCase(customer=4, hours_ago=2, line="tv", fault="freezing"),
    _PastCase(customer=6, hours_ago=20, kind=CaseKind.COMPLAINT),
    _PastCase(customer=12, hours_ago=50, line="box", fault="remote", state=CaseState.DISPATCHED),
)
_TECHNICIANS = ("王师傅", "李师傅", "张师傅")


def card_number(number: int) -> str:
    """The number of recharge card 1, 2 .."""
    return f"85310001{number:08}"


def card_secret(number: int) -> str:
    """What stands below the field that is scratched free."""
    return f"{number * 7919 % 100_000_000:08}"


def fill_self_service(conn: sqlite3.Connection, county: County) -> None:
    """Passwords, bills, offers, recharge cards, cases, an outage and a notice."""
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
    for number, case in enumerate(_CASES):
        _tell(conn, county, number, case)
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


def _tell(conn: sqlite3.Connection, county: County, number: int, case: _PastCase) -> None:
    at = county.now - case.hours_ago * _HOUR_MS
    told = datetime.fromtimestamp(at / 1000, county.zone)
    customer = customers_by_id(conn, [case.customer])[0]
    due = (told + timedelta(days=2)).replace(hour=18, minute=0, second=0, microsecond=0)
    _, kept = report_case(
        conn,
        NewCase(
            key=f"demo-case-{number}",
            day=f"{told:%y%m%d}",
            kind=case.kind,
            line=case.line,
            fault=case.fault,
            customer_id=customer.id,
            cli=customer.phones[0],
            at=at,
            expected_at=int(due.timestamp() * 1000),
        ),
    )
    if case.state is not CaseState.NEW:
        technician = _TECHNICIANS[number % len(_TECHNICIANS)]
        change = CaseChange(state=case.state, technician=technician)
        update_case(conn, kept.number, change, "8801", at + _HOUR_MS)


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
