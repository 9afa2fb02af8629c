"""A whole day of tickets at a centre that is up: calls, work, kills, and the audit of it all."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import closing
from typing import Any

import soundfile

from engine.adapters.exchange import PlacedCall
from engine.adapters.unix_socket.client import EngineError
from engine.core.states import Role
from engine.daemon.demo.centre import Centre
from engine.daemon.demo.day import audit
from engine.daemon.demo.day.count import connect
from engine.daemon.demo.day.ledger import Hand
from engine.daemon.demo.day.line import Line
from engine.daemon.demo.day.office import Clerk, decide_outages
from engine.daemon.demo.day.plan import Caller, Errand, Matter, plan_day, script_of
from engine.daemon.demo.day.report import DayReport, judge
from engine.daemon.demo.day.seat import SeatAgent
from engine.daemon.demo.day.state import Day
from engine.daemon.demo.site import Person, people
from engine.wire.callbacks import CallbacksParams, CloseCallbackParams
from engine.wire.methods import AddUserParams
from engine.wire.notices import NoticeIdParams
from engine.wire.tickets import TicketsParams

_POLL_S = 0.2
_LOOKS = 10  # after a call, whether somebody has seen to it
_CALLS_OF_ONE = 12  # of a customer whom nobody serves
_WORST_S = 3.0
_SETTLE_S = 120.0
_WORKERS = (
    Person("7002", "维修部", Role.STATION, "1358", "repair"),
    Person("7003", "营业部", Role.STATION, "1359", "business"),
)


class TicketDay:
    """One day. `kills` times the engine is killed at random moments of it.

    `everything`: what was open before is seen to as well. `of_outage`: so many faults of one area make what
    looks like an outage (0: as configured).
    """

    def __init__(
        self,
        centre: Centre,
        calls: int,
        seed: int,
        kills: int,
        *,
        everything: bool,
        of_outage: int = 0,
        on_ended: Callable[[int, PlacedCall], None] = lambda done, call: None,
    ) -> None:
        self._centre = centre
        self._calls = calls
        self._kills = kills
        self._on_ended = on_ended
        self._chance = random.Random(seed)
        self._started = _now()
        self._path = str(centre.site.paths.socket)
        lines = sum(line.channels for line in centre.site.config.lines)
        self._lines = asyncio.Semaphore(max(1, lines - 1))  # one is left to agents
        self._ended = 0
        self._call_ended = asyncio.Condition()
        self._running = asyncio.Event()  # the engine is up
        self._running.set()
        struck = of_outage or centre.site.config.tickets.outage_faults
        errands = plan_day(calls, struck, self._callers(), seed)
        self.day = Day(errands, seed, 0 if everything else self._started)
        self.report = DayReport(seed, calls_planned=calls)
        self._admin = Line(self._path, None)
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> DayReport:
        """Live through it. Raises EngineError where the engine does not come back."""
        began = time.monotonic()
        staff = people(len(self._centre.phones))
        supervisor = next(person for person in staff if person.role is Role.SUPERVISOR)
        await self._prepare()
        seats = [
            SeatAgent(self._path, person, seat, phone, self.day, self._centre.exchange.agent_came)
            for person, (seat, phone) in zip(staff, self._centre.phones.items(), strict=False)
        ]
        stations = [person for person in (*staff, *_WORKERS) if person.role is Role.STATION]
        others = [Line(self._path, person) for person in (supervisor, *stations)]
        lines = [*(seat.line for seat in seats), *others]
        try:
            self._begin(seats, others)
            await self._live(lines, supervisor.staff_number)
        except TimeoutError as error:
            self.report.errors.append(f"the day came to no end: {error}")
        finally:
            await self._stop(lines)
            for phone in self._centre.phones.values():
                phone.pick_up_after_s = None
        paths = self._centre.site.paths
        judge(self.report, self.day, paths, supervisor.staff_number, self._started)
        await self._admin.close()
        self.report.seconds = round(time.monotonic() - began, 1)
        return self.report

    async def _prepare(self) -> None:
        known = {user.staff_number for user in (await self._admin.ask("users.list")).users}
        for person in _WORKERS:
            if person.staff_number not in known:
                params = AddUserParams(
                    staff_number=person.staff_number,
                    name=person.name,
                    role=person.role,
                    pin=person.pin,
                    department=person.department,
                )
                await self._admin.ask("users.add", params)
        words = await self._admin.ask("tickets.words")
        self.day.types = {kind.id: kind for kind in words.types}

    def _begin(self, seats: list[SeatAgent], others: list[Line]) -> None:
        day = self.day
        supervisor, *stations = (Hand(line, day.ledger) for line in others)
        work: list[Coroutine[Any, Any, None]] = [seat.run() for seat in seats]
        work += [Clerk(seat.hand, day, "mine", telephones=True).run() for seat in seats]
        work += [Clerk(supervisor, day, "mine").run(), decide_outages(supervisor, day)]
        work += [Clerk(hand, day, "department").run() for hand in stations]
        self._tasks = [asyncio.ensure_future(one) for one in work]

    async def _live(self, lines: list[Line], owner_of_nobody: str) -> None:
        calls = [asyncio.ensure_future(self._errand(errand)) for errand in self.day.errands]
        murder = asyncio.ensure_future(self._kill_now_and_then())
        watching = asyncio.ensure_future(self._compare_now_and_then(lines, owner_of_nobody))
        self._tasks.append(watching)  # a comparison that fails ends the day as an agent who fails does
        everything = asyncio.gather(*calls, murder)
        try:
            await self._unless_somebody_fails(everything)
            async with asyncio.timeout(_SETTLE_S):
                await self._unless_somebody_fails(asyncio.ensure_future(self._settled()))
            await self._end_outages()
        finally:
            for task in (watching, murder, everything):
                task.cancel()
            await asyncio.gather(watching, murder, everything, return_exceptions=True)
        await self._compare(lines, owner_of_nobody)

    async def _unless_somebody_fails(self, work: "asyncio.Future[Any]") -> None:
        done, _ = await asyncio.wait({work, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    async def _stop(self, lines: list[Line]) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for line in lines:
            await line.close()

    # Callers

    def _callers(self) -> list[Caller]:
        """Customers with an own number and a place, no debts, and nothing that is open or announced there."""
        with closing(connect(self._centre.site.paths.database)) as conn:
            rows = conn.execute(
                "SELECT c.id, c.name, min(p.number), c.area, c.address FROM customers c"
                " JOIN phones p ON p.customer_id = c.id WHERE p.number LIKE '1390000%' AND c.area <> ''"
                " AND c.balance_fen >= 0 AND c.id NOT IN (SELECT customer_id FROM tickets"
                " WHERE is_open = 1 AND customer_id IS NOT NULL)"
                " AND (SELECT count(*) FROM phones q WHERE q.number = p.number) = 1"
                " AND substr(c.area, 1, 2) NOT IN ('大湾', '双塔')"
                " GROUP BY c.id ORDER BY c.id"
            ).fetchall()
        return [Caller(*row) for row in rows]

    async def _errand(self, errand: Errand) -> None:
        describe_s = self._seconds("fault_describe")
        for wanted in range(1, errand.calls + 1):
            for _ in range(_CALLS_OF_ONE):
                await self._call(errand, describe_s)
                if await self._seen_to(errand, wanted):
                    break
            else:
                self.report.errors.append(f"{errand.mark} {errand.matter}: nobody has seen to it")

    async def _call(self, errand: Errand, describe_s: float) -> None:
        script = script_of(errand, describe_s, "thanks_0")
        async with self._lines:
            placed = await self._centre.exchange.place(script)
        if placed.answered_at:
            cli = script.cli
            self.day.calls_placed[cli] = self.day.calls_placed.get(cli, 0) + 1
        async with self._call_ended:
            self._ended += 1
            self._call_ended.notify_all()
        self._on_ended(min(self._ended, self._calls), placed)

    async def _seen_to(self, errand: Errand, wanted: int) -> bool:
        """Whether this call was seen to, once that is known."""
        day, looks = self.day, 0
        while looks < _LOOKS:
            await self._running.wait()
            if errand.matter is Matter.BY_KEYS:
                params = TicketsParams(phone=errand.caller.phone, everything=True, since=self._started)
                if (await self._admin.ask("tickets.list", params)).tickets:
                    day.taken[errand.mark] = wanted
            looks += errand.mark not in day.in_hand
            if day.done(errand) >= wanted:
                return True
            await asyncio.sleep(_POLL_S)
        return False

    def _seconds(self, prompt: str) -> float:
        path = self._centre.site.paths.prompts / self._centre.site.config.site.language / f"{prompt}.wav"
        return float(soundfile.info(path).duration)

    # The bad moments

    async def _kill_now_and_then(self) -> None:
        shares = [(number + self._chance.uniform(0.2, 0.8)) / self._kills for number in range(self._kills)]
        for share in shares:
            async with self._call_ended:
                while self._ended < share * self._calls:
                    await self._call_ended.wait()
            await asyncio.sleep(self._chance.uniform(0, 2))
            await self._somebody_writes()
            self._running.clear()
            await asyncio.to_thread(self._centre.engine.kill)
            self.report.kills += 1
            await asyncio.sleep(self._chance.uniform(0, 0.5))
            await self._centre.engine.start()
            await self._centre.engine.wait_for_seats(set(self._centre.phones))
            self._running.set()

    async def _somebody_writes(self) -> None:
        """The moment is worst while somebody waits for an answer: some thousandths of a second after."""
        writing = self.day.ledger.writing
        writing.clear()
        try:
            async with asyncio.timeout(_WORST_S):
                await writing.wait()
        except TimeoutError:
            return
        await asyncio.sleep(self._chance.uniform(0, 0.012))

    # The figures, while work goes on

    async def _compare_now_and_then(self, lines: list[Line], owner_of_nobody: str) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(1, 4))
            await self._running.wait()
            try:
                await self._compare(lines, owner_of_nobody)
            except EngineError:
                continue  # killed at this moment

    async def _compare(self, lines: list[Line], owner_of_nobody: str) -> None:
        wrong = await audit.compare(self._centre.site, lines, self._admin, owner_of_nobody)
        if wrong is not None:
            self.report.figures_compared += 1
            self.report.errors += wrong

    # The evening

    async def _settled(self) -> None:
        """Nothing that was told today is open."""
        while True:
            with closing(connect(self._centre.site.paths.database)) as conn:
                query = "SELECT count(*) FROM tickets WHERE is_open = 1 AND created_at >= ?"
                if not conn.execute(query, (self.day.since,)).fetchone()[0]:
                    return
            await asyncio.sleep(_POLL_S)

    async def _end_outages(self) -> None:
        """Who reported what was an outage is on the list of those who are called."""
        for notice in self.day.outages:
            with closing(connect(self._centre.site.paths.database)) as conn:
                rows = conn.execute("SELECT phone FROM tickets WHERE outage_id = ?", (notice,)).fetchall()
            phones = {phone for (phone,) in rows}
            await self._admin.ask("notices.end", NoticeIdParams(id=notice))
            waiting = (await self._admin.ask("callbacks.list", CallbacksParams(limit=1000))).callbacks
            listed = Counter(row.record.number for row in waiting if row.record.number in phones)
            if listed != Counter(phones):
                self.report.errors.append(f"outage {notice}: {sorted(phones)} told of it, to call: {listed}")
            for row in waiting:
                if row.record.number in phones:
                    await self._admin.ask("callbacks.done", CloseCallbackParams(id=row.record.id))
            self.report.called_back += sum(listed.values())


def _now() -> int:
    return time.time_ns() // 1_000_000
