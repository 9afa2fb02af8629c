"""A whole centre for tests: a real PBX, a practice exchange, the engine as a process, and phones.

One for the whole session, since it takes some seconds to start. `centre` gives it to a test in a clean state,
and clears up behind it. Tests share its event loop:

    pytestmark = [pytest.mark.asterisk, pytest.mark.asyncio(loop_scope="session")]
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio

from engine.adapters.exchange import PlacedCall, ReceivedCall, Script, Step
from engine.adapters.phone import Phone, PhoneError, PhoneState
from engine.adapters.unix_socket.client import EngineError, SocketClient
from engine.core.states import Role
from engine.core.views import CallRow, DeskView, FloorView
from engine.daemon.demo.centre import Centre
from engine.daemon.demo.site import Person, people
from engine.provision.asterisk import ensure_asterisk
from engine.provision.progress import Reporter
from engine.wire.floor_merge import merge_floor
from engine.wire.methods import (
    CallDetail,
    CallIdParams,
    CallsParams,
    LogInParams,
    Params,
    StatusResult,
    SubscribeParams,
    Views,
)
from tests.support.flows import use_classic_flow
from tests.support.spoken import give_voice

PATIENCE_S = 15.0
PHONES = {"seat1": "ring", "seat2": "auto", "seat3": "ring"}
QUEUE = {"ring_seconds": 4, "wrap_up_seconds": 30, "announce_first_seconds": 6, "announce_every_seconds": 6}


class Desk:
    """An agent who is logged in at a seat, as the console sees it."""

    def __init__(self, path: str, person: Person, seat_id: str, phone: Phone, console: str = "test") -> None:
        self.person = person
        self.seat_id = seat_id
        self.phone = phone
        self.gone = ""
        self._view: DeskView | None = None
        self._changed = asyncio.Event()
        self._client = SocketClient(path, console, on_views=self._seen, on_gone=self._lost)

    @property
    def view(self) -> DeskView:
        """What the console shows now."""
        assert self._view is not None
        return self._view

    async def open(self) -> None:
        """Log in and watch; the agent is on break then."""
        await self._client.open()
        log_in = LogInParams(staff_number=self.person.staff_number, pin=self.person.pin, seat=self.seat_id)
        await self._client.call("session.log_in", log_in)
        self._seen(await self._client.call("view.subscribe", SubscribeParams(topics=["desk"])))

    async def close(self, *, log_out: bool = True) -> None:
        """Log out if there is no call, and hang up the line."""
        if log_out and not self.gone:
            try:
                await self._client.call("session.log_out")
            except EngineError:
                pass  # in a call: `Whole.reset` sees to that
        await self._client.close()

    async def ask(self, method: str, params: Params | None = None) -> Any:
        """One request. Raises EngineError."""
        return await self._client.call(method, params)

    async def until(self, condition: Callable[[DeskView], bool], seconds: float = PATIENCE_S) -> DeskView:
        """The first view that fulfils the condition; fails after so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                while not condition(self.view):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            pytest.fail(f"after {seconds:g} s: {self.view.agent} {self.view.call}", pytrace=False)
        return self.view

    def _seen(self, views: Views) -> None:
        if views.desk is not None:
            self._view = views.desk
            self._changed.set()

    def _lost(self, why: str) -> None:
        self.gone = why


