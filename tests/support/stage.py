"""A stage engine: the real socket server over a canned call centre, to drive consoles and commands.

    async with Stage(tmp_path) as stage:
        ...                                        # a console logs in as 8001 with world.PIN at seat1
        stage.floor.present_call("13893812345")    # it rings there
        await stage.asked("agent.answer")          # and the console has answered

The agent's own requests move the floor as well: `agent.answer` does what `stage.floor.answer()` does.
"""

import asyncio
import sqlite3
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import msgspec

from engine.adapters.unix_socket import Connection, SocketServer
from engine.core.customers.records import MergedFile
from engine.core.records import CallNote, Message, RecordingInfo
from engine.core.views import CallRow
from engine.daemon.mirrors import Mirrors
from engine.wire.customers import ImportRowsParams
from engine.wire.floor_merge import merge_floor
from engine.wire.flows import ScheduledRow
from engine.wire.messages import Fault, Reason, fault
from engine.wire.methods import VIEW_CHANGED, Method, Params, Views
from engine.wire.prompts import PromptInfo
from engine.wire.wallboard import WallboardLimits
from tests.support import (  # the stages have answers of their own
    stage_billing,  # noqa: F401
    stage_chat,  # noqa: F401
    stage_customer_file,
    stage_customers,  # noqa: F401
    stage_flows,  # noqa: F401
    stage_knowledge,  # noqa: F401
    stage_notices,
    stage_phone,  # noqa: F401
    stage_prompts,  # noqa: F401
    stage_supervision,  # noqa: F401
    stage_tasks,
    stage_ticket_forms,  # noqa: F401
    stage_tickets,
    world,
)
from tests.support.stage_answers import ANSWERS, sha256_of, silent_wav
from tests.support.stage_configuration import StageConfiguration
from tests.support.stage_floor import StageFloor


class Stage:
    """What an engine is to its clients; `floor` has the verbs of the script."""

    def __init__(self, folder: Path, *, local_admin: bool = False, phone: str = "auto") -> None:
        self.folder = folder
        self.path = str(folder / "engine.sock")
        self.local_admin = local_admin
        self.floor = StageFloor(self._push, phone)
        self.requests: list[tuple[str, Any]] = []
        self.users = {user.staff_number: user for user in world.USERS}
        self.pins: dict[str, str] = {}
        self.customers = {customer.id: customer for customer in world.CUSTOMERS}
        self.notes: dict[str, CallNote] = {}
        self.call_rows: list[CallRow] = list(world.CALL_ROWS)
        self.recordings: dict[str, RecordingInfo] = {}
        self.paths_readable = True
        self.import_batches: list[ImportRowsParams] = []
        self.bad_rows = 0
        self.prompts: list[PromptInfo] = [msgspec.structs.replace(prompt) for prompt in world.PROMPTS]
        self.uploads: dict[str, bytearray] = {}
        self.prompt_texts = {"zh": dict(world.PROMPT_TEXTS), "en": dict(world.PROMPT_TEXTS_EN)}
        self.flow_text = world.FLOW
        self.flow_version = 3
        self.scheduled: list[ScheduledRow] = []
        self.problems: list[str] = []
        self.messages: list[Message] = []
        self.tasks = {task.id: task for task in stage_tasks.TASKS}
        self.configuration = StageConfiguration()
        self.tickets = stage_tickets.StageTickets()
        self.persons = stage_customer_file.PERSONS
        self.merged: tuple[MergedFile, ...] = ()
        self.given_back: set[str] = set()  # fields of a customer that are the other systems' again
        self.comes_back = False  # whether callers have open tickets and call again and again
        self.mirrors = Mirrors()
        self.limits = WallboardLimits()
        self._refusals: dict[str, Fault] = {}
        self._counts: Counter[str] = Counter()
        self._asked = asyncio.Event()
        self._running = asyncio.Event()
        self._running.set()
        self._server = self._new_server()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        if "office" in self.__dict__:
            self.office.close()

    @cached_property
    def office(self) -> sqlite3.Connection:
        """The database of announcements, made when somebody asks for it."""
        return stage_notices.office()

    async def start(self) -> None:
        await self._server.start()

    async def stop(self) -> None:
        """The engine goes away; `start` brings it back with the same state."""
        await self._server.stop()
        self._server = self._new_server()

    @property
    def connections(self) -> tuple[Connection, ...]:
        return self._server.connections

    @property
    def consoles(self) -> dict[str, Connection]:
        """The consoles of those who sit somewhere."""
        known = ((c.identity.staff_number, c) for c in self.connections if c.identity)
        return {staff_number: console for staff_number, console in known if staff_number in self.floor.desks}

    def drop(self) -> None:
        """Every connection breaks; the engine stays."""
        for connection in self.connections:
            connection.drop()

    def replace_console(self, staff_number: str = "8001") -> None:
        """A newer console of the same agent takes over."""
        for connection in self._consoles_of(staff_number):
            connection.close(fault(Reason.REPLACED, "another console took over"))

    def freeze(self) -> None:
        """The engine answers nothing more, but its connections stay, until `thaw`."""
        self._running.clear()

    def thaw(self) -> None:
        self._running.set()

    def refuse(self, method: str, reason: Reason, detail: str = "") -> None:
        """From now on this method is refused; `allow` ends it."""
        self._refusals[method] = Fault(reason, "refused by the stage", detail)

    def allow(self, method: str) -> None:
        del self._refusals[method]

    async def asked(self, method: str, times: int = 1, seconds: float = 5.0) -> Any:
        """Wait until this was asked so many times in all; the parameters of the last one."""
        async with asyncio.timeout(seconds):
            while self._counts[method] < times:
                self._asked.clear()
                await self._asked.wait()
        return next(params for name, params in reversed(self.requests) if name == method)

    def record(self, call_id: str = "c-1003", seconds: int = 2) -> bytes:
        """Put a recording of this call into the stage's folder; its bytes."""
        content = silent_wav(seconds)
        at = next(row.accepted_at for row in self.call_rows if row.call_id == call_id)
        info = world.recording(call_id, at, len(content), sha256_of(content))
        path = self.folder / "recordings" / info.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.recordings[call_id] = info
        return content

    def _new_server(self) -> SocketServer:
        return SocketServer(self.path, self._handle, lambda connection: None, self._closed)

    def _closed(self, connection: Connection) -> None:
        self.mirrors.leave(connection, self.consoles)
        if connection.identity is not None:
            self.mirrors.console_gone(connection.identity.staff_number, self.floor.now)

    async def _handle(self, connection: Connection, method: Method, params: Params) -> object:
        await self._running.wait()
        self.requests.append((method.name, params))
        self._counts[method.name] += 1
        self._asked.set()
        if method.name in self._refusals:
            raise self._refusals[method.name]
        return ANSWERS[method.name](self, connection, params)

    def _push(self, staff_number: str, views: Views) -> None:
        topic = "desk" if staff_number else "floor"
        for connection in self._consoles_of(staff_number) if staff_number else self.connections:
            if topic in connection.data.get("topics", ()):
                connection.notify(VIEW_CHANGED, views, topic, merge=_merge)

    def _consoles_of(self, staff_number: str) -> list[Connection]:
        return [c for c in self.connections if c.identity and c.identity.staff_number == staff_number]


def _merge(old: Views, new: Views) -> Views:
    if old.floor is None or new.floor is None:
        return new
    return Views(floor=merge_floor(old.floor, new.floor))
