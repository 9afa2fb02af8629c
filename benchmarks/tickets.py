"""Lists, counts and searches of 200,000 tickets, a new ticket and a remark."""

import itertools
import random
import sqlite3
from collections.abc import Callable
from typing import Any

from benchmarks import past
from benchmarks.figures import Figures
from benchmarks.site import HOME
from benchmarks.stores import ALL_SIZES, SMALLEST, Size, measured, timed
from db.store import Store
from db.ticket_figures import aging, counts
from db.ticket_lists import list_tickets, show_ticket, similar
from db.ticket_query import TicketFilter
from db.tickets import act_on, create_ticket
from engine.config import parse_config
from engine.core.states import Role
from engine.core.tickets.records import Act, Actor, NewTicket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import Deed
from engine.daemon.tickets.book import load_book, rules_of

_SEED = 6
_PAGE = 100  # tickets that a console asks for
_HOUR_MS = 3_600_000
_VIEWS = ("mine", "department", "today", "overdue", "unverified", "to_reply", "to_follow_up")
_WORDS = ("信号", "频道", "宽带", "水晶头", "戏曲", "东街", "阳光小区", "王", "信号 东街", "没有这些字")
_BOSS = Actor(staff_number="8801", role=Role.SUPERVISOR)

FULL = Size(asked=200, databases=ALL_SIZES)
QUICK = Size(asked=20, databases=SMALLEST)


def measure(size: Size) -> Figures:
    """What screens ask of 200,000 tickets, and what people do."""
    return measured(size, "tickets", measure_store)


def measure_store(store: Store, name: str, count: int, asked: int) -> Figures:
    """What screens ask, then what people do."""
    people = [
        Actor(staff_number=past.STAFF[place % 4], role=Role.AGENT, department=past.DEPARTMENTS[place % 20])
        for place in range(asked)
    ]
    now = past.now_ms()
    figures: Figures = {}
    for view in _VIEWS:
        figures |= timed(f"tickets.{view}_{name}", people, _lister(store, now, view=view, order="due"))
    figures |= timed(f"tickets.everything_{name}", people, _lister(store, now, everything=True))
    words = [_WORDS[place % len(_WORDS)] for place in range(asked)]
    figures |= timed(f"tickets.text_{name}", words, _finder(store, everything=True))
    figures |= timed(f"tickets.text_of_open_{name}", words, _finder(store))
    figures |= timed(
        f"tickets.counts_{name}",
        people,
        lambda one: store.read(counts, one, now, now + 8 * _HOUR_MS).result(),
    )
    figures |= timed(f"tickets.aging_{name}", people, lambda one: store.read(aging, now, now).result())
    numbers = store.read(_some_numbers, asked).result()
    figures |= timed(
        f"tickets.shown_{name}", numbers, lambda number: store.read(show_ticket, number, _BOSS).result()
    )
    ids = random.Random(_SEED).sample(range(1, count + 1), min(asked, count))
    figures |= timed(
        f"tickets.same_matter_{name}",
        ids,
        lambda one: store.read(similar, now=now, customer_id=one, type_id="fault").result(),
    )
    return figures | _deeds(store, name, ids, now)


def _lister(store: Store, now: int, **wanted: Any) -> Callable[[Actor], object]:
    asked = TicketFilter(limit=_PAGE, now=now, midnight=now + 8 * _HOUR_MS, **wanted)
    return lambda person: store.read(list_tickets, asked, person).result()


def _finder(store: Store, **wanted: Any) -> Callable[[str], object]:
    return lambda text: store.read(
        list_tickets, TicketFilter(limit=_PAGE, text=text, **wanted), _BOSS
    ).result()


def _some_numbers(conn: sqlite3.Connection, count: int) -> list[str]:
    rows = conn.execute("SELECT number FROM tickets ORDER BY id").fetchall()
    return [number for (number,) in random.Random(_SEED).choices(rows, k=count)]


def _deeds(store: Store, name: str, ids: list[int], now: int) -> Figures:
    """New tickets by the shipped types, then remarks, each its own transaction on the writing thread."""
    rules, keys, made = _rules(), itertools.count(1), []

    def create(customer_id: int) -> None:
        new = NewTicket(
            key=f"bench-{next(keys)}",
            type="consult",
            category="bill",
            customer_id=customer_id,
            text="询问停机保号的资费，约明天上午回电",
            owner=_BOSS.staff_number,
        )
        ticket, _ = store.submit(create_ticket, new, _BOSS, rules, now, "991231").result()
        made.append(ticket.number)

    def remark(number: str) -> None:
        act = Act(deed=Deed.REMARK, text="已联系用户，明天上午再打")
        store.submit(act_on, number, act, _BOSS, rules, now + 1).result()

    return {
        **timed(f"tickets.create_{name}", ids, create),
        **timed(f"tickets.remark_{name}", made, remark),
    }


def _rules() -> Rules:
    config = parse_config((HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")
    rules = rules_of(config, load_book(config, HOME).book)
    return Rules(book=rules.book, working=rules.working, people={_BOSS.staff_number: _BOSS})