class Whole:
    """The centre, and short words for what tests do with it."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.started_ms = 0
        self.placed: dict[str, PlacedCall] = {}  # the last call from each number, as soon as it is placed
        self._desks: list[Desk] = []
        self._calls: set[asyncio.Task[PlacedCall]] = set()
        self._admin: SocketClient | None = None

    @property
    def phones(self) -> dict[str, Phone]:
        """By seat id."""
        return self.centre.phones

    @property
    def calls(self) -> list[asyncio.Task[PlacedCall]]:
        """All calls placed since the last reset."""
        return list(self._calls)

    def call(self, cli: str, *steps: Step) -> asyncio.Task[PlacedCall]:
        """Place a practice call; the task's result says what became of it."""
        script = Script(cli=cli, steps=steps)
        placing = self.centre.exchange.place(script, lambda call: self.placed.__setitem__(cli, call))
        task = asyncio.ensure_future(placing)
        self._calls.add(task)
        return task

    async def hang_up(self, cli: str) -> None:
        """The caller from this number has had enough."""
        await self.centre.exchange.hang_up(self.placed[cli].token)

    async def until_received(self, number: str, seconds: float = PATIENCE_S) -> ReceivedCall:
        """The call to this number outside, once it is answered."""

        async def answered() -> ReceivedCall | None:
            calls = self.centre.exchange.received
            return next((call for call in calls if call.number == number and call.answered_at), None)

        call: ReceivedCall = await eventually(answered, seconds, f"{number} answered")
        return call

    async def desk(self, seat_id: str, *, ready: bool = True) -> Desk:
        """An agent at this seat: 8001 at seat1 and so on."""
        number = list(self.phones).index(seat_id)
        return await self._sit(people(len(self.phones))[number], seat_id, ready=ready)

    async def supervisor(self, seat_id: str) -> Desk:
        """The supervisor at this seat."""
        person = next(person for person in people(len(self.phones)) if person.role is Role.SUPERVISOR)
        return await self._sit(person, seat_id, ready=False, console="supervisor")

    async def _sit(self, person: Person, seat_id: str, *, ready: bool, console: str = "test") -> Desk:
        phone = self.phones[seat_id]
        desk = Desk(str(self.centre.site.paths.socket), person, seat_id, phone, console)
        await desk.open()
        self._desks.append(desk)
        if ready:
            await desk.ask("agent.ready")
        return desk

    async def ask(self, method: str, params: Params | None = None) -> Any:
        """One request as the local administrator, over a connection that comes back after a restart."""
        if self._admin is None:
            self._admin = SocketClient(
                str(self.centre.site.paths.socket), "test", on_gone=lambda why: self._forget_admin()
            )
            await self._admin.open()
        return await self._admin.call(method, params)

    async def status(self) -> StatusResult:
        """`floor.status`."""
        status: StatusResult = await self.ask("floor.status")
        return status

    async def floor(self) -> FloorView:
        """The whole floor now."""
        client = SocketClient(str(self.centre.site.paths.socket), "test")
        try:
            await client.open()
            views: Views = await client.call("view.subscribe", SubscribeParams(topics=["floor"]))
        finally:
            await client.close()
        assert views.floor is not None
        return merge_floor(views.floor, views.floor)

    async def rows(self) -> list[CallRow]:
        """The stored calls of this test, oldest first."""
        calls = await self.ask("calls.list", CallsParams(since=self.started_ms, limit=100))
        return list(reversed(calls.calls))

    async def detail(self, cli: str, seconds: float = PATIENCE_S) -> CallDetail:
        """The one call from this number, once it is closed and its recording is finished."""

        async def found() -> CallDetail | None:
            rows = [row for row in await self.rows() if row.cli == cli]
            assert len(rows) <= 1, rows
            if not rows:
                return None
            detail: CallDetail = await self.ask("calls.show", CallIdParams(call_id=rows[0].call_id))
            done = any(info.kind == "call" for info in detail.recordings)
            return detail if detail.record.ended_at and done else None

        return await eventually(found, seconds, f"a finished record of {cli}")

    async def kill_engine(self) -> None:
        """kill -9."""
        await asyncio.to_thread(self.centre.engine.kill)

    async def start_engine(self) -> None:
        """Start it again; returns when it takes calls."""
        await self.centre.engine.start()

    async def reset(self) -> None:
        """End all calls, log everybody out, and wait until nothing goes on."""
        if self.centre.engine.pid is None:
            await self.start_engine()
        for task in self._calls:
            task.cancel()
        await self.centre.exchange.hang_up_all()
        await asyncio.gather(*self._calls, return_exceptions=True)
        for phone in self.phones.values():
            phone.pick_up_after_s = None
            with suppress(PhoneError):
                await phone.hang_up()  # one test's trouble is not the next one's
            await phone.wait_for(PhoneState.IDLE, PATIENCE_S)
        await eventually(self._no_calls, PATIENCE_S, "no calls")
        for desk in self._desks:
            await desk.close(log_out=not desk.gone)
        if (await self.status()).agents:
            await self._log_everybody_out()
        self._calls.clear()
        self._desks.clear()
        self.centre.exchange.telephones.clear()
        self.centre.exchange.received.clear()
        await self.centre.engine.wait_for_seats(set(self.phones))
        self.started_ms = time.time_ns() // 1_000_000

    async def close(self) -> None:
        """The session is over."""
        if self._admin is not None:
            await self._admin.close()
        await self.centre.stop()

    async def _log_everybody_out(self) -> None:
        """Agents whose console was lost, or who were restored after a restart."""
        persons = {person.staff_number: person for person in people(len(self.phones))}
        for agent in (await self.ask("floor.agents")).agents:
            desk = await self._sit(persons[agent.staff_number], agent.seat_id, ready=False)
            await desk.close()

    async def _no_calls(self) -> bool | None:
        return True if (await self.status()).calls == 0 else None

    def _forget_admin(self) -> None:
        self._admin = None


async def eventually(probe: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first result of an async probe that is not None; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while (result := await probe()) is None:
        if time.monotonic() > deadline:
            pytest.fail(f"after {seconds:g} s: not {what}", pytrace=False)
        await asyncio.sleep(0.05)
    return result


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_centre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    install = await asyncio.to_thread(ensure_asterisk, Reporter())
    whole = Whole(
        Centre(tmp_path_factory.mktemp("centre"), install, PHONES, queue_settings=QUEUE, channels=4)
    )
    use_classic_flow(whole.centre.folder)
    await asyncio.to_thread(give_voice, whole.centre, tmp_path_factory)
    try:
        await whole.centre.start()
        yield whole
    finally:
        await whole.close()


@pytest_asyncio.fixture(loop_scope="session")
async def centre(whole_centre: Whole) -> AsyncIterator[Whole]:
    """The whole centre with nothing going on, nobody logged in, and no calls on record since the start."""
    await whole_centre.reset()
    yield whole_centre
    await whole_centre.reset()
