"""The one way to tickets while the engine runs: everything that changes one goes by here, and is told."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from db.store import Store
from db.ticket_figures import counts
from db.tickets import next_clock
from db.users import list_users
from engine.config import Config
from engine.core.records import Millis
from engine.core.tickets.records import Act, Actor, Attachment, NewTicket, Ticket, TicketCounts
from engine.core.tickets.states import Escalation
from engine.core.tickets.types import TicketBook
from engine.core.views import Identity
from engine.daemon.clock import Clock
from engine.daemon.plan import midnight_after, midnight_before
from engine.daemon.tickets import deeds, sweep
from engine.daemon.tickets.attachments import AttachmentFolder
from engine.daemon.tickets.attachments import Rules as FileRules
from engine.daemon.tickets.book import Loaded, load_book, rules_of
from engine.daemon.tickets.clock import Ticked, TicketClock
from engine.daemon.tickets.outages import OutageDesk
from engine.daemon.tickets.watch import TicketWatch

P = ParamSpec("P")
T = TypeVar("T")
_HOUR_MS = 3_600_000


def actor_of(identity: Identity) -> Actor:
    """Who does something to a ticket, as logged in."""
    return Actor(staff_number=identity.staff_number, role=identity.role, department=identity.department)


class TicketDesk:
    """Types, deeds, clocks, files and watchers of tickets. `home` is the folder of the configuration.

    `tell_leader` is told of a ticket that is so late that the leader is to know: number, since, hours, title.
    """

    def __init__(self, store: Store, clock: Clock, config: Config, home: Path, files: Path) -> None:
        self.store = store
        self.files = AttachmentFolder(files)
        self.watch = TicketWatch(self._counts, lambda: self.outages.count)
        self.outages = OutageDesk(self)
        self.tell_leader: Callable[[str, Millis, int, str], None] = lambda *late: None
        self._clock = clock
        self._clocks = TicketClock(clock, self._tick, self._next_due, self._ticked)
        self._home = home
        self._loaded = Loaded(TicketBook(), ())
        self._tasks: list[asyncio.Task[None]] = []
        self._config = config
        self._take(load_book(config, home))

    def __repr__(self) -> str:
        return f"<TicketDesk {len(self.book.types)} types, {len(self.book.departments)} departments>"

    # What it goes by

    @property
    def book(self) -> TicketBook:
        """The types and departments that count now."""
        return self.rules.book

    @property
    def problems(self) -> list[str]:
        """What is wrong with the files of the types, in the site's language."""
        return self._loaded.words(self._config.site.language)

    @property
    def file_rules(self) -> FileRules:
        """Which files the site takes."""
        tickets = self._config.tickets
        kinds = frozenset(kind.lower() for kind in tickets.attachment_kinds)
        return FileRules(kinds, tickets.attachment_mb * 1_048_576)

    @property
    def zone(self) -> ZoneInfo:
        """The site's."""
        return ZoneInfo(self._config.site.timezone)

    def reconfigure(self, config: Config) -> None:
        """Go by another configuration; types that cannot be read stay as they were."""
        self._config = config
        self._take(load_book(config, self._home))

    async def reload(self) -> bool:
        """Read the types anew; with a bad file the old ones go on, and False is returned."""
        self._take(await asyncio.to_thread(load_book, self._config, self._home))
        return not self._loaded.problems

    def _take(self, loaded: Loaded) -> None:
        """At the start what is well counts; later a bad file keeps all types as they were."""
        types = loaded.book.types
        if loaded.problems and self._loaded.book.types:
            types = self._loaded.book.types
        self._loaded = Loaded(replace(loaded.book, types=types), loaded.problems)
        self.rules = rules_of(self._config, self._loaded.book)

    # Deeds

    async def create(
        self, new: NewTicket, actor: Actor, *, force: bool
    ) -> tuple[Ticket | None, list[deeds.Named]]:
        """Make a ticket, unless one of the same matter is open; these are given then. `force` makes it."""
        now = self._clock.now()
        made, same = await self._write(
            deeds.create, new, actor, self.rules, now, self.day(now), self._area_code, force
        )
        self.changed(*made)
        return (made[0] if made else None), same

    async def report(self, new: NewTicket, recording: Attachment | None, *, at: Millis) -> tuple[str, Ticket]:
        """Take down what a caller tells by keys, unless it is known: done or already, and the ticket."""
        outcome, touched = await self._write(deeds.report, new, recording, self.rules, at, self.day(at))
        self.changed(*touched)
        return outcome, touched[0]

    async def by_caller(
        self, function: Callable[..., str], key: str, number: str, *values: object, at: Millis
    ) -> str:
        """Have a caller do something to an own ticket; returns the outcome."""
        outcome, touched = await self._write(deeds.by_caller, function, key, number, values, self.rules, at)
        self.changed(*touched)
        return outcome

    async def act(self, number: str, act: Act, actor: Actor) -> Ticket:
        """Do something to a ticket."""
        touched = await self._write(
            deeds.act, number, act, actor, self.rules, self._clock.now(), self._area_code
        )
        self.changed(*touched)
        return touched[0]

    async def batch(
        self, numbers: Sequence[str], act: Act, actor: Actor
    ) -> tuple[list[Ticket], dict[str, str]]:
        """Do the same to many tickets."""
        done, refused = await self._write(
            deeds.batch, numbers, act, actor, self.rules, self._clock.now(), self._area_code
        )
        self.changed(*done)
        return done, refused

    async def attach(self, attachment: Attachment, actor: Actor) -> Attachment:
        """Give a ticket a file that is on the disk already."""
        kept, ticket = await self._write(deeds.attach, attachment, actor, self.rules, self._clock.now())
        self.changed(ticket)
        return kept

    def changed(self, *tickets: Ticket) -> None:
        """These look different now: whoever watches is told, and clocks and detector look at them."""
        self._clocks.changed(tickets)
        self.outages.changed(tickets)
        self.watch.changed(*tickets)

    async def names(self) -> dict[str, str]:
        """What people are called, by staff number."""
        users = await asyncio.wrap_future(self.store.read(list_users))
        return {user.staff_number: user.name for user in users}

    def now(self) -> Millis:
        """The present instant."""
        return self._clock.now()

    def day(self, now: Millis) -> str:
        """The site's day, as numbers of tickets begin: 261121."""
        return f"{datetime.fromtimestamp(now / 1000, self.zone):%y%m%d}"

    def midnight(self) -> Millis:
        """When the site's day ends."""
        return midnight_after(self._clock.now(), self.zone)

    def last_midnight(self) -> Millis:
        """When the site's day began."""
        return midnight_before(self._clock.now(), self.zone)

    @property
    def _area_code(self) -> str:
        return self._config.site.area_code

    # Clocks

    async def _tick(self, now: Millis) -> list[Ticked]:
        return await self._write(deeds.tick, self.rules, now)

    async def _next_due(self) -> Millis:
        return await asyncio.wrap_future(self.store.read(next_clock))

    def _ticked(self, ticked: list[Ticked]) -> None:
        now = self._clock.now()
        self.watch.changed(*(ticket for ticket, _ in ticked))
        for ticket, steps in ticked:
            if any(step.code == Escalation.LEADER for step in steps):
                by = ticket.resolve_by if ticket.responded_at else min(ticket.respond_by, ticket.resolve_by)
                self.tell_leader(ticket.number, by, max(0, now - by) // _HOUR_MS, ticket.title)

    async def _counts(self, actor: Actor) -> TicketCounts:
        now = self._clock.now()
        return await asyncio.wrap_future(self.store.read(counts, actor, now, self.midnight()))

    async def _write(
        self, function: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await asyncio.wrap_future(self.store.submit(function, *args, **kwargs))

    # Life

    async def start(self) -> None:
        """Begin to look after clocks, outages and files; what was arriving at the last stop is forgotten."""
        await asyncio.to_thread(self.files.clear)
        await self.outages.start()
        files = sweep.look_after(self.files, self.store, self._clock)
        for work, name in ((self._clocks.run(), "ticket clocks"), (files, "ticket files")):
            self._tasks.append(asyncio.get_running_loop().create_task(work, name=name))

    async def stop(self) -> None:
        """Let go of everything."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.outages.close()
        await self.watch.close()
