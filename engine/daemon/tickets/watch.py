"""Consoles that want to know what has become of tickets: told at once, together, each with its own counts."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable

from db.errors import DbError
from engine.adapters.unix_socket import Connection
from engine.core.states import Role
from engine.core.tickets.records import Actor, Ticket, TicketCounts
from engine.wire.tickets import TICKETS_CHANGED, TicketsChanged

log = logging.getLogger(__name__)

COALESCE_S = 0.1
_AGAIN_S = 5.0  # after a database that could not be read
_MOST_NUMBERS = 200  # more are not named: who shows a list asks anew anyway

Counting = Callable[[Actor], Awaitable[TicketCounts]]


class TicketWatch:
    """Knows which console watches, and as whom. `counting` asks the database, `suspects` is how many."""

    def __init__(self, counting: Counting, suspects: Callable[[], int]) -> None:
        self._counting = counting
        self._suspects = suspects
        self._watching: dict[Connection, Actor] = {}
        self._changed: dict[str, str] = {}  # number to department
        self._due: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<TicketWatch {len(self._watching)} consoles, {len(self._changed)} changes to tell>"

    async def watch(self, connection: Connection, actor: Actor) -> TicketsChanged:
        """Tell this console from now on; returns how it is now."""
        self._watching[connection] = actor
        counts = await self._counting(actor)
        return TicketsChanged(numbers=[], counts=counts, suspects=self._suspects())

    def forget(self, connection: Connection) -> None:
        """The console is gone."""
        self._watching.pop(connection, None)

    def changed(self, *tickets: Ticket) -> None:
        """These look different now; none: something else does, such as what looks like an outage."""
        if not self._watching:
            return
        self._changed.update((ticket.number, ticket.department) for ticket in tickets)
        if self._due is None:
            self._due = asyncio.get_running_loop().call_later(COALESCE_S, self._begin)

    async def close(self) -> None:
        """The engine stops."""
        self._watching.clear()
        if self._due is not None:
            self._due.cancel()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin(self) -> None:
        self._due = None
        if self._task is not None and not self._task.done():  # the database is slow: after what is told now
            self._due = asyncio.get_running_loop().call_later(COALESCE_S, self._begin)
            return
        self._task = asyncio.get_running_loop().create_task(self._tell())

    async def _tell(self) -> None:
        changed, self._changed = self._changed, {}
        known: dict[Actor, TicketCounts] = {}
        for connection, actor in list(self._watching.items()):
            try:
                counts = known[actor] = known.get(actor) or await self._counting(actor)
            except (DbError, sqlite3.Error) as error:
                log.error("tickets: consoles are told later: %s", error)
                self._changed = changed | self._changed
                if self._due is None and self._watching:
                    self._due = asyncio.get_running_loop().call_later(_AGAIN_S, self._begin)
                return
            if self._watching.get(connection) is not actor:  # logged out meanwhile
                continue
            numbers = [number for number, at in changed.items() if _concerns(actor, at)]
            news = TicketsChanged(numbers=numbers[:_MOST_NUMBERS], counts=counts, suspects=self._suspects())
            connection.notify(TICKETS_CHANGED, news, TICKETS_CHANGED, _merge)


def _concerns(actor: Actor, department: str) -> bool:
    return actor.role is not Role.STATION or actor.department == department


def _merge(old: object, new: object) -> object:
    assert isinstance(old, TicketsChanged)
    assert isinstance(new, TicketsChanged)
    numbers = list(dict.fromkeys([*old.numbers, *new.numbers]))[:_MOST_NUMBERS]
    return TicketsChanged(numbers=numbers, counts=new.counts, suspects=new.suspects)
