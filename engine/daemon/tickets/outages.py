"""What looks like an outage: looked for after each new fault, and made one by a supervisor's word."""

import asyncio
import logging
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from db.errors import DbError, Invalid
from db.notices import MAX_AREAS
from db.ticket_outages import (
    ConfirmedOutage,
    StoredSuspect,
    confirm_outage,
    dismiss_outage,
    dismissed_numbers,
    fault_reports,
    open_suspects,
    suggest_outages,
)
from db.ticket_rows import find_ticket
from engine.core.lines import LINES
from engine.core.notices import Notice, NoticeKind
from engine.core.records import Millis
from engine.core.tickets.records import Actor, Ticket
from engine.core.tickets.rules import Rules
from engine.core.tickets.states import OPEN_STATES, TicketKind
from engine.core.tickets.suspects import suspects
from engine.daemon.tickets.book import with_people

if TYPE_CHECKING:
    from engine.daemon.tickets.desk import TicketDesk

log = logging.getLogger(__name__)

_MINUTE_MS = 60_000
_AGAIN_S = 5.0  # after a database that could not be written


class OutageDesk:
    """Looks, and does what supervisors decide. `count` is how many suspects wait for their word."""

    def __init__(self, desk: "TicketDesk") -> None:
        self.count = 0
        self._desk = desk
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def changed(self, tickets: Iterable[Ticket]) -> None:
        """One of these may be the fault that makes it an outage, or settle what is suspected."""
        if self.count or any(self._is_open_fault(ticket) for ticket in tickets):
            self._wanted.set()

    async def start(self) -> None:
        """Begin to look, first at what came before the engine stopped."""
        self._wanted.set()
        self._task = asyncio.get_running_loop().create_task(self._run(), name="outage detector")

    async def close(self) -> None:
        """The engine stops."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def suspected(self) -> list[StoredSuspect]:
        """What nobody has decided about yet."""
        return await asyncio.wrap_future(self._desk.store.read(open_suspects))

    async def confirm(
        self, suspect_id: int, until_at: Millis, text: str, text_en: str, actor: Actor
    ) -> ConfirmedOutage:
        """It is one. Raises NotFound, Stale, Invalid, Refused."""
        now = self._desk.now()
        done, main = await asyncio.wrap_future(
            self._desk.store.submit(
                _confirm, suspect_id, until_at, (text, text_en), actor, self._desk.rules, now
            )
        )
        self._desk.changed(*done.merged, *main)
        self._wanted.set()
        return done

    async def dismiss(self, suspect_id: int, actor: Actor) -> None:
        """It is none. Raises NotFound, Stale."""
        done = self._desk.store.submit(dismiss_outage, suspect_id, actor.staff_number, self._desk.now())
        await asyncio.wrap_future(done)
        self._wanted.set()

    def _is_open_fault(self, ticket: Ticket) -> bool:
        known = self._desk.book.types.get(ticket.type)
        is_fault = known is not None and known.kind is TicketKind.FAULT
        return is_fault and ticket.state in OPEN_STATES and not ticket.outage_id

    async def _run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            try:
                await self._look()
            except Exception as error:  # a fault of ours too: nobody else would look
                ours = not isinstance(error, (DbError, sqlite3.Error))
                log.error("tickets: outages are looked for later: %s", error, exc_info=ours)
                await asyncio.sleep(_AGAIN_S)
                self._wanted.set()

    async def _look(self) -> None:
        now = self._desk.now()
        found = await asyncio.wrap_future(self._desk.store.submit(_suggest, self._desk.rules, now))
        if len(found) != self.count:
            self.count = len(found)
            self._desk.watch.changed()


# On the writing thread


def _suggest(conn: sqlite3.Connection, rules: Rules, now: Millis) -> list[StoredSuspect]:
    faults = [kind.id for kind in rules.book.types.values() if kind.kind is TicketKind.FAULT]
    since = now - rules.outage_minutes * _MINUTE_MS
    reports = fault_reports(conn, faults, since)
    dismissed = dismissed_numbers(conn, since)
    groups = suspects(reports, rules.outage_faults, rules.outage_minutes, now, dismissed)
    suggest_outages(conn, groups, now)
    return open_suspects(conn)


def _confirm(
    conn: sqlite3.Connection,
    suspect_id: int,
    until_at: Millis,
    texts: tuple[str, str],
    actor: Actor,
    rules: Rules,
    now: Millis,
) -> tuple[ConfirmedOutage, list[Ticket]]:
    suspect = next((one for one in open_suspects(conn) if one.id == suspect_id), None)
    tickets = [] if suspect is None else _tickets(conn, suspect.group.numbers)
    line = "" if suspect is None or suspect.group.line not in LINES else suspect.group.line
    areas = _areas(tickets)
    if tickets and not areas:  # a notice without a place is for everybody
        raise Invalid("no_place", "area")
    text, text_en = texts if texts[0] else _words(areas, line)
    notice = Notice(
        kind=NoticeKind.OUTAGE,
        areas=areas,
        line=line,
        from_at=now,
        until_at=until_at,
        text=text,
        text_en=text_en,
        by=actor.staff_number,
        at=now,
    )
    done = confirm_outage(conn, suspect_id, notice, actor, with_people(conn, rules), now)
    return done, _tickets(conn, (done.main,))


def _tickets(conn: sqlite3.Connection, numbers: Iterable[str]) -> list[Ticket]:
    found = (find_ticket(conn, number) for number in numbers)
    return [ticket for ticket in found if ticket is not None]


def _areas(tickets: list[Ticket]) -> tuple[str, ...]:
    """Where it is: the areas of those who have reported; their addresses, where no area is known."""
    areas = dict.fromkeys(ticket.area for ticket in tickets if ticket.area)
    places = areas or dict.fromkeys(ticket.address for ticket in tickets if ticket.address)
    return tuple(places)[:MAX_AREAS]


def _words(areas: tuple[str, ...], line: str) -> tuple[str, str]:
    """What callers hear where nobody has written it."""
    words = LINES[line or "other"].words
    place_zh, place_en = "、".join(areas[:3]), ", ".join(areas[:3])
    return (
        f"{place_zh}{words.zh}故障,正在抢修",
        f"{words.en} is out of order in {place_en} and is being repaired",
    )
