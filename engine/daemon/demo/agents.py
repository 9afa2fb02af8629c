"""Scripted agents: they sit at the seats and work through the socket, as a console does."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from engine.adapters.phone import Phone, PhoneError, PhoneState
from engine.adapters.unix_socket.client import EngineError, SocketClient
from engine.core.records import CallNote
from engine.core.states import AgentState, AgentStatus
from engine.core.views import DeskView
from engine.daemon.demo.callers import Fate, PlannedCall
from engine.daemon.demo.site import Person
from engine.wire.methods import LogInParams, NoteParams, SubscribeParams, Views

log = logging.getLogger(__name__)

_THINK_S = 0.4  # before the phone is picked up
_TALK_S = 3.0  # until an agent who is to hang up does so
_FINISH_S = 10.0


class ScriptedAgent:
    """One agent: takes the presented calls that want to be taken, writes about them, is ready again."""

    def __init__(
        self,
        socket_path: str,
        person: Person,
        seat_id: str,
        phone: Phone,
        *,
        plan_of: Callable[[str], PlannedCall | None],
        talking: Callable[[str], None],
        trouble: Callable[[str], None],
    ) -> None:
        self._person = person
        self._seat_id = seat_id
        self._phone = phone
        self._plan_of = plan_of
        self._talking = talking
        self._trouble = trouble
        self._client = SocketClient(
            socket_path,
            "demo",
            on_views=self._seen,
            on_gone=lambda why: trouble(f"agent {person.staff_number}: {why}"),
        )
        self._done: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._free = asyncio.Event()

    async def start(self) -> None:
        """Log in and be ready. Raises EngineError."""
        person = self._person
        await self._client.open()
        await self._client.call(
            "session.log_in",
            LogInParams(staff_number=person.staff_number, pin=person.pin, seat=self._seat_id),
        )
        views = await self._client.call("view.subscribe", SubscribeParams(topics=["desk"]))
        self._seen(views)
        await self._client.call("agent.ready")

    async def finish(self) -> None:
        """Return when the last call is written up, or after a while, with a word about it."""
        try:
            async with asyncio.timeout(_FINISH_S):
                await self._free.wait()
        except TimeoutError:
            self._trouble(f"agent {self._person.staff_number} did not finish the last call")

    async def stop(self) -> None:
        """Leave the seat."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        try:
            await self._client.call("session.log_out")
        except EngineError as error:
            log.info("agent %s cannot log out: %s", self._person.staff_number, error)
        await self._client.close()

    def _seen(self, views: Views) -> None:
        desk = views.desk
        if desk is None:
            return
        agent, call = desk.agent, desk.call
        self._free.clear()
        if call is None:
            self._free.set()
            self._done = {key for key in self._done if not key[0]}
            if agent.status is AgentStatus.BREAK and agent.state is AgentState.IDLE:
                self._once("", f"be ready {agent.status_since}", self._get_ready(desk))
            return
        plan = self._plan_of(call.cli)
        if agent.state in (AgentState.RESERVED, AgentState.RINGING):
            if plan is not None and plan.fate is not Fate.ABANDONS:
                self._once(call.call_id, "answer", self._answer(desk))
        elif agent.state is AgentState.TALKING:
            self._talking(call.cli)
            if plan is not None and plan.fate is Fate.AGENT_HANGS_UP:
                self._once(call.call_id, "hang up", self._hang_up())
        elif agent.state is AgentState.WRAP_UP:
            self._once(call.call_id, "write", self._write(call.call_id, desk))

    def _once(self, call_id: str, what: str, work: Coroutine[Any, Any, None]) -> None:
        """Views come more often than things happen."""
        if (call_id, what) in self._done:
            work.close()
            return
        self._done.add((call_id, what))
        task = asyncio.get_running_loop().create_task(self._guarded(what, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, what: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (EngineError, PhoneError) as error:
            self._trouble(f"agent {self._person.staff_number} could not {what}: {error}")

    async def _get_ready(self, desk: DeskView) -> None:
        if desk.agent.reason:  # the one without reason is the log-in, which is followed by "ready" anyway
            self._trouble(f"agent {self._person.staff_number} was sent on break: {desk.agent.reason}")
            await self._client.call("agent.ready")

    async def _answer(self, desk: DeskView) -> None:
        if desk.phone == "auto":
            await asyncio.sleep(_THINK_S)
            await self._client.call("agent.answer")
        else:
            await self._phone.wait_for(PhoneState.RINGING, 5.0)
            await asyncio.sleep(_THINK_S)
            await self._phone.answer()

    async def _hang_up(self) -> None:
        await asyncio.sleep(_TALK_S)
        await self._client.call("agent.hang_up")

    async def _write(self, call_id: str, desk: DeskView) -> None:
        customer_id = desk.card.customer.id if desk.card is not None and desk.card.customer is not None else 0
        note = CallNote(note="演练通话", disposition="answered_question", customer_id=customer_id)
        await self._client.call("call.note", NoteParams(call_id=call_id, note=note))
        await self._client.call("agent.ready")
